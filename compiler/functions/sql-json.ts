/** SQL/JSON at work. After ExecEvalJsonConstructor, ExecEvalJsonIsPredicate and ExecEvalJsonExprPath. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { SqlJson } from '../tree/expression.ts'
import type { JsonBehavior, JsonQuery } from '../tree/sql-json.ts'
import type { Value } from '../tree/value.ts'
import { coerceStored } from '../types/assign.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { formatJsonb, type Json, JsonNumber, jsonbIn, loadJsonb, parseJson, quoteJson } from '../types/json.ts'
import type { JsonPath } from '../types/jsonpath.ts'
import { bool } from './implementation.ts'
import { type Slice, sliceJson } from './json.ts'
import { populateType } from './json-record.ts'
import { tableRows } from './json-table.ts'
import { objectKey, toJson } from './json-value.ts'
import { parsedPath } from './jsonpath.ts'
import { exists, query } from './jsonpath-execute.ts'
import { PathError } from './jsonpath-method.ts'

/** @throws PgError 22030 for a key that stands twice in one object */
const requireUniqueKeys = (keys: readonly string[]): void => {
  const seen = new Set<string>()
  for (const key of keys) {
    if (seen.has(key)) throw new PgError('22030', `duplicate JSON object key value: "${key}"`)
    seen.add(key)
  }
}

const hasUniqueKeys = ({ kind, items }: Slice): boolean =>
  items.every(({ value }) => hasUniqueKeys(value)) &&
  (kind !== 'object' || new Set(items.map(({ key }) => key)).size === items.length)

type Operation<Name extends SqlJson['operation']['name']> = SqlJson['operation'] & { readonly name: Name }

const object = (env: Environment, expr: SqlJson, operation: Operation<'object'>, values: readonly Value[]): Value => {
  const { jsonb, absentOnNull, unique } = operation
  const names: string[] = []
  const pairs: string[] = []
  for (let at = 0; at < values.length; at += 2) {
    const [key, value] = [values[at] ?? null, values[at + 1] ?? null]
    if (key === null) throw new PgError('22004', 'null value not allowed for object key')
    const name = objectKey(env, key, expr.args[at]?.type ?? OID.text)
    names.push(name)
    if (absentOnNull && value === null) continue
    pairs.push(`${quoteJson(name)} : ${toJson(env, value, expr.args[at + 1]?.type ?? OID.text, jsonb)}`)
  }
  if (unique) requireUniqueKeys(names)
  const text = `{${pairs.join(', ')}}`
  return jsonb ? jsonbIn(text) : text
}

const array = (env: Environment, expr: SqlJson, operation: Operation<'array'>, values: readonly Value[]): Value => {
  const { jsonb, absentOnNull } = operation
  const items = values.flatMap((value, at) =>
    absentOnNull && value === null ? [] : [toJson(env, value, expr.args[at]?.type ?? OID.text, jsonb)],
  )
  const text = `[${items.join(', ')}]`
  return jsonb ? jsonbIn(text) : text
}

const isJson = ({ shape, unique }: Operation<'is'>, text: string): boolean => {
  let slice: Slice
  try {
    slice = sliceJson(text)
  } catch (error) {
    if (error instanceof PgError && error.code === '22P02') return false
    throw error
  }
  const { kind } = slice
  if (shape === 'scalar' ? kind === 'object' || kind === 'array' : shape !== 'value' && kind !== shape) return false
  return !unique || hasUniqueKeys(slice)
}

/** A value that PASSING hands to a path. */
const passed = (env: Environment, value: Value, type: number): Json => {
  if (value === null) return null
  const base = env.catalog.baseType(type)
  const moments: readonly number[] = [OID.date, OID.time, OID.timetz, OID.timestamp, OID.timestamptz]
  if (moments.includes(base)) throw unsupported('a date or time in PASSING')
  if (base === OID.json || base === OID.jsonb) return loadJsonb(String(value))
  return parseJson(toJson(env, value, type, true), true)
}

const variablesOf = (
  env: Environment,
  names: readonly string[],
  values: readonly Value[],
  types: readonly number[],
): ReadonlyMap<string, Json> =>
  new Map(names.map((name, at) => [name, passed(env, values[at] ?? null, types[at] ?? 0)]))

const behave = (behavior: JsonBehavior, error: PgError): Value => {
  if (behavior.kind === 'error') throw error
  return behavior.kind === 'value' ? behavior.value : null
}

/** A string, number or boolean as JSON_VALUE shows it. */
const scalarText = (item: Json): string =>
  typeof item === 'string' ? item : item instanceof JsonNumber ? item.text : item === true ? 't' : 'f'

/** What JSON_QUERY has found, as the type that it returns. @throws PgError of class 22 */
const converted = (env: Environment, item: Json, { type, typmod, omitQuotes }: JsonQuery): Value => {
  if (omitQuotes) {
    const text = typeof item === 'string' ? item : item === null ? null : formatJsonb(item)
    return coerceStored(env, text, type, typmod)
  }
  const base = env.catalog.baseType(type)
  if (base === OID.json || base === OID.jsonb || env.catalog.type(base).category === 'S')
    return coerceStored(env, formatJsonb(item), type, typmod)
  return populateType(env, formatJsonb(item), type, typmod)
}

const select = (env: Environment, how: JsonQuery, items: readonly Json[]): Value => {
  const [first, ...more] = items
  if (how.function === 'query') {
    const wrap = first !== undefined && (how.wrapper === 'always' || (how.wrapper === 'conditional' && more.length > 0))
    if (wrap) return converted(env, [...items], how)
    if (more.length > 0)
      throw new PathError(
        '22034',
        'JSON path expression in JSON_QUERY must return single item when no wrapper is requested',
        { hint: 'Use the WITH WRAPPER clause to wrap SQL/JSON items into an array.' },
      )
    return converted(env, first as Json, how)
  }
  if (more.length > 0) throw new PathError('22034', 'JSON path expression in JSON_VALUE must return single scalar item')
  if (Array.isArray(first) || first instanceof Map)
    throw new PathError('2203F', 'JSON path expression in JSON_VALUE must return single scalar item')
  const base = env.catalog.baseType(how.type)
  const item = first as Json
  if (item === null) return coerceStored(env, null, how.type, how.typmod)
  const text = base === OID.json || base === OID.jsonb ? formatJsonb(item) : scalarText(item)
  return coerceStored(env, text, how.type, how.typmod)
}

/** A truth value as the type of an EXISTS column. */
const truthAs = (env: Environment, found: boolean, { type, typmod }: JsonQuery): Value => {
  const base = env.catalog.baseType(type)
  if (base === OID.bool || base === OID.int4) return bool(found)
  return codecOf(env, type).input(String(found), typmod, env)
}

/** JSON_VALUE takes them as values of their types. */
const refuseMoment = (): never => {
  throw unsupported('a moment as the value of JSON_VALUE')
}

/** JSON_EXISTS, JSON_VALUE or JSON_QUERY of a document. @throws PgError where ERROR ON ERROR or ON EMPTY says so */
export const queryJson = (
  env: Environment,
  document: Json,
  path: JsonPath,
  variables: ReadonlyMap<string, Json>,
  how: JsonQuery,
): Value => {
  try {
    if (how.function === 'exists') return truthAs(env, exists({ env, zoned: false }, document, path, variables), how)
    const written = how.function === 'value' ? refuseMoment : undefined
    const items = [...query({ env, zoned: false }, document, path, variables, written)]
    if (items.length === 0) {
      return behave(how.onEmpty, new PgError('22035', 'no SQL/JSON item found for specified path'))
    }
    return select(env, how, items)
  } catch (error) {
    const soft =
      error instanceof PathError ||
      (error instanceof PgError && /^2[23]/.test(error.code) && error.code !== '22035' && error.code !== '22023')
    if (!soft || how.onError.kind === 'error') throw error
    return behave(how.onError, error)
  }
}

/** @throws PgError as the construct does, NULL of a document or path gives NULL */
export const applySqlJson = (env: Environment, expr: SqlJson, values: readonly Value[]): Value => {
  const { operation } = expr
  const [first = null, second = null] = values
  switch (operation.name) {
    case 'object':
      return object(env, expr, operation, values)
    case 'array':
      return array(env, expr, operation, values)
    case 'parse':
      if (first !== null && !hasUniqueKeys(sliceJson(String(first))))
        throw new PgError('22030', 'duplicate JSON object key value')
      return first
    case 'scalar':
      return first === null ? null : toJson(env, first, expr.args[0]?.type ?? OID.text, operation.jsonb)
    case 'is':
      return first === null ? null : bool(isJson(operation, String(first)))
    case 'query': {
      if (first === null || second === null) return null
      const types = expr.args.slice(2).map(({ type }) => type)
      const variables = variablesOf(env, operation.variables, values.slice(2), types)
      return queryJson(env, loadJsonb(String(first)), parsedPath(String(second)), variables, operation.query)
    }
    case 'table': {
      if (first === null) return '[]'
      const types = expr.args.slice(1).map(({ type }) => type)
      const variables = variablesOf(env, operation.variables, values.slice(1), types)
      return tableRows(env, operation, loadJsonb(String(first)), variables)
    }
    default:
      return operation satisfies never
  }
}
