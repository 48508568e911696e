/**
 * SQLite computes a binary operator's side without a subquery first, and does not compute the other when that is NULL. An
 * error on that side is then lost, where PostgreSQL, which computes both, has it.
 */
import type { Sql } from './tree.ts'

/** Operators whose sides SQLite reorders; AND and OR are not among them. */
const REORDERED: ReadonlySet<string> = new Set([
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'IS',
  'IS NOT',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '<<',
  '>>',
  '||',
])

const has = (tree: unknown, test: (node: Readonly<Record<string, unknown>>) => boolean): boolean => {
  if (typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return false
  return (
    (!Array.isArray(tree) && test(tree as Record<string, unknown>)) ||
    Object.values(tree).some((part) => has(part, test))
  )
}

const subqueries = new WeakMap<Sql, boolean>()
const hasSubquery = (sql: Sql): boolean => {
  const known = subqueries.get(sql)
  if (known !== undefined) return known
  const found = has(sql, ({ kind }) => kind === 'subquery' || kind === 'exists' || kind === 'core')
  subqueries.set(sql, found)
  return found
}

/** Only functions raise errors: ours, and json_extract() where there are none of ours. */
const mayFail = (sql: Sql): boolean =>
  has(
    sql,
    ({ kind, name }) =>
      kind === 'call' &&
      typeof name === 'string' &&
      (name.includes('_') || name.includes(':')) &&
      name !== 'json_array',
  )

/** Whether SQLite may leave out a side of this operator that would fail. */
export const losesErrors = (sql: Sql): boolean => {
  if (sql.kind !== 'infix' || !REORDERED.has(sql.operator)) return false
  const [left, ...others] = sql.args
  return others.some((right) => {
    if (hasSubquery(right)) return left !== undefined && left.kind !== 'literal' && mayFail(right)
    return left !== undefined && hasSubquery(left) && right.kind !== 'literal' && mayFail(left)
  })
}
