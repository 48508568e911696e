/**
 * What is done when a statement has changed its rows, in order: constraints and triggers of each row, triggers of the
 * statement, and what the actions of foreign keys add to that. After trigger.c (AfterTriggerEndQuery).
 */
import type { RelationInfo, TriggerInfo } from '../../compiler/catalog/entries.ts'
import type { SqliteDatabase } from './database.ts'
import { enforceConstraints, type RowChange } from './foreign-key.ts'
import type { Triggers } from './triggers.ts'
import type { Runner } from './write.ts'

type Operation = TriggerInfo['events'][number]

interface RowEvent {
  readonly kind: 'row'
  readonly triggers: Triggers | undefined
  readonly change: RowChange
}

interface StatementEvent {
  readonly kind: 'statement'
  readonly triggers: Triggers
  readonly changes: RowChange[]
  /** A later statement of the kind on the same table fires them for both (cancel_prior_stmt_triggers). */
  cancelled: boolean
}

const nameOf = ({ oid }: RelationInfo, operation: Operation): string => `${oid} ${operation}`

export class AfterEvents {
  readonly #events: (RowEvent | StatementEvent)[] = []
  /** How many of them have been done. */
  #done = 0
  readonly #statements = new Map<string, StatementEvent>()
  readonly #begun = new Set<string>()

  /** @returns whether triggers before statements of a kind are to be fired: they are once (before_stmt_triggers_fired) */
  begins(relation: RelationInfo, operation: Operation): boolean {
    const name = nameOf(relation, operation)
    if (this.#begun.has(name)) return false
    this.#begun.add(name)
    return true
  }

  /** A row has been changed. @param triggers those of its table */
  row(change: RowChange, triggers?: Triggers): void {
    this.#events.push({ kind: 'row', triggers, change })
  }

  /** A statement has changed all of its rows. */
  statement(relation: RelationInfo, operation: Operation, triggers: Triggers, changes: readonly RowChange[]): void {
    const name = nameOf(relation, operation)
    const earlier = this.#statements.get(name)
    const isWaiting = earlier !== undefined && this.#events.includes(earlier, this.#done)
    if (isWaiting) earlier.cancelled = true
    const event: StatementEvent = {
      kind: 'statement',
      triggers,
      changes: [...(isWaiting ? earlier.changes : []), ...changes],
      cancelled: false,
    }
    this.#statements.set(name, event)
    this.#events.push(event)
  }

  /** Does all of it, and what comes of it. @throws PgError what constraints and triggers throw */
  run(db: SqliteDatabase, runner: Runner): void {
    for (let event = this.#events[this.#done]; event !== undefined; event = this.#events[this.#done]) {
      this.#done++
      if (event.kind === 'row') this.#runRow(db, runner, event)
      else if (!event.cancelled) event.triggers.afterStatement(event.changes)
    }
  }

  #runRow(db: SqliteDatabase, runner: Runner, { triggers, change }: RowEvent): void {
    triggers?.afterRow(change, 'before constraints')
    const acted = (child: RowChange): void => {
      runner.capture.row(runner.catalog, child)
      this.row(child)
    }
    enforceConstraints(db, runner, this, change, acted)
    triggers?.afterRow(change, 'after constraints')
  }
}
