/** PostgreSQL as an engine: simple queries over the real protocol, and psql's commands made of them. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Frame, FrameReader } from '../wire/protocol/frame.ts'
import { Answer, copyMessages, question } from './answer.ts'
import { startupMessage } from './conversation.ts'
import type { Engine, Outcome } from './outcome.ts'
import { dialogueOf } from './psql/command.ts'
import { converse } from './psql/dialogue.ts'

interface Pending {
  readonly answer: Answer
  readonly copyData: string
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: Error) => void
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
    const { error } = await engine.#send(startupMessage({ user: 'postgres', database, ...parameters }), '')
    if (error !== undefined) throw new Error(error.message)
    return engine
  }

  #send(message: Buffer, copyData: string): Promise<Outcome> {
    const { promise, resolve, reject } = Promise.withResolvers<Outcome>()
    this.#pending = { answer: new Answer(), copyData, resolve, reject }
    this.#socket.write(message)
    return promise
  }

  execute(sql: string, copyData = '', parameters?: readonly (string | null)[]): Promise<Outcome> {
    const dialogue = dialogueOf(sql, this.#status)
    if (dialogue !== undefined) return converse(dialogue, (query) => this.execute(query))
    return this.#send(question(sql, parameters), copyData)
  }

  #onFrame(frame: Frame): void {
    if (this.#pending === undefined) return
    const { answer, copyData, resolve } = this.#pending
    const next = answer.take(frame)
    if (next === 'send data') this.#socket.write(copyMessages(copyData))
    else if (next !== undefined) {
      this.#pending = undefined
      this.#status = next.status
      resolve(next)
    }
  }

  async close(): Promise<void> {
    this.#pending = undefined
    this.#socket.destroy()
    await Promise.resolve()
  }
}
