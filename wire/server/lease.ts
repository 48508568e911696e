/**
 * A session's hold on PostgreSQL: for a transaction it has an engine to itself, then others have their turn.
 */
import type { Engine, Tenant } from '../pglite/engine.ts'
import { commandComplete, errorResponse, readyForQuery } from '../protocol/backend.ts'
import { fatal, PgError } from '../protocol/error.ts'
import { F, SYNC } from '../protocol/frontend.ts'
import type { Answers } from './answers.ts'
import type { Database } from './database.ts'
import { ImportedSnapshot } from './imported-snapshot.ts'

/** Stops the handling of a message whose client has gone while it waited. */
export const CLIENT_GONE: PgError = fatal('08006', 'connection to client lost')

/** So long a session waits before the one that it waits for is named, in milliseconds. */
const PATIENCE = 5000

const COPY_FAIL = Buffer.from([F.copyFail, 0, 0, 0, 5, 0])

export class Lease {
  readonly #tenant: Tenant
  readonly #database: Database
  readonly #answers: Answers
  #engine: Engine
  #snapshot: ImportedSnapshot | undefined
  #isHeld = false
  #acquiring: AbortController | undefined
  #ended = false
  /** When it was last got or given back. */
  changedAt = new Date()

  constructor(tenant: Tenant, database: Database, answers: Answers) {
    this.#tenant = tenant
    this.#database = database
    this.#answers = answers
    this.#engine = database.engine
  }

  get engine(): Engine {
    return this.#engine
  }

  /** The snapshot that the open transaction reads, if it has imported one. */
  get snapshot(): ImportedSnapshot | undefined {
    return this.#snapshot
  }

  get isHeld(): boolean {
    return this.#isHeld
  }

  get isAwaited(): boolean {
    return this.#acquiring !== undefined
  }

  /**
   * Gets the lease, before the first message of a transaction.
   * @throws PgError 57014 when the wait is cancelled, CLIENT_GONE when the session has ended meanwhile
   */
  async enter(): Promise<void> {
    if (this.#isHeld) return
    this.#acquiring = new AbortController()
    const complaint = setTimeout(() => this.#database.complainOf(this.#engine.holder), PATIENCE)
    try {
      await this.#engine.acquire(this.#tenant, this.#acquiring.signal)
      this.#isHeld = true
      this.changedAt = new Date()
    } finally {
      clearTimeout(complaint)
      this.#acquiring = undefined
    }
    if (this.#ended) {
      await this.#undo()
      throw CLIENT_GONE
    }
    await this.#snapshot?.resume()
  }

  /** Gives the lease back after an exchange, unless a transaction is open. */
  leave(): void {
    if (this.#answers.status !== 'I') {
      if (this.#snapshot?.setAside(this.#answers.status) === true) this.#isHeld = false
      return
    }
    this.giveBack()
    this.#leaveSnapshot()
  }

  /** Gives the lease back; PostgreSQL must be outside of any transaction. */
  giveBack(): void {
    this.#isHeld = false
    this.changedAt = new Date()
    this.#engine.release()
  }

  /** Stops waiting, or interrupts the running statement. */
  cancel(): void {
    if (this.#acquiring !== undefined) this.#acquiring.abort()
    else if (this.#isHeld && !this.#answers.expected.isEmpty) this.#engine.cancel()
  }

  /**
   * Moves the open transaction to the engine of an exported snapshot.
   * @param sql the client's SET TRANSACTION SNAPSHOT
   * @param locals the SET LOCAL statements of the transaction so far
   * @returns the answer; undefined when PostgreSQL itself should answer
   */
  async importSnapshot(id: string, sql: string, locals: readonly string[]): Promise<Buffer | undefined> {
    await this.#answers.allTaken()
    if (this.#answers.status !== 'T' || this.#snapshot !== undefined) return undefined
    const engine = await this.#database.snapshots.import(id)
    if (engine === undefined) return undefined
    const imported = await ImportedSnapshot.take(id, sql, this.#engine, engine, locals)
    if (imported instanceof PgError) {
      await this.#database.snapshots.release(id)
      this.#answers.status = 'E'
      return Buffer.concat([errorResponse(imported), readyForQuery('E')])
    }
    this.giveBack()
    this.#engine = engine
    this.#snapshot = imported
    await engine.acquire(this.#tenant)
    this.#isHeld = true
    await imported.begin()
    return Buffer.concat([commandComplete('SET'), readyForQuery('T')])
  }

  /** The session has ended: stops waiting, undoes what is open and gives the engine back. */
  async end(): Promise<void> {
    this.#ended = true
    this.#acquiring?.abort()
    if (this.#isHeld) await this.#undo()
    this.#leaveSnapshot()
  }

  async #undo(): Promise<void> {
    const { expected } = this.#answers
    this.#answers.abandon()
    if (!expected.isEmpty) this.#engine.cancel()
    // PostgreSQL ignores it outside of COPY
    this.#engine.send(COPY_FAIL)
    expected.add({ kind: 'ready', forward: false, from: 'sync' })
    this.#engine.send(SYNC)
    await this.#answers.drained()
    this.#engine.clearCancel()
    if (this.#answers.status !== 'I') await this.#engine.query('ROLLBACK')
    this.#answers.status = 'I'
    if (this.#isHeld) this.leave()
  }

  #leaveSnapshot(): void {
    if (this.#snapshot === undefined) return
    this.#engine = this.#database.engine
    void this.#database.snapshots.release(this.#snapshot.id)
    this.#snapshot = undefined
  }
}
