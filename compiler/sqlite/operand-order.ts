/**
 * SQLite computes a binary operator's side without a subquery first, and does not compute the other when that is NULL. An
 * error on that side is then lost, where PostgreSQL, which computes both, has it.
 */
import { core, infix, literal, NULL, type Sql, select, when } from './tree.ts'

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

/** Whether a part of a tree passes. */
export const has = (tree: unknown, test: (node: Readonly<Record<string, unknown>>) => boolean): boolean => {
  if (typeof tree !== 'object' || tree === null || ArrayBuffer.isView(tree)) return false
  if (Array.isArray(tree)) return tree.some((part) => has(part, test))
  if (test(tree as Record<string, unknown>)) return true
  for (const key in tree) if (has((tree as Record<string, unknown>)[key], test)) return true
  return false
}

const subqueries = new WeakMap<Sql, boolean>()
const hasSubquery = (sql: Sql): boolean => {
  const known = subqueries.get(sql)
  if (known !== undefined) return known
  const found = has(sql, ({ kind }) => kind === 'subquery' || kind === 'exists' || kind === 'core')
  subqueries.set(sql, found)
  return found
}

/** Whether an expression can raise an error. Only functions do: ours, and json_extract() where there are none of ours. */
export const mayFail = (sql: Sql): boolean =>
  has(
    sql,
    ({ kind, name }) =>
      kind === 'call' &&
      typeof name === 'string' &&
      (name.includes('_') || name.includes(':')) &&
      name !== 'json_array',
  )

/** A subquery of one constant. */
const neutral = (value: bigint): Sql => ({
  kind: 'subquery',
  select: select(core({ targets: [{ expr: literal(value), alias: undefined }] })),
})

const DECISIVE = { AND: 0n, OR: 1n } as const

/** Computes the right side only where the left one does not decide. */
const shortCircuit = (operator: 'AND' | 'OR', left: Sql, right: Sql): Sql => {
  const decisive = literal(DECISIVE[operator])
  return {
    kind: 'case',
    subject: left,
    whens: [
      { when: decisive, result: decisive },
      { when: literal(1n - DECISIVE[operator]), result: right },
    ],
    otherwise: infix(operator, right, NULL),
  }
}

/**
 * AND and OR whose sides are computed from the left, and no further than to the one that decides: NULL does not. SQLite
 * stops at NULL as well where it jumps by the result, and computes both sides where it needs the value.
 */
export const inOrder = (operator: 'AND' | 'OR', args: readonly Sql[]): Sql => {
  const [first, ...others] = args
  const before = { subquery: hasSubquery(first as Sql), fails: mayFail(first as Sql) }
  return others.reduce((left: Sql, arg): Sql => {
    const [subquery, fails] = [hasSubquery(arg), mayFail(arg)]
    const reordered = before.subquery && !subquery && (fails || before.fails)
    // SQLite does not compute what stands before a constant that decides.
    const dropped = before.fails && arg.kind === 'literal'
    before.subquery ||= subquery || reordered
    before.fails ||= fails
    return fails || reordered || dropped ? shortCircuit(operator, left, arg) : infix(operator, left, arg)
  }, first as Sql)
}

/** Whether SQLite may leave out a side of this operator that would fail. */
export const losesErrors = (sql: Sql): boolean => {
  if (sql.kind !== 'infix' || !REORDERED.has(sql.operator)) return false
  const [left, ...others] = sql.args
  return others.some((right) => {
    if (hasSubquery(right)) return left !== undefined && left.kind !== 'literal' && mayFail(right)
    return left !== undefined && hasSubquery(left) && right.kind !== 'literal' && mayFail(left)
  })
}

/** Operators that mean the same with their sides exchanged. */
const MIRRORED: Readonly<Record<string, string>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '+': '+',
  '*': '*',
}

/**
 * The operator such that no error is lost, or undefined where that cannot be said in SQL. The side that may fail stands on
 * the left, and the other has a subquery as well: then SQLite begins on the left.
 */
export const keepingErrors = (sql: Sql): Sql | undefined => {
  if (!losesErrors(sql)) return sql
  if (sql.kind !== 'infix' || sql.args.length !== 2) return undefined
  const [left, right] = sql.args as [Sql, Sql]
  const second = (side: Sql): Sql => (hasSubquery(side) ? side : when(neutral(1n), side, NULL))
  if (!mayFail(right)) return infix(sql.operator, left, second(right))
  const mirrored = MIRRORED[sql.operator]
  return mirrored === undefined || mayFail(left) ? undefined : infix(mirrored, right, second(left))
}
