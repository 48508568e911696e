/**
 * A transaction that reads an exported snapshot (SET TRANSACTION SNAPSHOT). It runs on a frozen copy of the
 * database, on an engine that all importers of the snapshot share. Clients keep several such transactions
 * open at once, so the lease lasts for one exchange only: between exchanges the transaction is ended, and it
 * is begun again, unnoticed, when the client's next message comes. What it reads cannot have changed.
 */
import type { Engine } from '../pglite/engine.ts'
import type { TransactionStatus } from '../protocol/backend.ts'
import { PgError, toPgError, unsupported } from '../protocol/error.ts'

export class ImportedSnapshot {
  readonly id: string
  readonly engine: Engine
  readonly #begin: string
  /** Whether the client itself asked for READ ONLY; if not, a write is refused as a feature. */
  readonly isReadOnly: boolean
  readonly #locals: string[]
  #aside: 'no' | 'open' | 'failed' = 'no'
  #pinned = false

  /**
   * @param isolation the value of transaction_isolation that the client chose
   * @param locals the SET LOCAL statements that the transaction has run so far
   */
  private constructor(id: string, engine: Engine, isolation: string, isReadOnly: boolean, locals: readonly string[]) {
    this.id = id
    this.engine = engine
    this.isReadOnly = isReadOnly
    this.#begin = `BEGIN ISOLATION LEVEL ${isolation} READ ONLY`
    this.#locals = [...locals]
  }

  /**
   * Takes the place of an open transaction on `primary`, which is rolled back.
   * @param sql the client's SET TRANSACTION SNAPSHOT
   * @returns the error that PostgreSQL has for a transaction which may not import a snapshot
   */
  static async take(
    id: string,
    sql: string,
    primary: Engine,
    engine: Engine,
    locals: readonly string[],
  ): Promise<ImportedSnapshot | PgError> {
    const [[isolation = null] = [], [readOnly = null] = []] = await primary.query(
      'SHOW transaction_isolation; SHOW transaction_read_only',
    )
    // PostgreSQL checks whether the transaction may import one, then does not find it
    const failure = await primary.query(sql).then(
      () => unsupported(sql),
      (error: unknown) => toPgError(error),
    )
    if (failure.code !== '42704') return failure
    await primary.query('ROLLBACK')
    return new ImportedSnapshot(id, engine, isolation ?? '', readOnly === 'on', locals)
  }

  /** The transaction has something that would not survive being set aside. */
  pin(): void {
    this.#pinned = true
  }

  setLocal(sql: string): void {
    this.#locals.push(sql)
  }

  /** Begins the transaction; with the lease. */
  async begin(): Promise<void> {
    await this.engine.query([this.#begin, ...this.#locals].join('; '))
  }

  /** Ends the transaction for now. Returns false if it must stay open; else the lease is about to end. */
  setAside(status: TransactionStatus): boolean {
    if (this.#pinned || status === 'I') return false
    this.#aside = status === 'E' ? 'failed' : 'open'
    void this.engine.query('ROLLBACK').finally(() => this.engine.release())
    return true
  }

  /** Brings the transaction back to where it was; with the lease. */
  async resume(): Promise<void> {
    const was = this.#aside
    this.#aside = 'no'
    if (was === 'no') return
    await this.begin()
    if (was === 'failed') await this.engine.query('SELECT pg_orez.refused()').catch(() => undefined)
  }

  /** A write that the frozen copy rejects is one that PostgreSQL would have let through. */
  refusal(code: string): PgError | undefined {
    return code === '25006' && !this.isReadOnly
      ? new PgError('0A000', 'writing in a transaction with an imported snapshot is not supported')
      : undefined
  }
}
