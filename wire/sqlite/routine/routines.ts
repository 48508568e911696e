/** Calls of functions, procedures and triggers that users have written. */
import { isPolymorphic } from '../../../compiler/bind/polymorphic.ts'
import type { EventTriggerInfo, FunctionBody, FunctionInfo } from '../../../compiler/catalog/entries.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import { ownerOf } from '../../../compiler/catalog/privilege.ts'
import { recordType } from '../../../compiler/catalog/record-type.ts'
import type { CallPlan } from '../../../compiler/plan.ts'
import { outputColumnsOf } from '../../../compiler/routine/sql-function.ts'
import { type OutputColumn, sameTypes } from '../../../compiler/tree/query.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { FiredEvent, Routines } from '../../../compiler/types/environment.ts'
import { storeRecord, storeShaped } from '../../../compiler/types/record.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { type Firing, runBlock, runEventTrigger, runPlpgsqlFunction, runTrigger } from '../plpgsql/run.ts'
import type { Result } from '../result.ts'
import type { RoutineHost } from './host.ts'
import { type RoutineRows, runSqlFunction } from './sql-function.ts'

/** Routines that call each other deeper than this are given up: each level takes a piece of the thread's stack. */
const MAX_DEPTH = 100

export class SessionRoutines implements Routines {
  readonly #host: RoutineHost
  /** The functions that have been executed, by any session. */
  readonly #executed: Set<number>
  #depth = 0
  /** How many of the routines that are being executed must not end the transaction. */
  #atomic = 0
  triggerDepth = 0

  constructor(host: RoutineHost, executed = new Set<number>()) {
    this.#host = host
    this.#executed = executed
  }

  hasRun(oid: number): boolean {
    return this.#executed.has(oid)
  }

  /** What is being executed must not end the transaction. */
  get isAtomic(): boolean {
    return this.#atomic > 0
  }

  #nested<Outcome>(
    routine: Pick<FunctionInfo, 'body' | 'owner'> & { readonly oid?: number },
    work: () => Outcome,
    isProcedure = false,
  ): Outcome {
    if (this.#depth >= MAX_DEPTH) throw unsupported(`more than ${MAX_DEPTH} routines that call each other`)
    const { settings, asOwner } = routine.body ?? {}
    const atomic = isProcedure && settings === undefined && !asOwner ? 0 : 1
    this.#depth++
    this.#atomic += atomic
    if (routine.oid !== undefined) this.#executed.add(routine.oid)
    try {
      const inside = settings === undefined ? work : () => this.#host.withSettings(settings, work)
      return asOwner ? this.#host.asRole(ownerOf(routine), inside) : inside()
    } finally {
      this.#depth--
      this.#atomic -= atomic
    }
  }

  #run(fn: FunctionInfo, types: readonly number[], result: number, args: readonly Value[]): RoutineRows {
    const run = () =>
      fn.body?.language === 'sql'
        ? runSqlFunction(this.#host, fn, types, result, args)
        : runPlpgsqlFunction(this.#host, fn, types, result, args)
    return this.#nested(fn, run, fn.kind === 'p')
  }

  call(fn: FunctionInfo, types: readonly number[], result: number, args: readonly Value[]): Value {
    const { rows, columns } = this.#run(fn, types, result, args)
    const [row] = rows
    if (row === undefined) return null
    if (columns === undefined) return row[0] ?? null
    return fn.result === OID.record && outputColumnsOf(fn).length === 0
      ? storeShaped({ type: recordType(columns), fields: row })
      : storeRecord(row)
  }

  rows(
    fn: FunctionInfo,
    types: readonly number[],
    columns: readonly OutputColumn[],
    args: readonly Value[],
  ): readonly (readonly Value[])[] {
    const [only] = columns
    const result = isPolymorphic(fn.result) && only !== undefined ? only.type : fn.result
    const found = this.#run(fn, types, result, args)
    const { columns: made = [] } = found
    if (made.length > 0 && !sameTypes(made, columns))
      throw new PgError(
        '42804',
        fn.body?.language === 'plpgsql' && !fn.set
          ? 'returned record type does not match expected record type'
          : 'function return row and query-specified return row do not match',
      )
    if (fn.set) return found.rows
    return found.rows.length === 0 ? [columns.map(() => null)] : found.rows.slice(0, 1)
  }

  /** CALL: the row that output arguments make, if there are any. @param args what the arguments have come to */
  called({ fn, types, columns }: CallPlan, args: readonly Value[]): Partial<Result> {
    const [row] = this.#run(fn, types, fn.result, args.slice(0, types.length)).rows
    return columns === undefined ? { rows: [] } : { columns, rows: row === undefined ? [] : [row] }
  }

  block(body: FunctionBody): void {
    this.#nested({ body }, () => runBlock(this.#host, body), true)
  }

  event(trigger: EventTriggerInfo, fired: FiredEvent): void {
    const fn = this.#host.environment.catalog.fn(trigger.function)
    if (fn.body === undefined) throw unsupported(`${fn.name}() as an event trigger`)
    this.#nested(fn, () => runEventTrigger(this.#host, fn, fired))
  }

  trigger(firing: Firing): readonly Value[] | null {
    const fn = this.#host.environment.catalog.fn(firing.trigger.function)
    this.triggerDepth++
    try {
      return this.#nested(fn, () => runTrigger(this.#host, fn, firing))
    } finally {
      this.triggerDepth--
    }
  }
}
