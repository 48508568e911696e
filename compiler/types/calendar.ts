/** The calendar: days and microseconds from 2000-01-01, PostgreSQL's epoch, and the fields that they are made of. */

/** Days between 2000-01-01 and 1970-01-01 in Julian day numbers. */
export const POSTGRES_EPOCH_JULIAN = 2_451_545
export const UNIX_EPOCH_DAYS = -10_957
export const MICROS_PER_DAY = 86_400_000_000n
export const MICROS_PER_HOUR = 3_600_000_000n
export const MICROS_PER_SECOND = 1_000_000n

/** date2j: the Julian day of a date; year 0 is 1 BC. */
export const julianDay = (year: number, month: number, day: number): number => {
  const [y, m] = month > 2 ? [year + 4800, month + 1] : [year + 4799, month + 13]
  const century = Math.floor(y / 100)
  return y * 365 - 32_167 + Math.floor(y / 4) - century + Math.floor(century / 4) + Math.floor((7834 * m) / 256) + day
}

export interface CalendarDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** j2date, the inverse of `julianDay`. */
export const fromJulianDay = (julian: number): CalendarDate => {
  const shifted = julian + 32_044
  const quad = Math.floor(shifted / 146_097)
  const extra = (shifted - quad * 146_097) * 4 + 3
  const century = Math.floor(extra / 146_097)
  const inCentury = Math.floor((extra - century * 146_097) / 4)
  const yearQuarter = inCentury * 4 + 3
  const yearOfCentury = Math.floor(yearQuarter / 1461)
  const dayOfYear = Math.floor((yearQuarter - yearOfCentury * 1461) / 4)
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1
  const month = monthIndex + 3 - 12 * Math.floor(monthIndex / 10)
  const year = 100 * (quad * 4 + century) + yearOfCentury - 4800 + Math.floor(monthIndex / 10)
  return { year, month, day }
}

export const dateOfDays = (days: number): CalendarDate => fromJulianDay(days + POSTGRES_EPOCH_JULIAN)
export const daysOfDate = (year: number, month: number, day: number): number =>
  julianDay(year, month, day) - POSTGRES_EPOCH_JULIAN

export const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 31)

export const floorDivide = (value: bigint, by: bigint): bigint => {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}

export interface Moment extends CalendarDate {
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly micro: number
  readonly days: number
}

/** The fields of a timestamp without time zone. */
export const fieldsOf = (micros: bigint): Moment => {
  const days = Number(floorDivide(micros, MICROS_PER_DAY))
  const time = Number(micros - BigInt(days) * MICROS_PER_DAY)
  const seconds = Math.floor(time / 1_000_000)
  return {
    ...dateOfDays(days),
    days,
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    micro: time % 1_000_000,
  }
}

/** 0 is Sunday. */
export const weekday = (days: number): number => (((days + 6) % 7) + 7) % 7

/** The Julian day of the Monday that a year's first week begins with. */
export const isoWeekStart = (year: number): number => {
  const fourth = julianDay(year, 1, 4)
  return fourth - (((fourth % 7) + 7) % 7)
}

/** ISO 8601: the week of a date and the year that the week belongs to. */
export const isoWeek = (year: number, month: number, day: number): { readonly year: number; readonly week: number } => {
  const julian = julianDay(year, month, day)
  let of = year
  if (julian < isoWeekStart(of)) of--
  else if (julian >= isoWeekStart(of + 1)) of++
  return { year: of, week: Math.floor((julian - isoWeekStart(of)) / 7) + 1 }
}
