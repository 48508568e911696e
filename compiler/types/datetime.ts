/**
 * date, time, timetz, timestamp and timestamptz: days and microseconds from 2000-01-01, as PostgreSQL itself counts, so
 * that SQLite sorts them; infinities lie at the ends. timetz is the text `microseconds zone`.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import {
  type CalendarDate,
  dateOfDays,
  daysOfDate,
  fieldsOf,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  UNIX_EPOCH_DAYS,
  weekday,
} from './calendar.ts'
import { type DateTimeReading, type ParsedDateTime, parseDateTime, parseTime } from './datetime-parse.ts'
import type { Environment } from './environment.ts'
import { fractionText, roundTo } from './interval.ts'
import { offsetAt, offsetText, zoneToUtc } from './time-zone.ts'

export const INFINITE = 2n ** 63n - 1n
export const NEGATIVE_INFINITE = -(2n ** 63n)
export const INFINITE_DATE = 2_147_483_647n
export const NEGATIVE_INFINITE_DATE = -2_147_483_648n

export const isFiniteTimestamp = (micros: bigint): boolean => micros !== INFINITE && micros !== NEGATIVE_INFINITE
export const isFiniteDate = (days: bigint): boolean => days !== INFINITE_DATE && days !== NEGATIVE_INFINITE_DATE

const MIN_DAYS = -2_451_545
/** The first day that no date is. */
export const END_DATE_DAYS = 2_145_031_949
export const MIN_TIMESTAMP = -211_813_488_000_000_000n
export const END_TIMESTAMP = 9_223_371_331_200_000_000n

export const checkDate = (days: number, message = 'date out of range'): bigint => {
  if (days < MIN_DAYS || days >= END_DATE_DAYS) throw new PgError('22008', message)
  return BigInt(days)
}

/** @throws PgError 22008 */
export const checkTimestamp = (micros: bigint, message = 'timestamp out of range'): bigint => {
  if (micros < MIN_TIMESTAMP || micros >= END_TIMESTAMP) throw new PgError('22008', message)
  return micros
}

const nowFields = (env: Environment): bigint =>
  env.clock.transaction + BigInt(offsetAt(env.settings.timeZone, env.clock.transaction)) * MICROS_PER_SECOND

const today = (env: Environment): number => fieldsOf(nowFields(env)).days

const readingOf = (env: Environment): DateTimeReading => ({
  dateStyle: env.settings.dateStyle,
  timeZone: env.settings.timeZone,
  today: () => today(env),
})

export const dateIn = (text: string, env: Environment): bigint => {
  const { special, date } = parseDateTime(text, 'date', readingOf(env))
  switch (special) {
    case 'infinity':
      return INFINITE_DATE
    case '-infinity':
      return NEGATIVE_INFINITE_DATE
    case 'epoch':
      return BigInt(UNIX_EPOCH_DAYS)
    case 'now':
      return BigInt(today(env))
    default:
      return checkDate(daysOf(date), `date out of range: "${text}"`)
  }
}

const daysOf = ({ year, month, day }: CalendarDate = { year: 2000, month: 1, day: 1 }): number =>
  daysOfDate(year, month, day)

/** What is one moment whatever the zone; nothing for the rest. */
const specialMicros = ({ special }: ParsedDateTime): bigint | undefined => {
  if (special === 'infinity') return INFINITE
  if (special === '-infinity') return NEGATIVE_INFINITE
  return special === 'epoch' ? BigInt(UNIX_EPOCH_DAYS) * MICROS_PER_DAY : undefined
}

const localMicros = ({ date, time = 0 }: ParsedDateTime, text: string): bigint => {
  const days = daysOf(date)
  if (days < MIN_DAYS) throw new PgError('22008', `timestamp out of range: "${text}"`)
  return BigInt(days) * MICROS_PER_DAY + BigInt(time)
}

export const applyPrecision = (micros: bigint, typmod: number): bigint =>
  typmod >= 0 && typmod < 6 && isFiniteTimestamp(micros) ? roundTo(micros, typmod) : micros

export const timestampIn = (text: string, typmod: number, env: Environment): bigint => {
  const parsed = parseDateTime(text, 'timestamp', readingOf(env))
  const special = specialMicros(parsed)
  if (special !== undefined) return special
  if (parsed.special === 'now') return applyPrecision(nowFields(env), typmod)
  return applyPrecision(checkTimestamp(localMicros(parsed, text), `timestamp out of range: "${text}"`), typmod)
}

export const timestamptzIn = (text: string, typmod: number, env: Environment): bigint => {
  const parsed = parseDateTime(text, 'timestamp with time zone', readingOf(env))
  const special = specialMicros(parsed)
  if (special !== undefined) return special
  if (parsed.special === 'now') return applyPrecision(env.clock.transaction, typmod)
  const local = localMicros(parsed, text)
  const { timeZone } = env.settings
  const zone = parsed.zone ?? timeZone
  const micros = typeof zone === 'number' ? local - BigInt(zone) * MICROS_PER_SECOND : zoneToUtc(zone, local, timeZone)
  return applyPrecision(checkTimestamp(micros, `timestamp out of range: "${text}"`), typmod)
}

const timeOf = ({ special, time = 0 }: ParsedDateTime, env: Environment): bigint =>
  special === 'now' ? nowFields(env) - BigInt(today(env)) * MICROS_PER_DAY : BigInt(time)

export const timeIn = (text: string, typmod: number, env: Environment): bigint =>
  applyPrecision(timeOf(parseTime(text, 'time', readingOf(env)), env), typmod)

export interface TimeTz {
  readonly micros: bigint
  /** Seconds east of Greenwich. */
  readonly zone: number
}

export const storeTimeTz = ({ micros, zone }: TimeTz): string => `${micros} ${zone}`
export const loadTimeTz = (value: Value): TimeTz => {
  const [micros, zone] = String(value).split(' ')
  return { micros: BigInt(micros ?? 0), zone: Number(zone) }
}

export const timetzIn = (text: string, typmod: number, env: Environment): TimeTz => {
  const parsed = parseTime(text, 'time with time zone', readingOf(env))
  const micros = applyPrecision(timeOf(parsed, env), typmod)
  if (typeof parsed.zone === 'number') return { micros, zone: parsed.zone }
  const { timeZone } = env.settings
  const days = parsed.date === undefined ? today(env) : daysOf(parsed.date)
  if (days < MIN_DAYS || days >= END_DATE_DAYS) return { micros, zone: 0 }
  const local = BigInt(days) * MICROS_PER_DAY + micros
  return { micros, zone: Number((local - zoneToUtc(parsed.zone ?? timeZone, local, timeZone)) / MICROS_PER_SECOND) }
}

/** By the moment that it means, then by zone. */
export const timetzKey = (value: Value): string => {
  const { micros, zone } = loadTimeTz(value)
  const moment = micros - BigInt(zone) * MICROS_PER_SECOND + 10n ** 14n
  return `${String(moment).padStart(16, '0')} ${String(500_000 - zone).padStart(6, '0')}`
}

const two = (value: number): string => String(value).padStart(2, '0')
const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTH_NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const yearText = (year: number): string => String(year > 0 ? year : 1 - year).padStart(4, '0')
const era = (year: number): string => (year > 0 ? '' : ' BC')

const isoDate = ({ year, month, day }: CalendarDate): string => `${yearText(year)}-${two(month)}-${two(day)}`

const dmy = (dateStyle: string): boolean => dateStyle.includes('DMY')

const styledDate = (date: CalendarDate, dateStyle: string): string => {
  const { year, month, day } = date
  if (dateStyle.startsWith('ISO')) return isoDate(date)
  const [first, second] = dmy(dateStyle) ? [two(day), two(month)] : [two(month), two(day)]
  if (dateStyle.startsWith('SQL')) return `${first}/${second}/${yearText(year)}`
  if (dateStyle.startsWith('German')) return `${two(day)}.${two(month)}.${yearText(year)}`
  return `${first}-${second}-${yearText(year)}`
}

export const dateOut = (days: bigint, env: Environment): string => {
  if (days === INFINITE_DATE) return 'infinity'
  if (days === NEGATIVE_INFINITE_DATE) return '-infinity'
  const date = dateOfDays(Number(days))
  return styledDate(date, env.settings.dateStyle) + era(date.year)
}

export const timeOut = (micros: bigint): string => {
  const seconds = micros / MICROS_PER_SECOND
  const [h, m, s] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => two(Number(part)))
  return `${h}:${m}:${s}${fractionText(micros % MICROS_PER_SECOND)}`
}

export const timetzOut = ({ micros, zone }: TimeTz): string => timeOut(micros) + offsetText(zone)

/** @param zoneName what stands behind the time: an offset for ISO, an abbreviation for the other styles */
const styledTimestamp = (micros: bigint, dateStyle: string, offset: number | undefined): string => {
  const fields = fieldsOf(micros)
  const clock = `${two(fields.hour)}:${two(fields.minute)}:${two(fields.second)}${fractionText(BigInt(fields.micro))}`
  if (dateStyle.startsWith('ISO'))
    return `${isoDate(fields)} ${clock}${offset === undefined ? '' : offsetText(offset)}${era(fields.year)}`
  if (offset !== undefined && offset !== 0) throw unsupported('a time zone abbreviation in this DateStyle')
  const zone = offset === undefined ? '' : ' UTC'
  if (dateStyle.startsWith('Postgres')) {
    const name = MONTH_NAMES[fields.month - 1]
    const date = dmy(dateStyle) ? `${two(fields.day)} ${name}` : `${name} ${two(fields.day)}`
    return `${DAY_NAMES[weekday(fields.days)]} ${date} ${clock} ${yearText(fields.year)}${zone}${era(fields.year)}`
  }
  return `${styledDate(fields, dateStyle)} ${clock}${zone}${era(fields.year)}`
}

export const timestampOut = (micros: bigint, env: Environment): string => {
  if (!isFiniteTimestamp(micros)) return micros > 0n ? 'infinity' : '-infinity'
  return styledTimestamp(micros, env.settings.dateStyle, undefined)
}

export const timestamptzOut = (micros: bigint, env: Environment): string => {
  if (!isFiniteTimestamp(micros)) return micros > 0n ? 'infinity' : '-infinity'
  const zone = env.settings.timeZone
  const offset = offsetAt(zone, micros)
  if (!env.settings.dateStyle.startsWith('ISO') && !/^(UTC|Etc\/UTC)$/i.test(zone))
    throw unsupported('a time zone abbreviation in this DateStyle')
  return styledTimestamp(micros + BigInt(offset) * MICROS_PER_SECOND, env.settings.dateStyle, offset)
}
