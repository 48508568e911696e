/** Who may write. SQLite has one writer at a time; those who want to be the next one wait in a row. */
import type { PgError } from '../protocol/error.ts'

interface Waiting {
  readonly owner: object
  readonly granted: () => void
  readonly failed: (reason: PgError) => void
}

export class WriteLease {
  #owner: object | undefined
  readonly #row: Waiting[] = []

  isHeldBy(owner: object): boolean {
    return this.#owner === owner
  }

  /** Nobody else has it. */
  isFreeFor(owner: object): boolean {
    return this.#owner === undefined || this.#owner === owner
  }

  /** Resolves when the owner may write; at once when it already may. @throws PgError what `abandon` was given */
  take(owner: object): Promise<void> | undefined {
    if (this.#owner === owner) return undefined
    if (this.#owner === undefined) {
      this.#owner = owner
      return undefined
    }
    return new Promise((granted, failed) => this.#row.push({ owner, granted, failed }))
  }

  /** Waits no longer. @returns whether it did wait */
  abandon(owner: object, reason: PgError): boolean {
    const at = this.#row.findIndex((waiting) => waiting.owner === owner)
    const [waiting] = at < 0 ? [] : this.#row.splice(at, 1)
    waiting?.failed(reason)
    return waiting !== undefined
  }

  /** The next one in the row may write. */
  giveBack(owner: object): void {
    if (this.#owner !== owner) return
    const next = this.#row.shift()
    this.#owner = next?.owner
    next?.granted()
  }
}
