/** ORDER BY items: direction and the place of NULLs. Manual: "Sorting Rows". */
import type { Node, SortBy } from '@pgsql/types'
import { OID } from '../catalog/oid.ts'
import type { Expr, SortItem } from '../tree/expression.ts'
import { positionOf } from '../tree/walk.ts'
import { coerceToTarget } from './coerce.ts'
import { locationOf } from './location.ts'
import { findOperator, requireEquality, requireOrdering } from './operator.ts'
import { errorAt, nothingElse, refuse, type Scope } from './scope.ts'

export const openSort = (item: Node): SortBy => {
  if ('SortBy' in item) return item.SortBy
  throw new Error('not a sort clause')
}

export interface Direction {
  readonly descending: boolean
  readonly nullsFirst: boolean
}

/** @throws PgError 42809 for USING with an operator that does not sort */
export const directionOf = (scope: Scope, sort: SortBy, type: number): Direction => {
  const { node: _node, sortby_dir: direction, sortby_nulls: nulls, useOp = [], location, ...rest } = sort
  nothingElse(scope, 'ORDER BY', rest)
  let descending = direction === 'SORTBY_DESC'
  if (direction === 'SORTBY_USING') {
    const last = useOp.at(-1)
    const name = last !== undefined && 'String' in last ? (last.String.sval ?? '') : ''
    const operator = findOperator(scope.statement.catalog, name, type, type, scope.statement.position(location))
    const ordering = scope.statement.catalog.ordering(type)
    if (operator.oid === ordering?.greater) descending = true
    else if (operator.oid !== ordering?.less) {
      if (ordering !== undefined && operator.left === type)
        throw errorAt(scope, location, '42809', `operator ${name} is not a valid ordering operator`, {
          hint: 'Ordering operators must be "<" or ">" members of btree operator families.',
        })
      throw refuse(scope, 'ORDER BY USING this operator', location)
    }
  }
  const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (nulls !== 'SORTBY_NULLS_LAST' && descending)
  return { descending, nullsFirst }
}

/** A literal of no type is text. */
const typed = (scope: Scope, expr: Expr): Expr =>
  expr.type === OID.unknown ? (coerceToTarget(scope.statement, expr, OID.text, -1, 'implicit') ?? expr) : expr

/** A value to sort by. @param sort how, and as it is written @throws PgError 42883 for a type without an order */
export const sortable = (scope: Scope, expr: Expr, sort: SortBy): Expr => {
  const key = typed(scope, expr)
  if (sort.sortby_dir !== 'SORTBY_USING') requireOrdering(scope.statement.catalog, key.type, whereOf(scope, sort.node))
  return key
}

/** A value to group by. @param node as it is written @throws PgError 42883 for a type without an equality */
export const groupable = (scope: Scope, expr: Expr, node: Node): Expr => {
  const key = typed(scope, expr)
  requireEquality(scope.statement.catalog, key.type, whereOf(scope, node))
  return key
}

const whereOf = ({ statement }: Scope, node: Node | undefined): number | undefined =>
  statement.position(locationOf(node))

/** The arguments of an aggregate with DISTINCT alone (addTargetToGroupList). @throws PgError 42883 */
export const requireDistinguishable = ({ statement: { catalog } }: Scope, args: readonly Expr[]): void => {
  for (const arg of args) {
    const position = positionOf(arg)
    requireEquality(catalog, arg.type, position)
    requireOrdering(catalog, arg.type, position, 'Aggregates with DISTINCT must be able to sort their inputs.')
  }
}

/** The items of an ORDER BY inside an aggregate, given their bound expressions. */
export const bindSortItems = (scope: Scope, nodes: readonly Node[], exprs: readonly Expr[]): SortItem[] =>
  nodes.map((node, at) => {
    const expr = exprs[at]
    if (expr === undefined) throw new Error('a sort clause without its expression')
    const sort = openSort(node)
    const key = sortable(scope, expr, sort)
    return { expr: key, ...directionOf(scope, sort, key.type) }
  })
