/**
 * What a query leaves open, found out by asking PostgreSQL: with other plans, with its tables' rows in another order, with
 * its conditions computed in another order.
 */
import deparser from 'pgsql-deparser'
import { parse } from '../compiler/parse.ts'
import { difference } from './compare.ts'
import type { Engine, Outcome } from './outcome.ts'

/** Plans that PostgreSQL may choose as well. What is not determined by a query can differ from one to the other. */
const PLANS: readonly (readonly string[])[] = [
  ['enable_seqscan', 'enable_bitmapscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan', 'enable_hashagg', 'enable_hashjoin'],
  ['enable_sort', 'enable_incremental_sort'],
  ['enable_presorted_aggregate'],
]

const isQuery = (sql: string): boolean => {
  try {
    return parse(sql)[0]?.tag === 'SelectStmt'
  } catch {
    return false
  }
}

/** Whether PostgreSQL itself gives the candidate's rows under another plan: then the query leaves both open. */
const isOpen = async (sql: string, actual: Outcome, mirror: Engine): Promise<boolean> => {
  if (actual.status !== 'I' || actual.error !== undefined || !isQuery(sql)) return false
  for (const plan of PLANS) {
    for (const setting of plan) await mirror.execute(`set ${setting} = off`)
    const outcome = await mirror.execute(sql)
    for (const setting of plan) await mirror.execute(`reset ${setting}`)
    if (difference(sql, actual, outcome) === undefined) return true
  }
  return false
}

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
const swapped = (sql: string): string => {
  const swap = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(swap)
    if (typeof tree !== 'object' || tree === null) return tree
    const node = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, swap(value)]))
    const plain =
      node.op === 'SETOP_UNION' && node.all === true && node.sortClause === undefined && node.limitCount === undefined
    return plain && !('withClause' in node) ? { ...node, larg: node.rarg, rarg: node.larg } : node
  }
  const [statement] = parse(sql)
  if (statement === undefined) return sql
  try {
    return deparser.deparseSync({ [statement.tag]: swap(statement.node) } as never)
  } catch {
    return sql
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Leaves out of account what PostgreSQL itself leaves open: columns whose values change when the rows of the tables lie
 * in another order, as those of row_number() among equals do. Copies of the tables in random order stand in front of
 * them for that.
 */
const isOpenByOrder = async (sql: string, actual: Outcome, expected: Outcome, mirror: Engine): Promise<boolean> => {
  if (actual.status !== 'I' || actual.error !== undefined || expected.error !== undefined) return false
  if (!isQuery(sql)) return false
  const outcomes = [expected]
  const names = [...tablesOf(parse(sql)[0]?.node)]
  await mirror.execute('begin')
  for (const name of names) {
    // A temporary table cannot be stood in front of; its own rows are moved, until the rollback.
    await mirror.execute('savepoint shadow')
    const copy = await mirror.execute(`create temp table ${quote(name)} as table ${quote(name)}`)
    if (copy.error !== undefined) await mirror.execute('rollback to shadow')
  }
  for (let round = 0; round < 8; round++) {
    for (const name of names) {
      await mirror.execute('savepoint shuffle')
      const moved = await mirror.execute(
        `create temp table shuffled$ as select * from ${quote(name)} order by random();
         truncate pg_temp.${quote(name)}; insert into pg_temp.${quote(name)} select * from shuffled$; drop table shuffled$`,
      )
      if (moved.error !== undefined) await mirror.execute('rollback to shuffle')
    }
    const outcome = await mirror.execute(round % 2 === 0 ? sql : swapped(sql))
    if (outcome.error !== undefined) break
    outcomes.push(outcome)
  }
  await mirror.execute('rollback')
  const rowsOf = ({ rows }: Outcome, columns: readonly number[]): string =>
    JSON.stringify(rows.map((row) => JSON.stringify(columns.map((at) => row[at]))).sort())
  const counts = new Set(outcomes.map(({ rows }) => rows.length))
  if (!counts.has(actual.rows.length)) return false
  if (counts.size > 1) return true
  const all = (expected.columns ?? []).map((_, at) => at)
  // The fewest columns whose absence makes PostgreSQL agree with itself.
  if (outcomes.some((outcome) => difference(sql, actual, outcome) === undefined)) return true
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

type Tree = Readonly<Record<string, unknown>>

interface Condition {
  readonly BoolExpr?: { readonly boolop?: string; readonly args?: readonly Condition[] }
  readonly A_Expr?: {
    readonly kind?: string
    readonly name?: readonly { readonly String?: { readonly sval?: string } }[]
    readonly lexpr?: unknown
    readonly rexpr?: unknown
  }
}

const TRUE = { A_Const: { boolval: { boolval: true } } }
const FALSE = { A_Const: { boolval: {} } }

/** What a condition demands one after the other. */
const terms = (condition: Condition): Condition[] => {
  const { BoolExpr, A_Expr } = condition
  if (BoolExpr?.boolop === 'AND_EXPR') return (BoolExpr.args ?? []).flatMap(terms)
  const rows = [A_Expr?.lexpr, A_Expr?.rexpr].map((side) => (side as { RowExpr?: { args?: unknown[] } })?.RowExpr?.args)
  const [lefts, rights] = rows
  if (
    A_Expr?.kind === 'AEXPR_OP' &&
    lefts !== undefined &&
    rights !== undefined &&
    A_Expr.name?.[0]?.String?.sval === '='
  )
    return lefts.map((lexpr, at) => ({ A_Expr: { ...A_Expr, lexpr, rexpr: rights[at] } }))
  if (A_Expr?.kind !== 'AEXPR_BETWEEN') return [condition]
  const [low, high] = (A_Expr.rexpr as { List: { items: readonly unknown[] } }).List.items
  const compare = (operator: string, rexpr: unknown): unknown => ({
    A_Expr: { ...A_Expr, kind: 'AEXPR_OP', name: [{ String: { sval: operator } }], rexpr },
  })
  return [compare('>=', low), compare('<=', high)] as Condition[]
}

/** The same query, its conditions computed as they are written, or from their end; not as a planner sorts them. */
const withConditions = (sql: string, reversed: boolean): string | undefined => {
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
    const [statement] = parse(sql)
    return statement && deparser.deparseSync({ [statement.tag]: change(statement.node) } as never)
  } catch {
    return undefined
  }
}

/** Whether an error is one of data, which another order of computation need not come to. */
const isDataError = ({ error }: Outcome): boolean => error !== undefined && /^(22|0A)/.test(error.code)

/** Whether only the order in which conditions are computed decides if, and with which error, the query fails. */
const isOpenByConditions = async (
  sql: string,
  actual: Outcome,
  expected: Outcome,
  mirror: Engine,
): Promise<boolean> => {
  if (actual.status !== 'I' || !isQuery(sql) || !(isDataError(actual) || isDataError(expected))) return false
  for (const reversed of [false, true]) {
    const other = withConditions(sql, reversed)
    if (other === undefined) continue
    const outcome = await mirror.execute(other)
    if (difference(sql, actual, outcome) === undefined) return true
    if (isDataError(actual) && isDataError(outcome)) return true
  }
  return false
}

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
const isOpenByTerms = async (sql: string, actual: Outcome, expected: Outcome, mirror: Engine): Promise<boolean> => {
  if (!(isDataError(actual) || isDataError(expected))) return false
  const node = parse(sql)[0]?.node as
    | {
        readonly fromClause?: Joined[]
        readonly usingClause?: Joined[]
        readonly relation?: object
        readonly whereClause?: Condition
      }
    | undefined
  if (node === undefined) return false
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
    await mirror.execute('savepoint term')
    const outcome = await mirror.execute(deparser.deparseSync({ SelectStmt: query } as never))
    await mirror.execute('rollback to term')
    if (isDataError(outcome)) return true
  }
  return false
}

/** Whether a side of a set operation fails by itself: PostgreSQL does not compute one when the other makes it needless. */
const isOpenByBranches = async (sql: string, actual: Outcome, mirror: Engine): Promise<boolean> => {
  if (actual.status !== 'I' || !isDataError(actual)) return false
  const { op, larg, rarg } = (parse(sql)[0]?.node ?? {}) as { op?: string; larg?: unknown; rarg?: unknown }
  if (op === undefined || op === 'SETOP_NONE') return false
  for (const branch of [larg, rarg]) {
    const text = deparser.deparseSync({ SelectStmt: branch } as never)
    if (isDataError(await mirror.execute(text))) return true
  }
  return false
}

/** Whether PostgreSQL itself may answer so. @param expected what it has answered */
export const isLeftOpen = async (sql: string, actual: Outcome, expected: Outcome, mirror: Engine): Promise<boolean> =>
  (await isOpen(sql, actual, mirror)) ||
  (await isOpenByOrder(sql, actual, expected, mirror)) ||
  (await isOpenByConditions(sql, actual, expected, mirror)) ||
  (await isOpenByBranches(sql, actual, mirror)) ||
  (await isOpenByTerms(sql, actual, expected, mirror))
