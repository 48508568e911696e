/** Subqueries in expressions: scalar, EXISTS, IN, ANY/ALL, ARRAY(…). Manual: "Subquery Expressions". */
import type { Node, SelectStmt, SubLink } from '@pgsql/types'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { outputColumns } from '../tree/query.ts'
import { coerceToBoolean } from './coerce.ts'
import { compareRows } from './comparison.ts'
import { bindExpression } from './expression.ts'
import { applyOperator } from './operator.ts'
import { childScope, errorAt, nothingElse, refuse, type Scope } from './scope.ts'
import { bindSelect } from './select.ts'

const FORBIDDEN: Partial<Record<Scope['clause'], string>> = {
  check: 'check constraint',
  'domain check': 'check constraint',
  default: 'DEFAULT expression',
  'index expression': 'index expression',
  'index predicate': 'index predicate',
  'generated column': 'column generation expression',
  'partition key': 'partition key expression',
  'partition bound': 'partition bound',
  execute: 'EXECUTE parameter',
  'trigger when': 'trigger WHEN condition',
}

export const bindSubLink = (scope: Scope, node: SubLink): Expr => {
  const { subLinkType, testexpr, operName = [], subselect, location, ...rest } = node
  nothingElse(scope, 'subquery', rest)
  const place = FORBIDDEN[scope.clause]
  if (place !== undefined) throw errorAt(scope, location, '0A000', `cannot use subquery in ${place}`)
  if (subselect === undefined || !('SelectStmt' in subselect)) throw refuse(scope, 'this subquery', location)
  const query = bindSelect(childScope(scope), subselect.SelectStmt as SelectStmt)
  const columns = outputColumns(query)
  const position = scope.statement.position(location)
  const [first] = columns
  switch (subLinkType) {
    case 'EXISTS_SUBLINK':
      return { kind: 'exists', query, type: OID.bool, typmod: -1, position }
    case 'EXPR_SUBLINK':
    case 'ARRAY_SUBLINK': {
      if (first === undefined || columns.length > 1)
        throw errorAt(
          scope,
          location,
          '42601',
          first === undefined ? 'subquery must return a column' : 'subquery must return only one column',
        )
      if (subLinkType === 'EXPR_SUBLINK')
        return { kind: 'scalar', query, type: first.type, typmod: first.typmod, position }
      const { catalog } = scope.statement
      const nested = catalog.isArray(catalog.baseType(first.type))
      const type = nested ? first.type : catalog.type(first.type).array
      if (type === 0)
        throw errorAt(
          scope,
          location,
          '42704',
          `could not find array type for data type ${formatType(catalog, first.type)}`,
        )
      if (nested) throw refuse(scope, 'ARRAY of arrays from a subquery', location)
      return { kind: 'arrayOf', query, type, typmod: first.typmod, position }
    }
    case 'ANY_SUBLINK':
    case 'ALL_SUBLINK': {
      const name = operName.at(-1)
      const operator = name !== undefined && 'String' in name ? (name.String.sval ?? '=') : '='
      const left = bindExpression(scope, testexpr as Node)
      const lefts = left.kind === 'row' ? left.fields : [left]
      if (lefts.length < columns.length) throw errorAt(scope, location, '42601', 'subquery has too many columns')
      if (lefts.length > columns.length) throw errorAt(scope, location, '42601', 'subquery has too few columns')
      const rights = columns.map(({ type, typmod }, index): Expr => ({ kind: 'placeholder', index, type, typmod }))
      const test =
        lefts.length > 1
          ? compareRows(scope, operator, lefts, rights, location)
          : coerceToBoolean(
              scope.statement,
              applyOperator(scope.statement, operator, lefts[0], rights[0] as Expr, position),
              'ANY/ALL',
            )
      return {
        kind: 'subqueryTest',
        query,
        lefts,
        operator,
        test,
        all: subLinkType === 'ALL_SUBLINK',
        type: OID.bool,
        typmod: -1,
        position,
      }
    }
    default:
      throw refuse(
        scope,
        subLinkType === 'ROWCOMPARE_SUBLINK' ? 'a comparison of a row with a subquery' : 'this subquery',
        location,
      )
  }
}
