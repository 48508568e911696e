/** What is to be sent to a client: kept until it is worth a write, and never further ahead than the client takes it. */

import type { ClientStream } from '../server/client-stream.ts'
import type { Eventual } from './at-once.ts'

/** Many messages are handed to the socket in pieces of about this many bytes. */
const PIECE = 1 << 16

export class Outgoing {
  readonly #client: ClientStream
  #waiting: Buffer[] = []
  #isClosed = false

  constructor(client: ClientStream) {
    this.#client = client
  }

  /** Leaves with what comes next. */
  write(bytes: Buffer): void {
    if (!this.#isClosed) this.#waiting.push(bytes)
  }

  /** @returns when the client has taken enough of it */
  flush(): Promise<void> | undefined {
    const bytes = this.#waiting
    this.#waiting = []
    return bytes.length === 0 ? undefined : this.#client.write(Buffer.concat(bytes))
  }

  /** Many messages, not faster than the client takes them. */
  inPieces(messages: Iterable<Buffer>): Eventual<void> {
    return this.#rest(messages[Symbol.iterator]())
  }

  #rest(messages: Iterator<Buffer>): Eventual<void> {
    for (let size = 0; ; ) {
      const { value, done } = messages.next()
      if (done) return undefined
      this.write(value)
      size += value.length
      if (size < PIECE) continue
      size = 0
      const taken = this.flush()
      if (taken !== undefined) return taken.then(() => this.#rest(messages))
    }
  }

  /** The connection is gone: nothing is sent any more. */
  close(): void {
    this.#isClosed = true
    this.#waiting = []
  }
}
