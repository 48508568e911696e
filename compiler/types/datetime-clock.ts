/** The fields of a time of day and of an offset, as dates and intervals have them (DecodeTimeCommon, DecodeTimezone). */
import type { DateTimeErrors } from './datetime-error.ts'

/** A whole number at the beginning of a text, and what follows it. @throws PgError 22008 beyond 32 bits */
export const leadingInteger = (
  text: string,
  errors: Pick<DateTimeErrors, 'overflow'>,
): { readonly value: number; readonly rest: string } => {
  const [digits = ''] = /^[-+]?\d+/.exec(text) ?? []
  const value = Number(digits)
  if (value > 2_147_483_647 || value < -2_147_483_648) throw errors.overflow()
  return { value, rest: text.slice(digits.length) }
}

/** What a point and digits are a fraction of one (ParseFraction). @throws PgError 22007 */
export const fraction = (text: string, errors: DateTimeErrors): number => {
  if (!/^\.\d*$/.test(text)) throw errors.malformed()
  return text === '.' ? 0 : Number(`0${text}`)
}

/** Half to even, as rint() does. */
export const roundEven = (value: number): number => {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest < 0.5 || (rest === 0.5 && floor % 2 === 0) ? floor : floor + 1
}

export interface ClockTime {
  /** May be any number of hours. */
  readonly hour: bigint
  readonly minute: number
  readonly second: number
  readonly micros: number
}

/**
 * `hh:mm`, `hh:mm:ss.ffffff`; `mm:ss.ffffff` too.
 * @param minutesFirst two numbers are minutes and seconds
 * @throws PgError 22007, 22008
 */
export const clockTime = (text: string, errors: DateTimeErrors, minutesFirst = false): ClockTime => {
  const [all = '', hours = '', behind = ''] = /^([-+]?\d*):(.*)$/.exec(text) ?? []
  if (all === '') throw errors.malformed()
  const hour = BigInt(hours === '' ? '0' : hours)
  if (hour > 2n ** 63n - 1n) throw errors.overflow()
  const minute = leadingInteger(behind, errors)
  let [h, m, s, micros] = [hour, minute.value, 0, 0]
  const partOf = (rest: string): number => roundEven(fraction(rest, errors) * 1_000_000)
  if (minute.rest.startsWith(':')) {
    const second = leadingInteger(minute.rest.slice(1), errors)
    s = second.value
    if (second.rest !== '') micros = partOf(second.rest)
  } else if (minute.rest !== '' || minutesFirst) {
    if (minute.rest !== '') micros = partOf(minute.rest)
    if (hour > 2_147_483_647n) throw errors.overflow()
    ;[h, m, s] = [0n, Number(hour), minute.value]
  }
  if (h < 0n || m < 0 || m > 59 || s < 0 || s > 60 || micros > 1_000_000) throw errors.overflow()
  return { hour: h, minute: m, second: s, micros }
}

/** An offset such as `+02`, `-0530`, `+05:30:15`, in seconds east of Greenwich. @throws PgError 22007, 22009 */
export const zoneOffset = (text: string, errors: DateTimeErrors): number => {
  if (!/^[-+]/.test(text)) throw errors.malformed()
  const part = (from: string): [number, string] => {
    const { value, rest } = leadingInteger(from, { overflow: () => errors.displacement() })
    return [value, rest]
  }
  let [hour, rest] = part(text.slice(1))
  let [minute, second] = [0, 0]
  if (rest.startsWith(':')) {
    ;[minute, rest] = part(rest.slice(1))
    if (rest.startsWith(':')) [second, rest] = part(rest.slice(1))
  } else if (rest === '' && text.length > 3) [hour, minute] = [Math.trunc(hour / 100), hour % 100]
  if ([hour, minute, second].some((value) => value < 0) || hour > 15 || minute > 59 || second > 59)
    throw errors.displacement()
  if (rest !== '') throw errors.malformed()
  const offset = (hour * 60 + minute) * 60 + second
  return text.startsWith('-') ? -offset : offset
}
