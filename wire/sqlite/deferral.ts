/**
 * Constraints that wait: which of them do in this transaction, and what is still to be checked. Manual: "SET CONSTRAINTS";
 * after the queue of deferred events in trigger.c.
 */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { Deferrable } from '../../compiler/catalog/entries.ts'
import type { Value } from '../../compiler/tree/value.ts'

/** A constraint, and the key that a change has made worth a look. */
export interface Check {
  readonly kind: 'reference' | 'referenced' | 'unique'
  /** The relation that has the constraint. */
  readonly relation: number
  readonly constraint: string
  readonly key: readonly Value[]
}

export interface NamedConstraint {
  readonly relation: number
  readonly name: string
}

/** What a rollback goes back to. */
export interface DeferralState {
  readonly all: boolean | undefined
  readonly named: ReadonlyMap<string, boolean>
  readonly queue: readonly Check[]
}

const NONE: DeferralState = { all: undefined, named: new Map(), queue: [] }

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

  get isPending(): boolean {
    return this.#state.queue.length > 0
  }

  /** Checks a key now, or when its constraint is to be checked. @throws PgError */
  check(constraint: Deferrable & { readonly name: string }, check: Check): void {
    const { all, named, queue } = this.#state
    const waits =
      constraint.deferrable === true &&
      (named.get(nameOf(check.relation, constraint.name)) ?? all ?? constraint.deferred === true)
    if (waits) this.#state = { ...this.#state, queue: [...queue, check] }
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

  #run(isDue: (check: Check) => boolean): void {
    const { queue } = this.#state
    this.#state = { ...this.#state, queue: queue.filter((check) => !isDue(check)) }
    for (const check of queue) if (isDue(check)) this.#check(check)
  }

  /** The transaction has ended, and with it what SET CONSTRAINTS said. */
  end(): void {
    this.#state = NONE
  }
}

/** The constraint that a check is of; undefined when it has gone. */
export const constraintOf = (catalog: Catalog, { relation, constraint }: Check) => {
  const found = catalog.findRelation(relation)
  const own = found?.constraints.find(({ name }) => name === constraint)
  return found === undefined || own === undefined ? undefined : { relation: found, constraint: own }
}
