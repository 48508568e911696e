/** A client in the same process: statements as text, with parameters as text. */
import { OID } from '../../compiler/catalog/oid.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import { PgError } from '../protocol/error.ts'
import type { CopyData } from './copy.ts'
import type { BoundPlan } from './prepared.ts'
import type { Result } from './result.ts'
import type { SqliteSession } from './session.ts'
import { fromSqlite } from './sqlite-error.ts'

const NOTHING: Result = { tag: '', rows: [], notices: [] }

/** The data of a COPY. */
const inPieces = (text: string): CopyData => [new TextEncoder().encode(text)]

export class TextClient {
  readonly #session: SqliteSession

  constructor(session: SqliteSession) {
    this.#session = session
  }

  /**
   * Executes one statement, as it is prepared and bound.
   * @param parameters in text form; their types are the compiler's to infer
   * @throws PgError
   */
  execute(sql: string, parameters?: readonly (string | null)[], copyData = ''): Result {
    const session = this.#session
    try {
      session.receive()
      const [first, ...others] = session.parse(sql)
      if (first === undefined) return NOTHING
      if (others.length > 0) throw new PgError('42601', 'cannot insert multiple commands into a prepared statement')
      return session.step(sql, first, parameters && (() => this.#bound(sql, first, parameters)), inPieces(copyData))
    } catch (error) {
      session.fail()
      throw fromSqlite(error)
    }
  }

  #bound(sql: string, parsed: ParsedStatement, parameters: readonly (string | null)[]): BoundPlan {
    const plan = this.#session.plan(sql, parsed, [])
    const env = this.#session.environment
    const valueAt = (type: number, at: number): Value => {
      const text = parameters[at] ?? null
      return text === null ? null : codecOf(env, type || OID.text).input(text, -1, env)
    }
    return { plan, bindings: Object.fromEntries(plan.parameters.map((type, at) => [`p${at + 1}`, valueAt(type, at)])) }
  }

  /**
   * Executes the statements of a simple query, in one transaction unless they say otherwise (exec_simple_query). It pauses after
   * whatever opens or ends a transaction, with a result or without.
   * @throws PgError
   */
  *executeAll(sql: string, copyData = ''): Generator<Result | undefined, void> {
    const session = this.#session
    try {
      session.receive()
      const all = session.parse(sql)
      if (all.length === 0) yield NOTHING
      for (const parsed of all) {
        if (all.length > 1 && session.status === 'I') {
          session.beginImplicit()
          yield undefined
        }
        yield session.step(sql, parsed, undefined, inPieces(copyData))
      }
      session.endImplicit(true)
    } catch (error) {
      session.endImplicit(false)
      session.fail()
      throw fromSqlite(error)
    }
  }
}
