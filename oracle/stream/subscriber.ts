/** A stream of changes that is followed from one random sequence to the next. */
import type postgres from 'postgres'
import { Consumer } from '../../wire/replication/consumer.ts'
import { masked, Oids } from './frame.ts'

/** The publication of every sequence. */
export const PUBLICATION = 'pub'
const MARK = 'oracle/mark'

export class Subscriber {
  readonly #sql: postgres.Sql
  readonly #consumer: Consumer
  readonly #frames: AsyncIterator<{ message: { kind: string }; bytes: Buffer; lsn: bigint }>
  #oids = new Oids()
  #marks = 0
  /** The last word on each relation and type. */
  readonly #said = new Map<string, Buffer>()

  private constructor(sql: postgres.Sql, consumer: Consumer) {
    this.#sql = sql
    this.#consumer = consumer
    this.#frames = consumer[Symbol.asyncIterator]()
  }

  static async open(sql: postgres.Sql, url: string, slot: string, binary: boolean): Promise<Subscriber> {
    const publications = [PUBLICATION]
    const consumer = await Consumer.open({ url, slot, publications, temporary: true, messages: true, binary })
    return new Subscriber(sql, consumer)
  }

  /**
   * What has come since the last time. What repeats the last word on a relation or a type is left out: PostgreSQL says it
   * again whenever the walsender happens to hear of some change to the catalog, of that or of a later transaction.
   */
  async take(): Promise<Buffer[]> {
    const mark = `${MARK}/${this.#marks++}`
    await this.#sql`SELECT pg_logical_emit_message(true, ${mark}, '')`
    const frames: Buffer[] = []
    for (;;) {
      const { value, done } = await this.#frames.next()
      if (done) throw new Error('the stream has ended')
      const { message, bytes, lsn } = value as {
        message: { kind: string; prefix?: string }
        bytes: Buffer
        lsn: bigint
      }
      if (message.kind === 'message' && message.prefix === mark) {
        this.#consumer.confirm(lsn)
        break
      }
      const frame = masked(bytes, this.#oids)
      if (!this.#isRepetition(message.kind, frame)) frames.push(frame)
    }
    // the mark's own transaction
    frames.pop()
    await this.#frames.next()
    this.#oids = new Oids()
    this.#said.clear()
    return frames
  }

  #isRepetition(kind: string, frame: Buffer): boolean {
    if (kind !== 'relation' && kind !== 'type') return false
    const key = `${kind} ${frame.readUInt32BE(1)}`
    const isSame = this.#said.get(key)?.equals(frame) === true
    this.#said.set(key, frame)
    return isSame
  }

  close(): Promise<void> {
    return this.#consumer.close()
  }
}
