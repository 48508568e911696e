/** With the rows of its tables in another order. */
import type { Outcome } from '../outcome.ts'
import { agrees, attempt, isQuery, type Question } from './question.ts'
import { textOf } from './text.ts'

/** The tables that a statement reads, as it names them. */
const tablesOf = (tree: unknown, into: Set<string> = new Set()): Set<string> => {
  if (Array.isArray(tree)) for (const item of tree) tablesOf(item, into)
  else if (typeof tree === 'object' && tree !== null) {
    const { RangeVar } = tree as { RangeVar?: { relname?: string; schemaname?: string } }
    if (RangeVar?.relname !== undefined && (RangeVar.schemaname ?? '') === '') into.add(RangeVar.relname)
    for (const value of Object.values(tree)) tablesOf(value, into)
  }
  return into
}

/** The same query with the branches of every plain UNION ALL the other way round. */
const swapped = ({ sql, statement }: Question): string => {
  const swap = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(swap)
    if (typeof tree !== 'object' || tree === null) return tree
    const node = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, swap(value)]))
    const plain =
      node.op === 'SETOP_UNION' && node.all === true && node.sortClause === undefined && node.limitCount === undefined
    return plain && !('withClause' in node) ? { ...node, larg: node.rarg, rarg: node.larg } : node
  }
  try {
    return textOf(statement.tag, swap(statement.node))
  } catch {
    return sql
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Leaves out of account what PostgreSQL itself leaves open: columns whose values change when the rows of the tables lie
 * in another order, as those of row_number() among equals do. Copies of the tables in shuffled order stand in front
 * of them for that: orders that are the same in every run, so that a verdict is.
 */
export const isOpenByOrder = async (question: Question): Promise<boolean> => {
  const { sql, actual, expected, postgres } = question
  if (actual.error !== undefined || expected.error !== undefined || !isQuery(question)) return false
  const outcomes = [expected]
  const names: string[] = []
  for (const name of tablesOf(question.statement.node)) {
    // A copy has neither parents nor children: it would mean something else.
    const family = await attempt(
      postgres,
      `select from pg_inherits where '${quote(name).replaceAll("'", "''")}'::regclass in (inhrelid, inhparent)`,
    )
    if (family.error !== undefined || family.rows.length > 0) continue
    names.push(name)
    // A temporary table cannot be stood in front of; its own rows are moved, until the rollback.
    await postgres.execute('savepoint shadow')
    const copy = await postgres.execute(`create temp table ${quote(name)} as table ${quote(name)}`)
    if (copy.error !== undefined) await postgres.execute('rollback to shadow')
  }
  for (let round = 0; round < 8; round++) {
    for (const name of names) {
      await postgres.execute('savepoint shuffle')
      const moved = await postgres.execute(
        `create temp table shuffled$ as select * from ${quote(name)} order by hashint8extended(row_number() over (), ${round});
         truncate pg_temp.${quote(name)}; insert into pg_temp.${quote(name)} select * from shuffled$; drop table shuffled$`,
      )
      if (moved.error !== undefined) await postgres.execute('rollback to shuffle')
    }
    const outcome = await postgres.execute(round % 2 === 0 ? sql : swapped(question))
    if (outcome.error !== undefined) break
    outcomes.push(outcome)
  }
  const rowsOf = ({ rows }: Outcome, columns: readonly number[]): string =>
    JSON.stringify(rows.map((row) => JSON.stringify(columns.map((at) => row[at]))).sort())
  const counts = new Set(outcomes.map(({ rows }) => rows.length))
  if (!counts.has(actual.rows.length)) return false
  if (counts.size > 1) return true
  const all = (expected.columns ?? []).map((_, at) => at)
  // The fewest columns whose absence makes PostgreSQL agree with itself.
  if (outcomes.some((outcome) => agrees(question, outcome))) return true
  for (let dropped = 0; dropped < all.length && all.length <= 12; dropped++) {
    const stable = subsets(all, all.length - dropped).filter((kept) =>
      outcomes.every((outcome) => rowsOf(outcome, kept) === rowsOf(expected, kept)),
    )
    if (stable.length > 0) return dropped > 0 && stable.some((kept) => rowsOf(actual, kept) === rowsOf(expected, kept))
  }
  return false
}

/** All ways to choose so many of some numbers. */
const subsets = (from: readonly number[], size: number): number[][] => {
  if (size === 0) return [[]]
  return from.flatMap((first, at) => subsets(from.slice(at + 1), size - 1).map((rest) => [first, ...rest]))
}
