/** What a server answers to one query, message by message. */
import { decodeDataRow, decodeReport } from '../wire/protocol/backend.ts'
import { BodyReader, type Frame, FrameWriter } from '../wire/protocol/frame.ts'
import { EXECUTE, encodeBindText, encodeParse, encodeQuery, encodeTarget, SYNC } from '../wire/protocol/frontend.ts'
import { type Outcome, type ReportedColumn, reportedType } from './outcome.ts'

const decodeColumns = (body: Buffer): ReportedColumn[] => {
  const reader = new BodyReader(body)
  return Array.from({ length: reader.uint16() }, () => {
    const name = reader.cstring()
    reader.uint32()
    reader.uint16()
    const type = reportedType(reader.uint32())
    reader.int16()
    const typmod = reader.int32()
    reader.uint16()
    return { name, type, typmod }
  })
}

const report = (body: Buffer): { severity: string; code: string; message: string; position?: number } => {
  const fields = decodeReport(body)
  const position = fields.get('P')
  return {
    severity: fields.get('V') ?? '',
    code: fields.get('C') ?? '',
    message: fields.get('M') ?? '',
    ...(position === undefined ? {} : { position: Number(position) }),
  }
}

/** A statement as a client sends it: prepared and bound where it has parameters. */
export const question = (sql: string, parameters?: readonly (string | null)[]): Buffer => {
  if (parameters === undefined) return encodeQuery(sql)
  const parse = encodeParse({ statement: '', sql, parameterTypes: [] })
  const describe = encodeTarget('D', { target: 'portal', name: '' })
  return Buffer.concat([parse, encodeBindText('', parameters), describe, EXECUTE, SYNC])
}

/** The data behind a COPY … FROM STDIN, and its end. */
export const copyMessages = (data: string): Buffer =>
  Buffer.concat([
    new FrameWriter().begin('d').bytes(Buffer.from(data)).finish().take(),
    new FrameWriter().begin('c').finish().take(),
  ])

export class Answer {
  #tag: string | undefined
  #columns: ReportedColumn[] | undefined
  readonly #rows: (string | null)[][] = []
  #error: Outcome['error']
  readonly #notices: Outcome['notices'][number][] = []

  /** @returns what the client has to do: send the data of a COPY, or take the outcome */
  take({ type, body }: Frame): 'send data' | Outcome | undefined {
    switch (String.fromCharCode(type)) {
      case 'T':
        this.#columns = decodeColumns(body)
        return undefined
      case 'D':
        this.#rows.push(decodeDataRow(body))
        return undefined
      case 'C':
        this.#tag = new BodyReader(body).cstring()
        return undefined
      case 'E':
        this.#error = report(body)
        return undefined
      case 'N': {
        const { severity, code, message } = report(body)
        this.#notices.push({ severity, code, message })
        return undefined
      }
      case 'G':
        return 'send data'
      case 'd':
        this.#rows.push([body.toString('utf8')])
        return undefined
      case 'Z':
        return {
          tag: this.#tag,
          columns: this.#columns,
          rows: this.#rows,
          error: this.#error,
          notices: this.#notices,
          status: String.fromCharCode(body[0] ?? 0),
        }
      default:
        return undefined
    }
  }
}
