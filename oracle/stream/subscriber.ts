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

  private constructor(sql: postgres.Sql, consumer: Consumer) {
    this.#sql = sql
    this.#consumer = consumer
    this.#frames = consumer[Symbol.asyncIterator]()
  }

  static async open(sql: postgres.Sql, url: string, slot: string): Promise<Subscriber> {
    const consumer = await Consumer.open({ url, slot, publications: [PUBLICATION], temporary: true, messages: true })
    return new Subscriber(sql, consumer)
  }

  /** What has come since the last time, but for repetitions of what was said of a relation or a type. */
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
      frames.push(masked(bytes, this.#oids))
    }
    // the mark's own transaction
    frames.pop()
    await this.#frames.next()
    this.#oids = new Oids()
    return frames
  }

  close(): Promise<void> {
    return this.#consumer.close()
  }
}
