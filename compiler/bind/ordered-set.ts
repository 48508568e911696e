/** WITHIN GROUP: the arguments of hypothetical-set aggregates and what they are compared with. */
import type { Expr } from '../tree/expression.ts'
import { rangeOf, some } from '../tree/walk.ts'
import { visitExpression } from '../tree/walk-query.ts'
import { coerceToCommon, commonType } from './coerce.ts'
import { describeCall } from './function.ts'
import { errorAt, type Scope } from './scope.ts'

/**
 * Each direct argument and its sort column get one type (unify_hypothetical_args).
 * @param args the direct arguments, then the sort columns
 * @param columns how many sort columns there are
 * @throws PgError 42883, 42804
 */
export const unifyHypothetical = (
  scope: Scope,
  name: string,
  args: readonly Expr[],
  columns: number,
  location: number | undefined,
): readonly Expr[] => {
  const { statement } = scope
  const direct = args.length - columns
  if (direct !== columns) {
    const types = args.map(({ type }) => type)
    const call = describeCall(statement.catalog, name, types, [])
    throw errorAt(scope, location, '42883', `function ${call} does not exist`, {
      hint: `To use the hypothetical-set aggregate ${name}, the number of hypothetical direct arguments (here ${direct}) must match the number of ordering columns (here ${columns}).`,
    })
  }
  const sorted = args.slice(direct)
  const types = sorted.map((column, at) => commonType(statement, [column, args[at] ?? column], 'WITHIN GROUP'))
  return args.map((arg, at) => coerceToCommon(statement, arg, types[at % columns] ?? arg.type, 'WITHIN GROUP'))
}

/**
 * Direct arguments are what a group has once: they know neither its rows' aggregates nor queries within it (check_agg_arguments).
 * @param level the depth of the query that the aggregate belongs to
 * @throws PgError 42803
 */
export const checkDirectArguments = (scope: Scope, direct: readonly Expr[], level: number): void => {
  const wrong = ({ position }: Expr, message: string) =>
    errorAt(scope, undefined, '42803', message, position === undefined ? {} : { position })
  const requireNoneOf = (it: Expr, depth: number): void => {
    if (it.kind === 'aggregate' && depth >= level && depth <= scope.depth)
      throw wrong(it, 'aggregate function calls cannot be nested')
  }
  for (const arg of direct) {
    visitExpression(arg, (it) => {
      const depth = rangeOf(it)?.depth
      if (depth !== undefined && depth > level && depth <= scope.depth)
        throw wrong(it, 'outer-level aggregate cannot contain a lower-level variable in its direct arguments')
      if (it.kind === 'aggregate' && it.outer !== undefined) requireNoneOf(it, it.outer)
    })
    some(arg, (it) => {
      if (it.kind === 'aggregate') requireNoneOf(it, it.outer ?? scope.depth)
      return false
    })
  }
}
