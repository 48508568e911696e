/** With each of its conditions asked of all rows. */
import { type Condition, TRUE, terms } from './condition.ts'
import { attempt, isDataError, type Question } from './question.ts'
import { textOf } from './text.ts'

interface Joined {
  readonly JoinExpr?: { readonly larg?: Joined; readonly rarg?: Joined; readonly quals?: Condition }
}

/** What a FROM clause joins, and what it demands of them. */
const parts = (item: Joined): { readonly items: unknown[]; readonly conditions: Condition[] } => {
  const { JoinExpr } = item
  if (JoinExpr === undefined) return { items: [item], conditions: [] }
  const sides = [JoinExpr.larg, JoinExpr.rarg].flatMap((side) => (side === undefined ? [] : [parts(side)]))
  return {
    items: sides.flatMap(({ items }) => items),
    conditions: [...sides.flatMap(({ conditions }) => conditions), ...(JoinExpr.quals ? [JoinExpr.quals] : [])],
  }
}

const nameOf = (item: unknown): string => {
  const { RangeVar, RangeSubselect } = item as {
    RangeVar?: { relname?: string; alias?: { aliasname?: string } }
    RangeSubselect?: { alias?: { aliasname?: string } }
  }
  return RangeVar?.alias?.aliasname ?? RangeVar?.relname ?? RangeSubselect?.alias?.aliasname ?? ''
}

/** The tables whose columns an expression names. */
const qualifiers = (tree: unknown, into: Set<string> = new Set()): ReadonlySet<string> => {
  if (Array.isArray(tree)) for (const item of tree) qualifiers(item, into)
  else if (typeof tree === 'object' && tree !== null) {
    const { ColumnRef } = tree as { ColumnRef?: { fields?: { String?: { sval?: string } }[] } }
    const name = ColumnRef?.fields?.[0]?.String?.sval
    if (name !== undefined) into.add(name)
    for (const value of Object.values(tree)) qualifiers(value, into)
  }
  return into
}

/**
 * Whether something that WHERE or ON demands fails when it is asked of all rows by itself: then a plan decides whether the
 * statement comes to the row that fails.
 */
export const isOpenByTerms = async ({ statement, actual, expected, postgres }: Question): Promise<boolean> => {
  if (!(isDataError(actual) || isDataError(expected))) return false
  const node = statement.node as {
    readonly fromClause?: Joined[]
    readonly usingClause?: Joined[]
    readonly relation?: object
    readonly whereClause?: Condition
  }
  const from = [...(node.fromClause ?? []), ...(node.usingClause ?? [])].map(parts)
  const fromClause = [
    ...(node.relation === undefined ? [] : [{ RangeVar: node.relation }]),
    ...from.flatMap(({ items }) => items),
  ]
  const conditions = [...from.flatMap((each) => each.conditions), ...(node.whereClause ? [node.whereClause] : [])]
  for (const whereClause of conditions.flatMap(terms)) {
    // Only the tables that it names: beside an empty one none of its rows would be looked at.
    const names = qualifiers(whereClause)
    const named = fromClause.filter((item) => names.has(nameOf(item)))
    const query = {
      targetList: [{ ResTarget: { val: TRUE } }],
      fromClause: named.length > 0 ? named : fromClause,
      whereClause,
      op: 'SETOP_NONE',
    }
    if (isDataError(await attempt(postgres, textOf('SelectStmt', query)))) return true
  }
  return false
}
