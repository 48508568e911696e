/** `--explain`: how SQLite goes about the queries that statements become. */
import { openNative } from '../../wire/sqlite/native.ts'
import { recordedFiles } from '../../wire/sqlite/recorded-files.ts'
import { SqliteSession } from '../../wire/sqlite/session.ts'
import { TextClient } from '../../wire/sqlite/text-client.ts'
import type { Plan } from '../plan.ts'
import { writtenStatements } from './written-statement.ts'

/** What plans are explained against: a database in memory that has what the statements before them have made. */
export class Explainer {
  readonly #session = new SqliteSession(openNative(':memory:'), recordedFiles)

  /** Executes statements, such as those of a schema. @throws PgError */
  execute(sql: string): void {
    for (const { text } of writtenStatements(sql)) new TextClient(this.#session).execute(text)
  }

  /** SQLite's plan, a line for each step, indented by depth. */
  explain(plan: Plan): string[] {
    const query = plan.kind === 'query' ? plan.query : plan.kind === 'write' ? plan.rows : undefined
    if (query === undefined) return []
    const parameters = Object.fromEntries(plan.parameters.map((_, at) => [`p${at + 1}`, null]))
    const rows = this.#session.query({ ...query, sql: `EXPLAIN QUERY PLAN ${query.sql}` }, parameters)
    const depths = new Map<unknown, number>()
    return rows.map(([id, parent, , detail]) => {
      const depth = (depths.get(parent) ?? -1) + 1
      depths.set(id, depth)
      return `${'  '.repeat(depth)}${detail}`
    })
  }

  close(): void {
    this.#session.close()
  }
}
