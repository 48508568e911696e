/** Manual: "Delaying Execution". */
import type { Call, Scalars } from '../../../compiler/functions/implementation.ts'
import { unsupported } from '../../protocol/error.ts'

export const sleepFunctions: Scalars = {
  pg_sleep: function (this: Call, seconds: number): string {
    if (this.sleep === undefined) throw unsupported('pg_sleep() here')
    this.sleep(seconds)
    return ''
  },
}
