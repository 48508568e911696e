/** DECLARE, FETCH, MOVE and CLOSE. Manual: "DECLARE", "FETCH"; after portalcmds.c. */
import type { ClosePortalStmt, DeclareCursorStmt, FetchStmt } from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { rootScope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { refuseAt } from '../lower/context.ts'
import type { CursorDirection, CursorPlan } from '../plan.ts'
import type { Query } from '../tree/query.ts'
import { isVolatile } from '../tree/walk.ts'
import { visitQuery } from '../tree/walk-query.ts'
import { common, type StatementContext } from './context.ts'
import { planQuery } from './select.ts'

const BINARY = 0x0001
const SCROLL = 0x0002
const NO_SCROLL = 0x0004
const INSENSITIVE = 0x0008
const HOLD = 0x0020

/**
 * Whether PostgreSQL's plan can run backwards, which decides for a cursor that says neither SCROLL nor NO SCROLL
 * (ExecSupportsBackwardScan). Undefined where the planner has a choice.
 */
const runsBackward = (query: Query): boolean | undefined => {
  if (query.locking) return false
  const [only] = query.from
  const plain =
    !query.aggregated &&
    !query.windowed &&
    !query.setReturning &&
    query.distinct === undefined &&
    query.group === undefined &&
    query.having === undefined
  if (only === undefined && plain) return false
  if (query.from.length !== 1 || !plain || only?.kind !== 'range') return query.orderBy.length > 0 ? undefined : false
  const kind = only.range.source.kind
  return kind === 'table' || kind === 'values' ? true : undefined
}

/** A cursor computes its rows as they are fetched; a function that changes something would show when that is. */
const refuseVolatile = (query: Query): void =>
  visitQuery(query, (expr) => {
    if (isVolatile(expr)) throw refuseAt('a volatile function in a cursor', expr.position)
  })

/** RequireTransactionBlock */
export const needsBlock = (): PgError => new PgError('25P01', 'DECLARE CURSOR can only be used in transaction blocks')

export const planDeclareCursor = (context: StatementContext, node: DeclareCursorStmt): CursorPlan => {
  const { portalname: name = '', options = 0, query: source } = node
  if (source === undefined || !('SelectStmt' in source)) throw unsupported('this query of a cursor')
  if ((options & BINARY) !== 0) throw unsupported('BINARY cursors', { position: context.position })
  const query = bindSelect(rootScope(context.statement), source.SelectStmt)
  const hold = (options & HOLD) !== 0
  if (query.locking) {
    const lock = 'FOR UPDATE/SHARE'
    for (const [bit, what] of [
      [HOLD, 'DECLARE CURSOR WITH HOLD'],
      [SCROLL, 'DECLARE SCROLL CURSOR'],
      [INSENSITIVE, 'DECLARE INSENSITIVE CURSOR'],
    ] as const)
      if ((options & bit) !== 0) throw unsupported(`${what} ... ${lock}`)
  }
  // of the protocol's portals the session knows when they are executed
  if (!hold && !context.inTransaction && !context.statement.parametrised) throw needsBlock()
  refuseVolatile(query)
  const scroll = (options & SCROLL) !== 0 ? true : (options & NO_SCROLL) !== 0 ? false : runsBackward(query)
  return {
    kind: 'cursor',
    action: { action: 'declare', name, query: planQuery(context, query), scroll, hold },
    ...common(context, 'DECLARE CURSOR'),
  }
}

const DIRECTIONS: Readonly<Record<string, CursorDirection>> = {
  FETCH_FORWARD: 'forward',
  FETCH_BACKWARD: 'backward',
  FETCH_ABSOLUTE: 'absolute',
  FETCH_RELATIVE: 'relative',
}

/** FETCH ALL comes as the largest number that a long has, cut to 32 bits by the parser's JSON. */
const ALL = 2_147_483_647

export const planFetch = (context: StatementContext, node: FetchStmt): CursorPlan => {
  const { direction = 'FETCH_FORWARD', howMany, portalname: name = '', ismove: isMove = false } = node
  const many = Number(howMany ?? 0)
  const count = many >= ALL ? Number.POSITIVE_INFINITY : many <= -ALL ? Number.NEGATIVE_INFINITY : many
  return {
    kind: 'cursor',
    action: { action: isMove ? 'move' : 'fetch', name, direction: DIRECTIONS[direction] ?? 'forward', count },
    ...common(context, isMove ? 'MOVE' : 'FETCH'),
  }
}

export const planClose = (context: StatementContext, { portalname: name = '' }: ClosePortalStmt): CursorPlan => ({
  kind: 'cursor',
  action: name === '' ? { action: 'close all' } : { action: 'close', name },
  ...common(context, name === '' ? 'CLOSE CURSOR ALL' : 'CLOSE CURSOR'),
})
