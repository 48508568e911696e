/** Operators in all their spellings: infix, BETWEEN, IN, LIKE, ANY/ALL, IS DISTINCT FROM, NULLIF; and row comparison. */
import type { A_Expr, Node } from '@pgsql/types'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { isVolatile, some } from '../tree/walk.ts'
import { coerceArgument, coerceToBoolean, coerceToCommon, commonTypeOrNone } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { applyOperator, findOperator, hasOrder } from './operator.ts'
import { resolvePolymorphic } from './polymorphic.ts'
import { errorAt, nothingElse, refuse, type Scope } from './scope.ts'

const BOOL = { type: OID.bool, typmod: -1 } as const

const nameOf = (nodes: readonly Node[]): string => {
  const last = nodes.at(-1)
  return last !== undefined && 'String' in last ? (last.String.sval ?? '') : ''
}

const isUnsteady = (expr: Expr): boolean =>
  some(expr, (it) => isVolatile(it) || it.kind === 'scalar' || it.kind === 'exists')

const isNullLiteral = (node: Node | undefined): boolean =>
  node !== undefined && 'A_Const' in node && node.A_Const.isnull === true

/** Two rows compared field by field (make_row_comparison_op). */
export const compareRows = (
  scope: Scope,
  operator: string,
  lefts: readonly Expr[],
  rights: readonly Expr[],
  location: number | undefined,
): Expr => {
  const { statement } = scope
  const position = statement.position(location)
  if (lefts.length !== rights.length)
    throw errorAt(scope, location, '42601', 'unequal number of entries in row expressions')
  if (lefts.length === 0) throw errorAt(scope, location, '0A000', 'cannot compare rows of zero length')
  const apply = (name: string, at: number): Expr =>
    coerceToBoolean(
      statement,
      applyOperator(statement, name, lefts[at] as Expr, rights[at] as Expr, position),
      'row comparison operator',
    )
  if (lefts.length === 1) return apply(operator, 0)
  const each = lefts.map((_, at) => at)
  const isSorting = ['=', '<>', '<', '<=', '>', '>='].includes(operator)
  const isOrdered = ({ type }: Expr): boolean => type === OID.unknown || hasOrder(statement.catalog, type)
  if (!isSorting || ![...lefts.slice(0, 1), ...rights.slice(0, 1)].some(isOrdered)) {
    for (const at of each) apply(operator, at)
    throw errorAt(
      scope,
      location,
      '0A000',
      `could not determine interpretation of row comparison operator ${operator}`,
      {
        hint: 'Row comparison operators must be associated with btree operator families.',
      },
    )
  }
  if (operator === '=') return { kind: 'and', args: each.map((at) => apply('=', at)), ...BOOL, position }
  if (operator === '<>') return { kind: 'or', args: each.map((at) => apply('<>', at)), ...BOOL, position }
  const strict = operator[0] ?? '<'
  const fields = each.slice(0, -1).map((at) => ({ less: apply(strict, at), equal: apply('=', at) }))
  return { kind: 'rowComparison', fields, last: apply(operator, lefts.length - 1), ...BOOL, position }
}

const bindOperator = (scope: Scope, node: A_Expr): Expr => {
  const { name = [], lexpr, rexpr, location } = node
  if (name.length > 1 && nameOf(name.slice(0, 1)) !== 'pg_catalog')
    throw refuse(scope, 'an operator of a schema', location)
  const operator = nameOf(name)
  const position = scope.statement.position(location)
  if (lexpr !== undefined && rexpr !== undefined && 'RowExpr' in lexpr) {
    if ('SubLink' in rexpr && rexpr.SubLink.subLinkType === 'EXPR_SUBLINK')
      return bindExpression(scope, {
        SubLink: {
          ...rexpr.SubLink,
          subLinkType: 'ROWCOMPARE_SUBLINK',
          testexpr: lexpr,
          operName: name,
          location: location ?? 0,
        },
      } as Node)
    if ('RowExpr' in rexpr) {
      const [left, right] = [bindExpression(scope, lexpr), bindExpression(scope, rexpr)]
      if (left.kind === 'row' && right.kind === 'row')
        return compareRows(scope, operator, left.fields, right.fields, location)
    }
  }
  const left = lexpr && bindExpression(scope, lexpr)
  const right = bindExpression(scope, rexpr as Node)
  return applyOperator(scope.statement, operator, left, right, position)
}

const bindDistinct = (scope: Scope, { kind, name = [], lexpr, rexpr, location }: A_Expr): Expr => {
  const negated = kind === 'AEXPR_NOT_DISTINCT'
  const position = scope.statement.position(location)
  const typed = { ...BOOL, position }
  if (isNullLiteral(rexpr))
    return { kind: negated ? 'isNull' : 'isNotNull', arg: bindExpression(scope, lexpr as Node), ...typed }
  if (isNullLiteral(lexpr))
    return { kind: negated ? 'isNull' : 'isNotNull', arg: bindExpression(scope, rexpr as Node), ...typed }
  const [left, right] = [bindExpression(scope, lexpr as Node), bindExpression(scope, rexpr as Node)]
  const distinct = (a: Expr, b: Expr): Expr => {
    const equal = applyOperator(scope.statement, nameOf(name), a, b, position)
    if (equal.kind !== 'call') throw refuse(scope, 'IS DISTINCT FROM of these types', location)
    const [x, y] = equal.args
    return { kind: 'distinctFrom', left: x as Expr, right: y as Expr, equal, negated: false, ...typed }
  }
  if (left.kind === 'row' && right.kind === 'row') {
    if (left.fields.length !== right.fields.length)
      throw errorAt(scope, location, '42601', 'unequal number of entries in row expressions')
    const any: Expr = {
      kind: 'or',
      args: left.fields.map((field, at) => distinct(field, right.fields[at] as Expr)),
      ...typed,
    }
    return negated ? { kind: 'not', arg: any, ...typed } : any
  }
  const result = distinct(left, right)
  return result.kind === 'distinctFrom' ? { ...result, negated } : result
}

const bindNullIf = (scope: Scope, { lexpr, rexpr, location }: A_Expr): Expr => {
  const { statement } = scope
  const position = statement.position(location)
  const [left, right] = [bindExpression(scope, lexpr as Node), bindExpression(scope, rexpr as Node)]
  const equal = applyOperator(statement, '=', left, right, position)
  if (equal.kind !== 'call') throw refuse(scope, 'NULLIF of these types', location)
  const [subject = left] = equal.args
  if (isUnsteady(subject)) throw refuse(scope, 'NULLIF of a volatile value', location)
  const type = subject.type
  const none: Expr = { kind: 'const', value: null, type, typmod: -1 }
  return {
    kind: 'case',
    whens: [{ when: equal, result: none }],
    otherwise: subject,
    type,
    typmod: subject.typmod,
    position,
    ...(statement.written ? { nullIf: [subject, equal.args[1] as Expr] } : {}),
  }
}

const bindIn = (scope: Scope, { name = [], lexpr, rexpr, location }: A_Expr): Expr => {
  const { statement } = scope
  const position = statement.position(location)
  const operator = nameOf(name)
  const negated = operator === '<>'
  const items = rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : []
  const left = bindExpression(scope, lexpr as Node)
  const rights = items.map((item) => bindExpression(scope, item))
  const typed = { ...BOOL, position }
  if (left.kind === 'row') {
    const tests = rights.map((right) => {
      if (right.kind === 'row') return compareRows(scope, operator, left.fields, right.fields, location)
      return applyOperator(statement, operator, left, right, position)
    })
    const [only] = tests
    if (tests.length === 1 && only !== undefined) return only
    return { kind: negated ? 'and' : 'or', args: tests, ...typed }
  }
  // PostgreSQL makes one array of the items without columns, if they have a common type.
  const plain = rights.filter((right) => !some(right, (it) => it.kind === 'column'))
  const type = plain.length > 1 ? commonTypeOrNone(statement, [left, ...plain]) : 0
  const useArray = type !== 0 && type !== OID.record && statement.catalog.type(type).array !== 0
  const ordered = useArray ? [...plain, ...rights.filter((right) => !plain.includes(right))] : rights
  const tests = ordered.map((right) => {
    const item = useArray && plain.includes(right) ? coerceToCommon(statement, right, type, 'IN') : right
    return coerceToBoolean(statement, applyOperator(statement, operator, left, item, position), 'IN')
  })
  const [first] = tests
  if (tests.length === 1 && first !== undefined) return first
  const inArray = useArray ? tests.slice(0, plain.length) : tests
  const list = inListOf(inArray, negated, position)
  if (list !== undefined && inArray.length === tests.length) return list
  if (isUnsteady(left)) throw refuse(scope, 'IN of a volatile value', location)
  // The array is looked at before the items that are not in it.
  const args = list === undefined ? tests : [list, ...tests.slice(inArray.length)]
  return { kind: negated ? 'and' : 'or', args, ...typed }
}

/** Tests of one value by one function, as a list. */
const inListOf = (tests: readonly Expr[], negated: boolean, position: number | undefined): Expr | undefined => {
  const calls = tests.filter((test) => test.kind === 'call')
  const [first] = calls
  if (first === undefined || calls.length !== tests.length || calls.some(({ fn }) => fn !== first.fn)) return undefined
  return {
    kind: 'inList',
    left: first.args[0] as Expr,
    items: calls.map((test) => test.args[1] as Expr),
    tests,
    negated,
    ...BOOL,
    position,
  }
}

const bindArrayTest = (scope: Scope, { kind, name = [], lexpr, rexpr, location }: A_Expr): Expr => {
  const { statement } = scope
  const { catalog } = statement
  const position = statement.position(location)
  const operatorName = nameOf(name)
  const left = bindExpression(scope, lexpr as Node)
  let right = bindExpression(scope, rexpr as Node)
  let element: number = OID.unknown
  if (right.type !== OID.unknown) {
    element = catalog.elementType(catalog.baseType(right.type))
    if (element === 0) throw errorAt(scope, location, '42809', 'op ANY/ALL (array) requires array on right side')
  }
  const operator = findOperator(catalog, operatorName, left.type, element, position)
  const resolution = resolvePolymorphic(catalog, [operator.left, operator.right], [left.type, element], operator.result)
  if (resolution === undefined) throw refuse(scope, 'this comparison with an array', location)
  if (resolution.result !== OID.bool)
    throw errorAt(scope, location, '42809', 'op ANY/ALL (array) requires operator to yield boolean')
  const [leftType = 0, rightType = 0] = resolution.args
  const { array } = catalog.type(rightType)
  if (array === 0)
    throw errorAt(scope, location, '42704', `could not find array type for data type ${formatType(catalog, rightType)}`)
  right = coerceArgument(statement, right, array)
  return {
    kind: 'arrayTest',
    operator,
    fn: catalog.fn(operator.function),
    left: coerceArgument(statement, left, leftType),
    array: right,
    all: kind === 'AEXPR_OP_ALL',
    ...BOOL,
    position,
  }
}

const bindBetween = (scope: Scope, { kind, lexpr, rexpr, location }: A_Expr): Expr => {
  const { statement } = scope
  const position = statement.position(location)
  const items = rexpr !== undefined && 'List' in rexpr ? (rexpr.List.items ?? []) : []
  const value = (): Expr => bindExpression(scope, lexpr as Node)
  const [low, high] = items.map((item) => () => bindExpression(scope, item))
  if (low === undefined || high === undefined) throw refuse(scope, 'BETWEEN without bounds', location)
  const typed = { ...BOOL, position }
  const compare = (operator: string, right: () => Expr): Expr =>
    coerceToBoolean(statement, applyOperator(statement, operator, value(), right(), position), 'AND')
  const within = (a: () => Expr, b: () => Expr): Expr => ({
    kind: 'and',
    args: [compare('>=', a), compare('<=', b)],
    ...typed,
  })
  const outside = (a: () => Expr, b: () => Expr): Expr => ({
    kind: 'or',
    args: [compare('<', a), compare('>', b)],
    ...typed,
  })
  switch (kind) {
    case 'AEXPR_BETWEEN':
      return within(low, high)
    case 'AEXPR_NOT_BETWEEN':
      return outside(low, high)
    case 'AEXPR_BETWEEN_SYM':
      return { kind: 'or', args: [within(low, high), within(high, low)], ...typed }
    default:
      return { kind: 'and', args: [outside(low, high), outside(high, low)], ...typed }
  }
}

/** @throws PgError 42883, 42725 and others of class 42 */
export const bindComparison = (scope: Scope, node: A_Expr): Expr => {
  const {
    kind,
    name: _name,
    lexpr: _lexpr,
    rexpr: _rexpr,
    location: _location,
    ...rest
  } = node as A_Expr & Record<string, unknown>
  nothingElse(scope, 'expression', { ...rest, rexpr_list_start: undefined, rexpr_list_end: undefined })
  switch (kind) {
    case 'AEXPR_OP':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
    case 'AEXPR_SIMILAR':
      return bindOperator(scope, node)
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return bindArrayTest(scope, node)
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return bindDistinct(scope, node)
    case 'AEXPR_NULLIF':
      return bindNullIf(scope, node)
    case 'AEXPR_IN':
      return bindIn(scope, node)
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return bindBetween(scope, node)
    default:
      throw refuse(scope, kind ?? 'this operator', node.location)
  }
}
