/** Calls as SQL: of functions, aggregates and window functions. After get_func_expr, get_agg_expr and get_windowfunc_expr. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import type { Call, Expr, SortItem } from '../tree/expression.ts'
import type { WindowDefinition } from '../tree/query.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { type Deparse, part, show } from './expression.ts'
import { functionName } from './name.ts'

/** The last argument is shown as what it is: an array, made of several values or given as one. */
const isVariadic = (fn: FunctionInfo, given: boolean | undefined): boolean =>
  given === true || (fn.variadic !== 0 && fn.variadic !== OID.any)

const argumentList = (deparse: Deparse, fn: FunctionInfo, args: readonly Expr[], variadic: boolean | undefined) => {
  const within = { ...deparse, implicit: true }
  const last = isVariadic(fn, variadic) ? args.length - 1 : -1
  return args.map((arg, at) => (at === last ? 'VARIADIC ' : '') + show(within, arg)).join(', ')
}

/** Where a function is written with words between its arguments (get_func_sql_syntax), by its C symbol. */
const SYNTAX: Readonly<Record<string, (shown: Shown) => string>> = {
  timezone: atTimeZone,
  extract: ({ text, field }) => `EXTRACT(${field()} FROM ${text(1)})`,
  overlaps: ({ text }) => `((${text(0)}, ${text(1)}) OVERLAPS (${text(2)}, ${text(3)}))`,
  overlay: ({ text, count }) =>
    `OVERLAY(${text(0)} PLACING ${text(1)} FROM ${text(2)}${count > 3 ? ` FOR ${text(3)}` : ''})`,
  position: ({ text }) => `POSITION((${text(1)}) IN (${text(0)}))`,
  substring: ({ text, count }) => `SUBSTRING(${text(0)} FROM ${text(1)}${count > 2 ? ` FOR ${text(2)}` : ''})`,
  btrim: trim('BOTH'),
  ltrim: trim('LEADING'),
  rtrim: trim('TRAILING'),
}

interface Shown {
  readonly text: (at: number) => string
  readonly tight: (at: number) => string
  /** The text of the first argument, a literal. */
  readonly field: () => string
  readonly count: number
}

function atTimeZone({ tight, count }: Shown): string {
  return count === 1 ? `(${tight(0)} AT LOCAL)` : `(${tight(1)} AT TIME ZONE ${tight(0)})`
}

function trim(side: string) {
  return ({ text, count }: Shown): string => `TRIM(${side}${count > 1 ? ` ${text(1)}` : ''} FROM ${text(0)})`
}

const inWords = (deparse: Deparse, expr: Call): string => {
  const { fn, args } = expr
  const write = SYNTAX[fn.name]
  if (write === undefined) throw unsupported(`the text of ${fn.name}()`)
  const within = { ...deparse, implicit: false }
  const arg = (at: number): Expr => args[at] as Expr
  return write({
    text: (at) => show(within, arg(at)),
    tight: (at) => part(within, arg(at), expr),
    field: () => {
      const [first] = args
      if (first?.kind !== 'const' || first.value === null) throw unsupported(`the text of ${fn.name}()`)
      return String(first.value)
    },
    count: args.length,
  })
}

export const functionCall = (deparse: Deparse, expr: Call): string => {
  const { fn, args } = expr
  if (expr.syntax) return inWords(deparse, expr)
  return `${functionName(deparse.env, fn)}(${argumentList(deparse, fn, args, expr.variadic)})`
}

/** A value that is sorted or grouped by, so that it cannot be taken for a number of a column, or a name of one. */
export const sortValue = (deparse: Deparse, expr: Expr): string => {
  const within = { ...deparse, implicit: true }
  switch (expr.kind) {
    case 'const':
      return show({ ...within, labelled: true }, expr)
    case 'column':
      return show({ ...deparse, sorting: true }, expr)
    case 'call':
    case 'aggregate':
    case 'window':
      return deparse.pretty || expr.kind !== 'call' || expr.operator === undefined
        ? `(${show(within, expr)})`
        : show(within, expr)
    default:
      return deparse.pretty ? `(${show(within, expr)})` : show(within, expr)
  }
}

export const direction = ({ descending, nullsFirst }: Pick<SortItem, 'descending' | 'nullsFirst'>): string =>
  descending ? ` DESC${nullsFirst ? '' : ' NULLS LAST'}` : nullsFirst ? ' NULLS FIRST' : ''

const sortList = (deparse: Deparse, items: readonly SortItem[]): string =>
  items.map((item) => sortValue(deparse, item.expr) + direction(item)).join(', ')

const filtered = (deparse: Deparse, filter: Expr | undefined): string =>
  filter === undefined ? '' : ` FILTER (WHERE ${show({ ...deparse, implicit: false }, filter)})`

export const aggregateCall = (deparse: Deparse, expr: Expr & { kind: 'aggregate' }): string => {
  const { fn, direct, args, star, distinct, orderBy, filter, variadic } = expr
  const name = functionName(deparse.env, fn)
  if (expr.direct.length > 0 || expr.withinGroup)
    return `${name}(${argumentList(deparse, fn, direct, false)}) WITHIN GROUP (ORDER BY ${sortList(deparse, orderBy)})${filtered(deparse, filter)}`
  const list = star ? '*' : argumentList(deparse, fn, args, variadic)
  const order = orderBy.length > 0 ? ` ORDER BY ${sortList(deparse, orderBy)}` : ''
  return `${name}(${distinct ? 'DISTINCT ' : ''}${list}${order})${filtered(deparse, filter)}`
}

type Bound = NonNullable<WindowDefinition['frame']>['start']

const bound = (deparse: Deparse, { kind, offset }: Bound): string => {
  switch (kind) {
    case 'unboundedPreceding':
      return 'UNBOUNDED PRECEDING'
    case 'unboundedFollowing':
      return 'UNBOUNDED FOLLOWING'
    case 'current':
      return 'CURRENT ROW'
    default:
      return `${show({ ...deparse, implicit: false }, offset as Expr)} ${kind.toUpperCase()}`
  }
}

const EXCLUDED = { none: '', current: ' EXCLUDE CURRENT ROW', group: ' EXCLUDE GROUP', ties: ' EXCLUDE TIES' } as const

/** What stands in the parentheses of OVER, or of a window of the WINDOW clause. */
export const windowText = (deparse: Deparse, window: WindowDefinition): string => {
  const { base, partitionBy, orderBy, frame } = window
  if (base !== undefined) throw unsupported('the text of a window that goes on from another')
  const parts: string[] = []
  if (partitionBy.length > 0) parts.push(`PARTITION BY ${partitionBy.map((it) => sortValue(deparse, it)).join(', ')}`)
  if (orderBy.length > 0) parts.push(`ORDER BY ${sortList(deparse, orderBy)}`)
  if (frame !== undefined) {
    const { mode, start, end, exclude, between } = frame
    const bounds = between ? `BETWEEN ${bound(deparse, start)} AND ${bound(deparse, end)}` : bound(deparse, start)
    parts.push(`${mode.toUpperCase()} ${bounds}${EXCLUDED[exclude]}`)
  }
  return `(${parts.join(' ')})`
}

export const windowCall = (deparse: Deparse, expr: Expr & { kind: 'window' }): string => {
  const { fn, args, star, filter } = expr
  const window = deparse.windows[expr.window]
  if (window === undefined) throw unsupported('the text of this window')
  const list = star ? '*' : argumentList(deparse, fn, args, false)
  const over = window.name === undefined ? windowText(deparse, window) : quoteIdentifier(window.name)
  return `${functionName(deparse.env, fn)}(${list})${filtered(deparse, filter)} OVER ${over}`
}
