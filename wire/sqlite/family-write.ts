/** A write to a table whose rows are in others: its partitions, or the tables that inherit from it. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { columnMap } from '../../compiler/catalog/inheritance.ts'
import { convertRow, fitsPartition, partitionFor } from '../../compiler/partition/route.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { AfterEvents } from './after-events.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { type RowChange, requireMovable } from './foreign-key.ts'
import { InsteadWrite } from './instead-write.ts'
import { Triggers } from './triggers.ts'
import { partitionViolation } from './violation.ts'
import { type RowWriter, type Runner, storedRow, Write, type WriteStatement } from './write.ts'

export class FamilyWrite implements RowWriter {
  readonly #db: SqliteDatabase
  readonly #runner: Runner
  readonly #relation: RelationInfo
  readonly #triggers: Triggers
  readonly #operation: WriteStatement['operation']
  readonly #events: AfterEvents
  readonly #members = new Map<
    number,
    { readonly relation: RelationInfo; readonly write: Write; readonly fires: boolean }
  >()
  readonly returned: Value[][] = []
  readonly #moves: RowChange[] = []

  constructor(db: SqliteDatabase, runner: Runner, plan: WriteStatement, bindings: Bindings, events: AfterEvents) {
    this.#operation = plan.operation
    this.#events = events
    this.#db = db
    this.#runner = runner
    this.#relation = plan.relation
    this.#triggers = new Triggers(runner, plan)
    if (plan.triggers.triggers.some(({ trigger }) => trigger.oldTable ?? trigger.newTable))
      throw unsupported('transition tables of a table with partitions or children')
    const { operation, returning, merged } = plan
    for (const member of plan.members ?? [])
      this.#members.set(member.relation.oid, {
        relation: member.relation,
        write: new Write(
          db,
          runner,
          { ...member, operation, returning, routed: true, ...(merged === undefined ? {} : { merged }) },
          bindings,
          events,
        ),
        fires: member.triggers.triggers.length > 0,
      })
  }

  get count(): number {
    return [...this.#members.values()].reduce((sum, { write }) => sum + write.count, 0) - this.#moves.length
  }

  begin(): void {
    this.#triggers.beforeStatement(this.#events)
  }

  finishRows(): void {
    for (const { write } of this.#members.values()) write.finishRows()
    for (const change of this.#moves) this.#events.row(change)
  }

  finishStatement(): void {
    for (const { write } of this.#members.values()) write.finishStatement()
    if (this.#triggers.any) this.#events.statement(this.#relation, this.#operation, this.#triggers, [])
  }

  #member(oid: number) {
    const member = this.#members.get(oid)
    if (member === undefined) throw unsupported('a row of a table that has come since')
    return member
  }

  /** Hands what a member has returned on. */
  #collect(write: Write, work: () => void): void {
    const before = write.returned.length
    work()
    this.returned.push(...write.returned.slice(before))
  }

  /** The leaf that a row belongs to (ExecFindPartition). @throws PgError 23514 */
  #route(row: readonly Value[]): { readonly leaf: RelationInfo; readonly row: readonly Value[] } {
    const { environment } = this.#runner
    if (!fitsPartition(environment, this.#relation, row)) throw partitionViolation(environment, this.#relation, row)
    let table = this.#relation
    let values = row
    while (table.kind === 'p') {
      const next = partitionFor(environment, table, values)
      if (next === undefined) throw new PgError('23514', `no partition of relation "${table.name}" found for row`)
      values = convertRow(table, next, values)
      table = next
    }
    return { leaf: table, row: values }
  }

  insert(values: readonly Value[], _results: readonly Value[], returning: Value[] = []): void {
    const { leaf, row } = this.#route(values)
    const { write } = this.#member(leaf.oid)
    this.#collect(write, () => write.insert(row, [], returning))
  }

  #find(id: Value) {
    const [oid, rowid] = String(id).split(':')
    return { ...this.#member(Number(oid)), id: BigInt(rowid ?? 0) }
  }

  update(key: Value, values: Value[], _results: Value[], returning: Value[]): void {
    const { relation, write, id, fires } = this.#find(key)
    const map = columnMap(relation, this.#relation)
    const old = storedRow(this.#db, relation, id)
    const row = map.map((at, own) => (at < 0 ? (old[own] ?? null) : (values[at] ?? null)))
    if (relation.bound === undefined || fitsPartition(this.#runner.environment, relation, row)) {
      this.#collect(write, () => write.update(id, row, [], returning))
      return
    }
    if (fires) throw unsupported('moving a row between partitions that have triggers')
    const { leaf, row: moved } = this.#route(values)
    const target = this.#member(leaf.oid)
    if (target.fires) throw unsupported('moving a row between partitions that have triggers')
    requireMovable(this.#runner.catalog, relation, this.#relation)
    if (write.deleteOnce(id)) {
      const before = columnMap(this.#relation, relation).map((at) => old[at] ?? null)
      this.#moves.push({ relation: this.#relation, old: before, new: values })
      this.#collect(target.write, () => target.write.insert(moved, [], returning))
    }
  }

  delete(key: Value, returning: Value[]): void {
    const { write, id } = this.#find(key)
    this.#collect(write, () => write.delete(id, returning))
  }
}

/** @param events where what follows from it is added */
export const startWrite = (
  db: SqliteDatabase,
  runner: Runner,
  plan: WriteStatement,
  bindings: Bindings,
  events: AfterEvents,
): RowWriter =>
  plan.instead
    ? new InsteadWrite(runner, plan, bindings, events)
    : plan.members === undefined
      ? new Write(db, runner, plan, bindings, events)
      : new FamilyWrite(db, runner, plan, bindings, events)

/** Does something whose events are done at its end, unless it is itself an action of a foreign key. */
export const withEvents = <Outcome>(
  db: SqliteDatabase,
  runner: Runner,
  work: (events: AfterEvents) => Outcome,
): Outcome => {
  if (runner.events !== undefined) return work(runner.events)
  const events = new AfterEvents()
  const outcome = work(events)
  events.run(db, runner)
  return outcome
}
