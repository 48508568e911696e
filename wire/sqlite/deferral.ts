/**
 * Constraints that wait: which of them do in this transaction, and what is still to be checked. Manual: "SET CONSTRAINTS";
 * after the queue of deferred events in trigger.c.
 */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { Deferrable } from '../../compiler/catalog/entries.ts'
import type { DefinitionPlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { unsupported } from '../protocol/error.ts'
import type { Firing } from './plpgsql/run.ts'

/** A constraint, and the key that a change has made worth a look. */
export interface KeyCheck {
  readonly kind: 'reference' | 'referenced' | 'unique'
  /** The relation that has the constraint. */
  readonly relation: number
  readonly constraint: string
  readonly key: readonly Value[]
  /** The table that had a key which is referred to. */
  readonly target?: number
}

/** A constraint trigger, and the change that it is to be called for. */
export interface TriggerCheck {
  readonly kind: 'trigger'
  readonly relation: number
  readonly constraint: string
  readonly target?: undefined
  readonly firing: Firing
  /** The role that it is called as: that of the change. */
  readonly role: number
}

export type Check = KeyCheck | TriggerCheck

export interface NamedConstraint {
  readonly relation: number
  readonly name: string
}

/** What waits, the last first: a list that shares its rest with those it was made from, so that a rollback costs nothing. */
interface Waiting {
  readonly check: Check
  readonly earlier: Waiting | undefined
}

/** What a rollback goes back to. */
export interface DeferralState {
  readonly all: boolean | undefined
  readonly named: ReadonlyMap<string, boolean>
  readonly last: Waiting | undefined
}

const NONE: DeferralState = { all: undefined, named: new Map(), last: undefined }

const nameOf = (relation: number, name: string): string => `${relation}.${name}`

export class Deferral {
  #state: DeferralState = NONE
  readonly #check: (check: Check) => void

  /** @param check @throws PgError where the constraint is violated */
  constructor(check: (check: Check) => void) {
    this.#check = check
  }

  get state(): DeferralState {
    return this.#state
  }

  restore(state: DeferralState): void {
    this.#state = state
  }

  /**
   * @param before what a definition changes
   * @throws PgError 0A000 for one of a table that something waits of (CheckTableNotInUse)
   */
  requireUntouched({ tag, catalog, truncated }: DefinitionPlan, before: Catalog): void {
    const isTouched = (oid: number): boolean =>
      truncated?.tables.includes(oid) === true || catalog.findRelation(oid) !== before.findRelation(oid)
    for (let { last } = this.#state; last !== undefined; last = last.earlier) {
      const { relation, target = relation } = last.check
      if (isTouched(relation) || isTouched(target)) throw unsupported(`${tag} while constraints wait to be checked`)
    }
  }

  /** Checks a key now, or when its constraint is to be checked. @throws PgError 23503, 23505 */
  check(constraint: Deferrable & { readonly name: string }, check: Check): void {
    const { all, named, last } = this.#state
    const waits =
      constraint.deferrable === true &&
      (named.get(nameOf(check.relation, constraint.name)) ?? all ?? constraint.deferred === true)
    if (waits) this.#state = { ...this.#state, last: { check, earlier: last } }
    else this.#check(check)
  }

  /**
   * SET CONSTRAINTS: what has waited and shall no longer is checked.
   * @param constraints undefined for all
   * @throws PgError
   */
  set(constraints: readonly NamedConstraint[] | undefined, deferred: boolean): void {
    if (constraints === undefined) this.#state = { ...this.#state, all: deferred, named: new Map() }
    else {
      const named = new Map(this.#state.named)
      for (const { relation, name } of constraints) named.set(nameOf(relation, name), deferred)
      this.#state = { ...this.#state, named }
    }
    if (deferred) return
    const due = new Set(constraints?.map(({ relation, name }) => nameOf(relation, name)))
    this.#run((check) => constraints === undefined || due.has(nameOf(check.relation, check.constraint)))
  }

  /** The transaction is about to be committed. @throws PgError */
  checkAll(): void {
    this.#run(() => true)
  }

  /** Checks what is due, and what becomes due of it. */
  #run(isDue: (check: Check) => boolean): void {
    for (;;) {
      const waiting: Check[] = []
      for (let { last } = this.#state; last !== undefined; last = last.earlier) waiting.push(last.check)
      waiting.reverse()
      const due = waiting.filter(isDue)
      if (due.length === 0) return
      const kept = waiting.filter((check) => !isDue(check))
      const last = kept.reduce<Waiting | undefined>((earlier, check) => ({ check, earlier }), undefined)
      this.#state = { ...this.#state, last }
      due.forEach(this.#check)
    }
  }

  /** The transaction has ended, and with it what SET CONSTRAINTS said. */
  end(): void {
    this.#state = NONE
  }
}
