/** The prepared statements of a session, those of PREPARE and those of the protocol: they have one space of names. */
import { OID } from '../../compiler/catalog/oid.ts'
import { analysisOf } from '../../compiler/compile.ts'
import { isPlanningError } from '../../compiler/evaluate/fold.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, PreparePlan } from '../../compiler/plan.ts'
import type { Environment, PreparedStatement } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'
import type { Cursors } from './cursors.ts'
import type { Bindings } from './database.ts'
import { columnsOf, type Result } from './result.ts'
import type { SessionSettings } from './session-settings.ts'

type Columns = ReturnType<typeof columnsOf>

export interface Prepared {
  readonly sql: string
  /** Undefined for a text without a statement, which only the protocol prepares. */
  readonly statement: ParsedStatement | undefined
  /** Of its parameters. */
  readonly types: readonly number[]
  /** All of it was understood when it was prepared; any other is understood each time that it is executed. */
  readonly isAnalysed: boolean
  /** What it returns, as far as that was known when it was prepared. */
  readonly columns: Columns
  /** When it was prepared, in microseconds since 2000. */
  readonly made: bigint
  /** Absent while planning fails, which is for EXECUTE to say. */
  plan: Plan | undefined
  version: string
  /** PREPARE has made it. */
  readonly fromSql: boolean
  readonly plans: PlanCounts
}

/** How often it has been executed with a plan for any values, and with one for the values at hand. */
interface PlanCounts {
  generic: number
  custom: number
  /** Some of it is PostgreSQL's choice by cost. */
  open: boolean
}

/** So often PostgreSQL plans for the values at hand before it compares costs (choose_custom_plan in plancache.c). */
const CUSTOM_PLANS = 5

/** A plan and the values of its parameters. */
export interface BoundPlan {
  readonly plan: Plan
  readonly bindings: Bindings
}

export interface Executor {
  compile(sql: string, parsed: ParsedStatement, types: readonly number[]): Plan
  perform(plan: Plan, bindings: Bindings): Result
  readonly session: {
    /** Changes when a plan may mean something else. */
    readonly version: string
    readonly environment: Environment
    readonly cursors: Cursors
    readonly settings: SessionSettings
  }
}

/** Statements of which the protocol's Parse understands more than their grammar (stmt_requires_parse_analysis). */
const ANALYSED: ReadonlySet<string> = new Set([
  ...['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CallStmt', 'ExplainStmt'],
  // what rows they return is known then (UtilityReturnsTuples)
  ...['ExecuteStmt', 'FetchStmt', 'VariableShowStmt'],
])

/** Statements of which a query is understood at once, and the rest when they are executed. */
const AROUND_QUERY: ReadonlySet<string> = new Set(['CreateTableAsStmt', 'DeclareCursorStmt'])

/** What is understood when a statement is prepared: all of it, a query inside it, or nothing. */
const analysedPart = (statement: ParsedStatement): ParsedStatement | undefined => {
  const { tag, node, position } = statement
  if (tag === 'SelectStmt' && 'intoClause' in node) {
    const { intoClause: _, ...query } = node
    return { tag, node: query, position }
  }
  if (ANALYSED.has(tag)) return statement
  const [inner] = AROUND_QUERY.has(tag) ? Object.entries((node.query ?? {}) as ParsedStatement['node']) : []
  return inner === undefined ? undefined : analysedPart({ tag: inner[0], node: inner[1] as typeof node, position })
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

  /** What a statement would return now: the columns of SHOW are its setting's, those of FETCH its cursor's. */
  columnsOf(prepared: Prepared): Columns {
    return prepared.isAnalysed ? this.#described(this.planOf(prepared)) : undefined
  }

  /** What a statement was understood to return when it was prepared. @throws PgError 0A000 where that is no longer so */
  columnsWhenMade(prepared: Prepared): Columns {
    if (prepared.plan !== undefined) this.planOf(prepared)
    return prepared.columns
  }

  #described(plan: Plan): Columns {
    const { cursors, settings } = this.#executor.session
    if (plan.kind === 'setting' && plan.setting.action === 'show')
      return [{ name: settings.show(plan.setting.name).name, type: OID.text, typmod: -1 }]
    if (plan.kind === 'cursor' && plan.action.action === 'fetch')
      return cursors.has(plan.action.name) ? cursors.find(plan.action.name).columns : undefined
    if (plan.kind !== 'prepare' || plan.action.action !== 'execute') return columnsOf(plan)
    const executed = this.#statements.get(plan.action.name)
    return executed && this.columnsOf(executed)
  }

  /** Those that have names. */
  get named(): PreparedStatement[] {
    return [...this.#statements]
      .filter(([name]) => name !== '')
      .map(([name, prepared]) => ({
        name,
        text: prepared.sql,
        made: prepared.made,
        parameters: prepared.types,
        results: prepared.columns?.map(({ type }) => type),
        fromSql: prepared.fromSql,
        plans: prepared.plans.open ? undefined : prepared.plans,
      }))
  }

  /** One is about to be executed. */
  executing({ types, plans }: Prepared): void {
    if (plans.open) return
    const mode =
      types.length === 0 ? 'force_generic_plan' : this.#executor.session.settings.show('plan_cache_mode').value
    if (mode === 'force_generic_plan') plans.generic++
    else if (mode === 'force_custom_plan' || plans.custom < CUSTOM_PLANS) plans.custom++
    else plans.open = true
  }

  delete(name: string): void {
    this.#statements.delete(name)
  }

  /** DEALLOCATE ALL: what has no name stays (DropAllPreparedStatements). */
  clear(): void {
    for (const name of this.#statements.keys()) if (name !== '') this.#statements.delete(name)
  }

  /**
   * Prepares a statement under a name, which is taken unless it is the empty one.
   * @param types 0 for those that are to be inferred
   * @param fromSql it is PREPARE that does so
   * @throws PgError 42P05, 42P18 and what the statement itself throws
   */
  define(
    name: string,
    sql: string,
    statement: ParsedStatement | undefined,
    types: readonly number[],
    fromSql = false,
  ): void {
    const part = statement && analysedPart(statement)
    const { plan, shape } = part === undefined ? {} : this.#analyse(sql, part, types)
    const known = shape?.parameters ?? types
    const open = known.findIndex((type) => type === 0 || type === undefined)
    if (open >= 0) throw new PgError('42P18', `could not determine data type of parameter $${open + 1}`)
    if (name !== '' && this.#statements.has(name))
      throw new PgError('42P05', `prepared statement "${name}" already exists`)
    const [version, made] = [this.#executor.session.version, this.#executor.session.environment.clock.statement]
    const plans = { generic: 0, custom: 0, open: false }
    const isAnalysed = statement !== undefined && part === statement
    const columns = isAnalysed && shape ? this.#described(shape) : undefined
    this.#statements.set(name, {
      ...{ sql, statement, types: known, isAnalysed, columns, version, made, fromSql, plans },
      plan: isAnalysed ? plan : undefined,
    })
  }

  /** Preparing only analyses: an error in a constant is one of planning. */
  #analyse(sql: string, statement: ParsedStatement, types: readonly number[]): { plan?: Plan; shape?: Plan } {
    try {
      const plan = this.#executor.compile(sql, statement, types)
      return { plan, shape: plan }
    } catch (error) {
      const shape = isPlanningError(error) ? analysisOf(error) : undefined
      if (shape === undefined) throw error
      return { shape }
    }
  }

  /** The plan of a prepared statement, made again where it may mean something else by now. @throws PgError 0A000 */
  planOf(prepared: Prepared): Plan {
    const { sql, statement, types, plan } = prepared
    if (statement === undefined) throw new Error('a plan of no statement')
    if (plan !== undefined && prepared.version === this.#executor.session.version && plan.timed !== true) return plan
    const made = this.#executor.compile(sql, statement, types)
    if (!prepared.isAnalysed) return made
    if (plan !== undefined && shapeOf(plan) !== shapeOf(made))
      throw new PgError('0A000', 'cached plan must not change result type', { routine: 'RevalidateCachedQuery' })
    prepared.plan = made
    prepared.version = this.#executor.session.version
    return made
  }

  /** PREPARE, EXECUTE and DEALLOCATE. */
  perform({ action, tag, notices }: PreparePlan, sql: string): Result {
    const done: Result = { tag, rows: [], notices }
    switch (action.action) {
      case 'prepare':
        this.define(action.name, sql, action.statement, action.types, true)
        return done
      case 'execute': {
        const prepared = this.find(action.name)
        const values = action.values(prepared.types)
        const bindings = Object.fromEntries(values.map((value, at) => [`p${at + 1}`, value]))
        const plan = this.planOf(prepared)
        this.executing(prepared)
        return this.#executor.perform(plan, bindings)
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
