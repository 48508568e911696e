/**
 * Conversions between types: which are possible, and the nodes that perform them. Manual, "Type Conversion"; after
 * parse_coerce.c.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Const, Expr } from '../tree/expression.ts'
import { positionOf } from '../tree/walk.ts'
import { codecOf } from '../types/codec.ts'
import { domainCheck } from './domain.ts'
import { resolveParameter } from './parameter.ts'
import { isPolymorphic } from './polymorphic.ts'
import type { Statement } from './scope.ts'

/** How freely a conversion may be applied. */
export type Context = 'implicit' | 'assignment' | 'explicit'

type Pathway =
  | { readonly kind: 'none' }
  | { readonly kind: 'relabel' }
  | { readonly kind: 'function'; readonly fn: FunctionInfo }
  | { readonly kind: 'array' }
  | { readonly kind: 'io' }

const ALLOWED: Readonly<Record<Context, string>> = { implicit: 'i', assignment: 'ia', explicit: 'iae' }

/** find_coercion_pathway. */
export const pathway = (catalog: Catalog, target: number, source: number, context: Context): Pathway => {
  const [from, to] = [catalog.baseType(source), catalog.baseType(target)]
  if (from === to) return { kind: 'relabel' }
  const cast = catalog.cast(from, to)
  if (cast !== undefined) {
    if (!ALLOWED[context].includes(cast.context)) return { kind: 'none' }
    if (cast.method === 'f') return { kind: 'function', fn: catalog.fn(cast.function) }
    return { kind: cast.method === 'i' ? 'io' : 'relabel' }
  }
  if (to !== OID.oidvector && to !== OID.int2vector) {
    const [toElement, fromElement] = [catalog.elementType(to), catalog.elementType(from)]
    if (toElement !== 0 && fromElement !== 0) {
      const inner = pathway(catalog, toElement, fromElement, context)
      if (inner.kind !== 'none') return { kind: 'array' }
    }
  }
  if (context !== 'implicit') {
    if (catalog.type(to).category === 'S') return { kind: 'io' }
    if (context === 'explicit' && catalog.type(from).category === 'S') return { kind: 'io' }
  }
  return { kind: 'none' }
}

const isComplex = (catalog: Catalog, type: number): boolean => catalog.type(catalog.baseType(type)).kind === 'c'

/** can_coerce_type, for one pair. */
export const canCoerce = (catalog: Catalog, source: number, target: number, context: Context): boolean => {
  if (source === target || target === OID.any) return true
  if (isPolymorphic(target)) return true
  if (source === OID.unknown) return true
  if (pathway(catalog, target, source, context).kind !== 'none') return true
  if (source === OID.record && isComplex(catalog, target)) return true
  if (target === OID.record && isComplex(catalog, source)) return true
  if (target === OID.recordArray && isComplex(catalog, catalog.elementType(source) || source))
    return catalog.elementType(source) !== 0
  return false
}

/** Types whose values need no conversion to be taken as another's (IsBinaryCoercible). */
export const binaryCoercible = (catalog: Catalog, source: number, target: number): boolean => {
  if (source === target || target === OID.any || target === OID.anyelement || target === OID.anycompatible) return true
  const from = catalog.baseType(source)
  if (from === target) return true
  if ((target === OID.anyarray || target === OID.anycompatiblearray) && catalog.isArray(from)) return true
  if ((target === OID.anynonarray || target === OID.anycompatiblenonarray) && !catalog.isArray(from)) return true
  if (target === OID.anyenum && catalog.type(from).kind === 'e') return true
  if ((target === OID.anyrange || target === OID.anycompatiblerange) && catalog.type(from).kind === 'r') return true
  if ((target === OID.anymultirange || target === OID.anycompatiblemultirange) && catalog.type(from).kind === 'm')
    return true
  if (target === OID.record && isComplex(catalog, from)) return true
  const cast = catalog.cast(from, target)
  return cast?.method === 'b' && cast.context === 'i'
}

const positioned = (error: unknown, position: number | undefined): unknown =>
  error instanceof PgError && position !== undefined ? error.withFields({ ...error.fields, position }) : error

/** The environment that literals are read in. */
export const literalEnvironment = (statement: Statement) => ({
  catalog: statement.catalog,
  settings: statement.settings,
  clock: statement.clock,
  isStored: statement.isStored ?? false,
})

/** Reads a literal as a type. @throws what the type's input function throws, at the literal's position */
export const readLiteral = (statement: Statement, literal: Const, type: number, typmod: number): Const => {
  if (literal.value === null) return { ...literal, type, typmod }
  try {
    const value = codecOf(statement, type).input(String(literal.value), typmod, literalEnvironment(statement))
    return { ...literal, value, type, typmod }
  } catch (error) {
    throw positioned(error, literal.position)
  }
}

const call = (
  fn: FunctionInfo,
  args: readonly Expr[],
  type: number,
  typmod: number,
  cast: Context,
  position?: number,
): Expr => ({
  kind: 'call',
  fn,
  args,
  type,
  typmod,
  cast,
  position,
})

export const integerConst = (value: number, type: number = OID.int4): Const => ({
  kind: 'const',
  value: BigInt(value),
  type,
  typmod: -1,
})

export const boolConst = (value: boolean): Const => ({
  kind: 'const',
  value: value ? 1n : 0n,
  type: OID.bool,
  typmod: -1,
})

/** A cast to the length, precision or fields of a type's modifier (coerce_type_typmod). */
const applyLength = (statement: Statement, expr: Expr, type: number, typmod: number, context: Context): Expr => {
  if (typmod < 0 || expr.typmod === typmod) return expr
  const base = statement.catalog.baseType(type)
  const element = statement.catalog.elementType(base)
  if (element !== 0) {
    const placeholder: Expr = { kind: 'placeholder', index: 0, type: element, typmod: -1 }
    const inner = applyLength(statement, placeholder, element, typmod, context)
    if (inner === placeholder) return expr
    return { kind: 'arrayCast', arg: expr, element: inner, cast: context, type, typmod, position: expr.position }
  }
  const cast = statement.catalog.cast(base, base)
  if (cast === undefined) return { kind: 'relabel', arg: expr, cast: context, type, typmod, position: expr.position }
  const fn = statement.catalog.fn(cast.function)
  const args = [expr, integerConst(typmod), boolConst(context === 'explicit')].slice(0, fn.args.length)
  return call(fn, args, type, typmod, context, expr.position)
}

/** coerce_type: makes an expression of one type into one of another; the conversion must be possible. */
export const coerceType = (
  statement: Statement,
  expr: Expr,
  target: number,
  typmod: number,
  context: Context,
): Expr => {
  const { catalog } = statement
  if (expr.type === target) return expr
  if (target === OID.any) {
    if (expr.kind === 'param' && expr.type === OID.unknown) statement.openParameters.push(expr)
    return expr
  }
  if (isPolymorphic(target)) {
    if (expr.type === OID.unknown) return coerceType(statement, expr, OID.text, -1, 'implicit')
    const base = catalog.baseType(expr.type)
    return target === OID.anyarray || target === OID.anyenum || target === OID.anyrange
      ? base === expr.type
        ? expr
        : { kind: 'relabel', arg: expr, type: base, typmod: -1, position: expr.position }
      : expr
  }
  // A parameter of a domain is checked when it is bound.
  if (expr.type === OID.unknown && expr.kind === 'param' && statement.captured[expr.number - 1] === undefined)
    return resolveParameter(statement, expr, target)
  const domain = catalog.type(target).domain
  if (domain !== undefined) {
    const base = catalog.baseType(target)
    const baseTypmod = domainTypmod(catalog, target)
    let inner = coerceType(statement, expr, base, baseTypmod, context)
    inner = applyLength(statement, inner, base, baseTypmod, context)
    return domainCheck(statement, inner, target)
  }
  if (expr.type === OID.unknown) {
    if (expr.kind === 'const') return readLiteral(statement, expr, target, inputTypmod(target, typmod))
    // a literal that a row has been made of is none any more
    const isOfRecord = expr.kind === 'field' || expr.kind === 'param'
    if (isOfRecord && (context === 'implicit' || catalog.type(target).category !== 'S'))
      throw new PgError('XX000', `failed to find conversion function from unknown to ${formatType(catalog, target)}`)
    const explicit = isOfRecord && context === 'explicit'
    return { kind: 'ioCast', arg: expr, explicit, type: target, typmod: -1, position: expr.position }
  }
  const path = pathway(catalog, target, expr.type, context)
  switch (path.kind) {
    case 'relabel':
      return { kind: 'relabel', arg: expr, cast: context, type: target, typmod: -1, position: expr.position }
    case 'function': {
      const { fn } = path
      const args = [expr, integerConst(typmod), boolConst(context === 'explicit')].slice(0, fn.args.length)
      const result = call(fn, args, target, fn.args.length > 1 ? typmod : -1, context, expr.position)
      return result
    }
    case 'array': {
      const element = catalog.elementType(catalog.baseType(target))
      const placeholder: Expr = {
        kind: 'placeholder',
        index: 0,
        type: catalog.elementType(catalog.baseType(expr.type)),
        typmod: -1,
      }
      const cast = coerceToTarget(statement, placeholder, element, typmod, context)
      if (cast === undefined) throw unsupported('this cast of an array')
      return {
        kind: 'arrayCast',
        arg: expr,
        element: cast,
        cast: context,
        type: target,
        typmod,
        position: expr.position,
      }
    }
    case 'io':
      return {
        kind: 'ioCast',
        arg: expr,
        explicit: context === 'explicit',
        type: target,
        typmod: -1,
        position: expr.position,
      }
    case 'none':
      break
    default:
      return path satisfies never
  }
  if (expr.type === OID.record && expr.kind === 'row') return coerceRow(statement, expr, target, context)
  if (target === OID.record) return { kind: 'relabel', arg: expr, type: target, typmod: -1, position: expr.position }
  throw unsupported(`the cast from ${formatType(catalog, expr.type)} to ${formatType(catalog, target)}`)
}

/** Literals of these types are read without their length and then cut by a cast, as PostgreSQL does for all but interval. */
const inputTypmod = (type: number, typmod: number): number => (type === OID.interval ? typmod : -1)

/** The modifier that the lowest domain over a base type gives it. */
const domainTypmod = (catalog: Catalog, type: number): number => {
  for (let at = catalog.type(type); at.domain !== undefined; at = catalog.type(at.domain.base))
    if (at.domain.typmod >= 0) return at.domain.typmod
  return -1
}

/** ROW(…) as a named composite type, field by field. */
const coerceRow = (statement: Statement, row: Expr & { kind: 'row' }, target: number, context: Context): Expr => {
  const { catalog } = statement
  const fields = catalog.fields(target) ?? []
  const fail = (detail: string): unknown =>
    positioned(
      new PgError('42846', `cannot cast type record to ${formatType(catalog, target)}`, { detail }),
      row.position,
    )
  if (row.fields.length < fields.length) throw fail('Input has too few columns.')
  if (row.fields.length > fields.length) throw fail('Input has too many columns.')
  const coerced = row.fields.map((field, at) => {
    const { type = 0, typmod = -1 } = fields[at] ?? {}
    const result = coerceToTarget(statement, field, type, typmod, context)
    if (result === undefined)
      throw fail(
        `Cannot cast type ${formatType(catalog, field.type)} to ${formatType(catalog, type)} in column ${at + 1}.`,
      )
    return result
  })
  const base = catalog.baseType(target)
  const result: Expr = { ...row, fields: coerced, names: fields.map(({ name }) => name), type: base }
  return base === target ? result : domainCheck(statement, result, target)
}

/** coerce_to_target_type: type and modifier; undefined when there is no such conversion. */
export const coerceToTarget = (
  statement: Statement,
  expr: Expr,
  target: number,
  typmod: number,
  context: Context,
): Expr | undefined => {
  if (!canCoerce(statement.catalog, expr.type, target, context)) return undefined
  const coerced = coerceType(statement, expr, target, typmod, context)
  return applyLength(statement, coerced, target, typmod, context)
}

/** An implicit conversion that function and operator resolution has found possible. */
export const coerceArgument = (statement: Statement, expr: Expr, target: number): Expr =>
  // A row of a known type stays one: functions of records look at its fields.
  target === OID.record && isComplex(statement.catalog, expr.type)
    ? expr
    : coerceType(statement, expr, target, -1, 'implicit')

/** coerce_to_boolean, for WHERE, AND and the like. */
export const coerceToBoolean = (statement: Statement, expr: Expr, construct: string): Expr => {
  const result = coerceToTarget(statement, expr, OID.bool, -1, 'assignment')
  if (result === undefined)
    throw positioned(
      new PgError(
        '42804',
        `argument of ${construct} must be type boolean, not type ${formatType(statement.catalog, expr.type)}`,
      ),
      positionOf(expr),
    )
  return result
}

/** coerce_to_specific_type, for LIMIT and frame offsets. */
export const coerceToSpecific = (statement: Statement, expr: Expr, type: number, construct: string): Expr => {
  const result = coerceToTarget(statement, expr, type, -1, 'assignment')
  if (result === undefined)
    throw positioned(
      new PgError(
        '42804',
        `argument of ${construct} must be type ${formatType(statement.catalog, type)}, not type ${formatType(statement.catalog, expr.type)}`,
      ),
      positionOf(expr),
    )
  return result
}

/**
 * select_common_type: the one type for the branches of UNION, CASE, VALUES and their kin.
 * @param construct its name for the message
 */
export const commonType = (statement: Statement, exprs: readonly Expr[], construct: string): number => {
  const { catalog } = statement
  const [first] = exprs
  if (first === undefined) return OID.text
  if (first.type !== OID.unknown && exprs.every(({ type }) => type === first.type)) return first.type
  let chosen = catalog.baseType(first.type)
  let { category, preferred } = catalog.type(chosen)
  for (const expr of exprs.slice(1)) {
    const type = catalog.baseType(expr.type)
    if (type === OID.unknown || type === chosen) continue
    const other = catalog.type(type)
    if (chosen === OID.unknown) {
      chosen = type
      ;({ category, preferred } = other)
    } else if (other.category !== category) {
      throw positioned(
        new PgError(
          '42804',
          `${construct} types ${formatType(catalog, chosen)} and ${formatType(catalog, type)} cannot be matched`,
        ),
        positionOf(expr),
      )
    } else if (
      !preferred &&
      canCoerce(catalog, chosen, type, 'implicit') &&
      !canCoerce(catalog, type, chosen, 'implicit')
    ) {
      chosen = type
      ;({ category, preferred } = other)
    }
  }
  return chosen === OID.unknown ? OID.text : chosen
}

/** The type that all are of or can become, or 0: for IN lists, which fall back to single comparisons. */
export const commonTypeOrNone = (statement: Statement, exprs: readonly Expr[]): number => {
  try {
    return commonType(statement, exprs, '')
  } catch (error) {
    if (error instanceof PgError && error.code === '42804') return 0
    throw error
  }
}

/** coerce_to_common_type. */
export const coerceToCommon = (statement: Statement, expr: Expr, type: number, construct: string): Expr => {
  if (expr.type === type) return expr
  if (!canCoerce(statement.catalog, expr.type, type, 'implicit'))
    throw positioned(
      new PgError(
        '42846',
        `${construct} could not convert type ${formatType(statement.catalog, expr.type)} to ${formatType(statement.catalog, type)}`,
      ),
      positionOf(expr),
    )
  return coerceType(statement, expr, type, -1, 'implicit')
}

/** select_common_typmod: the modifier that all share, or none. */
export const commonTypmod = (exprs: readonly Expr[], type: number): number => {
  const [first] = exprs
  return first !== undefined && exprs.every((expr) => expr.type === type && expr.typmod === first.typmod)
    ? first.typmod
    : -1
}
