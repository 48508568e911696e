/** What a statement means for other sessions: whether it must wait for its turn to write, and what only one could have. */
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, SqliteQuery } from '../../compiler/plan.ts'
import { unsupported } from '../protocol/error.ts'

/** Statements that are about the session alone. */
const OF_SESSION: ReadonlySet<string> = new Set([
  'TransactionStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'PrepareStmt',
  'DeallocateStmt',
  'FetchStmt',
  'ClosePortalStmt',
  'DiscardStmt',
  'ConstraintsSetStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
])

/** Statements of which only the plan tells. */
const BY_PLAN: ReadonlySet<string> = new Set(['SelectStmt', 'CopyStmt'])

/** Functions that change sequences. */
const CHANGES_SEQUENCES = /^pg_(nextval|setval)/

const changes = ({ functions, callsRoutines }: SqliteQuery): boolean =>
  callsRoutines === true || functions.some(({ name }) => CHANGES_SEQUENCES.test(name))

export const needsLease = (parsed: ParsedStatement, plan: () => Plan): boolean => {
  if (OF_SESSION.has(parsed.tag)) return false
  if (!BY_PLAN.has(parsed.tag)) return true
  const planned = plan()
  if (planned.kind === 'copy out') return changes(planned.query.query)
  return planned.kind !== 'query' || changes(planned.query)
}

const isTemporaryRange = (range: unknown): boolean => {
  if (typeof range !== 'object' || range === null) return false
  const { relpersistence, schemaname } = range as { relpersistence?: string; schemaname?: string }
  return relpersistence === 't' || schemaname === 'pg_temp'
}

/** Temporary relations would be everybody's. @throws PgError 0A000 */
export const refuseTemporary = ({ tag, node }: ParsedStatement): void => {
  const into = (node.into ?? node.intoClause) as { rel?: unknown } | undefined
  if (/^(Create|View|Select)/.test(tag) && [node.relation, node.view, node.sequence, into?.rel].some(isTemporaryRange))
    throw unsupported('temporary tables, views and sequences on a server over SQLite')
}
