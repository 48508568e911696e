/** json_to_record and json_to_recordset: JSON objects as rows of given columns. After populate_record in jsonfuncs.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { OutputColumn } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { storeArray } from '../types/array.ts'
import { coerceStored } from '../types/assign.ts'
import type { Environment } from '../types/environment.ts'
import { parseJson } from '../types/json.ts'
import { type Slice, sliceJson } from './json.ts'

const textOf = (slice: Slice): string =>
  slice.kind === 'string' ? (parseJson(slice.text, false) as string) : slice.text

/** A JSON value as a value of a column's type. */
const convert = (env: Environment, slice: Slice | undefined, type: number, typmod: number): Value => {
  const base = env.catalog.baseType(type)
  if (slice === undefined) return coerceStored(env, null, type, typmod)
  if (base === OID.json || base === OID.jsonb) return coerceStored(env, slice.text, type, typmod)
  if (slice.kind === 'null') return coerceStored(env, null, type, typmod)
  const element = env.catalog.elementType(base)
  if (element !== 0 && slice.kind !== 'string') {
    if (slice.kind !== 'array') throw new PgError('22P02', 'expected JSON array')
    if (slice.items.some(({ value }) => value.kind === 'array')) throw unsupported('a JSON array of arrays as an array')
    const elements = slice.items.map(({ value }) => convert(env, value, element, typmod))
    return storeArray(
      elements.length === 0
        ? { dimensions: [], bounds: [], elements }
        : { dimensions: [elements.length], bounds: [1], elements },
    )
  }
  if (env.catalog.type(base).kind === 'c') throw unsupported('a JSON object as a composite value')
  return coerceStored(env, textOf(slice), type, typmod)
}

const toRow = (env: Environment, object: Slice, columns: readonly OutputColumn[], name: string): Value[] => {
  if (object.kind !== 'object')
    throw new PgError('22023', `cannot call ${name} on ${object.kind === 'array' ? 'an array' : 'a scalar'}`)
  return columns.map(({ name: key, type, typmod }) =>
    convert(env, object.items.findLast((item) => item.key === key)?.value, type, typmod),
  )
}

/** @param name of the function: `json_to_recordset` and its kin */
export const recordRows = (
  env: Environment,
  name: string,
  json: string,
  columns: readonly OutputColumn[],
): Value[][] => {
  const slice = sliceJson(json)
  if (!name.endsWith('set')) return [toRow(env, slice, columns, name)]
  if (slice.kind !== 'array')
    throw new PgError('22023', `cannot call ${name} on a${slice.kind === 'object' ? 'n object' : ' scalar'}`)
  return slice.items.map(({ value }) => {
    if (value.kind !== 'object') throw new PgError('22023', `argument of ${name} must be an array of objects`)
    return toRow(env, value, columns, name)
  })
}

export const RECORD_FUNCTIONS: ReadonlySet<string> = new Set([
  'json_to_record',
  'json_to_recordset',
  'jsonb_to_record',
  'jsonb_to_recordset',
])
