/** What a role, or a read-only transaction, does not execute. Manual: "SET TRANSACTION". */
import type { Settings } from '../../compiler/bind/settings.ts'
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

/** The name of a statement that changes or locks rows of tables that are not temporary (ExecCheckXactReadOnly). */
const changing = (plan: Plan | WritePlan): string | undefined => {
  switch (plan.kind) {
    case 'query':
      return plan.lock && `SELECT ${plan.lock.strength}`
    case 'write':
      return plan.relation.schema === 'pg_temp_0' ? undefined : plan.operation.toUpperCase()
    case 'copy in':
      return plan.relation.schema === 'pg_temp_0' ? undefined : 'COPY FROM'
    case 'with writes': {
      const { main, steps, tag } = plan
      if (!steps.some(({ write }) => changing(write) !== undefined)) return changing(main)
      if (tag === 'MERGE') return tag
      return main.kind === 'query' ? (changing(main) ?? 'SELECT') : main.operation.toUpperCase()
    }
    case 'definition':
      return plan.fill?.command ?? plan.tag
    default:
      return undefined
  }
}

/** @throws PgError 42501, 25006 where a statement must not be executed, whatever it would do */
export const requireAllowed = (plan: Plan, { transaction }: Settings): void => {
  if (plan.denied !== undefined) throw plan.denied
  const command = transaction.readOnly ? changing(plan) : undefined
  if (command !== undefined) throw refused(command)
}
