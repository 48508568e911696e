/**
 * Advisory locks. PGlite has one session, in which every lock would be granted at once; so the server
 * keeps them for the connections. PostgreSQL manual, "Advisory Locks" and "Advisory Lock Functions".
 */

export type LockScope = 'session' | 'transaction'

interface Holding {
  readonly owner: object
  readonly shared: boolean
  readonly scope: LockScope
  /** A session lock must be unlocked as often as it was locked. */
  count: number
}

export class AdvisoryLocks {
  readonly #locks = new Map<string, Holding[]>()
  #waiters: (() => void)[] = []

  /** Takes the lock unless another owner's stands in the way. Returns whether it was granted. */
  tryLock(owner: object, key: string, shared: boolean, scope: LockScope): boolean {
    const holdings = this.#locks.get(key) ?? []
    if (holdings.some((held) => held.owner !== owner && !(held.shared && shared))) return false
    const mine = holdings.find((held) => held.owner === owner && held.shared === shared && held.scope === scope)
    if (mine === undefined) holdings.push({ owner, shared, scope, count: 1 })
    else mine.count++
    this.#locks.set(key, holdings)
    return true
  }

  /** Releases one session-level hold. Returns false if there was none. */
  unlock(owner: object, key: string, shared: boolean): boolean {
    const mine = this.#locks
      .get(key)
      ?.find((held) => held.owner === owner && held.shared === shared && held.scope === 'session')
    if (mine === undefined) return false
    mine.count--
    if (mine.count === 0) this.#remove(key, (held) => held === mine)
    return true
  }

  /** Releases all of an owner's locks of one scope. */
  releaseAll(owner: object, scope: LockScope): void {
    for (const key of this.#locks.keys()) this.#remove(key, (held) => held.owner === owner && held.scope === scope)
  }

  /** Resolves when any lock has been released. */
  released(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve))
  }

  #remove(key: string, gone: (held: Holding) => boolean): void {
    const holdings = this.#locks.get(key) ?? []
    const left = holdings.filter((held) => !gone(held))
    if (left.length === holdings.length) return
    if (left.length === 0) this.#locks.delete(key)
    else this.#locks.set(key, left)
    const waiters = this.#waiters
    this.#waiters = []
    for (const wake of waiters) wake()
  }
}
