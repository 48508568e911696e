/** Dates and times. After date.c and timestamp.c; manual, "Date/Time Functions and Operators". */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import {
  daysInMonth,
  daysOfDate,
  fieldsOf,
  floorDivide,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  UNIX_EPOCH_DAYS,
} from '../types/calendar.ts'
import { timeOfDay } from '../types/clock.ts'
import {
  applyPrecision,
  checkTimestamp,
  INFINITE,
  INFINITE_DATE,
  isFiniteDate,
  isFiniteTimestamp,
  NEGATIVE_INFINITE,
  NEGATIVE_INFINITE_DATE,
} from '../types/datetime.ts'
import type { Environment } from '../types/environment.ts'
import { toNumber } from '../types/float.ts'
import {
  INTERVAL_INFINITY,
  INTERVAL_NEGATIVE_INFINITY,
  type Interval,
  isInfinite,
  isPositiveInfinity,
  loadInterval,
  makeInterval,
  storeInterval,
} from '../types/interval.ts'
import { offsetAt, toUtc, utcToZone, zoneToUtc } from '../types/time-zone.ts'
import { DATETIME_COMPARISONS } from './datetime-comparison.ts'
import {
  asDouble,
  asNumeric,
  datePart,
  timePart,
  timestampPart,
  timestamptzPart,
  truncateTimestamp,
} from './extract.ts'
import { roundEven } from './float.ts'
import { bool, type Call, type Scalar, type Scalars } from './implementation.ts'
import { negateInterval } from './interval.ts'
import { overlapFunctions, overlapsBy } from './overlaps.ts'

const comparisons = (prefix: string): Scalars => ({
  [`${prefix}_eq`]: (a: bigint, b: bigint) => bool(a === b),
  [`${prefix}_ne`]: (a: bigint, b: bigint) => bool(a !== b),
  [`${prefix}_lt`]: (a: bigint, b: bigint) => bool(a < b),
  [`${prefix}_le`]: (a: bigint, b: bigint) => bool(a <= b),
  [`${prefix}_gt`]: (a: bigint, b: bigint) => bool(a > b),
  [`${prefix}_ge`]: (a: bigint, b: bigint) => bool(a >= b),
  [`${prefix}_larger`]: (a: bigint, b: bigint) => (a > b ? a : b),
  [`${prefix}_smaller`]: (a: bigint, b: bigint) => (a < b ? a : b),
  [`${prefix}_cmp`]: (a: bigint, b: bigint) => (a < b ? -1n : a > b ? 1n : 0n),
})

const dateRange = (): PgError => new PgError('22008', 'date out of range')
const timestampRange = (): PgError => new PgError('22008', 'timestamp out of range')

const checkDays = (days: bigint): bigint => {
  if (days < -2_451_545n || days >= 2_145_031_949n) throw dateRange()
  return days
}

/** A date as a timestamp: at midnight. */
export const dateToTimestamp = (days: bigint): bigint => {
  if (days === INFINITE_DATE) return INFINITE
  if (days === NEGATIVE_INFINITE_DATE) return NEGATIVE_INFINITE
  if (days >= 106_751_983n) throw new PgError('22008', 'date out of range for timestamp')
  return days * MICROS_PER_DAY
}

export const timestampToDate = (micros: bigint): bigint => {
  if (micros === INFINITE) return INFINITE_DATE
  if (micros === NEGATIVE_INFINITE) return NEGATIVE_INFINITE_DATE
  return floorDivide(micros, MICROS_PER_DAY)
}

export const toLocal = (env: Environment, micros: bigint): bigint =>
  isFiniteTimestamp(micros) ? micros + BigInt(offsetAt(env.settings.timeZone, micros)) * MICROS_PER_SECOND : micros
export const fromLocal = (env: Environment, micros: bigint): bigint =>
  isFiniteTimestamp(micros) ? checkTimestamp(toUtc(env.settings.timeZone, micros)) : micros

/** Months first, keeping the day where the month has it; then days; then time. */
const addTo = (local: bigint, { months, days }: Pick<Interval, 'months' | 'days'>): bigint => {
  if (months === 0 && days === 0) return local
  const at = fieldsOf(local)
  const time = local - BigInt(at.days) * MICROS_PER_DAY
  let date = at.days
  if (months !== 0) {
    const total = at.year * 12 + (at.month - 1) + months
    const [year, month] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1]
    date = daysOfDate(year, month, Math.min(at.day, daysInMonth(year, month)))
  }
  return checkTimestamp(BigInt(date + days) * MICROS_PER_DAY + time)
}

/** What a sum with something infinite is. */
const infiniteSum = (micros: bigint, interval: Interval): bigint | undefined => {
  if (isInfinite(interval)) {
    const positive = isPositiveInfinity(interval)
    if (!isFiniteTimestamp(micros) && micros > 0n !== positive) throw timestampRange()
    return positive ? INFINITE : NEGATIVE_INFINITE
  }
  return isFiniteTimestamp(micros) ? undefined : micros
}

export const addToTimestamp = (micros: bigint, interval: Interval): bigint =>
  infiniteSum(micros, interval) ?? checkTimestamp(addTo(micros, interval) + interval.micros)

export const addToTimestamptz = (env: Environment, micros: bigint, interval: Interval): bigint =>
  addIn(
    micros,
    interval,
    (local) => toUtc(env.settings.timeZone, local),
    () => toLocal(env, micros),
  )

/** The same in a time zone that is named. */
export const addInZone = (zone: string, micros: bigint, interval: Interval, { settings }: Environment): bigint =>
  addIn(
    micros,
    interval,
    (local) => zoneToUtc(zone, local, settings.timeZone),
    () => utcToZone(zone, micros, settings.timeZone),
  )

const addIn = (micros: bigint, interval: Interval, toUtc: (local: bigint) => bigint, local: () => bigint): bigint => {
  const infinite = infiniteSum(micros, interval)
  if (infinite !== undefined) return infinite
  const moved = interval.months === 0 && interval.days === 0 ? micros : toUtc(addTo(local(), interval))
  return checkTimestamp(moved + interval.micros)
}

const difference = (a: bigint, b: bigint): Interval => {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) {
    if (!isFiniteTimestamp(a) && !isFiniteTimestamp(b) && a > 0n === b > 0n)
      throw new PgError('22008', 'interval out of range')
    const positive = isFiniteTimestamp(a) ? b < 0n : a > 0n
    return positive ? INTERVAL_INFINITY : INTERVAL_NEGATIVE_INFINITY
  }
  const micros = a - b
  if (micros > INFINITE || micros < NEGATIVE_INFINITE) throw new PgError('22008', 'interval out of range')
  return makeInterval(0, Number(micros / MICROS_PER_DAY), micros % MICROS_PER_DAY)
}

/** age(): years, months and days by the calendar. */
const age = (a: bigint, b: bigint): Interval => {
  if (!isFiniteTimestamp(a) || !isFiniteTimestamp(b)) return difference(a, b)
  const negative = a < b
  const [late, early] = negative ? [fieldsOf(b), fieldsOf(a)] : [fieldsOf(a), fieldsOf(b)]
  let micro = late.micro - early.micro
  let second = late.second - early.second
  let minute = late.minute - early.minute
  let hour = late.hour - early.hour
  let day = late.day - early.day
  let month = late.month - early.month
  let year = late.year - early.year
  if (micro < 0) [micro, second] = [micro + 1_000_000, second - 1]
  if (second < 0) [second, minute] = [second + 60, minute - 1]
  if (minute < 0) [minute, hour] = [minute + 60, hour - 1]
  if (hour < 0) [hour, day] = [hour + 24, day - 1]
  while (day < 0) {
    day += negative ? daysInMonth(fieldsOf(a).year, fieldsOf(a).month) : daysInMonth(early.year, early.month)
    month--
  }
  while (month < 0) [month, year] = [month + 12, year - 1]
  const interval = makeInterval(
    year * 12 + month,
    day,
    BigInt((hour * 60 + minute) * 60 + second) * 1_000_000n + BigInt(micro),
  )
  return negative ? negateInterval(interval) : interval
}

export const wrapTime = (micros: bigint): bigint => ((micros % MICROS_PER_DAY) + MICROS_PER_DAY) % MICROS_PER_DAY

export const finiteInterval = (interval: Interval, operation: string): Interval => {
  if (isInfinite(interval))
    throw new PgError('22008', `cannot ${operation} infinite interval ${operation === 'add' ? 'to' : 'from'} time`)
  return interval
}

const makeDate = (year: bigint, month: bigint, day: bigint): bigint => {
  const y = Number(year)
  const [m, d] = [Number(month), Number(day)]
  const bad = (): PgError =>
    new PgError(
      '22008',
      `date field value out of range: ${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`,
    )
  if (y === 0) throw bad()
  const real = y < 0 ? y + 1 : y
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(real, m)) throw bad()
  const days = daysOfDate(real, m, d)
  if (days < -2_451_545 || days >= 2_145_031_949)
    throw new PgError('22008', `date out of range: ${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`)
  return BigInt(days)
}

const makeTime = (hour: bigint, minute: bigint, seconds: Value): bigint => {
  const sec = toNumber(seconds)
  const micros = BigInt(Number.isFinite(sec) ? roundEven(sec * 1_000_000) : -1)
  if (
    hour < 0n ||
    minute < 0n ||
    minute > 59n ||
    micros < 0n ||
    micros > 60_000_000n ||
    hour > 24n ||
    (hour === 24n && (minute > 0n || micros > 0n))
  )
    throw new PgError(
      '22008',
      `time field value out of range: ${hour}:${String(minute).padStart(2, '0')}:${String(sec).padStart(2, '0')}`,
    )
  return (hour * 60n + minute) * 60_000_000n + micros
}

const makeTimestamp = (year: bigint, month: bigint, day: bigint, hour: bigint, minute: bigint, second: Value): bigint =>
  makeDate(year, month, day) * MICROS_PER_DAY + makeTime(hour, minute, second)

const dateToTimestamptz = (env: Environment, days: bigint): bigint => fromLocal(env, dateToTimestamp(days))

const atTime = (days: bigint, time: bigint): bigint => {
  const start = dateToTimestamp(days)
  return isFiniteTimestamp(start) ? checkTimestamp(start + time) : start
}

const DATE: Scalars = {
  ...comparisons('date'),
  ...comparisons('time'),
  ...comparisons('timestamp'),
  ...comparisons('timestamptz'),
  ...DATETIME_COMPARISONS,
  date_mi: (a: bigint, b: bigint) => {
    if (!isFiniteDate(a) || !isFiniteDate(b)) throw new PgError('22008', 'cannot subtract infinite dates')
    return a - b
  },
  date_pli: (days: bigint, count: bigint) => (isFiniteDate(days) ? checkDays(days + count) : days),
  date_mii: (days: bigint, count: bigint) => (isFiniteDate(days) ? checkDays(days - count) : days),
  'sql:2550': (count: bigint, days: bigint) => (isFiniteDate(days) ? checkDays(days + count) : days),
  date_pl_interval: (days: bigint, value: string) => addToTimestamp(dateToTimestamp(days), loadInterval(value)),
  date_mi_interval: (days: bigint, value: string) =>
    addToTimestamp(dateToTimestamp(days), negateInterval(loadInterval(value))),
  date_timestamp: dateToTimestamp,
  date_timestamptz: function (this: Call, days: bigint) {
    return dateToTimestamptz(this, days)
  },
  timestamp_date: timestampToDate,
  timestamptz_date: function (this: Call, micros: bigint) {
    return timestampToDate(toLocal(this, micros))
  },
  datetime_timestamp: atTime,
  'sql:1296': (time: bigint, days: bigint) => atTime(days, time),
  'sql:1176': function (this: Call, days: bigint, time: bigint) {
    return fromLocal(this, atTime(days, time))
  },
  date_finite: (days: bigint) => bool(isFiniteDate(days)),
  extract_date: (word: string, days: bigint) => asNumeric(datePart(word, days, isFiniteDate(days))),
  'sql:1384': (word: string, days: bigint) => asDouble(timestampPart(word, dateToTimestamp(days))),
  make_date: makeDate,
  make_time: makeTime,
  make_timestamp: makeTimestamp,
  make_timestamptz_at_timezone: function (
    this: Call,
    year: bigint,
    month: bigint,
    day: bigint,
    hour: bigint,
    minute: bigint,
    second: Value,
    zone: string,
  ) {
    if (/^[-+0-9]/.test(zone)) throw unsupported('make_timestamptz() with a time zone in numbers')
    return checkTimestamp(
      zoneToUtc(zone, makeTimestamp(year, month, day, hour, minute, second), this.settings.timeZone),
    )
  },
  make_timestamptz: function (this: Call, ...fields: Parameters<typeof makeTimestamp>) {
    return fromLocal(this, makeTimestamp(...fields))
  },
}

const TIME: Scalars = {
  time_pl_interval: (time: bigint, value: string) => wrapTime(time + finiteInterval(loadInterval(value), 'add').micros),
  'sql:1848': (value: string, time: bigint) => wrapTime(time + finiteInterval(loadInterval(value), 'add').micros),
  time_mi_interval: (time: bigint, value: string) =>
    wrapTime(time - finiteInterval(loadInterval(value), 'subtract').micros),
  time_mi_time: (a: bigint, b: bigint) => storeInterval({ months: 0, days: 0, micros: a - b }),
  time_scale: (time: bigint, typmod: bigint) => applyPrecision(time, Number(typmod)),
  time_part: (word: string, time: bigint) => asDouble(timePart(word, time, 'time without time zone')),
  extract_time: (word: string, time: bigint) => asNumeric(timePart(word, time, 'time without time zone')),
  timestamp_time: (micros: bigint) => (isFiniteTimestamp(micros) ? wrapTime(micros) : null),
  timestamptz_time: function (this: Call, micros: bigint) {
    return isFiniteTimestamp(micros) ? wrapTime(toLocal(this, micros)) : null
  },
}

const binOf = (stride: Interval, source: bigint, origin: bigint): bigint => {
  if (isInfinite(stride)) throw new PgError('22008', 'timestamps cannot be binned into infinite intervals')
  if (!isFiniteTimestamp(source)) return source
  if (!isFiniteTimestamp(origin)) throw new PgError('22008', 'origin out of range')
  if (stride.months !== 0)
    throw new PgError('0A000', 'timestamps cannot be binned into intervals containing months or years')
  const size = BigInt(stride.days) * MICROS_PER_DAY + stride.micros
  if (size <= 0n) throw new PgError('22008', 'stride must be greater than zero')
  return checkTimestamp(origin + floorDivide(source - origin, size) * size)
}

const TIMESTAMP: Scalars = {
  timestamp_mi: (a: bigint, b: bigint) => storeInterval(difference(a, b)),
  timestamp_pl_interval: (micros: bigint, value: string) => addToTimestamp(micros, loadInterval(value)),
  timestamp_mi_interval: (micros: bigint, value: string) => addToTimestamp(micros, negateInterval(loadInterval(value))),
  timestamptz_pl_interval: function (this: Call, micros: bigint, value: string) {
    return addToTimestamptz(this, micros, loadInterval(value))
  },
  timestamptz_mi_interval: function (this: Call, micros: bigint, value: string) {
    return addToTimestamptz(this, micros, negateInterval(loadInterval(value)))
  },
  'sql:2546': (value: string, days: bigint) => addToTimestamp(dateToTimestamp(days), loadInterval(value)),
  'sql:2548': (value: string, micros: bigint) => addToTimestamp(micros, loadInterval(value)),
  'sql:2549': function (this: Call, value: string, micros: bigint) {
    return addToTimestamptz(this, micros, loadInterval(value))
  },
  timestamp_scale: (micros: bigint, typmod: bigint) => applyPrecision(micros, Number(typmod)),
  timestamptz_scale: (micros: bigint, typmod: bigint) => applyPrecision(micros, Number(typmod)),
  timestamp_timestamptz: function (this: Call, micros: bigint) {
    return fromLocal(this, micros)
  },
  timestamptz_timestamp: function (this: Call, micros: bigint) {
    return toLocal(this, micros)
  },
  timestamp_finite: (micros: bigint) => bool(isFiniteTimestamp(micros)),
  timestamp_part: (word: string, micros: bigint) => asDouble(timestampPart(word, micros)),
  extract_timestamp: (word: string, micros: bigint) => asNumeric(timestampPart(word, micros)),
  timestamptz_part: function (this: Call, word: string, micros: bigint) {
    return asDouble(timestamptzPart(word, micros, this))
  },
  extract_timestamptz: function (this: Call, word: string, micros: bigint) {
    return asNumeric(timestamptzPart(word, micros, this))
  },
  timestamp_trunc: (word: string, micros: bigint) => truncateTimestamp(word, micros, 'timestamp without time zone'),
  timestamptz_trunc: function (this: Call, word: string, micros: bigint) {
    if (!isFiniteTimestamp(micros)) return truncateTimestamp(word, micros, 'timestamp with time zone')
    return fromLocal(this, truncateTimestamp(word, toLocal(this, micros), 'timestamp with time zone'))
  },
  timestamptz_trunc_zone: function (this: Call, word: string, micros: bigint, zone: string) {
    if (!isFiniteTimestamp(micros)) return micros
    const { timeZone } = this.settings
    const local = truncateTimestamp(word, utcToZone(zone, micros, timeZone), 'timestamp with time zone')
    return zoneToUtc(zone, local, timeZone)
  },
  timestamp_age: (a: bigint, b: bigint) => storeInterval(age(a, b)),
  timestamptz_age: function (this: Call, a: bigint, b: bigint) {
    return storeInterval(age(toLocal(this, a), toLocal(this, b)))
  },
  timestamp_bin: (stride: string, source: bigint, origin: bigint) => binOf(loadInterval(stride), source, origin),
  timestamptz_bin: (stride: string, source: bigint, origin: bigint) => binOf(loadInterval(stride), source, origin),
  timestamp_zone: function (this: Call, zone: string, micros: bigint) {
    return isFiniteTimestamp(micros) ? zoneToUtc(zone, micros, this.settings.timeZone) : micros
  },
  timestamptz_zone: function (this: Call, zone: string, micros: bigint) {
    return isFiniteTimestamp(micros) ? utcToZone(zone, micros, this.settings.timeZone) : micros
  },
  timestamp_izone: (zone: string, micros: bigint) => (isFiniteTimestamp(micros) ? micros - zoneOffset(zone) : micros),
  timestamptz_izone: (zone: string, micros: bigint) => (isFiniteTimestamp(micros) ? micros + zoneOffset(zone) : micros),
  float8_timestamptz: (value: Value) => {
    const seconds = toNumber(value)
    if (Number.isNaN(seconds)) throw new PgError('22008', 'timestamp cannot be NaN')
    if (!Number.isFinite(seconds)) return seconds > 0 ? INFINITE : NEGATIVE_INFINITE
    const shifted = seconds + UNIX_EPOCH_DAYS * 86_400
    return checkTimestamp(BigInt(roundEven(shifted * 1_000_000)), `timestamp out of range: "${seconds}"`)
  },
  now: function (this: Call) {
    return this.clock.transaction
  },
  statement_timestamp: function (this: Call) {
    return this.clock.statement
  },
  clock_timestamp: timeOfDay,
  timestamptz_pl_interval_at_zone: function (this: Call, micros: bigint, value: string, zone: string) {
    return addInZone(zone, micros, loadInterval(value), this)
  },
  timestamptz_mi_interval_at_zone: function (this: Call, micros: bigint, value: string, zone: string) {
    return addInZone(zone, micros, negateInterval(loadInterval(value)), this)
  },
  timestamptz_at_local: function (this: Call, micros: bigint) {
    return toLocal(this, micros)
  },
  timestamp_at_local: function (this: Call, micros: bigint) {
    return fromLocal(this, micros)
  },
  // age() of one moment, a function in SQL: since the midnight that today began with.
  'sql:1386': function (this: Call, micros: bigint) {
    return storeInterval(age(midnight(this), toLocal(this, micros)))
  },
  'sql:2059': function (this: Call, micros: bigint) {
    return storeInterval(age(midnight(this), micros))
  },
  ...overlapFunctions,
}

const midnight = (env: Environment): bigint =>
  floorDivide(toLocal(env, env.clock.transaction), MICROS_PER_DAY) * MICROS_PER_DAY

export const zoneOffset = (value: string): bigint => {
  const { months, days, micros } = loadInterval(value)
  if (months !== 0 || days !== 0)
    throw new PgError('22023', `interval time zone "${value}" must not include months or days`)
  return (micros / MICROS_PER_SECOND) * MICROS_PER_SECOND
}

const overlapsOf = (name: string, oids: readonly [number, number, number]): Scalars =>
  overlapsBy({ ...TIME, ...TIMESTAMP }[name] as Scalar, oids)

export const datetimeFunctions: Scalars = {
  ...DATE,
  ...TIME,
  ...TIMESTAMP,
  ...overlapsOf('timestamptz_pl_interval', [1305, 1306, 1307]),
  ...overlapsOf('time_pl_interval', [1309, 1310, 1311]),
  ...overlapsOf('timestamp_pl_interval', [2042, 2043, 2044]),
}
