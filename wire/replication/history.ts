/** The transactions of a change log that have not been purged, in commit order, and who waits for the next one. */
import type { Transaction } from './change.ts'
import type { Lsn } from './lsn.ts'

export class History {
  /** Oldest first. */
  #transactions: Transaction[] = []
  #wakers: (() => void)[] = []
  #advancedAt = Number.NEGATIVE_INFINITY
  #head: Lsn = 0n

  /** End of the last committed transaction: pg_current_wal_lsn(). */
  get head(): Lsn {
    return this.#head
  }

  /** Where the log begins, before anything is added. */
  startAt(lsn: Lsn): void {
    this.#head = lsn
  }

  get last(): Transaction | undefined {
    return this.#transactions.at(-1)
  }

  /** Rows that have not been purged. */
  get rows(): number {
    return this.#transactions.reduce((sum, transaction) => sum + transaction.rows, 0)
  }

  /** Rows that a consumer has not confirmed which has confirmed a position. */
  rowsFrom(position: Lsn): number {
    return this.#transactions.reduce((sum, { commitLsn, rows }) => (commitLsn < position ? sum : sum + rows), 0)
  }

  /** Milliseconds since the last commit. */
  get quietFor(): number {
    return performance.now() - this.#advancedAt
  }

  add(transaction: Transaction): void {
    this.#transactions.push(transaction)
    this.#head = transaction.endLsn
  }

  /** Tells those who wait that something has been added. */
  announce(): void {
    this.#advancedAt = performance.now()
    const wakers = this.#wakers
    this.#wakers = []
    for (const wake of wakers) wake()
  }

  /** The first transaction whose commit lies at or after a position. */
  next(position: Lsn): Transaction | undefined {
    let low = 0
    let high = this.#transactions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const transaction = this.#transactions[middle]
      if (transaction !== undefined && transaction.commitLsn < position) low = middle + 1
      else high = middle
    }
    return this.#transactions[low]
  }

  /** Resolves when something has been committed that was not there at the time of the call. */
  advanced(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      this.#wakers.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /**
   * The last transaction up to which nobody will ask for anything again when all have confirmed a position. A message of
   * no transaction lies within the one that it was sent in, so it only goes with that.
   */
  lastBefore(position: Lsn): Transaction | undefined {
    let kept: Lsn | undefined
    for (let at = this.#transactions.length - 1; at >= 0; at--) {
      const transaction = this.#transactions[at]
      if (transaction === undefined) break
      const isApart = kept === undefined || transaction.lastLsn < kept
      if (isApart && transaction.commitLsn < position) return transaction
      if (kept === undefined || transaction.firstLsn < kept) kept = transaction.firstLsn
    }
    return undefined
  }

  /** Forgets the transactions up to one. */
  dropUpTo(last: Transaction): void {
    this.#transactions = this.#transactions.filter(({ lastLsn }) => lastLsn > last.lastLsn)
  }
}
