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
  'ConstraintsSetStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
])

/** Statements of which only the plan tells. */
const BY_PLAN: ReadonlySet<string> = new Set(['SelectStmt', 'CopyStmt', 'LockStmt', 'DiscardStmt'])

/** Functions that change sequences or write to the log, and those that nobody may write during. */
const CHANGES = /^pg_(nextval|setval|pg_logical_emit_message|pg_create_logical_replication_slot|pg_export_snapshot)/

/** Whether a query changes what others see: it is then a transaction like any other change. */
export const changesState = ({ functions, callsRoutines }: SqliteQuery): boolean =>
  callsRoutines === true || functions.some(({ name }) => CHANGES.test(name))

export const needsLease = (parsed: ParsedStatement, plan: () => Plan): boolean => {
  if (OF_SESSION.has(parsed.tag)) return false
  if (!BY_PLAN.has(parsed.tag)) return true
  const planned = plan()
  if (planned.kind === 'setting') return planned.setting.action === 'discard' && planned.setting.dropsTemporary
  if (planned.kind === 'nothing') return planned.lock !== undefined
  const read = planned.kind === 'copy out' ? planned.query : planned
  // Rows are locked by keeping everybody from changing any.
  return read.kind !== 'query' || read.lock !== undefined || changesState(read.query)
}
