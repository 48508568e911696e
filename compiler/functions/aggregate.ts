/** Aggregates. Manual: "Aggregate Functions". Each computes from all its rows at once. */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import { nestArrays } from '../evaluate/evaluate.ts'
import type { Value } from '../tree/value.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import { codecOf } from '../types/codec.ts'
import { fromNumber, toNumber } from '../types/float.ts'
import { INT8, inRange } from '../types/integer.ts'
import { type Interval, loadInterval, storeInterval } from '../types/interval.ts'
import { jsonbIn, quoteJson } from '../types/json.ts'
import {
  add,
  type Decimal,
  divide,
  divideAt,
  divisionScale,
  formatDecimal,
  multiply,
  power10,
  squareRoot,
  toDecimal,
} from '../types/numeric.ts'
import { andBits, orBits, xorBits } from './bit.ts'
import type { AggregateFunction, Call } from './implementation.ts'
import { addIntervals, intervalFunctions } from './interval.ts'
import { toJson } from './json-value.ts'
import { aggregateRanges, intersectRanges } from './multirange.ts'
import { orderedSetAggregates } from './ordered-set.ts'
import { textOf } from './text.ts'

type Rows = readonly (readonly Value[])[]

const strict = (result: AggregateFunction['result']): AggregateFunction => ({ strict: true, result })
const lax = (result: AggregateFunction['result']): AggregateFunction => ({ strict: false, result })

const first = (rows: Rows): Value[] => rows.map(([value = null]) => value)

const isInteger = (type: number | undefined): boolean => type === OID.int2 || type === OID.int4 || type === OID.int8

const decimals = (rows: Rows): Decimal[] =>
  first(rows).map((value) => toDecimal(typeof value === 'bigint' ? String(value) : value))

const total = (values: readonly Decimal[]): Decimal => values.reduce(add, { digits: 0n, scale: 0 })

const floatSum = (values: readonly number[], single: boolean): Value => {
  let sum = values[0] ?? 0
  for (const value of values.slice(1)) {
    const next = single ? Math.fround(sum + value) : sum + value
    if (!Number.isFinite(next) && Number.isFinite(sum) && Number.isFinite(value))
      throw new PgError('22003', 'value out of range: overflow')
    sum = next
  }
  return fromNumber(sum)
}

const intervalSum = (values: readonly Interval[]): Interval => values.reduce(addIntervals)

const sum = strict(function (this: Call, rows) {
  if (rows.length === 0) return null
  const [type = 0] = this.args
  if (type === OID.int2 || type === OID.int4)
    return inRange(
      INT8,
      first(rows).reduce<bigint>((sum, value) => sum + (value as bigint), 0n),
    )
  if (type === OID.int8 || type === OID.numeric) return formatDecimal(total(decimals(rows)))
  if (type === OID.float8 || type === OID.float4) return floatSum(first(rows).map(toNumber), type === OID.float4)
  if (type === OID.interval) return storeInterval(intervalSum(first(rows).map(loadInterval)))
  throw unsupported('sum() of this type')
})

/** Youngs-Cramer, as float8_accum computes: count, sum, and the sum of squared differences. */
const accumulate = (values: readonly number[]): { readonly n: number; readonly sx: number; readonly sxx: number } => {
  let [n, sx, sxx] = [0, 0, 0]
  for (const value of values) {
    const before = { n, sx }
    n += 1
    sx += value
    if (before.n > 0) {
      const term = value * n - sx
      sxx += (term * term) / (n * before.n)
      if (!Number.isFinite(sx) || !Number.isFinite(sxx)) {
        if (Number.isFinite(before.sx) && Number.isFinite(value))
          throw new PgError('22003', 'value out of range: overflow')
        sxx = Number.NaN
      }
    } else if (!Number.isFinite(value)) sxx = Number.NaN
  }
  return { n, sx, sxx }
}

const average = strict(function (this: Call, rows) {
  if (rows.length === 0) return null
  const [type = 0] = this.args
  if (isInteger(type) || type === OID.numeric)
    return formatDecimal(divide(total(decimals(rows)), { digits: BigInt(rows.length), scale: 0 }))
  if (type === OID.float8 || type === OID.float4) {
    const { n, sx } = accumulate(first(rows).map(toNumber))
    return fromNumber(sx / n)
  }
  if (type === OID.interval) {
    const all = intervalSum(first(rows).map(loadInterval))
    return (intervalFunctions.interval_div as (value: string, by: Value) => Value).call(
      this,
      storeInterval(all),
      rows.length,
    )
  }
  throw unsupported('avg() of this type')
})

/** A square with all its digits: intermediate results are not bound to what a numeric can hold. */
const square = ({ digits, scale }: Decimal): Decimal => ({ digits: digits * digits, scale: scale * 2 })

const addUnbounded = (a: Decimal, b: Decimal): Decimal => {
  const scale = Math.max(a.scale, b.scale)
  return { digits: a.digits * power10(scale - a.scale) + b.digits * power10(scale - b.scale), scale }
}

const variance = (sample: boolean, root: boolean): AggregateFunction =>
  strict(function (this: Call, rows) {
    const [type = 0] = this.args
    const n = rows.length
    if (n === 0 || (sample && n === 1)) return null
    if (type === OID.float8 || type === OID.float4) {
      const { sxx } = accumulate(first(rows).map(toNumber))
      const value = sxx / (sample ? n - 1 : n)
      return fromNumber(root ? Math.sqrt(value) : value)
    }
    const values = decimals(rows)
    if (values.some(({ special }) => special !== undefined)) return 'NaN'
    const count: Decimal = { digits: BigInt(n), scale: 0 }
    const squares = values.map(square).reduce(addUnbounded, { digits: 0n, scale: 0 })
    const whole = values.reduce(addUnbounded, { digits: 0n, scale: 0 })
    const wholeSquare = square(whole)
    const numerator = addUnbounded(
      { digits: count.digits * squares.digits, scale: squares.scale },
      { ...wholeSquare, digits: -wholeSquare.digits },
    )
    if (numerator.digits <= 0n) return '0'
    const denominator = multiply(count, { digits: BigInt(sample ? n - 1 : n), scale: 0 })
    const scale = divisionScale(numerator, denominator)
    const result = divideAt(numerator, denominator, scale)
    return formatDecimal(root ? squareRoot(divideAt(numerator, denominator, scale), scale) : result)
  })

/** Which of several equal values stays depends on the order of the rows. */
const extreme = (sign: number): AggregateFunction =>
  strict(function (this: Call, rows) {
    const codec = codecOf(this, this.args[0] ?? 0)
    return first(rows).reduce((best, value) => {
      const order = best === null ? -1 : codec.compare(best, value, this) * sign
      if (order === 0 && !Object.is(best, value))
        throw unsupported('min() or max() of values that are equal and look different')
      return order <= 0 ? value : best
    }, null)
  })

const bits = (
  ofIntegers: (a: bigint, b: bigint) => bigint,
  ofStrings: (a: string, b: string) => string,
): AggregateFunction =>
  strict(function (this: Call, rows) {
    if (rows.length === 0) return null
    const values = first(rows)
    return this.args[0] === OID.bit ? (values as string[]).reduce(ofStrings) : (values as bigint[]).reduce(ofIntegers)
  })

/** @param areRows what is gathered are rows that have become JSON already, where their fields were known */
const jsonArray = (jsonb: boolean, dropNulls: boolean, areRows = false): AggregateFunction =>
  lax(function (this: Call, rows) {
    const kept = rows.filter(([value = null]) => !(dropNulls && value === null))
    if (rows.length === 0) return null
    const [type = 0] = this.args
    // rows and arrays begin a line of their own
    const { oid, kind } = this.catalog.type(this.catalog.baseType(type))
    const isStructure = areRows || kind === 'c' || oid === OID.record || this.catalog.isArray(oid)
    const items = kept.map(([value = null], at) => {
      const text = toJson(this, value, type, jsonb)
      return at > 0 && isStructure && value !== null ? `\n ${text}` : text
    })
    const text = `[${items.join(', ')}]`
    return jsonb ? jsonbIn(text) : text
  })

const jsonObject = (jsonb: boolean, dropNulls: boolean, unique: boolean): AggregateFunction =>
  lax(function (this: Call, rows) {
    if (rows.length === 0) return null
    const seen = new Set<string>()
    const pairs = rows.flatMap(([key = null, value = null]) => {
      if (key === null)
        throw new PgError(
          jsonb ? '22023' : '22004',
          jsonb ? 'field name must not be null' : 'null value not allowed for object key',
        )
      const type = this.args[0] ?? OID.text
      const name = type === OID.bool ? (key === 1n ? 'true' : 'false') : textOf(this, key, type)
      if (unique && seen.has(name)) throw new PgError('22030', `duplicate JSON object key value: ${quoteJson(name)}`)
      seen.add(name)
      if (dropNulls && value === null) return []
      return [`${quoteJson(name)} : ${toJson(this, value, this.args[1] ?? OID.text, jsonb)}`]
    })
    const text = `{ ${pairs.join(', ')} }`
    return jsonb ? jsonbIn(text) : text
  })

/** Regression: sums over pairs (y, x), both given. */
const pairs = (rows: Rows) => {
  let [n, sx, sxx, sy, syy, sxy] = [0, 0, 0, 0, 0, 0]
  for (const row of rows) {
    const [y, x] = [toNumber(row[0] ?? null), toNumber(row[1] ?? null)]
    const before = n
    n += 1
    sx += x
    sy += y
    if (before > 0) {
      const [dx, dy, scale] = [x * n - sx, y * n - sy, 1 / (n * before)]
      sxx += dx * dx * scale
      syy += dy * dy * scale
      sxy += dx * dy * scale
    }
  }
  return { n, sx, sxx, sy, syy, sxy }
}

const regression = (compute: (sums: ReturnType<typeof pairs>) => number | null): AggregateFunction =>
  strict((rows) => {
    if (rows.some((row) => !Number.isFinite(toNumber(row[0] ?? null)) || !Number.isFinite(toNumber(row[1] ?? null))))
      throw unsupported('regression over values that are not finite')
    const sums = pairs(rows)
    if (sums.n === 0) return null
    const result = compute(sums)
    return result === null ? null : fromNumber(result)
  })

export const aggregateFunctions: Readonly<Record<string, AggregateFunction>> = {
  count: lax(function (this: Call, rows) {
    return BigInt(this.args.length === 0 ? rows.length : rows.filter(([value = null]) => value !== null).length)
  }),
  sum,
  avg: average,
  min: extreme(-1),
  max: extreme(1),
  variance: variance(true, false),
  var_samp: variance(true, false),
  var_pop: variance(false, false),
  stddev: variance(true, true),
  stddev_samp: variance(true, true),
  stddev_pop: variance(false, true),
  bool_and: strict((rows) => (rows.length === 0 ? null : first(rows).every((value) => value === 1n) ? 1n : 0n)),
  every: strict((rows) => (rows.length === 0 ? null : first(rows).every((value) => value === 1n) ? 1n : 0n)),
  bool_or: strict((rows) => (rows.length === 0 ? null : first(rows).includes(1n) ? 1n : 0n)),
  bit_and: bits((a, b) => a & b, andBits),
  bit_or: bits((a, b) => a | b, orBits),
  bit_xor: bits((a, b) => a ^ b, xorBits),
  range_agg: strict(function (this: Call, rows) {
    return aggregateRanges(this, first(rows))
  }),
  range_intersect_agg: strict(function (this: Call, rows) {
    return intersectRanges(this, first(rows))
  }),
  any_value: strict((rows) => rows[0]?.[0] ?? null),
  array_agg: lax(function (this: Call, rows) {
    if (rows.length === 0) return null
    const values = first(rows)
    if (this.catalog.isArray(this.catalog.baseType(this.args[0] ?? 0))) {
      if (values.includes(null)) throw new PgError('22004', 'cannot accumulate null arrays')
      if (values.includes('[]')) throw new PgError('2202E', 'cannot accumulate empty arrays')
      return nestArrays(this, this.result, values)
    }
    return storeArray(arrayOf(values))
  }),
  string_agg: lax((rows) => {
    const kept = rows.filter(([value = null]) => value !== null)
    if (kept.length === 0) return null
    if (kept.some(([value]) => value instanceof Uint8Array))
      return Uint8Array.from(
        kept.flatMap(([value, delimiter], at) => [
          ...(at > 0 && delimiter instanceof Uint8Array ? delimiter : []),
          ...(value as Uint8Array),
        ]),
      )
    return kept
      .map(([value, delimiter = null], at) => (at > 0 && delimiter !== null ? String(delimiter) : '') + String(value))
      .join('')
  }),
  json_agg: jsonArray(false, false),
  jsonb_agg: jsonArray(true, false),
  json_agg_strict: jsonArray(false, true),
  jsonb_agg_strict: jsonArray(true, true),
  json_agg_rows: jsonArray(false, false, true),
  jsonb_agg_rows: jsonArray(true, false, true),
  json_object_agg: jsonObject(false, false, false),
  jsonb_object_agg: jsonObject(true, false, false),
  json_object_agg_strict: jsonObject(false, true, false),
  jsonb_object_agg_strict: jsonObject(true, true, false),
  json_object_agg_unique: jsonObject(false, false, true),
  jsonb_object_agg_unique: jsonObject(true, false, true),
  json_object_agg_unique_strict: jsonObject(false, true, true),
  jsonb_object_agg_unique_strict: jsonObject(true, true, true),
  regr_count: strict((rows) => BigInt(rows.length)),
  regr_sxx: regression(({ sxx }) => sxx),
  regr_syy: regression(({ syy }) => syy),
  regr_sxy: regression(({ sxy }) => sxy),
  regr_avgx: regression(({ sx, n }) => sx / n),
  regr_avgy: regression(({ sy, n }) => sy / n),
  regr_r2: regression(({ sxx, syy, sxy }) => (sxx === 0 ? null : syy === 0 ? 1 : (sxy * sxy) / (sxx * syy))),
  regr_slope: regression(({ sxx, sxy }) => (sxx === 0 ? null : sxy / sxx)),
  regr_intercept: regression(({ n, sx, sy, sxx, sxy }) => (sxx === 0 ? null : (sy - (sx * sxy) / sxx) / n)),
  covar_pop: regression(({ sxy, n }) => sxy / n),
  covar_samp: regression(({ sxy, n }) => (n < 2 ? null : sxy / (n - 1))),
  corr: regression(({ sxx, syy, sxy }) => (sxx === 0 || syy === 0 ? null : sxy / Math.sqrt(sxx * syy))),
  ...orderedSetAggregates,
}
