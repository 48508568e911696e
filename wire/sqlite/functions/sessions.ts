/** The sessions of a server. Manual: "Server Signaling Functions", "pg_stat_activity". */

import { currentRole, hasRightsOf, isSuperuser } from '../../../compiler/catalog/role.ts'
import { bool, type Call, type Scalars, type SetReturning } from '../../../compiler/functions/implementation.ts'
import { databaseOid } from '../../../compiler/system/database.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { SessionActivity, Sessions } from '../../../compiler/types/environment.ts'
import { networkIn } from '../../../compiler/types/network.ts'
import { fatal, PgError, unsupported } from '../../protocol/error.ts'

const sessions = (call: Call, what: string): Sessions => {
  if (call.sessions === undefined) throw unsupported(`${what} here`)
  return call.sessions
}

/** @throws PgError 42501 (pg_signal_backend) */
const requireRightTo = ({ catalog, settings }: Call, all: Sessions, pid: bigint, action: string): void => {
  const role = currentRole(settings)
  const other = all.all().find((each) => each.pid === Number(pid))
  if (other === undefined || isSuperuser(catalog, role)) return
  if (isSuperuser(catalog, other.role) || !hasRightsOf(catalog, role, other.role))
    throw new PgError('42501', `permission denied to ${action}`)
}

export const sessionFunctions: Scalars = {
  pg_cancel_backend: function (this: Call, pid: bigint) {
    const all = sessions(this, 'cancelling by a function')
    if (Number(pid) === this.pid) throw new PgError('57014', 'canceling statement due to user request')
    requireRightTo(this, all, pid, 'cancel query')
    return bool(all.cancel(Number(pid)))
  },
  pg_terminate_backend: function (this: Call, pid: bigint) {
    const all = sessions(this, 'the end of a session by another')
    if (Number(pid) === this.pid) throw fatal('57P01', 'terminating connection due to administrator command')
    requireRightTo(this, all, pid, 'terminate process')
    return bool(all.terminate(Number(pid)))
  },
}

const WAITS: Readonly<Record<NonNullable<SessionActivity['waits']>, readonly [type: string, event: string]>> = {
  client: ['Client', 'ClientRead'],
  lock: ['Lock', 'transactionid'],
}

const row = (activity: SessionActivity): Value[] => {
  const [waitType, waitEvent] = activity.waits === undefined ? [null, null] : WAITS[activity.waits]
  return [
    databaseOid(activity.database),
    BigInt(activity.pid),
    BigInt(activity.role),
    activity.application,
    activity.state,
    activity.query,
    waitType,
    waitEvent,
    activity.transactionStart ?? null,
    activity.queryStart ?? null,
    activity.since,
    activity.changedAt,
    activity.address === undefined ? null : networkIn(activity.address, 'inet'),
    null,
    activity.port === undefined ? null : BigInt(activity.port),
    null,
    null,
    'client backend',
    0n,
    ...[null, null, null, null, null, null],
    0n,
    null,
    0n,
    0n,
    null,
    null,
  ]
}

export const sessionRows: Readonly<Record<string, SetReturning>> = {
  pg_stat_get_activity: function (this: Call, pid: bigint | null) {
    const [role, all] = [currentRole(this.settings), sessions(this, 'pg_stat_activity').all()]
    // What of them a role without pg_read_all_stats sees is less than this.
    if (all.some((each) => !hasRightsOf(this.catalog, role, each.role)))
      throw unsupported('pg_stat_activity for a role that is no superuser')
    return all.filter((activity) => pid === null || activity.pid === Number(pid)).map(row)
  },
}
