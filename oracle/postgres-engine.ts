/** PostgreSQL as an engine: simple queries over the real protocol, and psql's commands made of them. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { decodeDataRow, decodeReport } from '../wire/protocol/backend.ts'
import { BodyReader, type Frame, FrameReader, FrameWriter } from '../wire/protocol/frame.ts'
import { EXECUTE, encodeBindText, encodeParse, encodeQuery, encodeTarget, SYNC } from '../wire/protocol/frontend.ts'
import { startupMessage } from './conversation.ts'
import { type Engine, type Outcome, type ReportedColumn, reportedType } from './outcome.ts'
import { dialogueOf, isCommand } from './psql/command.ts'
import { converse } from './psql/dialogue.ts'

interface Pending {
  tag: string | undefined
  columns: ReportedColumn[] | undefined
  rows: (string | null)[][]
  error: Outcome['error']
  notices: Omit<NonNullable<Outcome['error']>, 'position'>[]
  copyData: string | undefined
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: Error) => void
}

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

export class PostgresEngine implements Engine {
  readonly name = 'postgres'
  readonly #socket: Socket
  readonly #frames = new FrameReader(() => 0x3fffffff)
  #pending: Pending | undefined
  #status = 'I'

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (bytes: Buffer) => {
      this.#frames.push(bytes)
      for (let frame = this.#frames.next(); frame !== undefined; frame = this.#frames.next()) this.#onFrame(frame)
    })
    socket.on('close', () => this.#pending?.reject(new Error('PostgreSQL hung up')))
    socket.on('error', () => undefined)
  }

  /** Logs in without a password. */
  static async open(
    port: number,
    database: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<PostgresEngine> {
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    await once(socket, 'connect')
    const engine = new PostgresEngine(socket)
    const ready = engine.#wait(undefined)
    socket.write(startupMessage({ user: 'postgres', database, ...parameters }))
    const { error } = await ready
    if (error !== undefined) throw new Error(error.message)
    return engine
  }

  #wait(copyData: string | undefined): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#pending = {
        tag: undefined,
        columns: undefined,
        rows: [],
        error: undefined,
        notices: [],
        copyData,
        resolve,
        reject,
      }
    })
  }

  execute(sql: string, copyData?: string, parameters?: readonly (string | null)[]): Promise<Outcome> {
    const dialogue = isCommand(sql) ? dialogueOf(sql, this.#status) : undefined
    if (dialogue !== undefined) return converse(dialogue, (query) => this.execute(query))
    const outcome = this.#wait(copyData)
    if (parameters === undefined) this.#socket.write(encodeQuery(sql))
    else {
      const parse = encodeParse({ statement: '', sql, parameterTypes: [] })
      const describe = encodeTarget('D', { target: 'portal', name: '' })
      this.#socket.write(Buffer.concat([parse, encodeBindText('', parameters), describe, EXECUTE, SYNC]))
    }
    return outcome
  }

  #onFrame(frame: Frame): void {
    const pending = this.#pending
    if (pending === undefined) return
    switch (String.fromCharCode(frame.type)) {
      case 'T':
        pending.columns = decodeColumns(frame.body)
        break
      case 'D':
        pending.rows.push(decodeDataRow(frame.body))
        break
      case 'C':
        pending.tag = new BodyReader(frame.body).cstring()
        break
      case 'E':
        pending.error = report(frame.body)
        break
      case 'N': {
        const { severity, code, message } = report(frame.body)
        pending.notices.push({ severity, code, message })
        break
      }
      case 'G':
        this.#socket.write(
          new FrameWriter()
            .begin('d')
            .bytes(Buffer.from(pending.copyData ?? ''))
            .finish()
            .take(),
        )
        this.#socket.write(new FrameWriter().begin('c').finish().take())
        break
      case 'd':
        pending.rows.push([frame.body.toString('utf8')])
        break
      case 'Z': {
        this.#pending = undefined
        const { tag, columns, rows, error, notices } = pending
        this.#status = String.fromCharCode(frame.body[0] ?? 0)
        pending.resolve({ tag, columns, rows, error, notices, status: this.#status })
        break
      }
      default:
    }
  }

  async close(): Promise<void> {
    this.#pending = undefined
    this.#socket.destroy()
    await Promise.resolve()
  }
}
