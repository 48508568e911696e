/** Window functions. Those of SQLite are PostgreSQL's, frames and all, given explicit places for NULLs. */

import { PgError } from '../../wire/protocol/error.ts'
import { fold } from '../evaluate/fold.ts'
import type { Frame, Over, Sql } from '../sqlite/tree.ts'
import { call, literal } from '../sqlite/tree.ts'
import type { Expr, WindowCall } from '../tree/expression.ts'
import type { FrameBound, WindowDefinition } from '../tree/query.ts'
import { lowerWindowAggregate } from './aggregate.ts'
import { refuseAt } from './context.ts'
import { lowerExpression, lowerFolded, type Place } from './expression.ts'
import { keyOf, orderTerm } from './key.ts'

const RANKING: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist'])

const BOUNDS = {
  unboundedPreceding: 'UNBOUNDED PRECEDING',
  current: 'CURRENT ROW',
  unboundedFollowing: 'UNBOUNDED FOLLOWING',
} as const

const lowerBound = (place: Place, bound: FrameBound, start: boolean): Frame['start'] => {
  if (bound.kind !== 'preceding' && bound.kind !== 'following') return BOUNDS[bound.kind]
  const offset = fold(place.env, bound.offset as Expr)
  if (offset.kind !== 'const') throw refuseAt('a frame offset that is not constant', offset.position)
  const name = start ? 'starting' : 'ending'
  if (offset.value === null) throw new PgError('22004', `frame ${name} offset must not be null`)
  if ((offset.value as bigint) < 0n) throw new PgError('22013', `frame ${name} offset must not be negative`)
  return { offset: literal(offset.value), direction: bound.kind === 'preceding' ? 'PRECEDING' : 'FOLLOWING' }
}

const EXCLUDE = { none: undefined, current: 'CURRENT ROW', group: 'GROUP', ties: 'TIES' } as const

export const lowerOver = (place: Place, { partitionBy, orderBy, frame }: WindowDefinition): Over => ({
  partitionBy: partitionBy.map((expr) => keyOf(place, lowerFolded(place, expr), expr.type, expr.position)),
  orderBy: orderBy.map((item) => orderTerm(place, lowerFolded(place, item.expr), item.expr.type, item)),
  frame: frame && {
    mode: frame.mode.toUpperCase() as Frame['mode'],
    start: lowerBound(place, frame.start, true),
    end: lowerBound(place, frame.end, false),
    exclude: EXCLUDE[frame.exclude],
  },
})

const constantOf = (place: Place, expr: Expr | undefined): bigint | null | undefined => {
  const folded = expr && fold(place.env, expr)
  return folded?.kind === 'const' ? (folded.value as bigint | null) : undefined
}

/** Functions whose result depends on the order of rows that ORDER BY leaves equal. */
const BY_POSITION: ReadonlySet<string> = new Set([
  'row_number',
  'ntile',
  'lag',
  'lead',
  'first_value',
  'last_value',
  'nth_value',
])

const sorting = ({ partitionBy, orderBy }: WindowDefinition): string =>
  JSON.stringify([partitionBy, orderBy], (key, value) => {
    if (key === 'position' || key === 'source' || key === 'cast') return undefined
    return typeof value === 'bigint' ? String(value) : value
  })

/** Equal rows lie as the sort before left them: where PostgreSQL sorts more than once, that order is its own. */
const refuseOpenOrder = (expr: WindowCall, windows: readonly WindowDefinition[]): void => {
  if (!BY_POSITION.has(expr.fn.name)) return
  const window = windows[expr.window]
  const frame = window?.frame
  if (
    frame?.mode === 'range' &&
    (frame.start.offset ?? frame.end.offset) !== undefined &&
    expr.fn.name.endsWith('_value')
  )
    throw refuseAt(`${expr.fn.name}() over a range of values`, expr.position)
  if (new Set(windows.filter(({ orderBy }) => orderBy.length > 0).map(sorting)).size > 1)
    throw refuseAt(`${expr.fn.name}() beside a window of another order`, expr.position)
}

export const lowerWindow = (place: Place, expr: WindowCall, windows: readonly WindowDefinition[]): Sql => {
  const window = windows[expr.window]
  if (window === undefined) throw new Error('a window call without its window')
  refuseOpenOrder(expr, windows)
  const over = lowerOver(place, window)
  if (expr.fn.kind === 'a') return lowerWindowAggregate(place, expr, over)
  const { name } = expr.fn
  const args = expr.args.map((arg) => lowerExpression(place, arg))
  const result = (fn: string, ...list: readonly Sql[]): Sql => ({ ...call(fn, ...list), over }) as Sql
  if (RANKING.has(name)) return result(name)
  switch (name) {
    case 'ntile': {
      const buckets = constantOf(place, expr.args[0])
      if (buckets === undefined) throw refuseAt('ntile() of a value that is not constant', expr.position)
      // The rows still come in the window's order.
      if (buckets === null) return call('nullif', result(name, literal(1n)), literal(1n))
      if (buckets <= 0n) throw new PgError('22014', 'argument of ntile must be greater than zero')
      return result(name, literal(buckets))
    }
    case 'lag':
    case 'lead': {
      const offset = expr.args.length > 1 ? constantOf(place, expr.args[1]) : 1n
      if (offset === undefined) throw refuseAt(`${name}() by an offset that is not constant`, expr.position)
      if (offset === null) return literal(null)
      const [value, , otherwise] = args
      const list = [
        value as Sql,
        literal(offset < 0n ? -offset : offset),
        ...(otherwise === undefined ? [] : [otherwise]),
      ]
      return result(offset < 0n ? (name === 'lag' ? 'lead' : 'lag') : name, ...list)
    }
    case 'first_value':
    case 'last_value':
      return result(name, ...args)
    case 'nth_value': {
      const position = constantOf(place, expr.args[1])
      if (position === undefined) throw refuseAt('nth_value() of a position that is not constant', expr.position)
      if (position === null) return literal(null)
      if (position <= 0n) throw new PgError('22016', 'argument of nth_value must be greater than zero')
      return result(name, args[0] as Sql, literal(position))
    }
    default:
      throw refuseAt(`the window function ${name}`, expr.position)
  }
}
