/** What makes and tests JSON: JSON_OBJECT, JSON_ARRAY, JSON(), IS JSON and their kin. After parse_expr.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr, SqlJson } from '../tree/expression.ts'
import type { SqlJsonOperation } from '../tree/sql-json.ts'
import { positionOf } from '../tree/walk.ts'
import { coerceArgument, coerceToTarget } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { errorAt, refuse, type Scope } from './scope.ts'
import { resolveTypeName } from './type-name.ts'

const isJsonType = (type: number): boolean => type === OID.json || type === OID.jsonb

export const sqlJson = (
  scope: Scope,
  operation: SqlJsonOperation,
  args: readonly Expr[],
  type: number,
  location: number | undefined,
  typmod = -1,
): SqlJson => ({ kind: 'sqlJson', operation, args, type, typmod, position: scope.statement.position(location) })

/** A literal becomes text where nothing says otherwise. */
const known = (scope: Scope, expr: Expr): Expr =>
  expr.type === OID.unknown ? coerceArgument(scope.statement, expr, OID.text) : expr

/** @throws PgError 42846 */
const castTo = (scope: Scope, expr: Expr, target: number): Expr => {
  if (expr.type === target) return expr
  const coerced = coerceToTarget(scope.statement, expr, target, -1, 'explicit')
  if (coerced !== undefined) return coerced
  const { catalog } = scope.statement
  const position = positionOf(expr)
  throw new PgError(
    '42846',
    `cannot cast type ${formatType(catalog, expr.type)} to ${formatType(catalog, target)}`,
    position === undefined ? {} : { position },
  )
}

/** Whether FORMAT JSON is written out. */
export const isFormatted = (format: Ast.JsonFormat | undefined): boolean =>
  format?.format_type !== undefined && format.format_type !== 'JS_FORMAT_DEFAULT'

const refuseEncoding = (scope: Scope, format: Ast.JsonFormat | undefined): void => {
  if (format?.encoding !== undefined && format.encoding !== 'JS_ENC_DEFAULT') throw refuse(scope, 'ENCODING of JSON')
}

/**
 * A value with its FORMAT: transformJsonValueExpr.
 * @param target what it must become, of a document that is looked into
 */
export const bindJsonValue = (scope: Scope, node: Ast.JsonValueExpr, target?: number): Expr => {
  const { raw_expr: raw, format } = node
  const bound = known(scope, bindExpression(scope, raw as Ast.Node))
  const { catalog } = scope.statement
  refuseEncoding(scope, format)
  if (target !== undefined) return castTo(scope, bound, target)
  if (!isFormatted(format) || isJsonType(bound.type)) return bound
  if (bound.type === OID.bytea) throw refuse(scope, 'FORMAT JSON of bytea')
  if (catalog.type(catalog.baseType(bound.type)).category !== 'S')
    throw errorAt(scope, format?.location, '42804', 'cannot use non-string types with explicit FORMAT JSON clause')
  return castTo(scope, bound, OID.json)
}

export interface Returning {
  readonly type: number
  readonly typmod: number
}

/** RETURNING; undefined where it is not said. @throws PgError 42P13, 0A000 */
export const bindReturning = (scope: Scope, output: Ast.JsonOutput | undefined): Returning | undefined => {
  if (output?.typeName === undefined) return undefined
  const { type, typmod, setof } = resolveTypeName(scope, output.typeName)
  if (setof)
    throw errorAt(
      scope,
      output.typeName.location,
      '42601',
      'returning SETOF types is not supported in SQL/JSON functions',
    )
  if (scope.statement.catalog.type(type).kind === 'p')
    throw errorAt(
      scope,
      output.typeName.location,
      '42601',
      'returning pseudo-types is not supported in SQL/JSON functions',
    )
  const format = output.returning?.format
  if (
    format?.format_type === 'JS_FORMAT_JSON' &&
    !isJsonType(type) &&
    scope.statement.catalog.type(type).category !== 'S'
  )
    throw refuse(scope, 'FORMAT JSON of this type', format.location)
  refuseEncoding(scope, format)
  return { type, typmod }
}

/** What a constructor makes, as the type that it returns: jsonb where any argument is. */
const construct = (
  scope: Scope,
  args: readonly Expr[],
  output: Ast.JsonOutput | undefined,
  location: number | undefined,
  operation: (jsonb: boolean) => SqlJsonOperation,
): Expr => {
  const returning = bindReturning(scope, output)
  const jsonb = returning === undefined ? args.some(({ type }) => type === OID.jsonb) : returning.type === OID.jsonb
  const made = sqlJson(scope, operation(jsonb), args, jsonb ? OID.jsonb : OID.json, location)
  return returning === undefined ? made : returned(scope, made, returning, location)
}

/** @throws PgError 0A000 for a type whose conversion is not exact here */
const returned = (scope: Scope, made: Expr, { type, typmod }: Returning, location: number | undefined): Expr => {
  if (made.type === type) return made
  if ((type !== OID.text && type !== OID.varchar) || typmod >= 0)
    throw refuse(scope, `RETURNING ${formatType(scope.statement.catalog, type)} of a JSON constructor`, location)
  return coerceToTarget(scope.statement, made, type, typmod, 'explicit') ?? made
}

export const bindJsonObject = (scope: Scope, node: Ast.JsonObjectConstructor): Expr => {
  const { exprs = [], output, absent_on_null: absentOnNull = false, unique = false, location } = node
  const args = exprs.flatMap((pair) => {
    if (!('JsonKeyValue' in pair)) throw refuse(scope, 'this member of JSON_OBJECT', location)
    const { key, value } = pair.JsonKeyValue
    return [known(scope, bindExpression(scope, key as Ast.Node)), bindJsonValue(scope, value as Ast.JsonValueExpr)]
  })
  return construct(scope, args, output, location, (jsonb) => ({ name: 'object', jsonb, absentOnNull, unique }))
}

export const bindJsonArray = (scope: Scope, node: Ast.JsonArrayConstructor): Expr => {
  const { exprs = [], output, absent_on_null: absentOnNull = false, location } = node
  const args = exprs.map((item) => {
    if (!('JsonValueExpr' in item)) throw refuse(scope, 'this item of JSON_ARRAY', location)
    return bindJsonValue(scope, item.JsonValueExpr)
  })
  return construct(scope, args, output, location, (jsonb) => ({ name: 'array', jsonb, absentOnNull }))
}

const name = (...path: readonly string[]): Ast.Node[] => path.map((sval) => ({ String: { sval } }))

/** JSON_OBJECTAGG and JSON_ARRAYAGG are aggregates of their own names. */
const aggregate = (
  scope: Scope,
  fn: (json: 'json' | 'jsonb') => string,
  args: readonly Ast.Node[],
  clauses: Ast.JsonAggConstructor | undefined,
  ...values: readonly (Ast.JsonValueExpr | undefined)[]
): Expr => {
  const { output, agg_filter, agg_order, over, location } = clauses ?? {}
  const returning = bindReturning(scope, output)
  if (values.some((value) => isFormatted(value?.format))) throw refuse(scope, 'FORMAT JSON of an aggregate', location)
  const call = (kind: 'json' | 'jsonb'): Expr =>
    bindExpression(scope, {
      FuncCall: {
        funcname: name('pg_catalog', fn(kind)),
        args: [...args],
        ...(agg_order && { agg_order }),
        ...(agg_filter && { agg_filter }),
        ...(over && { over }),
        ...(location !== undefined && { location }),
        funcformat: 'COERCE_EXPLICIT_CALL',
      },
    })
  if (returning !== undefined)
    return returned(scope, call(returning.type === OID.jsonb ? 'jsonb' : 'json'), returning, location)
  const plain = call('json')
  const isJsonb = plain.kind === 'aggregate' && plain.args.some(({ type }) => type === OID.jsonb)
  return isJsonb ? call('jsonb') : plain
}

export const bindJsonObjectAgg = (scope: Scope, node: Ast.JsonObjectAgg): Expr => {
  const { arg, absent_on_null: absent, unique } = node
  const clauses = (node as { readonly constructor?: Ast.JsonAggConstructor }).constructor
  const suffix = `${unique ? '_unique' : ''}${absent ? '_strict' : ''}`
  const { key, value } = arg ?? {}
  return aggregate(
    scope,
    (kind) => `${kind}_object_agg${suffix}`,
    [key as Ast.Node, value?.raw_expr as Ast.Node],
    clauses,
    value,
  )
}

export const bindJsonArrayAgg = (scope: Scope, node: Ast.JsonArrayAgg): Expr => {
  const { arg, absent_on_null: absent } = node
  const clauses = (node as { readonly constructor?: Ast.JsonAggConstructor }).constructor
  return aggregate(scope, (kind) => `${kind}_agg${absent ? '_strict' : ''}`, [arg?.raw_expr as Ast.Node], clauses, arg)
}

/** JSON_ARRAY of a query is a subquery with JSON_ARRAYAGG. */
export const bindJsonArrayQuery = (scope: Scope, node: Ast.JsonArrayQueryConstructor): Expr => {
  const { query, output, absent_on_null: absent = false, location, format } = node
  const clauses: Ast.JsonAggConstructor = { ...(output && { output }), ...(location !== undefined && { location }) }
  const arg: Ast.JsonValueExpr = {
    raw_expr: { ColumnRef: { fields: name('q', 'a'), ...(location !== undefined && { location }) } },
    ...(format && { format }),
  }
  const bound = bindExpression(scope, {
    SubLink: {
      subLinkType: 'EXPR_SUBLINK',
      ...(location !== undefined && { location }),
      subselect: {
        SelectStmt: {
          targetList: [
            {
              ResTarget: {
                val: {
                  JsonArrayAgg: { constructor: clauses, arg, absent_on_null: absent } as unknown as Ast.JsonArrayAgg,
                },
              },
            },
          ],
          fromClause: [
            {
              RangeSubselect: {
                subquery: query as Ast.Node,
                alias: { aliasname: 'q', colnames: name('a') },
              },
            },
          ],
          limitOption: 'LIMIT_OPTION_DEFAULT',
          op: 'SETOP_NONE',
        },
      },
    },
  })
  const [from] = bound.kind === 'scalar' ? bound.query.from : []
  if (from?.kind === 'range' && from.range.columns.length !== 1)
    throw errorAt(scope, location, '42601', 'subquery must return only one column')
  return bound
}

/** JSON(text [WITH UNIQUE KEYS]). */
export const bindJsonParse = (scope: Scope, node: Ast.JsonParseExpr): Expr => {
  const { expr, output, unique_keys: unique = false, location } = node
  const returning = bindReturning(scope, output)
  if (returning !== undefined && returning.type !== OID.json)
    throw errorAt(
      scope,
      location,
      '42804',
      `cannot use type ${formatType(scope.statement.catalog, returning.type)} in RETURNING clause of JSON()`,
    )
  const bound = known(scope, bindExpression(scope, expr?.raw_expr as Ast.Node))
  const { catalog } = scope.statement
  if (unique) {
    if (catalog.type(catalog.baseType(bound.type)).category !== 'S')
      throw errorAt(scope, location, '42804', 'cannot use non-string types with WITH UNIQUE KEYS clause')
    return sqlJson(scope, { name: 'parse' }, [castTo(scope, bound, OID.json)], OID.json, location)
  }
  return castTo(scope, bound, OID.json)
}

export const bindJsonScalar = (scope: Scope, node: Ast.JsonScalarExpr): Expr => {
  const { expr, output, location } = node
  const args = [known(scope, bindExpression(scope, expr as Ast.Node))]
  return construct(scope, args, output, location, (jsonb) => ({ name: 'scalar', jsonb }))
}

export const bindJsonSerialize = (scope: Scope, node: Ast.JsonSerializeExpr): Expr => {
  const { expr, output, location } = node
  const value = bindJsonValue(scope, expr as Ast.JsonValueExpr)
  if (value.type === OID.jsonb) throw refuse(scope, 'JSON_SERIALIZE of jsonb', location)
  const json = castTo(scope, value, OID.json)
  const returning = bindReturning(scope, output) ?? { type: OID.text, typmod: -1 }
  const { category } = scope.statement.catalog.type(returning.type)
  if (returning.type !== OID.bytea && category !== 'S')
    throw errorAt(
      scope,
      undefined,
      '42804',
      `cannot use type ${formatType(scope.statement.catalog, returning.type)} in RETURNING clause of JSON_SERIALIZE()`,
    )
  return returned(scope, json, returning, location)
}

const SHAPES: Readonly<Record<string, 'value' | 'object' | 'array' | 'scalar'>> = {
  JS_TYPE_ANY: 'value',
  JS_TYPE_OBJECT: 'object',
  JS_TYPE_ARRAY: 'array',
  JS_TYPE_SCALAR: 'scalar',
}

/** IS JSON. */
export const bindIsJson = (scope: Scope, node: Ast.JsonIsPredicate): Expr => {
  const { expr, item_type: itemType = 'JS_TYPE_ANY', unique_keys: unique = false, location } = node
  const bound = known(scope, bindExpression(scope, expr as Ast.Node))
  const { catalog } = scope.statement
  const type = catalog.baseType(bound.type)
  if (type === OID.bytea) throw refuse(scope, 'IS JSON of bytea', location)
  if (!isJsonType(type) && catalog.type(type).category !== 'S')
    throw errorAt(scope, undefined, '42804', `cannot use type ${formatType(catalog, bound.type)} in IS JSON predicate`)
  return sqlJson(scope, { name: 'is', shape: SHAPES[itemType] ?? 'value', unique }, [bound], OID.bool, location)
}
