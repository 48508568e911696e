/** The prepared statements of a session: PREPARE, EXECUTE, DEALLOCATE. */

import { isPlanningError } from '../../compiler/evaluate/fold.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, PreparePlan } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'
import type { Bindings } from './database.ts'
import type { Result } from './result.ts'

interface Prepared {
  readonly sql: string
  readonly statement: ParsedStatement
  readonly types: readonly number[]
  /** Absent while planning fails, which is for EXECUTE to say. */
  plan: Plan | undefined
  version: string
}

export interface Executor {
  compile(sql: string, parsed: ParsedStatement, types: readonly number[]): Plan
  perform(plan: Plan, bindings: Bindings): Result
  /** Changes when a plan may mean something else. */
  version(): string
}

export class PreparedStatements {
  readonly #executor: Executor
  readonly #statements = new Map<string, Prepared>()

  constructor(executor: Executor) {
    this.#executor = executor
  }

  #find(name: string): Prepared {
    const prepared = this.#statements.get(name)
    if (prepared === undefined) throw new PgError('26000', `prepared statement "${name}" does not exist`)
    return prepared
  }

  /** PREPARE only analyses: an error in a constant is one of planning. */
  #plan(sql: string, statement: ParsedStatement, types: readonly number[]): Plan | undefined {
    try {
      return this.#executor.compile(sql, statement, types)
    } catch (error) {
      if (isPlanningError(error)) return undefined
      throw error
    }
  }

  /** @throws PgError 42P05, 26000, 42P18 and what the statement itself throws */
  clear(): void {
    this.#statements.clear()
  }

  perform({ action, tag, notices }: PreparePlan, sql: string): Result {
    const done: Result = { tag, rows: [], notices }
    switch (action.action) {
      case 'prepare': {
        const { name, statement } = action
        const plan = this.#plan(sql, statement, action.types)
        const types = plan?.parameters ?? action.types
        const open = types.findIndex((type) => type === 0 || type === undefined)
        if (open >= 0) throw new PgError('42P18', `could not determine data type of parameter $${open + 1}`)
        if (this.#statements.has(name)) throw new PgError('42P05', `prepared statement "${name}" already exists`)
        this.#statements.set(name, { sql, statement, types, plan, version: this.#executor.version() })
        return done
      }
      case 'execute': {
        const prepared = this.#find(action.name)
        const values = action.values(prepared.types)
        if (prepared.version !== this.#executor.version() || prepared.plan?.timed) {
          const before = prepared.plan
          prepared.plan = this.#executor.compile(prepared.sql, prepared.statement, prepared.types)
          if (before !== undefined && columnsOf(prepared.plan) !== columnsOf(before))
            throw new PgError('0A000', 'cached plan must not change result type')
          prepared.version = this.#executor.version()
        }
        const plan = prepared.plan ?? this.#executor.compile(prepared.sql, prepared.statement, prepared.types)
        return this.#executor.perform(plan, Object.fromEntries(values.map((value, at) => [`p${at + 1}`, value])))
      }
      case 'deallocate':
        this.#find(action.name)
        this.#statements.delete(action.name)
        return done
      case 'deallocate all':
        this.clear()
        return done
      default:
        return action satisfies never
    }
  }
}

const columnsOf = (plan: Plan): string =>
  JSON.stringify(plan.kind === 'query' ? plan.columns : plan.kind === 'write' ? plan.returning : undefined)
