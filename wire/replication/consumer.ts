/**
 * A consumer of a logical slot, over the real protocol: for tests, and for programs that follow the changes.
 * Works on any Postgres. PostgreSQL manual, "Logical Streaming Replication Protocol".
 */
import pg from 'pg'
import type postgres from 'postgres'
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
  /** Ask for values in binary format. */
  readonly binary?: boolean
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

/** Messages that may wait for their reader before the server is held up. */
const HIGH_WATER = 5000
const LOW_WATER = 1000

/** What node-postgres asks of a query, and what is used of its connection. */
interface Wire {
  readonly stream: { pause(): void; resume(): void }
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  once(event: 'replicationStart', listener: () => void): void
}

/** START_REPLICATION as a query of node-postgres: its rows are messages, until it ends. */
class Stream {
  readonly started = Promise.withResolvers<void>()
  readonly ended = Promise.withResolvers<void>()
  readonly #text: string
  #wire: Wire | undefined
  #chunks: Buffer[] = []
  #isPaused = false
  #failure: unknown
  #isOver = false
  #wake: (() => void) | undefined

  constructor(text: string) {
    this.#text = text
    for (const { promise } of [this.started, this.ended]) promise.catch(() => undefined)
  }

  submit(wire: Wire): void {
    this.#wire = wire
    wire.once('replicationStart', () => this.started.resolve())
    wire.query(this.#text)
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // node-postgres reads what comes next into the same memory
    this.#chunks.push(Buffer.from(chunk))
    if (!this.#isPaused && this.#chunks.length > HIGH_WATER) {
      this.#isPaused = true
      this.#wire?.stream.pause()
    }
    this.#wake?.()
  }

  handleError(error: unknown): void {
    this.#failure = error
    this.started.reject(error)
    this.ended.reject(error)
    this.handleReadyForQuery()
  }

  handleReadyForQuery(): void {
    this.#isOver = true
    this.ended.resolve()
    this.#wake?.()
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  send(message: Buffer): void {
    if (!this.#isOver) this.#wire?.sendCopyFromChunk(message)
  }

  finish(): void {
    this.#wire?.stream.resume()
    if (!this.#isOver) this.#wire?.endCopyFrom()
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunks = this.#chunks
      this.#chunks = []
      for (const [at, chunk] of chunks.entries()) {
        if (this.#isPaused && chunks.length - at < LOW_WATER) {
          this.#isPaused = false
          this.#wire?.stream.resume()
        }
        yield chunk
      }
      if (this.#chunks.length > 0) continue
      if (this.#failure !== undefined) throw this.#failure
      if (this.#isOver) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

export class Consumer implements AsyncIterable<Received> {
  readonly #client: pg.Client
  readonly #stream: Stream
  #confirmed: Lsn = 0n

  private constructor(client: pg.Client, stream: Stream) {
    this.#client = client
    this.#stream = stream
  }

  /** Connects and starts the stream. Throws node-postgres' error when the server refuses, or cannot be reached. */
  static async open(options: ConsumerOptions): Promise<Consumer> {
    const client = new pg.Client({
      connectionString: options.url,
      application_name: `orez consumer ${options.slot}`,
      // its types do not know it
      ...{ replication: 'database' },
    })
    // the stream is told of it as well
    client.on('error', () => undefined)
    try {
      await client.connect()
      if (options.temporary === true)
        await client.query(`CREATE_REPLICATION_SLOT "${options.slot}" TEMPORARY LOGICAL pgoutput (SNAPSHOT 'nothing')`)
      const names = options.publications.map((name) => `"${name.replaceAll('"', '""')}"`).join(',')
      const stream = new Stream(
        `START_REPLICATION SLOT "${options.slot}" LOGICAL ${formatLsn(options.position ?? 0n)} ` +
          `(proto_version '1', publication_names '${names.replaceAll("'", "''")}', messages '${options.messages === true}', ` +
          `binary '${options.binary === true}')`,
      )
      client.query(stream as unknown as pg.Submittable)
      await stream.started.promise
      return new Consumer(client, stream)
    } catch (error) {
      await client.end()
      throw error
    }
  }

  /** The messages as they come. Ends after `close`; throws when the connection is lost, or the server ends it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Received> {
    for await (const chunk of this.#stream.chunks()) {
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

  /** Tells the server that all up to a position has been taken care of. */
  confirm(lsn: Lsn): void {
    if (lsn > this.#confirmed) this.#confirmed = lsn
    const now = BigInt(Date.now()) * 1000n - POSTGRES_EPOCH
    const position = this.#confirmed
    this.#stream.send(
      new FrameWriter().text('r').uint64(position).uint64(position).uint64(position).int64(now).uint8(0).take(),
    )
  }

  /** Ends the stream, after what has been confirmed has been sent, and the connection. */
  async close(): Promise<void> {
    this.#stream.finish()
    await this.#stream.ended.promise.catch(() => undefined)
    await this.#client.end()
  }
}

/** Where a server's log ends now. */
export const currentLsn = async (sql: postgres.Sql): Promise<Lsn> => {
  const [row] = await sql<{ lsn: string }[]>`SELECT pg_current_wal_lsn()::text AS lsn`
  return parseLsn(row?.lsn ?? '0/0')
}
