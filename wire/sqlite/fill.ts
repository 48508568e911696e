/** Relations that are filled with the rows of a query: CREATE TABLE AS, and materialized views that are refreshed. */
import type { FillPlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { PgError } from '../protocol/error.ts'
import type { SqliteDatabase } from './database.ts'
import { violatedKey } from './sqlite-error.ts'
import { insertRows } from './write.ts'

type Rows = readonly (readonly Value[])[]

/** REFRESH CONCURRENTLY tells rows apart by all of their columns (refresh_by_match_merge). @throws PgError 21000 */
const requireDistinct = (name: string, rows: Rows): void => {
  const seen = new Set<string>()
  for (const row of rows) {
    if (row.includes(null)) continue
    const key = JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
    if (seen.has(key))
      throw new PgError(
        '21000',
        `new data for materialized view "${name}" contains duplicate rows without any null columns`,
      )
    seen.add(key)
  }
}

/** @throws PgError 23505, 21000 */
export const fill = (db: SqliteDatabase, { relation, refresh }: FillPlan, rows: Rows): void => {
  if (refresh === 'concurrently') requireDistinct(relation.name, rows)
  try {
    insertRows(db, relation, rows)
  } catch (error) {
    const key = violatedKey(error, relation)
    if (key === undefined) throw error
    // Unless some rows stay as they are, all are stored first, and the indexes are made over them.
    throw new PgError(
      '23505',
      refresh === 'concurrently'
        ? `duplicate key value violates unique constraint "${key.name}"`
        : `could not create unique index "${key.name}"`,
    )
  }
}
