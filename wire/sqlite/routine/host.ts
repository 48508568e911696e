/** What executes routines sees of the session that they run in. */
import type { Variables } from '../../../compiler/bind/variable.ts'
import type { CompileSession } from '../../../compiler/compile.ts'
import type { ParsedStatement } from '../../../compiler/parse.ts'
import type { Plan, SqliteQuery } from '../../../compiler/plan.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { Environment } from '../../../compiler/types/environment.ts'
import { type Notice, PgError, unsupported } from '../../protocol/error.ts'
import type { Cursors } from '../cursors.ts'
import type { Bindings } from '../database.ts'
import type { ProcedureScope } from '../procedure-scope.ts'
import type { Result } from '../result.ts'

/** @throws PgError 0A000 for what no statement of a routine can be */
export const requirePerformable = (plan: Plan, isNested: boolean): void => {
  if (plan.kind === 'copy in' || plan.kind === 'copy out')
    throw new PgError('0A000', 'cannot COPY to/from client in PL/pgSQL')
  if (plan.kind === 'transaction' || plan.kind === 'prepare') throw unsupported(`${plan.tag} in a routine`)
  if (plan.tag === 'TRUNCATE TABLE' && isNested) throw unsupported('TRUNCATE inside a query')
}

export interface RoutineHost {
  readonly environment: Environment
  readonly cursors: Cursors
  /** What statements are compiled in at the moment. */
  readonly compileSession: CompileSession
  /** @param types of the parameters of a statement without variables */
  compile(sql: string, parsed: ParsedStatement, variables: Variables | undefined, types?: readonly number[]): Plan
  /** Executes a plan inside the statement that is being executed. */
  perform(plan: Plan, bindings: Bindings): Result
  query(query: SqliteQuery, bindings?: Bindings): Value[][]
  readonly procedures: Omit<ProcedureScope, 'run' | 'isOpen'>
  /** Runs work under other settings, which end with it. */
  withSettings<Outcome>(settings: readonly (readonly [name: string, value: string])[], work: () => Outcome): Outcome
  /** Runs work as another role. */
  asRole<Outcome>(role: number, work: () => Outcome): Outcome
  notify(notice: Notice): void
  /** In loops, which nothing else ends. @throws PgError 57014 */
  requireTime(): void
}
