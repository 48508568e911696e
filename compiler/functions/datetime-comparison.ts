/**
 * Comparisons of dates with times of day and times in zones, each read as the other's kind. What the other kind cannot
 * hold lies between its last value and infinity (date2timestamp_opt_overflow in date.c).
 */
import { MICROS_PER_DAY } from '../types/calendar.ts'
import {
  END_TIMESTAMP,
  INFINITE,
  isFiniteDate,
  isFiniteTimestamp,
  MIN_TIMESTAMP,
  NEGATIVE_INFINITE,
} from '../types/datetime.ts'
import type { Environment } from '../types/environment.ts'
import { toUtc } from '../types/time-zone.ts'
import { bool, type Call, type Scalar, type Scalars } from './implementation.ts'

type Reading = (env: Environment, value: bigint) => bigint

const withinInfinity = (micros: bigint): bigint =>
  micros >= END_TIMESTAMP ? INFINITE - 1n : micros < MIN_TIMESTAMP ? NEGATIVE_INFINITE + 1n : micros

const dateAsTimestamp: Reading = (_env, days) =>
  isFiniteDate(days) ? withinInfinity(days * MICROS_PER_DAY) : days > 0n ? INFINITE : NEGATIVE_INFINITE

const timestampAsTimestamptz: Reading = (env, micros) =>
  isFiniteTimestamp(micros) ? withinInfinity(toUtc(env.settings.timeZone, micros)) : micros

const dateAsTimestamptz: Reading = (env, days) => timestampAsTimestamptz(env, dateAsTimestamp(env, days))

const TESTS: Readonly<Record<string, (order: bigint) => bigint>> = {
  eq: (order) => bool(order === 0n),
  ne: (order) => bool(order !== 0n),
  lt: (order) => bool(order < 0n),
  le: (order) => bool(order <= 0n),
  gt: (order) => bool(order > 0n),
  ge: (order) => bool(order >= 0n),
  cmp: (order) => (order < 0n ? -1n : order > 0n ? 1n : 0n),
}

/** All of one kind with another, in both orders. */
const between = (one: string, other: string, read: Reading): Scalars =>
  Object.fromEntries(
    Object.entries(TESTS).flatMap(([suffix, test]): [string, Scalar][] => [
      [
        `${one}_${suffix}_${other}`,
        function (this: Call, a: bigint, b: bigint) {
          return test(read(this, a) - b)
        },
      ],
      [
        `${other}_${suffix}_${one}`,
        function (this: Call, a: bigint, b: bigint) {
          return test(a - read(this, b))
        },
      ],
    ]),
  )

export const DATETIME_COMPARISONS: Scalars = {
  ...between('date', 'timestamp', dateAsTimestamp),
  ...between('date', 'timestamptz', dateAsTimestamptz),
  ...between('timestamp', 'timestamptz', timestampAsTimestamptz),
}
