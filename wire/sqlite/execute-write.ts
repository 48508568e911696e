/** INSERT, UPDATE and DELETE as statements: what a plan's query has computed is applied row by row. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { requireReplicaIdentity } from '../../compiler/catalog/publication.ts'
import type { WithWritesPlan, WritePlan } from '../../compiler/plan.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { unsupported } from '../protocol/error.ts'
import { AfterEvents } from './after-events.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { startWrite, withEvents } from './family-write.ts'
import type { Result } from './result.ts'
import { finish, type RowWriter, type Runner, type WriteStatement } from './write.ts'

const TAGS = { insert: 'INSERT 0', update: 'UPDATE', delete: 'DELETE' } as const

/**
 * What subscribers could not be told is an error, whatever the rows (CheckValidResultRel). PostgreSQL does not look at
 * partitions that its planner has ruled out, so where only some of them lack what they need, it is not known.
 * @throws PgError 42P10, 55000
 */
const requirePublishable = (catalog: Catalog, { operation, relation, members, conflict, instead }: WritePlan): void => {
  const changes = operation === 'insert' ? conflict?.action === 'update' && 'update' : operation
  if (!changes || instead) return
  const targets = members?.map((member) => member.relation).filter(({ kind }) => kind === 'r') ?? [relation]
  const failures = targets.flatMap((target) => {
    try {
      requireReplicaIdentity(catalog, target, changes)
      return []
    } catch (error) {
      return [error]
    }
  })
  if (relation.kind === 'p' && failures.length > 0 && failures.length < targets.length)
    throw unsupported('a change of partitions some of which lack a replica identity')
  if (failures.length > 0) throw failures[0]
}

/** All rows that a write will make, before anything is changed. */
const compute = (runner: Runner, plan: WritePlan, bindings: Bindings): Value[][] => {
  if (plan.members !== undefined && plan.rows.callsRoutines)
    throw unsupported('functions of users in a write to partitions or children')
  return runner.queryForWrite(plan.rows, bindings, plan)
}

/** What stands in a computed row before RETURNING's columns. */
const widthBefore = ({ operation, relation, checks }: WritePlan): number =>
  operation === 'delete' ? 1 : (operation === 'insert' ? 0 : 1) + relation.columns.length + checks.length

const apply = (write: RowWriter, plan: WritePlan, rows: readonly Value[][]): void => {
  const { relation, operation, checks } = plan
  const width = relation.columns.length
  const rest = widthBefore(plan)
  for (const row of rows) {
    const start = operation === 'insert' ? 0 : 1
    const [id = null] = row
    if (operation === 'delete') {
      write.delete(id, row.slice(rest))
      continue
    }
    const values = row.slice(start, start + width)
    const results = row.slice(start + width, start + width + checks.length)
    if (operation === 'update') write.update(id, values, results, row.slice(rest))
    else write.insert(values, results, row.slice(rest))
  }
}

const resultOf = ({ operation, returning, notices }: WritePlan, write: RowWriter): Result => ({
  tag: `${TAGS[operation]} ${write.count}`,
  ...(returning === undefined ? {} : { columns: returning }),
  rows: write.returned,
  notices,
})

export const executeWrite = (db: SqliteDatabase, runner: Runner, plan: WritePlan, bindings: Bindings): Result => {
  requirePublishable(runner.catalog, plan)
  const write = withEvents(db, runner, (events) => {
    const started = startWrite(db, runner, plan, bindings, events)
    started.begin()
    apply(started, plan, compute(runner, plan, bindings))
    finish(started)
    return started
  })
  return resultOf(plan, write)
}

/** Fills a table with the rows that a WITH query returns. It cannot be dropped inside a query, so it stays. */
const store = (db: SqliteDatabase, table: string, columns: readonly string[], rows: readonly Value[][]): void => {
  const names = columns.map(quoteName)
  db.run(
    `CREATE ${db.temporary} IF NOT EXISTS ${quoteName(table)} (${names.length === 0 ? 'none$' : names.join(', ')})`,
  )
  if (names.length === 0) return
  const sql = `INSERT INTO ${quoteName(table)} VALUES (${columns.map((_, at) => `:v${at}`).join(', ')})`
  for (const row of rows) db.run(sql, Object.fromEntries(columns.map((_, at) => [`v${at}`, row[at] ?? null])))
}

/** Thrown to take back what has been tried. */
const UNDO = new Error('undo')

/** What a write returns of rows that are known only when they are stored: it is made, and taken back. */
const tried = (
  db: SqliteDatabase,
  runner: Runner,
  plan: WritePlan,
  rows: readonly Value[][],
  bindings: Bindings,
): Value[][] => {
  const write = startWrite(db, runner, plan, bindings, new AfterEvents())
  const captured = runner.capture.state
  try {
    db.transact(() => {
      apply(write, plan, rows)
      throw UNDO
    })
  } catch (error) {
    if (error !== UNDO) throw error
    runner.capture.restore(captured)
  }
  return write.returned
}

const sameRows = (left: readonly (readonly Value[])[], right: readonly (readonly Value[])[]): boolean =>
  left.length === right.length &&
  left.every((row, at) => row.every((value, column) => Object.is(value, right[at]?.[column])))

/** @throws PgError 0A000 where two writes change the same row */
const requireApart = (writes: readonly { readonly plan: WritePlan; readonly rows: readonly Value[][] }[]): void => {
  const changes = writes.filter(({ plan }) => plan.operation !== 'insert')
  for (const of of Map.groupBy(changes, ({ plan }) => plan.relation.oid).values()) {
    const seen = new Set<Value>()
    for (const { rows } of of.length > 1 ? of : []) {
      const own = new Set(rows.map(([id = null]) => id))
      for (const id of own)
        if (seen.has(id)) throw unsupported('two changes of one row in a statement')
        else seen.add(id)
    }
  }
}

/** Writes by the kind of what they do, in an order of kinds. */
const inKinds = <Each extends { readonly plan: WritePlan }>(
  writes: readonly Each[],
  kinds: readonly WritePlan['operation'][],
): Each[] => kinds.flatMap((kind) => writes.filter(({ plan }) => plan.operation === kind))

/** Tables of WITH queries that a statement is using. */
const inUse = new WeakMap<SqliteDatabase, Set<string>>()

/** Everything is computed over the tables as they are, then changed; foreign keys and triggers see the outcome of all. */
export const executeWithWrites = (
  db: SqliteDatabase,
  runner: Runner,
  { steps, main, merge }: WithWritesPlan,
  bindings: Bindings,
): Result => {
  const tables = inUse.get(db) ?? new Set()
  inUse.set(db, tables)
  if (steps.some(({ table }) => tables.has(table)))
    throw unsupported('a statement with WITH queries that change rows inside itself')
  for (const { table } of steps) tables.add(table)
  try {
    return executeSteps(db, runner, { steps, main, ...(merge === undefined ? {} : { merge }) }, bindings)
  } finally {
    for (const { table } of steps) tables.delete(table)
  }
}

const executeSteps = (
  db: SqliteDatabase,
  runner: Runner,
  { steps, main, merge }: Pick<WithWritesPlan, 'steps' | 'main' | 'merge'>,
  bindings: Bindings,
): Result => {
  if (merge !== 'nothing') for (const { write } of steps) requirePublishable(runner.catalog, write)
  if (merge !== 'nothing' && main.kind === 'write') requirePublishable(runner.catalog, main)
  const computed = steps.map(({ write, table, columns, merge: group, tried: isOpen }) => {
    const rows = compute(runner, write, bindings)
    const returned = isOpen
      ? tried(db, runner, write, rows, bindings)
      : rows.map((row) => row.slice(widthBefore(write)))
    if (!merge) store(db, table, columns, returned)
    return { plan: write, rows, group, ...(isOpen ? { returned } : {}) }
  })
  const found = main.kind === 'query' ? runner.query(main.query, bindings) : compute(runner, main, bindings)
  if (!merge) for (const { table } of steps) db.run(`DELETE FROM ${quoteName(table)}`)
  const merges = new Map<string | undefined, Map<number, Set<bigint>>>()
  const mergedIn = (group: string | undefined): Pick<WriteStatement, 'merged'> => {
    if (group === undefined && !merge) return {}
    const merged = merges.get(group) ?? new Map<number, Set<bigint>>()
    merges.set(group, merged)
    return { merged }
  }
  const all =
    main.kind === 'write' ? [...computed, { plan: main, rows: found, group: undefined, returned: undefined }] : computed
  if (!merge) requireApart(all.filter(({ group }) => group === undefined))
  const writes = withEvents(db, runner, (events) => {
    const begun = all.map((each) => ({
      ...each,
      write: startWrite(db, runner, { ...each.plan, ...mergedIn(each.group) }, bindings, events),
    }))
    // MERGE does so for all kinds of its actions, whatever rows it has for them (fireBSTriggers)
    const fired = merge === 'rows' ? begun : []
    for (const { write } of inKinds(fired, ['insert', 'update', 'delete'])) write.begin()
    for (const { plan, rows, returned, write } of begun) {
      if (!merge) write.begin()
      apply(write, plan, rows)
      // Other changes of the statement have come first.
      if (returned !== undefined && !sameRows(returned, write.returned))
        throw unsupported('changes of one statement that depend on each other')
    }
    if (merge) {
      for (const { write } of begun) write.finishRows()
      for (const { write } of inKinds(fired, ['delete', 'update', 'insert'])) write.finishStatement()
    } else for (const { write } of begun) finish(write)
    return begun
  })
  if (merge)
    return {
      tag: `MERGE ${writes.reduce((sum, { write }) => sum + write.count, 0)}`,
      ...(main.kind !== 'write' || main.returning === undefined ? {} : { columns: main.returning }),
      rows: writes.flatMap(({ write }) => write.returned),
      notices: main.notices,
    }
  const last = writes.at(-1)
  if (main.kind === 'write' && last !== undefined) return resultOf(main, last.write)
  if (main.kind !== 'query') throw new Error('no main statement')
  const rows = main.columns.length === 0 ? found.map(() => []) : found
  return { tag: `SELECT ${rows.length}`, columns: main.columns, rows, notices: main.notices }
}
