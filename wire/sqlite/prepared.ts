/** The prepared statements of a session, those of PREPARE and those of the protocol: they have one space of names. */
import { isPlanningError } from '../../compiler/evaluate/fold.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, PreparePlan } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'
import type { Bindings } from './database.ts'
import { columnsOf, type Result } from './result.ts'

export interface Prepared {
  readonly sql: string
  /** Undefined for a text without a statement, which only the protocol prepares. */
  readonly statement: ParsedStatement | undefined
  /** Of its parameters. */
  readonly types: readonly number[]
  /** Absent while planning fails, which is for EXECUTE to say. */
  plan: Plan | undefined
  version: string
}

/** A plan and the values of its parameters. */
export interface BoundPlan {
  readonly plan: Plan
  readonly bindings: Bindings
}

export interface Executor {
  compile(sql: string, parsed: ParsedStatement, types: readonly number[]): Plan
  perform(plan: Plan, bindings: Bindings): Result
  /** Changes when a plan may mean something else. */
  version(): string
}

/** Names and types; of which tables the columns are makes no difference (equalRowTypes). */
const shapeOf = (plan: Plan): string =>
  JSON.stringify(columnsOf(plan)?.map(({ name, type, typmod }) => [name, type, typmod]))

export class PreparedStatements {
  readonly #executor: Executor
  readonly #statements = new Map<string, Prepared>()

  constructor(executor: Executor) {
    this.#executor = executor
  }

  /** @throws PgError 26000 */
  find(name: string): Prepared {
    const prepared = this.#statements.get(name)
    if (prepared === undefined)
      throw new PgError(
        '26000',
        name === '' ? 'unnamed prepared statement does not exist' : `prepared statement "${name}" does not exist`,
      )
    return prepared
  }

  delete(name: string): void {
    this.#statements.delete(name)
  }

  clear(): void {
    this.#statements.clear()
  }

  /**
   * Prepares a statement under a name, which is taken unless it is the empty one.
   * @param types 0 for those that are to be inferred
   * @throws PgError 42P05, 42P18 and what the statement itself throws
   */
  define(name: string, sql: string, statement: ParsedStatement | undefined, types: readonly number[]): void {
    const plan = statement && this.#plan(sql, statement, types)
    const known = plan?.parameters ?? types
    const open = known.findIndex((type) => type === 0 || type === undefined)
    if (open >= 0) throw new PgError('42P18', `could not determine data type of parameter $${open + 1}`)
    if (name !== '' && this.#statements.has(name))
      throw new PgError('42P05', `prepared statement "${name}" already exists`)
    this.#statements.set(name, { sql, statement, types: known, plan, version: this.#executor.version() })
  }

  /** Preparing only analyses: an error in a constant is one of planning. */
  #plan(sql: string, statement: ParsedStatement, types: readonly number[]): Plan | undefined {
    try {
      return this.#executor.compile(sql, statement, types)
    } catch (error) {
      if (isPlanningError(error)) return undefined
      throw error
    }
  }

  /** The plan of a prepared statement, made again where it may mean something else by now. @throws PgError 0A000 */
  planOf(prepared: Prepared): Plan {
    const { sql, statement, types, plan } = prepared
    if (statement === undefined) throw new Error('a plan of no statement')
    if (plan !== undefined && prepared.version === this.#executor.version() && plan.timed !== true) return plan
    const made = this.#executor.compile(sql, statement, types)
    if (plan !== undefined && shapeOf(plan) !== shapeOf(made))
      throw new PgError('0A000', 'cached plan must not change result type', { routine: 'RevalidateCachedQuery' })
    prepared.plan = made
    prepared.version = this.#executor.version()
    return made
  }

  /** PREPARE, EXECUTE and DEALLOCATE. */
  perform({ action, tag, notices }: PreparePlan, sql: string): Result {
    const done: Result = { tag, rows: [], notices }
    switch (action.action) {
      case 'prepare':
        this.define(action.name, sql, action.statement, action.types)
        return done
      case 'execute': {
        const prepared = this.find(action.name)
        const values = action.values(prepared.types)
        const bindings = Object.fromEntries(values.map((value, at) => [`p${at + 1}`, value]))
        return this.#executor.perform(this.planOf(prepared), bindings)
      }
      case 'deallocate':
        this.find(action.name)
        this.delete(action.name)
        return done
      case 'deallocate all':
        this.clear()
        return done
      default:
        return action satisfies never
    }
  }
}
