/** INSERT, UPDATE and DELETE: the rows that a plan has computed, checked and applied one by one. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { fitsPartition } from '../../compiler/partition/route.ts'
import type { RowCheck, SqliteQuery, WritePlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { AfterEvents } from './after-events.ts'
import { findConflict, firstViolated } from './conflict.ts'
import { type Bindings, numbered, type SqliteDatabase } from './database.ts'
import { concernsConstraints, type KeyHost, type RowChange } from './foreign-key.ts'
import { keyOf } from './key.ts'
import type { Firing } from './plpgsql/run.ts'
import type { Capture } from './replication/capture.ts'
import { deleteSql, insertSql, selectSql, updateSql } from './row-sql.ts'
import { violatedKey } from './sqlite-error.ts'
import { Triggers } from './triggers.ts'
import { checkViolation, duplicateKey, notNullViolation, partitionViolation } from './violation.ts'

/** What runs the compiler's SQL, and what triggers call. */
export interface Runner extends KeyHost {
  /** Where what follows from a statement is added that is an action of a foreign key. */
  readonly events: AfterEvents | undefined
  readonly environment: Environment
  /** The oid of the role that acts. */
  readonly role: number
  /** What subscribers will be told of changes. */
  readonly capture: Capture
  query(query: SqliteQuery, bindings?: Bindings): Value[][]
  /** The rows that a write computes before it changes anything. */
  queryForWrite(query: SqliteQuery, bindings: Bindings, write: Pick<WritePlan, 'relation' | 'returning'>): Value[][]
  /** Runs a trigger's function. @returns the row that it gives, null for none */
  fire(firing: Firing): readonly Value[] | null
  /** Runs work while rows of a relation are half changed. */
  whileChanging<Outcome>(relation: RelationInfo, work: () => Outcome): Outcome
  /** Runs work while rows can be read under a name. */
  withTable<Outcome>(
    name: string,
    like: RelationInfo,
    rows: readonly (readonly Value[])[],
    work: () => Outcome,
  ): Outcome
}

const bindValues = (values: readonly Value[]): Bindings => numbered('v', values)

/** Stores rows that are known to fit. */
export const insertRows = (db: SqliteDatabase, relation: RelationInfo, rows: readonly (readonly Value[])[]): void => {
  const sql = insertSql(relation)
  for (const row of rows) db.run(sql, bindValues(row))
}

/** NOT NULL, then CHECK, in PostgreSQL's order (ExecConstraints). @throws PgError 23502, 23514 */
const checkRow = (
  env: Environment,
  relation: RelationInfo,
  values: readonly Value[],
  checks: readonly RowCheck[],
  results: readonly Value[],
): void => {
  for (const [at, column] of relation.columns.entries())
    if (column.notNull && values[at] === null) throw notNullViolation(env, relation, column.name, values)
  for (const [at, name] of checks.entries())
    if (typeof name === 'string' && results[at] === 0n) throw checkViolation(env, relation, name, values)
}

/** WITH CHECK OPTION, when the row has been stored (ExecWithCheckOptions). @throws PgError 44000 */
const checkViews = (checks: readonly RowCheck[], results: readonly Value[]): void => {
  for (const [at, check] of checks.entries())
    if (typeof check !== 'string' && results[at] !== 1n)
      throw new PgError('44000', `new row violates check option for view "${check.view}"`)
}

/** A row as it is stored. */
export const storedRow = (db: SqliteDatabase, relation: RelationInfo, id: Value): Value[] =>
  db.all(selectSql(relation), { id })[0] ?? []

/** ExecMergeMatched. */
const mergedTwice = (): PgError =>
  new PgError('21000', 'MERGE command cannot affect row a second time', {
    hint: 'Ensure that not more than one source row matches any one target row.',
  })

/** What is known of a statement that changes rows. */
export type WriteStatement = {
  /** The row has been brought here by the partitioned table above. */ readonly routed?: boolean
  /** The rows that a MERGE has changed so far. */ readonly merged?: Map<number, Set<bigint>>
} & Pick<WritePlan, 'operation' | 'relation' | 'checks' | 'triggers'> &
  Partial<Pick<WritePlan, 'returning' | 'returningQuery' | 'conflict' | 'members' | 'instead' | 'assigned'>>

/** How the rows of a statement are changed, one by one. */
export interface RowWriter {
  readonly returned: Value[][]
  readonly count: number
  begin(): void
  insert(values: readonly Value[], results: readonly Value[], returning?: Value[]): void
  update(id: Value, values: Value[], results: Value[], returning: Value[]): void
  delete(id: Value, returning: Value[]): void
  /** Adds what follows from the rows to the events of the statement. */
  finishRows(): void
  /** And, behind all rows, what follows from the statement itself. */
  finishStatement(): void
}

/** Adds what follows from a statement of one kind to its events. */
export const finish = (write: RowWriter): void => {
  write.finishRows()
  write.finishStatement()
}

/** INSERT, UPDATE, DELETE or COPY in progress. */
export class Write implements RowWriter {
  readonly #db: SqliteDatabase
  readonly #runner: Runner
  readonly #plan: WriteStatement
  readonly #bindings: Bindings
  readonly #triggers: Triggers
  readonly #events: AfterEvents
  readonly #changes: RowChange[] = []
  readonly #touched: Set<bigint>
  readonly #merges: boolean
  readonly #tracked: boolean
  readonly #captured: boolean
  readonly returned: Value[][] = []
  count = 0

  /** @param events where what follows from it is added */
  constructor(db: SqliteDatabase, runner: Runner, plan: WriteStatement, bindings: Bindings, events: AfterEvents) {
    this.#db = db
    this.#runner = runner
    this.#events = events
    this.#plan = plan
    this.#touched = plan.merged?.get(plan.relation.oid) ?? new Set()
    this.#merges = plan.merged !== undefined
    plan.merged?.set(plan.relation.oid, this.#touched)
    this.#bindings = bindings
    this.#triggers = new Triggers(runner, plan)
    this.#captured = runner.capture.isCaptured(runner.catalog, plan.relation)
    this.#tracked = this.#triggers.any || concernsConstraints(runner.catalog, plan.relation)
  }

  begin(): void {
    this.#triggers.beforeStatement(this.#events)
  }

  /** All rows have been changed: of each in turn follows what constraints and triggers do. */
  finishRows(): void {
    for (const change of this.#changes) this.#events.row(change, this.#triggers)
  }

  finishStatement(): void {
    const { relation, operation } = this.#plan
    if (this.#triggers.any) this.#events.statement(relation, operation, this.#triggers, this.#changes)
  }

  #done(change: RowChange, returning: Value[]): void {
    this.count++
    if (this.#tracked) this.#changes.push(change)
    if (this.#captured) this.#runner.capture.row(this.#runner.catalog, change)
    if (this.#plan.returning !== undefined) this.returned.push(returning)
  }

  #old(id: bigint): Value[] | undefined {
    return this.#tracked || this.#captured || this.#plan.returningQuery !== undefined
      ? storedRow(this.#db, this.#plan.relation, id)
      : undefined
  }

  delete(key: Value, returning: Value[], moves = false): void {
    const { relation } = this.#plan
    const id = key as bigint
    // Several joined rows delete their one target once.
    if (this.#touched.has(id) && this.#merges) throw mergedTwice()
    if (this.#touched.has(id)) return
    this.#touched.add(id)
    const old = this.#old(id)
    if (this.#triggers.beforeRow('delete', old, undefined) === undefined) return
    this.#db.run(deleteSql(relation), { id })
    this.#done({ relation, old, new: undefined, ...(moves ? { moves } : {}) }, returning)
  }

  /** Takes a row away that goes on in another partition. @returns false when it has gone already */
  deleteOnce(id: bigint): boolean {
    if (this.#touched.has(id) && this.#merges) throw mergedTwice()
    if (this.#touched.has(id)) throw unsupported('UPDATE … FROM with several rows for one target')
    const before = this.count
    this.delete(id, [], true)
    this.returned.length = Math.min(this.returned.length, before)
    return this.count > before
  }

  #store(id: bigint, values: readonly Value[]): void {
    const { relation } = this.#plan
    if (relation.columns.length === 0) return
    this.#orUnique(values, id, () => this.#db.run(updateSql(relation), { ...bindValues(values), id }))
  }

  /**
   * Stores a row.
   * @param own its id, if it is there already
   * @throws PgError 23505 with the key that PostgreSQL finds first; SQLite looks at them in another order
   */
  #orUnique<Outcome>(row: readonly Value[], own: bigint | undefined, perform: () => Outcome): Outcome {
    try {
      return perform()
    } catch (error) {
      const { relation } = this.#plan
      const key = violatedKey(error, relation)
      if (key === undefined) throw error
      const { environment } = this.#runner
      const first = firstViolated(this.#db, environment.catalog, relation, row, own) ?? key
      throw duplicateKey(environment, relation, first, keyOf(relation, row, first.columns ?? []))
    }
  }

  /** A row as triggers before it leave it, checked; undefined when they leave it out. */
  #prepared(
    operation: 'insert' | 'update',
    old: readonly Value[] | undefined,
    values: readonly Value[],
    results: readonly Value[],
  ): readonly Value[] | undefined {
    const { relation, checks, triggers } = this.#plan
    const changed = this.#triggers.beforeRow(operation, old, values)
    if (changed === undefined) return undefined
    let [row, outcomes] = [changed, results]
    if (triggers.finish !== undefined) {
      const bindings = { ...this.#bindings, ...bindValues(changed) }
      const [finished = []] = this.#runner.query(triggers.finish, bindings)
      row = finished.slice(0, relation.columns.length)
      outcomes = finished.slice(relation.columns.length)
    }
    checkRow(this.#runner.environment, relation, row, checks, outcomes)
    if (relation.bound !== undefined) this.#requireFitting(relation, row, changed !== values)
    return row
  }

  /** @throws PgError 23514; 0A000 where a trigger has moved the row */
  #requireFitting(relation: RelationInfo, row: readonly Value[], triggered: boolean): void {
    if (fitsPartition(this.#runner.environment, relation, row)) return
    if (triggered && this.#plan.routed)
      throw new PgError(
        '0A000',
        'moving row to another partition during a BEFORE FOR EACH ROW trigger is not supported',
      )
    throw partitionViolation(this.#runner.environment, relation, row)
  }

  update(key: Value, values: Value[], results: Value[], returning: Value[]): void {
    const { relation, checks } = this.#plan
    const id = key as bigint
    // Of several joined rows PostgreSQL takes the first; which one that is, is its own affair.
    if (this.#touched.has(id) && this.#merges) throw mergedTwice()
    if (this.#touched.has(id)) throw unsupported('UPDATE … FROM with several rows for one target')
    this.#touched.add(id)
    const old = this.#old(id)
    const row = this.#prepared('update', old, values, results)
    if (row === undefined) return
    this.#store(id, row)
    checkViews(checks, results)
    const { assigned = this.#plan.triggers.updated } = this.#plan
    this.#done({ relation, old, new: row, assigned }, this.#returning(id, returning, old))
  }

  insert(values: readonly Value[], results: readonly Value[], returning: Value[] = []): void {
    const { relation, checks, conflict } = this.#plan
    const row = this.#prepared('insert', undefined, values, results)
    if (row === undefined) return
    const taken = conflict && findConflict(this.#db, this.#runner.catalog, relation, conflict.arbiters, row)
    if (taken === undefined) {
      const { rowid } = this.#orUnique(row, undefined, () => this.#db.run(insertSql(relation), bindValues(row)))
      checkViews(checks, results)
      if (conflict !== undefined) this.#touched.add(rowid)
      this.#done({ relation, old: undefined, new: row }, this.#returning(rowid, returning))
      return
    }
    const update = conflict?.update
    if (update === undefined) return
    if (this.#touched.has(taken))
      throw new PgError('21000', 'ON CONFLICT DO UPDATE command cannot affect row a second time', {
        hint: 'Ensure that no rows proposed for insertion within the same command have duplicate constrained values.',
      })
    const proposed = numbered('e', row)
    const [computed] = this.#runner.query(update, { ...this.#bindings, ...proposed, rowid: taken })
    if (computed === undefined) return
    this.#touched.add(taken)
    const old = this.#old(taken)
    const width = relation.columns.length
    const changed = computed.slice(0, width)
    if (
      this.#plan.routed &&
      relation.bound !== undefined &&
      !fitsPartition(this.#runner.environment, relation, changed)
    )
      throw new PgError('0A000', 'invalid ON UPDATE specification', {
        detail: 'The result tuple would appear in a different partition than the original tuple.',
      })
    const next = this.#prepared('update', old, changed, computed.slice(width, width + checks.length))
    if (next === undefined) return
    this.#store(taken, next)
    const { updated: assigned = [] } = conflict ?? {}
    this.#done({ relation, old, new: next, assigned }, this.#returning(taken, returning, old))
  }

  #returning(id: bigint, computed: Value[], old?: readonly Value[]): Value[] {
    const { relation, returningQuery } = this.#plan
    if (returningQuery === undefined) return computed
    const before = numbered('o', old ?? relation.columns.map(() => null))
    const bindings = { ...this.#bindings, ...before, present: old === undefined ? null : 1n, rowid: id }
    return this.#runner.query(returningQuery, bindings)[0] ?? []
  }
}
