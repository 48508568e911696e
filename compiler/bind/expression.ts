/** Expressions: one rule per node of PostgreSQL's grammar. After transformExprRecurse in parse_expr.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { collationOid } from '../catalog/collation.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { isVolatile, positionOf, some } from '../tree/walk.ts'
import { bindArray, bindIndirection } from './array.ts'
import {
  coerceArgument,
  coerceToBoolean,
  coerceToCommon,
  coerceToTarget,
  commonType,
  commonTypmod,
  readLiteral,
} from './coerce.ts'
import { collated } from './collation.ts'
import { bindColumnRef } from './column.ts'
import { bindComparison } from './comparison.ts'
import { bindCall } from './function.ts'
import { bindJsonFunction } from './json-query.ts'
import { applyOperator, hasOrder } from './operator.ts'
import { errorAt, open, refuse, type Scope } from './scope.ts'
import {
  bindIsJson,
  bindJsonArray,
  bindJsonArrayAgg,
  bindJsonArrayQuery,
  bindJsonObject,
  bindJsonObjectAgg,
  bindJsonParse,
  bindJsonScalar,
  bindJsonSerialize,
} from './sql-json.ts'
import { bindSubLink } from './sublink.ts'
import { bindExpressionList } from './target.ts'
import { resolveTypeName } from './type-name.ts'
import { captureVariable } from './variable.ts'

const INT4_MAX = 2_147_483_647n

const bindConst = (scope: Scope, node: Ast.A_Const): Expr => {
  const { ival, fval, sval, bsval, boolval, isnull, location } = node
  const position = scope.statement.position(location)
  const typed = { kind: 'const', typmod: -1, position } as const
  if (isnull) return { ...typed, value: null, type: OID.unknown }
  if (ival !== undefined) return { ...typed, value: BigInt(ival.ival ?? 0), type: OID.int4 }
  if (boolval !== undefined) return { ...typed, value: boolval.boolval ? 1n : 0n, type: OID.bool }
  if (sval !== undefined) return { ...typed, value: sval.sval ?? '', type: OID.unknown }
  if (fval !== undefined) {
    const text = (fval.fval ?? '0').replaceAll('_', '')
    // The grammar has already put a minus sign before a literal into it.
    if (/^-?(\d+|0x[0-9a-f]+|0o[0-7]+|0b[01]+)$/i.test(text)) {
      const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text)
      if (value <= INT4_MAX && value >= -INT4_MAX - 1n) return { ...typed, value, type: OID.int4 }
      if (value < 2n ** 63n && value >= -(2n ** 63n)) return { ...typed, value, type: OID.int8 }
    }
    const literal: Expr = { ...typed, value: text, type: OID.unknown }
    return coerceArgument(scope.statement, literal, OID.numeric)
  }
  if (bsval !== undefined)
    return readLiteral(scope.statement, { ...typed, value: bsval.bsval ?? '', type: OID.unknown }, OID.bit, -1)
  throw refuse(scope, 'this literal', location)
}

const bindParam = (scope: Scope, { number = 0, location }: Ast.ParamRef): Expr => {
  const { parameters } = scope.statement
  const position = scope.statement.position(location)
  const argument = scope.statement.variables?.argument(number)
  if (argument !== undefined) return captureVariable(scope.statement, argument, position)
  if (number < 1 || number > 65_535 || !scope.statement.parametrised)
    throw errorAt(scope, location, '42P02', `there is no parameter $${number}`)
  parameters[number - 1] ??= 0
  return { kind: 'param', number, type: parameters[number - 1] || OID.unknown, typmod: -1, position }
}

const bindBool = (scope: Scope, { boolop, args = [], location }: Ast.BoolExpr): Expr => {
  const name = boolop === 'AND_EXPR' ? 'AND' : boolop === 'OR_EXPR' ? 'OR' : 'NOT'
  const bound = args.map((arg) => coerceToBoolean(scope.statement, bindExpression(scope, arg), name))
  const typed = { type: OID.bool, typmod: -1, position: scope.statement.position(location) }
  if (name !== 'NOT') return { kind: name === 'AND' ? 'and' : 'or', args: bound, ...typed }
  const [arg] = bound
  if (arg === undefined) throw refuse(scope, 'NOT of nothing', location)
  return { kind: 'not', arg, ...typed }
}

const bindCase = (scope: Scope, { arg, args = [], defresult, location }: Ast.CaseExpr): Expr => {
  const { statement } = scope
  let subject = arg && bindExpression(scope, arg)
  if (subject !== undefined && subject.type === OID.unknown) subject = coerceArgument(statement, subject, OID.text)
  if (subject !== undefined && some(subject, (it) => isVolatile(it) || it.kind === 'scalar'))
    throw refuse(scope, 'a CASE on a volatile value', location)
  const branches = args.map((node) => {
    const [, when] = open(node)
    const { expr, result, location: at } = when as Ast.CaseWhen
    const condition = bindExpression(scope, expr as Ast.Node)
    const test =
      subject === undefined ? condition : applyOperator(statement, '=', subject, condition, statement.position(at))
    return { when: coerceToBoolean(statement, test, 'CASE/WHEN'), result: bindExpression(scope, result as Ast.Node) }
  })
  const otherwise: Expr =
    defresult === undefined
      ? { kind: 'const', value: null, type: OID.unknown, typmod: -1 }
      : bindExpression(scope, defresult)
  const results = [otherwise, ...branches.map(({ result }) => result)]
  const type = commonType(statement, results, 'CASE')
  const whens = branches.map(({ when, result }) => ({
    when,
    result: coerceToCommon(statement, result, type, 'CASE/WHEN'),
  }))
  const fallback = coerceToCommon(statement, otherwise, type, 'CASE/ELSE')
  return {
    kind: 'case',
    whens,
    otherwise: fallback,
    type,
    typmod: commonTypmod([...whens.map(({ result }) => result), fallback], type),
    position: statement.position(location),
    ...(statement.written && subject !== undefined ? { subject } : {}),
  }
}

const bindList = (
  scope: Scope,
  nodes: readonly Ast.Node[],
  kind: 'coalesce' | 'greatest' | 'least',
  location: number | undefined,
): Expr => {
  const construct = kind.toUpperCase()
  const bound = nodes.map((node) => bindExpression(scope, node))
  const type = commonType(scope.statement, bound, construct)
  const args = bound.map((arg) => coerceToCommon(scope.statement, arg, type, construct))
  // what it is compared by is looked for when it is executed (ExecInitExprRec)
  if (kind !== 'coalesce' && !hasOrder(scope.statement.catalog, type))
    throw new PgError(
      '42883',
      `could not identify a comparison function for type ${formatType(scope.statement.catalog, type)}`,
    )
  if (kind === 'coalesce' && args.some((arg) => some(arg, (it) => it.kind === 'call' && it.fn.set)))
    throw errorAt(scope, location, '0A000', 'set-returning functions are not allowed in COALESCE')
  return { kind, args, type, typmod: commonTypmod(args, type), position: scope.statement.position(location) }
}

const bindCast = (scope: Scope, { arg, typeName, location }: Ast.TypeCast): Expr => {
  const { statement } = scope
  const { type, typmod } = resolveTypeName(scope, typeName as Ast.TypeName)
  const position = statement.position(location)
  const inner =
    arg !== undefined && 'A_ArrayExpr' in arg
      ? bindArray(scope, arg.A_ArrayExpr, statement.catalog.isArray(type) ? { type, typmod } : undefined)
      : bindExpression(scope, arg as Ast.Node)
  const result = atCast(inner, position, () => coerceToTarget(statement, inner, type, typmod, 'explicit'))
  if (result === undefined && inner.type === OID.recordArray)
    throw refuse(scope, 'a cast of an array of records', location)
  if (result === undefined)
    throw new PgError(
      '42846',
      `cannot cast type ${formatType(statement.catalog, inner.type)} to ${formatType(statement.catalog, type)}`,
      position === undefined ? {} : { position: (location ?? -1) >= 0 ? position : (positionOf(inner) ?? position) },
    )
  return result.kind === 'const' || result === inner ? result : { ...result, position }
}

/** A row that does not fit is told of where its cast is. */
const atCast = <Result>({ kind }: Expr, position: number | undefined, coerce: () => Result): Result => {
  try {
    return coerce()
  } catch (error) {
    if (kind !== 'row' || position === undefined || !(error instanceof PgError) || error.code !== '42846') throw error
    throw error.withFields({ ...error.fields, position })
  }
}

const bindRow = (scope: Scope, { args = [], location }: Ast.RowExpr): Expr => {
  const fields = bindExpressionList(scope, args)
  return {
    kind: 'row',
    fields,
    names: fields.map((_, at) => `f${at + 1}`),
    type: OID.record,
    typmod: -1,
    position: scope.statement.position(location),
  }
}

const bindNullTest = (scope: Scope, { arg, nulltesttype, location }: Ast.NullTest): Expr => {
  const bound = bindExpression(scope, arg as Ast.Node)
  const isNull = nulltesttype === 'IS_NULL'
  const typed = { type: OID.bool, typmod: -1, position: scope.statement.position(location) }
  if (bound.kind === 'row') {
    if (scope.statement.written) throw refuse(scope, 'the text of a test of a row', location)
    // A row inside of a row is none of its NULLs.
    const tests = bound.fields.map(
      (field): Expr =>
        field.kind === 'row'
          ? { kind: 'const', value: isNull ? 0n : 1n, ...typed }
          : { kind: isNull ? 'isNull' : 'isNotNull', arg: field, ...typed },
    )
    return tests.length === 0 ? { kind: 'const', value: 1n, ...typed } : { kind: 'and', args: tests, ...typed }
  }
  const { catalog } = scope.statement
  const fields = catalog.type(catalog.baseType(bound.type)).kind === 'c' || bound.type === OID.record
  return { kind: isNull ? 'isNull' : 'isNotNull', arg: bound, ...typed, ...(fields ? { fields } : {}) }
}

const BOOLEAN_TESTS = {
  IS_TRUE: 'true',
  IS_NOT_TRUE: 'notTrue',
  IS_FALSE: 'false',
  IS_NOT_FALSE: 'notFalse',
  IS_UNKNOWN: 'unknown',
  IS_NOT_UNKNOWN: 'notUnknown',
} as const

const bindBooleanTest = (scope: Scope, { arg, booltesttype = 'IS_TRUE', location }: Ast.BooleanTest): Expr => {
  const construct = booltesttype.replaceAll('_', ' ')
  return {
    kind: 'booleanTest',
    arg: coerceToBoolean(scope.statement, bindExpression(scope, arg as Ast.Node), construct),
    test: BOOLEAN_TESTS[booltesttype],
    type: OID.bool,
    typmod: -1,
    position: scope.statement.position(location),
  }
}

const SQL_VALUES: Readonly<Record<string, readonly [name: string, type: number]>> = {
  SVFOP_CURRENT_DATE: ['current_date', OID.date],
  SVFOP_CURRENT_TIME: ['current_time', OID.timetz],
  SVFOP_CURRENT_TIME_N: ['current_time', OID.timetz],
  SVFOP_CURRENT_TIMESTAMP: ['current_timestamp', OID.timestamptz],
  SVFOP_CURRENT_TIMESTAMP_N: ['current_timestamp', OID.timestamptz],
  SVFOP_LOCALTIME: ['localtime', OID.time],
  SVFOP_LOCALTIME_N: ['localtime', OID.time],
  SVFOP_LOCALTIMESTAMP: ['localtimestamp', OID.timestamp],
  SVFOP_LOCALTIMESTAMP_N: ['localtimestamp', OID.timestamp],
  SVFOP_CURRENT_ROLE: ['current_role', OID.name],
  SVFOP_CURRENT_USER: ['current_user', OID.name],
  SVFOP_USER: ['user', OID.name],
  SVFOP_SESSION_USER: ['session_user', OID.name],
  SVFOP_CURRENT_CATALOG: ['current_catalog', OID.name],
  SVFOP_CURRENT_SCHEMA: ['current_schema', OID.name],
}

const bindSqlValue = (
  scope: Scope,
  { op = 'SVFOP_CURRENT_DATE', typmod = -1, location }: Ast.SQLValueFunction,
): Expr => {
  const known = SQL_VALUES[op]
  if (known === undefined) throw refuse(scope, op, location)
  return { kind: 'sqlValue', name: known[0], type: known[1], typmod, position: scope.statement.position(location) }
}

/** @throws PgError 0A000 for another order than that of code points, 42804 for a type that has none */
export const requireCollation = (scope: Scope, name: string, type: number, location: number | undefined): void => {
  const { catalog } = scope.statement
  if (collationOid(name) === undefined) throw refuse(scope, `the collation "${name}"`, location)
  if (catalog.type(catalog.baseType(type)).collation === 0 && type !== OID.unknown && !catalog.isArray(type))
    throw errorAt(scope, location, '42804', `collations are not supported by type ${formatType(catalog, type)}`)
}

const bindCollate = (scope: Scope, { arg, collname = [], location }: Ast.CollateClause): Expr => {
  const names = collname.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const bound = bindExpression(scope, arg as Ast.Node)
  const name = names.at(-1) ?? ''
  requireCollation(scope, name, bound.type, location)
  const { statement } = scope
  const text = bound.type === OID.unknown ? coerceArgument(statement, bound, OID.text) : bound
  statement.collations.areOfInterest = true
  return {
    kind: 'relabel',
    arg: text,
    type: text.type,
    typmod: text.typmod,
    collation: collationOid(name) ?? 0,
    position: statement.position(location),
  }
}

const bindGrouping = (scope: Scope, { args = [], location }: Ast.GroupingFunc): Expr => {
  if (args.length > 31) throw errorAt(scope, location, '54023', 'GROUPING must have fewer than 32 arguments')
  scope.aggregated = true
  return {
    kind: 'grouping',
    args: args.map((arg) => bindExpression(scope, arg)),
    type: OID.int4,
    typmod: -1,
    position: scope.statement.position(location),
  }
}

type Rule = (scope: Scope, node: never) => Expr

/** Node tag → rule. What is not here is refused by its name. A function, because the rules' modules need each other. */
const makeRules = (): Readonly<Record<string, Rule>> => ({
  A_Const: bindConst,
  ParamRef: bindParam,
  ColumnRef: bindColumnRef,
  A_Expr: bindComparison,
  BoolExpr: bindBool,
  FuncCall: bindCall,
  TypeCast: bindCast,
  CaseExpr: bindCase,
  CoalesceExpr: (scope: Scope, node: Ast.CoalesceExpr) => bindList(scope, node.args ?? [], 'coalesce', node.location),
  MinMaxExpr: (scope: Scope, node: Ast.MinMaxExpr) =>
    bindList(scope, node.args ?? [], node.op === 'IS_LEAST' ? 'least' : 'greatest', node.location),
  RowExpr: bindRow,
  A_ArrayExpr: (scope: Scope, node: Ast.A_ArrayExpr) => bindArray(scope, node, undefined),
  A_Indirection: bindIndirection,
  NullTest: bindNullTest,
  BooleanTest: bindBooleanTest,
  SubLink: bindSubLink,
  SQLValueFunction: bindSqlValue,
  MergeSupportFunc: (scope, { location }) => {
    throw errorAt(
      scope,
      location as number | undefined,
      '42601',
      'MERGE_ACTION() can only be used in the RETURNING list of a MERGE command',
    )
  },
  CollateClause: bindCollate,
  GroupingFunc: bindGrouping,
  JsonObjectConstructor: bindJsonObject,
  JsonArrayConstructor: bindJsonArray,
  JsonArrayQueryConstructor: bindJsonArrayQuery,
  JsonObjectAgg: bindJsonObjectAgg,
  JsonArrayAgg: bindJsonArrayAgg,
  JsonParseExpr: bindJsonParse,
  JsonScalarExpr: bindJsonScalar,
  JsonSerializeExpr: bindJsonSerialize,
  JsonIsPredicate: bindIsJson,
  JsonFuncExpr: bindJsonFunction,
  SetToDefault: (scope: Scope, node: Ast.SetToDefault) => {
    throw errorAt(scope, node.location, '42601', 'DEFAULT is not allowed in this context')
  },
})

let rules: Readonly<Record<string, Rule>> | undefined

/** The typed tree of an expression's node. @throws PgError of class 42 as parse analysis would, 0A000 */
export const bindExpression = (scope: Scope, node: Ast.Node): Expr => {
  const [tag, body] = open(node)
  rules ??= makeRules()
  const rule = rules[tag]
  if (rule === undefined) throw refuse(scope, tag, (body as { location?: number }).location)
  return collated(scope.statement, rule(scope, body as never))
}
