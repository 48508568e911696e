/** WHERE of publications: which rows subscribers are told of. Manual: "Row Filters"; after publicationcmds.c. */
import type { Node } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import { NotComputable } from '../evaluate/not-computable.ts'
import type { Expr } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { positionOf, some } from '../tree/walk.ts'
import type { Environment } from '../types/environment.ts'
import { coerceToBoolean, coerceToTarget } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { rootScope, type Scope } from './scope.ts'
import { ownStatement } from './statement.ts'
import { addOwnRow, rowRange } from './target-range.ts'

const ALLOWED: ReadonlySet<Expr['kind']> = new Set([
  ...(['const', 'column', 'call', 'and', 'or', 'not', 'case', 'coalesce', 'greatest', 'least', 'isNull'] as const),
  ...(['isNotNull', 'booleanTest', 'distinctFrom', 'rowComparison', 'inList', 'arrayTest', 'row', 'array'] as const),
  ...(['relabel', 'placeholder'] as const),
])

const DETAILS = {
  kind: 'Expressions only allow columns, constants, built-in operators, built-in data types, built-in collations, and immutable built-in functions.',
  type: 'User-defined types are not allowed.',
  function: 'User-defined or built-in mutable functions are not allowed.',
  system: 'System columns are not allowed.',
} as const

const objectionTo = (expr: Expr): keyof typeof DETAILS | undefined => {
  if (expr.kind === 'tableoid') return 'system'
  if (!ALLOWED.has(expr.kind)) return 'kind'
  if (expr.type >= FIRST_USER_OID) return 'type'
  return expr.kind === 'call' && (expr.fn.body !== undefined || expr.fn.volatility !== 'i') ? 'function' : undefined
}

/** check_simple_rowfilter_expr. @throws PgError 0A000 */
const requireSimple = (bound: Expr): void => {
  let found: { readonly expr: Expr; readonly detail: string } | undefined
  some(bound, (expr) => {
    const objection = objectionTo(expr)
    if (objection !== undefined) found ??= { expr, detail: DETAILS[objection] }
    return found !== undefined
  })
  if (found === undefined) return
  const position = positionOf(found.expr)
  throw new PgError('0A000', 'invalid publication WHERE expression', {
    detail: found.detail,
    ...(position === undefined ? {} : { position }),
  })
}

/** A filter as a publication is given it. @throws PgError 42804, 42703, 0A000 … */
export const bindRowFilter = (given: Scope, relation: RelationInfo, node: Node): Expr => {
  // As it was written: the bodies of users' functions would otherwise take the place of their calls.
  const scope = rootScope({ ...given.statement, written: true }, { clause: 'where' })
  const names = relation.columns.map(({ name }) => name)
  addOwnRow(scope, rowRange(relation, relation.name, 0, names), relation)
  const bound = coerceToBoolean(scope.statement, bindExpression(scope, node), 'PUBLICATION WHERE')
  requireSimple(bound)
  return bound
}

/** Whether a row of a table passes a filter. */
export type RowFilter = (row: readonly Value[]) => boolean

/**
 * A filter that can be asked of rows.
 * @returns a function that throws what the filter's functions throw
 */
export const rowFilter = (env: Environment, relation: RelationInfo, node: Node): RowFilter => {
  const statement = ownStatement(env)
  const scope: Scope = rootScope(statement, {
    clause: 'where',
    hook: (path) => {
      const index = relation.columns.findIndex(({ name }) => name === path.at(-1))
      const column = relation.columns[index]
      if (column === undefined) return undefined
      const { type, typmod, generated, default: expression } = column
      if (generated !== 'v' || expression === undefined) return { kind: 'placeholder', index, type, typmod }
      return coerceToTarget(statement, bindExpression(scope, expression), type, typmod, 'assignment')
    },
  })
  const bound = coerceToBoolean(statement, bindExpression(scope, node), 'PUBLICATION WHERE')
  return (row) => {
    try {
      return evaluate(env, bound, row) === 1n
    } catch (error) {
      if (error instanceof NotComputable) throw new PgError('0A000', 'this WHERE of a publication is not supported')
      throw error
    }
  }
}

/** The columns that a filter reads. */
export const columnsOfFilter = (bound: Expr): Set<number> => {
  const indexes = new Set<number>()
  some(bound, (expr) => {
    if (expr.kind === 'column') indexes.add(expr.index)
    return false
  })
  return indexes
}
