/** What is to be sent to a client: kept until it is worth a write, and never further ahead than the client takes it. */
import { FrameWriter } from '../protocol/frame.ts'
import type { ClientStream } from '../server/client-stream.ts'
import type { Eventual } from './at-once.ts'

/** Many messages are handed to the socket in pieces of about this many bytes. */
const PIECE = 1 << 16

export class Outgoing {
  readonly #client: ClientStream
  #waiting = new FrameWriter()
  #isClosed = false

  constructor(client: ClientStream) {
    this.#client = client
  }

  /** Leaves with what comes next. */
  write(bytes: Buffer): void {
    this.#waiting.bytes(bytes)
  }

  /** @param next bytes that are expected next @returns when the client has taken enough of it */
  flush(next?: number): Promise<void> | undefined {
    if (this.#waiting.size === 0) return undefined
    const bytes = this.#waiting.take()
    this.#waiting = new FrameWriter(next)
    return this.#isClosed ? undefined : this.#client.write(bytes)
  }

  /** Many messages, not faster than the client takes them. @param write writes that of an item */
  inPieces<Item>(items: Iterable<Item>, write: (writer: FrameWriter, item: Item) => void): Eventual<void> {
    return this.#rest(items[Symbol.iterator](), write)
  }

  #rest<Item>(items: Iterator<Item>, write: (writer: FrameWriter, item: Item) => void): Eventual<void> {
    for (;;) {
      const { value, done } = items.next()
      if (done) return undefined
      write(this.#waiting, value)
      if (this.#waiting.size < PIECE) continue
      const taken = this.flush(this.#waiting.size)
      if (taken !== undefined) return taken.then(() => this.#rest(items, write))
    }
  }

  /** The connection is gone: nothing is sent any more. */
  close(): void {
    this.#isClosed = true
  }
}
