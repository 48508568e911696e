/**
 * A session as pg_stat_activity shows it. PostgreSQL manual, "pg_stat_activity".
 */
import type { TransactionStatus } from '../protocol/backend.ts'

export interface ActivityFacts {
  readonly pid: number
  readonly user: string
  readonly address: string
  readonly port: number
  readonly applicationName: string
  /** The latest query. */
  readonly query: string
  readonly status: TransactionStatus
  /** It waits for other sessions' transactions to end. */
  readonly isWaiting: boolean
  readonly isBusy: boolean
  readonly since: Date
  readonly changedAt: Date
}

/** A row, by the names that the SQL function reads. */
export type Activity = Readonly<Record<string, string | number | null>>

const IDLE: Readonly<Record<TransactionStatus, string>> = {
  I: 'idle',
  T: 'idle in transaction',
  E: 'idle in transaction (aborted)',
}

export const describeActivity = (facts: ActivityFacts): Activity => {
  const isActive = facts.isWaiting || facts.isBusy
  return {
    pid: facts.pid,
    usename: facts.user,
    application_name: facts.applicationName,
    state: isActive ? 'active' : IDLE[facts.status],
    query: facts.query,
    wait_event_type: facts.isWaiting ? 'Lock' : facts.isBusy ? null : 'Client',
    wait_event: facts.isWaiting ? 'transactionid' : facts.isBusy ? null : 'ClientRead',
    backend_start: facts.since.toISOString(),
    state_change: facts.changedAt.toISOString(),
    client_addr: facts.address,
    client_port: facts.port,
    backend_type: 'client backend',
  }
}
