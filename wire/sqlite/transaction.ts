/** The transaction block of a session: its savepoints, its modes, and what a rollback goes back to. Manual: "Transactions". */
import { DEFAULT_SETTINGS, type Settings, type TransactionModes } from '../../compiler/bind/settings.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, TransactionPlan } from '../../compiler/plan.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { TransactionControl } from './database.ts'
import type { Result } from './result.ts'
import { warning } from './told.ts'

/** What a session keeps beside the database. */
interface Kept<State> {
  readonly state: State
  readonly restoreCursors: () => void
}

interface Savepoint<State> extends Kept<State> {
  readonly name: string
  readonly readOnly: boolean
}

/** A statement of a transaction that has failed. */
export const aborted = (): PgError =>
  new PgError('25P02', 'current transaction is aborted, commands ignored until end of transaction block')

/** Statements that take no snapshot (PlannedStmtRequiresSnapshot). */
const WITHOUT_SNAPSHOT: ReadonlySet<string> = new Set([
  ...['TransactionStmt', 'LockStmt', 'VariableSetStmt', 'VariableShowStmt', 'ConstraintsSetStmt'],
  ...['FetchStmt', 'ListenStmt', 'NotifyStmt', 'UnlistenStmt', 'CheckPointStmt'],
])

/** What is a transaction of its own also where the client sends more with it (PreventInTransactionBlock). */
export const commitsAtOnce = ({ tag, node }: ParsedStatement): boolean =>
  tag === 'CreatedbStmt' || tag === 'DropdbStmt' || (tag === 'DiscardStmt' && node.target === 'DISCARD_ALL')

/** What a transaction does to its session. */
export interface TransactionHost<State> {
  control(command: TransactionControl): void
  /** A transaction is about to be committed. @throws PgError when it cannot be */
  willCommit(): void
  save(): Kept<State>
  restore(state: State): void
  /** What settings are is undone with the first error (AtEOXact_GUC). */
  restoreSettings(state: State): void
  /** The transaction reads what another one sees. @returns false where nothing of that name has been exported */
  importSnapshot(id: string): boolean
  /** A transaction has ended. */
  ended(committed: boolean): void
  /** What is set at the moment, which modes change. */
  settings(): { current: Settings }
}

const notice = (severity: 'WARNING' | 'NOTICE', code: string, message: string): Result['notices'] => [
  { severity, code, message },
]

export class Transaction<State> {
  readonly #host: TransactionHost<State>
  /** What a rollback goes back to, while a block is open. */
  #block: Kept<State> | undefined
  #savepoints: Savepoint<State>[] = []
  /** A statement of the block has taken a snapshot. */
  #queried: boolean | 'perhaps' = false
  /** The block is that of a query of several statements, or of several Executes, none of which has begun one. */
  #implicit = false
  /** There has been one Execute so far, which may have been the only one. */
  #single = false
  /** The modes of the block before it was told any. */
  #initial: TransactionModes = DEFAULT_SETTINGS.transaction
  failed = false

  constructor(host: TransactionHost<State>) {
    this.#host = host
  }

  /**
   * Before each statement of a query that has several, and each Execute (BeginImplicitTransactionBlock).
   * @param single what has begun so is no block before the next one
   */
  beginImplicit(single = false): void {
    if (this.isOpen) {
      this.#single = false
      return
    }
    this.#begin(this.#host.settings().current.defaultTransaction)
    this.#implicit = true
    this.#single = single
  }

  /** After the last of them, or after an error (EndImplicitTransactionBlock). */
  endImplicit(committed: boolean): void {
    if (this.#implicit) this.#end(committed)
  }

  /** Runs work as a transaction of its own. */
  whole<Outcome>(work: () => Outcome): Outcome {
    this.beginImplicit()
    // What runs it has taken a snapshot.
    this.#queried = true
    try {
      const outcome = work()
      this.endImplicit(true)
      return outcome
    } catch (error) {
      this.endImplicit(false)
      throw error
    }
  }

  /** COMMIT and ROLLBACK of a procedure: it goes on in another transaction. @param chain of the same modes */
  renew(committed: boolean, chain: boolean): void {
    const [implicit, single, modes] = [this.#implicit, this.#single, this.#host.settings().current.transaction]
    this.#end(committed)
    this.#begin(chain ? modes : this.#host.settings().current.defaultTransaction)
    this.#implicit = implicit
    this.#single = single
  }

  /** Notes what a procedure executes. Whether an expression takes a snapshot depends on which plans PostgreSQL has already. */
  noting(plan: Plan): Plan {
    if (!this.isOpen) return plan
    if (plan.kind === 'query' || plan.kind === 'call' || plan.kind === 'do') this.#queried ||= 'perhaps'
    else if (plan.kind !== 'setting') this.#queried = true
    return plan
  }

  get isOpen(): boolean {
    return this.#block !== undefined
  }

  /** What must stand in a block may be executed, what must not may not (IsInTransactionBlock). */
  get isBlock(): boolean {
    return this.isOpen && !this.#single
  }

  /** How many savepoints there are. */
  get depth(): number {
    return this.#savepoints.length
  }

  /** The transaction status that ReadyForQuery reports. */
  get status(): 'I' | 'T' | 'E' {
    return this.#block === undefined ? 'I' : this.failed ? 'E' : 'T'
  }

  /** @throws PgError 25P02 where it has failed, for what does not end it */
  requireUsable(parsed: ParsedStatement | undefined): void {
    const ends =
      parsed?.tag === 'TransactionStmt' &&
      ['TRANS_STMT_COMMIT', 'TRANS_STMT_ROLLBACK', 'TRANS_STMT_ROLLBACK_TO'].includes(String(parsed.node.kind))
    if (this.failed && !ends) throw aborted()
  }

  /** A statement of it has failed. */
  fail(): void {
    if (this.#block === undefined) return
    this.failed = true
    const { transaction } = this.#host.settings().current
    this.#host.restoreSettings((this.#savepoints.at(-1) ?? this.#block).state)
    this.#applyModes(transaction)
  }

  /** A statement is about to be executed: once one has taken a snapshot, the modes stand. */
  willPerform({ tag }: ParsedStatement): void {
    if (this.isOpen && !WITHOUT_SNAPSHOT.has(tag)) this.#queried = true
  }

  perform({ tag, transaction, chain, notices }: TransactionPlan): Result {
    const done = (as = tag, extra: Result['notices'] = []): Result => ({
      tag: as,
      rows: [],
      notices: [...notices, ...extra],
    })
    switch (transaction.action) {
      case 'begin':
        if (this.isOpen) {
          const warned = this.#implicit ? [] : notice('WARNING', '25001', 'there is already a transaction in progress')
          warning(warned, () => this.setModes(transaction.modes))
          this.#implicit = false
          this.#single = false
          return done(tag, warned)
        }
        this.#begin(this.#host.settings().current.defaultTransaction, transaction.modes)
        return done()
      case 'commit':
      case 'rollback': {
        if (!this.isOpen || this.#implicit) {
          if (chain) throw new PgError('25P01', `${tag} AND CHAIN can only be used in transaction blocks`)
          const warned = notice('WARNING', '25P01', 'there is no transaction in progress')
          warning(warned, () => this.endImplicit(transaction.action === 'commit'))
          return done(tag, warned)
        }
        const modes = this.#modesToChain()
        const committed = transaction.action === 'commit' && !this.failed
        this.#end(committed)
        if (chain) this.#begin(modes)
        return done(committed ? 'COMMIT' : 'ROLLBACK')
      }
      case 'savepoint':
        this.#requireBlock('SAVEPOINT')
        this.#savepoints.push({
          name: transaction.name,
          readOnly: this.#host.settings().current.transaction.readOnly,
          ...this.#host.save(),
        })
        this.#host.control({ action: 'savepoint', depth: this.#savepoints.length })
        return done()
      case 'release': {
        this.#requireBlock('RELEASE SAVEPOINT')
        const [at, { readOnly }] = this.#find(transaction.name)
        this.#host.control({ action: 'release', depth: at + 1 })
        this.#savepoints.length = at
        this.#applyModes({ readOnly })
        return done()
      }
      case 'rollback to': {
        this.#requireBlock('ROLLBACK TO SAVEPOINT')
        const [at, savepoint] = this.#find(transaction.name)
        this.#host.control({ action: 'rollback to', depth: at + 1 })
        this.#host.restore(savepoint.state)
        savepoint.restoreCursors()
        this.#savepoints.length = at + 1
        this.failed = false
        return done()
      }
      default:
        return transaction satisfies never
    }
  }

  #requireBlock(command: string): void {
    if (!this.isOpen || this.#implicit) throw new PgError('25P01', `${command} can only be used in transaction blocks`)
  }

  #find(name: string): [number, Savepoint<State>] {
    const at = this.#savepoints.findLastIndex((savepoint) => savepoint.name === name)
    const found = this.#savepoints[at]
    if (found === undefined) throw new PgError('3B001', `savepoint "${name}" does not exist`)
    return [at, found]
  }

  /**
   * What AND CHAIN goes on with. An error outside all savepoints has ended the transaction already: what it was told is then
   * forgotten.
   */
  #modesToChain(): TransactionModes {
    return this.failed && this.#savepoints.length === 0 ? this.#initial : this.#host.settings().current.transaction
  }

  #begin(initial: TransactionModes, asked: Partial<TransactionModes> = {}): void {
    this.#initial = initial
    this.#host.control({ action: 'begin' })
    this.#block = this.#host.save()
    this.#applyModes({ ...initial, ...asked })
  }

  /** @throws PgError when it cannot be committed; it has been rolled back then */
  #end(committed: boolean): void {
    if (committed)
      try {
        this.#host.willCommit()
        this.#host.control({ action: 'commit' })
      } catch (error) {
        this.#end(false)
        throw error
      }
    else this.#host.control({ action: 'rollback' })
    if (!committed && this.#block !== undefined) this.#host.restore(this.#block.state)
    this.#host.ended(committed)
    this.#block = undefined
    this.#implicit = false
    this.#single = false
    this.failed = false
    this.#queried = false
    this.#savepoints = []
  }

  /** Modes that say nothing new leave the settings what they are: plans are found by them. */
  #applyModes(modes: Partial<TransactionModes>): void {
    const settings = this.#host.settings().current
    const current: Readonly<Record<string, unknown>> = { ...settings.transaction }
    if (Object.entries(modes).every(([name, value]) => current[name] === value)) return
    this.#host.settings().current = { ...settings, transaction: { ...settings.transaction, ...modes } }
  }

  /**
   * SET TRANSACTION SNAPSHOT (ImportSnapshot in snapmgr.c): no session exports any.
   * @throws PgError 25001, 0A000, 22023, 42704
   */
  importSnapshot(id: string): void {
    if (this.#queried || this.#savepoints.length > 0)
      throw new PgError('25001', 'SET TRANSACTION SNAPSHOT must be called before any query')
    const { isolation } = this.#host.settings().current.transaction
    if (isolation !== 'serializable' && isolation !== 'repeatable read')
      throw new PgError(
        '0A000',
        'a snapshot-importing transaction must have isolation level SERIALIZABLE or REPEATABLE READ',
      )
    if (!/^[0-9A-F-]+$/.test(id)) throw new PgError('22023', `invalid snapshot identifier: "${id}"`)
    if (!this.#host.importSnapshot(id)) throw new PgError('42704', `snapshot "${id}" does not exist`)
    this.#queried = true
  }

  /**
   * SET TRANSACTION (check_transaction_isolation and its kin in variable.c).
   * @param isNested a routine says so, whose statement has taken a snapshot
   * @throws PgError 25001 when it comes too late
   */
  setModes(modes: Partial<TransactionModes>, isNested = false): void {
    const queried = this.#queried || isNested
    const current = this.#host.settings().current.transaction
    const inSavepoint = this.#savepoints.length > 0
    const late = (message: string): never => {
      if (queried === 'perhaps' && !inSavepoint) throw unsupported('SET TRANSACTION of a procedure after expressions')
      throw new PgError('25001', message)
    }
    if (modes.isolation !== undefined && modes.isolation !== current.isolation) {
      if (queried) late('SET TRANSACTION ISOLATION LEVEL must be called before any query')
      if (inSavepoint) late('SET TRANSACTION ISOLATION LEVEL must not be called in a subtransaction')
    }
    if (modes.readOnly === false && current.readOnly) {
      if (inSavepoint) late('cannot set transaction read-write mode inside a read-only transaction')
      if (queried) late('transaction read-write mode must be set before any query')
    }
    if (modes.deferrable !== undefined) {
      if (inSavepoint) late('SET TRANSACTION [NOT] DEFERRABLE cannot be called within a subtransaction')
      if (queried) late('SET TRANSACTION [NOT] DEFERRABLE must be called before any query')
    }
    if (this.isOpen || isNested) this.#applyModes(modes)
  }
}
