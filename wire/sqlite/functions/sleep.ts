/** Manual: "Delaying Execution". */
import { addToTimestamptz } from '../../../compiler/functions/datetime.ts'
import type { Call, Scalars } from '../../../compiler/functions/implementation.ts'
import { timeOfDay } from '../../../compiler/types/clock.ts'
import { isFiniteTimestamp } from '../../../compiler/types/datetime.ts'
import { loadInterval } from '../../../compiler/types/interval.ts'
import { unsupported } from '../../protocol/error.ts'

const sleep = (call: Call, seconds: number): string => {
  if (call.sleep === undefined) throw unsupported('pg_sleep() here')
  call.sleep(seconds)
  return ''
}

const MICROS = 1_000_000

export const sleepFunctions: Scalars = {
  pg_sleep: function (this: Call, seconds: number): string {
    return sleep(this, seconds)
  },
  // pg_sleep_for(interval) and pg_sleep_until(timestamptz) are written in SQL.
  'sql:3935': function (this: Call, interval: string): string {
    const now = timeOfDay()
    return sleep(this, Number(addToTimestamptz(this, now, loadInterval(interval)) - now) / MICROS)
  },
  'sql:3936': function (this: Call, end: bigint): string {
    if (!isFiniteTimestamp(end)) throw unsupported('pg_sleep_until() without end')
    return sleep(this, Number(end - timeOfDay()) / MICROS)
  },
}
