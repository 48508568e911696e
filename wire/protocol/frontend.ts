/**
 * Messages from the client. PostgreSQL manual, "Message Formats", those marked (F).
 */
import { protocolViolation } from './error.ts'
import { BodyReader, FrameWriter, LARGE_MESSAGE_LIMIT, SMALL_MESSAGE_LIMIT } from './frame.ts'

/** Type bytes of frontend messages. */
export const F = {
  bind: 0x42, // B
  close: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  describe: 0x44, // D
  execute: 0x45, // E
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  password: 0x70, // p
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
} as const

/** Messages that PostgreSQL takes, or ignores, during COPY FROM STDIN. */
export const COPY_MESSAGES: ReadonlySet<number> = new Set([F.copyData, F.copyDone, F.copyFail, F.flush, F.sync])

const LIMITS = new Map<number, number>([
  [F.bind, LARGE_MESSAGE_LIMIT],
  [F.copyData, LARGE_MESSAGE_LIMIT],
  [F.functionCall, LARGE_MESSAGE_LIMIT],
  [F.parse, LARGE_MESSAGE_LIMIT],
  [F.query, LARGE_MESSAGE_LIMIT],
  [F.close, SMALL_MESSAGE_LIMIT],
  [F.copyDone, SMALL_MESSAGE_LIMIT],
  [F.copyFail, SMALL_MESSAGE_LIMIT],
  [F.describe, SMALL_MESSAGE_LIMIT],
  [F.execute, SMALL_MESSAGE_LIMIT],
  [F.flush, SMALL_MESSAGE_LIMIT],
  [F.password, SMALL_MESSAGE_LIMIT],
  [F.sync, SMALL_MESSAGE_LIMIT],
  [F.terminate, SMALL_MESSAGE_LIMIT],
])

/** Largest body of a frontend message; an unknown type ends the connection, as in PostgreSQL. */
export const frontendLimit = (type: number): number => {
  const limit = LIMITS.get(type)
  if (limit === undefined) throw protocolViolation(`invalid frontend message type ${type}`)
  return limit
}

export interface ParseMessage {
  readonly statement: string
  readonly sql: string
  readonly parameterTypes: readonly number[]
}

export const decodeQuery = (body: Buffer): string => {
  const reader = new BodyReader(body)
  const sql = reader.cstring()
  reader.end()
  return sql
}

/** CopyFail: the reason. */
export const decodeCopyFail = (body: Buffer): string => {
  const reader = new BodyReader(body)
  const reason = reader.cstring()
  reader.end()
  return reason
}

export const decodeParse = (body: Buffer): ParseMessage => {
  const reader = new BodyReader(body)
  const statement = reader.cstring()
  const sql = reader.cstring()
  const parameterTypes = Array.from({ length: reader.uint16() }, () => reader.uint32())
  reader.end()
  return { statement, sql, parameterTypes }
}

export const encodeParse = (message: ParseMessage): Buffer => {
  const writer = new FrameWriter().begin('P').cstring(message.statement).cstring(message.sql)
  writer.int16(message.parameterTypes.length)
  for (const oid of message.parameterTypes) writer.uint32(oid)
  return writer.finish().take()
}

export interface BindMessage {
  readonly portal: string
  readonly statement: string
  /** Parameters and format codes as they came. */
  readonly rest: Buffer
}

/** Checks the whole layout of a Bind, but keeps the values as raw bytes. */
export const decodeBind = (body: Buffer): BindMessage => {
  const reader = new BodyReader(body)
  const portal = reader.cstring()
  const statement = reader.cstring()
  const rest = body.subarray(body.length - reader.remaining)
  const formats = reader.uint16()
  reader.bytes(formats * 2)
  for (let left = reader.uint16(); left > 0; left--) {
    const length = reader.int32()
    if (length < -1) throw protocolViolation('invalid argument size in Bind message')
    if (length > 0) reader.bytes(length)
  }
  reader.bytes(reader.uint16() * 2)
  reader.end()
  return { portal, statement, rest }
}

export const encodeBind = (message: BindMessage): Buffer =>
  new FrameWriter().begin('B').cstring(message.portal).cstring(message.statement).bytes(message.rest).finish().take()

/** What a Bind gives: parameters with their formats, and the formats wanted of the results. */
export interface BoundValues {
  readonly formats: readonly number[]
  readonly values: readonly (Buffer | null)[]
  readonly resultFormats: readonly number[]
}

const formatsOf = (reader: BodyReader): number[] => {
  const formats: number[] = []
  for (let left = reader.uint16(); left > 0; left--) formats.push(reader.int16())
  return formats
}

/** The part of a Bind that `decodeBind` has left as it came. */
export const decodeBoundValues = (rest: Buffer): BoundValues => {
  const reader = new BodyReader(rest)
  const formats = formatsOf(reader)
  const values: (Buffer | null)[] = []
  for (let left = reader.uint16(); left > 0; left--) {
    const length = reader.int32()
    values.push(length === -1 ? null : reader.bytes(length))
  }
  const resultFormats = formatsOf(reader)
  reader.end()
  return { formats, values, resultFormats }
}

/** Which function is called, with how many arguments, and how many formats these have. */
export interface FunctionHead {
  readonly oid: number
  readonly formats: number
  readonly count: number
}

export interface FunctionCall extends Pick<BoundValues, 'formats' | 'values'> {
  readonly resultFormat: number
}

/** What PostgreSQL looks at before it reads the arguments. */
export const decodeFunctionHead = (body: Buffer): FunctionHead => {
  const reader = new BodyReader(body)
  const oid = reader.uint32()
  const formats = formatsOf(reader).length
  return { oid, formats, count: reader.uint16() }
}

export const decodeFunctionCall = (body: Buffer): FunctionCall => {
  const reader = new BodyReader(body)
  reader.uint32()
  const formats = formatsOf(reader)
  const values: (Buffer | null)[] = []
  for (let left = reader.uint16(); left > 0; left--) {
    const length = reader.int32()
    if (length < -1) throw protocolViolation(`invalid argument size ${length} in function call message`)
    values.push(length === -1 ? null : reader.bytes(length))
  }
  const resultFormat = reader.int16()
  reader.end()
  return { formats, values, resultFormat }
}

/** Binds the unnamed portal with parameters and results in text format. */
export const encodeBindText = (statement: string, parameters: readonly (string | null)[]): Buffer => {
  const writer = new FrameWriter().begin('B').cstring('').cstring(statement).int16(0).int16(parameters.length)
  for (const value of parameters)
    if (value === null) writer.int32(-1)
    else writer.lengthText(value)
  return writer.int16(0).finish().take()
}

/** Describe and Close share one layout: 'S' or 'P', then a name. */
export interface TargetMessage {
  readonly target: 'statement' | 'portal'
  readonly name: string
}

export const decodeTarget = (type: number, body: Buffer): TargetMessage => {
  const reader = new BodyReader(body)
  const kind = reader.uint8()
  const name = reader.cstring()
  reader.end()
  if (kind === 0x53) return { target: 'statement', name }
  if (kind === 0x50) return { target: 'portal', name }
  const message = type === F.close ? 'CLOSE' : 'DESCRIBE'
  throw protocolViolation(`invalid ${message} message subtype ${kind}`)
}

export const encodeTarget = (type: 'C' | 'D', message: TargetMessage): Buffer =>
  new FrameWriter()
    .begin(type)
    .uint8(message.target === 'statement' ? 0x53 : 0x50)
    .cstring(message.name)
    .finish()
    .take()

export const decodeExecute = (body: Buffer): { portal: string; maxRows: number } => {
  const reader = new BodyReader(body)
  const portal = reader.cstring()
  const maxRows = reader.int32()
  reader.end()
  return { portal, maxRows }
}

export const encodeQuery = (sql: string): Buffer => new FrameWriter().begin('Q').cstring(sql).finish().take()

const bare = (type: string): Buffer => new FrameWriter().begin(type).finish().take()
export const SYNC: Buffer = bare('S')
export const FLUSH: Buffer = bare('H')

/** Executes the unnamed portal to its end. */
export const EXECUTE: Buffer = new FrameWriter().begin('E').cstring('').int32(0).finish().take()

/** SASLInitialResponse: mechanism, then an optional first message. */
export const decodeSaslInitial = (body: Buffer): { mechanism: string; data: string } => {
  const reader = new BodyReader(body)
  const mechanism = reader.cstring()
  const length = reader.int32()
  const data = length === -1 ? '' : reader.bytes(length).toString('utf8')
  reader.end()
  return { mechanism, data }
}
