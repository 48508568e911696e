/**
 * The advisory locks of a session, counted as often as they have been taken. A database has one session so far: nobody
 * else can hold one, and nothing waits.
 */
import type { Notice } from '../../compiler/bind/statement.ts'
import type { AdvisoryLocks } from '../../compiler/types/environment.ts'

interface Held {
  readonly key: string
  readonly shared: boolean
  /** It goes with its transaction. */
  readonly transaction: boolean
}

export class SessionAdvisoryLocks implements AdvisoryLocks {
  #held: readonly Held[] = []
  readonly #warn: (notice: Notice) => void

  constructor(warn: (notice: Notice) => void) {
    this.#warn = warn
  }

  acquire(key: string, shared: boolean, transaction: boolean): void {
    this.#held = [...this.#held, { key, shared, transaction }]
  }

  release(key: string, shared: boolean): boolean {
    const at = this.#held.findIndex((lock) => lock.key === key && lock.shared === shared && !lock.transaction)
    if (at < 0) {
      const mode = shared ? 'ShareLock' : 'ExclusiveLock'
      this.#warn({ severity: 'WARNING', code: '01000', message: `you don't own a lock of type ${mode}` })
      return false
    }
    this.#held = this.#held.filter((_, index) => index !== at)
    return true
  }

  releaseAll(): void {
    this.#held = this.#held.filter(({ transaction }) => transaction)
  }

  /** Those of the transaction go. */
  endTransaction(): void {
    if (this.#held.some(({ transaction }) => transaction))
      this.#held = this.#held.filter(({ transaction }) => !transaction)
  }
}
