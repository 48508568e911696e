/** Compiled SQL on SQLite in this process as an engine. */
import { NATIVE, PURE } from '../compiler/lower/context.ts'
import { openNative } from '../wire/sqlite/native.ts'
import { recordedFiles } from '../wire/sqlite/recorded-files.ts'
import { SqliteSession } from '../wire/sqlite/session.ts'
import type { Engine, Outcome } from './outcome.ts'
import { executeOn } from './session-outcome.ts'

export class SqliteEngine implements Engine {
  readonly name: 'native' | 'pure'
  readonly #session: SqliteSession

  /** @param database its name */
  constructor(target: 'native' | 'pure' = 'native', database = 'postgres') {
    this.name = target
    this.#session = new SqliteSession(
      openNative(':memory:'),
      recordedFiles,
      target === 'native' ? NATIVE : PURE,
      database,
    )
  }

  execute(sql: string, copyData?: string, parameters?: readonly (string | null)[]): Promise<Outcome> {
    return Promise.resolve(this.executeNow(sql, copyData, parameters))
  }

  executeNow(sql: string, copyData?: string, parameters?: readonly (string | null)[]): Outcome {
    return executeOn(this.#session, { sql, copyData, parameters })
  }

  close(): Promise<void> {
    this.#session.close()
    return Promise.resolve()
  }
}
