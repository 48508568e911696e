/**
 * Computes typed expressions without a database: for folding constants, and for what a user-defined function of SQLite
 * must compute per value, such as a domain's checks.
 */
import { PgError } from '../../wire/protocol/error.ts'
import { operatorsByFunction } from '../catalog/builtin.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { bool } from '../functions/implementation.ts'
import { scalarOf } from '../functions/registry.ts'
import { applySqlJson } from '../functions/sql-json.ts'
import type { Call as CallNode, Expr } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { arrayOf, loadArray, storeArray } from '../types/array.ts'
import { characterAt, elementAt, slice } from '../types/array-subscript.ts'
import { codecOf, elementForm, loadElements } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { loadRecord, loadShaped, storeRecord } from '../types/record.ts'
import { NotComputable } from './not-computable.ts'

/** Calls a function on values. @throws NotComputable when it has no implementation */
export const applyFunction = (
  env: Environment,
  fn: CallNode['fn'],
  types: readonly number[],
  result: number,
  args: readonly Value[],
): Value => {
  if (fn.strict && args.some((arg) => arg === null)) return null
  if (fn.body !== undefined) {
    if (env.routines === undefined) throw new NotComputable(fn.name)
    return env.routines.call(env.catalog.fn(fn.oid), types, result, args)
  }
  const implementation = scalarOf(env, fn)
  if (implementation === undefined) return compareValues(env, fn, types, args)
  return implementation.apply({ ...env, args: types, result }, args as never[])
}

const TESTS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
}

/** Types whose values compare with each other's as they are. */
const INTEGERS: ReadonlySet<number> = new Set([OID.int2, OID.int4, OID.int8])
const FLOATS: ReadonlySet<number> = new Set([OID.float4, OID.float8])

/** The function of a comparison operator on two values of one type, or of two alike. @throws NotComputable for any other function */
const compareValues = (
  env: Environment,
  fn: CallNode['fn'],
  [left = 0, right = 0]: readonly number[],
  args: readonly Value[],
): Value => {
  if (right === 0) throw new NotComputable(fn.name)
  const operator = operatorsByFunction.get(fn.oid)
  const test = operator && TESTS[operator.name]
  const [type, other] = [env.catalog.baseType(left), env.catalog.baseType(right)]
  const isEnum = env.catalog.type(type).kind === 'e'
  const comparable = type === other || [INTEGERS, FLOATS].some((alike) => alike.has(type) && alike.has(other))
  if (test === undefined || !comparable || !(isEnum || (operator?.left === type && operator.right === other)))
    throw new NotComputable(fn.name)
  const order = codecOf(env, type).compare(args[0] as Exclude<Value, null>, args[1] as Exclude<Value, null>, env)
  return test(order) ? 1n : 0n
}

/** IS [NOT] NULL of a composite value: of all its fields; a row inside of it counts as a value (ExecEvalRowNullInt). */
export const testFields = (test: 'isNull' | 'isNotNull', value: Value): Value => {
  if (value === null) return bool(test === 'isNull')
  const fields = loadShaped(value)?.fields ?? loadRecord(value)
  return bool(fields.every((field) => (field === null) === (test === 'isNull')))
}

/** A cast by output and input function. */
export const castByText = (env: Environment, value: Value, from: number, to: number): Value => {
  if (value === null) return null
  const text = codecOf(env, from).output(value, env)
  return codecOf(env, to).input(text, -1, env)
}

/** A relabelling changes a stored value only where a signed integer becomes an oid. */
export const relabelled = (env: Environment, value: Value, from: number, to: number): Value => {
  const target = env.catalog.baseType(to)
  if (typeof value === 'bigint' && target !== env.catalog.baseType(from)) {
    if (target === OID.int4) return BigInt.asIntN(32, value)
    if (from === OID.int4) return BigInt.asUintN(32, value)
  }
  return value
}

/** @throws PgError 23514, 23502 when a domain forbids the value */
export const checkDomain = (env: Environment, expr: Expr & { kind: 'domain' }, value: Value): Value => {
  const { domain, named, checks } = expr
  const { schema, name: datatype } = env.catalog.type(named)
  const names = { schema, datatype }
  const shown = (): string => formatType(env.catalog, named, -1, env.settings.searchPath)
  if (value === null && domain.domain?.notNull)
    throw new PgError('23502', `domain ${shown()} does not allow null values`, names)
  for (const { name, expr: check } of checks)
    if (evaluate(env, check, [value]) === 0n)
      throw new PgError('23514', `value for domain ${shown()} violates check constraint "${name}"`, {
        ...names,
        constraint: name,
      })
  return value
}

/**
 * @param placeholders values of the expression's placeholders
 * @throws NotComputable, and PgError as the computation itself does
 */
export const evaluate = (env: Environment, expr: Expr, placeholders: readonly Value[] = []): Value => {
  const compute = (inner: Expr): Value => evaluate(env, inner, placeholders)
  switch (expr.kind) {
    case 'const':
      return expr.value
    case 'placeholder':
      if (expr.index >= placeholders.length) throw new NotComputable('placeholder')
      return placeholders[expr.index] ?? null
    case 'call':
      if (expr.variadic && expr.fn.variadic === OID.any) throw new NotComputable('VARIADIC')
      return applyFunction(
        env,
        expr.fn,
        expr.args.map(({ type }) => type),
        expr.type,
        expr.args.map(compute),
      )
    case 'and': {
      let result: Value = 1n
      for (const arg of expr.args) {
        const value = compute(arg)
        if (value === 0n) return 0n
        if (value === null) result = null
      }
      return result
    }
    case 'or': {
      let result: Value = 0n
      for (const arg of expr.args) {
        const value = compute(arg)
        if (value === 1n) return 1n
        if (value === null) result = null
      }
      return result
    }
    case 'not': {
      const value = compute(expr.arg)
      return value === null ? null : value === 1n ? 0n : 1n
    }
    case 'case':
      for (const { when, result } of expr.whens) if (compute(when) === 1n) return compute(result)
      return compute(expr.otherwise)
    case 'coalesce':
      for (const arg of expr.args) {
        const value = compute(arg)
        if (value !== null) return value
      }
      return null
    case 'greatest':
    case 'least': {
      const codec = codecOf(env, expr.type)
      let best: Value = null
      for (const arg of expr.args) {
        const value = compute(arg)
        if (value === null) continue
        const order = best === null ? 0 : codec.compare(value, best, env)
        if (best === null || (expr.kind === 'greatest' ? order > 0 : order < 0)) best = value
      }
      return best
    }
    case 'isNull':
      if (expr.fields) return testFields(expr.kind, compute(expr.arg))
      return compute(expr.arg) === null ? 1n : 0n
    case 'isNotNull':
      if (expr.fields) return testFields(expr.kind, compute(expr.arg))
      return compute(expr.arg) === null ? 0n : 1n
    case 'booleanTest': {
      const value = compute(expr.arg)
      const holds = {
        true: value === 1n,
        notTrue: value !== 1n,
        false: value === 0n,
        notFalse: value !== 0n,
        unknown: value === null,
        notUnknown: value !== null,
      }[expr.test]
      return holds ? 1n : 0n
    }
    case 'distinctFrom': {
      const [left, right] = [compute(expr.left), compute(expr.right)]
      const distinct = left === null || right === null ? left !== right : compute(expr.equal) !== 1n
      return distinct !== expr.negated ? 1n : 0n
    }
    case 'rowComparison': {
      for (const { less, equal } of expr.fields) {
        const order = compute(less)
        if (order !== 0n) return order
        if (compute(equal) === 0n) return 0n
      }
      return compute(expr.last)
    }
    case 'inList': {
      const result = evaluate(
        env,
        { kind: expr.negated ? 'and' : 'or', args: expr.tests, type: OID.bool, typmod: -1 },
        placeholders,
      )
      return result
    }
    case 'arrayTest': {
      const [left, array] = [compute(expr.left), compute(expr.array)]
      return testArray(env, expr, left, array)
    }
    case 'relabel':
      return relabelled(env, compute(expr.arg), expr.arg.type, expr.type)
    case 'ioCast':
      return castByText(env, compute(expr.arg), expr.arg.type, expr.type)
    case 'arrayCast': {
      const value = compute(expr.arg)
      return value === null ? null : castArray(env, expr, value)
    }
    case 'domain':
      return checkDomain(env, expr, compute(expr.arg))
    case 'array': {
      if (expr.nested) return nestArrays(env, expr.type, expr.elements.map(compute))
      return storeArray(arrayOf(expr.elements.map(compute)))
    }
    case 'subscript': {
      if (expr.assign !== undefined) throw new NotComputable('assignment')
      const array = compute(expr.base)
      const bounds = (list: typeof expr.lower): (Value | undefined)[] => list.map((bound) => bound && compute(bound))
      const [lower, upper] = [bounds(expr.lower), bounds(expr.upper)]
      if (array === null || [...lower, ...upper].includes(null)) return null
      if (expr.type === OID.char && expr.base.type === OID.name) return characterAt(String(array), upper[0] as bigint)
      const loaded = loadElements(env, expr.base.type, array)
      if (!expr.slice) return elementAt(loaded, upper as bigint[])
      return storeArray(slice(loaded, lower as (bigint | undefined)[], upper as (bigint | undefined)[]))
    }
    case 'sqlJson':
      return applySqlJson(env, expr, expr.args.map(compute))
    case 'row':
      return storeRecord(expr.fields.map(compute))
    default:
      throw new NotComputable(expr.kind)
  }
}

export const castArray = (env: Environment, expr: Expr & { kind: 'arrayCast' }, value: Value): Value => {
  const element = env.catalog.elementType(env.catalog.baseType(expr.arg.type))
  const array = loadArray(value, elementForm(env, element))
  return storeArray({ ...array, elements: array.elements.map((item) => evaluate(env, expr.element, [item])) })
}

/** ARRAY[[…], […]]: arrays of the same shape become one of a dimension more. */
export const nestArrays = (env: Environment, type: number, values: readonly Value[]): Value => {
  const form = elementForm(env, env.catalog.elementType(env.catalog.baseType(type)))
  const parts = values.filter((value) => value !== null).map((value) => loadArray(value, form))
  if (parts.length === 0) return storeArray(arrayOf([]))
  const mismatch = (): PgError =>
    new PgError('2202E', 'multidimensional arrays must have array expressions with matching dimensions')
  if (parts.length !== values.length) throw mismatch()
  const [first] = parts
  if (first === undefined) throw mismatch()
  if (parts.some((part) => part.dimensions.join() !== first.dimensions.join())) throw mismatch()
  if (parts.some((part) => part.bounds.join() !== first.bounds.join())) throw mismatch()
  if (first.dimensions.length === 0) return storeArray(arrayOf([]))
  if (first.dimensions.length >= 6)
    throw new PgError('54000', 'number of array dimensions (7) exceeds the maximum allowed (6)')
  return storeArray({
    dimensions: [parts.length, ...first.dimensions],
    bounds: [1, ...first.bounds],
    elements: parts.flatMap(({ elements }) => elements),
  })
}

/** `left op ANY|ALL (array)`. */
export const testArray = (env: Environment, expr: Expr & { kind: 'arrayTest' }, left: Value, array: Value): Value => {
  if (array === null) return null
  const type = env.catalog.elementType(env.catalog.baseType(expr.array.type))
  const { elements } = loadArray(array, elementForm(env, type))
  let unknown = false
  for (const element of elements) {
    const value =
      expr.fn.strict && (left === null || element === null)
        ? null
        : applyFunction(env, expr.fn, [expr.left.type, type], OID.bool, [left, element])
    if (value === null) unknown = true
    else if ((value === 1n) !== expr.all) return expr.all ? 0n : 1n
  }
  return unknown ? null : expr.all ? 1n : 0n
}
