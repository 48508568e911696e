/**
 * Waiting for an advisory lock that another session holds. PGlite's one session cannot sleep in the middle of a
 * statement, so the statement is ended with an error that the client does not see, and sent again when a lock
 * has been released.
 */
import { errorResponse, readyForQuery } from '../protocol/backend.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { F } from '../protocol/frontend.ts'
import type { AdvisoryLocks } from './advisory.ts'
import type { Answers } from './answers.ts'
import type { Lease } from './lease.ts'

export class LockWait {
  readonly #locks: AdvisoryLocks
  readonly #lease: Lease
  readonly #answers: Answers
  /** The messages of a statement that may have to wait, outside of a transaction. */
  #messages: Buffer[] | undefined
  #isWaiting = false
  #cancel: (() => void) | undefined
  #ended = false

  constructor(locks: AdvisoryLocks, lease: Lease, answers: Answers) {
    this.#locks = locks
    this.#lease = lease
    this.#answers = answers
  }

  /** The statement in progress will be sent again, or may have to be. */
  get mayRepeat(): boolean {
    return this.#messages !== undefined
  }

  /** The statement in progress waits. */
  get isWaiting(): boolean {
    return this.#isWaiting
  }

  /** A statement that may have to wait is about to be sent. */
  begin(...messages: Buffer[]): void {
    if (this.#answers.status === 'I') this.#messages = messages
  }

  /** Another message of it. */
  add(message: Buffer): void {
    this.#messages?.push(message)
  }

  /** The statement has ended. */
  done(): void {
    this.#messages = undefined
  }

  /** The error that ends the statement for now, or, where it cannot be repeated, for good. */
  start(): PgError {
    if (this.#messages === undefined || this.#answers.status !== 'I') {
      return unsupported('waiting for an advisory lock inside a transaction')
    }
    this.#isWaiting = true
    return new PgError('55P03', 'waiting for an advisory lock')
  }

  /** Ends the wait: of a cancel request, or because the session has ended. */
  cancel(): void {
    this.#cancel?.()
  }

  end(): void {
    this.#ended = true
    this.#cancel?.()
  }

  /**
   * Waits until a lock is released, then sends the statement again.
   * @returns what the client is to be told when the wait was cancelled
   */
  async repeat(): Promise<Buffer | undefined> {
    const { promise: cancelled, resolve } = Promise.withResolvers<'cancelled'>()
    this.#cancel = () => resolve('cancelled')
    this.#lease.giveBack()
    const outcome = await Promise.race([this.#locks.released(), cancelled])
    const isCancelled = await this.#lease.enter().then(
      () => outcome === 'cancelled',
      () => true,
    )
    this.#cancel = undefined
    this.#isWaiting = false
    const messages = this.#messages ?? []
    if (this.#ended) return undefined
    if (isCancelled) {
      this.#messages = undefined
      const error = new PgError('57014', 'canceling statement due to user request')
      return Buffer.concat([errorResponse(error), readyForQuery('I')])
    }
    const from = messages[0]?.[0] === F.query ? 'query' : 'sync'
    this.#answers.expected.add({ kind: 'ready', forward: true, from })
    for (const message of messages) this.#lease.engine.send(message)
    return undefined
  }
}
