/**
 * Reading dates and times (manual, "Date/Time Input"; DecodeDateTime). What is not read here is refused, unless it is
 * certain that PostgreSQL finds it invalid.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { daysInMonth, fromJulianDay } from './calendar.ts'
import { abbreviation, isTimeZone } from './time-zone.ts'

export interface ParsedDateTime {
  readonly special?: 'infinity' | '-infinity' | 'epoch' | 'now' | 'today' | 'tomorrow' | 'yesterday'
  readonly year?: number
  readonly month?: number
  readonly day?: number
  /** Microseconds of the day; 86,400,000,000 for 24:00. */
  readonly time?: number
  readonly hasTime: boolean
  /** Seconds east of Greenwich, or the name of a zone. */
  readonly zone?: number | string
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]
const DAYS = [
  'sun',
  'mon',
  'tue',
  'tues',
  'wed',
  'weds',
  'thu',
  'thur',
  'thurs',
  'fri',
  'sat',
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
]
const SPECIAL = ['infinity', '-infinity', '+infinity', 'epoch', 'now', 'today', 'tomorrow', 'yesterday']

const monthOf = (word: string): number => {
  const short = MONTHS.indexOf(word === 'sept' ? 'sep' : word)
  return (short >= 0 ? short : MONTH_NAMES.indexOf(word)) + 1
}

const offsetOf = (text: string): number | undefined => {
  const match = /^([+-])(\d{1,2})(?::?(\d{2})(?::?(\d{2}))?)?$/.exec(text)
  if (match === null) return undefined
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0)
  return match[1] === '-' ? -seconds : seconds
}

const TIME = /^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?/

/** @param type the type's name, for messages. @throws PgError 22007, 22008, 0A000 */
export const parseDateTime = (text: string, type: string, dateStyle: string): ParsedDateTime => {
  const invalid = (): PgError => new PgError('22007', `invalid input syntax for type ${type}: "${text}"`)
  const range = (): PgError => new PgError('22008', `date/time field value out of range: "${text}"`)
  const dateRange = (): PgError =>
    new PgError('22008', `date/time field value out of range: "${text}"`, {
      hint: 'Perhaps you need a different "DateStyle" setting.',
    })
  const refuse = (): PgError => unsupported(`the ${type} "${text}"`)
  const source = text.trim().toLowerCase()
  // punctuation only parts what there is, and two short numbers are no date
  if (!/[\p{L}\p{N}]/u.test(source)) throw invalid()
  const isDated = !type.startsWith('time ') && type !== 'time'
  if (isDated && /^[^\p{L}\p{N}:]*\d{1,2}(?:[^\p{L}\p{N}:]+\d{1,2})?[^\p{L}\p{N}:]*$/u.test(source)) throw invalid()
  if (SPECIAL.includes(source)) {
    const special = source.replace('+', '') as NonNullable<ParsedDateTime['special']>
    return { special, hasTime: false }
  }
  const order = /DMY|YMD/.exec(dateStyle)?.[0] ?? 'MDY'

  let year: number | undefined
  let yearDigits = 0
  let month: number | undefined
  let day: number | undefined
  let time: number | undefined
  let zone: number | string | undefined
  let bc = false
  let julian: number | undefined
  let dayOfYear: number | undefined
  let textMonth = false
  let monthLast = false
  let half: 'am' | 'pm' | undefined
  const numbers: string[] = []

  const setTime = (match: RegExpExecArray): void => {
    if (time !== undefined) throw invalid()
    const [, h = '', m = '', s = '0', fraction = ''] = match
    if (Number(s) === 60 && /[1-9]/.test(fraction)) throw range()
    if (Number(m) > 59 || Number(s) > 60 || Number(h) > 24) throw range()
    const micros = fraction === '' ? 0 : Math.round(Number(`0.${fraction}`) * 1_000_000)
    if (Number(h) === 24 && (Number(m) !== 0 || Number(s) !== 0 || micros !== 0)) throw range()
    time = (Number(h) * 3600 + Number(m) * 60 + Number(s)) * 1_000_000 + micros
  }
  const setZone = (token: string): boolean => {
    const offset = offsetOf(token)
    if (offset !== undefined) {
      if (zone !== undefined) throw invalid()
      if (Math.abs(offset) > 57_599) throw new PgError('22009', `time zone displacement out of range: "${text}"`)
      zone = offset
      return true
    }
    const short = abbreviation(token)
    if (short !== undefined) {
      zone = short
      return true
    }
    if (/^[a-z]+(\/[a-z_+-]+)+$|^[a-z]{3}\d[a-z]{3}$/.test(token) && isTimeZone(token)) {
      zone = token
      return true
    }
    return false
  }
  const setDate = (parts: readonly string[]): void => {
    if (year !== undefined || month !== undefined || day !== undefined) throw invalid()
    const [a = '', b = '', c = ''] = parts
    const word = parts.findIndex((part) => /^[a-z]/.test(part))
    if (word >= 0) {
      month = monthOf(parts[word] ?? '')
      if (month === 0) throw invalid()
      textMonth = true
      if (word === 2) throw refuse()
      const [first = '', second = ''] = parts.filter((_, at) => at !== word)
      if (first.length > 2) [year, yearDigits, day] = [Number(first), first.length, Number(second)]
      else if (second.length > 2 || (order !== 'YMD' && Number(first) <= 31))
        [day, year, yearDigits] = [Number(first), Number(second), second.length]
      else throw refuse()
      return
    }
    if (a.length > 2) [year, yearDigits, month, day] = [Number(a), a.length, Number(b), Number(c)]
    else if (order === 'MDY') [month, day, year, yearDigits] = [Number(a), Number(b), Number(c), c.length]
    else if (order === 'DMY') [day, month, year, yearDigits] = [Number(a), Number(b), Number(c), c.length]
    else [year, yearDigits, month, day] = [Number(a), a.length, Number(b), Number(c)]
  }

  const tokens = source.split(/[\s,]+/).filter((token) => token !== '')
  for (const token of tokens) {
    let rest = token
    const joined = /^(\d{4,}-\d{1,2}-\d{1,2}|\d{8})t(?=\d)(.*)$/.exec(rest)
    if (joined !== null) {
      const date = joined[1] ?? ''
      if (date.includes('-')) setDate(date.split('-'))
      else setDate([date.slice(0, 4), date.slice(4, 6), date.slice(6)])
      rest = joined[2] ?? ''
      const compact = /^(\d{2})(\d{2})(\d{2})?(?:\.(\d+))?(?=$|[+-]|z)/.exec(rest)
      if (compact !== null) {
        setTime(compact)
        rest = rest.slice(compact[0].length)
        if (rest !== '' && !setZone(rest)) throw refuse()
        continue
      }
    }
    const clock = TIME.exec(rest)
    if (clock !== null) {
      setTime(clock)
      rest = rest.slice(clock[0].length)
      if (rest === '') continue
      if (rest === 'am' || rest === 'pm') half = rest
      else if (!setZone(rest)) throw refuse()
      continue
    }
    if (/^(\d+|[a-z]+)([-/.])(\d+|[a-z]+)\2(\d+|[a-z]+)$/.test(rest)) {
      setDate(rest.split(/[-/.]/))
      continue
    }
    if (/^\d{4}\.\d{3}$/.test(rest)) {
      year = Number(rest.slice(0, 4))
      yearDigits = 4
      dayOfYear = Number(rest.slice(5))
      continue
    }
    if (/^j\d+$/.test(rest)) {
      julian = Number(rest.slice(1))
      continue
    }
    if (/^\d+$/.test(rest)) {
      if (
        (rest.length === 8 || rest.length === 6) &&
        numbers.length === 0 &&
        month === undefined &&
        !tokens.some((it) => monthOf(it) > 0)
      ) {
        const at = rest.length - 4
        setDate([rest.slice(0, at), rest.slice(at, at + 2), rest.slice(at + 2)])
        if (rest.length === 6)
          [year, yearDigits, month, day] = [
            Number(rest.slice(0, 2)),
            2,
            Number(rest.slice(2, 4)),
            Number(rest.slice(4)),
          ]
      } else if (rest.length === 6 && year !== undefined) {
        const compact = /^(\d{2})(\d{2})(\d{2})/.exec(rest)
        if (compact !== null) setTime(compact)
      } else numbers.push(rest)
      continue
    }
    if (rest === 'bc' || rest === 'ad') {
      bc = rest === 'bc'
      continue
    }
    if (rest === 'am' || rest === 'pm') {
      half = rest
      continue
    }
    if (rest === 't' || rest === 'at' || rest === 'on' || DAYS.includes(rest)) continue
    if (monthOf(rest) > 0) {
      if (month !== undefined) throw invalid()
      month = monthOf(rest)
      textMonth = true
      monthLast = numbers.length === 2
      continue
    }
    if ((time !== undefined || year !== undefined || tokens.length > 1) && setZone(rest)) continue
    if (/^[a-z]+$/.test(rest) && tokens.length === 1) throw invalid()
    throw refuse()
  }

  if (numbers.length > 0) {
    if (!textMonth || year !== undefined) throw refuse()
    const [first = '', second = '', third] = numbers
    if (third !== undefined || numbers.length < 2) throw refuse()
    if (first.length <= 2 && second.length <= 2 && (monthLast || order === 'YMD' || Number(first) > 31)) throw refuse()
    if (first.length > 2) [year, yearDigits, day] = [Number(first), first.length, Number(second)]
    else [day, year, yearDigits] = [Number(first), Number(second), second.length]
  }
  if (julian !== undefined) ({ year, month, day } = fromJulianDay(julian))
  else if (year !== undefined) {
    if (bc) {
      if (year <= 0) throw dateRange()
      year = 1 - year
    } else if (yearDigits <= 2) year += year < 70 ? 2000 : 1900
    else if (year === 0) throw dateRange()
  }
  if (dayOfYear !== undefined && year !== undefined) {
    month = 1
    while (dayOfYear > daysInMonth(year, month)) dayOfYear -= daysInMonth(year, month++)
    day = dayOfYear
  }
  if (half !== undefined) {
    if (time === undefined) throw refuse()
    const hour = Math.floor(time / 3_600_000_000)
    if (hour > 12) throw range()
    if (half === 'pm' && hour < 12) time += 12 * 3_600_000_000
    if (half === 'am' && hour === 12) time -= 12 * 3_600_000_000
  }
  if (year !== undefined && month !== undefined && day !== undefined) {
    if (month < 1 || month > 12) throw dateRange()
    if (day < 1 || day > 31) throw dateRange()
    if (day > daysInMonth(year, month)) throw range()
  } else if (year !== undefined || month !== undefined || day !== undefined) throw refuse()
  return {
    ...(year === undefined ? {} : { year }),
    ...(month === undefined ? {} : { month }),
    ...(day === undefined ? {} : { day }),
    ...(time === undefined ? {} : { time }),
    ...(zone === undefined ? {} : { zone }),
    hasTime: time !== undefined,
  }
}
