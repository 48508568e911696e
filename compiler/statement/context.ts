/** What the rule of a statement is given. */
import { type Notice, PgError } from '../../wire/protocol/error.ts'
import type { Statement } from '../bind/scope.ts'
import { callsRoutines, type Lowering, type Target } from '../lower/context.ts'
import type { Place } from '../lower/expression.ts'
import type { SqliteQuery } from '../plan.ts'
import { requireWithinLimits } from '../sqlite/limits.ts'
import { printSelect } from '../sqlite/print.ts'
import type { Select } from '../sqlite/tree.ts'
import type { HostEnvironment } from '../types/environment.ts'

export interface StatementContext {
  readonly statement: Statement
  readonly target: Target
  readonly notices: Notice[]
  /** A transaction block is open. */
  readonly inTransaction: boolean
  /** What it does may be taken back after it has ended. */
  readonly mayRollBack?: boolean
  readonly host?: HostEnvironment
  /** Where the statement begins, for refusing all of it. */
  readonly position: number
}

export const newPlace = ({ statement, target, host }: StatementContext): Place & Lowering => ({
  env: {
    catalog: statement.catalog,
    settings: statement.settings,
    // Where SQLite takes no functions, what now() says becomes a part of the query.
    clock: target.has('functions') ? statement.clock.watched : statement.clock,
    planningErrors: statement.planningErrors,
    ...host,
  },
  target,
  functions: new Map(),
  reads: new Set(),
  serial: { last: 0 },
  rules: new Set(),
})

export const queryOf = (place: Place, select: Select): SqliteQuery => {
  const sql = printSelect(select)
  if (!place.target.has('functions')) requireWithinLimits(select, sql)
  return {
    sql,
    functions: [...place.functions.values()],
    reads: [...place.reads],
    rules: [...place.rules],
    callsRoutines: callsRoutines(place),
  }
}

export const common = (context: StatementContext, tag: string) => ({
  tag,
  notices: context.notices,
  parameters: context.statement.parameters,
  captured: context.statement.captured,
})

/** @throws PgError 25001 inside a transaction block (PreventInTransactionBlock) */
export const outsideTransaction = ({ inTransaction }: StatementContext, command: string): void => {
  if (inTransaction) throw new PgError('25001', `${command} cannot run inside a transaction block`)
}
