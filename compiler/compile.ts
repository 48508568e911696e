/**
 * PostgreSQL in, SQLite out: exact, or refused with SQLSTATE 0A000.
 *
 * parse → bind → lower → print; the folders of this directory are those stages.
 */
import { type Notice, PgError, Unsupported } from '../wire/protocol/error.ts'
import { requireResolved } from './bind/parameter.ts'
import { denial, requireKnownRole } from './bind/permission.ts'
import { rootScope, type Scope, type Statement } from './bind/scope.ts'
import { DEFAULT_SETTINGS, type Settings } from './bind/settings.ts'
import { makeStatement } from './bind/statement.ts'
import type { Variables } from './bind/variable.ts'
import { Catalog } from './catalog/catalog.ts'
import { bringSystemViews } from './catalog/system-view.ts'
import { NATIVE, type Target } from './lower/context.ts'
import { lowerFolded } from './lower/expression.ts'
import { type ParsedStatement, parse } from './parse.ts'
import type { Plan, QueryPlan } from './plan.ts'
import { core, select } from './sqlite/tree.ts'
import { common, newPlace, queryOf } from './statement/context.ts'
import { hasModifyingWith } from './statement/modifying-with.ts'
import { planStatement } from './statement/plan.ts'
import { CANNOT_CHANGE } from './statement/write.ts'
import type { Expr } from './tree/expression.ts'
import { type Clock, STOPPED } from './types/clock.ts'
import type { HostEnvironment } from './types/environment.ts'

/** What the meaning of a statement depends on besides its text. */
export interface CompileSession extends HostEnvironment {
  readonly catalog: Catalog
  readonly settings: Settings
  readonly target: Target
  readonly clock: Clock
  /** A transaction block is open. */
  readonly inTransaction?: boolean
  /** The statement is a part of a transaction that ends after it. */
  readonly mayRollBack?: boolean
}

export const newSession = (target: Target = NATIVE): CompileSession => ({
  catalog: new Catalog(),
  settings: DEFAULT_SETTINGS,
  target,
  clock: STOPPED,
})

/** Statements that are bound as a whole before the first of their parts is lowered. */
const BOUND_FIRST: ReadonlySet<string> = new Set(['SelectStmt', 'UpdateStmt', 'DeleteStmt'])

/** What PostgreSQL notices after the constants: a missing arbiter, a relation that cannot be changed. */
const NOTICED_LATE: ReadonlySet<string> = new Set(['42P10', CANNOT_CHANGE])

/** @throws PgError the first error in a constant, or what is noticed after them */
const requireConstants = ({ planningErrors }: Statement): void => {
  const [first] = planningErrors ?? []
  if (first !== undefined) throw planningErrors?.find(({ code }) => !NOTICED_LATE.has(code)) ?? first
}

const analysed = new WeakMap<object, Plan>()

/** What a statement has been understood to be whose planning has failed. @param error that was thrown then */
export const analysisOf = (error: object): Plan | undefined => analysed.get(error)

/** Whether a plan does what the statement has been bound to, rather than keeping it. */
const isExecuted = (plan: Plan): boolean =>
  plan.kind === 'definition' ? plan.fill !== undefined : plan.kind !== 'prepare' || plan.action.action !== 'prepare'

const hostOf = ({ recorded, functions, hashes, server, hasRun }: HostEnvironment): HostEnvironment => ({
  ...(recorded === undefined ? {} : { recorded }),
  ...(functions === undefined ? {} : { functions }),
  ...(hashes === undefined ? {} : { hashes }),
  ...(server === undefined ? {} : { server }),
  ...(hasRun === undefined ? {} : { hasRun }),
})

/**
 * Compiles one parsed statement.
 * @param parameterTypes oids of the parameters that the client has declared, 0 for one that is open; without them there are none
 * @param variables of the routine that the statement stands in
 * @throws PgError as PostgreSQL's parse analysis would; 0A000 for what is not supported
 */
export const compileStatement = (
  sql: string,
  parsed: ParsedStatement,
  session: CompileSession,
  parameterTypes?: readonly number[],
  variables?: Variables,
): Plan => {
  bringSystemViews(session.recorded)
  const notices: Notice[] = []
  const { catalog, settings, clock } = session
  const parameters = parameterTypes && [...parameterTypes]
  const statement = {
    ...makeStatement(sql, catalog, settings, clock, parameters, notices, variables),
    isStored: parsed.isStored ?? false,
  }
  const context = {
    statement,
    target: session.target,
    notices,
    inTransaction: session.inTransaction ?? false,
    mayRollBack: session.mayRollBack ?? false,
    host: hostOf(session),
    position: parsed.position,
  }
  try {
    requireKnownRole(statement)
    const plan = planStatement(context, parsed)
    requireResolved(statement)
    for (const error of statement.planningErrors ?? []) analysed.set(error, plan)
    requireConstants(statement)
    const denied = isExecuted(plan) ? denial(statement) : undefined
    if (denied === undefined) return statement.clock.read ? { ...plan, timed: true } : plan
    return { ...plan, denied, timed: true }
  } catch (error) {
    // These are understood as a whole before they are lowered: what cannot be lowered fails in PostgreSQL by its constants.
    const noArbiter = statement.planningErrors?.every(({ code }) => code === '42P10')
    const isBound = (BOUND_FIRST.has(parsed.tag) || noArbiter) && !hasModifyingWith(parsed.node)
    if (error instanceof Unsupported && isBound) requireConstants(statement)
    if (error instanceof PgError) error.before = [...notices, ...error.before]
    throw error
  }
}

/**
 * Compiles a text of any number of statements, each under the catalog that those before it leave behind.
 * @throws PgError 42601 for what PostgreSQL would not parse either, 0A000 for what is not supported
 */
export const compile = (sql: string, session: CompileSession = newSession()): Plan[] => {
  let { catalog } = session
  return parse(sql).map((parsed) => {
    const plan = compileStatement(sql, parsed, { ...session, catalog }, [])
    if (plan.kind === 'definition' || plan.kind === 'nothing') catalog = plan.catalog ?? catalog
    return plan
  })
}

/**
 * Compiles one value of a routine.
 * @param bind makes its typed tree in a scope where the routine's variables are known
 */
export const compileValue = (
  session: CompileSession,
  variables: Variables | undefined,
  bind: (scope: Scope) => Expr,
): QueryPlan => {
  bringSystemViews(session.recorded)
  const notices: Notice[] = []
  const { catalog, settings, clock, target } = session
  const statement = makeStatement('', catalog, settings, clock, undefined, notices, variables)
  const context = { statement, target, notices, inTransaction: true, position: 1 }
  const expr = bind(rootScope(statement))
  const place = newPlace(context)
  const body = select(core({ targets: [{ expr: lowerFolded(place, expr), alias: undefined }] }))
  requireConstants(statement)
  const denied = denial(statement)
  if (denied !== undefined) throw denied
  return {
    kind: 'query',
    query: queryOf(place, body),
    columns: [{ name: '?column?', type: expr.type, typmod: expr.typmod }],
    ...common(context, 'SELECT'),
  }
}
