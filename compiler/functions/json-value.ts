/** SQL values as JSON: to_json, row_to_json and what builds on them. After datum_to_json in json.c. */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import { type ArrayValue, loadArray } from '../types/array.ts'
import { codecOf, elementForm } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { formatJsonb, parseJson, quoteJson } from '../types/json.ts'
import { loadRecord, loadShaped } from '../types/record.ts'

const NUMBERS: ReadonlySet<number> = new Set([OID.int2, OID.int4, OID.int8, OID.float4, OID.float8, OID.numeric])

/** Dates and times are ISO 8601 whatever DateStyle says, with a T between. */
const isoText = (env: Environment, value: Value, type: number): string => {
  const iso: Environment = { ...env, settings: { ...env.settings, dateStyle: 'ISO, MDY' } }
  const text = codecOf(env, type).output(value, iso)
  return type === OID.timestamp || type === OID.timestamptz
    ? text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
    : text
}

/** @param jsonb in jsonb's layout, with a space after colons and commas */
export const toJson = (env: Environment, value: Value, declared: number, jsonb: boolean): string => {
  if (value === null) return 'null'
  const type = env.catalog.baseType(declared)
  if (type === OID.bool) return value === 1n ? 'true' : 'false'
  if (NUMBERS.has(type)) {
    const text = codecOf(env, type).output(value, env)
    if (!/^-?[\d.]/.test(text)) return `"${text}"`
    return jsonb ? formatJsonb(parseJson(text.replace(/e\+/, 'e'), true)) : text
  }
  if (type === OID.json) return jsonb ? formatJsonb(parseJson(String(value), true)) : String(value)
  if (type === OID.jsonb) return String(value)
  if (type === OID.date || type === OID.timestamp || type === OID.timestamptz)
    return quoteJson(isoText(env, value, type))
  if (type === OID.record) {
    const shaped = loadShaped(value)
    if (shaped === undefined) throw unsupported('a row of no declared type as JSON')
    return rowJson(env, shaped.fields, env.catalog.fields(shaped.type) ?? [], jsonb, false)
  }
  const element = env.catalog.elementType(type)
  if (element !== 0) return arrayJson(env, loadArray(value, elementForm(env, element)), element, jsonb)
  const info = env.catalog.type(type)
  if (info.kind === 'c') {
    const fields = env.catalog.fields(type)
    if (fields === undefined) throw unsupported('a row of no declared type as JSON')
    return rowJson(env, loadRecord(value), fields, jsonb, false)
  }
  return quoteJson(codecOf(env, type).output(value, env))
}

const arrayJson = (env: Environment, array: ArrayValue, element: number, jsonb: boolean): string => {
  let next = 0
  const write = (depth: number): string => {
    const parts: string[] = []
    for (let at = 0; at < (array.dimensions[depth] ?? 0); at++)
      parts.push(
        depth < array.dimensions.length - 1
          ? write(depth + 1)
          : toJson(env, array.elements[next++] ?? null, element, jsonb),
      )
    return `[${parts.join(jsonb ? ', ' : ',')}]`
  }
  return array.dimensions.length === 0 ? '[]' : write(0)
}

export const rowJson = (
  env: Environment,
  values: readonly Value[],
  fields: readonly { readonly name: string; readonly type: number }[],
  jsonb: boolean,
  pretty: boolean,
): string => {
  const pairs = fields.map(({ name, type }, at) => `${quoteJson(name)}:${toJson(env, values[at] ?? null, type, jsonb)}`)
  const text = `{${pairs.join(pretty ? ',\n ' : ',')}}`
  return jsonb ? formatJsonb(parseJson(text, true)) : text
}

/** A value as the key of an object. @throws PgError 22023 for one that is no scalar */
export const objectKey = (env: Environment, key: Value, type: number): string => {
  const { kind, oid } = env.catalog.type(env.catalog.baseType(type))
  if (kind === 'c' || env.catalog.isArray(oid) || oid === OID.json || oid === OID.jsonb)
    throw new PgError('22023', 'key value must be scalar, not array, composite, or json')
  return oid === OID.bool ? (key === 1n ? 'true' : 'false') : codecOf(env, type).output(key, env)
}
