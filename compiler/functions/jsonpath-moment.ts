/**
 * Moments in jsonpath: what `.datetime()` and its kin read from a string, how they compare and what they are as text.
 * Manual: "SQL/JSON Path Operators and Methods"; after executeDateTimeMethod and compareDatetime in jsonpath_exec.c.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { daysInMonth, daysOfDate, MICROS_PER_DAY, MICROS_PER_SECOND } from '../types/calendar.ts'
import { applyPrecision, dateOut, storeTimeTz, timeOut, timestampOut, timetzKey } from '../types/datetime.ts'
import type { Environment } from '../types/environment.ts'
import { offsetAt, offsetText } from '../types/time-zone.ts'
import { dateToTimestamp, fromLocal, timestampToDate, toLocal } from './datetime.ts'
import { PathError, type PathOf } from './jsonpath-method.ts'
import { timeToday } from './timetz.ts'

type Kind = 'date' | 'time' | 'timetz' | 'timestamp' | 'timestamptz'

/** A date in days, anything else in microseconds; the zone in seconds east of Greenwich, for those that have one. */
export class Moment {
  readonly kind: Kind
  readonly value: bigint
  readonly zone: number
  constructor(kind: Kind, value: bigint, zone = 0) {
    this.kind = kind
    this.value = value
    this.zone = zone
  }
}

export const MOMENT_TYPES: Readonly<Record<Kind, string>> = {
  date: 'date',
  time: 'time without time zone',
  timetz: 'time with time zone',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
}

/** How paths are told of the session. */
export interface PathSession {
  readonly env: Environment
  /** The function is one of those that know time zones, jsonb_path_query_tz and its kin. */
  readonly zoned: boolean
}

/** A time zone by its letter or name, or as an offset, for whose sign a space will do. */
const ZONE = String.raw`(?:(z|utc|gmt)|([a-z]+)|([+\- ]?)\s*\+?(\d+)(?::\s*\+?(\d+))?)`
const DATE = String.raw`\s*(\d+)-\s*(\d+)-\s*(\d+)`
const TIME = String.raw`\s*(\d+):\s*(\d+):\s*(\d+)(?:\.\s*(\d+))?`
const FORM = new RegExp(`^(?:${DATE})?(?:(^|(?<=\\d)(?: |T))${TIME}(?:${ZONE})?)?\\s*$`, 'i')

const zoneOf = (
  named: string | undefined,
  other: string | undefined,
  sign = '',
  hours = '0',
  minutes = '0',
): number | undefined => {
  if (named !== undefined) return 0
  if (other !== undefined) throw unsupported(`the time zone abbreviation "${other}" in jsonpath`)
  if (Number(hours) > 15 || Number(minutes) > 59) return undefined
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -60 : 60)
}

/** What a string says in one of the forms of ISO 8601 that jsonpath knows; undefined where it is in none. */
const read = (text: string): Moment | undefined => {
  const found = FORM.exec(text)
  if (found === null) return undefined
  const [, year, month, day, , hour, minute, second, fraction = '', named, other, sign, hours, minutes] = found
  let days: number | undefined
  if (year !== undefined) {
    const [y, m, d] = [Number(year), Number(month), Number(day)]
    if (y < 1 || y > 294_275 || m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m)) return undefined
    days = daysOfDate(y, m, d)
  }
  if (hour === undefined) return days === undefined ? undefined : new Moment('date', BigInt(days))
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || fraction.length > 6) return undefined
  const clock = (BigInt(hour) * 60n + BigInt(minute ?? 0)) * 60n + BigInt(second ?? 0)
  const time = clock * MICROS_PER_SECOND + BigInt(fraction.padEnd(6, '0'))
  const hasZone = named !== undefined || other !== undefined || hours !== undefined
  const zone = hasZone ? zoneOf(named, other, sign, hours, minutes) : 0
  if (zone === undefined) return undefined
  if (days === undefined) return new Moment(hasZone ? 'timetz' : 'time', time, zone)
  const local = BigInt(days) * MICROS_PER_DAY + time
  return hasZone
    ? new Moment('timestamptz', local - BigInt(zone) * MICROS_PER_SECOND, zone)
    : new Moment('timestamp', local)
}

/** @throws PgError 0A000 where a conversion depends on the time zone, and the function knows none */
const requireZones = ({ zoned }: PathSession, from: string, to: string): void => {
  if (!zoned)
    throw new PgError('0A000', `cannot convert value from ${from} to ${to} without time zone usage`, {
      hint: 'Use *_tz() function for time zone support.',
    })
}

const sessionZone = ({ env }: PathSession, micros: bigint): number => offsetAt(env.settings.timeZone, micros)

const withZone = (session: PathSession, local: bigint): Moment => {
  const micros = fromLocal(session.env, local)
  return new Moment('timestamptz', micros, sessionZone(session, micros))
}

const timeOfDay = (micros: bigint): bigint => ((micros % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY

/** A moment as another kind of moment; undefined where it is none. */
const converted = (session: PathSession, moment: Moment, kind: Kind): Moment | undefined => {
  const from = moment.kind
  if (from === kind) return moment
  const requires = (): void => requireZones(session, from, kind)
  const local = (): bigint => toLocal(session.env, moment.value)
  switch (kind) {
    case 'date':
      if (from === 'timestamp') return new Moment(kind, timestampToDate(moment.value))
      if (from !== 'timestamptz') return undefined
      requires()
      return new Moment(kind, timestampToDate(local()))
    case 'time':
      if (from === 'date') return undefined
      if (from === 'timestamp') return new Moment(kind, timeOfDay(moment.value))
      requires()
      return new Moment(kind, from === 'timetz' ? moment.value : timeOfDay(local()))
    case 'timetz':
      if (from === 'timestamptz') return new Moment(kind, timeOfDay(local()), sessionZone(session, moment.value))
      if (from !== 'time') return undefined
      requires()
      return new Moment(kind, moment.value, timeToday(session.env, moment.value).zone)
    case 'timestamp':
      if (from === 'date') return new Moment(kind, dateToTimestamp(moment.value))
      if (from !== 'timestamptz') return undefined
      requires()
      return new Moment(kind, local())
    case 'timestamptz':
      if (from !== 'date' && from !== 'timestamp') return undefined
      requires()
      return withZone(session, from === 'date' ? dateToTimestamp(moment.value) : moment.value)
    default:
      return kind satisfies never
  }
}

const KINDS: Readonly<Record<string, Kind>> = {
  date: 'date',
  time: 'time',
  time_tz: 'timetz',
  timestamp: 'timestamp',
  timestamp_tz: 'timestamptz',
}

const rounded = ({ kind, value, zone }: Moment, precision: number | undefined): Moment => {
  if (precision === undefined) return new Moment(kind, value, zone)
  if (precision > 6) throw unsupported('a precision of more than six digits in jsonpath')
  return new Moment(kind, applyPrecision(value, precision), zone)
}

/** `.datetime()` and the methods named after types. @throws PathError 22031 */
export const momentOf = (session: PathSession, path: PathOf<'method'>, item: unknown): Moment => {
  const { name } = path
  if (typeof item !== 'string')
    throw new PathError('22031', `jsonpath item method .${name}() can only be applied to a string`)
  const unknown = (hint = {}): PathError => new PathError('22031', `${name} format is not recognized: "${item}"`, hint)
  const moment = read(item)
  if (moment === undefined)
    throw unknown(
      name === 'datetime' ? { hint: 'Use a datetime template argument to specify the input data format.' } : {},
    )
  const kind = KINDS[name]
  const result = kind === undefined ? moment : converted(session, moment, kind)
  if (result === undefined) throw unknown()
  return rounded(result, path.args[0])
}

/** The order of two moments; undefined where they have none. @throws PgError 0A000 */
export const compareMoments = (session: PathSession, left: Moment, right: Moment): number | undefined => {
  const order = (a: bigint | string, b: bigint | string): number => (a < b ? -1 : a > b ? 1 : 0)
  const key = ({ kind, value, zone }: Moment): bigint | string =>
    kind === 'timetz' ? timetzKey(storeTimeTz({ micros: value, zone })) : value
  const ranks: readonly Kind[] = ['date', 'timestamp', 'timestamptz', 'time', 'timetz']
  const finer = ranks.indexOf(left.kind) > ranks.indexOf(right.kind) ? left.kind : right.kind
  const [a, b] = [converted(session, left, finer), converted(session, right, finer)]
  return a === undefined || b === undefined || isClock(left) !== isClock(right) ? undefined : order(key(a), key(b))
}

const isClock = ({ kind }: Moment): boolean => kind === 'time' || kind === 'timetz'

const xsdZone = (seconds: number): string => offsetText(seconds).replace(/^([+-]\d\d)$/, '$1:00')

/** As JSON has it: JsonEncodeDateTime. */
export const momentText = ({ env }: PathSession, { kind, value, zone }: Moment): string => {
  const iso: Environment = { ...env, settings: { ...env.settings, dateStyle: 'ISO, MDY' } }
  switch (kind) {
    case 'date':
      return dateOut(value, iso)
    case 'time':
      return timeOut(value)
    case 'timetz':
      return timeOut(value) + xsdZone(zone)
    case 'timestamp':
      return timestampOut(value, iso).replace(' ', 'T')
    case 'timestamptz':
      return timestampOut(value + BigInt(zone) * MICROS_PER_SECOND, iso).replace(' ', 'T') + xsdZone(zone)
    default:
      return kind satisfies never
  }
}
