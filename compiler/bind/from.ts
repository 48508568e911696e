/** FROM: tables, joins, subqueries, functions, and the names that they bring. After parse_clause.c. */

import type * as Ast from '@pgsql/types'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { isParent, tablesBelow } from '../catalog/inheritance.ts'
import { OID } from '../catalog/oid.ts'
import { SEQUENCE_ROW } from '../functions/set-returning.ts'
import { hasRows } from '../system/catalogs.ts'
import { SEQUENCE_COLUMNS } from '../system/relations.ts'
import type { Expr } from '../tree/expression.ts'
import { writtenName } from '../tree/made-name.ts'
import {
  type Cte,
  type FromNode,
  type OutputColumn,
  outputColumns,
  type RangeEntry,
  type RangeSource,
  type TableFunction,
  type TableSource,
} from '../tree/query.ts'
import { rangeOf, some } from '../tree/walk.ts'
import { coerceToBoolean, coerceToCommon, commonType } from './coerce.ts'
import { collated, noteCollations } from './collation.ts'
import { columnOf } from './column.ts'
import { bindExpression } from './expression.ts'
import { bindJsonTable } from './json-table.ts'
import { applyOperator } from './operator.ts'
import { needRelation } from './permission.ts'
import { recordShape } from './record-shape.ts'
import { requireRelation, unopened } from './relation.ts'
import {
  childScope,
  errorAt,
  inClause,
  type NamespaceItem,
  nothingElse,
  open,
  refuse,
  type Scope,
  uniqueAlias,
} from './scope.ts'
import { bindSelect } from './select.ts'
import { resolveTypeName } from './type-name.ts'
import { viewQuery } from './view.ts'

const aliasNames = (alias: Ast.Alias | undefined): string[] =>
  (alias?.colnames ?? []).map((name) => ('String' in name ? (name.String.sval ?? '') : ''))

/** Gives columns the names of an alias. @throws PgError 42P10 when there are too many */
const renamed = (
  scope: Scope,
  columns: readonly OutputColumn[],
  names: readonly string[],
  what: string,
  location?: number,
): OutputColumn[] => {
  if (names.length > columns.length)
    throw errorAt(
      scope,
      location,
      '42P10',
      `${what} has ${columns.length} columns available but ${names.length} columns specified`,
    )
  return columns.map((column, at) => ({ ...column, name: names[at] ?? column.name }))
}

export const addRange = (
  scope: Scope,
  name: string,
  columns: readonly OutputColumn[],
  source: RangeSource,
  options: {
    readonly schema?: string | undefined
    readonly visible?: boolean
    readonly named?: boolean
    readonly alias?: Ast.Alias | undefined
    readonly only?: boolean
  } = {},
): { readonly range: RangeEntry; readonly item: NamespaceItem } => {
  if (source.kind === 'table') noteCollations(scope.statement, source.relation)
  else if (source.kind === 'subquery') noteCollations(scope.statement, source.view)
  const range: RangeEntry = {
    alias: uniqueAlias(scope.statement, name),
    columns,
    source,
    depth: scope.depth,
    nullable: false,
    written: {
      ...(options.alias === undefined ? { name, aliased: false } : writtenName(name)),
      renamed: aliasNames(options.alias).length > 0,
      only: options.only ?? false,
    },
  }
  const item: NamespaceItem = {
    name: options.named === false ? undefined : name,
    schema: options.schema,
    columns: columns.map((column, index) => ({ name: column.name, expr: columnOf(range, index) })),
    range,
    columnsVisible: options.visible ?? true,
    nameVisible: options.named ?? true,
    lateralOnly: false,
    lateralOk: true,
  }
  return { range, item }
}

interface Bound {
  readonly node: FromNode
  readonly items: NamespaceItem[]
  /** The columns of the whole, for USING, NATURAL and an alias of a join. */
  readonly columns: readonly { readonly name: string; readonly expr: Expr }[]
  readonly ranges: readonly RangeEntry[]
}

const single = ({ range, item }: { range: RangeEntry; item: NamespaceItem }): Bound => ({
  node: { kind: 'range', range },
  items: [item],
  columns: item.columns,
  ranges: [range],
})

const findCte = (scope: Scope, name: string): Cte | undefined => {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const cte = level.ctes.get(name)
    if (cte !== undefined) return cte
  }
  return scope.statement.stored?.get(name)
}

const bindTable = (scope: Scope, table: Ast.RangeVar): Bound => {
  const {
    schemaname,
    relname = '',
    alias,
    location,
    inh: withChildren = false,
    relpersistence: _persistence,
    catalogname: _catalog,
    ...rest
  } = table
  nothingElse(scope, 'table', rest)
  const name = alias?.aliasname ?? relname
  if (schemaname === undefined || schemaname === '') {
    const cte = findCte(scope, relname)
    if (cte?.withoutRows)
      throw errorAt(scope, location, '0A000', `WITH query "${relname}" does not have a RETURNING clause`)
    if (cte !== undefined) {
      cte.uses++
      const columns = renamed(scope, cte.columns, aliasNames(alias), `table "${name}"`)
      const { range, item } = addRange(scope, name, columns, { kind: 'cte', cte }, { alias })
      const { unexpanded = 0 } = cte
      return single({ range, item: unexpanded === 0 ? item : { ...item, unexpanded } })
    }
  }
  const relation = requireRelation(scope, table)
  if (relation.oid < FIRST_USER_OID && relation.kind === 'r' && !hasRows(relation.schema, relation.name))
    throw refuse(scope, `the catalog ${relation.physical}`, location)
  const own = relation.kind === 'S' ? SEQUENCE_COLUMNS : relation.columns
  const columns = renamed(
    scope,
    own.map(({ name: column, type, typmod }) => ({ name: column, type, typmod })),
    aliasNames(alias),
    `table "${name}"`,
  )
  needRelation(scope, relation, 'r')
  const schema = alias === undefined ? relation.schema : undefined
  if (relation.kind === 'v') {
    const query = viewQuery(scope, relation)
    const source = { kind: 'subquery', query, lateral: false, view: relation } as const
    return single(addRange(scope, name, columns, source, { schema, alias }))
  }
  if (relation.kind === 'S')
    return single(addRange(scope, name, columns, sequenceSource(scope, relation), { schema, alias }))
  if (relation.kind === 'c') throw unopened(relation.name, 'composite types', scope.statement.position(location))
  return single(
    addRange(scope, name, columns, tableSource(scope, relation, withChildren), { schema, alias, only: !withChildren }),
  )
}

/** The one row of a sequence, which no table holds. */
const sequenceSource = (scope: Scope, sequence: RelationInfo): RangeSource => {
  const fn = { ...scope.statement.catalog.fn(GET_SEQUENCE_DATA), name: SEQUENCE_ROW, source: SEQUENCE_ROW }
  const args: Expr[] = [{ kind: 'const', value: BigInt(sequence.oid), type: OID.regclass, typmod: -1 }]
  const call: Expr = { kind: 'call', fn, args, type: OID.record, typmod: -1 }
  const columns = SEQUENCE_COLUMNS.map(({ name, type, typmod }) => ({ name, type, typmod }))
  const functions = [{ call, columns, composite: true }]
  return { kind: 'functions', functions, ordinality: false, lateral: false, sequence }
}

/** The oid of pg_get_sequence_data(regclass). */
const GET_SEQUENCE_DATA = 6427

/** A table as a source of rows. @param withChildren false for ONLY */
export const tableSource = (scope: Scope, relation: RelationInfo, withChildren: boolean): TableSource => {
  const { catalog } = scope.statement
  if (!withChildren || !isParent(catalog, relation)) return { kind: 'table', relation }
  return { kind: 'table', relation, family: tablesBelow(catalog, relation) }
}

const bindSubselect = (scope: Scope, { lateral = false, subquery, alias }: Ast.RangeSubselect): Bound => {
  if (subquery === undefined || !('SelectStmt' in subquery)) throw refuse(scope, 'this subquery in FROM')
  const inner = childScope(scope)
  const query = withLateral(scope, lateral, () =>
    inClause(scope, 'from subquery', () => bindSelect(inner, subquery.SelectStmt as Ast.SelectStmt)),
  )
  const name = alias?.aliasname ?? ''
  const columns = renamed(scope, outputColumns(query), aliasNames(alias), `table "${name}"`)
  return single(
    addRange(scope, name, columns, { kind: 'subquery', query, lateral }, { named: alias !== undefined, alias }),
  )
}

/** While a LATERAL item is bound, the items before it can be seen; otherwise none of this FROM can. */
const withLateral = <Result>(scope: Scope, lateral: boolean, bind: () => Result): Result => {
  const before = { items: scope.items, lateralActive: scope.lateralActive }
  for (const item of scope.items) item.lateralOnly = true
  scope.lateralActive = lateral
  try {
    if (!lateral) scope.items = []
    return bind()
  } finally {
    scope.items = before.items
    scope.lateralActive = before.lateralActive
    for (const item of scope.items) item.lateralOnly = false
  }
}

/** The columns that a function's rows have. */
const functionColumns = (
  scope: Scope,
  call: Expr,
  name: string,
  definitions: readonly Ast.Node[],
  location: number | undefined,
): TableFunction => {
  const { catalog } = scope.statement
  if (definitions.length > 0) {
    const columns = definitions.map((node) => {
      if (!('ColumnDef' in node)) throw refuse(scope, 'this column definition', location)
      const { type, typmod } = resolveTypeName(scope, node.ColumnDef.typeName as Ast.TypeName)
      return { name: node.ColumnDef.colname ?? '', type, typmod }
    })
    if (call.type !== OID.record)
      throw errorAt(
        scope,
        location,
        '42601',
        'a column definition list is only allowed for functions returning "record"',
      )
    return { call, columns, composite: true }
  }
  if (call.kind === 'call') {
    const { allArgs, modes, names } = call.fn
    const outs = (modes ?? []).flatMap((mode, at) => ('obt'.includes(mode) ? [at] : []))
    // What a server counts has columns whose names are not known.
    if (names?.length === 0) throw refuse(scope, `the function ${call.fn.name}() in FROM`, location)
    if (outs.length > 1 && allArgs !== null) {
      const columns = recordShape(catalog, call) ?? []
      if (columns.some(({ type }) => catalog.type(type).kind === 'p' && type !== OID.pg_ddl_command))
        throw refuse(scope, `the columns of ${call.fn.name}()`, location)
      return { call, columns, composite: true }
    }
    if (call.type === OID.record)
      throw errorAt(scope, location, '42601', 'a column definition list is required for functions returning "record"')
    const fields = catalog.fields(call.type)
    if (fields !== undefined) return { call, columns: fields, composite: true }
    const out = outs[0] === undefined ? undefined : names?.[outs[0]]
    const [column] = [{ name: out ?? name, type: call.type, typmod: -1 }]
    return { call, columns: [column as OutputColumn], composite: false }
  }
  return { call, columns: [{ name, type: call.type, typmod: call.typmod }], composite: false }
}

/** The name of a function's column and of the item, when no alias says otherwise. */
const functionName = (node: Ast.Node): string => {
  const [tag, body] = open(node)
  if (tag === 'FuncCall') {
    const last = ((body as Ast.FuncCall).funcname ?? []).at(-1)
    return last !== undefined && 'String' in last ? (last.String.sval ?? '') : ''
  }
  if (tag === 'SQLValueFunction')
    return String((body as Ast.SQLValueFunction).op ?? '')
      .replace('SVFOP_', '')
      .replace(/_N$/, '')
      .toLowerCase()
  if (tag === 'CoalesceExpr') return 'coalesce'
  return 'function'
}

/** unnest(a, b) in FROM is short for ROWS FROM (unnest(a), unnest(b)). */
const splitUnnest = (list: Ast.Node): Ast.Node[] => {
  const [call, definitions] = 'List' in list ? (list.List.items ?? []) : []
  if (call === undefined || !('FuncCall' in call)) return [list]
  const { args = [], funcname = [], ...rest } = call.FuncCall
  const [name, ...more] = funcname
  if (args.length < 2 || more.length > 0 || name === undefined || !('String' in name) || name.String.sval !== 'unnest')
    return [list]
  return args.map((arg) => ({
    List: {
      items: [{ FuncCall: { ...rest, funcname, args: [arg] } }, ...(definitions === undefined ? [] : [definitions])],
    },
  }))
}

const bindFunctions = (scope: Scope, node: Ast.RangeFunction): Bound => {
  const {
    lateral: _lateral,
    ordinality = false,
    is_rowsfrom: rowsFrom = false,
    functions: lists = [],
    alias,
    coldeflist = [],
    ...rest
  } = node
  nothingElse(scope, 'function in FROM', rest)
  const functions = lists.flatMap(splitUnnest).flatMap((list) => {
    const [call, definitions] = 'List' in list ? (list.List.items ?? []) : []
    if (call === undefined) throw refuse(scope, 'this function in FROM')
    const name = functionName(call)
    const bound = withLateral(scope, true, () => inClause(scope, 'function in from', () => bindExpression(scope, call)))
    const own = definitions !== undefined && 'List' in definitions ? (definitions.List.items ?? []) : []
    const columnName =
      lists.flatMap(splitUnnest).length === 1 && alias?.aliasname !== undefined ? alias.aliasname : name
    return [{ ...functionColumns(scope, bound, columnName, own.length > 0 ? own : coldeflist, bound.position), name }]
  })
  if (rowsFrom && functions.length === 0) throw refuse(scope, 'ROWS FROM of nothing')
  const [first] = functions
  const name = alias?.aliasname ?? first?.name ?? ''
  const all = functions.flatMap(({ columns }) => columns)
  const withOrdinality = ordinality ? [...all, { name: 'ordinality', type: OID.int8 as number, typmod: -1 }] : all
  const columns = renamed(scope, withOrdinality, aliasNames(alias), `table "${name}"`)
  const lateral = functions.some(({ call }) => some(call, (it) => rangeOf(it)?.depth === scope.depth))
  return single(addRange(scope, name, columns, { kind: 'functions', functions, ordinality, lateral }, { alias }))
}

/** JSON_TABLE is lateral without saying so, as functions are. */
const bindJsonTableItem = (scope: Scope, node: Ast.JsonTable): Bound => {
  const { alias } = node
  const { call, columns } = withLateral(scope, true, () =>
    inClause(scope, 'function in from', () => bindJsonTable(scope, node)),
  )
  const name = alias?.aliasname ?? 'json_table'
  const lateral = some(call, (it) => rangeOf(it)?.depth === scope.depth)
  const functions = [{ call, columns, composite: true }]
  return single(
    addRange(scope, name, renamed(scope, columns, aliasNames(alias), `table "${name}"`), {
      kind: 'functions',
      functions,
      ordinality: false,
      lateral,
    }),
  )
}

const JOINS: Readonly<Record<string, 'inner' | 'left' | 'right' | 'full'>> = {
  JOIN_INNER: 'inner',
  JOIN_LEFT: 'left',
  JOIN_RIGHT: 'right',
  JOIN_FULL: 'full',
}

const bindJoin = (scope: Scope, node: Ast.JoinExpr): Bound => {
  const {
    jointype = 'JOIN_INNER',
    isNatural,
    larg,
    rarg,
    usingClause = [],
    join_using_alias,
    quals,
    alias,
    rtindex: _index,
    ...rest
  } = node
  nothingElse(scope, 'JOIN', rest)
  const { statement } = scope
  if (join_using_alias !== undefined && statement.written) throw refuse(scope, 'the text of an alias of USING')
  if (alias !== undefined && statement.written) throw refuse(scope, 'the text of a join with an alias')
  const join = JOINS[jointype]
  if (join === undefined) throw refuse(scope, jointype)
  const left = bindFromItem(scope, larg as Ast.Node)
  const outside = scope.items
  // LATERAL items on the right side see the left side.
  scope.items = [...outside, ...left.items]
  const lateralOk = join === 'inner' || join === 'left'
  for (const item of left.items) item.lateralOk = lateralOk
  const right = bindFromItem(scope, rarg as Ast.Node)
  for (const item of left.items) item.lateralOk = true
  scope.items = outside

  for (const item of left.items)
    if (
      item.name !== undefined &&
      item.nameVisible &&
      right.items.some((other) => other.nameVisible && other.name === item.name && other.schema === item.schema)
    )
      throw errorAt(scope, undefined, '42712', `table name "${item.name}" specified more than once`)
  if (join === 'left' || join === 'full') for (const range of right.ranges) range.nullable = true
  if (join === 'right' || join === 'full') for (const range of left.ranges) range.nullable = true

  let names = usingClause.map((name) => ('String' in name ? (name.String.sval ?? '') : ''))
  if (isNatural)
    names = left.columns.map(({ name }) => name).filter((name) => right.columns.some((column) => column.name === name))
  const merged: { name: string; expr: Expr }[] = []
  const tests: Expr[] = []
  for (const name of names) {
    const pick = (side: Bound, which: 'left' | 'right'): Expr => {
      const matches = side.columns.filter((column) => column.name === name)
      if (matches.length > 1)
        throw errorAt(
          scope,
          undefined,
          '42702',
          `common column name "${name}" appears more than once in ${which} table`,
        )
      const [match] = matches
      if (match === undefined)
        throw errorAt(
          scope,
          undefined,
          '42703',
          `column "${name}" specified in USING clause does not exist in ${which} table`,
        )
      return match.expr
    }
    const [l, r] = [pick(left, 'left'), pick(right, 'right')]
    if (merged.some((column) => column.name === name))
      throw errorAt(scope, undefined, '42701', `column name "${name}" appears more than once in USING clause`)
    const test = collated(statement, applyOperator(statement, '=', l, r))
    tests.push(coerceToBoolean(statement, test, 'JOIN/USING'))
    const type = commonType(statement, [l, r], 'JOIN/USING')
    const [lc, rc] = [
      coerceToCommon(statement, l, type, 'JOIN/USING'),
      coerceToCommon(statement, r, type, 'JOIN/USING'),
    ]
    const expr: Expr =
      join === 'full'
        ? { kind: 'coalesce', args: [lc, rc], type, typmod: l.typmod === r.typmod ? l.typmod : -1 }
        : // Of an inner join, the one that needs no conversion (buildMergedJoinVar).
          join === 'right' || (join === 'inner' && lc.kind !== 'column' && rc.kind === 'column')
          ? rc
          : lc
    merged.push({ name, expr: statement.written && expr.kind !== 'column' ? { ...expr, merged: name } : expr })
  }
  const others = (side: Bound): { name: string; expr: Expr }[] =>
    side.columns.filter(({ name }) => !names.includes(name))
  const columns = [...merged, ...others(left), ...others(right)]

  let on: Expr | undefined
  if (tests.length === 1) [on] = tests
  else if (tests.length > 1) on = { kind: 'and', args: tests, type: OID.bool, typmod: -1 }
  const joinItem: NamespaceItem = {
    name: alias?.aliasname,
    schema: undefined,
    columns,
    range: undefined,
    columnsVisible: true,
    nameVisible: alias !== undefined,
    lateralOnly: false,
    lateralOk: true,
  }
  if (quals !== undefined) {
    scope.items = [...left.items, ...right.items]
    on = inClause(scope, 'join on', () => coerceToBoolean(statement, bindExpression(scope, quals), 'JOIN/ON'))
    scope.items = outside
  }
  let items: NamespaceItem[]
  if (alias !== undefined) {
    const aliased = renamed(
      scope,
      columns.map(({ name, expr }) => ({ name, type: expr.type, typmod: expr.typmod })),
      aliasNames(alias),
      `join expression "${alias.aliasname}"`,
    )
    items = [{ ...joinItem, columns: aliased.map(({ name }, at) => ({ name, expr: columns[at]?.expr as Expr })) }]
  } else if (names.length > 0) {
    // Merged columns hide those they were made of, which stay reachable by their table's name.
    const hidden = [...left.items, ...right.items].map((item) => ({ ...item, columnsVisible: false }))
    items = [...hidden, joinItem]
  } else items = [...left.items, ...right.items]
  const usingName = alias === undefined ? join_using_alias?.aliasname : undefined
  if (usingName !== undefined) {
    if (items.some((item) => item.nameVisible && item.name === usingName))
      throw errorAt(scope, undefined, '42712', `table name "${usingName}" specified more than once`)
    // It has the merged columns alone, which are known by their own names already.
    items = [...items, { ...joinItem, name: usingName, columns: merged, columnsVisible: false, nameVisible: true }]
  }
  return {
    node: {
      kind: 'join',
      join: on === undefined && join === 'inner' ? 'cross' : join,
      left: left.node,
      right: right.node,
      on,
      ...(names.length > 0
        ? { using: names, coerced: merged.flatMap(({ name, expr }) => (expr.kind === 'column' ? [] : [name])) }
        : {}),
    },
    items,
    columns: alias === undefined ? columns : (items[0]?.columns ?? columns),
    ranges: [...left.ranges, ...right.ranges],
  }
}

const bindFromItem = (scope: Scope, node: Ast.Node): Bound => {
  if ('RangeVar' in node) return bindTable(scope, node.RangeVar)
  if ('RangeSubselect' in node) return bindSubselect(scope, node.RangeSubselect)
  if ('RangeFunction' in node) return bindFunctions(scope, node.RangeFunction)
  if ('JsonTable' in node) return bindJsonTableItem(scope, node.JsonTable)
  if ('JoinExpr' in node) return bindJoin(scope, node.JoinExpr)
  const [tag, body] = open(node)
  throw refuse(scope, tag === 'RangeTableSample' ? 'TABLESAMPLE' : tag, (body as { location?: number }).location)
}

/** Binds FROM and makes its names visible in the scope. */
export const bindFrom = (scope: Scope, nodes: readonly Ast.Node[]): FromNode[] => {
  const result: FromNode[] = []
  for (const node of nodes) {
    const bound = bindFromItem(scope, node)
    for (const item of bound.items)
      if (
        item.name !== undefined &&
        item.nameVisible &&
        scope.items.some((other) => other.nameVisible && other.name === item.name && other.schema === item.schema)
      )
        throw errorAt(scope, undefined, '42712', `table name "${item.name}" specified more than once`)
    scope.items = [...scope.items, ...bound.items]
    result.push(bound.node)
  }
  return result
}
