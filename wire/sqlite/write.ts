/** INSERT, UPDATE and DELETE: the rows that a plan has computed, checked and applied one by one. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { uniqueConstraints } from '../../compiler/catalog/constraint.ts'
import type { ColumnInfo, RelationInfo } from '../../compiler/catalog/entries.ts'
import type { SqliteQuery, WritePlan } from '../../compiler/plan.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import { indexKey } from '../../compiler/statement/physical.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { concernsForeignKeys, enforceForeignKeys, type RowChange } from './foreign-key.ts'
import type { Result } from './result.ts'
import { uniqueViolation } from './sqlite-error.ts'

/** What runs the compiler's SQL. */
export interface Runner {
  readonly catalog: Catalog
  query(query: SqliteQuery, bindings?: Bindings): Value[][]
}

const insertSql = ({ physical, columns }: RelationInfo): string =>
  columns.length === 0
    ? `INSERT INTO ${quoteName(physical)} DEFAULT VALUES`
    : `INSERT INTO ${quoteName(physical)} (${columns.map((column) => quoteName(column.physical)).join(', ')}) VALUES (${columns.map((_, at) => `:v${at}`).join(', ')})`

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

/** A row as it is stored. */
const storedRow = (db: SqliteDatabase, { physical, columns }: RelationInfo, id: Value): Value[] =>
  db.all(
    `SELECT ${columns.map((column) => quoteName(column.physical)).join(', ') || '1'} FROM ${quoteName(physical)} WHERE rowid = :id`,
    { id },
  )[0] ?? []

/** The id of a stored row that has the same key as a proposed one. */
const findConflict = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  arbiters: readonly (readonly number[])[],
  values: readonly Value[],
): bigint | undefined => {
  const keys =
    arbiters.length > 0
      ? arbiters
      : [
          ...uniqueConstraints(relation).map(({ columns }) => columns),
          ...relation.indexes.filter((index) => index.unique).map((index) => index.keys as readonly number[]),
        ]
  for (const key of keys) {
    const indexes = key.map((number) => relation.columns.findIndex((column) => column.number === number))
    if (indexes.some((at) => values[at] === null)) continue
    const condition = indexes.map((at) => {
      const column = relation.columns[at] as ColumnInfo
      return `${indexKey(catalog, column)} = ${indexKey(catalog, { ...column, physical: '' }).replace('""', `:v${at}`)}`
    })
    const found = db.all(
      `SELECT rowid FROM ${quoteName(relation.physical)} WHERE ${condition.join(' AND ')}`,
      Object.fromEntries(indexes.map((at) => [`v${at}`, values[at] ?? null])),
    )[0]?.[0]
    if (found !== undefined) return found as bigint
  }
  return undefined
}

/** INSERT, UPDATE or DELETE in progress. */
class Write {
  readonly #db: SqliteDatabase
  readonly #runner: Runner
  readonly #plan: WritePlan
  readonly #bindings: Bindings
  readonly #changes: RowChange[] = []
  readonly #returned: Value[][] = []
  readonly #touched = new Set<bigint>()
  readonly #tracked: boolean
  #count = 0

  constructor(db: SqliteDatabase, runner: Runner, plan: WritePlan, bindings: Bindings) {
    this.#db = db
    this.#runner = runner
    this.#plan = plan
    this.#bindings = bindings
    this.#tracked = concernsForeignKeys(runner.catalog, plan.relation)
  }

  execute(): Result {
    const { relation, operation, checks, returning, notices } = this.#plan
    const width = relation.columns.length
    for (const row of this.#runner.query(this.#plan.rows, this.#bindings)) {
      const start = operation === 'insert' ? 0 : 1
      const id = row[0] as bigint
      if (operation === 'delete') {
        this.#delete(id, row.slice(1))
        continue
      }
      const values = row.slice(start, start + width)
      const results = row.slice(start + width, start + width + checks.length)
      const rest = row.slice(start + width + checks.length)
      if (operation === 'update') this.#update(id, values, results, rest)
      else this.#insert(values, results, rest)
    }
    if (this.#tracked) enforceForeignKeys(this.#db, this.#runner.catalog, this.#changes)
    return {
      tag: `${TAGS[operation]} ${this.#count}`,
      ...(returning === undefined ? {} : { columns: returning }),
      rows: this.#returned,
      notices,
    }
  }

  #done(change: RowChange, returning: Value[]): void {
    this.#count++
    if (this.#tracked) this.#changes.push(change)
    if (this.#plan.returning !== undefined) this.#returned.push(returning)
  }

  #old(id: bigint): Value[] | undefined {
    return this.#tracked ? storedRow(this.#db, this.#plan.relation, id) : undefined
  }

  #delete(id: bigint, returning: Value[]): void {
    const { relation } = this.#plan
    // Several joined rows delete their one target once.
    if (this.#touched.has(id)) return
    this.#touched.add(id)
    const old = this.#old(id)
    this.#db.run(`DELETE FROM ${quoteName(relation.physical)} WHERE rowid = :id`, { id })
    this.#done({ relation, old, new: undefined }, returning)
  }

  #store(id: bigint, values: readonly Value[]): void {
    const { relation } = this.#plan
    const assignments = relation.columns.map((column, at) => `${quoteName(column.physical)} = :v${at}`).join(', ')
    orUnique(relation, () =>
      this.#db.run(`UPDATE ${quoteName(relation.physical)} SET ${assignments} WHERE rowid = :id`, {
        ...bindValues(values),
        id,
      }),
    )
  }

  #update(id: bigint, values: Value[], results: Value[], returning: Value[]): void {
    const { relation, checks } = this.#plan
    // Of several joined rows PostgreSQL takes the first; which one that is, is its own affair.
    if (this.#touched.has(id)) throw unsupported('UPDATE … FROM with several rows for one target')
    this.#touched.add(id)
    checkRow(relation, values, checks, results)
    const old = this.#old(id)
    this.#store(id, values)
    this.#done({ relation, old, new: values }, returning)
  }

  #insert(values: Value[], results: Value[], returning: Value[]): void {
    const { relation, checks, conflict } = this.#plan
    checkRow(relation, values, checks, results)
    const taken = conflict && findConflict(this.#db, this.#runner.catalog, relation, conflict.arbiters, values)
    if (taken === undefined) {
      const { rowid } = orUnique(relation, () => this.#db.run(insertSql(relation), bindValues(values)))
      if (conflict !== undefined) this.#touched.add(rowid)
      this.#done({ relation, old: undefined, new: values }, this.#returning(rowid, returning))
      return
    }
    const update = conflict?.update
    if (update === undefined) return
    if (this.#touched.has(taken))
      throw new PgError('21000', 'ON CONFLICT DO UPDATE command cannot affect row a second time', {
        hint: 'Ensure that no rows proposed for insertion within the same command have duplicate constrained values.',
      })
    const proposed = Object.fromEntries(values.map((value, at) => [`e${at}`, value]))
    const [row] = this.#runner.query(update, { ...this.#bindings, ...proposed, rowid: taken })
    if (row === undefined) return
    this.#touched.add(taken)
    const next = row.slice(0, relation.columns.length)
    checkRow(relation, next, checks, row.slice(relation.columns.length))
    const old = this.#old(taken)
    this.#store(taken, next)
    this.#done({ relation, old, new: next }, this.#returning(taken, returning))
  }

  #returning(id: bigint, computed: Value[]): Value[] {
    const query = this.#plan.returningQuery
    return query === undefined ? computed : (this.#runner.query(query, { ...this.#bindings, rowid: id })[0] ?? [])
  }
}

export const executeWrite = (db: SqliteDatabase, runner: Runner, plan: WritePlan, bindings: Bindings): Result =>
  new Write(db, runner, plan, bindings).execute()
