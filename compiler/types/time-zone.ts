/** Time zones: offsets by name, from the host's own tz database. Manual: "Time Zones". */
import { PgError } from '../../wire/protocol/error.ts'
import { daysOfDate, MICROS_PER_SECOND, UNIX_EPOCH_DAYS } from './calendar.ts'

/** Abbreviations with one meaning in PostgreSQL's default set, in seconds east of Greenwich. */
const ABBREVIATIONS: Readonly<Record<string, readonly [offset: number, daylight: boolean]>> = {
  z: [0, false],
  zulu: [0, false],
  utc: [0, false],
  gmt: [0, false],
  ut: [0, false],
  uct: [0, false],
  wet: [0, false],
  bst: [3600, true],
  cet: [3600, false],
  met: [3600, false],
  west: [3600, true],
  cest: [7200, true],
  eet: [7200, false],
  eest: [10_800, true],
  msk: [10_800, false],
  est: [-18_000, false],
  edt: [-14_400, true],
  cst: [-21_600, false],
  cdt: [-18_000, true],
  mst: [-25_200, false],
  mdt: [-21_600, true],
  pst: [-28_800, false],
  pdt: [-25_200, true],
  akst: [-32_400, false],
  akdt: [-28_800, true],
  hst: [-36_000, false],
  jst: [32_400, false],
  kst: [32_400, false],
}

export const abbreviation = (name: string): number | undefined => ABBREVIATIONS[name.toLowerCase()]?.[0]

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

/** A zone that is an offset of its own: `+02`, `UTC`, `<+03>-03`. POSIX counts west as positive. */
const fixedOffset = (zone: string): number | undefined => {
  if (/^(utc|gmt|z|zulu|uct|etc\/utc|etc\/gmt)$/i.test(zone)) return 0
  const bracket = /^<[^>]*>([+-]?)(\d{1,2})(?::(\d{2})(?::(\d{2}))?)?$/.exec(zone)
  if (bracket !== null) {
    const seconds = Number(bracket[2]) * 3600 + Number(bracket[3] ?? 0) * 60 + Number(bracket[4] ?? 0)
    return bracket[1] === '-' ? seconds : -seconds
  }
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

/** An abbreviation or a full name, at a local time. @throws PgError 22023 */
export const zoneToUtc = (zone: string, local: bigint): bigint => {
  const short = abbreviation(zone)
  if (short !== undefined) return local - BigInt(short) * MICROS_PER_SECOND
  if (!isTimeZone(zone)) throw new PgError('22023', `time zone "${zone}" not recognized`)
  return toUtc(zone, local)
}

export const utcToZone = (zone: string, micros: bigint): bigint => {
  const short = abbreviation(zone)
  if (short !== undefined) return micros + BigInt(short) * MICROS_PER_SECOND
  if (!isTimeZone(zone)) throw new PgError('22023', `time zone "${zone}" not recognized`)
  return micros + BigInt(offsetAt(zone, micros)) * MICROS_PER_SECOND
}
