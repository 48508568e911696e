/** Compiled SQL on SQLite as an engine. */
import { NATIVE, PURE } from '../compiler/lower/context.ts'
import { PgError, toPgError } from '../wire/protocol/error.ts'
import { openNative } from '../wire/sqlite/native.ts'
import { recordedFiles } from '../wire/sqlite/recorded-files.ts'
import { outputOf } from '../wire/sqlite/result.ts'
import { SqliteSession } from '../wire/sqlite/session.ts'
import { type Engine, type Outcome, reportedType } from './outcome.ts'

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
    try {
      const { tag, columns, rows, notices } = this.#session.execute(sql, parameters, copyData)
      const env = this.#session.environment
      const write = columns?.map(({ type }) => outputOf(env, type))
      return {
        tag,
        columns: columns?.map(({ name, type, typmod }) => ({ name, type: reportedType(type), typmod })),
        rows: rows.map((row) => row.map((value, at) => (value === null ? null : (write?.[at]?.(value) ?? '')))),
        notices,
        status: this.#session.status,
      }
    } catch (error) {
      const { severity, code, message, fields } = toPgError(error)
      if (!(error instanceof PgError) && process.env.OREZ_TRACE) console.error(sql, error)
      return {
        rows: [],
        notices: [],
        error: { severity, code, message, position: fields.position },
        status: this.#session.status,
      }
    }
  }

  close(): Promise<void> {
    this.#session.close()
    return Promise.resolve()
  }
}
