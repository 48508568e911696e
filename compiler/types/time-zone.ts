/** Time zones: offsets by name, from the host's own tz database. Manual: "Time Zones". */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import abbreviations from '../catalog/data/zone-abbreviations.json' with { type: 'json' }
import { type Recorded, rowsOf } from '../catalog/recorded.ts'
import { daysOfDate, MICROS_PER_DAY, MICROS_PER_SECOND, UNIX_EPOCH_DAYS } from './calendar.ts'

interface Abbreviation {
  readonly name: string
  /** Seconds east of Greenwich; nothing where it follows from the history of a zone. */
  readonly offset: number | null
  readonly daylight: boolean
}

/** PostgreSQL's default set. */
const ABBREVIATIONS: ReadonlyMap<string, Abbreviation> = new Map(
  rowsOf<Abbreviation>(abbreviations as Recorded).map((each) => [each.name, each]),
)

/** What zones of different parts of the world call their time: the session's own comes first. */
const SHARED: ReadonlySet<string> = new Set(['cst', 'cdt', 'ist', 'idt', 'pst', 'pdt', 'bst'])

const SAFE = /^((america|us|canada|mexico|africa|antarctica|atlantic|australia|etc|europe)\/(?!havana|dublin)|utc|gmt)/i

/**
 * What an abbreviation means.
 * @param session the session's time zone
 * @throws PgError 0A000 where the zone may have a meaning of its own for it
 */
export const abbreviation = (name: string, session: string): Abbreviation | undefined => {
  const found = ABBREVIATIONS.get(name.toLowerCase())
  if (found === undefined || !SHARED.has(found.name) || SAFE.test(session) || isFixed(session)) return found
  const own = [0, 182].map((day) => offsetAt(session, BigInt(8766 + day) * MICROS_PER_DAY))
  if (own.includes(found.offset ?? 0)) return found
  throw unsupported(`the abbreviation "${name}" in the time zone ${session}`)
}

const formats = new Map<string, Intl.DateTimeFormat | undefined>()

const formatOf = (zone: string): Intl.DateTimeFormat | undefined => {
  if (!formats.has(zone)) {
    try {
      formats.set(
        zone,
        new Intl.DateTimeFormat('en-US', {
          timeZone: zone,
          calendar: 'gregory',
          hourCycle: 'h23',
          era: 'short',
          year: 'numeric',
          month: 'numeric',
          day: 'numeric',
          hour: 'numeric',
          minute: 'numeric',
          second: 'numeric',
        }),
      )
    } catch {
      formats.set(zone, undefined)
    }
  }
  return formats.get(zone)
}

/** POSIX names that the tz database once had as zones of their own. */
const ALIASES: Readonly<Record<string, string>> = {
  pst8pdt: 'America/Los_Angeles',
  est5edt: 'America/New_York',
  cst6cdt: 'America/Chicago',
  mst7mdt: 'America/Denver',
}

const resolve = (zone: string): string => ALIASES[zone.toLowerCase()] ?? zone

/** A POSIX specification: a name and hours west of Greenwich (tzparse in localtime.c). */
const POSIX = /^(?:<[^>]*>|[^<\d,+-][^\d,+-]*)([+-]?)(\d+)(?::(\d+)(?::(\d+))?)?$/
/** The same, with rules of daylight saving time behind it. */
const POSIX_RULES = /^(?:<[^>]*>|[^<\d,+-][^\d,+-]*)[+-]?\d+(?::\d+(?::\d+)?)?(?:<[^>]*>|[^<\d,+-])/

/** A zone that is an offset of its own: `UTC`, `<+03>-03`, `GMT+8`. */
const fixedOffset = (zone: string): number | undefined => {
  if (/^(utc|gmt|z|zulu|uct|universal|greenwich|etc\/(utc|gmt|uct|zulu|universal|greenwich))$/i.test(zone)) return 0
  const [all, sign, hours, minutes = 0, seconds = 0] = POSIX.exec(zone) ?? []
  if (all === undefined || Number(hours) > 167 || Number(minutes) > 59 || Number(seconds) > 60) return undefined
  const west = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return sign === '-' ? west : -west
}

/** Whether a zone has one offset and has never had another. */
export const isFixed = (zone: string): boolean => fixedOffset(zone) !== undefined || /^etc\/gmt[+-]?\d+$/i.test(zone)

/**
 * The zone of a name: its offset where it has but one, in seconds east of Greenwich.
 * @throws PgError 0A000 for what has rules of its own
 */
export const zoneNamed = (name: string): number | string | undefined => {
  const fixed = fixedOffset(name)
  if (fixed !== undefined) return fixed
  if (formatOf(resolve(name)) !== undefined) return name
  if (POSIX_RULES.test(name)) throw unsupported(`the time zone "${name}"`)
  return undefined
}

export const isTimeZone = (zone: string): boolean =>
  fixedOffset(zone) !== undefined || formatOf(resolve(zone)) !== undefined

/** Seconds east of Greenwich at a moment, given in seconds from 2000-01-01 UTC. */
const offsetAtSecond = (zone: string, second: number): number => {
  const fixed = fixedOffset(zone)
  if (fixed !== undefined) return fixed
  const format = formatOf(resolve(zone))
  if (format === undefined) throw new PgError('22023', `time zone "${zone}" not recognized`)
  const fields: Record<string, string> = {}
  const milliseconds = (second - UNIX_EPOCH_DAYS * 86_400) * 1000
  if (Math.abs(milliseconds) > 8.64e15) return offsetAtSecond(zone, second > 0 ? 3e9 : -6e9)
  for (const { type, value } of format.formatToParts(milliseconds)) fields[type] = value
  const year = fields.era === 'B' || fields.era === 'BC' ? 1 - Number(fields.year) : Number(fields.year)
  const local =
    daysOfDate(year, Number(fields.month), Number(fields.day)) * 86_400 +
    Number(fields.hour) * 3600 +
    Number(fields.minute) * 60 +
    Number(fields.second)
  return local - second
}

/** Offset, in seconds east, of a zone at a moment in microseconds from 2000-01-01 UTC. */
export const offsetAt = (zone: string, micros: bigint): number => {
  const seconds = micros / MICROS_PER_SECOND - (micros % MICROS_PER_SECOND < 0n ? 1n : 0n)
  return offsetAtSecond(zone, Number(seconds))
}

/**
 * The moment that a local time means. What a change of offset skips or repeats is taken by the offset before it, and
 * by standard time (DetermineTimeZoneOffset).
 */
export const toUtc = (zone: string, local: bigint): bigint => {
  const seconds = Number(local / MICROS_PER_SECOND - (local % MICROS_PER_SECOND < 0n ? 1n : 0n))
  const before = offsetAtSecond(zone, seconds - 86_400)
  const after = offsetAtSecond(zone, seconds + 86_400)
  const candidates = [before, after].filter((offset) => offsetAtSecond(zone, seconds - offset) === offset)
  const distinct = [...new Set(candidates)]
  const offset = distinct.length === 1 ? distinct[0] : distinct.length === 0 ? before : after
  return local - BigInt(offset ?? before) * MICROS_PER_SECOND
}

/** `+02`, `-05:30`: an offset as it stands behind a time. */
export const offsetText = (seconds: number): string => {
  const magnitude = Math.abs(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60]
  return `${seconds < 0 ? '-' : '+'}${two(hours)}${minutes !== 0 || rest !== 0 ? `:${two(minutes)}` : ''}${rest !== 0 ? `:${two(rest)}` : ''}`
}

/**
 * The offset that a name means, where it needs no moment to mean one.
 * @param isMoscow whether Moscow's own offset is that of its standard time
 */
const offsetNamed = (zone: string, session: string, isMoscow: () => boolean): number | undefined => {
  const short = abbreviation(zone, session)
  if (short === undefined) {
    if (!isTimeZone(zone)) throw new PgError('22023', `time zone "${zone}" not recognized`)
    return undefined
  }
  if (short.offset !== null) return short.offset
  // Of the zones whose history is not known here there is one that is in use.
  if (short.name !== 'msk' || !isMoscow()) throw unsupported(`the abbreviation "${zone}"`)
  return MOSCOW
}

const MOSCOW = 10_800

/** An abbreviation or a full name, at a local time. @param session the session's time zone @throws PgError 22023 */
export const zoneToUtc = (zone: string, local: bigint, session: string): bigint => {
  const isMoscow = (): boolean => local - toUtc('Europe/Moscow', local) === BigInt(MOSCOW) * MICROS_PER_SECOND
  const offset = offsetNamed(zone, session, isMoscow)
  return offset === undefined ? toUtc(zone, local) : local - BigInt(offset) * MICROS_PER_SECOND
}

export const utcToZone = (zone: string, micros: bigint, session: string): bigint => {
  const offset =
    offsetNamed(zone, session, () => offsetAt('Europe/Moscow', micros) === MOSCOW) ?? offsetAt(zone, micros)
  return micros + BigInt(offset) * MICROS_PER_SECOND
}
