/** `--explain`: SQLite's plan for what has been compiled. */
import { openNative } from '../../wire/sqlite/native.ts'
import { recordedFiles } from '../../wire/sqlite/recorded-files.ts'
import { SqliteSession } from '../../wire/sqlite/session.ts'
import { parse } from '../parse.ts'
import type { Plan } from '../plan.ts'

/** @param schema made first, so that SQLite knows the tables */
export const explain = (schema: string, plans: readonly Plan[]): string[] => {
  const session = new SqliteSession(openNative(':memory:'), recordedFiles)
  try {
    const statements = parse(schema)
    for (const [at, { position }] of statements.entries())
      session.execute(
        schema.slice(position - 1, (statements[at + 1]?.position ?? schema.length + 1) - 1).replace(/;\s*$/, ''),
      )
    return plans.flatMap((plan) => {
      if (plan.kind !== 'query') return []
      const parameters = Object.fromEntries(plan.parameters.map((_, at) => [`p${at + 1}`, null]))
      const rows = session.query({ ...plan.query, sql: `EXPLAIN QUERY PLAN ${plan.query.sql}` }, parameters)
      const depths = new Map<unknown, number>()
      return rows.map(([id, parent, , detail]) => {
        const depth = (depths.get(parent) ?? -1) + 1
        depths.set(id, depth)
        return `${'  '.repeat(depth)}${detail}`
      })
    })
  } finally {
    session.close()
  }
}
