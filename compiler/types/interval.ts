/**
 * interval: months, days and microseconds, stored as the text `months days microseconds`. Manual: "Interval Input",
 * "Interval Output".
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { ALL_FIELDS, parseInterval } from './interval-parse.ts'

export interface Interval {
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

const MAX32 = 2_147_483_647
const MIN32 = -2_147_483_648
const MAX64 = 2n ** 63n - 1n
const MIN64 = -(2n ** 63n)
export const INTERVAL_INFINITY: Interval = { months: MAX32, days: MAX32, micros: MAX64 }
export const INTERVAL_NEGATIVE_INFINITY: Interval = { months: MIN32, days: MIN32, micros: MIN64 }

export const isInfinite = ({ months, days, micros }: Interval): boolean =>
  (months === MAX32 && days === MAX32 && micros === MAX64) || (months === MIN32 && days === MIN32 && micros === MIN64)
export const isPositiveInfinity = (interval: Interval): boolean => isInfinite(interval) && interval.months > 0

export const storeInterval = ({ months, days, micros }: Interval): string => `${months} ${days} ${micros}`

export const loadInterval = (value: Value): Interval => {
  const [months, days, micros] = String(value).split(' ')
  return { months: Number(months), days: Number(days), micros: BigInt(micros ?? 0) }
}

export const outOfRange = (): PgError => new PgError('22008', 'interval out of range')

export const makeInterval = (months: number, days: number, micros: bigint): Interval => {
  if (![months, days].every((it) => Number.isInteger(it) && it >= MIN32 && it <= MAX32)) throw outOfRange()
  if (micros < MIN64 || micros > MAX64) throw outOfRange()
  return { months: months + 0, days: days + 0, micros }
}

export const DAY = 86_400_000_000n

/** Length for comparison: a month is 30 days, a day 24 hours. */
export const span = ({ months, days, micros }: Interval): bigint => (BigInt(months) * 30n + BigInt(days)) * DAY + micros

/** Text that sorts as intervals do. */
export const intervalKey = (value: Value): string =>
  (span(loadInterval(value)) + 2n ** 100n).toString(16).padStart(27, '0')

/**
 * interval_in.
 * @param style the setting IntervalStyle
 * @throws PgError 22007, 22008, 22015
 */
export const intervalIn = (text: string, typmod = -1, style = 'postgres'): Interval => {
  const parsed = parseInterval(text, typmod < 0 ? ALL_FIELDS : (typmod >> 16) & ALL_FIELDS, style)
  if (parsed === 'infinity') return INTERVAL_INFINITY
  if (parsed === '-infinity') return INTERVAL_NEGATIVE_INFINITY
  const { years, months, days, micros } = parsed
  return applyIntervalTypmod(makeInterval(years * 12 + months, days, micros), typmod)
}

/** Fields and precision of a declared type cut what lies beyond (AdjustIntervalForTypmod). */
export const applyIntervalTypmod = (interval: Interval, typmod: number): Interval => {
  if (typmod < 0 || isInfinite(interval)) return interval
  const fields = (typmod >> 16) & 0x7fff
  const precision = typmod & 0xffff
  let { months, days, micros } = interval
  const cut = (value: bigint, unit: bigint): bigint => (value / unit) * unit
  switch (fields) {
    case 0x7fff:
      break
    case 4:
      ;[months, days, micros] = [months - (months % 12), 0, 0n]
      break
    case 2:
    case 6:
      ;[days, micros] = [0, 0n]
      break
    case 8:
      micros = 0n
      break
    case 1024:
    case 1032:
      micros = cut(micros, 3_600_000_000n)
      break
    case 2048:
    case 3080:
    case 3072:
      micros = cut(micros, 60_000_000n)
      break
    case 4096:
    case 7176:
    case 7168:
    case 6144:
      break
    default:
      throw unsupported('this interval type')
  }
  if (precision !== 0xffff && precision < 6) micros = roundTo(micros, precision)
  return makeInterval(months, days, micros)
}

/** Microseconds rounded to a number of digits of a second, half away from zero. */
export const roundTo = (micros: bigint, precision: number): bigint => {
  const unit = 10n ** BigInt(6 - precision)
  const half = unit / 2n
  return micros >= 0n ? ((micros + half) / unit) * unit : -((-micros + half) / unit) * unit
}

export const fractionText = (micros: bigint): string =>
  micros === 0n ? '' : `.${String(micros).padStart(6, '0').replace(/0+$/, '')}`

/** interval_out. @param style the setting IntervalStyle */
export const intervalOut = (interval: Interval, style = 'postgres'): string => {
  if (isInfinite(interval)) return isPositiveInfinity(interval) ? 'infinity' : '-infinity'
  const { months, days, micros } = interval
  const [years, mons] = [Math.trunc(months / 12), months % 12]
  const magnitude = micros < 0n ? -micros : micros
  const hours = magnitude / 3_600_000_000n
  const minutes = (magnitude / 60_000_000n) % 60n
  const seconds = (magnitude / 1_000_000n) % 60n
  const fraction = magnitude % 1_000_000n
  const two = (value: bigint): string => String(value).padStart(2, '0')
  switch (style) {
    case 'postgres': {
      const parts: string[] = []
      let before = false
      const part = (value: number, unit: string): void => {
        if (value === 0) return
        parts.push(`${before && value > 0 ? '+' : ''}${value} ${unit}${value === 1 ? '' : 's'}`)
        before = value < 0
      }
      part(years, 'year')
      part(mons, 'mon')
      part(days, 'day')
      if (micros !== 0n || parts.length === 0)
        parts.push(
          `${micros < 0n ? '-' : before ? '+' : ''}${two(hours)}:${two(minutes)}:${two(seconds)}${fractionText(fraction)}`,
        )
      return parts.join(' ')
    }
    case 'postgres_verbose': {
      const parts: string[] = []
      let first: boolean | undefined
      const part = (value: number, unit: string): void => {
        if (value === 0) return
        first ??= value < 0
        const shown = first ? -value : value
        parts.push(`${shown} ${unit}${shown === 1 ? '' : 's'}`)
      }
      part(years, 'year')
      part(mons, 'mon')
      part(days, 'day')
      const sign = micros < 0n ? -1 : 1
      part(sign * Number(hours), 'hour')
      part(sign * Number(minutes), 'min')
      if (seconds !== 0n || fraction !== 0n) {
        first ??= sign < 0
        const shown = sign < 0 !== first ? '-' : ''
        parts.push(`${shown}${seconds}${fractionText(fraction)} sec${seconds === 1n && fraction === 0n ? '' : 's'}`)
      }
      return parts.length === 0 ? '@ 0' : `@ ${parts.join(' ')}${first ? ' ago' : ''}`
    }
    case 'iso_8601': {
      if (months === 0 && days === 0 && micros === 0n) return 'PT0S'
      const date = `${years === 0 ? '' : `${years}Y`}${mons === 0 ? '' : `${mons}M`}${days === 0 ? '' : `${days}D`}`
      const sign = micros < 0n ? '-' : ''
      const time = `${hours === 0n ? '' : `${sign}${hours}H`}${minutes === 0n ? '' : `${sign}${minutes}M`}${
        seconds === 0n && fraction === 0n ? '' : `${sign}${seconds}${fractionText(fraction)}S`
      }`
      return `P${date}${time === '' ? '' : `T${time}`}`
    }
    case 'sql_standard': {
      const has = (test: (value: number) => boolean): boolean => [months, days, Number(micros)].some(test)
      const [isNegative, isPositive] = [has((value) => value < 0), has((value) => value > 0)]
      if (!isNegative && !isPositive) return '0'
      const clock = `${hours}:${two(minutes)}:${two(seconds)}${fractionText(fraction)}`
      const [yearsAndMonths, allDays] = [`${Math.abs(years)}-${Math.abs(mons)}`, String(Math.abs(days))]
      const sign = (value: number): string => (value < 0 ? '-' : '+')
      const isStandard = !(isNegative && isPositive) && !(months !== 0 && (days !== 0 || micros !== 0n))
      // What the standard does not know has a sign before each of its parts.
      if (!isStandard) return `${sign(months)}${yearsAndMonths} ${sign(days)}${allDays} ${sign(Number(micros))}${clock}`
      const shown = months !== 0 ? yearsAndMonths : days !== 0 ? `${allDays} ${clock}` : clock
      return `${isNegative ? '-' : ''}${shown}`
    }
    default:
      throw unsupported(`IntervalStyle ${style}`)
  }
}
