/** Which statements change what others see, and so must wait for their turn to write. */
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { Plan, SqliteQuery } from '../../compiler/plan.ts'

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
