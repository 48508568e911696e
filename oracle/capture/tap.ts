/** A tap between a client and PostgreSQL: all passes, and the statements that the client sends are written down. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { BodyReader, type Frame, FrameReader } from '../../wire/protocol/frame.ts'
import { decodeExecute, decodeParse, decodeQuery, F } from '../../wire/protocol/frontend.ts'

/** The database that a start-up message names. */
const databaseOf = (body: Buffer): string => {
  const words = body.toString('utf8').split('\0')
  return words[words.indexOf('database') + 1] ?? ''
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0)
const IDLE = 'I'.charCodeAt(0)
const NO_SSL = 'N'.charCodeAt(0)

/** What a client has sent. */
export interface Captured {
  readonly database: string
  readonly sql: string
  /** In text form; absent for a simple query. */
  readonly parameters?: readonly (string | null)[]
}

/** @throws Error for a parameter in binary format, which a script cannot hold */
const parametersOf = (body: Buffer): { statement: string; portal: string; values: (string | null)[] } => {
  const reader = new BodyReader(body)
  const [portal, statement] = [reader.cstring(), reader.cstring()]
  const formats = Array.from({ length: reader.uint16() }, () => reader.uint16())
  if (formats.includes(1)) throw new Error('a parameter in binary format')
  const values = Array.from({ length: reader.uint16() }, () => {
    const length = reader.int32()
    return length < 0 ? null : reader.bytes(length).toString('utf8')
  })
  return { statement, portal, values }
}

/**
 * One connection of a client. Its first message is the start-up, without a type. Statements of a transaction are written down
 * together when it has ended, as other connections speak meanwhile.
 */
class TappedConnection {
  readonly #captured: Captured[]
  #open: Captured[] = []
  readonly #frames = new FrameReader(() => 0x3fffffff)
  readonly #answers = new FrameReader(() => 0x3fffffff)
  readonly #statements = new Map<string, string>()
  readonly #portals = new Map<string, Captured>()
  #database = ''
  #started = false
  #head: Buffer = Buffer.alloc(0)

  constructor(captured: Captured[]) {
    this.#captured = captured
  }

  read(bytes: Buffer): void {
    let rest = bytes
    if (!this.#started) {
      this.#head = Buffer.concat([this.#head, bytes])
      if (this.#head.length < 4 || this.#head.length < this.#head.readInt32BE(0)) return
      const length = this.#head.readInt32BE(0)
      // An SSL request is refused, and the start-up follows.
      this.#started = length !== 8
      if (this.#started) this.#database = databaseOf(this.#head.subarray(8, length))
      rest = this.#head.subarray(length)
      this.#head = Buffer.alloc(0)
    }
    this.#frames.push(rest)
    for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) this.#onFrame(frame)
  }

  /** What PostgreSQL answers, for the transaction's status in it. */
  readAnswer(bytes: Buffer): void {
    this.#answers.push(bytes)
    for (let frame = this.#answers.next(); frame !== undefined; frame = this.#answers.next())
      if (frame.type === READY_FOR_QUERY && frame.body[0] === IDLE) this.flush()
  }

  flush(): void {
    this.#captured.push(...this.#open)
    this.#open = []
  }

  #onFrame({ type, body }: Frame): void {
    switch (type) {
      case F.query:
        this.#open.push({ database: this.#database, sql: decodeQuery(body) })
        break
      case F.parse: {
        const { statement, sql } = decodeParse(body)
        this.#statements.set(statement, sql)
        break
      }
      case F.bind: {
        const { statement, portal, values } = parametersOf(body)
        this.#portals.set(portal, {
          database: this.#database,
          sql: this.#statements.get(statement) ?? '',
          parameters: values,
        })
        break
      }
      case F.execute: {
        const executed = this.#portals.get(decodeExecute(body).portal)
        if (executed !== undefined) this.#open.push(executed)
        break
      }
      default:
    }
  }
}

export class Tap {
  readonly captured: Captured[] = []
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  /** @param target port of PostgreSQL on this machine */
  static async open(target: number): Promise<Tap> {
    const server = createServer()
    const tap = new Tap(server)
    server.on('connection', (client) => tap.#join(client, target))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return tap
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}?sslmode=disable`
  }

  #join(client: Socket, target: number): void {
    const upstream = connect(target, '127.0.0.1')
    const connection = new TappedConnection(this.captured)
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
    client.on('data', (bytes: Buffer) => {
      connection.read(bytes)
      upstream.write(bytes)
    })
    let refused = false
    upstream.on('data', (bytes: Buffer) => {
      client.write(bytes)
      // The answer to an SSL request is a bare byte.
      if (!refused && bytes.length === 1 && bytes[0] === NO_SSL) refused = true
      else connection.readAnswer(bytes)
    })
    client.on('close', () => connection.flush())
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
