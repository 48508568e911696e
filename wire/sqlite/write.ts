/** INSERT, UPDATE and DELETE: the rows that a plan has computed, checked and applied one by one. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import type { SqliteQuery, WritePlan } from '../../compiler/plan.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { PgError } from '../protocol/error.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import type { Result } from './result.ts'
import { uniqueViolation } from './sqlite-error.ts'

/** What runs the compiler's SQL. */
export interface Runner {
  query(query: SqliteQuery, bindings?: Bindings): Value[][]
}

const insertSql = ({ physical, columns }: RelationInfo, conflict = ''): string =>
  columns.length === 0
    ? `INSERT INTO ${quoteName(physical)} DEFAULT VALUES`
    : `INSERT INTO ${quoteName(physical)} (${columns.map((column) => quoteName(column.physical)).join(', ')}) VALUES (${columns.map((_, at) => `:v${at}`).join(', ')})${conflict}`

const bindValues = (values: readonly Value[]): Bindings =>
  Object.fromEntries(values.map((value, at) => [`v${at}`, value]))

/** Fills a new relation with rows that are known to fit. */
export const fillRelation = (db: SqliteDatabase, relation: RelationInfo, rows: readonly (readonly Value[])[]): void => {
  const sql = insertSql(relation)
  for (const row of rows) db.run(sql, bindValues(row))
}

/** NOT NULL, then CHECK, in PostgreSQL's order (ExecConstraints). @throws PgError 23502, 23514 */
export const checkRow = (
  relation: RelationInfo,
  values: readonly Value[],
  checks: readonly string[],
  results: readonly Value[],
): void => {
  for (const [at, column] of relation.columns.entries())
    if (column.notNull && values[at] === null)
      throw new PgError(
        '23502',
        `null value in column "${column.name}" of relation "${relation.name}" violates not-null constraint`,
      )
  for (const [at, name] of checks.entries())
    if (results[at] === 0n)
      throw new PgError('23514', `new row for relation "${relation.name}" violates check constraint "${name}"`)
}

const orUnique = <Outcome>(relation: RelationInfo, perform: () => Outcome): Outcome => {
  try {
    return perform()
  } catch (error) {
    throw uniqueViolation(error, relation) ?? error
  }
}

/** @throws PgError 23505 */
export const insertRow = (db: SqliteDatabase, relation: RelationInfo, values: readonly Value[]): void => {
  orUnique(relation, () => db.run(insertSql(relation), bindValues(values)))
}

const TAGS = { insert: 'INSERT 0', update: 'UPDATE', delete: 'DELETE' } as const

export const executeWrite = (db: SqliteDatabase, runner: Runner, plan: WritePlan, bindings: Bindings): Result => {
  const { relation, operation, checks, conflict } = plan
  const rows = runner.query(plan.rows, bindings)
  const width = relation.columns.length
  const returned: Value[][] = []
  let count = 0
  const seen = new Set<bigint>()
  for (const row of rows) {
    let at = 0
    const take = (length: number): Value[] => row.slice(at, (at += length))
    const [id = null] = operation === 'insert' ? [] : take(1)
    const values = operation === 'delete' ? [] : take(width)
    const results = operation === 'delete' ? [] : take(checks.length)
    const returning = row.slice(at)
    if (operation === 'delete') {
      if (seen.has(id as bigint)) continue
      seen.add(id as bigint)
      db.run(`DELETE FROM ${quoteName(relation.physical)} WHERE rowid = :id`, { id })
    } else if (operation === 'update') {
      // Of several joined rows PostgreSQL takes the first; which one that is, is its own affair.
      if (seen.has(id as bigint))
        throw new PgError('0A000', 'UPDATE … FROM with several rows for one target is not supported')
      seen.add(id as bigint)
      checkRow(relation, values, checks, results)
      const assignments = relation.columns
        .map((column, index) => `${quoteName(column.physical)} = :v${index}`)
        .join(', ')
      orUnique(relation, () =>
        db.run(`UPDATE ${quoteName(relation.physical)} SET ${assignments} WHERE rowid = :id`, {
          ...bindValues(values),
          id,
        }),
      )
    } else {
      checkRow(relation, values, checks, results)
      if (conflict !== undefined) {
        const { changes } = orUnique(relation, () =>
          db.run(insertSql(relation, conflictClause(relation, plan)), bindValues(values)),
        )
        if (changes === 0) continue
      } else insertRow(db, relation, values)
    }
    count++
    if (plan.returning !== undefined) returned.push(returning)
  }
  return {
    tag: `${TAGS[operation]} ${count}`,
    ...(plan.returning === undefined ? {} : { columns: plan.returning }),
    rows: returned,
    notices: plan.notices,
  }
}

const conflictClause = (relation: RelationInfo, { conflict }: WritePlan): string => {
  const [arbiter] = conflict?.arbiters ?? []
  if (arbiter === undefined) return ' ON CONFLICT DO NOTHING'
  const names = arbiter.map((number) =>
    quoteName(relation.columns.find((column) => column.number === number)?.physical ?? ''),
  )
  return ` ON CONFLICT (${names.join(', ')}) DO NOTHING`
}
