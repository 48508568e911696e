/**
 * interval: months, days and microseconds, stored as the text `months days microseconds`. Manual: "Interval Input",
 * "Interval Output".
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'

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

const UNITS: Readonly<
  Record<
    string,
    { readonly years?: number; readonly months?: number; readonly days?: number; readonly micros?: bigint }
  >
> = {
  us: { micros: 1n },
  ms: { micros: 1000n },
  s: { micros: 1_000_000n },
  min: { micros: 60_000_000n },
  h: { micros: 3_600_000_000n },
  d: { days: 1 },
  w: { days: 7 },
  mon: { months: 1 },
  y: { years: 1 },
  dec: { years: 10 },
  c: { years: 100 },
  mil: { years: 1000 },
}

const SPELLINGS: Readonly<Record<string, string>> = {
  us: 'us',
  usec: 'us',
  usecs: 'us',
  usecond: 'us',
  useconds: 'us',
  microsecond: 'us',
  microseconds: 'us',
  microsecon: 'us',
  ms: 'ms',
  msec: 'ms',
  msecs: 'ms',
  msecond: 'ms',
  mseconds: 'ms',
  millisecond: 'ms',
  milliseconds: 'ms',
  millisecon: 'ms',
  s: 's',
  sec: 's',
  secs: 's',
  second: 's',
  seconds: 's',
  m: 'min',
  min: 'min',
  mins: 'min',
  minute: 'min',
  minutes: 'min',
  h: 'h',
  hr: 'h',
  hrs: 'h',
  hour: 'h',
  hours: 'h',
  d: 'd',
  day: 'd',
  days: 'd',
  w: 'w',
  week: 'w',
  weeks: 'w',
  mon: 'mon',
  mons: 'mon',
  month: 'mon',
  months: 'mon',
  y: 'y',
  yr: 'y',
  yrs: 'y',
  year: 'y',
  years: 'y',
  dec: 'dec',
  decs: 'dec',
  decade: 'dec',
  decades: 'dec',
  c: 'c',
  cent: 'c',
  century: 'c',
  centuries: 'c',
  mil: 'mil',
  mils: 'mil',
  millennium: 'mil',
  millennia: 'mil',
}

interface Sum {
  years: number
  months: number
  days: number
  micros: bigint
}

/** A decimal number as an exact fraction of 10^-digits. */
const fractionOf = (digits: string): { readonly value: bigint; readonly scale: bigint } => ({
  value: BigInt(digits === '' ? '0' : digits),
  scale: 10n ** BigInt(digits.length),
})

const roundDivide = (value: bigint, by: bigint): bigint => {
  const magnitude = value < 0n ? -value : value
  const floor = magnitude / by
  const twice = (magnitude % by) * 2n
  const rounded = twice > by || (twice === by && floor % 2n === 1n) ? floor + 1n : floor
  return value < 0n ? -rounded : rounded
}

/** Adds `sign number unit`; fractions run over into the smaller fields, as DecodeInterval does. */
const addQuantity = (sum: Sum, negative: boolean, whole: string, fraction: string, unit: string): void => {
  const scale = UNITS[unit]
  if (scale === undefined) throw outOfRange()
  const sign = negative ? -1n : 1n
  const amount = sign * BigInt(whole === '' ? '0' : whole)
  const { value, scale: denominator } = fractionOf(fraction)
  if (scale.micros !== undefined)
    sum.micros += amount * scale.micros + roundDivide(sign * value * scale.micros, denominator)
  else if (scale.days !== undefined) {
    const days = sign * value * BigInt(scale.days)
    sum.days += Number(amount) * scale.days + Number(days / denominator)
    sum.micros += roundDivide((days % denominator) * DAY, denominator)
  } else if (scale.months !== undefined) {
    sum.months += Number(amount)
    const days = sign * value * 30n
    sum.days += Number(days / denominator)
    sum.micros += roundDivide((days % denominator) * DAY, denominator)
  } else if (scale.years !== undefined) {
    sum.years += Number(amount) * scale.years
    sum.months += Number(roundDivide(sign * value * BigInt(scale.years) * 12n, denominator))
  }
}

const TIME = /^([+-]?)(\d+):(\d{1,2})(?::(\d{1,2}))?(?:\.(\d*))?$/
const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?$/

const addTime = (sum: Sum, match: RegExpExecArray, minutesFirst: boolean): void => {
  const [, sign, first = '0', second = '0', third, fraction = ''] = match
  const negative = sign === '-'
  let micros: bigint
  if (third === undefined && (minutesFirst || match[5] !== undefined))
    micros = (BigInt(first) * 60n + BigInt(second)) * 1_000_000n
  else micros = (BigInt(first) * 3600n + BigInt(second) * 60n + BigInt(third ?? '0')) * 1_000_000n
  if (Number(second) > 59 || Number(third ?? 0) > 59)
    throw new PgError('22008', `interval field value out of range: "${match.input}"`)
  const { value, scale } = fractionOf(fraction)
  micros += roundDivide(value * 1_000_000n, scale)
  sum.micros += negative ? -micros : micros
}

/** ISO 8601: P1Y2M3DT4H5M6S. */
const isoIn = (text: string): Interval | undefined => {
  const match =
    /^P(?=.)(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?=.)(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+)(?:\.(\d+))?S)?)?$/.exec(
      text,
    )
  if (match === null) return undefined
  const [, y = '0', mon = '0', w = '0', d = '0', h = '0', min = '0', s = '0', fraction = ''] = match
  const { value, scale } = fractionOf(fraction)
  const partial = roundDivide(value * 1_000_000n, scale)
  return makeInterval(
    Number(y) * 12 + Number(mon),
    Number(w) * 7 + Number(d),
    ((BigInt(h) * 60n + BigInt(min)) * 60n + BigInt(s)) * 1_000_000n + (s.startsWith('-') ? -partial : partial),
  )
}

/** What a bare number at the end of an interval with fields (`interval '1' year`) counts. */
const FIELD_UNITS: readonly (readonly [mask: number, unit: string])[] = [
  [4096, 's'],
  [2048, 'min'],
  [1024, 'h'],
  [8, 'd'],
  [2, 'mon'],
  [4, 'y'],
]

/**
 * interval_in. Forms that are not read here are refused rather than called invalid.
 * @throws PgError 22007, 22008, 0A000
 */
export const intervalIn = (text: string, typmod = -1): Interval => {
  try {
    return readInterval(text, typmod)
  } catch (error) {
    if (error instanceof PgError && error.message === 'interval out of range')
      throw new PgError('22015', `interval field value out of range: "${text}"`)
    if (error instanceof PgError && error.message === 'interval out of range ') throw outOfRange()
    throw error
  }
}

const readInterval = (text: string, typmod: number): Interval => {
  const trimmed = text.trim()
  const invalid = (): PgError => new PgError('22007', `invalid input syntax for type interval: "${text}"`)
  if (trimmed === '') throw invalid()
  if (/^[+]?infinity$/i.test(trimmed)) return INTERVAL_INFINITY
  if (/^-infinity$/i.test(trimmed)) return INTERVAL_NEGATIVE_INFINITY
  if (trimmed.startsWith('P')) {
    const iso = isoIn(trimmed)
    if (iso === undefined) throw unsupported(`the interval "${text}"`)
    return applyIntervalTypmod(iso, typmod)
  }
  const tokens =
    trimmed.toLowerCase().match(/[+-]?\d+:\d+(?::\d+)?(?:\.\d*)?|[+-]?(?:\d+\.?\d*|\.\d+)(?:-\d+)?|[a-z]+|@|[^\s]/g) ??
    []
  const isUnknown = (word: string): boolean => word !== 'ago' && SPELLINGS[word.slice(0, 10)] === undefined
  if (tokens.some((token) => /^[a-z]+$/.test(token) && isUnknown(token))) throw invalid()
  const fields = typmod < 0 ? 0x7fff : (typmod >> 16) & 0x7fff
  const lastUnit = FIELD_UNITS.find(([mask]) => fields !== 0x7fff && (fields & mask) !== 0)?.[1] ?? 's'
  const sum: Sum = { years: 0, months: 0, days: 0, micros: 0n }
  const seen = new Set<string>()
  let ago = false
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (token === '@') continue
    if (token === 'ago' && at === tokens.length - 1 && at > 0) {
      ago = true
      continue
    }
    const time = TIME.exec(token)
    if (time !== null) {
      if (['h', 'min', 's', 'ms', 'us'].some((unit) => seen.has(unit))) throw invalid()
      for (const unit of ['h', 'min', 's', 'ms', 'us']) seen.add(unit)
      addTime(sum, time, fields === 6144)
      continue
    }
    const yearMonth = /^([+-]?)(\d+)-(\d+)$/.exec(token)
    if (yearMonth !== null) {
      if (Number(yearMonth[3]) > 11) throw new PgError('22008', `interval field value out of range: "${text}"`)
      const months = Number(yearMonth[2]) * 12 + Number(yearMonth[3])
      sum.months += yearMonth[1] === '-' ? -months : months
      continue
    }
    const quantity = QUANTITY.exec(token)
    if (quantity === null || !/\d/.test(token))
      throw /^[a-z@]+$/.test(token) ? invalid() : unsupported(`the interval "${text}"`)
    const [, sign, whole = '', fraction = ''] = quantity
    let unit: string | undefined
    const next = tokens[at + 1]
    if (next !== undefined && /^[a-z]+$/.test(next) && next !== 'ago') {
      unit = SPELLINGS[next.slice(0, 10)]
      if (unit === undefined) throw invalid()
      at++
    } else if (next !== undefined && (TIME.test(next) || QUANTITY.test(next))) unit = TIME.test(next) ? 'd' : undefined
    else unit = lastUnit
    if (unit === undefined) throw unsupported(`the interval "${text}"`)
    if (unit !== 'd' || next !== undefined) {
      if (seen.has(unit)) throw invalid()
      seen.add(unit)
      if (unit === 's' && /[1-9]/.test(fraction)) for (const part of ['ms', 'us']) seen.add(part)
    }
    if (whole.length > 15) throw unsupported(`the interval "${text}"`)
    addQuantity(sum, sign === '-', whole, fraction, unit)
  }
  if (ago) {
    sum.years = -sum.years
    sum.months = -sum.months
    sum.days = -sum.days
    sum.micros = -sum.micros
  }
  if (![sum.years, sum.months].every((it) => it >= MIN32 && it <= MAX32)) throw outOfRange()
  const months = sum.years * 12 + sum.months
  // Each field fits, but not the months that they make.
  if (months < MIN32 || months > MAX32) throw new PgError('22008', 'interval out of range ')
  return applyIntervalTypmod(makeInterval(months, sum.days, sum.micros), typmod)
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
        parts.push(
          `${shown}${seconds}${fractionText(fraction)} sec${shown === '' && seconds === 1n && fraction === 0n ? '' : 's'}`,
        )
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
    default:
      throw unsupported(`IntervalStyle ${style}`)
  }
}
