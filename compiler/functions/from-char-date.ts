/**
 * to_date() and to_timestamp(): a text read by a pattern. Manual: "Data Type Formatting Functions"; after DCH_from_char
 * and do_to_timestamp in formatting.c.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import {
  type CalendarDate,
  daysInMonth,
  daysOfDate,
  fromJulianDay,
  isoWeekStart,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
} from '../types/calendar.ts'
import { applyPrecision, checkDate, checkTimestamp } from '../types/datetime.ts'
import { toUtc } from '../types/time-zone.ts'
import { type FormatNode, parseDateFormat } from './format-pattern.ts'
import type { Call, Scalars } from './implementation.ts'
import { DAYS, MONTHS, ROMAN } from './to-char-date.ts'

const INT_MAX = 2_147_483_647
const INT_MIN = -2_147_483_648

/** The fields that a text has given, 0 where it gave none (TmFromChar). */
interface Given {
  convention: 'gregorian' | 'iso' | undefined
  twelveHours: boolean
  hh: number
  pm: number
  mi: number
  ss: number
  ssss: number
  d: number
  dd: number
  ddd: number
  mm: number
  ms: number
  year: number
  bc: number
  ww: number
  w: number
  cc: number
  j: number
  us: number
  /** Digits that the year was to have. */
  yearDigits: number
  zoneSign: number
  zoneHours: number
  zoneMinutes: number
  /** Digits of FF1 to FF6. */
  precision: number
}

type Field = Exclude<keyof Given, 'convention' | 'twelveHours'>

const GREGORIAN = /^(DDD|DD|D|MM|MONTH|MON|RM|WW|W|Y,YYY|YYYY|YYY|YY|Y)$/
const ISO = /^(IDDD|ID|IW|IYYY|IYY|IY|I)$/
const DIGITS =
  /^(CC|DDD|DD|D|FF[1-6]|HH24|HH12|HH|IDDD|ID|IW|IYYY|IYY|IY|I|J|MI|MM|MS|Q|SSSSS|SSSS|SS|TZM|US|WW|W|Y,YYY|YYYY|YYY|YY|Y)$/

const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3))
const SHORT_DAYS = DAYS.map((name) => name.slice(0, 3))

/** Words that stand for the number of a field alone, of as many digits as they have letters unless they say so. */
const PLAIN: Readonly<Record<string, { readonly field: Field; readonly width?: number }>> = {
  HH24: { field: 'hh', width: 2 },
  MI: { field: 'mi' },
  SS: { field: 'ss' },
  SSSS: { field: 'ssss' },
  SSSSS: { field: 'ssss' },
  MM: { field: 'mm' },
  DD: { field: 'dd' },
  DDD: { field: 'ddd' },
  IDDD: { field: 'ddd', width: 3 },
  D: { field: 'd' },
  WW: { field: 'ww' },
  IW: { field: 'ww' },
  CC: { field: 'cc' },
  W: { field: 'w' },
  J: { field: 'j' },
}

const isSpace = (character: string | undefined): boolean => character !== undefined && /[\s\v]/.test(character)
const isSeparator = (character: string | undefined): boolean =>
  character !== undefined && /[!-/:-@[-`{-~]/.test(character)

const format = (message: string, detail?: string, hint?: string): PgError =>
  new PgError('22007', message, { ...(detail && { detail }), ...(hint && { hint }) })

const FIXED_WIDTH = 'If your source string is not fixed-width, try using the "FM" modifier.'

/** Years of up to three digits are those nearest to 2020. */
const nearTo2020 = (year: number): number => {
  if (year < 70) return year + 2000
  if (year < 100) return year + 1900
  if (year < 520) return year + 2000
  return year < 1000 ? year + 1000 : year
}

class Reader {
  readonly given: Given = {
    convention: undefined,
    twelveHours: false,
    ...{ hh: 0, pm: 0, mi: 0, ss: 0, ssss: 0, d: 0, dd: 0, ddd: 0, mm: 0, ms: 0, year: 0, bc: 0, ww: 0, w: 0, cc: 0 },
    ...{ j: 0, us: 0, yearDigits: 0, zoneSign: 0, zoneHours: 0, zoneMinutes: 0, precision: 0 },
  }
  readonly #text: string
  readonly #nodes: readonly FormatNode[]
  #at = 0
  /** How many more characters have been skipped than the pattern says. */
  #extra = 0
  #fixed = false

  constructor(text: string, pattern: string) {
    this.#text = text
    this.#nodes = parseDateFormat(pattern)
  }

  read(): Given {
    for (const [index, node] of this.#nodes.entries()) {
      if (this.#at >= this.#text.length) break
      const isKeyword = node.kind === 'keyword'
      if (!this.#fixed && !(isKeyword && node.word.toUpperCase() === 'FX') && (isKeyword || index === 0))
        while (isSpace(this.#text[this.#at])) {
          this.#at++
          this.#extra++
        }
      if (!isKeyword) {
        this.#skip(node)
        continue
      }
      this.#field(node.word, node.ordinal !== undefined, node.fill || this.#beforeNonDigit(index))
      if (this.#fixed) continue
      this.#extra = 0
      while (isSpace(this.#text[this.#at])) {
        this.#at++
        this.#extra++
      }
    }
    return this.given
  }

  #advance(): void {
    this.#at += (this.#text.codePointAt(this.#at) ?? 0) > 0xffff ? 2 : 1
  }

  #skip({ text, quoted }: Extract<FormatNode, { kind: 'text' }>): void {
    const next = this.#text[this.#at]
    if (this.#fixed) this.#advance()
    else if (!quoted && (isSpace(text) || isSeparator(text))) {
      this.#extra--
      if (isSpace(next) || isSeparator(next)) {
        this.#at++
        this.#extra++
      }
    } else if (this.#extra > 0) this.#extra--
    else this.#advance()
  }

  /** Whether what follows in the pattern cannot be a digit, so that a number ends by itself. */
  #beforeNonDigit(index: number): boolean {
    const node = this.#nodes[index]
    if (node?.kind === 'keyword' && node.ordinal !== undefined) return true
    const next = this.#nodes[index + 1]
    if (next === undefined) return true
    return next.kind === 'keyword' ? !DIGITS.test(next.word.toUpperCase()) : !/^\d$/.test(next.text)
  }

  #set(field: Field, value: number, word: string): void {
    if (this.given[field] !== 0 && this.given[field] !== value)
      throw format(
        `conflicting values for "${word}" field in formatting string`,
        'This value contradicts a previous setting for the same field type.',
      )
    this.given[field] = value
  }

  /** @returns how many characters the number has taken, blanks before it included */
  #integer(field: Field | undefined, word: string, open: boolean, width = word.length): number {
    const begin = this.#at
    while (isSpace(this.#text[this.#at])) this.#at++
    const rest = this.#text.slice(this.#at)
    const copy = rest.slice(0, width)
    const digits = /^\s*[+-]?\d+/.exec(open ? this.#text.slice(begin) : copy)?.[0] ?? ''
    if (open) this.#at = begin + digits.length
    else {
      if (rest.length < width)
        throw format(
          `source string too short for "${word}" formatting field`,
          `Field requires ${width} characters, but only ${rest.length} remain.`,
          FIXED_WIDTH,
        )
      if (digits.length > 0 && digits.length < width)
        throw format(
          `invalid value "${copy}" for "${word}"`,
          `Field requires ${width} characters, but only ${digits.length} could be parsed.`,
          FIXED_WIDTH,
        )
      this.#at += digits.length
    }
    if (this.#at === begin) throw format(`invalid value "${copy}" for "${word}"`, 'Value must be an integer.')
    const value = Number(digits)
    if (value > INT_MAX || value < INT_MIN)
      throw new PgError('22008', `value for "${word}" in source string is out of range`, {
        detail: `Value must be in the range ${INT_MIN} to ${INT_MAX}.`,
      })
    if (field !== undefined) this.#set(field, value, word)
    return this.#at - begin
  }

  /** One of some names, in letters of any size. @returns its index */
  #name(names: readonly string[], word: string): number {
    const rest = this.#text.slice(this.#at).toLowerCase()
    const found = names.findIndex((name) => rest.startsWith(name.toLowerCase()))
    if (found < 0) {
      const value = /^[^\s\v]*/.exec(this.#text.slice(this.#at))?.[0] ?? ''
      throw format(
        `invalid value "${value}" for "${word}"`,
        'The given value did not match any of the allowed values for this field.',
      )
    }
    this.#at += names[found]?.length ?? 0
    return found
  }

  #zoneSign(): void {
    const next = this.#text[this.#at]
    if (next === '+' || next === '-' || next === ' ') {
      this.given.zoneSign = next === '-' ? -1 : 1
      this.#at++
    } else this.given.zoneSign = this.#extra > 0 && this.#text[this.#at - 1] === '-' ? -1 : 1
  }

  /** @throws PgError 22007 where ISO weeks and the calendar are mixed */
  #convention(word: string): void {
    const convention = GREGORIAN.test(word) ? 'gregorian' : ISO.test(word) ? 'iso' : undefined
    if (convention === undefined) return
    this.given.convention ??= convention
    if (this.given.convention !== convention)
      throw format(
        'invalid combination of date conventions',
        undefined,
        'Do not mix Gregorian and ISO week date conventions in a formatting template.',
      )
  }

  /** @param open a number may have as many digits as there are */
  #field(word: string, ordinal: boolean, open: boolean): void {
    const { given } = this
    const upper = word.toUpperCase()
    this.#convention(upper)
    const fraction = (field: 'ms' | 'us', width: number, most: number): void => {
      const length = this.#integer(field, word, open, width)
      given[field] *= 10 ** Math.max(most - length, 0)
    }
    const year = (digits: number): void => {
      const length = this.#integer('year', word, open)
      if (digits < 4 && length < 4) given.year = nearTo2020(given.year)
      given.yearDigits = digits
    }
    switch (upper) {
      case 'FX':
        this.#fixed = true
        return
      case 'A.M.':
      case 'P.M.':
      case 'AM':
      case 'PM':
        this.#set('pm', this.#name(upper.includes('.') ? ['a.m.', 'p.m.'] : ['am', 'pm'], word), word)
        given.twelveHours = true
        return
      case 'HH':
      case 'HH12':
        given.twelveHours = true
        this.#integer('hh', word, open, 2)
        break
      case 'MS':
        fraction('ms', 3, 3)
        break
      case 'FF1':
      case 'FF2':
      case 'FF3':
      case 'FF4':
      case 'FF5':
      case 'FF6':
        given.precision = Number(upper.at(-1))
        fraction('us', given.precision, 6)
        break
      case 'US':
        fraction('us', 6, 6)
        break
      case 'TZ':
        if (/[a-z]/i.test(this.#text[this.#at] ?? ''))
          throw unsupported('the abbreviation of a time zone in to_timestamp()')
        this.#offset(word, open)
        return
      case 'OF':
        this.#offset(word, open)
        return
      case 'TZH':
        this.#zoneSign()
        this.#integer('zoneHours', word, open, 2)
        return
      case 'TZM':
        given.zoneSign ||= 1
        this.#integer('zoneMinutes', word, open, 2)
        return
      case 'A.D.':
      case 'B.C.':
      case 'AD':
      case 'BC':
        this.#set('bc', this.#name(upper.includes('.') ? ['a.d.', 'b.c.'] : ['ad', 'bc'], word), word)
        return
      case 'MONTH':
        this.#set('mm', this.#name(MONTHS, word) + 1, word)
        return
      case 'MON':
        this.#set('mm', this.#name(SHORT_MONTHS, word) + 1, word)
        return
      case 'DAY':
        this.#set('d', this.#name(DAYS, word), word)
        given.d++
        return
      case 'DY':
        this.#set('d', this.#name(SHORT_DAYS, word), word)
        given.d++
        return
      case 'ID':
        this.#integer('d', word, open, 1)
        // Weeks begin with Sunday here.
        if (++given.d > 7) given.d = 1
        break
      case 'Q':
        // Which day of a quarter would be meant is not clear, so it is read and forgotten.
        this.#integer(undefined, word, open)
        break
      case 'Y,YYY': {
        const match = /^\s*([+-]?\d+),\s*([+-]?\d{1,3})/.exec(this.#text.slice(this.#at))
        if (match === null) throw format(`invalid value "${this.#text.slice(this.#at)}" for "${word}"`)
        this.#set('year', Number(match[1]) * 1000 + Number(match[2]), word)
        given.yearDigits = 4
        this.#at += match[0].length
        break
      }
      case 'YYYY':
      case 'IYYY':
        year(4)
        break
      case 'YYY':
      case 'IYY':
        year(3)
        break
      case 'YY':
      case 'IY':
        year(2)
        break
      case 'Y':
      case 'I':
        year(1)
        break
      case 'RM': {
        // Longer numerals first: VIII before VII before VI.
        const numerals = ROMAN.map((numeral, at) => ({ numeral, month: at + 1 })).reverse()
        const found = this.#name(
          numerals.map(({ numeral }) => numeral),
          word,
        )
        this.#set('mm', numerals[found]?.month ?? 0, word)
        return
      }
      default: {
        const plain = PLAIN[upper]
        if (plain === undefined) throw unsupported(`"${word}" in to_timestamp()`)
        this.#integer(plain.field, word, open, plain.width)
      }
    }
    // What TH stands for is two characters.
    if (ordinal) for (let skipped = 0; skipped < 2 && this.#at < this.#text.length; skipped++) this.#advance()
  }

  #offset(word: string, open: boolean): void {
    this.#zoneSign()
    this.#integer('zoneHours', word, open, 2)
    if (this.#text[this.#at] !== ':') return
    this.#at++
    this.#integer('zoneMinutes', word, open, 2)
  }
}

interface Read extends CalendarDate {
  /** Since midnight. */
  readonly micros: number
  /** Seconds east of UTC. */
  readonly offset: number | undefined
  readonly precision: number
}

const overflow = (text: string): PgError => new PgError('22008', `date/time field value out of range: "${text}"`)

/** The year by its digits, the century and the era; undefined without any of them. */
const yearOf = ({ year, cc, bc, yearDigits }: Given): number | undefined => {
  const century = bc === 1 ? -cc : cc
  if (year === 0) {
    if (cc === 0) return undefined
    return century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1
  }
  if (cc !== 0 && yearDigits <= 2) {
    const short = year % 100
    if (short === 0) return century * 100 + (century >= 0 ? 0 : 1)
    return century >= 0 ? short + (century - 1) * 100 : (century + 1) * 100 - short + 1
  }
  const signed = bc === 1 ? -year : year
  return signed < 0 ? signed + 1 : signed
}

/** @throws PgError 22007, 22008 */
const dateOf = (given: Given, text: string): CalendarDate => {
  const known = yearOf(given)
  let date = { year: known ?? 0, month: 1, day: 1 }
  const mask = { year: known !== undefined, month: false, day: false }
  const whole = (julian: number): void => {
    date = { ...fromJulianDay(julian) }
    mask.year = mask.month = mask.day = true
  }
  let { dd, ddd } = given
  if (given.j !== 0) whole(given.j)
  if (given.ww !== 0) {
    if (given.convention === 'iso') {
      const monday = isoWeekStart(date.year) + (given.ww - 1) * 7
      whole(given.d === 0 ? monday : given.d > 1 ? monday + given.d - 2 : monday + 6)
    } else ddd = (given.ww - 1) * 7 + 1
  }
  if (given.w !== 0) dd = (given.w - 1) * 7 + 1
  if (dd !== 0) {
    date.day = dd
    mask.day = true
  }
  if (given.mm !== 0) {
    date.month = given.mm
    mask.month = true
  }
  if (ddd !== 0 && (date.month <= 1 || date.day <= 1)) {
    if (date.year === 0 && given.bc === 0) throw format('cannot calculate day of year without year information')
    if (given.convention === 'iso') whole(isoWeekStart(date.year) - 1 + ddd)
    else {
      let [month, before] = [1, 0]
      while (month <= 12 && ddd > before + daysInMonth(date.year, month)) before += daysInMonth(date.year, month++)
      if (date.month <= 1) date.month = month
      if (date.day <= 1) date.day = ddd - before
      mask.month = mask.day = true
    }
  }
  if (mask.month && (date.month < 1 || date.month > 12)) throw overflow(text)
  if (mask.day && (date.day < 1 || date.day > 31)) throw overflow(text)
  if (mask.year && mask.month && mask.day && date.day > daysInMonth(date.year, date.month)) throw overflow(text)
  return date
}

/** @throws PgError 22007, 22008, 22009 */
const readByFormat = (text: string, pattern: string): Read => {
  const given = new Reader(text, pattern).read()
  let [hour, minute, second] = [Math.trunc(given.ssss / 3600), Math.trunc(given.ssss / 60) % 60, given.ssss % 60]
  if (given.ss !== 0) second = given.ss
  if (given.mi !== 0) minute = given.mi
  if (given.hh !== 0) hour = given.hh
  if (given.twelveHours) {
    if (hour < 1 || hour > 12)
      throw format(
        `hour "${hour}" is invalid for the 12-hour clock`,
        undefined,
        'Use the 24-hour clock, or give an hour between 1 and 12.',
      )
    if (given.pm === 1 && hour < 12) hour += 12
    else if (given.pm === 0 && hour === 12) hour = 0
  }
  const date = dateOf(given, text)
  const micro = given.ms * 1000 + given.us
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || micro < 0 || micro > 999_999)
    throw overflow(text)
  let offset: number | undefined
  if (given.zoneSign !== 0) {
    const { zoneSign, zoneHours, zoneMinutes } = given
    if (zoneHours < 0 || zoneHours > 15 || zoneMinutes < 0 || zoneMinutes > 59)
      throw new PgError('22009', `time zone displacement out of range: "${text}"`)
    offset = zoneSign * (zoneHours * 60 + zoneMinutes) * 60
  }
  const micros = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micro
  return { ...date, micros, offset, precision: given.precision }
}

export const dateReading: Scalars = {
  to_date: (text: string, pattern: string) => {
    const { year, month, day } = readByFormat(text, pattern)
    return checkDate(daysOfDate(year, month, day), `date out of range: "${text}"`)
  },
  to_timestamp: function (this: Call, text: string, pattern: string) {
    const { year, month, day, micros, offset, precision } = readByFormat(text, pattern)
    const local = BigInt(daysOfDate(year, month, day)) * MICROS_PER_DAY + BigInt(micros)
    const utc = offset === undefined ? toUtc(this.settings.timeZone, local) : local - BigInt(offset) * MICROS_PER_SECOND
    const checked = checkTimestamp(utc)
    return precision === 0 ? checked : applyPrecision(checked, precision)
  },
}
