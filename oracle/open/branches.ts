/** With each side of a set operation by itself. */
import { attempt, isDataError, type Question } from './question.ts'
import { textOf } from './text.ts'

/** Whether a side of a set operation fails by itself: PostgreSQL does not compute one when the other makes it needless. */
export const isOpenByBranches = async ({ statement, actual, postgres }: Question): Promise<boolean> => {
  if (!isDataError(actual)) return false
  const { op, larg, rarg } = statement.node as { op?: string; larg?: unknown; rarg?: unknown }
  if (op === undefined || op === 'SETOP_NONE') return false
  for (const branch of [larg, rarg]) {
    const text = textOf('SelectStmt', branch)
    if (isDataError(await attempt(postgres, text))) return true
  }
  return false
}
