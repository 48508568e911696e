/** Window functions. Those of SQLite are PostgreSQL's, frames and all, given explicit places for NULLs. */

import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import { fold } from '../evaluate/fold.ts'
import type { Frame, Over, Sql } from '../sqlite/tree.ts'
import { call, infix, literal, postfix, prefix, when } from '../sqlite/tree.ts'
import type { Expr, WindowCall } from '../tree/expression.ts'
import type { FrameBound, WindowDefinition } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { hasVolatile, rangeOf, some } from '../tree/walk.ts'
import { INFINITE, INFINITE_DATE, NEGATIVE_INFINITE, NEGATIVE_INFINITE_DATE } from '../types/datetime.ts'
import { DAY, loadInterval, span } from '../types/interval.ts'
import { lowerWindowAggregate } from './aggregate.ts'
import { callUser, refuseAt } from './context.ts'
import { lowerExpression, lowerFolded, type Place } from './expression.ts'
import { hasDistance, isValueOfFrame, lowerFrameCall } from './frame.ts'
import { keyOf, orderTerm } from './key.ts'

const RANKING: ReadonlySet<string> = new Set(['row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist'])

const INTEGERS: ReadonlySet<number> = new Set([OID.int2, OID.int4, OID.int8])

const BOUNDS = {
  unboundedPreceding: 'UNBOUNDED PRECEDING',
  current: 'CURRENT ROW',
  unboundedFollowing: 'UNBOUNDED FOLLOWING',
} as const

type End = 'starting' | 'ending'

const nullOffset = (end: End): PgError => new PgError('22004', `frame ${end} offset must not be null`)

const negativeOffset = (end: End, ofRange: boolean): PgError =>
  new PgError(
    '22013',
    ofRange ? 'invalid preceding or following size in window function' : `frame ${end} offset must not be negative`,
  )

/** An offset that the parameters of the statement bring. @throws PgError 0A000 for what SQLite takes for no constant */
const offsetLater = (place: Place, offset: Expr, key: Expr | undefined): Sql => {
  const lowered = lowerExpression(place, offset)
  const isNumber = key === undefined || INTEGERS.has(place.env.catalog.baseType(key.type))
  if (lowered.kind === 'parameter' && isNumber) return lowered
  throw refuseAt('a frame offset that is neither constant nor a parameter', offset.position)
}

/** @param key what RANGE adds the offset to */
const lowerBound = (place: Place, bound: FrameBound, end: End, key: Expr | undefined): Frame['start'] => {
  if (bound.kind !== 'preceding' && bound.kind !== 'following') return BOUNDS[bound.kind]
  const direction = bound.kind === 'preceding' ? 'PRECEDING' : 'FOLLOWING'
  const offset = fold(place.env, bound.offset as Expr)
  if (offset.kind !== 'const') return { offset: offsetLater(place, offset, key), direction }
  if (offset.value === null) throw nullOffset(end)
  const value = key === undefined ? offset.value : distance(place, offset.value, key, offset.position)
  if (Number(value) < 0) throw negativeOffset(end, key !== undefined)
  return { offset: literal(value), direction }
}

/**
 * The limit of a query, which SQLite computes before anything else, as PostgreSQL does the offsets of its frames.
 * @param limit without frames; what is negative stands for none
 */
export const withFrameOffsets = (
  place: Place,
  windows: readonly WindowDefinition[],
  limit: Sql | undefined,
): Sql | undefined => {
  const offsets = windows.flatMap(({ frame }) =>
    frame === undefined
      ? []
      : ([
          ['starting', frame.start.offset, frame.mode === 'range'],
          ['ending', frame.end.offset, frame.mode === 'range'],
        ] as const),
  )
  return offsets.reduce<Sql | undefined>((checked, [end, offset, ofRange]) => {
    const folded = offset && fold(place.env, offset)
    if (folded === undefined || folded.kind === 'const') return checked
    return callUser(
      place,
      `pg_frame_${end}_offset${ofRange ? '_of_range' : ''}`,
      [lowerExpression(place, folded), checked ?? literal(-1n)],
      (_env, [value = null, none = null]) => {
        if (value === null) throw nullOffset(end)
        if ((value as bigint) < 0n) throw negativeOffset(end, ofRange)
        return none
      },
      { position: folded.position, feature: 'a frame offset that is not constant' },
    )
  }, limit)
}

/** An offset as the number that SQLite adds to the stored values of a type. */
const distance = (place: Place, offset: Exclude<Value, null>, key: Expr, position?: number): bigint | number => {
  if (typeof offset === 'bigint') return offset
  // NaN is none that a frame can have.
  if (offset === 'NaN') return -1
  if (typeof offset === 'number') {
    if (!Number.isFinite(offset)) throw refuseAt('RANGE with an infinite offset', position)
    return offset
  }
  const interval = loadInterval(offset)
  const base = place.env.catalog.baseType(key.type)
  if (base === OID.time) return interval.micros
  if (interval.months !== 0) throw refuseAt('RANGE with an offset of months', position)
  if (interval.days !== 0 && base === OID.timestamptz && place.env.settings.timeZone !== 'UTC')
    throw refuseAt('RANGE with an offset of days in this time zone', position)
  return span(interval)
}

/** A moment as a number that offsets can be added to: microseconds, also for a date; what is infinite stays so. */
const measured = (place: Place, value: Sql, type: number): Sql => {
  const base = place.env.catalog.baseType(type)
  if (base !== OID.date && base !== OID.timestamp && base !== OID.timestamptz) return value
  const [first, last, unit] =
    base === OID.date ? [NEGATIVE_INFINITE_DATE, INFINITE_DATE, DAY] : [NEGATIVE_INFINITE, INFINITE, 1n]
  return {
    kind: 'case',
    whens: [
      { when: infix('=', value, literal(last)), result: literal(Infinity) },
      { when: infix('=', value, literal(first)), result: literal(-Infinity) },
    ],
    otherwise: unit === 1n ? value : infix('*', value, literal(unit)),
  }
}

const EXCLUDE = { none: undefined, current: 'CURRENT ROW', group: 'GROUP', ties: 'TIES' } as const

export const lowerOver = (place: Place, { partitionBy, orderBy, frame }: WindowDefinition): Over => ({
  partitionBy: partitionBy.map((expr) => keyOf(place, lowerFolded(place, expr), expr.type, expr.position)),
  orderBy: orderBy.map((item) => {
    const term = orderTerm(place, lowerFolded(place, item.expr), item.expr.type, item)
    return hasDistance(frame) ? { ...term, expr: measured(place, term.expr, item.expr.type) } : term
  }),
  frame: frame && {
    mode: frame.mode.toUpperCase() as Frame['mode'],
    start: lowerBound(place, frame.start, 'starting', frame.mode === 'range' ? orderBy[0]?.expr : undefined),
    end: lowerBound(place, frame.end, 'ending', frame.mode === 'range' ? orderBy[0]?.expr : undefined),
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
const isOpenOrder = ({ fn }: WindowCall, windows: readonly WindowDefinition[]): boolean =>
  BY_POSITION.has(fn.name) && new Set(windows.filter(({ orderBy }) => orderBy.length > 0).map(sorting)).size > 1

/** A value that depends on the order of equal rows, where a partition has none: it has as many ranks as rows. */
const unlessTied = (place: Place, expr: WindowCall, window: WindowDefinition, value: Sql): Sql => {
  const over = lowerOver(place, { ...window, frame: undefined })
  const descent = over.orderBy.map((term) => ({
    ...term,
    descending: !term.descending,
    nullsFirst: !term.nullsFirst,
  }))
  const rank = (orderBy: Over['orderBy']): Sql => ({
    kind: 'call',
    name: 'dense_rank',
    args: [],
    over: { ...over, orderBy },
  })
  const ranks = infix('-', infix('+', rank(over.orderBy), rank(descent)), literal(1n))
  const rows: Sql = { kind: 'call', name: 'count', args: [], star: true, over: { ...over, orderBy: [] } }
  const feature = `${expr.fn.name}() of equal rows beside a window of another order`
  const refuse = callUser(
    place,
    `pg_refuse:${feature}`,
    [],
    () => {
      throw refuseAt(feature, expr.position)
    },
    { position: expr.position, feature, deterministic: false },
  )
  return when(infix('<', ranks, rows), refuse, value)
}

/** An argument that must be greater than zero, or NULL. @throws PgError where it is a constant and is not */
const positive = (place: Place, { fn, position }: WindowCall, arg: Expr | undefined, code: string): Sql => {
  const error = (): PgError => new PgError(code, `argument of ${fn.name} must be greater than zero`)
  const value = constantOf(place, arg)
  if (value === undefined)
    return callUser(
      place,
      `pg_${fn.name}_argument`,
      [lowerExpression(place, arg as Expr)],
      (_env, [given = null]) => {
        if (given !== null && (given as bigint) <= 0n) throw error()
        return given
      },
      { position, feature: `${fn.name}() of a value that is not constant` },
    )
  if (value !== null && value <= 0n) throw error()
  return literal(value)
}

/** What SQLite computes of a number that it requires, or NULL where that is NULL; the rows still come in the window's order. */
const unlessNull = (number: Sql, of: (number: Sql) => Sql): Sql => {
  if (number.kind !== 'literal')
    return when(postfix(number, 'IS NULL'), literal(null), of(call('ifnull', number, literal(1n))))
  return number.value === null ? call('nullif', of(literal(1n)), of(literal(1n))) : of(number)
}

/** @throws PgError 22016 */
const nthOf = (place: Place, call: WindowCall): bigint | null => {
  const nth = positive(place, call, call.args[1], '22016')
  if (nth.kind !== 'literal')
    throw refuseAt('nth_value() of a position that is not constant, in a frame at a distance', call.position)
  return nth.value as bigint | null
}

export const lowerWindow = (place: Place, expr: WindowCall, windows: readonly WindowDefinition[]): Sql => {
  const window = windows[expr.window]
  if (window === undefined) throw new Error('a window call without its window')
  const value = lowerOverWindow(place, expr, windows, window)
  return isOpenOrder(expr, windows) ? unlessTied(place, expr, window, value) : value
}

const lowerOverWindow = (
  place: Place,
  expr: WindowCall,
  windows: readonly WindowDefinition[],
  window: WindowDefinition,
): Sql => {
  const searched = place.frames?.windows === windows && hasDistance(window.frame) ? place.frames : undefined
  if (searched !== undefined && (expr.fn.kind === 'a' || isValueOfFrame(expr)))
    return lowerFrameCall(place, searched, expr, expr.fn.name === 'nth_value' ? nthOf(place, expr) : undefined)
  const over = lowerOver(place, searched === undefined ? window : { ...window, frame: undefined })
  if (expr.fn.kind === 'a') return lowerWindowAggregate(place, expr, over)
  const { name } = expr.fn
  const number = name === 'ntile' ? expr.args[0] : expr.args[1]
  if (number !== undefined && hasVolatile(number)) throw refuseAt(`${name}() by a volatile number`, expr.position)
  const args = expr.args.map((arg) => lowerExpression(place, arg))
  const result = (fn: string, ...list: readonly Sql[]): Sql => ({ ...call(fn, ...list), over }) as Sql
  if (RANKING.has(name)) return result(name)
  switch (name) {
    case 'ntile': {
      const [arg] = expr.args
      if (arg !== undefined && some(arg, (it) => rangeOf(it) !== undefined))
        throw refuseAt('ntile() of a value that differs between rows', expr.position)
      return unlessNull(positive(place, expr, arg, '22014'), (buckets) => result(name, buckets))
    }
    case 'lag':
    case 'lead': {
      const offset = expr.args.length > 1 ? constantOf(place, expr.args[1]) : 1n
      const [value, distance, otherwise] = args
      const rest = otherwise === undefined ? [] : [otherwise]
      // What lead() looks at is the whole partition, and so its rows behind as well.
      if (offset === undefined) {
        const ahead = name === 'lead' ? (distance as Sql) : prefix('-', distance as Sql)
        return unlessNull(ahead, (distance) => result('lead', value as Sql, distance, ...rest))
      }
      if (offset === null) return unlessNull(literal(null), (distance) => result(name, value as Sql, distance))
      const list = [value as Sql, literal(offset < 0n ? -offset : offset), ...rest]
      return result(offset < 0n ? (name === 'lag' ? 'lead' : 'lag') : name, ...list)
    }
    case 'first_value':
    case 'last_value':
      return result(name, ...args)
    case 'nth_value':
      return unlessNull(positive(place, expr, expr.args[1], '22016'), (nth) => result(name, args[0] as Sql, nth))
    default:
      throw refuseAt(`the window function ${name}`, expr.position)
  }
}
