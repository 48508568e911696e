/**
 * When a session's statements may be executed: those that write when it is their turn, each with what has been committed
 * before it, or in a snapshot what had been. Manual: "Transaction Isolation".
 */
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan } from '../../compiler/plan.ts'
import { fatal, PgError, unsupported } from '../protocol/error.ts'
import { LONGEST_DELAY, milliseconds } from '../server/timeouts.ts'
import type { Eventual } from './at-once.ts'
import type { CatalogView } from './catalog-view.ts'
import { LockTaken } from './functions/advisory-lock.ts'
import { needsLease } from './needs-lease.ts'
import type { Result } from './result.ts'
import type { SqliteSession } from './session.ts'
import type { SessionActivityLog } from './session-activity.ts'
import type { SharedConnection } from './shared-connection.ts'
import { type Sleep, SleepWanted, sleepFor } from './sleep.ts'
import type { Store } from './store.ts'

const terminated = (): PgError => fatal('57P01', 'terminating connection due to administrator command')

export class Turn {
  readonly #store: Store
  readonly #session: SqliteSession
  readonly #db: SharedConnection
  readonly #view: CatalogView
  readonly #activity: SessionActivityLog
  readonly #sleep: Sleep
  /** How often others had committed when the snapshot of the transaction was taken. */
  #snapshot: number | undefined
  #cancelWait: (reason: PgError) => void = () => undefined
  #ended = false

  constructor(
    store: Store,
    session: SqliteSession,
    db: SharedConnection,
    view: CatalogView,
    activity: SessionActivityLog,
    sleep: Sleep,
  ) {
    this.#store = store
    this.#session = session
    this.#db = db
    this.#view = view
    this.#activity = activity
    this.#sleep = sleep
  }

  /** Nobody else has committed since the snapshot of the transaction was taken, if there is one. */
  get isCurrent(): boolean {
    return this.#snapshot === undefined || this.#snapshot === this.#store.commits
  }

  /** Others may write, unless the transaction has yet to. */
  giveBack(): void {
    if (this.#session.status === 'I') this.#snapshot = undefined
    if (this.#store.lease.isHeldBy(this)) {
      if (this.#session.status === 'I') this.#store.writeMessages(this.#db, this.#session.capture)
      if (this.#session.status === 'I' || !this.#db.isBegun) this.#store.lease.giveBack(this)
    }
  }

  /** Before a statement: its turn to write, if it writes, and the catalog as it has been committed last. */
  prepare(parsed: ParsedStatement, plan: () => Plan): Eventual<void> {
    this.#sleep.begin(parsed)
    this.#session.requireUsable(parsed)
    this.refresh()
    if (this.#isSnapshot(parsed) && !this.#db.isBegun) this.#beginSnapshot()
    if (!needsLease(parsed, plan)) return undefined
    if (this.#db.isImported) throw unsupported('writing in a transaction with an imported snapshot')
    this.#requireAvailable(parsed, plan)
    const turn = this.#store.lease.take(this)
    return turn === undefined
      ? this.#beginWriting()
      : this.#activity.waiting(this.#forLock(turn)).then(() => this.#beginWriting())
  }

  #beginWriting(): void {
    this.#requireConnected()
    this.refresh()
    this.#requireCurrent()
    if (this.#session.status !== 'I') this.#db.begin()
  }

  /** @throws PgError 55P03 with NOWAIT, where another session may write: it has then locked all rows */
  #requireAvailable({ tag }: ParsedStatement, plan: () => Plan): void {
    if ((tag !== 'LockStmt' && tag !== 'SelectStmt') || this.#store.lease.isFreeFor(this)) return
    const planned = plan()
    if ((planned.kind === 'nothing' || planned.kind === 'query') && planned.lock?.waits === false)
      throw new PgError(
        '55P03',
        `could not obtain lock on ${planned.kind === 'query' ? 'row in ' : ''}relation "${planned.lock.relation}"`,
      )
  }

  /** @throws PgError 55000 unless a transaction of the kind is open and has seen nothing yet */
  takeSnapshot(): void {
    const { isolation, readOnly } = this.#session.environment.settings.transaction
    const mustBe = (what: string): PgError =>
      new PgError('55000', `CREATE_REPLICATION_SLOT ... (SNAPSHOT 'use') must be called ${what}`)
    if (this.#session.status !== 'T') throw mustBe('inside a transaction')
    if (isolation !== 'repeatable read') throw mustBe('in REPEATABLE READ isolation mode transaction')
    if (!readOnly) throw mustBe('in a read-only transaction')
    if (this.#db.isBegun) throw mustBe('before any query')
    this.refresh()
    this.#beginSnapshot()
  }

  #beginSnapshot(): void {
    this.#db.begin('begin snapshot')
    this.#snapshot = this.#store.commits
  }

  /** What has been committed since its snapshot a transaction cannot write over. @throws PgError 40001 */
  #requireCurrent(): void {
    if (this.isCurrent) return
    this.#store.lease.giveBack(this)
    throw new PgError('40001', 'could not serialize access due to concurrent update')
  }

  /** Waits as long as lock_timeout says. @throws PgError 55P03, 57014 */
  async #forLock(turn: Promise<void>): Promise<void> {
    const limit = milliseconds(this.#session.show('lock_timeout'))
    const timer =
      limit === 0
        ? undefined
        : setTimeout(
            () => this.stop(new PgError('55P03', 'canceling statement due to lock timeout')),
            Math.min(limit, LONGEST_DELAY),
          )
    try {
      await turn
    } finally {
      clearTimeout(timer)
    }
  }

  /** Beyond READ COMMITTED a block sees one state of the database, which nobody else changes meanwhile. */
  #isSnapshot(parsed: ParsedStatement): boolean {
    const { isolation } = this.#session.environment.settings.transaction
    return (
      this.#session.status !== 'I' &&
      parsed.tag !== 'TransactionStmt' &&
      parsed.tag !== 'VariableSetStmt' &&
      (isolation === 'repeatable read' || isolation === 'serializable')
    )
  }

  /** Executes a statement, again when an advisory lock that another session has had is free. */
  step(execute: () => Result): Eventual<Result> {
    try {
      const result = execute()
      // Slots are on disk before the client hears of them.
      const { saved } = this.#store.replication
      return saved === undefined ? result : saved.then(() => result)
    } catch (error) {
      if (error instanceof SleepWanted)
        return this.#activity.waiting(sleepFor(error.duration, this.#cancelled())).then(() => {
          this.#sleep.slept()
          return this.#again(execute)
        })
      // Whoever may write does not wait for others, who may be waiting for that.
      if (!(error instanceof LockTaken) || this.#store.lease.isHeldBy(this)) throw error
      return Promise.race([this.#store.locks.released(), this.#cancelled()]).then(() => this.#again(execute))
    }
  }

  #again(execute: () => Result): Eventual<Result> {
    this.#requireConnected()
    return this.step(execute)
  }

  /** @throws PgError 57P01 where the connection has gone while it was waited */
  #requireConnected(): void {
    if (this.#ended) throw terminated()
  }

  /** Fails when the client asks for that. */
  #cancelled(): Promise<never> {
    return new Promise((_, reject) => {
      this.#cancelWait = reject
    })
  }

  /** Takes on the catalog as it has been committed last, where the transaction may see it. */
  refresh(): void {
    if (this.#db.isBegun) return
    const fresh = this.#view.refreshed(this.#session.catalog, this.#store.catalog)
    if (fresh !== undefined) this.#session.adopt(fresh)
  }

  /** Waits no longer. What SQLite is doing at the moment is not interrupted. */
  stop(reason: PgError): void {
    this.#store.lease.abandon(this, reason)
    this.#cancelWait(reason)
  }

  /** The connection is gone: what is open is undone. */
  end(): void {
    this.#ended = true
    this.#store.lease.abandon(this, terminated())
    if (this.#db.isBegun) this.#db.control({ action: 'rollback' })
  }

  /** Behind the end, when nothing of the session is in the way of others. */
  leave(): void {
    this.#store.lease.giveBack(this)
  }
}
