/**
 * Messages to the client. PostgreSQL manual, "Message Formats", those marked (B).
 */
import type { ErrorFields, PgError, Severity } from './error.ts'
import { BodyReader, type Frame, FrameWriter } from './frame.ts'

/** Type bytes of backend messages. */
export const B = {
  authentication: 0x52, // R
  backendKeyData: 0x4b, // K
  bindComplete: 0x32, // 2
  closeComplete: 0x33, // 3
  commandComplete: 0x43, // C
  copyBoth: 0x57, // W
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyIn: 0x47, // G
  copyOut: 0x48, // H
  dataRow: 0x44, // D
  emptyQuery: 0x49, // I
  error: 0x45, // E
  noData: 0x6e, // n
  notice: 0x4e, // N
  notification: 0x41, // A
  parameterDescription: 0x74, // t
  parameterStatus: 0x53, // S
  parseComplete: 0x31, // 1
  portalSuspended: 0x73, // s
  readyForQuery: 0x5a, // Z
  rowDescription: 0x54, // T
} as const

export type TransactionStatus = 'I' | 'T' | 'E'

/** One result column; `typmod` -1 and text format unless said otherwise. */
export interface ColumnDescription {
  readonly name: string
  /** The oid of the table that it is a column of, and its number there; 0 for what is computed. */
  readonly table?: number
  readonly number?: number
  readonly typeOid: number
  /** Size of the type in bytes, negative for variable width. */
  readonly typeSize: number
  readonly typmod?: number
  /** 0 for text, 1 for binary. */
  readonly format?: number
}

export const authenticationOk = (): Buffer => new FrameWriter().begin('R').int32(0).finish().take()

export const authenticationSasl = (mechanisms: readonly string[]): Buffer => {
  const writer = new FrameWriter().begin('R').int32(10)
  for (const mechanism of mechanisms) writer.cstring(mechanism)
  return writer.uint8(0).finish().take()
}

export const authenticationSaslContinue = (data: string): Buffer =>
  new FrameWriter().begin('R').int32(11).text(data).finish().take()

export const authenticationSaslFinal = (data: string): Buffer =>
  new FrameWriter().begin('R').int32(12).text(data).finish().take()

export const backendKeyData = (pid: number, secret: Uint8Array): Buffer =>
  new FrameWriter().begin('K').int32(pid).bytes(secret).finish().take()

export const negotiateProtocolVersion = (minor: number, unknownOptions: readonly string[]): Buffer => {
  const writer = new FrameWriter()
    .begin('v')
    .int32((3 << 16) | minor)
    .int32(unknownOptions.length)
  for (const option of unknownOptions) writer.cstring(option)
  return writer.finish().take()
}

export const parameterStatus = (name: string, value: string): Buffer =>
  new FrameWriter().begin('S').cstring(name).cstring(value).finish().take()

/** A message that is always the same is made once; not before it is asked for, as not every host has buffers. */
const once = (make: () => FrameWriter): (() => Buffer) => {
  let message: Buffer | undefined
  return () => {
    message ??= make().finish().take()
    return message
  }
}

const ready = (status: TransactionStatus): (() => Buffer) => once(() => new FrameWriter().begin('Z').text(status))
const READY: Readonly<Record<TransactionStatus, () => Buffer>> = { I: ready('I'), T: ready('T'), E: ready('E') }

export const readyForQuery = (status: TransactionStatus): Buffer => READY[status]()

/** What a function has returned, in the form that was asked for. */
export const functionCallResponse = (value: string | Buffer | null): Buffer => {
  const writer = new FrameWriter().begin('V')
  writeValue(writer, value)
  return writer.finish().take()
}

export const commandComplete = (tag: string): Buffer => new FrameWriter().begin('C').cstring(tag).finish().take()

export const rowDescription = (columns: readonly ColumnDescription[]): Buffer => {
  const writer = new FrameWriter().begin('T').int16(columns.length)
  for (const column of columns) {
    writer
      .cstring(column.name)
      .uint32(column.table ?? 0)
      .int16(column.number ?? 0)
    writer.uint32(column.typeOid).int16(column.typeSize)
    writer.int32(column.typmod ?? -1).int16(column.format ?? 0)
  }
  return writer.finish().take()
}

/** A value of a row, and how it is written; null as it is. */
export const writeValue = (writer: FrameWriter, value: string | Buffer | null): void => {
  if (value === null) writer.int32(-1)
  else if (typeof value === 'string') writer.lengthText(value)
  else writer.int32(value.length).bytes(value)
}

export const dataRow = (values: readonly (string | Buffer | null)[]): Buffer => {
  const writer = new FrameWriter().begin('D').int16(values.length)
  for (const value of values) writeValue(writer, value)
  return writer.finish().take()
}

/** CopyBothResponse: the server and the client both send CopyData from here on. */
export const copyBothResponse = (): Buffer => new FrameWriter().begin('W').uint8(0).int16(0).finish().take()

export const copyDone = (): Buffer => new FrameWriter().begin('c').finish().take()

export const notificationResponse = (pid: number, channel: string, payload: string): Buffer =>
  new FrameWriter().begin('A').int32(pid).cstring(channel).cstring(payload).finish().take()

export const parseComplete = (): Buffer => new FrameWriter().begin('1').finish().take()
export const noData = (): Buffer => new FrameWriter().begin('n').finish().take()
export const portalSuspended = (): Buffer => new FrameWriter().begin('s').finish().take()
export const emptyQueryResponse = (): Buffer => new FrameWriter().begin('I').finish().take()

export const parameterDescription = (types: readonly number[]): Buffer => {
  const writer = new FrameWriter().begin('t').int16(types.length)
  for (const type of types) writer.uint32(type)
  return writer.finish().take()
}

const copyResponse = (type: 'G' | 'H', columns: number, binary: boolean): Buffer => {
  const format = binary ? 1 : 0
  const writer = new FrameWriter().begin(type).uint8(format).int16(columns)
  for (let at = 0; at < columns; at++) writer.int16(format)
  return writer.finish().take()
}

export const copyInResponse = (columns: number, binary: boolean): Buffer => copyResponse('G', columns, binary)
export const copyOutResponse = (columns: number, binary: boolean): Buffer => copyResponse('H', columns, binary)

export const writeCopyData = (writer: FrameWriter, data: string | Buffer): void => {
  writer.begin('d')
  if (typeof data === 'string') writer.text(data)
  else writer.bytes(data)
  writer.finish()
}

export const bindComplete = once(() => new FrameWriter().begin('2'))
export const closeComplete = once(() => new FrameWriter().begin('3'))

/** Manual: "Error and Notice Message Fields". */
const FIELDS = [
  ['D', 'detail'],
  ['H', 'hint'],
  ['P', 'position'],
  ['s', 'schema'],
  ['t', 'table'],
  ['c', 'column'],
  ['d', 'datatype'],
  ['n', 'constraint'],
  ['R', 'routine'],
] as const satisfies readonly (readonly [code: string, name: keyof ErrorFields])[]

const report = (type: 'E' | 'N', severity: Severity, error: PgError): Buffer => {
  const writer = new FrameWriter().begin(type)
  writer.text('S').cstring(severity).text('V').cstring(severity).text('C').cstring(error.code)
  writer.text('M').cstring(error.message)
  for (const [code, name] of FIELDS) {
    const value = error.fields[name]
    if (value !== undefined) writer.text(code).cstring(String(value))
  }
  return writer.uint8(0).finish().take()
}

export const noticeResponse = (notice: PgError): Buffer => report('N', notice.severity, notice)

export const errorResponse = (error: PgError): Buffer => report('E', error.severity, error)

/** Fields of an ErrorResponse or NoticeResponse by their one-letter code. */
export const decodeReport = (body: Buffer): ReadonlyMap<string, string> => {
  const reader = new BodyReader(body)
  const fields = new Map<string, string>()
  for (;;) {
    const code = reader.uint8()
    if (code === 0) return fields
    fields.set(String.fromCharCode(code), reader.cstring())
  }
}

/** An ErrorResponse or NoticeResponse of these fields. */
export const encodeReport = (type: number, fields: ReadonlyMap<string, string>): Buffer => {
  const writer = new FrameWriter().begin(String.fromCharCode(type))
  for (const [code, value] of fields) writer.text(code).cstring(value)
  return writer.uint8(0).finish().take()
}

export const decodeReadyForQuery = (frame: Frame): TransactionStatus => {
  const status = String.fromCharCode(frame.body[0] ?? 0)
  return status === 'T' || status === 'E' ? status : 'I'
}

export const decodeNotification = (body: Buffer): { pid: number; channel: string; payload: string } => {
  const reader = new BodyReader(body)
  return { pid: reader.int32(), channel: reader.cstring(), payload: reader.cstring() }
}

export const decodeParameterStatus = (body: Buffer): { name: string; value: string } => {
  const reader = new BodyReader(body)
  return { name: reader.cstring(), value: reader.cstring() }
}

export const decodeDataRow = (body: Buffer): (string | null)[] => {
  const reader = new BodyReader(body)
  return Array.from({ length: reader.uint16() }, () => {
    const length = reader.int32()
    return length === -1 ? null : reader.bytes(length).toString('utf8')
  })
}
