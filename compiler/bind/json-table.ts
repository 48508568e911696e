/** JSON_TABLE in FROM. After parse_jsontable.c. */
import type * as Ast from '@pgsql/types'
import { OID } from '../catalog/oid.ts'
import type { SqlJson } from '../tree/expression.ts'
import type { OutputColumn } from '../tree/query.ts'
import type { JsonQuery, JsonTableColumn, JsonTablePlan } from '../tree/sql-json.ts'
import { quoteJson } from '../types/json.ts'
import { formatPath } from '../types/jsonpath.ts'
import { parsePath } from '../types/jsonpath-parse.ts'
import { bindPassing, bindQuery } from './json-query.ts'
import { errorAt, refuse, type Scope } from './scope.ts'
import { bindJsonValue, isFormatted, sqlJson } from './sql-json.ts'
import { resolveTypeName } from './type-name.ts'

export interface BoundJsonTable {
  readonly call: SqlJson
  readonly columns: readonly OutputColumn[]
}

const pathOf = (scope: Scope, spec: Ast.JsonTablePathSpec | undefined, otherwise: string): string => {
  if (spec?.string === undefined) return otherwise
  const text = 'A_Const' in spec.string ? spec.string.A_Const.sval?.sval : undefined
  if (text === undefined)
    throw errorAt(scope, spec.location, '0A000', 'only string constants are supported in JSON_TABLE path specification')
  return formatPath(parsePath(text))
}

/** Whether a column without FORMAT JSON is looked up as JSON_QUERY does: isCompositeType and json itself. */
const isStructure = (scope: Scope, type: number): boolean => {
  const { catalog } = scope.statement
  const base = catalog.baseType(type)
  return (
    base === OID.json ||
    base === OID.jsonb ||
    base === OID.record ||
    catalog.isArray(base) ||
    catalog.type(base).kind === 'c'
  )
}

export const bindJsonTable = (scope: Scope, node: Ast.JsonTable): BoundJsonTable => {
  const { context_item, pathspec, passing, columns: nodes = [], on_error: onError, location } = node
  const behavior = onError?.btype
  if (
    behavior !== undefined &&
    behavior !== 'JSON_BEHAVIOR_ERROR' &&
    behavior !== 'JSON_BEHAVIOR_EMPTY' &&
    behavior !== 'JSON_BEHAVIOR_EMPTY_ARRAY'
  )
    throw errorAt(scope, onError?.location, '42601', 'invalid ON ERROR behavior', {
      detail: 'Only EMPTY [ ARRAY ] or ERROR is allowed in the top-level ON ERROR clause.',
    })
  const document = bindJsonValue(scope, context_item as Ast.JsonValueExpr, OID.jsonb)
  const { variables, args } = bindPassing(scope, passing)
  const columns: OutputColumn[] = []
  const names = new Set<string>()
  const claim = (name: string | undefined, at: number | undefined): void => {
    if (name === undefined) return
    if (names.has(name)) throw errorAt(scope, at, '42712', `duplicate JSON_TABLE column or path name: ${name}`)
    names.add(name)
  }
  claim(pathspec?.name, pathspec?.name_location)
  // Names are claimed before columns are looked at, from the outermost inwards.
  const claimAll = (list: readonly Ast.Node[]): void => {
    for (const item of list) {
      if (!('JsonTableColumn' in item)) continue
      const { coltype, name, pathspec: spec, columns: inner = [], location: at } = item.JsonTableColumn
      if (coltype === 'JTC_NESTED') {
        claim(spec?.name, spec?.name_location)
        claimAll(inner)
      } else claim(name, at)
    }
  }
  claimAll(nodes)

  const bindColumn = (column: Ast.JsonTableColumn): JsonTableColumn => {
    const { coltype, name = '', typeName, pathspec: spec, format, wrapper, quotes, on_empty, on_error } = column
    if (coltype === 'JTC_FOR_ORDINALITY') {
      columns.push({ name, type: OID.int4, typmod: -1 })
      return { kind: 'ordinality' }
    }
    const { type, typmod } = resolveTypeName(scope, typeName as Ast.TypeName)
    columns.push({ name, type, typmod })
    const returning = { type, typmod }
    const path = pathOf(scope, spec, formatPath(parsePath(`$.${quoteJson(name)}`)))
    let construct: JsonQuery['function'] = 'value'
    if (coltype === 'JTC_EXISTS') construct = 'exists'
    else if (
      coltype === 'JTC_FORMATTED' ||
      isFormatted(format) ||
      isStructure(scope, type) ||
      (wrapper ?? 'JSW_UNSPEC') !== 'JSW_UNSPEC' ||
      (quotes ?? 'JS_QUOTES_UNSPEC') !== 'JS_QUOTES_UNSPEC'
    )
      construct = 'query'
    const query = bindQuery(scope, construct, returning, {
      wrapper,
      quotes,
      onEmpty: on_empty,
      onError: on_error,
      location: column.location,
      column: name,
    })
    return { kind: 'query', path, query }
  }

  const bindLevel = (path: string, list: readonly Ast.Node[]): JsonTablePlan => {
    const own: { at: number; column: JsonTableColumn }[] = []
    const nested: { path: string; list: readonly Ast.Node[] }[] = []
    for (const item of list) {
      if (!('JsonTableColumn' in item)) throw refuse(scope, 'this column of JSON_TABLE', location)
      const column = item.JsonTableColumn
      if (column.coltype === 'JTC_NESTED')
        nested.push({ path: pathOf(scope, column.pathspec, '$'), list: column.columns ?? [] })
      else own.push({ at: columns.length, column: bindColumn(column) })
    }
    // The columns of nested patterns come behind those of the pattern itself.
    return { path, columns: own, nested: nested.map((each) => bindLevel(each.path, each.list)) }
  }
  const plan = bindLevel(pathOf(scope, pathspec, '$'), nodes)
  const call = sqlJson(
    scope,
    {
      name: 'table',
      variables,
      plan,
      width: columns.length,
      errorOnError: behavior === 'JSON_BEHAVIOR_ERROR',
    },
    [document, ...args],
    OID.record,
    location,
  )
  return { call, columns }
}
