/** to_char() of timestamps and intervals. Manual: "Data Type Formatting Functions"; after DCH_to_char. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { fieldsOf, isoWeek, julianDay, type Moment, weekday } from '../types/calendar.ts'
import { isFiniteTimestamp } from '../types/datetime.ts'
import { isInfinite, loadInterval } from '../types/interval.ts'
import { offsetAt } from '../types/time-zone.ts'
import { ordinalEnding, parseDateFormat } from './format-pattern.ts'
import type { Scalars } from './implementation.ts'

export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  ...['November', 'December'],
]
export const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
export const ROMAN = ['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X', 'XI', 'XII']

interface Fields extends Omit<Moment, 'days'> {
  readonly dayOfWeek: number
  readonly dayOfYear: number
  readonly isInterval: boolean
  /** Seconds east of UTC. */
  readonly offset: number
  readonly zone: string
}

/** printf's `%0*d`, where a sign counts. */
const padded = (value: number, width: number): string => {
  const digits = String(Math.abs(value))
  return value < 0 ? `-${digits.padStart(width - 1, '0')}` : digits.padStart(width, '0')
}

const named = (name: string, like: string): string =>
  like === like.toUpperCase() ? name.toUpperCase() : like === like.toLowerCase() ? name.toLowerCase() : name

const notForIntervals = (): never => {
  throw new PgError('22007', 'invalid format specification for an interval value', {
    hint: 'Intervals are not tied to specific calendar dates.',
  })
}

const format = (pattern: string, fields: Fields): string => {
  const { year, month, day, hour, minute, second, micro, dayOfWeek, dayOfYear, isInterval, offset, zone } = fields
  const shownYear = (value: number): number => (isInterval || value > 0 ? value : 1 - value)
  const week = () => isoWeek(year, month, day)
  const keyword = (word: string, fill: boolean): string | undefined => {
    const width = (value: number, digits: number): string => padded(value, fill ? 0 : value >= 0 ? digits : digits + 1)
    const ofDate = <Result>(text: () => Result): Result => (isInterval ? notForIntervals() : text())
    const half = (morning: string, evening: string): string => named(hour % 24 >= 12 ? evening : morning, word)
    const yearOf = (value: number, digits: number): string => {
      const shown = shownYear(value)
      return digits === 4 ? width(shown, 4) : width(shown % 10 ** digits, digits)
    }
    switch (word.toUpperCase()) {
      case 'A.M.':
      case 'P.M.':
        return half('A.M.', 'P.M.')
      case 'AM':
      case 'PM':
        return half('AM', 'PM')
      case 'HH':
      case 'HH12':
        return padded(hour % 12 === 0 ? 12 : hour % 12, fill ? 0 : hour >= 0 ? 2 : 3)
      case 'HH24':
        return width(hour, 2)
      case 'MI':
        return width(minute, 2)
      case 'SS':
        return width(second, 2)
      case 'FF1':
      case 'FF2':
      case 'FF3':
      case 'FF4':
      case 'FF5':
      case 'FF6': {
        const digits = Number(word.at(-1))
        return padded(Math.trunc(micro / 10 ** (6 - digits)), digits)
      }
      case 'MS':
        return padded(Math.trunc(micro / 1000), 3)
      case 'US':
        return padded(micro, 6)
      case 'SSSS':
      case 'SSSSS':
        return String(hour * 3600 + minute * 60 + second)
      case 'TZ':
        return ofDate(() => (word === 'tz' ? zone.toLowerCase() : zone))
      case 'TZH':
        return ofDate(() => `${offset >= 0 ? '+' : '-'}${padded(Math.trunc(Math.abs(offset) / 3600), 2)}`)
      case 'TZM':
        return ofDate(() => padded(Math.trunc((Math.abs(offset) % 3600) / 60), 2))
      case 'OF':
        return ofDate(() => {
          const minutes = Math.trunc((Math.abs(offset) % 3600) / 60)
          const hours = padded(Math.trunc(Math.abs(offset) / 3600), fill ? 0 : 2)
          return `${offset >= 0 ? '+' : '-'}${hours}${minutes === 0 ? '' : `:${padded(minutes, 2)}`}`
        })
      case 'A.D.':
      case 'B.C.':
        return ofDate(() => named(year <= 0 ? 'B.C.' : 'A.D.', word))
      case 'AD':
      case 'BC':
        return ofDate(() => named(year <= 0 ? 'BC' : 'AD', word))
      case 'MONTH':
        return ofDate(() => named(MONTHS[month - 1] ?? '', word).padEnd(fill ? 0 : 9))
      case 'MON':
        return ofDate(() => named((MONTHS[month - 1] ?? '').slice(0, 3), word))
      case 'MM':
        return width(month, 2)
      case 'DAY':
        return ofDate(() => named(DAYS[dayOfWeek] ?? '', word).padEnd(fill ? 0 : 9))
      case 'DY':
        return ofDate(() => named((DAYS[dayOfWeek] ?? '').slice(0, 3), word))
      case 'DDD':
        return padded(dayOfYear, fill ? 0 : 3)
      case 'IDDD': {
        if (isInterval) throw unsupported('IDDD of an interval')
        const { week: number } = week()
        return padded((number - 1) * 7 + (dayOfWeek === 0 ? 7 : dayOfWeek), fill ? 0 : 3)
      }
      case 'DD':
        return padded(day, fill ? 0 : 2)
      case 'D':
        return ofDate(() => String(dayOfWeek + 1))
      case 'ID':
        return ofDate(() => String(dayOfWeek === 0 ? 7 : dayOfWeek))
      case 'WW':
        return padded(Math.trunc((dayOfYear - 1) / 7) + 1, fill ? 0 : 2)
      case 'IW':
        if (isInterval) throw unsupported('IW of an interval')
        return padded(week().week, fill ? 0 : 2)
      case 'W':
        return String(Math.trunc((day - 1) / 7) + 1)
      case 'Q':
        return month === 0 ? undefined : String(Math.trunc((month - 1) / 3) + 1)
      case 'CC': {
        const century = isInterval
          ? Math.trunc(year / 100)
          : year > 0
            ? Math.trunc((year - 1) / 100) + 1
            : Math.trunc(year / 100) - 1
        return Math.abs(century) <= 99 ? width(century, 2) : String(century)
      }
      case 'Y,YYY': {
        const shown = shownYear(year)
        const thousands = Math.trunc(shown / 1000)
        return `${thousands},${padded(shown - thousands * 1000, 3)}`
      }
      case 'YYYY':
        return yearOf(year, 4)
      case 'YYY':
        return yearOf(year, 3)
      case 'YY':
        return yearOf(year, 2)
      case 'Y':
        return String(shownYear(year) % 10)
      case 'IYYY':
      case 'IYY':
      case 'IY':
      case 'I': {
        if (isInterval) throw unsupported(`${word} of an interval`)
        const of = week().year
        return word.length === 1 ? String(shownYear(of) % 10) : yearOf(of, word.length)
      }
      case 'RM':
        if (isInterval) throw unsupported('RM of an interval')
        return named(ROMAN[month - 1] ?? '', word).padEnd(fill ? 0 : 4)
      case 'J':
        if (isInterval) throw unsupported('J of an interval')
        return String(julianDay(year, month, day))
      default:
        return undefined
    }
  }
  return parseDateFormat(pattern)
    .map((node) => {
      if (node.kind === 'text') return node.text
      const text = keyword(node.word, node.fill)
      if (text === undefined) return ''
      return node.ordinal !== undefined && /\d$/.test(text) ? text + ordinalEnding(text, node.ordinal === 'TH') : text
    })
    .join('')
}

/** The host's tz database does not tell the abbreviations of other zones. */
const abbreviationOf = (zone: string): string => {
  if (/^(etc\/)?(utc|gmt)$/i.test(zone)) return zone.slice(-3).toUpperCase()
  throw unsupported(`the abbreviation of the time zone "${zone}"`)
}

const fieldsOfTimestamp = (micros: bigint, offset: number, zone: string): Fields => {
  const moment = fieldsOf(micros)
  return {
    ...moment,
    dayOfWeek: weekday(moment.days),
    dayOfYear: julianDay(moment.year, moment.month, moment.day) - julianDay(moment.year, 1, 1) + 1,
    isInterval: false,
    offset,
    zone,
  }
}

export const dateFormatting: Scalars = {
  timestamp_to_char: (micros: bigint, pattern: string) =>
    pattern === '' || !isFiniteTimestamp(micros) ? null : format(pattern, fieldsOfTimestamp(micros, 0, '')),
  timestamptz_to_char: function (micros: bigint, pattern: string) {
    if (pattern === '' || !isFiniteTimestamp(micros)) return null
    const { timeZone } = this.settings
    const offset = offsetAt(timeZone, micros)
    const needsZone = parseDateFormat(pattern).some((node) => node.kind === 'keyword' && /^tz$/i.test(node.word))
    const zone = needsZone ? abbreviationOf(timeZone) : ''
    return format(pattern, fieldsOfTimestamp(micros + BigInt(offset) * 1_000_000n, offset, zone))
  },
  interval_to_char: (value: string, pattern: string) => {
    const interval = loadInterval(value)
    if (pattern === '' || isInfinite(interval)) return null
    const seconds = Number(interval.micros / 1_000_000n)
    const [year, month] = [Math.trunc(interval.months / 12), interval.months % 12]
    return format(pattern, {
      year,
      month,
      day: interval.days,
      hour: Math.trunc(seconds / 3600),
      minute: Math.trunc(seconds / 60) % 60,
      second: seconds % 60,
      micro: Number(interval.micros % 1_000_000n),
      dayOfWeek: 0,
      dayOfYear: (year * 12 + month) * 30 + interval.days,
      isInterval: true,
      offset: 0,
      zone: '',
    })
  },
}
