/** The expressions of a query and of everything inside it. */
import type { Expr } from './expression.ts'
import type { FromNode, Query, RangeEntry, SetNode } from './query.ts'
import { children } from './walk.ts'

const rangesOf = (node: FromNode): RangeEntry[] =>
  node.kind === 'range' ? [node.range] : [...rangesOf(node.left), ...rangesOf(node.right)]

/** The entries of a FROM, joins opened. */
export const fromRanges = (from: readonly FromNode[]): RangeEntry[] => from.flatMap(rangesOf)

export const queryRanges = (query: Query): RangeEntry[] => fromRanges(query.from)

const joinConditions = (node: FromNode): Expr[] =>
  node.kind === 'range'
    ? []
    : [...(node.on === undefined ? [] : [node.on]), ...joinConditions(node.left), ...joinConditions(node.right)]

const setQueries = (set: SetNode | Query): Query[] =>
  set.kind === 'query' ? [set] : [...setQueries(set.left), ...setQueries(set.right)]

/** The queries in FROM and WITH of a query. */
export const innerQueries = (query: Query): Query[] => [
  ...query.ctes.flatMap((cte) => (cte.query === undefined ? [] : [cte.query])),
  ...queryRanges(query).flatMap(({ source }) =>
    source.kind === 'subquery' ? [source.query] : source.kind === 'set' ? setQueries(source.set) : [],
  ),
]

/** The expressions that stand in a query itself. */
export const ownExpressions = (query: Query): Expr[] => [
  ...query.targets.map(({ expr }) => expr),
  ...query.from.flatMap(joinConditions),
  ...queryRanges(query).flatMap(({ source }) =>
    source.kind === 'values'
      ? source.rows.flat()
      : source.kind === 'functions'
        ? source.functions.map(({ call }) => call)
        : [],
  ),
  ...[query.where, query.having, query.limit, query.offset].filter((expr) => expr !== undefined),
  ...(query.group?.expressions ?? []),
  ...query.windows.flatMap(({ partitionBy, orderBy, frame }) => [
    ...partitionBy,
    ...orderBy.map(({ expr }) => expr),
    ...[frame?.start.offset, frame?.end.offset].filter((offset) => offset !== undefined),
  ]),
]

const NONE: readonly Query[] = []

export const subqueriesOf = (expr: Expr): readonly Query[] =>
  expr.kind === 'exists' || expr.kind === 'scalar' || expr.kind === 'arrayOf' || expr.kind === 'subqueryTest'
    ? [expr.query]
    : NONE

/** The entries of FROM in all queries inside an expression. */
export const rangesRead = (expr: Expr): RangeEntry[] => {
  const found: RangeEntry[] = []
  const read = (query: Query): void => {
    found.push(...queryRanges(query))
    for (const inner of innerQueries(query)) read(inner)
  }
  visitExpression(expr, (it) => subqueriesOf(it).forEach(read))
  return found
}

/** Visits every expression of a query, its subqueries' and their parts'. */
export const visitQuery = (query: Query, visit: (expr: Expr) => void): void => {
  const visitExpr = (expr: Expr): void => {
    visit(expr)
    for (const child of children(expr)) visitExpr(child)
    for (const inner of subqueriesOf(expr)) visitQuery(inner, visit)
  }
  for (const expr of ownExpressions(query)) visitExpr(expr)
  for (const inner of innerQueries(query)) visitQuery(inner, visit)
}

/** Visits an expression, its parts and its subqueries'. */
export const visitExpression = (expr: Expr, visit: (expr: Expr) => void): void => {
  visit(expr)
  for (const child of children(expr)) visitExpression(child, visit)
  for (const inner of subqueriesOf(expr)) visitQuery(inner, visit)
}
