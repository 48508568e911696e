/**
 * in_range: whether a value lies within a distance of another, which frames of windows are made by.
 * Manual: "B-Tree Support Functions"; after in_range_int8_int8 (int8.c) and its kin.
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { INFINITE, loadTimeTz, NEGATIVE_INFINITE, storeTimeTz, timetzKey } from '../types/datetime.ts'
import { toNumber } from '../types/float.ts'
import { intervalKey, isInfinite, isPositiveInfinity, loadInterval, span, storeInterval } from '../types/interval.ts'
import { add, compareDecimals, type Decimal, negate, toDecimal } from '../types/numeric.ts'
import { addToTimestamp, addToTimestamptz, dateToTimestamp } from './datetime.ts'
import { bool, type Call, type Scalar, type Scalars } from './implementation.ts'
import { addIntervals, negateInterval } from './interval.ts'

const checkSize = (holds: boolean): void => {
  if (!holds) throw new PgError('22013', 'invalid preceding or following size in window function')
}

const verdict = (order: number, less: bigint): bigint => bool(less === 1n ? order <= 0 : order >= 0)

const ofIntegers = (value: bigint, base: bigint, offset: bigint, sub: bigint, less: bigint): Value => {
  checkSize(offset >= 0n)
  const sum = sub === 1n ? base - offset : base + offset
  return bool(less === 1n ? value <= sum : value >= sum)
}

const ofFloats = (a: Value, b: Value, c: Value, sub: bigint, less: bigint): Value => {
  const [value, base, offset] = [toNumber(a), toNumber(b), toNumber(c)]
  checkSize(offset >= 0)
  if (Number.isNaN(value)) return Number.isNaN(base) ? 1n : bool(less === 0n)
  if (Number.isNaN(base)) return less
  // From one infinity to the other, and all between them.
  if (offset === Infinity && base === (sub === 1n ? Infinity : -Infinity)) return 1n
  return verdict(value - (sub === 1n ? base - offset : base + offset) || 0, less)
}

const ofNumerics = (a: string, b: string, c: string, sub: bigint, less: bigint): Value => {
  const [value, base, offset] = [toDecimal(a), toDecimal(b), toDecimal(c)]
  checkSize(offset.special === undefined ? offset.digits >= 0n : offset.special === 'Infinity')
  if (value.special === 'NaN') return base.special === 'NaN' ? 1n : bool(less === 0n)
  if (base.special === 'NaN') return less
  if (offset.special !== undefined && base.special === (sub === 1n ? 'Infinity' : '-Infinity')) return 1n
  const sum: Decimal = add(base, sub === 1n ? negate(offset) : offset)
  return verdict(compareDecimals(value, sum), less)
}

const sign = (left: bigint | string, right: bigint | string): number => (left < right ? -1 : left > right ? 1 : 0)

type Adding = (call: Call, micros: bigint, interval: ReturnType<typeof loadInterval>) => bigint

const ofTimestamps = (plus: Adding, momentOf: (value: bigint) => bigint = (value) => value): Scalar =>
  function (this: Call, value: bigint, base: bigint, given: string, sub: bigint, less: bigint) {
    const offset = loadInterval(given)
    checkSize(span(offset) >= 0n)
    const [moment, from] = [momentOf(value), momentOf(base)]
    if (isPositiveInfinity(offset) && from === (sub === 1n ? INFINITE : NEGATIVE_INFINITE)) return 1n
    return verdict(sign(moment, plus(this, from, sub === 1n ? negateInterval(offset) : offset)), less)
  }

const ofIntervals = (value: string, given: string, by: string, sub: bigint, less: bigint): Value => {
  const [base, offset] = [loadInterval(given), loadInterval(by)]
  checkSize(span(offset) >= 0n)
  if (isInfinite(offset) && isInfinite(base) && isPositiveInfinity(base) === (sub === 1n)) return 1n
  const sum = storeInterval(addIntervals(base, sub === 1n ? negateInterval(offset) : offset))
  return verdict(sign(intervalKey(value), intervalKey(sum)), less)
}

/** The time of day by a distance, past midnight where that leads. */
const moved = (base: bigint, { micros }: { readonly micros: bigint }, sub: bigint): bigint => {
  checkSize(micros >= 0n)
  return sub === 1n ? base - micros : base + micros
}

const ofTimes = (value: bigint, base: bigint, offset: string, sub: bigint, less: bigint): Value =>
  verdict(sign(value, moved(base, loadInterval(offset), sub)), less)

const ofZonedTimes = (value: string, given: string, offset: string, sub: bigint, less: bigint): Value => {
  const base = loadTimeTz(given)
  const sum = storeTimeTz({ ...base, micros: moved(base.micros, loadInterval(offset), sub) })
  return verdict(sign(timetzKey(value), timetzKey(sum)), less)
}

const WIDTHS = ['int2', 'int4', 'int8']

export const inRangeFunctions: Scalars = {
  ...Object.fromEntries(WIDTHS.flatMap((a) => WIDTHS.map((b) => [`in_range_${a}_${b}`, ofIntegers]))),
  in_range_float8_float8: ofFloats,
  in_range_float4_float8: ofFloats,
  in_range_numeric_numeric: ofNumerics,
  in_range_timestamp_interval: ofTimestamps((_call, micros, interval) => addToTimestamp(micros, interval)),
  in_range_timestamptz_interval: ofTimestamps(addToTimestamptz),
  in_range_date_interval: ofTimestamps((_call, micros, interval) => addToTimestamp(micros, interval), dateToTimestamp),
  in_range_interval_interval: ofIntervals,
  in_range_time_interval: ofTimes,
  in_range_timetz_interval: ofZonedTimes,
}
