/** Intervals. After timestamp.c's interval_*; manual, "Date/Time Functions and Operators". */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { toNumber } from '../types/float.ts'
import {
  applyIntervalTypmod,
  DAY,
  INTERVAL_INFINITY,
  INTERVAL_NEGATIVE_INFINITY,
  type Interval,
  isInfinite,
  isPositiveInfinity,
  loadInterval,
  makeInterval,
  outOfRange,
  span,
  storeInterval,
} from '../types/interval.ts'
import { asDouble, asNumeric, intervalPart, unitOf } from './extract.ts'
import { roundEven } from './float.ts'
import { bool, comparisons, type Scalar, type Scalars } from './implementation.ts'

const compared =
  (test: (order: number) => boolean): Scalar =>
  (a: string, b: string) => {
    const [left, right] = [span(loadInterval(a)), span(loadInterval(b))]
    return bool(test(left < right ? -1 : left > right ? 1 : 0))
  }

export const negateInterval = (interval: Interval): Interval => {
  if (isInfinite(interval)) return isPositiveInfinity(interval) ? INTERVAL_NEGATIVE_INFINITY : INTERVAL_INFINITY
  return finite(makeInterval(-interval.months, -interval.days, -interval.micros))
}

const finite = (interval: Interval): Interval => {
  if (isInfinite(interval)) throw outOfRange()
  return interval
}

export const addIntervals = (a: Interval, b: Interval): Interval => {
  if (isInfinite(a) || isInfinite(b)) {
    if (isInfinite(a) && isInfinite(b) && isPositiveInfinity(a) !== isPositiveInfinity(b)) throw outOfRange()
    return isInfinite(a) ? a : b
  }
  return finite(makeInterval(a.months + b.months, a.days + b.days, a.micros + b.micros))
}

const round6 = (value: number): number => roundEven(value * 1_000_000) / 1_000_000

/** interval_mul and interval_div: fractions of months become days, those of days time. */
const scale = (interval: Interval, apply: (value: number) => number, factorSign: number, factor: number): Interval => {
  if (Number.isNaN(factor)) throw outOfRange()
  if (isInfinite(interval)) {
    if (factor === 0 || apply(1) === 0) throw outOfRange()
    return isPositiveInfinity(interval) === factorSign > 0 ? INTERVAL_INFINITY : INTERVAL_NEGATIVE_INFINITY
  }
  const months = apply(interval.months)
  const days = apply(interval.days)
  if (![months, days].every((it) => Number.isFinite(it) && it <= 2_147_483_647 && it >= -2_147_483_648))
    throw outOfRange()
  const [wholeMonths, wholeDays] = [Math.trunc(months), Math.trunc(days)]
  let monthDays = round6((months - wholeMonths) * 30)
  let seconds = round6((days - wholeDays + monthDays - Math.trunc(monthDays)) * 86_400)
  let resultDays = wholeDays
  if (Math.abs(seconds) >= 86_400) {
    resultDays += Math.trunc(seconds / 86_400)
    seconds -= Math.trunc(seconds / 86_400) * 86_400
  }
  monthDays = Math.trunc(monthDays)
  resultDays += monthDays
  const micros = roundEven(apply(Number(interval.micros)) + seconds * 1_000_000)
  if (!Number.isFinite(micros) || Math.abs(micros) >= 2 ** 63) throw outOfRange()
  return finite(makeInterval(wholeMonths, resultDays, BigInt(micros)))
}

/** interval_mul. @throws PgError 22008 */
export const scaleInterval = (interval: Interval, by: number): Interval =>
  scale(interval, (it) => it * by, Math.sign(by), by)

const multiply: Scalar = (value: string, factor: Value) =>
  storeInterval(scaleInterval(loadInterval(value), toNumber(factor)))

const justifyHours = ({ months, days, micros }: Interval): Interval => {
  let [d, m] = [days + Number(micros / DAY), micros % DAY]
  if (d > 0 && m < 0n) [d, m] = [d - 1, m + DAY]
  else if (d < 0 && m > 0n) [d, m] = [d + 1, m - DAY]
  return makeInterval(months, d, m)
}
const justifyDays = ({ months, days, micros }: Interval): Interval => {
  let [mon, d] = [months + Math.trunc(days / 30), days % 30]
  if (mon > 0 && d < 0) [mon, d] = [mon - 1, d + 30]
  else if (mon < 0 && d > 0) [mon, d] = [mon + 1, d - 30]
  return makeInterval(mon, d, micros)
}
const justify = (interval: Interval): Interval => {
  // Days first where both go the same way, so that the hours do not make them overflow.
  const before =
    (interval.days > 0 && interval.micros > 0n) || (interval.days < 0 && interval.micros < 0n)
      ? makeInterval(interval.months + Math.trunc(interval.days / 30), interval.days % 30, interval.micros)
      : interval
  let { months, days, micros } = justifyHours(before)
  months += Math.trunc(days / 30)
  days %= 30
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) [months, days] = [months - 1, days + 30]
  else if (months < 0 && (days > 0 || (days === 0 && micros > 0n))) [months, days] = [months + 1, days - 30]
  if (days > 0 && micros < 0n) [days, micros] = [days - 1, micros + DAY]
  else if (days < 0 && micros > 0n) [days, micros] = [days + 1, micros - DAY]
  return makeInterval(months, days, micros)
}

const unlessInfinite =
  (change: (interval: Interval) => Interval): Scalar =>
  (value: string) => {
    const interval = loadInterval(value)
    return isInfinite(interval) ? value : storeInterval(change(interval))
  }

const truncate = (word: string, { months, days, micros }: Interval): Interval => {
  const cut = (unit: bigint): Interval => makeInterval(months, days, (micros / unit) * unit)
  const unit = unitOf(word, 'interval')
  const to = (span: number): Interval => makeInterval(months - (months % span), 0, 0n)
  switch (unit) {
    case 'microseconds':
      return { months, days, micros }
    case 'milliseconds':
      return cut(1000n)
    case 'second':
      return cut(1_000_000n)
    case 'minute':
      return cut(60_000_000n)
    case 'hour':
      return cut(3_600_000_000n)
    case 'day':
      return makeInterval(months, days, 0n)
    case 'month':
      return to(1)
    case 'quarter':
      return to(3)
    case 'year':
      return to(12)
    case 'decade':
      return to(120)
    case 'century':
      return to(1200)
    case 'millennium':
      return to(12_000)
    default:
      throw new PgError('0A000', `unit "${word}" not supported for type interval`)
  }
}

export const intervalFunctions: Scalars = {
  ...comparisons('interval_', compared),
  interval_um: (value: string) => storeInterval(negateInterval(loadInterval(value))),
  interval_pl: (a: string, b: string) => storeInterval(addIntervals(loadInterval(a), loadInterval(b))),
  interval_mi: (a: string, b: string) => storeInterval(addIntervals(loadInterval(a), negateInterval(loadInterval(b)))),
  interval_mul: multiply,
  mul_d_interval: (factor: Value, value: string) => (multiply as (a: string, b: Value) => Value)(value, factor),
  interval_div: (value: string, divisor: Value) => {
    const by = toNumber(divisor)
    if (by === 0) throw new PgError('22012', 'division by zero')
    return storeInterval(scale(loadInterval(value), (it) => it / by, Math.sign(by), by))
  },
  interval_larger: (a: string, b: string) => (span(loadInterval(a)) > span(loadInterval(b)) ? a : b),
  interval_smaller: (a: string, b: string) => (span(loadInterval(a)) < span(loadInterval(b)) ? a : b),
  interval_justify_hours: unlessInfinite(justifyHours),
  interval_justify_days: unlessInfinite(justifyDays),
  interval_justify_interval: unlessInfinite(justify),
  interval_scale: (value: string, typmod: bigint) =>
    storeInterval(applyIntervalTypmod(loadInterval(value), Number(typmod))),
  interval_part: (word: string, value: string) => asDouble(intervalPart(word, loadInterval(value))),
  extract_interval: (word: string, value: string) => asNumeric(intervalPart(word, loadInterval(value))),
  interval_trunc: (word: string, value: string) => {
    const interval = loadInterval(value)
    return storeInterval(isInfinite(interval) ? interval : truncate(word, interval))
  },
  interval_finite: (value: string) => bool(!isInfinite(loadInterval(value))),
  interval_time: (value: string) => {
    const interval = loadInterval(value)
    if (isInfinite(interval)) throw new PgError('22008', 'cannot convert infinite interval to time')
    const time = interval.micros % DAY
    return time < 0n ? time + DAY : time
  },
  time_interval: (micros: bigint) => storeInterval({ months: 0, days: 0, micros }),
  make_interval: (
    years: bigint,
    months: bigint,
    weeks: bigint,
    days: bigint,
    hours: bigint,
    mins: bigint,
    secs: Value,
  ) => {
    const seconds = toNumber(secs)
    if (!Number.isFinite(seconds)) throw outOfRange()
    const micros = BigInt(hours) * 3_600_000_000n + BigInt(mins) * 60_000_000n + BigInt(roundEven(seconds * 1_000_000))
    return storeInterval(
      finite(makeInterval(Number(years) * 12 + Number(months), Number(weeks) * 7 + Number(days), micros)),
    )
  },
}
