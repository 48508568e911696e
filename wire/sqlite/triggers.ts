/** Fires the triggers of a write. Manual: "Overview of Trigger Behavior"; after trigger.c. */

import type { RelationInfo, TriggerInfo } from '../../compiler/catalog/entries.ts'
import type { TriggerPlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { AfterEvents } from './after-events.ts'
import { numbered } from './database.ts'
import type { RowChange } from './foreign-key.ts'
import type { Firing } from './plpgsql/run.ts'
import type { Runner, WriteStatement } from './write.ts'

type Event = TriggerInfo['events'][number]
type Row = readonly Value[] | undefined

/** What the names of constraints' triggers begin with. */
const CONSTRAINT = 'RI_ConstraintTrigger_'

const same = (left: readonly Value[], right: readonly Value[]): boolean =>
  left.every((value, at) => Object.is(value, right[at]))

export class Triggers {
  readonly #runner: Runner
  readonly #relation: RelationInfo
  readonly #plans: readonly TriggerPlan[]
  readonly #updated: readonly number[]
  readonly #events: readonly Event[]

  constructor(runner: Runner, { relation, triggers, operation, conflict }: WriteStatement) {
    this.#runner = runner
    this.#relation = relation
    this.#plans = triggers.triggers
    this.#updated = triggers.updated
    this.#events = operation === 'insert' && conflict?.action === 'update' ? ['insert', 'update'] : [operation]
  }

  /** Whether there are any at all. */
  get any(): boolean {
    return this.#plans.length > 0
  }

  #of(timing: TriggerInfo['timing'], row: boolean, event: Event): TriggerPlan[] {
    return this.#plans.filter(
      ({ trigger }) =>
        trigger.timing === timing &&
        trigger.row === row &&
        trigger.events.includes(event) &&
        (event !== 'update' ||
          trigger.columns.length === 0 ||
          trigger.columns.some((column) => this.#updated.includes(column))),
    )
  }

  #holds({ when }: TriggerPlan, old: Row, fresh: Row): boolean {
    if (when === undefined) return true
    const none = this.#relation.columns.map(() => null)
    const bindings = { ...numbered('o', old ?? none), ...numbered('n', fresh ?? none) }
    return this.#runner.query(when, bindings)[0]?.[0] === 1n
  }

  #fire(plan: TriggerPlan, operation: Event, old: Row, fresh: Row): readonly Value[] | null {
    return this.#runner.fire({ trigger: plan.trigger, relation: this.#relation, operation, old, new: fresh })
  }

  /** Before each row. @returns the row to go on with, undefined when the row is left out */
  beforeRow(event: Event, old: Row, fresh: Row): readonly Value[] | undefined {
    let row = event === 'delete' ? old : fresh
    for (const plan of this.#of('before', true, event)) {
      if (!this.#holds(plan, old, event === 'delete' ? undefined : row)) continue
      const result = this.#runner.whileChanging(this.#relation, () =>
        this.#fire(plan, event, old, event === 'delete' ? undefined : row),
      )
      if (result === null) return undefined
      if (event !== 'delete' && row !== undefined && !same(result, row)) row = result
    }
    return row ?? []
  }

  /** In place of each change of a row. @returns the row that the triggers give, undefined when they leave it out */
  insteadOfRow(event: Event, old: Row, fresh: Row): readonly Value[] | undefined {
    let row = event === 'delete' ? old : fresh
    for (const plan of this.#of('instead', true, event)) {
      const result = this.#fire(plan, event, old, event === 'delete' ? undefined : row)
      if (result === null) return undefined
      row = result
    }
    return row ?? []
  }

  beforeStatement(events: AfterEvents): void {
    for (const event of this.#events)
      if (events.begins(this.#relation, event))
        for (const plan of this.#of('before', false, event))
          if (this.#holds(plan, undefined, undefined)) this.#fire(plan, event, undefined, undefined)
  }

  /**
   * After a row. Foreign keys are triggers too, and all fire in the order of their names.
   * @param part those whose names come before theirs, or the rest
   */
  afterRow(change: RowChange, part: 'before constraints' | 'after constraints'): void {
    const event = eventOf(change)
    for (const plan of this.#of('after', true, event))
      if (plan.trigger.name < CONSTRAINT === (part === 'before constraints'))
        if (this.#holds(plan, change.old, change.new)) this.#fireInTime(plan, event, change)
  }

  /** A constraint trigger may have to wait. */
  #fireInTime({ trigger }: TriggerPlan, operation: Event, { old, new: fresh }: RowChange): void {
    const firing: Firing = { trigger, relation: this.#relation, operation, old, new: fresh }
    const { constraint } = trigger
    if (constraint === undefined) this.#runner.fire(firing)
    else
      this.#runner.deferral.check(constraint, {
        kind: 'trigger',
        relation: this.#relation.oid,
        constraint: constraint.name,
        firing,
        role: this.#runner.role,
      })
  }

  afterStatement(changes: readonly RowChange[]): void {
    for (const event of this.#events.toReversed())
      for (const plan of this.#of('after', false, event))
        if (this.#holds(plan, undefined, undefined)) this.#withTransitionTables(plan, event, changes)
  }

  #withTransitionTables(plan: TriggerPlan, event: Event, changes: readonly RowChange[]): void {
    const { oldTable, newTable } = plan.trigger
    const own = changes.filter((change) => eventOf(change) === event)
    const fire = (): void => {
      this.#fire(plan, event, undefined, undefined)
    }
    const withNew = (): void =>
      newTable === undefined
        ? fire()
        : this.#runner.withTable(
            newTable,
            this.#relation,
            own.flatMap((change) => (change.new === undefined ? [] : [change.new])),
            fire,
          )
    if (oldTable === undefined) withNew()
    else
      this.#runner.withTable(
        oldTable,
        this.#relation,
        own.flatMap(({ old }) => (old === undefined ? [] : [old])),
        withNew,
      )
  }
}

const eventOf = ({ old, new: fresh }: RowChange): Event =>
  old === undefined ? 'insert' : fresh === undefined ? 'delete' : 'update'
