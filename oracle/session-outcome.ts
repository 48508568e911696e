/** A query, or a command of psql, on a session over SQLite, and what a client would see of it. */

import { PgError, toPgError } from '../wire/protocol/error.ts'
import { outputOf, type Result } from '../wire/sqlite/result.ts'
import type { SqliteSession } from '../wire/sqlite/session.ts'
import { TextClient } from '../wire/sqlite/text-client.ts'
import { toldNotices } from '../wire/sqlite/told.ts'
import { type Executed, type Outcome, reportedType } from './outcome.ts'
import { dialogueOf } from './psql/command.ts'
import { conversing } from './psql/dialogue.ts'

/** The results of a query, one after the other, as one outcome. */
class Seen {
  #tag: string | undefined
  #columns: Outcome['columns']
  readonly #rows: (string | null)[][] = []
  readonly #notices: Outcome['notices'][number][] = []

  add(session: SqliteSession, { tag, columns, rows, notices, raised = [], copied }: Result): void {
    const env = session.environment
    const write = columns?.map(({ type }) => outputOf(env, type))
    this.#tag = tag
    if (columns !== undefined)
      this.#columns = columns.map(({ name, type, typmod }) => ({ name, type: reportedType(type), typmod }))
    for (const row of rows)
      this.#rows.push(row.map((value, at) => (value === null ? null : (write?.[at]?.(value) ?? ''))))
    for (const line of copied?.data ?? []) this.#rows.push([String(line)])
    this.#notices.push(...toldNotices(session.show('client_min_messages'), [...notices, ...raised]))
  }

  /** What was told before an error. */
  until({ before }: PgError, session: SqliteSession): Outcome['notices'] {
    return [...this.#notices, ...toldNotices(session.show('client_min_messages'), before)]
  }

  outcome(status: string): Outcome {
    return { tag: this.#tag, columns: this.#columns, rows: this.#rows, notices: this.#notices, status }
  }
}

/** Executes, pausing where a transaction begins or ends: where that is a callback, it is then opened or left. */
export function* executing(session: SqliteSession, step: Executed): Generator<undefined, Outcome> {
  const { sql, copyData, parameters } = step
  const dialogue = dialogueOf(sql, session.status)
  if (dialogue !== undefined) return yield* conversing(dialogue, (query) => executing(session, { sql: query }))
  const seen = new Seen()
  try {
    if (parameters !== undefined) seen.add(session, new TextClient(session).execute(sql, parameters, copyData))
    else
      for (const result of new TextClient(session).executeAll(sql, copyData)) {
        if (result !== undefined) seen.add(session, result)
        yield undefined
      }
    return seen.outcome(session.status)
  } catch (error) {
    const thrown = toPgError(error)
    const { severity, code, message, fields } = thrown
    if (!(error instanceof PgError) && globalThis.process?.env.OREZ_TRACE) console.error(sql, error)
    return {
      rows: [],
      notices: seen.until(thrown, session),
      error: { severity, code, message, position: fields.position },
      status: session.status,
    }
  }
}

/** The same without pauses. */
export const executeOn = (session: SqliteSession, step: Executed): Outcome => {
  const work = executing(session, step)
  for (;;) {
    const { done, value } = work.next()
    if (done === true) return value
  }
}
