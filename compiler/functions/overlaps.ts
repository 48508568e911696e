/** OVERLAPS. Manual: "Date/Time Functions and Operators"; after overlaps_timestamp (timestamp.c). */
import type { Value } from '../tree/value.ts'
import { timetzKey } from '../types/datetime.ts'
import { bool, type Call, type Scalar, type Scalars } from './implementation.ts'

type Moment = bigint | string | null

/** Two ends in order; one that is not known comes last. */
const period = (a: Moment, b: Moment): readonly [Moment, Moment] =>
  a === null || (b !== null && a > b) ? [b, a] : [a, b]

const overlap = (a: Moment, b: Moment, c: Moment, d: Moment): Value => {
  const [start, end] = period(a, b)
  const [otherStart, otherEnd] = period(c, d)
  if (start === null || otherStart === null) return null
  if (start === otherStart) return end === null || otherEnd === null ? null : 1n
  const [laterStart, laterEnd, earlierEnd] = start > otherStart ? [start, end, otherEnd] : [otherStart, otherEnd, end]
  if (earlierEnd === null) return null
  if (laterStart < earlierEnd) return 1n
  return laterEnd === null ? null : bool(false)
}

const zoned = (value: Value): Moment => (value === null ? null : timetzKey(String(value)))

export const overlapFunctions: Scalars = {
  overlaps_timestamp: overlap,
  overlaps_time: overlap,
  overlaps_timetz: (a: Value, b: Value, c: Value, d: Value) => overlap(zoned(a), zoned(b), zoned(c), zoned(d)),
}

/**
 * The forms with an interval in the place of an end, which are functions in SQL.
 * @param add a moment and an interval
 * @param oids of those with an interval on both sides, on the right and on the left
 */
export const overlapsBy = (add: Scalar, [both, right, left]: readonly [number, number, number]): Scalars => {
  const end = (call: Call, start: Moment, length: Value): Moment =>
    start === null || length === null
      ? null
      : ((add as (this: Call, ...args: Value[]) => Value).call(call, start, length) as bigint)
  return {
    [`sql:${both}`]: function (this: Call, a: Moment, b: Value, c: Moment, d: Value) {
      return overlap(a, end(this, a, b), c, end(this, c, d))
    },
    [`sql:${right}`]: function (this: Call, a: Moment, b: Moment, c: Moment, d: Value) {
      return overlap(a, b, c, end(this, c, d))
    },
    [`sql:${left}`]: function (this: Call, a: Moment, b: Value, c: Moment, d: Moment) {
      return overlap(a, end(this, a, b), c, d)
    },
  }
}
