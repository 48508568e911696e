/** Reading intervals. Manual: "Interval Input"; after DecodeInterval and DecodeISO8601Interval. */
import { PgError } from '../../wire/protocol/error.ts'
import { clockTime, fraction, leadingInteger, roundEven } from './datetime-clock.ts'
import { DateTimeErrors } from './datetime-error.ts'
import { type Field, fieldsIn } from './datetime-field.ts'
import { isOtherUnit, type Unit, unitOf, wordOf } from './datetime-word.ts'

/** The fields of an interval before its years become months. */
export interface IntervalFields {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

export type ParsedInterval = IntervalFields | 'infinity' | '-infinity'

const SECOND = 1_000_000n
const MINUTE = 60n * SECOND
const HOUR = 60n * MINUTE
const DAY = 24n * HOUR
const DAYS_OF_MONTH = 30

/** Microseconds that a unit of time has; years that a larger one has. */
const MICROS = { microsecond: 1n, millisecond: 1000n, second: SECOND, minute: MINUTE, hour: HOUR } as const
const YEARS = { year: 1, decade: 10, century: 100, millennium: 1000 } as const

const fits = (value: bigint): boolean => BigInt.asIntN(64, value) === value

/** Fields that grow as the text is read. @throws PgError 22008 where one of them does not fit */
class IntervalSum {
  readonly #overflow: () => PgError
  years = 0
  months = 0
  days = 0
  micros = 0n

  constructor(overflow: () => PgError) {
    this.#overflow = overflow
  }

  #narrow(value: bigint | number): number {
    const number = Number(value)
    if (number > 2_147_483_647 || number < -2_147_483_648) throw this.#overflow()
    return number
  }

  addYears(whole: bigint, part: number, each = 1): void {
    this.years = this.#narrow(this.years + this.#narrow(this.#narrow(whole) * each))
    this.months = this.#narrow(this.months + roundEven(part * each * 12))
  }

  addMonths(whole: bigint, part: number): void {
    this.months = this.#narrow(this.months + this.#narrow(whole))
    this.#addPartOfDays(part * DAYS_OF_MONTH)
  }

  addDays(whole: bigint, part: number): void {
    this.days = this.#narrow(this.days + this.#narrow(whole))
    this.#addPartOfMicros(part, DAY)
  }

  addWeeks(whole: bigint, part: number): void {
    this.days = this.#narrow(this.days + this.#narrow(this.#narrow(whole) * 7))
    this.#addPartOfDays(part * 7)
  }

  addMicros(whole: bigint, part: number, each: bigint): void {
    this.micros += whole * each
    if (!fits(this.micros) || !fits(whole * each)) throw this.#overflow()
    this.#addPartOfMicros(part, each)
  }

  /** @throws PgError 22008 where a field has no opposite */
  negate(): void {
    if (this.micros === -(2n ** 63n) || [this.years, this.months, this.days].includes(-2_147_483_648))
      throw this.#overflow()
    ;[this.years, this.months, this.days, this.micros] = [-this.years, -this.months, -this.days, -this.micros]
  }

  #addPartOfDays(part: number): void {
    const whole = Math.trunc(part)
    this.days = this.#narrow(this.days + whole)
    this.#addPartOfMicros(part - whole, DAY)
  }

  #addPartOfMicros(part: number, each: bigint): void {
    const scaled = part * Number(each)
    const whole = Math.trunc(scaled)
    const rest = scaled - whole
    this.micros += BigInt(whole) + (rest > 0.5 ? 1n : rest < -0.5 ? -1n : 0n)
    if (!fits(this.micros)) throw this.#overflow()
  }
}

/** The unit of a number at the end, by the fields of a declared type: a bit for each (INTERVAL_MASK). */
const lastUnit = (fields: number): Unit => {
  const has = (bit: number): boolean => (fields & (1 << bit)) !== 0
  if (fields === ALL_FIELDS || has(12)) return 'second'
  if (has(11)) return 'minute'
  if (has(10)) return 'hour'
  if (has(3)) return 'day'
  return has(1) ? 'month' : has(2) ? 'year' : 'second'
}

/** Of an interval whose type has no fields. */
export const ALL_FIELDS = 0x7fff
const MINUTE_TO_SECOND = (1 << 11) | (1 << 12)

/** All that is a part of a second. */
const SECONDS: readonly Unit[] = ['second', 'millisecond', 'microsecond']
const TIME: readonly Unit[] = ['hour', 'minute', ...SECONDS]

class IntervalReader {
  readonly #errors: DateTimeErrors
  readonly #fields: readonly Field[]
  readonly #range: number
  readonly #sum: IntervalSum
  /** Units that have been read. */
  readonly #seen = new Set<Unit | 'all'>()
  /** A sign at the beginning is that of all fields: the SQL standard's way. */
  readonly #isNegative: boolean
  #unit: Unit | 'none' | undefined
  /** A unit has been read, and not yet its number. */
  #waits = false
  #isAgo = false
  #infinity: 'infinity' | '-infinity' | undefined

  constructor(errors: DateTimeErrors, fields: readonly Field[], range: number, style: string) {
    this.#errors = errors
    this.#fields = fields
    this.#range = range
    this.#sum = new IntervalSum(() => errors.overflow())
    const signed = fields.filter(({ text }) => /^[-+]/.test(text))
    this.#isNegative =
      style === 'sql_standard' && signed.length === 1 && signed[0] === fields[0] && fields[0]?.text[0] === '-'
  }

  /** From the end on, as units stand behind their numbers. */
  read(): ParsedInterval {
    for (let at = this.#fields.length - 1; at >= 0; at--) {
      const field = this.#fields[at]
      if (field === undefined) continue
      const units = this.#field(field, at === this.#fields.length - 1)
      if (units.some((unit) => this.#seen.has(unit) || this.#seen.has('all'))) throw this.#errors.malformed()
      for (const unit of units) this.#seen.add(unit)
    }
    if (this.#seen.size === 0 || this.#waits) throw this.#errors.malformed()
    if (this.#infinity !== undefined) return this.#infinity
    if (this.#isAgo) this.#sum.negate()
    return this.#sum
  }

  #field({ kind, text }: Field, isLast: boolean): readonly (Unit | 'all')[] {
    if (kind === 'time') return this.#time(text, false)
    if (kind === 'zone' && text.includes(':')) return this.#signedTime(text)
    if (kind === 'string' || kind === 'special') return this.#word(text, isLast)
    return this.#number(text)
  }

  #time(text: string, isNegative: boolean): readonly Unit[] {
    const { hour, minute, second, micros } = clockTime(text, this.#errors, this.#range === MINUTE_TO_SECOND)
    const whole = hour * HOUR + BigInt(minute) * MINUTE + BigInt(second) * SECOND + BigInt(micros)
    if (!fits(whole)) throw this.#errors.overflow()
    const signed = isNegative ? -whole : whole
    this.#sum.micros = this.#isNegative && signed > 0n ? -signed : signed
    this.#unit = 'day'
    this.#waits = false
    return TIME
  }

  /** What is no time then is no number either. */
  #signedTime(text: string): readonly Unit[] {
    try {
      return this.#time(text.slice(1), text.startsWith('-'))
    } catch {
      return this.#number(text)
    }
  }

  #number(text: string): readonly Unit[] {
    const unit = this.#unit ?? lastUnit(this.#range)
    const [digits = ''] = /^[-+]?\d*/.exec(text) ?? []
    let whole = BigInt(/\d/.test(digits) ? digits.replace('+', '') : '0')
    if (!fits(whole)) throw this.#errors.overflow()
    const rest = text.slice(digits.length)
    this.#waits = false
    if (rest.startsWith('-')) return this.#yearsAndMonths(text.startsWith('-'), whole, rest.slice(1))
    if (rest !== '' && !rest.startsWith('.')) throw this.#errors.malformed()
    let part = rest === '' ? 0 : fraction(rest, this.#errors)
    if (text.startsWith('-')) part = -part
    if (this.#isNegative) [whole, part] = [whole > 0n ? -whole : whole, part > 0 ? -part : part]
    this.#unit = unit === 'hour' ? 'day' : unit
    return this.#quantity(whole, part, unit)
  }

  /** The SQL standard's `years-months`. */
  #yearsAndMonths(isNegative: boolean, years: bigint, text: string): readonly Unit[] {
    const { value, rest } = leadingInteger(text, this.#errors)
    if (value < 0 || value > 11) throw this.#errors.overflow()
    if (rest !== '') throw this.#errors.malformed()
    let months = years * 12n + BigInt(isNegative ? -value : value)
    if (!fits(months)) throw this.#errors.overflow()
    if (this.#isNegative && months > 0n) months = -months
    this.#unit = 'month'
    return this.#quantity(months, 0, 'month')
  }

  #quantity(whole: bigint, part: number, unit: Unit | 'none'): readonly Unit[] {
    switch (unit) {
      case 'microsecond':
      case 'millisecond':
      case 'second':
      case 'minute':
      case 'hour':
        this.#sum.addMicros(whole, part, MICROS[unit])
        return unit === 'second' && part !== 0 ? SECONDS : [unit]
      case 'day':
        this.#sum.addDays(whole, part)
        return ['day']
      case 'week':
        this.#sum.addWeeks(whole, part)
        return ['week']
      case 'month':
        this.#sum.addMonths(whole, part)
        return ['month']
      case 'none':
        throw this.#errors.malformed()
      default:
        this.#sum.addYears(whole, part, YEARS[unit])
        return [unit]
    }
  }

  #word(text: string, isLast: boolean): readonly 'all'[] {
    if (this.#waits) throw this.#errors.malformed()
    const unit = unitOf(text)
    const word = unit === undefined ? wordOf(text) : undefined
    if (word?.kind === 'ignored') {
      this.#unit = undefined
      return []
    }
    if (unit !== undefined || word?.kind === 'unit' || isOtherUnit(text)) {
      this.#unit = unit ?? 'none'
      this.#waits = true
      return []
    }
    if (text === 'ago' && isLast) {
      this.#isAgo = true
      this.#unit = 'none'
      return []
    }
    const isInfinite = word?.kind === 'reserved' && (word.value === 'infinity' || word.value === '-infinity')
    if (!isInfinite || !isLast) throw this.#errors.malformed()
    this.#unit = 'none'
    this.#infinity = word.value as 'infinity' | '-infinity'
    return ['all']
  }
}

/** ISO 8601: with designators, and its alternative format. */
class IsoIntervalReader {
  readonly #errors: DateTimeErrors
  readonly #sum: IntervalSum
  #rest: string

  constructor(errors: DateTimeErrors, text: string) {
    this.#errors = errors
    this.#rest = text.slice(1)
    this.#sum = new IntervalSum(() => errors.overflow())
    if (text.length < 2 || !text.startsWith('P')) throw errors.malformed()
  }

  read(): IntervalFields {
    let isDate = true
    let isFirst = true
    while (this.#rest !== '') {
      if (this.#rest.startsWith('T')) {
        ;[isDate, isFirst, this.#rest] = [false, true, this.#rest.slice(1)]
        continue
      }
      const start = this.#rest
      const [whole, part] = this.#number()
      const width = /^-?(\d*)/.exec(start)?.[1]?.length ?? 0
      const unit = this.#rest[0] ?? ''
      if (isDate && (unit === 'T' || unit === '' || unit === '-')) {
        this.#alternativeDate(whole, part, unit !== '-' && width === 8 && isFirst, isFirst)
        continue
      }
      if (!isDate && (unit === '' || unit === ':')) {
        this.#alternativeTime(whole, part, unit === '' && width === 6 && isFirst, isFirst)
        return this.#sum
      }
      this.#rest = this.#rest.slice(1)
      if (isDate) this.#datePart(unit, whole, part)
      else this.#timePart(unit, whole, part)
      isFirst = false
    }
    return this.#sum
  }

  #number(): [whole: bigint, part: number] {
    const [text] = /^[-]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(this.#rest) ?? []
    const value = Number(text)
    if (text === undefined) throw this.#errors.malformed()
    if (Number.isNaN(value) || Math.abs(value) > 1e15) throw this.#errors.overflow()
    this.#rest = this.#rest.slice(text.length)
    const whole = Math.trunc(value)
    return [BigInt(whole), value - whole]
  }

  #datePart(unit: string, whole: bigint, part: number): void {
    if (unit === 'Y') this.#sum.addYears(whole, part)
    else if (unit === 'M') this.#sum.addMonths(whole, part)
    else if (unit === 'W') this.#sum.addWeeks(whole, part)
    else if (unit === 'D') this.#sum.addDays(whole, part)
    else throw this.#errors.malformed()
  }

  #timePart(unit: string, whole: bigint, part: number): void {
    const each = { H: HOUR, M: MINUTE, S: SECOND }[unit]
    if (each === undefined) throw this.#errors.malformed()
    this.#sum.addMicros(whole, part, each)
  }

  /** `yyyymmdd` or `yyyy-mm-dd`. */
  #alternativeDate(whole: bigint, part: number, isBasic: boolean, isFirst: boolean): void {
    if (isBasic) {
      this.#sum.addYears(whole / 10_000n, 0)
      this.#sum.addMonths((whole / 100n) % 100n, 0)
      this.#sum.addDays(whole % 100n, part)
      return
    }
    if (!isFirst) throw this.#errors.malformed()
    this.#sum.addYears(whole, part)
    if (!this.#goesOn('-')) return
    this.#sum.addMonths(...this.#number())
    if (!this.#goesOn('-')) return
    this.#sum.addDays(...this.#number())
    if (this.#rest !== '' && !this.#rest.startsWith('T')) throw this.#errors.malformed()
  }

  /** `hhmmss` or `hh:mm:ss`. */
  #alternativeTime(whole: bigint, part: number, isBasic: boolean, isFirst: boolean): void {
    if (isBasic) {
      this.#sum.addMicros(whole / 10_000n, 0, HOUR)
      this.#sum.addMicros((whole / 100n) % 100n, 0, MINUTE)
      this.#sum.addMicros(whole % 100n, 0, SECOND)
      this.#sum.addMicros(0n, part, 1n)
      return
    }
    if (!isFirst) throw this.#errors.malformed()
    this.#sum.addMicros(whole, part, HOUR)
    if (!this.#goesOn(':')) return
    this.#sum.addMicros(...this.#number(), MINUTE)
    if (!this.#goesOn(':')) return
    this.#sum.addMicros(...this.#number(), SECOND)
    if (this.#rest !== '') throw this.#errors.malformed()
  }

  /** Whether a further number follows. @throws PgError 22007 for anything else than the end of the part */
  #goesOn(delimiter: '-' | ':'): boolean {
    if (this.#rest === '' || (delimiter === '-' && this.#rest.startsWith('T'))) return false
    if (!this.#rest.startsWith(delimiter)) throw this.#errors.malformed()
    this.#rest = this.#rest.slice(1)
    return true
  }
}

/** Bytes that the fields of an interval may take. */
const SIZE = 256

/**
 * @param range the fields of a declared type, `ALL_FIELDS` without one
 * @param style the setting IntervalStyle
 * @throws PgError 22007, 22015
 */
export const parseInterval = (text: string, range: number, style: string): ParsedInterval => {
  const errors = new DateTimeErrors(text, 'interval')
  try {
    const fields = fieldsIn(text, (word) => wordOf(word) !== undefined, SIZE)
    if (fields === undefined) throw errors.malformed()
    return new IntervalReader(errors, fields, range, style).read()
  } catch (error) {
    if (!(error instanceof PgError)) throw error
    if (error.code !== '22007') throw outOfRange(error, text)
  }
  try {
    return new IsoIntervalReader(errors, text).read()
  } catch (error) {
    throw error instanceof PgError ? outOfRange(error, text) : error
  }
}

const outOfRange = (error: PgError, text: string): PgError =>
  error.code === '22008' ? new PgError('22015', `interval field value out of range: "${text}"`) : error
