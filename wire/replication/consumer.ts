/**
 * A consumer of a logical slot, over the real protocol: for tests, and for programs that follow the changes.
 * Works on any Postgres. PostgreSQL manual, "Logical Streaming Replication Protocol".
 */
import { on } from 'node:events'
import type { Duplex } from 'node:stream'
import postgres from 'postgres'
import { decodePgoutput, type PgoutputMessage } from '../pgoutput/decode.ts'
import { POSTGRES_EPOCH } from '../pgoutput/encode.ts'
import { BodyReader, FrameWriter } from '../protocol/frame.ts'
import { formatLsn, type Lsn, parseLsn } from './lsn.ts'

export interface ConsumerOptions {
  /** Connection URL of the database. */
  readonly url: string
  readonly slot: string
  readonly publications: readonly string[]
  /** Make the slot, for the life of this connection. */
  readonly temporary?: boolean
  /** Ask for logical messages too. */
  readonly messages?: boolean
  /** Where to begin; what the slot has confirmed is not sent again. Default: there. */
  readonly position?: Lsn
}

/** One message of the stream, and its position. */
export interface Received {
  readonly lsn: Lsn
  readonly message: PgoutputMessage
  /** The message as it came. */
  readonly bytes: Buffer
}

export class Consumer implements AsyncIterable<Received> {
  readonly #sql: postgres.Sql
  readonly #stream: Duplex

  private constructor(sql: postgres.Sql, stream: Duplex) {
    this.#sql = sql
    this.#stream = stream
  }

  /** Connects and starts the stream. Throws postgres.js's error when the server refuses. */
  static async open(options: ConsumerOptions): Promise<Consumer> {
    const sql = postgres(options.url, {
      max: 1,
      fetch_types: false,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => undefined,
      connection: { replication: 'database', application_name: `orez consumer ${options.slot}` },
    })
    try {
      if (options.temporary === true) {
        await sql.unsafe(`CREATE_REPLICATION_SLOT "${options.slot}" TEMPORARY LOGICAL pgoutput (SNAPSHOT 'nothing')`)
      }
      const names = options.publications.map((name) => `"${name.replaceAll('"', '""')}"`).join(',')
      const stream = await sql
        .unsafe(
          `START_REPLICATION SLOT "${options.slot}" LOGICAL ${formatLsn(options.position ?? 0n)} ` +
            `(proto_version '1', publication_names '${names.replaceAll("'", "''")}', messages '${options.messages === true}')`,
        )
        .writable()
      return new Consumer(sql, stream as unknown as Duplex)
    } catch (error) {
      await sql.end({ timeout: 0 })
      throw error
    }
  }

  /** The messages as they come. Ends when the connection does. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Received> {
    // reading the stream itself would join messages that have come together
    for await (const [chunk] of on(this.#stream, 'data', { close: ['end', 'close'] }) as AsyncIterable<[Buffer]>) {
      const body = new BodyReader(chunk)
      const kind = String.fromCharCode(body.uint8())
      if (kind === 'w') {
        const lsn = body.uint64()
        body.bytes(16)
        const bytes = body.rest()
        yield { lsn, message: decodePgoutput(bytes), bytes }
      } else if (kind === 'k') {
        body.bytes(16)
        if (body.uint8() === 1) this.confirm(this.#confirmed)
      }
    }
  }

  #confirmed: Lsn = 0n

  /** Tells the server that all up to a position has been taken care of. */
  confirm(lsn: Lsn): void {
    if (lsn > this.#confirmed) this.#confirmed = lsn
    const now = BigInt(Date.now()) * 1000n - POSTGRES_EPOCH
    const position = this.#confirmed
    this.#stream.write(
      new FrameWriter().text('r').uint64(position).uint64(position).uint64(position).int64(now).uint8(0).take(),
    )
  }

  /** Ends the stream, after what has been confirmed has been sent, and the connection. */
  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#stream.once('close', () => resolve())
      this.#stream.once('error', () => resolve())
      this.#stream.end(() => resolve())
    })
    this.#stream.destroy()
    await this.#sql.end({ timeout: 1 })
  }
}

/** Where a server's log ends now. */
export const currentLsn = async (sql: postgres.Sql): Promise<Lsn> => {
  const [row] = await sql<{ lsn: string }[]>`SELECT pg_current_wal_lsn()::text AS lsn`
  return parseLsn(row?.lsn ?? '0/0')
}
