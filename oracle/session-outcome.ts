/** A statement, or a command of psql, on a session over SQLite, and what a client would see of it. */
import { PgError, toPgError } from '../wire/protocol/error.ts'
import { outputOf } from '../wire/sqlite/result.ts'
import type { SqliteSession } from '../wire/sqlite/session.ts'
import { type Executed, type Outcome, reportedType } from './outcome.ts'
import { dialogueOf } from './psql/command.ts'
import { converseNow } from './psql/dialogue.ts'

export const executeOn = (session: SqliteSession, { sql, copyData, parameters }: Executed): Outcome => {
  const dialogue = dialogueOf(sql, session.status)
  if (dialogue !== undefined) return converseNow(dialogue, (query) => executeOn(session, { sql: query }))
  try {
    const { tag, columns, rows, notices } = session.execute(sql, parameters, copyData)
    const env = session.environment
    const write = columns?.map(({ type }) => outputOf(env, type))
    return {
      tag,
      columns: columns?.map(({ name, type, typmod }) => ({ name, type: reportedType(type), typmod })),
      rows: rows.map((row) => row.map((value, at) => (value === null ? null : (write?.[at]?.(value) ?? '')))),
      notices,
      status: session.status,
    }
  } catch (error) {
    const { severity, code, message, fields } = toPgError(error)
    if (!(error instanceof PgError) && globalThis.process?.env.OREZ_TRACE) console.error(sql, error)
    return {
      rows: [],
      notices: [],
      error: { severity, code, message, position: fields.position },
      status: session.status,
    }
  }
}
