/**
 * JSON objects as rows: json_to_record, json_populate_record, their sets and their jsonb kin. After populate_record in
 * jsonfuncs.c.
 */
import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { OutputColumn } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { EMPTY_ARRAY, storeArray } from '../types/array.ts'
import { coerceStored, domainValue } from '../types/assign.ts'
import type { Environment } from '../types/environment.ts'
import { parseJson } from '../types/json.ts'
import { loadRecord, storeRecord } from '../types/record.ts'
import type { Scalars } from './implementation.ts'
import { type Slice, sliceJson } from './json.ts'

const textOf = (slice: Slice): string =>
  slice.kind === 'string' ? (parseJson(slice.text, false) as string) : slice.text

const defaultsOf = (base: Value): Value[] | undefined => (base === null ? undefined : loadRecord(base))

/**
 * A JSON value as a value of a column's type (populate_record_field).
 * @param initial what a row within the row has where the JSON says nothing
 */
const convert = (
  env: Environment,
  slice: Slice | undefined,
  type: number,
  typmod: number,
  initial: Value = null,
): Value => {
  const { catalog } = env
  const base = catalog.baseType(type)
  if (slice === undefined || slice.kind === 'null') return coerceStored(env, null, type, typmod)
  if (base === OID.json || base === OID.jsonb) return coerceStored(env, slice.text, type, typmod)
  const element = catalog.elementType(base)
  if (element !== 0 && slice.kind !== 'string')
    return domainValue(env, toArray(env, slice, element, catalog.type(type).domain?.typmod ?? typmod), type)
  const fields = catalog.fields(base)
  if (fields !== undefined && slice.kind !== 'string')
    return domainValue(env, storeRecord(toRow(env, slice, fields, 'populate_composite', defaultsOf(initial))), type)
  return coerceStored(env, textOf(slice), type, typmod)
}

/** A JSON text as a value of a type: json_populate_type. @throws PgError of class 22 */
export const populateType = (env: Environment, json: string, type: number, typmod: number): Value =>
  convert(env, sliceJson(json), type, typmod)

/** A JSON array, of arrays of one length each, as an array of their depth (populate_array). */
const toArray = (env: Environment, slice: Slice, element: number, typmod: number): string => {
  if (slice.kind !== 'array') throw new PgError('22P02', 'expected JSON array')
  const dimensions: number[] = []
  for (let level: Slice | undefined = slice; level?.kind === 'array'; level = level.items[0]?.value)
    dimensions.push(level.items.length)
  const elements: Value[] = []
  const visit = (node: Slice, depth: number): void => {
    if (depth === dimensions.length) {
      if (node.kind === 'array' && env.catalog.elementType(element) === 0 && !isJson(element))
        throw malformed('Multidimensional arrays must have sub-arrays with matching dimensions.')
      elements.push(convert(env, node, element, typmod))
      return
    }
    if (node.kind !== 'array') {
      if (depth === 1 && dimensions.length === 1) return visit(node, depth + 1)
      throw new PgError('22P02', 'expected JSON array')
    }
    if (node.items.length !== dimensions[depth])
      throw malformed('Multidimensional arrays must have sub-arrays with matching dimensions.')
    for (const { value } of node.items) visit(value, depth + 1)
  }
  visit(slice, 0)
  if (dimensions.includes(0)) return storeArray(EMPTY_ARRAY)
  return storeArray({ dimensions, bounds: dimensions.map(() => 1), elements })
}

const isJson = (type: number): boolean => type === OID.json || type === OID.jsonb

const malformed = (detail: string): PgError => new PgError('22P02', 'malformed JSON array', { detail })

/** @param base the values of what the object does not have */
const toRow = (
  env: Environment,
  object: Slice,
  columns: readonly OutputColumn[],
  name: string,
  base: readonly Value[] | undefined,
): Value[] => {
  if (object.kind !== 'object')
    throw new PgError('22023', `cannot call ${name} on ${object.kind === 'array' ? 'an array' : 'a scalar'}`)
  return columns.map(({ name: key, type, typmod }, at) => {
    const item = object.items.findLast((each) => each.key === key)
    if (item === undefined && base !== undefined) return base[at] ?? null
    return convert(env, item?.value, type, typmod, base?.[at])
  })
}

/**
 * @param name of the function: `json_to_recordset` and its kin
 * @param base the row that json_populate_record is given, or NULL
 */
export const recordRows = (
  env: Environment,
  name: string,
  json: string,
  columns: readonly OutputColumn[],
  base: Value = null,
): Value[][] => {
  const slice = sliceJson(json)
  const defaults = defaultsOf(base)
  if (!name.endsWith('set')) return [toRow(env, slice, columns, name, defaults)]
  if (slice.kind !== 'array')
    throw new PgError('22023', `cannot call ${name} on a${slice.kind === 'object' ? 'n object' : ' scalar'}`)
  return slice.items.map(({ value }) => {
    if (value.kind !== 'object') throw new PgError('22023', `argument of ${name} must be an array of objects`)
    return toRow(env, value, columns, name, defaults)
  })
}

export const RECORD_FUNCTIONS: ReadonlySet<string> = new Set([
  'json_to_record',
  'json_to_recordset',
  'jsonb_to_record',
  'jsonb_to_recordset',
  'json_populate_record',
  'json_populate_recordset',
  'jsonb_populate_record',
  'jsonb_populate_recordset',
])

/** Whether a function is given a row before the JSON. */
export const takesBase = (name: string): boolean => name.includes('populate')

const populate = (name: string) =>
  function (this: Environment & { readonly args: readonly number[] }, base: Value, json: Value): Value {
    if (json === null) return base
    const columns = this.catalog.fields(this.args[0] ?? 0)
    if (columns === undefined) throw new PgError('42804', `first argument of ${name} must be a row type`)
    return storeRecord(recordRows(this, name, String(json), columns, base)[0] ?? [])
  }

export const recordFunctions: Scalars = {
  json_populate_record: populate('json_populate_record'),
  jsonb_populate_record: populate('jsonb_populate_record'),
}
