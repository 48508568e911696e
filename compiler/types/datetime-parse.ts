/** Reading dates and times. Manual: "Date/Time Input Interpretation"; after DecodeDateTime and DecodeTimeOnly. */
import { type CalendarDate, dateOfDays, daysInMonth, daysOfDate, fromJulianDay } from './calendar.ts'
import { clockTime, fraction, leadingInteger, roundEven, zoneOffset } from './datetime-clock.ts'
import { DateTimeErrors } from './datetime-error.ts'
import { type Field, fieldsIn } from './datetime-field.ts'
import { type Word, wordOf } from './datetime-word.ts'
import { abbreviation, isFixed, zoneNamed } from './time-zone.ts'

export interface ParsedDateTime {
  readonly special?: 'infinity' | '-infinity' | 'epoch' | 'now'
  readonly date?: CalendarDate
  /** Microseconds of the day; 86,400,000,000 for 24:00. */
  readonly time: number
  /** Seconds east of Greenwich, or the name of a zone. */
  readonly zone?: number | string
}

/** What reading depends on besides the text. */
export interface DateTimeReading {
  readonly dateStyle: string
  /** Of the session. */
  readonly timeZone: string
  /** Days from 2000-01-01 on. */
  today(): number
}

/** What there is of a date and a time: each of them once. */
type Part =
  | 'year'
  | 'month'
  | 'day'
  | 'yearDay'
  | 'time'
  | 'zone'
  | 'daylight'
  | 'daylightZone'
  /** Of an abbreviation whose offset follows from the moment. */
  | 'dynamicZone'
  | 'half'
  | 'era'
  | 'weekday'

const DATE = ['year', 'month', 'day'] as const

/** What two fields together are (MAXDATELEN). */
const SIZE = 129

const isWord = (text: string): boolean => wordOf(text) !== undefined

class DateTimeReader {
  readonly #errors: DateTimeErrors
  readonly #order: string
  readonly #reading: DateTimeReading
  /** A time without a date is read, in which a date may be left out. */
  readonly #timeOnly: boolean
  readonly #fields: readonly Field[]
  readonly #parts = new Set<Part>()
  #year = 0
  #month = 0
  #day = 0
  #yearDay = 0
  #hour = 0
  #minute = 0
  #second = 0
  /** Microseconds of the day that these make. */
  #time = 0
  #zone: number | string | undefined
  #hasFullZone = false
  #special: ParsedDateTime['special']
  #half: 'am' | 'pm' | undefined
  #isBefore = false
  #isJulian = false
  #isTwoDigits = false
  #hasTextMonth = false
  /** What the next field is, as the last one says. */
  #label: 'julian' | 'time' | 'other' | undefined

  constructor(text: string, type: string, reading: DateTimeReading, timeOnly: boolean) {
    this.#errors = new DateTimeErrors(text, type)
    this.#reading = reading
    this.#timeOnly = timeOnly
    this.#order = /DMY|YMD/.exec(reading.dateStyle)?.[0] ?? 'MDY'
    const fields = fieldsIn(text, isWord, SIZE)
    if (fields === undefined) throw this.#errors.malformed()
    this.#fields = fields
  }

  read(): ParsedDateTime {
    for (const [at, field] of this.#fields.entries()) this.#add(this.#field(field, at))
    if (this.#label !== undefined) throw this.#errors.malformed()
    if (this.#special !== undefined && !this.#timeOnly) return { special: this.#special, time: 0 }
    this.#validateDate()
    this.#applyHalf()
    const isDated = this.#hasDate()
    if (this.#timeOnly) this.#requireTime()
    else if (!isDated) throw this.#errors.malformed()
    if (this.#parts.has('daylight') && (this.#hasFullZone || !this.#parts.has('zone'))) throw this.#errors.malformed()
    const zone = this.#zone
    return {
      ...(this.#special === undefined ? {} : { special: this.#special }),
      ...(isDated ? { date: { year: this.#year, month: this.#month, day: this.#day } } : {}),
      time: this.#time,
      ...(zone === undefined ? {} : { zone }),
    }
  }

  #hasDate(): boolean {
    return DATE.every((part) => this.#parts.has(part))
  }

  /** @throws PgError 22007 for what is there already */
  #add(parts: readonly Part[]): void {
    if (parts.some((part) => this.#parts.has(part))) throw this.#errors.malformed()
    for (const part of parts) this.#parts.add(part)
  }

  #field(field: Field, at: number): readonly Part[] {
    const { kind, text } = field
    switch (kind) {
      case 'date':
        return this.#dateField(text, at)
      case 'time':
        this.#takeTimeLabel()
        return this.#setClock(text)
      case 'zone':
        this.#zone = zoneOffset(text, this.#errors)
        return ['zone']
      case 'number':
        return this.#label === undefined ? this.#numberField(text, at) : this.#labelled(text)
      default:
        return this.#word(text)
    }
  }

  /** A `t` may stand before a time, and nothing else. */
  #takeTimeLabel(): void {
    if (this.#label !== undefined && this.#label !== 'time') throw this.#errors.malformed()
    this.#label = undefined
  }

  #setClock(text: string): readonly Part[] {
    const { hour, minute, second, micros } = clockTime(text, this.#errors)
    const parts = this.#setTime(Number(hour), minute, second, micros)
    if (!this.#timeOnly && this.#time > 86_400_000_000) throw this.#errors.overflow()
    return parts
  }

  #setTime(hour: number, minute: number, second: number, micros: number): readonly Part[] {
    ;[this.#hour, this.#minute, this.#second] = [hour, minute, second]
    this.#time = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros
    return ['time']
  }

  #setDate({ year, month, day }: CalendarDate): readonly Part[] {
    ;[this.#year, this.#month, this.#day] = [year, month, day]
    return ['year', 'month', 'day']
  }

  /** Digits with punctuation: a date, a time with its zone, or the name of a zone. */
  #dateField(text: string, at: number): readonly Part[] {
    if (this.#timeOnly) {
      const last = this.#fields.length - 1
      const isDate = at === 0 && last > 0 && (this.#fields[last]?.kind === 'date' || this.#fields[1]?.kind === 'time')
      if (isDate) return this.#wholeDate(text)
      return /^\d/.test(text) ? this.#timeWithZone(text) : this.#namedZone(text, true)
    }
    if (this.#label === 'julian') {
      const { value, rest } = leadingInteger(text, this.#errors)
      if (value < 0) throw this.#errors.overflow()
      this.#label = undefined
      this.#isJulian = true
      this.#zone = zoneOffset(rest, this.#errors)
      return [...this.#setDate(fromJulianDay(value)), 'time', 'zone']
    }
    const isDated = this.#parts.has('month') && this.#parts.has('day')
    if (this.#label === undefined && !isDated) return this.#wholeDate(text)
    if (this.#label === undefined && !/^\d/.test(text)) return this.#namedZone(text, true)
    this.#takeTimeLabel()
    return this.#timeWithZone(text)
  }

  #namedZone(name: string, isCertain: boolean): readonly Part[] {
    const zone = zoneNamed(name)
    if (zone === undefined) throw isCertain ? this.#errors.unknownZone(name) : this.#errors.malformed()
    this.#zone = zone
    this.#hasFullZone = true
    return ['zone']
  }

  /** `hhmmss-zz`. */
  #timeWithZone(text: string): readonly Part[] {
    const dash = text.indexOf('-')
    if (this.#parts.has('time') || dash < 0) throw this.#errors.malformed()
    this.#zone = zoneOffset(text.slice(dash), this.#errors)
    return [...this.#runTogether(text.slice(0, dash), this.#timeOnly || this.#hasDate()), 'zone']
  }

  /** A date in one field: DecodeDate. */
  #wholeDate(text: string): readonly Part[] {
    const parts = new Set<Part>()
    const take = (found: readonly Part[]): void => {
      if (found.some((part) => parts.has(part) || this.#parts.has(part))) throw this.#errors.malformed()
      for (const part of found) parts.add(part)
    }
    const pieces: string[] = []
    // What stands behind a piece is passed over, whatever it is.
    for (let rest = text; rest !== ''; ) {
      const [all = '', piece = ''] = /^[^a-z\d]*(\d+|[a-z]+).?/.exec(rest) ?? []
      if (all === '') throw this.#errors.malformed()
      pieces.push(piece)
      rest = rest.slice(all.length)
    }
    let hasTextMonth = false
    for (const piece of pieces) {
      if (/^\d/.test(piece)) continue
      const word = wordOf(piece)
      if (word?.kind !== 'month') throw this.#errors.malformed()
      this.#month = word.value
      hasTextMonth = true
      take(['month'])
    }
    for (const piece of pieces)
      if (/^\d/.test(piece)) take(this.#number(piece, hasTextMonth, new Set([...this.#parts, ...parts])))
    // Nothing but a zone may stand before it.
    const others = [...this.#parts, ...parts].filter((part) => part !== 'yearDay' && part !== 'zone')
    if (others.length !== 3 || !DATE.every((part) => others.includes(part))) throw this.#errors.malformed()
    return [...parts]
  }

  #labelled(text: string): readonly Part[] {
    const label = this.#label
    this.#label = undefined
    const { value, rest } = leadingInteger(text, this.#errors)
    if (rest !== '' && !rest.startsWith('.')) throw this.#errors.malformed()
    if (label === 'time') {
      const parts = this.#runTogether(text, true)
      if (parts[0] !== 'time') throw this.#errors.malformed()
      return parts
    }
    if (label !== 'julian') throw this.#errors.malformed()
    if (value < 0) throw this.#errors.overflow()
    this.#isJulian = true
    const date = this.#setDate(fromJulianDay(value))
    if (rest === '') return date
    this.#time = Math.trunc(fraction(rest, this.#errors) * 86_400_000_000)
    return [...date, 'time']
  }

  #numberField(text: string, at: number): readonly Part[] {
    const point = text.indexOf('.')
    const { length } = this.#fields
    if (this.#timeOnly) {
      if (point >= 0) {
        if (at === 0 && length > 1 && this.#fields[length - 1]?.kind === 'date') return this.#wholeDate(text)
        if (point > 2) return this.#runTogether(text, true)
        throw this.#errors.malformed()
      }
      if (text.length > 4) return this.#runTogether(text, true)
      return this.#number(text, false, new Set([...this.#parts, 'year', 'month', 'day']))
    }
    const isDated = this.#hasDate()
    const isUndated = !DATE.some((part) => this.#parts.has(part))
    if (point >= 0 && isUndated) return this.#wholeDate(text)
    if (point > 2) return this.#runTogether(text, isDated)
    if (text.length >= 6 && (isUndated || !this.#parts.has('time'))) return this.#runTogether(text, isDated)
    return this.#number(text, this.#hasTextMonth, this.#parts)
  }

  /** One number, by what there is of a date so far: DecodeNumber. */
  #number(text: string, hasTextMonth: boolean, known: ReadonlySet<Part>): readonly Part[] {
    const { value, rest } = leadingInteger(text, this.#errors)
    const digits = text.length - rest.length
    if (digits === 0) throw this.#errors.malformed()
    let micros = 0
    if (rest !== '') {
      if (digits > 2) return this.#runTogether(text, true)
      micros = roundEven(fraction(rest, this.#errors) * 1_000_000)
    }
    const [year, month, day] = DATE.map((part) => known.has(part))
    if (text.length === 3 && year && !month && !day && value >= 1 && value <= 366) {
      this.#yearDay = value
      return ['yearDay', 'month', 'day']
    }
    if (year && month && day) return this.#runTogether(text, true)
    const isLong = text.length >= 3
    const asYear = (): readonly Part[] => {
      this.#year = value
      this.#isTwoDigits = text.length <= 2
      return ['year']
    }
    const asMonth = (): readonly Part[] => {
      this.#month = value
      return ['month']
    }
    const asDay = (): readonly Part[] => {
      this.#day = value
      return ['day']
    }
    if (micros > 0) this.#time += micros
    if (!year && !month && !day) {
      if (isLong || this.#order === 'YMD') return asYear()
      return this.#order === 'DMY' ? asDay() : asMonth()
    }
    if (year && !month && !day) return asMonth()
    if (month && !year && !day) return hasTextMonth && (isLong || this.#order === 'YMD') ? asYear() : asDay()
    if (year && month) {
      if (!hasTextMonth || !isLong || !this.#isTwoDigits)
        return asDay()
        // The first number was taken for the year, and is the day.
      ;[this.#day, this.#year, this.#isTwoDigits] = [this.#year, value, false]
      return ['day']
    }
    if (day && !month && !year) return asMonth()
    if (day && month) return asYear()
    throw this.#errors.malformed()
  }

  /** `yyyymmdd`, `yymmdd`, `hhmmss`, `hhmm`: DecodeNumberField. @param isDated it can only be a time */
  #runTogether(text: string, isDated: boolean): readonly Part[] {
    if (!/^[\d.]*$/.test(text)) throw this.#errors.malformed()
    const point = text.indexOf('.')
    let digits = text
    let micros = 0
    if (point >= 0) {
      micros = roundEven(fraction(text.slice(point), this.#errors) * 1_000_000)
      digits = text.slice(0, point)
    } else if (!isDated && digits.length >= 6) {
      const at = digits.length - 4
      this.#isTwoDigits ||= at === 2
      return this.#setDate({
        year: Number(digits.slice(0, at)) | 0,
        month: Number(digits.slice(at, at + 2)),
        day: Number(digits.slice(at + 2)),
      })
    }
    if (this.#parts.has('time') || (digits.length !== 6 && digits.length !== 4)) throw this.#errors.malformed()
    const [hour = 0, minute = 0, second = 0] = (digits.match(/../g) ?? []).map(Number)
    return this.#setTime(hour, minute, second, micros)
  }

  #word(text: string): readonly Part[] {
    const short = abbreviation(text, this.#reading.timeZone)
    if (short !== undefined) {
      this.#zone = short.offset ?? text
      this.#hasFullZone = short.offset === null
      if (short.offset === null) return ['zone', 'dynamicZone']
      return short.daylight ? ['zone', 'daylightZone'] : ['zone']
    }
    const word = wordOf(text)
    if (word === undefined) return this.#namedZone(text, false)
    switch (word.kind) {
      case 'ignored':
        return []
      case 'reserved':
        return this.#reserved(word.value)
      case 'month':
        if (this.#timeOnly) throw this.#errors.malformed()
        return this.#monthWord(word.value)
      case 'daylight':
        if (typeof this.#zone !== 'string') this.#zone = (this.#zone ?? 0) + 3600
        return ['daylight', 'daylightZone']
      case 'half':
        this.#half = word.value
        return ['half']
      case 'era':
        this.#isBefore = word.value === 'bc'
        return ['era']
      case 'weekday':
        if (this.#timeOnly) throw this.#errors.malformed()
        return ['weekday']
      case 'unit':
        if (this.#label !== undefined) throw this.#errors.malformed()
        this.#label = word.value
        return []
      case 'time': {
        if (!(this.#timeOnly || this.#hasDate()) || this.#label !== undefined) throw this.#errors.malformed()
        this.#label = 'time'
        return []
      }
      default:
        return word satisfies never
    }
  }

  #reserved(value: (Word & { kind: 'reserved' })['value']): readonly Part[] {
    switch (value) {
      case 'allballs':
        ;[this.#time, this.#zone] = [0, 0]
        return ['time', 'zone']
      case 'yesterday':
      case 'today':
      case 'tomorrow': {
        if (this.#timeOnly) throw this.#errors.malformed()
        const days = this.#reading.today() + ['yesterday', 'today', 'tomorrow'].indexOf(value) - 1
        return this.#setDate(dateOfDays(days))
      }
      default:
        if (this.#timeOnly && value !== 'now') throw this.#errors.malformed()
        this.#special = value
        return this.#timeOnly ? ['time'] : ['year', 'month', 'day', 'time', 'zone']
    }
  }

  #monthWord(month: number): readonly Part[] {
    const isDay =
      this.#parts.has('month') &&
      !this.#hasTextMonth &&
      !this.#parts.has('day') &&
      this.#month >= 1 &&
      this.#month <= 31
    if (isDay) this.#day = this.#month
    this.#hasTextMonth = true
    this.#month = month
    return [isDay ? 'day' : 'month']
  }

  /** ValidateDate. */
  #validateDate(): void {
    if (this.#parts.has('year') && !this.#isJulian) {
      if (this.#isBefore) {
        if (this.#year <= 0) throw this.#errors.overflow()
        this.#year = 1 - this.#year
      } else if (this.#isTwoDigits) {
        if (this.#year < 0) throw this.#errors.overflow()
        if (this.#year < 100) this.#year += this.#year < 70 ? 2000 : 1900
      } else if (this.#year <= 0) throw this.#errors.overflow()
    }
    if (this.#parts.has('yearDay')) this.#setDate(dateOfDays(daysOfDate(this.#year, 1, 1) + this.#yearDay - 1))
    if (this.#parts.has('month') && (this.#month < 1 || this.#month > 12)) throw this.#errors.dateOverflow()
    if (this.#parts.has('day') && (this.#day < 1 || this.#day > 31)) throw this.#errors.dateOverflow()
    if (this.#hasDate() && this.#day > daysInMonth(this.#year, this.#month)) throw this.#errors.overflow()
  }

  #applyHalf(): void {
    if (this.#half === undefined) return
    if (this.#hour > 12) throw this.#errors.overflow()
    if (this.#half === 'am' && this.#hour === 12) this.#time -= 43_200_000_000
    if (this.#half === 'pm' && this.#hour !== 12) this.#time += 43_200_000_000
  }

  /** A time of day, with a date where its zone is not the same all year. */
  #requireTime(): void {
    if (this.#time > 86_400_000_000 || this.#minute > 59 || this.#second > 60) throw this.#errors.overflow()
    if (!this.#parts.has('time')) throw this.#errors.malformed()
    const dated = DATE.some((part) => this.#parts.has(part))
    const needsDate =
      this.#zone === undefined
        ? dated
        : typeof this.#zone === 'string' && !this.#parts.has('dynamicZone') && !isFixed(this.#zone)
    if (needsDate && !this.#hasDate()) throw this.#errors.malformed()
  }
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|([-+])(\d\d)(?::?(\d\d))?)?)?$/

/** What programs write, read without more ado where nothing in it is out of range. */
const plain = (text: string): ParsedDateTime | undefined => {
  const match = ISO.exec(text)
  if (match === null) return undefined
  const [, y, mon, d, h = 0, min = 0, s = 0, part = '', sign, zoneHour = 0, zoneMinute = 0] = match
  const [year, month, day, hour, minute, second] = [
    Number(y),
    Number(mon),
    Number(d),
    Number(h),
    Number(min),
    Number(s),
  ]
  const isSound = year > 0 && month > 0 && month < 13 && day > 0 && hour < 24 && minute < 60 && second < 60
  if (!isSound || day > daysInMonth(year, month) || Number(zoneHour) > 15 || Number(zoneMinute) > 59) return undefined
  const time = ((hour * 60 + minute) * 60 + second) * 1_000_000 + Number(part.padEnd(6, '0'))
  const date = { year, month, day }
  const offset = (Number(zoneHour) * 60 + Number(zoneMinute)) * 60
  if (sign !== undefined) return { date, time, zone: sign === '-' ? -offset : offset }
  return text.endsWith('Z') ? { date, time, zone: 0 } : { date, time }
}

/** @param type the type's name, for messages. @throws PgError 22007, 22008, 22009, 22023 */
export const parseDateTime = (text: string, type: string, reading: DateTimeReading): ParsedDateTime =>
  plain(text) ?? new DateTimeReader(text, type, reading, false).read()

/** The same of a time alone. */
export const parseTime = (text: string, type: string, reading: DateTimeReading): ParsedDateTime =>
  new DateTimeReader(text, type, reading, true).read()
