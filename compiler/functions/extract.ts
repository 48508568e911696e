/** extract(), date_part() and date_trunc(). Manual: "Date/Time Functions and Operators"; after timestamp_part_common. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import {
  daysOfDate,
  fieldsOf,
  isoWeek,
  julianDay,
  MICROS_PER_DAY,
  type Moment,
  UNIX_EPOCH_DAYS,
  weekday,
} from '../types/calendar.ts'
import { isFiniteTimestamp, type TimeTz } from '../types/datetime.ts'
import type { Environment } from '../types/environment.ts'
import { type Interval, isInfinite, isPositiveInfinity } from '../types/interval.ts'
import { type Decimal, divideAt, formatDecimal } from '../types/numeric.ts'
import { offsetAt } from '../types/time-zone.ts'

const UNITS: Readonly<Record<string, string>> = {
  microseconds: 'microseconds',
  microsecond: 'microseconds',
  us: 'microseconds',
  usec: 'microseconds',
  usecs: 'microseconds',
  milliseconds: 'milliseconds',
  millisecond: 'milliseconds',
  ms: 'milliseconds',
  msec: 'milliseconds',
  msecs: 'milliseconds',
  second: 'second',
  seconds: 'second',
  s: 'second',
  sec: 'second',
  secs: 'second',
  minute: 'minute',
  minutes: 'minute',
  m: 'minute',
  min: 'minute',
  mins: 'minute',
  hour: 'hour',
  hours: 'hour',
  h: 'hour',
  hr: 'hour',
  hrs: 'hour',
  day: 'day',
  days: 'day',
  d: 'day',
  week: 'week',
  weeks: 'week',
  w: 'week',
  month: 'month',
  months: 'month',
  mon: 'month',
  mons: 'month',
  quarter: 'quarter',
  qtr: 'quarter',
  year: 'year',
  years: 'year',
  y: 'year',
  yr: 'year',
  yrs: 'year',
  decade: 'decade',
  decades: 'decade',
  dec: 'decade',
  decs: 'decade',
  century: 'century',
  centuries: 'century',
  c: 'century',
  cent: 'century',
  millennium: 'millennium',
  millennia: 'millennium',
  mil: 'millennium',
  mils: 'millennium',
  epoch: 'epoch',
  dow: 'dow',
  isodow: 'isodow',
  doy: 'doy',
  isoyear: 'isoyear',
  julian: 'julian',
  jul: 'julian',
  timezone: 'timezone',
  timezone_h: 'timezone_hour',
  timezone_hour: 'timezone_hour',
  timezone_m: 'timezone_minute',
  timezone_minute: 'timezone_minute',
}

/** @throws PgError 22023 for a word that is no unit */
export const unitOf = (word: string, type: string): string => {
  const unit = UNITS[word.toLowerCase()]
  if (unit === undefined) throw new PgError('22023', `unit "${word}" not recognized for type ${type}`)
  return unit
}

const notSupported = (word: string, type: string): PgError =>
  new PgError('0A000', `unit "${word}" not supported for type ${type}`)

const integer = (value: number | bigint): Decimal => ({ digits: BigInt(value), scale: 0 })
const micros = (value: bigint, scale: number): Decimal => ({ digits: value, scale })

const yearsFrom = (year: number, span: number): number =>
  year > 0 ? Math.floor((year + span - 1) / span) : -Math.floor((span - 1 - (year - 1)) / span)

/** The fields that a date has. */
const dateField = (unit: string, at: Moment): Decimal | undefined => {
  const { year, month, day, days } = at
  switch (unit) {
    case 'day':
      return integer(day)
    case 'month':
      return integer(month)
    case 'quarter':
      return integer(Math.floor((month - 1) / 3) + 1)
    case 'week':
      return integer(isoWeek(year, month, day).week)
    case 'year':
      return integer(year > 0 ? year : year - 1)
    case 'decade':
      return integer(year >= 0 ? Math.floor(year / 10) : -Math.floor((8 - (year - 1)) / 10))
    case 'century':
      return integer(yearsFrom(year, 100))
    case 'millennium':
      return integer(yearsFrom(year, 1000))
    case 'isoyear': {
      const { year: iso } = isoWeek(year, month, day)
      return integer(iso > 0 ? iso : iso - 1)
    }
    case 'dow':
      return integer(weekday(days))
    case 'isodow':
      return integer(weekday(days) || 7)
    case 'doy':
      return integer(days - daysOfDate(year, 1, 1) + 1)
    default:
      return undefined
  }
}

const timeField = (unit: string, at: Pick<Moment, 'hour' | 'minute' | 'second' | 'micro'>): Decimal | undefined => {
  const seconds = BigInt(at.second) * 1_000_000n + BigInt(at.micro)
  switch (unit) {
    case 'microseconds':
      return integer(seconds)
    case 'milliseconds':
      return micros(seconds, 3)
    case 'second':
      return micros(seconds, 6)
    case 'minute':
      return integer(at.minute)
    case 'hour':
      return integer(at.hour)
    default:
      return undefined
  }
}

/** @param offset in seconds east of Greenwich */
const zoneField = (unit: string, offset: number): Decimal | undefined => {
  if (unit === 'timezone') return integer(offset)
  if (unit === 'timezone_hour') return integer(Math.trunc(offset / 3600))
  return unit === 'timezone_minute' ? integer(Math.trunc(offset / 60) % 60) : undefined
}

const ENDLESS: ReadonlySet<string> = new Set(['year', 'decade', 'century', 'millennium', 'julian', 'isoyear', 'epoch'])
const CYCLIC: ReadonlySet<string> = new Set([
  'microseconds',
  'milliseconds',
  'second',
  'minute',
  'hour',
  'day',
  'month',
  'quarter',
  'week',
  'dow',
  'isodow',
  'doy',
])

const infinite = (positive: boolean): Decimal => ({
  special: positive ? 'Infinity' : '-Infinity',
  digits: 0n,
  scale: 0,
})

/** @param local the timestamp as the zone shows it; @param epoch microseconds from 2000 that 'epoch' counts */
const timestampField = (
  word: string,
  value: bigint,
  type: string,
  offset: number | undefined,
  local: bigint,
): Decimal | null => {
  const unit = unitOf(word, type)
  if (!isFiniteTimestamp(value)) {
    if (ENDLESS.has(unit)) return infinite(value > 0n)
    if (CYCLIC.has(unit) || (unit.startsWith('timezone') && offset !== undefined)) return null
    throw notSupported(word, type)
  }
  const at = fieldsOf(local)
  const plain = dateField(unit, at) ?? timeField(unit, at)
  if (plain !== undefined) return plain
  switch (unit) {
    case 'epoch':
      return micros(value - BigInt(UNIX_EPOCH_DAYS) * MICROS_PER_DAY, 6)
    case 'julian': {
      const day = BigInt(julianDay(at.year, at.month, at.day))
      const time = local - BigInt(at.days) * MICROS_PER_DAY
      if (type === 'date') return integer(day)
      const fraction = divideAt({ digits: time, scale: 0 }, { digits: MICROS_PER_DAY, scale: 0 }, 20)
      return { digits: day * 10n ** 20n + fraction.digits, scale: 20 }
    }
    default:
  }
  if (offset !== undefined) {
    const zone = zoneField(unit, offset)
    if (zone !== undefined) return zone
  }
  throw notSupported(word, type)
}

export const timestampPart = (word: string, value: bigint): Decimal | null =>
  timestampField(word, value, 'timestamp without time zone', undefined, value)

export const timestamptzPart = (word: string, value: bigint, env: Environment): Decimal | null => {
  const offset = isFiniteTimestamp(value) ? offsetAt(env.settings.timeZone, value) : 0
  return timestampField(
    word,
    value,
    'timestamp with time zone',
    offset,
    isFiniteTimestamp(value) ? value + BigInt(offset) * 1_000_000n : value,
  )
}

export const datePart = (word: string, days: bigint, finite: boolean): Decimal | null => {
  const unit = unitOf(word, 'date')
  if (
    [
      'microseconds',
      'milliseconds',
      'second',
      'minute',
      'hour',
      'timezone',
      'timezone_hour',
      'timezone_minute',
    ].includes(unit)
  )
    throw notSupported(word, 'date')
  if (!finite) return ENDLESS.has(unit) ? infinite(days > 0n) : null
  if (unit === 'epoch') return integer((days - BigInt(UNIX_EPOCH_DAYS)) * 86_400n)
  return timestampField(word, days * MICROS_PER_DAY, 'date', undefined, days * MICROS_PER_DAY)
}

export const timePart = (word: string, value: bigint, type: string): Decimal => {
  const unit = unitOf(word, type)
  const seconds = value / 1_000_000n
  const at = {
    hour: Number(seconds / 3600n),
    minute: Number((seconds / 60n) % 60n),
    second: Number(seconds % 60n),
    micro: Number(value % 1_000_000n),
  }
  const plain = timeField(unit, at)
  if (plain !== undefined) return plain
  if (unit === 'epoch') return micros(value, 6)
  throw notSupported(word, type)
}

/** The same of a time with time zone, whose zone is in seconds east of Greenwich. */
export const zonedTimePart = (word: string, { micros: value, zone }: TimeTz): Decimal => {
  const unit = unitOf(word, 'time with time zone')
  if (unit === 'epoch') return micros(value - BigInt(zone) * 1_000_000n, 6)
  return zoneField(unit, zone) ?? timePart(word, value, 'time with time zone')
}

export const intervalPart = (word: string, interval: Interval): Decimal | null => {
  const unit = unitOf(word, 'interval')
  if (isInfinite(interval)) {
    if (['hour', 'day', 'week', 'year', 'decade', 'century', 'millennium', 'epoch'].includes(unit))
      return infinite(isPositiveInfinity(interval))
    if (['microseconds', 'milliseconds', 'second', 'minute', 'month', 'quarter'].includes(unit)) return null
    throw notSupported(word, 'interval')
  }
  const { months, days, micros: rest } = interval
  const seconds = rest % 60_000_000n
  const years = Math.trunc(months / 12)
  switch (unit) {
    case 'microseconds':
      return integer(seconds)
    case 'milliseconds':
      return micros(seconds, 3)
    case 'second':
      return micros(seconds, 6)
    case 'minute':
      return integer((rest / 60_000_000n) % 60n)
    case 'hour':
      return integer(rest / 3_600_000_000n)
    case 'day':
      return integer(days)
    case 'week':
      return integer(Math.trunc(days / 7))
    case 'month':
      return integer(months % 12)
    case 'quarter':
      return integer(months >= 0 ? Math.trunc((months % 12) / 3) + 1 : -(Math.trunc((-months % 12) / 3) + 1))
    case 'year':
      return integer(years)
    case 'decade':
      return integer(Math.trunc(years / 10))
    case 'century':
      return integer(Math.trunc(years / 100))
    case 'millennium':
      return integer(Math.trunc(years / 1000))
    case 'epoch': {
      const all = (BigInt(years) * 1461n * 86_400n) / 4n + BigInt(months % 12) * 30n * 86_400n + BigInt(days) * 86_400n
      return micros(all * 1_000_000n + rest, 6)
    }
    default:
      throw notSupported(word, 'interval')
  }
}

/** extract() gives numeric, date_part() double precision. */
export const asNumeric = (part: Decimal | null): Value => (part === null ? null : formatDecimal(part))
export const asDouble = (part: Decimal | null): Value => (part === null ? null : Number(formatDecimal(part)))

const startOfYears = (year: number, span: number): number =>
  year > 0 ? Math.floor((year - 1) / span) * span + 1 : -(Math.floor((span - 1 - (year - 1)) / span) * span) + 1

/** @throws PgError 22023, 0A000 */
export const truncateTimestamp = (word: string, value: bigint, type: string): bigint => {
  const unit = unitOf(word, type)
  const valid = [
    'microseconds',
    'milliseconds',
    'second',
    'minute',
    'hour',
    'day',
    'week',
    'month',
    'quarter',
    'year',
    'decade',
    'century',
    'millennium',
  ]
  if (!valid.includes(unit)) throw notSupported(word, type)
  if (!isFiniteTimestamp(value)) return value
  const at = fieldsOf(value)
  const day = BigInt(at.days) * MICROS_PER_DAY
  const time = value - day
  const cut = (span: bigint): bigint => day + (time / span) * span
  const on = (year: number, month: number): bigint => BigInt(daysOfDate(year, month, 1)) * MICROS_PER_DAY
  switch (unit) {
    case 'microseconds':
      return value
    case 'milliseconds':
      return cut(1000n)
    case 'second':
      return cut(1_000_000n)
    case 'minute':
      return cut(60_000_000n)
    case 'hour':
      return cut(3_600_000_000n)
    case 'day':
      return day
    case 'week':
      return BigInt(at.days - ((weekday(at.days) + 6) % 7)) * MICROS_PER_DAY
    case 'month':
      return on(at.year, at.month)
    case 'quarter':
      return on(at.year, at.month - ((at.month - 1) % 3))
    case 'year':
      return on(at.year, 1)
    case 'decade':
      return on(at.year > 0 ? Math.floor(at.year / 10) * 10 : -(Math.floor((8 - (at.year - 1)) / 10) * 10), 1)
    case 'century':
      return on(startOfYears(at.year, 100), 1)
    case 'millennium':
      return on(startOfYears(at.year, 1000), 1)
    default:
      throw unsupported(`date_trunc('${word}')`)
  }
}
