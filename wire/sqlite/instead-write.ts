/** INSERT, UPDATE and DELETE of a view whose INSTEAD OF triggers do it. Manual: "CREATE TRIGGER"; after ExecIRInsertTriggers. */
import type { Value } from '../../compiler/tree/value.ts'
import type { AfterEvents } from './after-events.ts'
import { type Bindings, numbered } from './database.ts'
import { Triggers } from './triggers.ts'
import type { RowWriter, Runner, WriteStatement } from './write.ts'

export class InsteadWrite implements RowWriter {
  readonly #runner: Runner
  readonly #plan: WriteStatement
  readonly #bindings: Bindings
  readonly #triggers: Triggers
  readonly #events: AfterEvents
  readonly returned: Value[][] = []
  count = 0

  /** @param events where what follows from it is added */
  constructor(runner: Runner, plan: WriteStatement, bindings: Bindings, events: AfterEvents) {
    this.#events = events
    this.#runner = runner
    this.#plan = plan
    this.#bindings = bindings
    this.#triggers = new Triggers(runner, plan)
  }

  begin(): void {
    this.#triggers.beforeStatement(this.#events)
  }

  insert(values: readonly Value[]): void {
    this.#fire('insert', undefined, values)
  }

  /** @param old the row as the view has it */
  update(_id: Value, values: readonly Value[], _results: readonly Value[], old: readonly Value[]): void {
    this.#fire('update', old, values)
  }

  /** @param old the row as the view has it */
  delete(_id: Value, old: readonly Value[]): void {
    this.#fire('delete', old, undefined)
  }

  /** What a trigger leaves out is not counted; what it gives back is what RETURNING shows. */
  #fire(
    event: 'insert' | 'update' | 'delete',
    old: readonly Value[] | undefined,
    fresh: readonly Value[] | undefined,
  ): void {
    const row = this.#triggers.insteadOfRow(event, old, fresh)
    if (row === undefined) return
    this.count++
    const { returning, returningQuery } = this.#plan
    if (returning === undefined || returningQuery === undefined) return
    const [before, after] = event === 'delete' ? [row, undefined] : [old, row]
    const bindings = { ...this.#bindings, ...numbered('o', before ?? []), ...numbered('v', after ?? []) }
    this.returned.push(this.#runner.query(returningQuery, bindings)[0] ?? [])
  }

  finishRows(): void {
    // their triggers have done all that there is to do
  }

  finishStatement(): void {
    if (this.#triggers.any) this.#events.statement(this.#plan.relation, this.#plan.operation, this.#triggers, [])
  }
}
