/** A Durable Object that executes a script on its SQLite and answers with what a client would see. */
import { DurableObject } from 'cloudflare:workers'
import { recorded } from 'orez:catalogs'
import { PURE } from '../../compiler/lower/context.ts'
import { loadGrammar } from '../../compiler/parse.ts'
import { DurableSqlite, type DurableStorage } from '../../runtimes/cloudflare/durable-sqlite.ts'
import { runInTransactions } from '../../runtimes/cloudflare/transactions.ts'
import { SqliteSession } from '../../wire/sqlite/session.ts'
import type { Executed, Outcome } from '../outcome.ts'
import { executing } from '../session-outcome.ts'

interface Task {
  readonly database: string
  readonly steps: readonly Executed[]
}

export class OracleObject extends DurableObject {
  #session: SqliteSession | undefined
  readonly #storage = this.ctx.storage as unknown as DurableStorage
  readonly #db = new DurableSqlite(this.#storage)

  /** Goes on where the request before has ended; a transaction ends with its request. */
  override async fetch(request: Request): Promise<Response> {
    await loadGrammar()
    const { database, steps } = (await request.json()) as Task
    this.#session ??= new SqliteSession(this.#db, recorded, PURE, database)
    const session = this.#session
    const outcomes: Outcome[] = []
    let current: Generator<undefined, Outcome> | undefined
    runInTransactions(this.#storage, this.#db, () => {
      const step = steps[outcomes.length]
      if (step === undefined) return false
      current ??= executing(session, step)
      const { done, value } = current.next()
      if (done === true) {
        outcomes.push(value)
        current = undefined
      }
      return true
    })
    return Response.json(outcomes)
  }
}

interface Env {
  readonly ORACLE: {
    idFromName(name: string): unknown
    get(id: unknown): { fetch(request: Request): Promise<Response> }
  }
}

export default {
  fetch: (request: Request, env: Env): Promise<Response> =>
    env.ORACLE.get(env.ORACLE.idFromName(new URL(request.url).pathname)).fetch(request),
}
