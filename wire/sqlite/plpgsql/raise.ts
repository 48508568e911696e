/** RAISE and ASSERT. Manual: "Errors and Messages". */
import { OID } from '../../../compiler/catalog/oid.ts'
import type { StatementKinds } from '../../../compiler/plpgsql/tree.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { codecOf } from '../../../compiler/types/codec.ts'
import { PgError } from '../../protocol/error.ts'
import { conditionCode } from './condition.ts'
import { evaluateExpression, type Typed } from './expressions.ts'
import type { Frame } from './frame.ts'

/** `elog.h`'s levels. */
const LEVELS = { log: 15, info: 17, notice: 18, warning: 19, error: 21 } as const

/** `PLpgSQL_raise_option_type`. */
const OPTIONS = ['errcode', 'message', 'detail', 'hint', 'column', 'constraint', 'datatype', 'table', 'schema'] as const
type Option = (typeof OPTIONS)[number]

type RaiseOptions = Readonly<Partial<Record<Exclude<Option, 'errcode' | 'message'>, string>>>

/** An error that a function has raised itself; all that diagnostics say of it is known. */
export class RaisedError extends PgError {
  readonly options: RaiseOptions

  constructor(code: string, message: string, options: RaiseOptions) {
    super(code, message, options)
    this.options = options
  }
}

export const textOf = (frame: Frame, { value, type }: Typed): string | null => {
  const env = frame.host.environment
  return value === null ? null : codecOf(env, type).output(value as Exclude<Value, null>, env)
}

/** @param current the error that is being handled, for RAISE without anything */
export const raise = (frame: Frame, statement: StatementKinds['raise'], current: PgError | undefined): void => {
  const { elog_level: level, condname, message: format, params = [], options: nodes = [] } = statement
  if (condname === undefined && format === undefined && nodes.length === 0) {
    if (current === undefined)
      throw new PgError('0Z002', 'RAISE without parameters cannot be used outside an exception handler')
    throw current
  }
  let code = condname === undefined ? undefined : conditionCode(condname)
  let conditionName = condname
  let message: string | undefined
  if (format !== undefined) {
    let next = 0
    message = format.replace(/%%|%/g, (mark) => {
      if (mark === '%%') return '%'
      const param = params[next++]
      if (param === undefined) throw new PgError('42601', 'too few parameters specified for RAISE')
      return textOf(frame, evaluateExpression(frame, param.PLpgSQL_expr)) ?? '<NULL>'
    })
    if (next < params.length) throw new PgError('42601', 'too many parameters specified for RAISE')
  }
  const options: { -readonly [Name in keyof RaiseOptions]: string } = {}
  for (const { PLpgSQL_raise_option: option } of nodes) {
    const kind = OPTIONS[option.opt_type ?? 0] ?? 'errcode'
    const text = textOf(frame, evaluateExpression(frame, option.expr.PLpgSQL_expr))
    if (text === null) throw new PgError('22004', 'RAISE statement option cannot be null')
    const repeated = (): PgError => new PgError('42601', `RAISE option already specified: ${kind.toUpperCase()}`)
    if (kind === 'errcode') {
      if (code !== undefined) throw repeated()
      code = conditionCode(text)
      conditionName = text
    } else if (kind === 'message') {
      if (message !== undefined) throw repeated()
      message = text
    } else {
      if (options[kind] !== undefined) throw repeated()
      options[kind] = text
    }
  }
  const text = message ?? conditionName ?? code ?? ''
  if (level >= LEVELS.error) throw new RaisedError(code ?? 'P0001', text, options)
  if (level !== LEVELS.info && level < LEVELS.notice) return
  const severity = level === LEVELS.info ? 'INFO' : level === LEVELS.notice ? 'NOTICE' : 'WARNING'
  const shown = code ?? (severity === 'WARNING' ? '01000' : '00000')
  frame.host.notify({ severity, code: shown, message: text, fields: options })
}

export const assertTrue = (frame: Frame, { cond, message }: StatementKinds['assert']): void => {
  const { value } = evaluateExpression(frame, cond.PLpgSQL_expr)
  if (value === 1n) return
  const text = message && textOf(frame, evaluateExpression(frame, message.PLpgSQL_expr))
  throw new PgError('P0004', text ?? 'assertion failed')
}

/** The type of what GET DIAGNOSTICS gives. */
export const DIAGNOSTIC_TYPES: Readonly<Record<string, number>> = { ROW_COUNT: OID.int8 }
