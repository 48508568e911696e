/**
 * The answers that PostgreSQL owes, in the order in which they will come. Messages are sent ahead of their
 * answers (pipelining), and some are sent on the session's own account: this is how they are told apart.
 * PostgreSQL manual, "Message Flow": an error in an extended-protocol message skips all up to Sync.
 */
import type { PgError } from '../protocol/error.ts'
import type { SessionEffect } from './statement.ts'

/** ParseComplete or CloseComplete. */
export interface Ack {
  readonly kind: 'ack'
  /** The client asked for it, and so is shown it. */
  readonly forward: boolean
  /** For when it does not come, because of an error before it. */
  readonly undo?: () => void
  /** Sent in the place of something that is refused: what to say when it fails. */
  readonly refusal?: PgError | undefined
}

/** CommandComplete, EmptyQueryResponse or PortalSuspended of one statement. */
export interface Completion {
  readonly kind: 'completion'
  readonly from: 'query' | 'execute'
  readonly effects: readonly SessionEffect[]
  /** false: it is the session's own, and the client is not shown it. */
  readonly forward?: false
  /** The same for a statement. */
  readonly refusal?: PgError | undefined
}

/** ReadyForQuery */
export interface Ready {
  readonly kind: 'ready'
  readonly forward: boolean
  readonly from: 'query' | 'sync'
  /** Where a position in what was sent is in the client's text. */
  readonly original?: ((position: number) => number) | undefined
}

type Expected =
  | Ack
  | Completion
  | Ready
  /** BindComplete; RowDescription or NoData; the error of a malformed extended-protocol message. */
  | { readonly kind: 'bound' | 'described' | 'fault' }

const isExtended = (one: Expected): boolean =>
  one.kind !== 'ready' && !(one.kind === 'completion' && one.from === 'query')

export class Expectations {
  #queue: Expected[] = []

  get isEmpty(): boolean {
    return this.#queue.length === 0
  }

  /** Whether an answer to an extended-protocol message is still to come, Sync aside. */
  get hasExtended(): boolean {
    return this.#queue.some(isExtended)
  }

  add(...expected: readonly Expected[]): void {
    this.#queue.push(...expected)
  }

  /** An answer of this kind has come; undefined if it is not one that is waited for. */
  take<K extends Expected['kind']>(kind: K): Extract<Expected, { kind: K }> | undefined {
    const first = this.#queue[0]
    if (first?.kind !== kind) return undefined
    this.#queue.shift()
    return first as Extract<Expected, { kind: K }>
  }

  /** ReadyForQuery has come. */
  takeReady(): Ready | undefined {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (next.kind === 'ready') return next
    }
    return undefined
  }

  /**
   * An error has come: what PostgreSQL skips for it will not be answered, and is undone.
   * @returns true if it skips all that is sent up to the next Sync, which has not been sent yet
   */
  fail(): boolean {
    const first = this.#queue[0]
    if (first === undefined || !isExtended(first)) return false
    const sync = this.#queue.findIndex((one) => one.kind === 'ready' && one.from === 'sync')
    for (const skipped of this.#queue.splice(0, sync < 0 ? undefined : sync)) {
      if (skipped.kind === 'ack') skipped.undo?.()
    }
    return sync < 0
  }

  /** What is to be said when the message that is answered next fails, if that is ours to say. */
  get refusal(): PgError | undefined {
    const [first] = this.#queue
    return first?.kind === 'ack' || first?.kind === 'completion' ? first.refusal : undefined
  }

  /** The end of what is being answered. */
  get #end(): Ready | undefined {
    return this.#queue.find((one) => one.kind === 'ready')
  }

  /** Whether what is being answered is the session's own. */
  get isOwn(): boolean {
    return this.#end?.forward === false
  }

  /** Where a position in what is being answered is in the client's text. */
  original(position: number): number {
    return this.#end?.original?.(position) ?? position
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
}
