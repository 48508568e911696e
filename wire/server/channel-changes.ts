/**
 * LISTENs and UNLISTENs of a transaction: they take effect when it commits, less what was rolled back to a
 * savepoint. PostgreSQL manual, LISTEN.
 */
import type { SessionEffect } from './statement.ts'

type Change = Extract<SessionEffect, { kind: 'listen' | 'unlisten' }>
type Mark = Extract<SessionEffect, { kind: 'savepoint' }>

export class ChannelChanges {
  #changes: (Change | Mark)[] = []

  /** A statement that has succeeded. */
  note(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'listen':
      case 'unlisten':
      case 'savepoint':
        this.#changes.push(effect)
        break
      case 'rollback-to': {
        const at = this.#find(effect.name)
        if (at >= 0) this.#changes.length = at + 1
        break
      }
      case 'release': {
        // the savepoint and those after it are gone, what was done since is not
        const at = this.#find(effect.name)
        if (at >= 0) this.#changes = this.#changes.filter((change, index) => index < at || change.kind !== 'savepoint')
        break
      }
    }
  }

  /** The transaction has committed: what it changes, in order. */
  take(): Change[] {
    const changes = this.#changes.filter((change) => change.kind !== 'savepoint')
    this.#changes = []
    return changes
  }

  /** The transaction has been rolled back. */
  discard(): void {
    this.#changes = []
  }

  #find(savepoint: string): number {
    return this.#changes.findLastIndex((change) => change.kind === 'savepoint' && change.name === savepoint)
  }
}
