/**
 * Aggregates that stand in a subquery and belong to a query around it. The grouping is done first, in a query of its
 * own, which hands out the groups' keys and all aggregates as columns; what the query selects is then computed from them.
 */
import { sameExpression } from '../bind/function.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query } from '../tree/query.ts'
import { children, rangeOf } from '../tree/walk.ts'
import { visitExpression, visitQuery } from '../tree/walk-query.ts'
import type { Place } from './expression.ts'
import { type Layered, overLayer, unsorted } from './layer.ts'

const isSubquery = (expr: Expr): expr is Expr & { readonly query: Query } =>
  expr.kind === 'scalar' || expr.kind === 'exists' || expr.kind === 'arrayOf' || expr.kind === 'subqueryTest'

/** What the grouping must hand out: keys, aggregates, and columns that the keys determine. */
const handedOut = (query: Query): Expr[] => {
  const found: Expr[] = [...(query.group?.expressions ?? [])]
  const add = (expr: Expr): void => {
    if (!found.some((other) => sameExpression(other, expr))) found.push(expr)
  }
  /** Parts of aggregates of this query, which are not computed outside them. */
  const inside = new Set<Expr>()
  const visit = (expr: Expr): void => {
    if (found.some((other) => sameExpression(other, expr))) return
    if ((expr.kind === 'aggregate' && expr.outer === undefined) || expr.kind === 'grouping') {
      add(expr)
      return
    }
    if (rangeOf(expr)?.depth === query.depth) add(expr)
    if (isSubquery(expr)) {
      visitQuery(expr.query, (inner) => {
        if (inner.kind === 'aggregate' && inner.outer === query.depth) {
          add(inner)
          visitExpression(inner, (part) => inside.add(part))
        }
      })
      visitQuery(expr.query, (inner) => {
        if (!inside.has(inner) && rangeOf(inner)?.depth === query.depth) add(inner)
      })
    }
    for (const child of children(expr)) visit(child)
  }
  const own = [
    ...query.targets.map(({ expr }) => expr),
    ...(query.having === undefined ? [] : [query.having]),
    ...query.windows.flatMap(({ partitionBy, orderBy }) => [...partitionBy, ...orderBy.map(({ expr }) => expr)]),
  ]
  for (const expr of own) visit(expr)
  return found
}

/** The query over its own grouping, and the place in which it is lowered. */
export const overGrouping = (place: Place, query: Query): Layered => {
  const exprs = handedOut(query)
  const grouping = { ...unsorted(query), having: undefined, windows: [], windowed: false }
  const layered = overLayer(place, query, grouping, exprs, 'group')
  return { ...layered, query: { ...layered.query, where: query.having } }
}
