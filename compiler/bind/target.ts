/** The select list: stars, and the names of columns. After parse_target.c. */
import type * as Ast from '@pgsql/types'
import { isRecordType } from '../catalog/record-type.ts'
import type { Expr } from '../tree/expression.ts'
import type { Target } from '../tree/query.ts'
import { isVolatile, some } from '../tree/walk.ts'
import { ambiguousVariable, findItem, pathOf, undefinedTable } from './column.ts'
import { bindExpression } from './expression.ts'
import { recordShape } from './record-shape.ts'
import { errorAt, type NamespaceItem, nothingElse, open, refuse, type Scope } from './scope.ts'

const lastName = (nodes: readonly Ast.Node[] = []): string | undefined => {
  for (const node of [...nodes].reverse()) if ('String' in node) return node.String.sval ?? ''
  return undefined
}

type Named = readonly [name: string, strength: 0 | 1 | 2]

/** What these constructs call their columns. */
const FIXED_NAMES: Readonly<Record<string, string>> = {
  GroupingFunc: 'grouping',
  A_ArrayExpr: 'array',
  RowExpr: 'row',
  CoalesceExpr: 'coalesce',
  JsonObjectConstructor: 'json_object',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonArrayAgg: 'json_arrayagg',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
}

/** FigureColname: a name and how sure it is; a weak one yields to that of a cast around it. */
const figure = (node: Ast.Node | undefined): Named => {
  if (node === undefined) return ['', 0]
  const [tag, body] = open(node)
  const fixed = FIXED_NAMES[tag]
  if (fixed !== undefined) return [fixed, 2]
  switch (tag) {
    case 'ColumnRef': {
      const name = lastName((body as Ast.ColumnRef).fields)
      return name === undefined ? ['', 0] : [name, 2]
    }
    case 'A_Indirection': {
      const { arg, indirection = [] } = body as Ast.A_Indirection
      const name = lastName(indirection.filter((part) => 'String' in part))
      return name === undefined ? figure(arg) : [name, 2]
    }
    case 'FuncCall':
      return [lastName((body as Ast.FuncCall).funcname) ?? '', 2]
    case 'A_Expr':
      return (body as Ast.A_Expr).kind === 'AEXPR_NULLIF' ? ['nullif', 2] : ['', 0]
    case 'TypeCast': {
      const { arg, typeName } = body as Ast.TypeCast
      const inner = figure(arg)
      if (inner[1] > 1) return inner
      const name = lastName(typeName?.names)
      return name === undefined ? inner : [name, 1]
    }
    case 'CollateClause':
      return figure((body as Ast.CollateClause).arg)
    case 'SubLink': {
      const { subLinkType, subselect } = body as Ast.SubLink
      if (subLinkType === 'EXISTS_SUBLINK') return ['exists', 2]
      if (subLinkType === 'ARRAY_SUBLINK') return ['array', 2]
      if (subLinkType === 'EXPR_SUBLINK' && subselect !== undefined && 'SelectStmt' in subselect) {
        const name = firstColumnName(subselect.SelectStmt)
        return [name, 2]
      }
      return ['', 0]
    }
    case 'CaseExpr': {
      const inner = figure((body as Ast.CaseExpr).defresult)
      return inner[1] > 1 ? inner : ['case', 1]
    }
    case 'MinMaxExpr':
      return [(body as Ast.MinMaxExpr).op === 'IS_LEAST' ? 'least' : 'greatest', 2]
    case 'JsonFuncExpr':
      return [
        String((body as Ast.JsonFuncExpr).op ?? 'JSON_EXISTS_OP')
          .replace('_OP', '')
          .toLowerCase(),
        2,
      ]
    case 'SQLValueFunction':
      return [
        String((body as Ast.SQLValueFunction).op ?? '')
          .replace('SVFOP_', '')
          .replace(/_N$/, '')
          .toLowerCase(),
        2,
      ]
    default:
      return ['', 0]
  }
}

/** The name of a query's first column, as its parse tree gives it. */
const firstColumnName = (select: Ast.SelectStmt): string => {
  if (select.larg !== undefined && (select.targetList ?? []).length === 0) return firstColumnName(select.larg)
  if ((select.valuesLists ?? []).length > 0) return 'column1'
  const [first] = select.targetList ?? []
  if (first === undefined || !('ResTarget' in first)) return '?column?'
  return first.ResTarget.name ?? figureName(first.ResTarget.val)
}

export const figureName = (node: Ast.Node | undefined): string => figure(node)[0] || '?column?'

const expandAll = (scope: Scope, location: number | undefined): Target[] => {
  const items = scope.items.filter(({ columnsVisible }) => columnsVisible)
  if (items.length === 0) throw errorAt(scope, location, '42601', 'SELECT * with no tables specified is not valid')
  const position = scope.statement.position(location)
  return items.flatMap((item) =>
    expanded(item).map(({ name, expr }) => ({ name, expr: { ...expr, position }, hidden: false })),
  )
}

/** `t.*`, `s.t.*` and a lone `*`. */
const expandStar = (scope: Scope, node: Ast.ColumnRef): Target[] => {
  const { location } = node
  const names = pathOf(node).slice(0, -1) as string[]
  if (names.length === 0) return expandAll(scope, location)
  const table = names.at(-1) ?? ''
  const item = findItem(scope, names.length > 1 ? names.at(-2) : undefined, table, location)
  const fields = fieldsOfVariable(scope, names, item, location)
  if (fields !== undefined)
    return fields.map((field) => ({ name: figureName(field), expr: bindExpression(scope, field), hidden: false }))
  if (item === undefined) {
    if (names.length === 1) {
      for (let level: Scope | undefined = scope; level !== undefined; level = level.parent)
        if (level.hook?.(names, undefined) !== undefined)
          throw refuse(scope, 'the fields of a value as columns', location)
    }
    throw undefinedTable(scope, table, location)
  }
  const position = scope.statement.position(location)
  return expanded(item).map(({ name, expr }) => ({ name, expr: { ...expr, position }, hidden: false }))
}

/** The fields of a variable, where no table has the name. @throws PgError 42702, 0A000 for a record of no declared type */
const fieldsOfVariable = (
  scope: Scope,
  names: readonly string[],
  item: NamespaceItem | undefined,
  location: number | undefined,
): Ast.Node[] | undefined => {
  const { variables, catalog } = scope.statement
  if (variables === undefined || (item !== undefined && variables.conflict === 'column')) return undefined
  const found = variables.find(names)
  if (found === undefined || found.fields.length > 0) return undefined
  if (item !== undefined && variables.conflict === 'error') throw ambiguousVariable(scope, [...names, '*'], location)
  const { type } = found.variable
  const fields = catalog.fields(type)
  if (fields === undefined || isRecordType(type))
    throw refuse(scope, 'the fields of this variable as columns', location)
  return fields.map(({ name }) => ({
    ColumnRef: {
      fields: [...names, name].map((sval) => ({ String: { sval } })),
      ...(location === undefined ? {} : { location }),
    },
  }))
}

/** A list with the fields of variables in the place of their stars. */
export const withFieldsOfVariables = (scope: Scope, nodes: readonly Ast.Node[]): readonly Ast.Node[] =>
  scope.statement.variables === undefined
    ? nodes
    : nodes.flatMap((node) => {
        if (!isStar(node)) return [node]
        const { location } = node.ColumnRef
        return fieldsOfVariable(scope, pathOf(node.ColumnRef).slice(0, -1) as string[], undefined, location) ?? [node]
      })

/** The columns that a star stands for. */
const expanded = ({ columns, unexpanded = 0 }: NamespaceItem): NamespaceItem['columns'] =>
  columns.slice(0, columns.length - unexpanded)

/** The expressions of ROW(…) and VALUES, where a star stands for its columns (transformExpressionList). */
export const bindExpressionList = (scope: Scope, nodes: readonly Ast.Node[]): Expr[] =>
  nodes.flatMap((node) =>
    isStar(node) ? expandStar(scope, node.ColumnRef).map(({ expr }) => expr) : [bindExpression(scope, node)],
  )

const isStar = (node: Ast.Node): node is { ColumnRef: Ast.ColumnRef } =>
  'ColumnRef' in node && (node.ColumnRef.fields ?? []).some((field) => 'A_Star' in field)

/** The fields of a composite value as columns: `(f(x)).*`, which calls a function once for each of them, as in PostgreSQL. */
const expandFields = (scope: Scope, node: Ast.A_Indirection): Target[] => {
  const parts = node.indirection ?? []
  const bound = bindExpression(
    scope,
    parts.length === 1 ? (node.arg as Ast.Node) : { A_Indirection: { ...node, indirection: parts.slice(0, -1) } },
  )
  const fields = recordShape(scope.statement.catalog, bound)
  // sets of rows are computed once, beneath (add_sp_item_to_pathtarget)
  if (fields === undefined || some(bound, (it) => isVolatile(it) && it.fn.set))
    throw refuse(scope, 'the fields of this value as columns', bound.position)
  return fields.map(({ name, type, typmod }, index) => ({
    name,
    hidden: false,
    expr:
      bound.kind === 'wholeRow'
        ? { kind: 'column', range: bound.range, index, type, typmod }
        : ({ kind: 'field', arg: bound, index, type, typmod } satisfies Expr),
  }))
}

export const bindTargets = (scope: Scope, nodes: readonly Ast.Node[]): Target[] =>
  nodes.flatMap((node) => {
    if (!('ResTarget' in node)) throw refuse(scope, 'this select list')
    const { name, val, indirection = [], location: _location, ...rest } = node.ResTarget
    nothingElse(scope, 'select list', { ...rest, indirection })
    if (val === undefined) throw refuse(scope, 'an empty target')
    if (isStar(val)) return expandStar(scope, val.ColumnRef)
    if ('A_Indirection' in val && (val.A_Indirection.indirection ?? []).some((part) => 'A_Star' in part))
      return expandFields(scope, val.A_Indirection)
    return [{ expr: bindExpression(scope, val), name: name ?? figureName(val), hidden: false }]
  })
