/** PGlite, which is PostgreSQL in WebAssembly, as an engine: the same protocol, without a socket. */
import { PGlite } from '@electric-sql/pglite'
import { FrameReader } from '../wire/protocol/frame.ts'
import { Answer, copyMessages, question } from './answer.ts'
import type { Engine, Outcome } from './outcome.ts'
import { dialogueOf } from './psql/command.ts'
import { converse } from './psql/dialogue.ts'

export class PGliteEngine implements Engine {
  readonly name = 'pglite'
  readonly #pglite: PGlite
  #status = 'I'

  private constructor(pglite: PGlite) {
    this.#pglite = pglite
  }

  /** A new database in memory. */
  static async start(): Promise<PGliteEngine> {
    return new PGliteEngine(await PGlite.create())
  }

  async execute(sql: string, copyData = '', parameters?: readonly (string | null)[]): Promise<Outcome> {
    const dialogue = dialogueOf(sql, this.#status)
    if (dialogue !== undefined) return converse(dialogue, (query) => this.execute(query))
    const answer = new Answer()
    for (let message: Buffer | undefined = question(sql, parameters); message !== undefined; ) {
      const frames = new FrameReader(() => 0x3fffffff)
      frames.push(Buffer.from(await this.#pglite.execProtocolRaw(message)))
      message = undefined
      for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
        const next = answer.take(frame)
        if (next === 'send data') message = copyMessages(copyData)
        else if (next !== undefined) {
          this.#status = next.status
          return next
        }
      }
    }
    throw new Error('PGlite has not answered')
  }

  close(): Promise<void> {
    return this.#pglite.close()
  }
}
