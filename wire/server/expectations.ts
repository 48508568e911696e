/**
 * The answers that PostgreSQL owes, in the order in which they will come. Messages are sent ahead of their
 * answers (pipelining), and some are sent on the session's own account: this is how they are told apart.
 */
import type { SessionEffect } from './statement.ts'

/** ParseComplete or CloseComplete. */
export interface Ack {
  readonly kind: 'ack'
  /** The client asked for it, and so is shown it. */
  readonly forward: boolean
  /** For when it does not come, because of an error before it. */
  readonly undo?: () => void
}

/** CommandComplete, EmptyQueryResponse or PortalSuspended of one statement. */
export interface Completion {
  readonly kind: 'completion'
  readonly effects: readonly SessionEffect[]
}

/** ReadyForQuery */
export interface Ready {
  readonly kind: 'ready'
  readonly forward: boolean
  readonly from: 'query' | 'sync'
}

type Expected = Ack | Completion | Ready

export class Expectations {
  #queue: Expected[] = []

  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  add(...expected: readonly Expected[]): void {
    this.#queue.push(...expected)
  }

  /** An acknowledgement has come. */
  takeAck(): Ack | undefined {
    return this.#take('ack')
  }

  /** A statement has ended, or come to its row limit. */
  takeCompletion(): Completion | undefined {
    return this.#take('completion')
  }

  /** ReadyForQuery has come: what was skipped before it will not be answered, and is undone. */
  takeReady(): Ready | undefined {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.kind === 'ready') return next
      if (next.kind === 'ack') next.undo?.()
    }
    return undefined
  }

  /** Whether what is being answered is the session's own. */
  get isOwn(): boolean {
    return this.#queue.find((one) => one.kind === 'ready')?.forward === false
  }

  /**
   * COPY FROM STDIN has begun: Syncs that were sent ahead are part of what it ignores.
   * @returns whether there were any
   */
  dropSyncs(): boolean {
    const from = this.#queue.findIndex((one) => one.kind === 'ready')
    const isSync = (at: number): boolean => {
      const one = this.#queue[at]
      return one?.kind === 'ready' && one.from === 'sync'
    }
    let to = from
    while (from >= 0 && isSync(to)) to++
    if (to === from) return false
    this.#queue.splice(from, to - from)
    return true
  }

  #take<K extends Expected['kind']>(kind: K): Extract<Expected, { kind: K }> | undefined {
    const first = this.#queue[0]
    if (first?.kind !== kind) return undefined
    this.#queue.shift()
    return first as Extract<Expected, { kind: K }>
  }
}
