/** Cursors of PL/pgSQL. Manual: "PL/pgSQL", "Cursors". */
import { OID } from '../../../compiler/catalog/oid.ts'
import type { CursorDirection } from '../../../compiler/plan.ts'
import type { ExprNode, StatementKinds } from '../../../compiler/plpgsql/tree.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { castValue } from '../routine/cast.ts'
import { argumentsOf } from './declare.ts'
import { type Found, runDynamic, runQuery } from './dynamic.ts'
import { evaluateExpression, evaluateList } from './expressions.ts'
import type { Frame, ScalarSlot } from './frame.ts'

const cursorSlot = (frame: Frame, number: number): ScalarSlot => {
  const slot = frame.slot(number)
  if (slot.kind !== 'scalar') throw unsupported('this cursor')
  return slot
}

/** @returns the cursor's name, and what it goes through */
export const openCursor = (frame: Frame, statement: StatementKinds['open']): readonly [name: string, found: Found] => {
  const { curvar, query, dynquery, argquery, params } = statement
  const slot = cursorSlot(frame, curvar)
  const datum = frame.datum(curvar)
  const { cursors } = frame.host
  if (slot.value !== null && cursors.has(String(slot.value)))
    throw new PgError('42P03', `cursor "${String(slot.value)}" already in use`)
  const { cursor: bound, cursorArgs: args } = datum.kind === 'var' ? datum : {}
  const run = (): Found =>
    dynquery !== undefined
      ? runDynamic(frame, dynquery, params)
      : runQuery(frame, query === undefined ? (bound ?? missing()) : query.PLpgSQL_expr)
  const found = argquery === undefined || args === undefined ? run() : withArguments(frame, args, argquery, run)
  const { rows, columns = [], reads = [] } = found
  const name = slot.value === null ? cursors.freshName() : String(slot.value)
  const { statement: opened } = frame.host.environment.clock
  cursors.open({ name, columns, rows, reads, scroll: undefined, hold: false, text: '', opened })
  if (slot.value === null) slot.value = name
  return [name, found]
}

/** Runs the query of a cursor, which alone knows its arguments. @param row of the variables that they are */
const withArguments = <Outcome>(frame: Frame, row: number, given: ExprNode, run: () => Outcome): Outcome => {
  const { rows, columns = [] } = evaluateList(frame, given.PLpgSQL_expr)
  frame.assignRow(row, rows[0], columns)
  frame.enter(undefined, argumentsOf(frame, row))
  try {
    return run()
  } finally {
    frame.leave()
  }
}

const missing = (): never => {
  throw unsupported('this OPEN')
}

const DIRECTIONS: readonly CursorDirection[] = ['forward', 'backward', 'absolute', 'relative']

/** FETCH and MOVE. @returns how many rows were found */
export const fetchCursor = (frame: Frame, statement: StatementKinds['fetch']): number => {
  const { target, curvar, direction = 0, how_many: many = 1, expr, is_move: isMove = false } = statement
  const slot = cursorSlot(frame, curvar)
  if (slot.value === null) throw new PgError('22004', `cursor variable "${slot.name}" is null`)
  const cursor = frame.host.cursors.find(String(slot.value))
  let count = many > 1_000_000_000 ? Number.POSITIVE_INFINITY : many
  if (expr !== undefined) {
    const { value, type } = evaluateExpression(frame, expr.PLpgSQL_expr)
    const cast = castValue(frame.host.environment, value, type, OID.int4)
    if (cast === null) throw new PgError('22004', 'relative or absolute cursor position is null')
    count = Number(cast)
  }
  const rows = frame.host.cursors.fetch(cursor, DIRECTIONS[direction] ?? 'forward', count)
  if (!isMove && target !== undefined) frame.assignRow(target.dno, rows[0], cursor.columns)
  return rows.length
}

export const closeCursor = (frame: Frame, curvar: number): void => {
  const slot = cursorSlot(frame, curvar)
  if (slot.value === null) throw new PgError('22004', `cursor variable "${slot.name}" is null`)
  frame.host.cursors.close(String(slot.value))
}
