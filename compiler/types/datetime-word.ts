/** The words of dates, times and intervals (datetktbl and deltatktbl in datetime.c). */

export type Unit =
  | 'microsecond'
  | 'millisecond'
  | 'second'
  | 'minute'
  | 'hour'
  | 'day'
  | 'week'
  | 'month'
  | 'year'
  | 'decade'
  | 'century'
  | 'millennium'

export type Word =
  | { readonly kind: 'month' | 'weekday'; readonly value: number }
  | { readonly kind: 'half'; readonly value: 'am' | 'pm' }
  | { readonly kind: 'era'; readonly value: 'ad' | 'bc' }
  | {
      readonly kind: 'reserved'
      readonly value: 'infinity' | '-infinity' | 'epoch' | 'now' | 'today' | 'tomorrow' | 'yesterday' | 'allballs'
    }
  /** `j` before a day's number; `t` before a time. Other units say nothing in a date. */
  | { readonly kind: 'unit'; readonly value: 'julian' | 'other' }
  | { readonly kind: 'time' }
  /** Daylight saving time of the zone before it. */
  | { readonly kind: 'daylight' }
  | { readonly kind: 'ignored' }

const ignored: Word = { kind: 'ignored' }
const other: Word = { kind: 'unit', value: 'other' }
const julian: Word = { kind: 'unit', value: 'julian' }

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ')
const RESERVED = ['epoch', 'now', 'today', 'tomorrow', 'yesterday', 'allballs', 'infinity', '-infinity'] as const

const named = (kind: 'month' | 'weekday', names: readonly string[], first: number): [string, Word][] =>
  names.flatMap((name, at) =>
    [name, name.slice(0, 3)].map((each): [string, Word] => [each, { kind, value: at + first }]),
  )

const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ...named('month', MONTHS, 1),
  ['sept', { kind: 'month', value: 9 }],
  ...named('weekday', WEEKDAYS, 0),
  ...['tues', 'weds', 'thur', 'thurs'].map((name): [string, Word] => [
    name,
    { kind: 'weekday', value: WEEKDAYS.findIndex((day) => day.startsWith(name.slice(0, 3))) },
  ]),
  ...RESERVED.map((value): [string, Word] => [value, { kind: 'reserved', value }]),
  ['+infinity', { kind: 'reserved', value: 'infinity' }],
  ['am', { kind: 'half', value: 'am' }],
  ['pm', { kind: 'half', value: 'pm' }],
  ['ad', { kind: 'era', value: 'ad' }],
  ['bc', { kind: 'era', value: 'bc' }],
  ['t', { kind: 'time' }],
  ['dst', { kind: 'daylight' }],
  ['at', ignored],
  ['on', ignored],
  ...['j', 'jd', 'julian'].map((name): [string, Word] => [name, julian]),
  ...['d', 'dow', 'doy', 'h', 'isodow', 'isoyear', 'm', 'mm', 's', 'y'].map((name): [string, Word] => [name, other]),
])

/** Words are told apart by as many letters (TOKMAXLEN). */
const LETTERS = 10

const short = (names: string): string[] => names.split(' ').map((name) => name.slice(0, LETTERS))

const SHORT = new Map([...WORDS].map(([name, word]) => [name.slice(0, LETTERS), word]))

/** DecodeSpecial. @param text in small letters */
export const wordOf = (text: string): Word | undefined => SHORT.get(text.slice(0, LETTERS))

const UNITS: ReadonlyMap<string, Unit> = new Map(
  Object.entries({
    microsecond: 'us usec usecs usecond useconds microsecond',
    millisecond: 'ms msec msecs msecond mseconds millisecond',
    second: 's sec secs second seconds',
    minute: 'm min mins minute minutes',
    hour: 'h hr hrs hour hours',
    day: 'd day days',
    week: 'w week weeks',
    month: 'mon mons month months',
    year: 'y yr yrs year years',
    decade: 'dec decs decade decades',
    century: 'c cent century centuries',
    millennium: 'mil mils millennia millennium',
  } satisfies Record<Unit, string>).flatMap(([unit, names]) =>
    short(names).map((name): [string, Unit] => [name, unit as Unit]),
  ),
)

/** DecodeUnits. @param text in small letters */
export const unitOf = (text: string): Unit | undefined => UNITS.get(text.slice(0, LETTERS))

/** Units that no interval has. */
export const isOtherUnit = (text: string): boolean =>
  short('qtr quarter timezone timezone_h timezone_m').includes(text.slice(0, LETTERS))
