/**
 * One session's connection to a file that others use as well. A block begins in SQLite with its first change: until then
 * each statement sees what has been committed before it, as READ COMMITTED says, and nobody waits for anybody.
 */
import type { UserFunction } from '../../compiler/lower/context.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import type { Bindings, Deadline, SqliteDatabase, TransactionControl } from './database.ts'

/** Told when something is about to be, and has been, committed. */
export interface CommitHooks {
  /** What must be stored with it is stored now. */
  willCommit(): void
  committed(): void
}

export class SharedConnection implements SqliteDatabase {
  readonly temporary: SqliteDatabase['temporary']
  readonly endsAtOnce: boolean
  readonly #own: SqliteDatabase
  /** The session's own connection, or that of the snapshot which its block has imported. */
  #db: SqliteDatabase
  #hooks: CommitHooks = { willCommit: () => undefined, committed: () => undefined }
  #block = false
  #begun = false
  /** How many savepoints the block has. */
  #savepoints = 0
  #depth = 0

  constructor(db: SqliteDatabase) {
    this.#own = db
    this.#db = db
    this.temporary = db.temporary
    this.endsAtOnce = db.endsAtOnce
  }

  set hooks(hooks: CommitHooks) {
    this.#hooks = hooks
  }

  get deadline(): Deadline | undefined {
    return this.#db.deadline
  }

  set deadline(deadline: Deadline | undefined) {
    this.#db.deadline = deadline
  }

  /** The block has begun in SQLite: it sees its own changes and nobody else's. */
  get isBegun(): boolean {
    return this.#begun
  }

  /** The block reads a snapshot that another session has exported. */
  get isImported(): boolean {
    return this.#db !== this.#own
  }

  /** The block goes on with another connection, which is in a transaction and is closed with the block. */
  import(db: SqliteDatabase): void {
    db.deadline = this.deadline
    this.#db = db
    this.#begun = true
  }

  define(functions: readonly UserFunction[], env: () => Environment): void {
    this.#db.define(functions, env)
  }

  all(sql: string, bindings?: Bindings): Value[][] {
    return this.#db.all(sql, bindings)
  }

  run(sql: string, bindings?: Bindings): { readonly changes: number; readonly rowid: bigint } {
    return this.#db.run(sql, bindings)
  }

  /**
   * The block begins in SQLite, with the savepoints that it has.
   * @param action how: to change something, or to see what is there now until its end
   */
  begin(action: 'begin' | 'begin snapshot' = 'begin'): void {
    if (!this.#block || this.#begun) return
    this.#db.control({ action })
    this.#begun = true
    for (let depth = 1; depth <= this.#savepoints; depth++) this.#db.control({ action: 'savepoint', depth })
  }

  transact<Outcome>(work: () => Outcome): Outcome {
    this.begin()
    if (this.#begun || this.#depth > 0) return this.#db.transact(work)
    this.#depth++
    try {
      const outcome = this.#db.transact(() => {
        const result = work()
        this.#hooks.willCommit()
        return result
      })
      this.#hooks.committed()
      return outcome
    } finally {
      this.#depth--
    }
  }

  control(command: TransactionControl): void {
    switch (command.action) {
      case 'begin':
      case 'begin snapshot':
        this.#block = true
        this.#savepoints = 0
        return
      case 'commit':
      case 'rollback':
        this.#end(command.action)
        return
      default:
        if (this.#begun) this.#db.control(command)
        this.#savepoints = command.action === 'release' ? command.depth - 1 : command.depth
    }
  }

  #end(action: 'commit' | 'rollback'): void {
    const begun = this.#begun
    if (this.isImported) return this.#leaveSnapshot()
    if (begun && action === 'commit') {
      this.#hooks.willCommit()
      this.#db.control({ action })
    }
    this.#block = false
    this.#begun = false
    if (!begun) return
    if (action === 'commit') this.#hooks.committed()
    else this.#rollBack()
  }

  #leaveSnapshot(): void {
    this.#db.close()
    this.#db = this.#own
    this.#block = false
    this.#begun = false
  }

  /** SQLite has done so by itself where a disk was full. */
  #rollBack(): void {
    try {
      this.#db.control({ action: 'rollback' })
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
    }
  }

  close(): void {
    if (this.isImported) this.#db.close()
    this.#own.close()
  }
}
