/** Virtual generated columns: nothing is stored of them; what they are is computed where they are read. Manual: "Generated Columns". */
import { coerceToTarget } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { rangeRelation } from '../bind/range-relation.ts'
import { rootScope } from '../bind/scope.ts'
import { ownStatement, storedStatement } from '../bind/statement.ts'
import { addOwnRow } from '../bind/target-range.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry } from '../tree/query.ts'
import type { Environment } from '../types/environment.ts'

const known = new WeakMap<RangeEntry, Map<number, Expr>>()

/** What a column of a range is computed of, from the other columns; undefined for one that is stored. */
export const generationOf = (env: Environment, range: RangeEntry, index: number): Expr | undefined => {
  const relation = rangeRelation(env.catalog, range)
  const column = relation?.columns[index]
  if (relation === undefined || column?.generated !== 'v' || column.default === undefined) return undefined
  const before = known.get(range)?.get(index)
  if (before !== undefined) return before
  const statement = storedStatement(ownStatement(env))
  const scope = rootScope(statement, { clause: 'generated column', depth: range.depth })
  addOwnRow(scope, range, relation)
  const expr = bindExpression(scope, column.default)
  const value = coerceToTarget(statement, expr, column.type, column.typmod, 'assignment') ?? expr
  known.set(range, (known.get(range) ?? new Map<number, Expr>()).set(index, value))
  return value
}
