/** The advisory locks of the sessions of a database, counted as often as they have been taken. Manual: "Advisory Locks". */
import type { AdvisoryLocks } from '../../compiler/types/environment.ts'
import type { Notice } from '../protocol/error.ts'

interface Held {
  readonly key: string
  readonly shared: boolean
  /** It goes with its transaction. */
  readonly transaction: boolean
}

/** The sessions of a database, whose locks stand in each other's way. */
export class LockingSessions {
  readonly all = new Set<SessionAdvisoryLocks>()
  #waiting: (() => void)[] = []

  /** Resolves when some lock has been released. */
  released(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

export class SessionAdvisoryLocks implements AdvisoryLocks {
  #held: readonly Held[] = []
  readonly #warn: (notice: Notice) => void
  readonly #sessions: LockingSessions

  constructor(warn: (notice: Notice) => void, sessions = new LockingSessions()) {
    this.#warn = warn
    this.#sessions = sessions
    sessions.all.add(this)
  }

  acquire(key: string, shared: boolean, transaction: boolean): boolean {
    for (const other of this.#sessions.all) if (other !== this && other.#forbids(key, shared)) return false
    this.#held = [...this.#held, { key, shared, transaction }]
    return true
  }

  #forbids(key: string, shared: boolean): boolean {
    return this.#held.some((lock) => lock.key === key && !(lock.shared && shared))
  }

  /** The session has ended. */
  close(): void {
    this.#sessions.all.delete(this)
    this.#keep(() => false)
  }

  release(key: string, shared: boolean): boolean {
    const at = this.#held.findIndex((lock) => lock.key === key && lock.shared === shared && !lock.transaction)
    if (at < 0) {
      const mode = shared ? 'ShareLock' : 'ExclusiveLock'
      this.#warn({ severity: 'WARNING', code: '01000', message: `you don't own a lock of type ${mode}` })
      return false
    }
    this.#keep((_, index) => index !== at)
    return true
  }

  releaseAll(): void {
    this.#keep(({ transaction }) => transaction)
  }

  /** Those of the transaction go. */
  endTransaction(): void {
    this.#keep(({ transaction }) => !transaction)
  }

  #keep(stays: (lock: Held, at: number) => boolean): void {
    const left = this.#held.filter(stays)
    if (left.length === this.#held.length) return
    this.#held = left
    this.#sessions.wake()
  }
}
