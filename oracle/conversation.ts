/**
 * A client that speaks raw protocol and writes down what the server says, one readable line a message, so that
 * the same conversation with two servers can be compared. Left out is what must differ: process ids, secrets,
 * OIDs of tables, the source location of errors.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeReport } from '../wire/protocol/backend.ts'
import { BodyReader, type Frame, FrameReader, FrameWriter } from '../wire/protocol/frame.ts'

/** OIDs from here on are given to what users make. */
const FIRST_USER_OID = 16_384
/** How long a server may take for one answer, in milliseconds. */
const PATIENCE = 20_000

const describeColumns = (body: Buffer): string => {
  const reader = new BodyReader(body)
  return Array.from({ length: reader.uint16() }, () => {
    const name = reader.cstring()
    reader.uint32()
    reader.uint16()
    const oid = reader.uint32()
    const [size, typmod, format] = [reader.int16(), reader.int32(), reader.uint16()]
    return `${name}:${oid >= FIRST_USER_OID ? 'user' : oid}:${size}:${typmod}:${format}`
  }).join(' ')
}

const describeRow = (body: Buffer): string => {
  const reader = new BodyReader(body)
  return Array.from({ length: reader.uint16() }, () => {
    const length = reader.int32()
    return length < 0 ? 'NULL' : printable(reader.bytes(length))
  }).join(' | ')
}

const printable = (bytes: Buffer): string => {
  const text = bytes.toString('utf8')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\x00-\x1f\ufffd]/.test(text) ? `\\x${bytes.toString('hex')}` : text
}

/** Error fields that are the same wherever PostgreSQL was built. */
const REPORTED_FIELDS = ['V', 'C', 'M', 'D', 'H', 'P', 'p', 'q', 's', 't', 'c', 'd', 'n'] as const

const describeReport = (body: Buffer): string => {
  const fields = decodeReport(body)
  return REPORTED_FIELDS.flatMap((code) => {
    const value = fields.get(code)
    return value === undefined ? [] : [`${code}=${value}`]
  }).join(' ')
}

const describe = (frame: Frame, pid: number): string | undefined => {
  const type = String.fromCharCode(frame.type)
  const reader = new BodyReader(frame.body)
  switch (type) {
    case 'T':
      return `T ${describeColumns(frame.body)}`
    case 'D':
      return `D ${describeRow(frame.body)}`
    case 'E':
    case 'N':
      return `${type} ${describeReport(frame.body)}`
    case 'C':
      return `C ${reader.cstring()}`
    case 'S':
      return `S ${reader.cstring()}=${reader.cstring()}`
    case 'Z':
      return `Z ${String.fromCharCode(reader.uint8())}`
    case 'A':
      return `A ${reader.int32() === pid ? 'self' : 'other'} ${reader.cstring()} ${reader.cstring()}`
    case 't':
      return `t ${Array.from({ length: reader.uint16() }, () => reader.uint32()).join(' ')}`
    case 'd':
      return `d ${printable(frame.body)}`
    case 'V':
      return `V ${describeFunctionResult(reader)}`
    case 'G':
    case 'H':
      return `${type} ${frame.body.toString('hex')}`
    case 'R':
      return `R ${reader.int32()}`
    case 'K':
      return undefined
    default:
      return type
  }
}

const describeFunctionResult = (reader: BodyReader): string => {
  const length = reader.int32()
  return length < 0 ? 'NULL' : printable(reader.bytes(length))
}

/** Settings that change together are reported in no particular order. */
const sortReports = (lines: readonly string[]): string[] => {
  const sorted = [...lines]
  for (let from = 0; from < sorted.length; from++) {
    let to = from
    while (sorted[to]?.startsWith('S ')) to++
    if (to > from) sorted.splice(from, to - from, ...sorted.slice(from, to).sort())
  }
  return sorted
}

export interface OpenOptions {
  readonly port: number
  readonly database?: string
  readonly user?: string
  /** More start-up parameters. */
  readonly parameters?: Readonly<Record<string, string>>
}

export const startupMessage = (parameters: Readonly<Record<string, string>>, minor = 0): Buffer => {
  const writer = new FrameWriter().begin().int32((3 << 16) | minor)
  for (const [name, value] of Object.entries(parameters)) writer.cstring(name).cstring(value)
  return writer.uint8(0).finish().take()
}

export class Conversation {
  readonly #socket: Socket
  readonly #frames = new FrameReader(() => 0x3fffffff)
  readonly #lines: string[] = []
  #pid = 0
  #closed = false
  #wakers: (() => void)[] = []
  /** From BackendKeyData, for cancel requests. */
  secret: Buffer = Buffer.alloc(0)

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => this.#onData(bytes))
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  /** Connects without saying anything. */
  static async connect(port: number): Promise<Conversation> {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    await once(socket, 'connect')
    return new Conversation(socket)
  }

  /** Connects and logs in without a password. Throws Error with what the server says otherwise. */
  static async open({
    port,
    database = 'postgres',
    user = 'postgres',
    parameters = {},
  }: OpenOptions): Promise<Conversation> {
    const conversation = await Conversation.connect(port)
    conversation.send(startupMessage({ user, database, ...parameters }))
    const lines = await conversation.untilReady()
    if (!lines.at(-1)?.startsWith('Z')) throw new Error(lines.join('\n'))
    return conversation
  }

  get pid(): number {
    return this.#pid
  }

  send(...messages: Uint8Array[]): void {
    this.#socket.write(Buffer.concat(messages))
  }

  /** All that the server says up to and with a line that begins like this, or until it hangs up. */
  async until(start: string): Promise<string[]> {
    const deadline = setTimeout(() => this.#socket.destroy(new Error('the server does not answer')), PATIENCE)
    try {
      for (;;) {
        const at = this.#lines.findIndex((line) => line.startsWith(start))
        if (at >= 0) return sortReports(this.#lines.splice(0, at + 1))
        if (this.#closed) return [...sortReports(this.#lines.splice(0)), 'closed']
        await new Promise<void>((resolve) => this.#wakers.push(resolve))
      }
    } finally {
      clearTimeout(deadline)
    }
  }

  untilReady(): Promise<string[]> {
    return this.until('Z')
  }

  /** The same, doing something again and again until the server is ready: for what may come too early to count. */
  async readyWhile(repeat: () => Promise<unknown>): Promise<string[]> {
    let lines: string[] | undefined
    const ready = this.untilReady().then((answer) => {
      lines = answer
    })
    while (lines === undefined) await repeat()
    await ready
    return lines
  }

  /** The single byte that answers an SSL or GSS request. */
  async rawByte(): Promise<string> {
    this.#raw = ''
    while (this.#raw === '' && !this.#closed) await new Promise<void>((resolve) => this.#wakers.push(resolve))
    const byte = this.#raw
    this.#raw = undefined
    return byte
  }

  #raw: string | undefined

  /** Hangs up. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#socket.destroy()
    await once(this.#socket, 'close')
  }

  #onData(bytes: Buffer): void {
    if (this.#raw !== undefined) this.#raw += bytes.toString('latin1')
    else {
      this.#frames.push(bytes)
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) {
        if (frame.type === 0x4b) {
          this.#pid = frame.body.readInt32BE(0)
          this.secret = frame.body.subarray(4)
        }
        const line = describe(frame, this.#pid)
        if (line !== undefined) this.#lines.push(line)
      }
    }
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake()
  }
}
