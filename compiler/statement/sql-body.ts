/** What CREATE FUNCTION checks of a body in SQL (fmgr_sql_validator). */
import { PgError } from '../../wire/protocol/error.ts'
import { isPolymorphic } from '../bind/polymorphic.ts'
import { makeStatement } from '../bind/statement.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import type { Plan } from '../plan.ts'
import { argumentVariables, bodyStatements, resultShape } from '../routine/sql-function.ts'
import type { StatementContext } from './context.ts'
import { planStatement } from './plan.ts'

/**
 * @param location of the body's literal in the statement, to say where in it an error is
 * @throws PgError as the analysis of its statements would
 */
export const checkSqlBody = (context: StatementContext, fn: FunctionInfo, location: number | undefined): void => {
  const { statement } = context
  const start = location === undefined ? -1 : statement.bodyStart(location, fn.body?.text ?? '')
  try {
    const statements = bodyStatements(fn)
    if (fn.args.some(isPolymorphic)) return
    let { catalog } = statement
    let last: Plan | undefined
    for (const { sql, parsed } of statements) {
      const own = makeStatement(
        sql,
        catalog,
        statement.settings,
        statement.clock,
        undefined,
        [],
        argumentVariables(fn, fn.args),
      )
      last = planStatement({ ...context, statement: own, notices: [], position: parsed.position }, parsed)
      if (last.kind === 'definition') ({ catalog } = last)
    }
    resultShape(catalog, fn, fn.args, fn.result, last)
  } catch (error) {
    if (!(error instanceof PgError) || error.code === '0A000') throw error
    const { position, ...fields } = error.fields
    throw error.withFields({
      ...fields,
      ...(position === undefined || start < 0 ? {} : { position: start + position }),
    })
  }
}
