/** Advisory locks. Manual: "Advisory Lock Functions". A key is one bigint, or two integers, which are another space. */

import { bool, type Call, type Scalars } from '../../../compiler/functions/implementation.ts'
import type { AdvisoryLocks } from '../../../compiler/types/environment.ts'
import { PgError, unsupported } from '../../protocol/error.ts'

const locks = (call: Call): AdvisoryLocks => {
  if (call.advisoryLocks === undefined) throw unsupported('an advisory lock here')
  return call.advisoryLocks
}

/** Another session has the lock: whoever can wait for it does, and executes the statement again. */
export class LockTaken extends PgError {}

const keyOf = (keys: readonly bigint[]): string => keys.join(' ')

/** @param waits the function returns nothing, as it waits for the lock; else whether there is one */
const acquire = (shared: boolean, transaction: boolean, waits: boolean) =>
  function (this: Call, ...keys: bigint[]): string | bigint {
    const granted = locks(this).acquire(keyOf(keys), shared, transaction)
    if (!granted && waits) throw new LockTaken('0A000', 'waiting for an advisory lock here is not supported')
    return waits ? '' : bool(granted)
  }

const release = (shared: boolean) =>
  function (this: Call, ...keys: bigint[]): bigint {
    return locks(this).release(keyOf(keys), shared) ? 1n : 0n
  }

const family = (suffix: string): Scalars => ({
  [`pg_advisory_lock_${suffix}`]: acquire(false, false, true),
  [`pg_advisory_lock_shared_${suffix}`]: acquire(true, false, true),
  [`pg_advisory_xact_lock_${suffix}`]: acquire(false, true, true),
  [`pg_advisory_xact_lock_shared_${suffix}`]: acquire(true, true, true),
  [`pg_try_advisory_lock_${suffix}`]: acquire(false, false, false),
  [`pg_try_advisory_lock_shared_${suffix}`]: acquire(true, false, false),
  [`pg_try_advisory_xact_lock_${suffix}`]: acquire(false, true, false),
  [`pg_try_advisory_xact_lock_shared_${suffix}`]: acquire(true, true, false),
  [`pg_advisory_unlock_${suffix}`]: release(false),
  [`pg_advisory_unlock_shared_${suffix}`]: release(true),
})

export const advisoryLockFunctions: Scalars = {
  ...family('int8'),
  ...family('int4'),
  pg_advisory_unlock_all: function (this: Call) {
    locks(this).releaseAll()
    return ''
  },
}
