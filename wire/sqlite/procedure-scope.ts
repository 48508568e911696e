/**
 * CALL and DO that no transaction block surrounds: what they run may end the transaction, and goes on in another one. Manual:
 * "Transaction Management" of PL/pgSQL; after ExecuteCallStmt, _SPI_commit and _SPI_rollback.
 */
import { PgError, unsupported } from '../protocol/error.ts'

interface ScopeHost {
  readonly transaction: {
    readonly isBlock: boolean
    readonly isOpen: boolean
    /** Runs work as a transaction of its own. */
    whole<Outcome>(work: () => Outcome): Outcome
    /** Ends the transaction and begins another one. */
    renew(committed: boolean, chain: boolean): void
  }
  /** A transaction can be ended while a statement is being executed. */
  endsAtOnce(): boolean
  /** A statement is being executed that takes effect as a whole. */
  isWithin(): boolean
  /** @param inside it is part of another statement */
  atomically<Outcome>(work: () => Outcome, inside?: boolean): Outcome
  /** A function is being executed, or a procedure with settings or rights of its own. */
  isAtomic(): boolean
}

const invalid = (message: string): PgError => new PgError('2D000', message)

/** What does not outlive the transaction: EXECUTE, a block with handlers, a loop over the rows of a change. */
type Hindrance = 'dynamic' | 'subtransaction' | 'loop'

export class ProcedureScope {
  readonly #host: ScopeHost
  /** A procedure is being run that may end the transaction. */
  #mayEnd = false
  /** How many there are at the moment. */
  readonly #open: Record<Hindrance, number> = { dynamic: 0, subtransaction: 0, loop: 0 }

  constructor(host: ScopeHost) {
    this.#host = host
  }

  get isOpen(): boolean {
    return this.#mayEnd
  }

  /** Runs a procedure or a block. */
  run<Outcome>(work: () => Outcome): Outcome {
    const { transaction } = this.#host
    if (this.#mayEnd && this.#open.subtransaction === 0 && !this.#isAtomic()) return work()
    if (this.#mayEnd || transaction.isBlock || this.#host.isWithin() || !this.#host.endsAtOnce())
      return this.#host.atomically(work)
    this.#mayEnd = true
    try {
      return transaction.isOpen ? work() : transaction.whole(work)
    } finally {
      this.#mayEnd = false
    }
  }

  #isAtomic(): boolean {
    return this.#open.dynamic > 0 || this.#host.isAtomic()
  }

  #during<Outcome>(what: Hindrance, work: () => Outcome): Outcome {
    this.#open[what]++
    try {
      return work()
    } finally {
      this.#open[what]--
    }
  }

  /** Runs what EXECUTE says, which ends no transaction. */
  dynamic<Outcome>(work: () => Outcome): Outcome {
    return this.#during('dynamic', work)
  }

  /** Runs work whose changes are undone when it throws. */
  subtransaction<Outcome>(work: () => Outcome): Outcome {
    return this.#during('subtransaction', () => this.#host.atomically(work, true))
  }

  /** Runs a loop over the rows of a statement that is no query: it does not outlive the transaction (HoldPinnedPortals). */
  loopOverChanges<Outcome>(work: () => Outcome): Outcome {
    return this.#during('loop', work)
  }

  /**
   * COMMIT and ROLLBACK.
   * @throws PgError 2D000 where the transaction is not the procedure's to end, 55000 where a loop needs it
   */
  endTransaction(committed: boolean, chain: boolean): void {
    if (!this.#host.endsAtOnce()) throw unsupported(`${committed ? 'COMMIT' : 'ROLLBACK'} in a routine`)
    if (!this.#mayEnd || this.#isAtomic()) throw invalid('invalid transaction termination')
    if (this.#open.subtransaction > 0)
      throw invalid(`cannot ${committed ? 'commit' : 'roll back'} while a subtransaction is active`)
    if (this.#open.loop > 0)
      throw new PgError('55000', 'cannot perform transaction commands inside a cursor loop that is not read-only')
    this.#host.transaction.renew(committed, chain)
  }
}
