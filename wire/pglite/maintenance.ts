/**
 * What PostgreSQL's background processes do beside its sessions: the checkpointer keeps the WAL short, and with it
 * recovery after a crash; autovacuum removes what changed rows leave behind, and tells the planner what tables hold.
 * PGlite is one process with one session, so both are done in that session, between the transactions of others.
 * Manual: "WAL Configuration", "Routine Vacuuming".
 */
import { toPgError } from '../protocol/error.ts'
import type { Engine, Tenant } from './engine.ts'
import { SessionState } from './session-state.ts'

export interface MaintenanceOptions {
  /** Runs internal SQL with the engine's lease, as a tenant. */
  run<T>(work: (engine: Engine) => Promise<T>, tenant: Tenant): Promise<T>
  /** How often it is looked whether something is to be done, in milliseconds, as long as there are transactions. */
  readonly naptime: number
  readonly onFailure: (error: Error) => void
}

/** In milliseconds. */
export const NAPTIME = 20_000
/** Tables are looked at after so many naps: every minute (autovacuum_naptime). */
const NAPS = 3

/** Less WAL than this is what a checkpoint itself writes, in bytes. */
const CHECKPOINT_ITSELF = 64 << 10

/**
 * Whether there is something for a checkpoint to do, and whether it is due: by the WAL's size at a part of max_wal_size
 * (CalculateCheckpointSegments), by the clock at checkpoint_timeout.
 */
const CHECKPOINT_DUE = `
  SELECT distance > ${CHECKPOINT_ITSELF},
    distance > pg_size_bytes(current_setting('max_wal_size')) / (1 + current_setting('checkpoint_completion_target')::float8)
      OR distance > ${CHECKPOINT_ITSELF} AND age > current_setting('checkpoint_timeout')::interval
  FROM (SELECT pg_orez.pg_current_wal_insert_lsn() - redo_lsn, clock_timestamp() - checkpoint_time
      FROM pg_control_checkpoint()) AS redo (distance, age)`

export class Maintenance {
  readonly #options: MaintenanceOptions
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  #naps = 0
  #awaited: (() => void) | undefined
  /** Neither a client's limits nor its transaction modes are for this. */
  readonly #tenant: Tenant = {
    state: new SessionState(0, new Map([['statement_timeout', '0']])),
    onFrames: () => undefined,
    onAwaited: () => this.#awaited?.(),
  }

  constructor(options: MaintenanceOptions) {
    this.#options = options
  }

  /** There has been a transaction: a little later it is looked what is to be done about it. */
  schedule(): void {
    if (this.#timer !== undefined || this.#stopped) return
    this.#timer = setTimeout(() => void this.#work(), this.#options.naptime)
    this.#timer.unref()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #work(): Promise<void> {
    let isPending = false
    try {
      if (++this.#naps % NAPS === 0) await this.#vacuum()
      isPending = await this.#checkpoint()
    } catch (error) {
      if (!this.#stopped) this.#options.onFailure(toPgError(error))
    }
    this.#timer = undefined
    if (isPending) this.schedule()
  }

  #run<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    return this.#options.run(work, this.#tenant)
  }

  /** @returns whether there is something for a later one */
  #checkpoint(): Promise<boolean> {
    return this.#run(async (engine) => {
      const [[isWorth, isDue] = []] = await engine.query(CHECKPOINT_DUE)
      if (isDue === 't') await engine.query('CHECKPOINT')
      return isWorth === 't' && isDue !== 't'
    })
  }

  async #vacuum(): Promise<void> {
    const due = await this.#run((engine) => engine.query('SELECT * FROM pg_orez.vacuum_due'))
    for (const [relation, vacuum, analyze, overdue] of due) {
      if (this.#stopped) return
      const action = vacuum === 't' ? `VACUUM (PROCESS_TOAST false, ANALYZE ${analyze === 't'})` : 'ANALYZE'
      await this.#run((engine) => this.#yielding(engine, `${action} ${relation}`, overdue === 't'))
    }
  }

  /** Gives way to others, as autovacuum does to whoever waits for its locks. */
  async #yielding(engine: Engine, sql: string, isOverdue: boolean): Promise<void> {
    if (!isOverdue) {
      if (engine.hasWaiting) return
      this.#awaited = () => engine.cancel()
    }
    try {
      await engine.query(sql)
    } catch (error) {
      const { code } = toPgError(error)
      // given way to others, or the table is gone
      if (code !== '57014' && code !== '42P01') throw error
    } finally {
      this.#awaited = undefined
    }
  }
}
