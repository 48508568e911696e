/** What a read-only transaction does not execute. Manual: "SET TRANSACTION". */
import { eventTag } from '../../compiler/event/command-tag.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, WritePlan } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'

const refused = (command: string): PgError =>
  new PgError('25006', `cannot execute ${command} in a read-only transaction`)

/** A definition is refused before it is looked at (PreventCommandIfReadOnly). @throws PgError 25006 */
export const requireNoDefinition = (parsed: ParsedStatement): void => {
  const tag = parsed.tag === 'TruncateStmt' ? 'TRUNCATE TABLE' : eventTag(parsed)
  // the query of this one is analysed first
  if (tag !== undefined && parsed.tag !== 'CreateTableAsStmt') throw refused(tag)
}

/** @throws PgError 25006 for what changes or locks rows of tables that are not temporary (ExecCheckXactReadOnly) */
export const requireReadOnly = (plan: Plan | WritePlan): void => {
  switch (plan.kind) {
    case 'query':
      if (plan.lock !== undefined) throw refused(`SELECT ${plan.lock.strength}`)
      return
    case 'write':
    case 'copy in':
      if (plan.relation.schema !== 'pg_temp_0')
        throw refused(plan.kind === 'copy in' ? 'COPY FROM' : plan.operation.toUpperCase())
      return
    case 'with writes':
      for (const { write } of plan.steps) requireReadOnly(write)
      return requireReadOnly(plan.main)
    case 'definition':
      throw refused(plan.tag === 'SELECT' ? 'CREATE TABLE AS' : plan.tag)
  }
}
