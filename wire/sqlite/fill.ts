/** Relations that are filled with the rows of a query: CREATE TABLE AS, and materialized views that are refreshed. */
import type { FillPlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { PgError } from '../protocol/error.ts'
import type { SqliteDatabase } from './database.ts'
import { uniqueViolation } from './sqlite-error.ts'
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
    const violation = uniqueViolation(error, relation)
    if (violation === undefined || refresh === 'concurrently') throw violation ?? error
    // Otherwise the rows are stored first, and the indexes are made over them.
    const index = /"(.*)"$/s.exec(violation.message)?.[1]
    throw new PgError(violation.code, `could not create unique index "${index}"`)
  }
}
