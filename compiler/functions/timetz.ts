/** time with time zone. Manual: "Date/Time Functions and Operators"; after timetz_* of date.c. */
import type { Value } from '../tree/value.ts'
import { floorDivide, MICROS_PER_DAY, MICROS_PER_SECOND } from '../types/calendar.ts'
import {
  applyPrecision,
  checkTimestamp,
  isFiniteDate,
  isFiniteTimestamp,
  loadTimeTz,
  storeTimeTz,
  type TimeTz,
  timetzKey,
} from '../types/datetime.ts'
import type { Environment } from '../types/environment.ts'
import { type Interval, loadInterval } from '../types/interval.ts'
import { utcToZone } from '../types/time-zone.ts'
import { dateToTimestamp, finiteInterval, fromLocal, toLocal, wrapTime, zoneOffset } from './datetime.ts'
import { asDouble, asNumeric, zonedTimePart } from './extract.ts'
import { bool, type Call, comparisons, type Scalar, type Scalars } from './implementation.ts'

const compared = (test: (order: number) => boolean): Scalar =>
  ((a: string, b: string) => {
    const [left, right] = [timetzKey(a), timetzKey(b)]
    return bool(test(left < right ? -1 : left > right ? 1 : 0))
  }) as Scalar

/** The same moment by another clock. @param zone in seconds east of Greenwich */
const inZone = ({ micros, zone: from }: TimeTz, zone: number): string =>
  storeTimeTz({ micros: wrapTime(micros + BigInt(zone - from) * MICROS_PER_SECOND), zone })

const moved = (value: string, interval: Interval, sign: bigint): string => {
  const { micros, zone } = loadTimeTz(value)
  return storeTimeTz({ micros: wrapTime(micros + sign * interval.micros), zone })
}

const zoneNow = ({ clock, settings }: Environment, name: string): number =>
  Number((utcToZone(name, clock.transaction, settings.timeZone) - clock.transaction) / MICROS_PER_SECOND)

/** A time of day, today, in the session's zone. */
export const timeToday = (env: Environment, micros: bigint): TimeTz => {
  const today = floorDivide(toLocal(env, env.clock.transaction), MICROS_PER_DAY) * MICROS_PER_DAY
  const moment = fromLocal(env, today + micros)
  return { micros, zone: Number((today + micros - moment) / MICROS_PER_SECOND) }
}

const withDate = (days: bigint, value: string): bigint => {
  const { micros, zone } = loadTimeTz(value)
  const start = dateToTimestamp(days)
  return isFiniteDate(days) ? checkTimestamp(start + micros - BigInt(zone) * MICROS_PER_SECOND) : start
}

export const timetzFunctions: Scalars = {
  ...comparisons('timetz_', compared),
  timetz_cmp: (a: string, b: string) => (timetzKey(a) < timetzKey(b) ? -1n : timetzKey(a) > timetzKey(b) ? 1n : 0n),
  timetz_larger: (a: string, b: string) => (timetzKey(a) > timetzKey(b) ? a : b),
  timetz_smaller: (a: string, b: string) => (timetzKey(a) < timetzKey(b) ? a : b),
  timetz_time: (value: string) => loadTimeTz(value).micros,
  time_timetz: function (this: Call, micros: bigint) {
    return storeTimeTz(timeToday(this, micros))
  },
  timestamptz_timetz: function (this: Call, micros: bigint) {
    if (!isFiniteTimestamp(micros)) return null
    const local = toLocal(this, micros)
    return storeTimeTz({ micros: wrapTime(local), zone: Number((local - micros) / MICROS_PER_SECOND) })
  },
  timetz_scale: (value: string, typmod: bigint) => {
    const { micros, zone } = loadTimeTz(value)
    return storeTimeTz({ micros: applyPrecision(micros, Number(typmod)), zone })
  },
  timetz_pl_interval: (value: string, by: string) => moved(value, finiteInterval(loadInterval(by), 'add'), 1n),
  'sql:2547': (by: string, value: string) => moved(value, finiteInterval(loadInterval(by), 'add'), 1n),
  timetz_mi_interval: (value: string, by: string) => moved(value, finiteInterval(loadInterval(by), 'subtract'), -1n),
  timetz_zone: function (this: Call, name: string, value: string) {
    return inZone(loadTimeTz(value), zoneNow(this, name))
  },
  timetz_izone: (zone: string, value: string) =>
    inZone(loadTimeTz(value), Number(zoneOffset(zone) / MICROS_PER_SECOND)),
  timetz_at_local: function (this: Call, value: string) {
    return inZone(loadTimeTz(value), zoneNow(this, this.settings.timeZone))
  },
  timetz_part: (word: string, value: string) => asDouble(zonedTimePart(word, loadTimeTz(value))),
  extract_timetz: (word: string, value: string): Value => asNumeric(zonedTimePart(word, loadTimeTz(value))),
  datetimetz_timestamptz: (days: bigint, value: string) => withDate(days, value),
  'sql:1298': (value: string, days: bigint) => withDate(days, value),
}
