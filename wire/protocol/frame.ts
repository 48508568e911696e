/**
 * Framing: a byte stream cut into messages of one type byte and a length.
 * PostgreSQL manual, "Message Flow" and "Message Formats".
 */
import { protocolViolation } from './error.ts'
import { utf8 } from './utf8.ts'

/** One message: `body` excludes the type byte and the length word. */
export interface Frame {
  readonly type: number
  readonly body: Buffer
  /** The whole message as it came, for forwarding. */
  readonly raw: Buffer
}

/** PostgreSQL's own limit for messages that carry data (PQ_LARGE_MESSAGE_LIMIT, 1 GB - 1). */
export const LARGE_MESSAGE_LIMIT = 0x3fffffff
/** PostgreSQL's limit for all others (PQ_SMALL_MESSAGE_LIMIT). */
export const SMALL_MESSAGE_LIMIT = 30_000

/**
 * Cuts an incoming byte stream into frames. Bytes are buffered until a frame is whole;
 * the declared length is checked before anything is buffered for it.
 */
export class FrameReader {
  #chunks: Buffer[] = []
  #length = 0
  readonly #limitOf: (type: number) => number

  /** @param limitOf largest body in bytes for a message type; throws PgError for an unknown one */
  constructor(limitOf: (type: number) => number) {
    this.#limitOf = limitOf
  }

  /** Bytes that wait for the rest of their message. */
  get buffered(): number {
    return this.#length
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  /** The next whole frame, or undefined until more bytes come. Throws a FATAL PgError on a bad length. */
  next(): Frame | undefined {
    if (this.#length < 5) return undefined
    const head = this.#peek(5)
    const type = head.readUInt8(0)
    const length = head.readInt32BE(1)
    const limit = this.#limitOf(type)
    if (length < 4 || length - 4 > limit) throw protocolViolation('invalid message length')
    if (this.#length < length + 1) return undefined
    const raw = this.#take(length + 1)
    return { type, body: raw.subarray(5), raw }
  }

  /**
   * All whole messages of the given types that come next, as one piece without a copy; undefined if there is none.
   * They are cheaper so than one by one, when nobody needs to look into them.
   */
  takeRun(types: ReadonlySet<number>): Buffer | undefined {
    const [first] = this.#chunks
    if (first === undefined) return undefined
    let end = 0
    while (end + 5 <= first.length && types.has(first[end] ?? 0)) {
      const next = end + 1 + first.readInt32BE(end + 1)
      if (next > first.length || next < end + 5) break
      end = next
    }
    return end === 0 ? undefined : this.#take(end)
  }

  #peek(size: number): Buffer {
    const first = this.#chunks[0]
    if (first !== undefined && first.length >= size) return first
    return this.#join()
  }

  #take(size: number): Buffer {
    const first = this.#chunks[0]
    const whole = first !== undefined && first.length >= size ? first : this.#join()
    const taken = whole.subarray(0, size)
    if (whole.length === size) this.#chunks.shift()
    else this.#chunks[0] = whole.subarray(size)
    this.#length -= size
    return taken
  }

  #join(): Buffer {
    const joined = Buffer.concat(this.#chunks, this.#length)
    this.#chunks = [joined]
    return joined
  }
}

/** Reads the fields of one message body; every read is bounds-checked. */
export class BodyReader {
  readonly #body: Buffer
  #at = 0

  constructor(body: Buffer) {
    this.#body = body
  }

  get remaining(): number {
    return this.#body.length - this.#at
  }

  #advance(size: number): number {
    if (size < 0 || this.remaining < size) throw protocolViolation('insufficient data left in message')
    const at = this.#at
    this.#at += size
    return at
  }

  uint8(): number {
    if (this.remaining === 0) throw protocolViolation('no data left in message')
    return this.#body.readUInt8(this.#advance(1))
  }

  int16(): number {
    return this.#body.readInt16BE(this.#advance(2))
  }

  uint16(): number {
    return this.#body.readUInt16BE(this.#advance(2))
  }

  int32(): number {
    return this.#body.readInt32BE(this.#advance(4))
  }

  uint32(): number {
    return this.#body.readUInt32BE(this.#advance(4))
  }

  uint64(): bigint {
    const at = this.#advance(8)
    const high = this.#body.readUInt32BE(at)
    // one BigInt instead of many, wherever a number can hold it: positions are read by the million
    return high < 2 ** 21 ? BigInt(high * 2 ** 32 + this.#body.readUInt32BE(at + 4)) : this.#body.readBigUInt64BE(at)
  }

  int64(): bigint {
    return this.#body.readBigInt64BE(this.#advance(8))
  }

  bytes(size: number): Buffer {
    const at = this.#advance(size)
    return this.#body.subarray(at, at + size)
  }

  rest(): Buffer {
    return this.bytes(this.remaining)
  }

  /** A zero-terminated UTF-8 string. */
  cstring(): string {
    const end = this.#body.indexOf(0, this.#at)
    if (end < 0) throw protocolViolation('invalid string in message')
    const text = utf8(this.#body.subarray(this.#at, end))
    this.#at = end + 1
    return text
  }

  /** Throws unless the whole body has been read. */
  end(): void {
    if (this.remaining !== 0) throw protocolViolation('invalid message format')
  }
}

/** Characters of a text that is copied one by one. */
const SHORT = 24

/** Builds one message; the length word is filled in by `finish`. */
export class FrameWriter {
  #buffer: Buffer
  #at = 0
  /** Where the message begins that is being written, and its length. */
  #begun = 0
  #start = 0

  /** @param size bytes that are expected */
  constructor(size = 256) {
    this.#buffer = Buffer.allocUnsafe(size)
  }

  /** Starts a message with its type, or a startup-style packet without one. */
  begin(type?: string): this {
    this.#begun = this.#at
    if (type !== undefined) this.uint8(type.charCodeAt(0))
    this.#start = this.#at
    return this.int32(0)
  }

  #reserve(size: number): number {
    const at = this.#at
    if (at + size > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, at + size))
      this.#buffer.copy(grown, 0, 0, at)
      this.#buffer = grown
    }
    this.#at = at + size
    return at
  }

  uint8(value: number): this {
    const at = this.#reserve(1)
    this.#buffer.writeUInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#reserve(2)
    this.#buffer.writeInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#reserve(4)
    this.#buffer.writeInt32BE(value, at)
    return this
  }

  uint32(value: number): this {
    const at = this.#reserve(4)
    this.#buffer.writeUInt32BE(value >>> 0, at)
    return this
  }

  uint64(value: bigint): this {
    const at = this.#reserve(8)
    if (value > Number.MAX_SAFE_INTEGER) this.#buffer.writeBigUInt64BE(value, at)
    else this.#writeSafe(Number(value), at)
    return this
  }

  int64(value: bigint): this {
    const at = this.#reserve(8)
    if (value < 0n || value > Number.MAX_SAFE_INTEGER) this.#buffer.writeBigInt64BE(value, at)
    else this.#writeSafe(Number(value), at)
    return this
  }

  /** Positions and moments are written by the million, so without more BigInts than needed. */
  #writeSafe(value: number, at: number): void {
    this.#buffer.writeUInt32BE(Math.floor(value / 2 ** 32), at)
    this.#buffer.writeUInt32BE(value >>> 0, at + 4)
  }

  cstring(text: string): this {
    return this.text(text).uint8(0)
  }

  /** UTF-8 bytes without a terminator. */
  text(text: string): this {
    if (text.length <= SHORT) this.#shortText(text)
    else this.#longText(text)
    return this
  }

  /** A 32-bit length in bytes, then the UTF-8 text. */
  lengthText(text: string): this {
    const lengthAt = this.#reserve(4)
    const size = text.length <= SHORT ? this.#shortText(text) : this.#longText(text)
    this.#buffer.writeInt32BE(size, lengthAt)
    return this
  }

  #longText(text: string): number {
    const size = Buffer.byteLength(text)
    const at = this.#reserve(size)
    return this.#buffer.write(text, at)
  }

  /** Most values are a few characters of ASCII: copied here, they take less time than a call of the runtime's. */
  #shortText(text: string): number {
    const at = this.#reserve(text.length)
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code > 0x7f) {
        this.#at = at
        return this.#longText(text)
      }
      this.#buffer[at + i] = code
    }
    return text.length
  }

  bytes(bytes: Uint8Array): this {
    const at = this.#reserve(bytes.length)
    this.#buffer.set(bytes, at)
    return this
  }

  /** Ends the current message; more may follow in the same buffer. */
  finish(): this {
    this.#buffer.writeInt32BE(this.#at - this.#start, this.#start)
    return this
  }

  /** Takes back what has been written of the current message. */
  drop(): void {
    this.#at = this.#begun
  }

  /** Takes back all but the first bytes. */
  cut(size: number): void {
    this.#at = size
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#at
  }

  /** All finished messages; the writer must not be used afterwards. */
  take(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }
}
