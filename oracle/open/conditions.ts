/** With its conditions computed in another order. */
import { type Condition, FALSE, TRUE, terms } from './condition.ts'
import { agrees, attempt, isDataError, isQuery, type Question } from './question.ts'
import { textOf } from './text.ts'

type Tree = Readonly<Record<string, unknown>>

/** The same query, its conditions computed as they are written, or from their end; not as a planner sorts them. */
const withConditions = ({ statement }: Question, reversed: boolean): string | undefined => {
  const opaque = (condition: Condition): unknown => {
    const list = terms(condition)
    const test = (rest: unknown, expr: unknown): unknown => ({
      CaseExpr: { args: [{ CaseWhen: { expr, result: rest } }], defresult: FALSE },
    })
    return reversed ? list.reduce<unknown>(test, TRUE) : list.reduceRight<unknown>(test, TRUE)
  }
  const change = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(change)
    if (typeof tree !== 'object' || tree === null) return tree
    return Object.fromEntries(
      Object.entries(tree as Tree).map(([key, value]) => {
        const inner = change(value)
        return [
          key,
          ['whereClause', 'havingClause', 'quals'].includes(key) && inner !== null ? opaque(inner as Condition) : inner,
        ]
      }),
    )
  }
  try {
    return textOf(statement.tag, change(statement.node))
  } catch {
    return undefined
  }
}

/** Whether only the order in which conditions are computed decides if, and with which error, the query fails. */
export const isOpenByConditions = async (question: Question): Promise<boolean> => {
  const { actual, expected, postgres } = question
  if (!isQuery(question) || !(isDataError(actual) || isDataError(expected))) return false
  for (const reversed of [false, true]) {
    const other = withConditions(question, reversed)
    if (other === undefined) continue
    const outcome = await attempt(postgres, other)
    if (agrees(question, outcome)) return true
    if (isDataError(actual) && isDataError(outcome)) return true
  }
  return false
}
