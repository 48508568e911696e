/** GROUP BY, grouping sets, and what may stand beside an aggregate. After parse_agg.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query, RangeEntry, Target } from '../tree/query.ts'
import { children, some } from '../tree/walk.ts'
import { visitExpression, visitQuery } from '../tree/walk-query.ts'
import { findTarget } from './clause-target.ts'
import { sameExpression } from './function.ts'
import { errorAt, inClause, refuse, type Scope } from './scope.ts'
import { groupable } from './sort.ts'

type Group = NonNullable<Query['group']>

/** A number may have named a target that cannot be grouped by. @throws PgError 42803, 42P20 */
const requireGroupable = (scope: Scope, expr: Expr): void => {
  some(expr, (it) => {
    const at = it.position === undefined ? {} : { position: it.position }
    if (it.kind === 'aggregate')
      throw errorAt(scope, undefined, '42803', 'aggregate functions are not allowed in GROUP BY', at)
    if (it.kind === 'window')
      throw errorAt(scope, undefined, '42P20', 'window functions are not allowed in GROUP BY', at)
    return false
  })
}

const MAX_SETS = 4096

/** Binds GROUP BY; its expressions are also targets, hidden ones where need be. */
export const bindGroup = (
  scope: Scope,
  targets: Target[],
  nodes: readonly Ast.Node[],
  distinct: boolean,
): Group | undefined => {
  if (nodes.length === 0) return undefined
  const expressions: Expr[] = []
  const expressionOf = (node: Ast.Node): number => {
    const target = inClause(scope, 'group by', () => findTarget(scope, targets, node, 'GROUP BY'))
    const given = targets[target]?.expr as Expr
    requireGroupable(scope, given)
    const expr = groupable(scope, given, node)
    if (expr !== given) targets[target] = { ...(targets[target] as Target), expr }
    const known = expressions.findIndex((other) => sameExpression(other, expr))
    if (known >= 0) return known
    expressions.push(expr)
    return expressions.length - 1
  }
  let plain = true
  /** The grouping sets that a node of the clause stands for. */
  const setsOf = (node: Ast.Node): number[][] => {
    if (!('GroupingSet' in node)) {
      if ('RowExpr' in node && node.RowExpr.row_format === 'COERCE_IMPLICIT_CAST')
        return [(node.RowExpr.args ?? []).map(expressionOf)]
      return [[expressionOf(node)]]
    }
    plain = false
    const { kind, content = [] } = node.GroupingSet
    switch (kind) {
      case 'GROUPING_SET_EMPTY':
        return [[]]
      case 'GROUPING_SET_ROLLUP': {
        const parts = content.map((part) => setsOf(part).flat())
        return parts.map((_, at) => parts.slice(0, parts.length - at).flat()).concat([[]])
      }
      case 'GROUPING_SET_CUBE': {
        const parts = content.map((part) => setsOf(part).flat())
        if (parts.length > 12)
          throw errorAt(scope, node.GroupingSet.location, '54011', 'CUBE is limited to 12 elements')
        const sets: number[][] = []
        for (let mask = 2 ** parts.length - 1; mask >= 0; mask--)
          sets.push(parts.flatMap((part, at) => ((mask >> (parts.length - 1 - at)) & 1 ? part : [])))
        return sets
      }
      case 'GROUPING_SET_SETS':
        return content.flatMap(setsOf)
      default:
        throw refuse(scope, kind ?? 'this grouping set', node.GroupingSet.location)
    }
  }
  let sets: number[][] = [[]]
  for (const node of nodes) {
    const next = setsOf(node)
    sets = sets.flatMap((left) => next.map((right) => [...new Set([...left, ...right])]))
    if (sets.length > MAX_SETS) throw new PgError('54001', `too many grouping sets present (maximum ${MAX_SETS})`)
  }
  if (distinct) {
    const seen = new Set<string>()
    sets = sets.filter((set) => {
      const key = [...set].sort((a, b) => a - b).join()
      return !seen.has(key) && seen.add(key)
    })
  }
  return { expressions, sets, plain }
}

/** Whether grouping by a table's whole primary key fixes all its columns. */
const dependsOnKey = (range: RangeEntry, group: Group | undefined): boolean => {
  if (range.source.kind !== 'table' || group === undefined || !group.plain) return false
  const { relation } = range.source
  const key = relation.constraints.find((constraint) => constraint.kind === 'primary')
  if (key?.kind !== 'primary') return false
  return key.columns.every((number: number) => {
    const index = relation.columns.findIndex((column) => column.number === number)
    return group.expressions.some((expr) => expr.kind === 'column' && expr.range === range && expr.index === index)
  })
}

const hasSubquery = (expr: Expr): boolean =>
  some(expr, ({ kind }) => kind === 'scalar' || kind === 'exists' || kind === 'arrayOf' || kind === 'subqueryTest')

/** What aggregates of a query around a subquery take, which need not be grouped there. */
const partsOfAggregates = (query: Query, depth: number): ReadonlySet<Expr> => {
  const parts = new Set<Expr>()
  visitQuery(query, (inner) => {
    if (inner.kind === 'aggregate' && inner.outer === depth) visitExpression(inner, (part) => parts.add(part))
  })
  return parts
}

/** @throws PgError 42803 for a column that is neither grouped nor aggregated */
export const checkGrouping = (
  scope: Scope,
  exprs: readonly Expr[],
  group: Group | undefined,
  names: ReadonlyMap<RangeEntry, string>,
): void => {
  const shown = (column: { readonly range: RangeEntry; readonly index: number }): string =>
    `${names.get(column.range) ?? ''}.${column.range.columns[column.index]?.name}`
  const grouped = (expr: Expr): boolean => group?.expressions.some((other) => sameExpression(other, expr)) ?? false
  const check = (expr: Expr): void => {
    if (grouped(expr)) return
    if (expr.kind === 'aggregate') {
      for (const direct of expr.direct) check(direct)
      return
    }
    if (expr.kind === 'grouping') {
      for (const arg of expr.args)
        if (!grouped(arg))
          throw errorAt(
            scope,
            undefined,
            '42803',
            'arguments to GROUPING must be grouping expressions of the associated query level',
            {
              ...(arg.position === undefined ? {} : { position: arg.position }),
            },
          )
      return
    }
    const at = expr.position === undefined ? {} : { position: expr.position }
    if (expr.kind === 'column' && expr.range.depth === scope.depth) {
      if (dependsOnKey(expr.range, group)) return
      if (group?.expressions.some(hasSubquery)) throw refuse(scope, 'GROUP BY of a subquery')
      throw errorAt(
        scope,
        undefined,
        '42803',
        `column "${shown(expr)}" must appear in the GROUP BY clause or be used in an aggregate function`,
        at,
      )
    }
    if (expr.kind === 'tableoid' && expr.range.depth === scope.depth)
      throw errorAt(
        scope,
        undefined,
        '42803',
        `column "${names.get(expr.range)}.tableoid" must appear in the GROUP BY clause or be used in an aggregate function`,
        at,
      )
    if (expr.kind === 'wholeRow' && expr.range.depth === scope.depth) {
      if (dependsOnKey(expr.range, group)) return
      throw errorAt(
        scope,
        undefined,
        '42803',
        `column "${names.get(expr.range)}.*" must appear in the GROUP BY clause or be used in an aggregate function`,
        at,
      )
    }
    for (const child of children(expr)) check(child)
    if (expr.kind === 'exists' || expr.kind === 'scalar' || expr.kind === 'arrayOf' || expr.kind === 'subqueryTest') {
      const aggregated = partsOfAggregates(expr.query, scope.depth)
      visitQuery(expr.query, (inner) => {
        if (aggregated.has(inner)) return
        if (inner.kind === 'column' && inner.range.depth === scope.depth && group?.expressions.some(hasSubquery))
          throw refuse(scope, 'GROUP BY of a subquery')
        if (
          inner.kind === 'column' &&
          inner.range.depth === scope.depth &&
          !grouped(inner) &&
          !dependsOnKey(inner.range, group)
        )
          throw errorAt(
            scope,
            undefined,
            '42803',
            `subquery uses ungrouped column "${shown(inner)}" from outer query`,
            inner.position === undefined ? {} : { position: inner.position },
          )
      })
    }
  }
  for (const expr of exprs) check(expr)
}
