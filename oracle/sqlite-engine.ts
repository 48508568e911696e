/** Compiled SQL on SQLite as an engine. */
import { NATIVE, PURE } from '../compiler/lower/context.ts'
import { codecOf } from '../compiler/types/codec.ts'
import { PgError, toPgError } from '../wire/protocol/error.ts'
import { openNative } from '../wire/sqlite/native.ts'
import { SqliteSession } from '../wire/sqlite/session.ts'
import { type Engine, type Outcome, reportedType } from './outcome.ts'

export class SqliteEngine implements Engine {
  readonly name: 'native' | 'pure'
  readonly #session: SqliteSession

  constructor(target: 'native' | 'pure' = 'native') {
    this.name = target
    this.#session = new SqliteSession(openNative(':memory:'), target === 'native' ? NATIVE : PURE)
  }

  execute(sql: string, copyData?: string): Promise<Outcome> {
    return Promise.resolve(this.executeNow(sql, copyData))
  }

  executeNow(sql: string, copyData?: string): Outcome {
    try {
      const { tag, columns, rows, notices } = this.#session.execute(sql, undefined, copyData)
      const env = this.#session.environment
      const codecs = columns?.map(({ type }) => codecOf(env, type))
      return {
        tag,
        columns: columns?.map(({ name, type, typmod }) => ({ name, type: reportedType(type), typmod })),
        rows: rows.map((row) =>
          row.map((value, at) => (value === null ? null : (codecs?.[at]?.output(value, env) ?? ''))),
        ),
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
