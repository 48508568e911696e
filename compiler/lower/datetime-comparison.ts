/** Comparisons of dates with timestamps in SQL, so that they need no function and can use an index of the timestamps. */
import { call, infix, literal, type Sql } from '../sqlite/tree.ts'
import { MICROS_PER_DAY } from '../types/calendar.ts'
import { INFINITE, INFINITE_DATE, NEGATIVE_INFINITE, NEGATIVE_INFINITE_DATE } from '../types/datetime.ts'
import type { Lowering } from './context.ts'

const SYMBOLS: Readonly<Record<string, string>> = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' }

type Kind = 'date' | 'timestamp' | 'timestamptz'

interface Comparison {
  readonly left: Kind
  readonly right: Kind
  readonly symbol: string
}

const KINDS: readonly Kind[] = ['date', 'timestamp', 'timestamptz']

/** By the C symbol of PostgreSQL's function. */
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map(
  KINDS.flatMap((left) =>
    KINDS.filter((right) => right !== left).flatMap((right) =>
      Object.entries(SYMBOLS).map(([name, symbol]) => [`${left}_${name}_${right}`, { left, right, symbol }] as const),
    ),
  ),
)

/** Zones where the time of day is the one in UTC, at all times. */
const UTC: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'GMT'])

/** The first moment of a date in microseconds; a date that a timestamp cannot hold is later than all but infinity. */
const moment = (date: Sql): Sql => ({
  kind: 'case',
  whens: [
    { when: infix('=', date, literal(INFINITE_DATE)), result: literal(INFINITE) },
    { when: infix('=', date, literal(NEGATIVE_INFINITE_DATE)), result: literal(NEGATIVE_INFINITE) },
  ],
  otherwise: call('min', infix('*', date, literal(MICROS_PER_DAY)), literal(INFINITE - 1n)),
})

/** The SQL of a comparison of two kinds of dates and times, or nothing. */
export const datetimeComparison = (lowering: Lowering, source: string, args: readonly Sql[]): Sql | undefined => {
  const comparison = COMPARISONS.get(source)
  const [one, other] = args
  if (comparison === undefined || one === undefined || other === undefined) return undefined
  const { left, right, symbol } = comparison
  if ((left === 'timestamptz' || right === 'timestamptz') && !UTC.has(lowering.env.settings.timeZone)) return undefined
  return infix(symbol, left === 'date' ? moment(one) : one, right === 'date' ? moment(other) : other)
}
