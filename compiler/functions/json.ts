/** json and jsonb. Manual: "JSON Functions and Operators"; after jsonfuncs.c and jsonb_op.c. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import { loadArray } from '../types/array.ts'
import { codecOf } from '../types/codec.ts'
import { float4In, float8In } from '../types/float.ts'
import {
  compareJson,
  formatJsonb,
  type Json,
  JsonNumber,
  jsonbIn,
  loadJsonb,
  parseJson,
  quoteJson,
  sortKeys,
} from '../types/json.ts'
import { formatDecimal, parseDecimal, rescale, toDecimal, toInteger } from '../types/numeric.ts'
import { bool, type Call, comparisons, type Scalar, type Scalars } from './implementation.ts'
import { objectKey, toJson } from './json-value.ts'
import { arrayStep } from './jsonb-assign.ts'

/** A json value keeps its own text: the pieces of one are slices of it. */
export interface Slice {
  readonly kind: 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null'
  readonly text: string
  readonly items: readonly { readonly key: string | undefined; readonly value: Slice }[]
}

/** The structure of a json text, with the source of every part. */
export const sliceJson = (text: string): Slice => {
  parseJson(text, false)
  let at = 0
  const space = (): void => {
    while (' \n\t\r'.includes(text[at] ?? 'x')) at++
  }
  const stringEnd = (): void => {
    for (at++; text[at] !== '"'; at++) if (text[at] === '\\') at++
    at++
  }
  const read = (): Slice => {
    space()
    const start = at
    const first = text[at]
    const items: { key: string | undefined; value: Slice }[] = []
    if (first === '"') {
      stringEnd()
      return { kind: 'string', text: text.slice(start, at), items }
    }
    if (first === '{' || first === '[') {
      at++
      space()
      while (text[at] !== '}' && text[at] !== ']') {
        let key: string | undefined
        if (first === '{') {
          space()
          const from = at
          stringEnd()
          key = parseJson(text.slice(from, at), false) as string
          space()
          at++
        }
        items.push({ key, value: read() })
        space()
        if (text[at] === ',') at++
        space()
      }
      at++
      return { kind: first === '{' ? 'object' : 'array', text: text.slice(start, at), items }
    }
    while (/[-+.a-zA-Z0-9]/.test(text[at] ?? '')) at++
    const word = text.slice(start, at)
    return {
      kind: word === 'null' ? 'null' : word === 'true' || word === 'false' ? 'boolean' : 'number',
      text: word,
      items,
    }
  }
  return read()
}

const member = (slice: Slice | undefined, key: string): Slice | undefined =>
  slice?.kind === 'object' ? slice.items.findLast((item) => item.key === key)?.value : undefined
const item = (slice: Slice | undefined, index: bigint): Slice | undefined => {
  if (slice?.kind !== 'array') return undefined
  return slice.items[Number(index < 0n ? BigInt(slice.items.length) + index : index)]?.value
}
const asText = (slice: Slice | undefined): Value => {
  if (slice === undefined || slice.kind === 'null') return null
  if (slice.kind !== 'string') return slice.text
  return parseJson(slice.text, false) as string
}
const asJson = (slice: Slice | undefined): Value => slice?.text ?? null

const path = (slice: Slice, steps: readonly Value[]): Slice | undefined => {
  let at: Slice | undefined = slice
  for (const step of steps) {
    if (step === null || at === undefined) return undefined
    if (at.kind === 'array') {
      const index = /^\s*[+-]?\d+$/.test(String(step)) ? BigInt(String(step).trim()) : undefined
      at = index === undefined ? undefined : item(at, index)
    } else at = member(at, String(step))
  }
  return at
}

const steps = (array: Value): readonly Value[] => loadArray(array, 'text').elements

const get = (json: Json | undefined, key: string): Json | undefined => (json instanceof Map ? json.get(key) : undefined)
const at = (json: Json | undefined, index: bigint): Json | undefined => {
  // A scalar is stored as an array of one.
  if (!Array.isArray(json)) return json instanceof Map || (index !== 0n && index !== -1n) ? undefined : json
  return json[Number(index < 0n ? BigInt(json.length) + index : index)]
}
const out = (json: Json | undefined): Value => (json === undefined ? null : formatJsonb(json))
export const jsonbText = (json: Json | undefined): Value =>
  json === undefined || json === null ? null : typeof json === 'string' ? json : formatJsonb(json)

const jsonbPath = (json: Json, keys: readonly Value[]): Json | undefined => {
  let current: Json | undefined = json
  for (const key of keys) {
    if (key === null || current === undefined) return undefined
    if (Array.isArray(current)) {
      const index = /^\s*[+-]?\d+$/.test(String(key)) ? BigInt(String(key).trim()) : undefined
      current = index === undefined ? undefined : at(current, index)
    } else current = get(current, String(key))
  }
  return current
}

const TYPE_NAMES = {
  object: 'object',
  array: 'array',
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
} as const

/** jsonb_typeof. */
export const jsonTypeName = (json: Json): string => {
  if (json === null) return 'null'
  if (json instanceof JsonNumber) return 'number'
  if (Array.isArray(json)) return 'array'
  return json instanceof Map ? 'object' : typeof json
}

/** jsonb @> jsonb. */
const contains = (left: Json, right: Json, top = true): boolean => {
  if (right instanceof Map)
    return (
      left instanceof Map &&
      [...right].every(([key, value]) => left.has(key) && contains(left.get(key) ?? null, value, false))
    )
  if (Array.isArray(right)) {
    if (!Array.isArray(left)) return false
    return right.every((wanted) =>
      left.some((candidate) =>
        jsonTypeName(candidate) === jsonTypeName(wanted) ? contains(candidate, wanted, false) : false,
      ),
    )
  }
  if (Array.isArray(left) && top)
    return left.some(
      (candidate) => jsonTypeName(candidate) === jsonTypeName(right) && compareJson(candidate, right) === 0,
    )
  return jsonTypeName(left) === jsonTypeName(right) && compareJson(left, right, false) === 0
}

const hasKey = (json: Json, key: string): boolean => {
  if (json instanceof Map) return json.has(key)
  if (Array.isArray(json)) return json.some((candidate) => candidate === key)
  return json === key
}

const concat = (left: Json, right: Json): Json => {
  if (left instanceof Map && right instanceof Map) return sortKeys(new Map([...left, ...right]))
  const list = (json: Json): Json[] => (Array.isArray(json) ? json : [json])
  return [...list(left), ...list(right)]
}

const deletePath = (json: Json, keys: readonly Value[], level = 1): Json => {
  const [key, ...rest] = keys
  if (key === undefined || key === null) return json
  if (json instanceof Map) {
    const name = String(key)
    if (!json.has(name)) return json
    const copy = new Map(json)
    if (rest.length === 0) copy.delete(name)
    else copy.set(name, deletePath(json.get(name) ?? null, rest, level + 1))
    return copy
  }
  if (Array.isArray(json)) {
    const index = arrayStep(String(key), level)
    const position = index < 0 ? json.length + index : index
    if (position < 0 || position >= json.length) return json
    if (rest.length === 0) return json.filter((_, each) => each !== position)
    return json.map((value, each) => (each === position ? deletePath(value, rest, level + 1) : value))
  }
  return json
}

const setPath = (
  json: Json,
  keys: readonly Value[],
  value: Json,
  create: boolean,
  insert: 'before' | 'after' | undefined,
  level = 1,
): Json => {
  const [key, ...rest] = keys
  if (key === undefined) return json
  if (key === null) throw new PgError('22004', `path element at position ${level} is null`)
  if (json instanceof Map) {
    const name = String(key)
    const exists = json.has(name)
    if (rest.length === 0) {
      if (insert !== undefined && exists)
        throw new PgError('22023', 'cannot replace existing key', {
          hint: 'Try using the function jsonb_set to replace key value.',
        })
      if (!exists && !create) return json
      return sortKeys(new Map(json).set(name, value))
    }
    if (!exists) return json
    return new Map(json).set(name, setPath(json.get(name) ?? null, rest, value, create, insert, level + 1))
  }
  if (Array.isArray(json)) {
    const index = arrayStep(String(key), level)
    let position = index < 0 ? json.length + index : index
    if (rest.length === 0) {
      const inside = position >= 0 && position < json.length
      if (insert !== undefined && inside) return json.toSpliced(insert === 'after' ? position + 1 : position, 0, value)
      if (inside) return json.toSpliced(position, 1, value)
      if (!create) return json
      position = position < 0 ? 0 : json.length
      return json.toSpliced(position, 0, value)
    }
    if (position < 0 || position >= json.length) return json
    return json.map((each, where) =>
      where === position ? setPath(each, rest, value, create, insert, level + 1) : each,
    )
  }
  return json
}

const stripNulls = (json: Json, arrays: boolean): Json => {
  if (json instanceof Map)
    return new Map(
      [...json].flatMap(([key, value]): [string, Json][] => (value === null ? [] : [[key, stripNulls(value, arrays)]])),
    )
  if (Array.isArray(json))
    return json.filter((value) => !(arrays && value === null)).map((value) => stripNulls(value, arrays))
  return json
}

const stripSlice = (slice: Slice, arrays: boolean): string => {
  if (slice.kind === 'object')
    return `{${slice.items
      .filter(({ value }) => value.kind !== 'null')
      .map(({ key, value }) => `${quoteJson(key ?? '')}:${stripSlice(value, arrays)}`)
      .join(',')}}`
  if (slice.kind === 'array')
    return `[${slice.items
      .filter(({ value }) => !(arrays && value.kind === 'null'))
      .map(({ value }) => stripSlice(value, arrays))
      .join(',')}]`
  return slice.kind === 'string' ? quoteJson(parseJson(slice.text, false) as string) : slice.text
}

const pretty = (json: Json, indent = ''): string => {
  const deeper = `${indent}    `
  if (json instanceof Map)
    return json.size === 0
      ? `{\n${indent}}`
      : `{\n${[...json].map(([key, value]) => `${deeper}${quoteJson(key)}: ${pretty(value, deeper)}`).join(',\n')}\n${indent}}`
  if (Array.isArray(json))
    return json.length === 0
      ? `[\n${indent}]`
      : `[\n${json.map((value) => deeper + pretty(value, deeper)).join(',\n')}\n${indent}]`
  return formatJsonb(json)
}

const plainly = (isPretty: bigint): false => {
  if (isPretty === 1n) throw unsupported('JSON with line feeds')
  return false
}

const NULL_TREATMENTS = '"delete_key", "return_target", "use_json_null", or "raise_exception"'

/** jsonb_set_lax(). @throws PgError 22004, 22023 */
const setLax = (text: Value, keys: Value, value: Value, create: Value, treatment: Value): Value => {
  if (text === null || keys === null || create === null) return null
  if (treatment === null) throw new PgError('22023', `null_value_treatment must be ${NULL_TREATMENTS}`)
  const json = loadJsonb(String(text))
  const isScalar = !(json instanceof Map) && !Array.isArray(json)
  const set = (to: Json): string => {
    if (isScalar) throw new PgError('22023', 'cannot set path in scalar')
    return formatJsonb(setPath(json, steps(String(keys)), to, create === 1n, undefined))
  }
  if (value !== null) return set(loadJsonb(String(value)))
  switch (treatment) {
    case 'raise_exception':
      throw new PgError('22004', 'JSON value must not be null', {
        detail: 'Exception was raised because null_value_treatment is "raise_exception".',
        hint: 'To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.',
      })
    case 'use_json_null':
      return set(null)
    case 'delete_key':
      if (isScalar) throw new PgError('22023', 'cannot delete path in scalar')
      return formatJsonb(deletePath(json, steps(String(keys))))
    case 'return_target':
      return text
    default:
      throw new PgError('22023', `null_value_treatment must be ${NULL_TREATMENTS}`)
  }
}

const build = (call: Call, values: readonly Value[], jsonb: boolean): Value => {
  if (values.length % 2 !== 0)
    throw new PgError('22023', 'argument list must have even number of elements', {
      hint: `The arguments of ${jsonb ? 'jsonb_build_object' : 'json_build_object'}() must consist of alternating keys and values.`,
    })
  const pairs: string[] = []
  for (let index = 0; index < values.length; index += 2) {
    const key = values[index] ?? null
    if (key === null)
      throw jsonb
        ? new PgError('22023', `argument ${index + 1}: key must not be null`)
        : new PgError('22004', `null value not allowed for object key`)
    const name = objectKey(call, key, call.args[index] ?? OID.text)
    pairs.push(
      `${quoteJson(name)} : ${toJson(call, values[index + 1] ?? null, call.args[index + 1] ?? OID.text, jsonb)}`,
    )
  }
  const text = `{${pairs.join(', ')}}`
  return jsonb ? jsonbIn(text) : text
}

const buildArray = (call: Call, values: readonly Value[], jsonb: boolean): Value => {
  const text = `[${values.map((value, index) => toJson(call, value, call.args[index] ?? OID.text, jsonb)).join(', ')}]`
  return jsonb ? jsonbIn(text) : text
}

const comparison =
  (test: (order: number) => boolean): Scalar =>
  (a: string, b: string) =>
    bool(test(compareJson(loadJsonb(a), loadJsonb(b))))

const castNumber = (json: Json, type: string): string => {
  if (json instanceof JsonNumber) return json.text
  throw new PgError('22023', `cannot cast jsonb ${jsonTypeName(json)} to type ${type}`)
}

const toInt = (name: string, type: number): Scalar =>
  function (this: Call, value: string) {
    const json = loadJsonb(value)
    if (json === null) return null
    const number = rescale(parseDecimal(castNumber(json, name)), 0)
    const integer = toInteger(number, name)
    const limit = { smallint: 2n ** 15n, integer: 2n ** 31n, bigint: 2n ** 63n }[name] ?? 0n
    if (integer < -limit || integer >= limit) throw new PgError('22003', `${name} out of range`)
    return codecOf(this, type).input(String(integer), -1, this)
  }

const length = (_kind: string, count: number | undefined, object: boolean): bigint => {
  if (count === undefined)
    throw new PgError(
      '22023',
      object ? 'cannot get array length of a non-array' : 'cannot get array length of a scalar',
    )
  return BigInt(count)
}

export const jsonFunctions: Scalars = {
  json_object_field: (json: string, key: string) => asJson(member(sliceJson(json), key)),
  json_object_field_text: (json: string, key: string) => asText(member(sliceJson(json), key)),
  json_array_element: (json: string, index: bigint) => asJson(item(sliceJson(json), index)),
  json_array_element_text: (json: string, index: bigint) => asText(item(sliceJson(json), index)),
  json_extract_path: (json: string, keys: string) => asJson(path(sliceJson(json), steps(keys))),
  json_extract_path_text: (json: string, keys: string) => asText(path(sliceJson(json), steps(keys))),
  jsonb_object_field: (json: string, key: string) => out(get(loadJsonb(json), key)),
  jsonb_object_field_text: (json: string, key: string) => jsonbText(get(loadJsonb(json), key)),
  jsonb_array_element: (json: string, index: bigint) => out(at(loadJsonb(json), index)),
  jsonb_array_element_text: (json: string, index: bigint) => jsonbText(at(loadJsonb(json), index)),
  jsonb_extract_path: (json: string, keys: string) => out(jsonbPath(loadJsonb(json), steps(keys))),
  jsonb_extract_path_text: (json: string, keys: string) => jsonbText(jsonbPath(loadJsonb(json), steps(keys))),
  json_typeof: (json: string) => TYPE_NAMES[sliceJson(json).kind],
  jsonb_typeof: (json: string) => jsonTypeName(loadJsonb(json)),
  json_array_length: (json: string) => {
    const { kind, items } = sliceJson(json)
    return length(kind, kind === 'array' ? items.length : undefined, kind === 'object')
  },
  jsonb_array_length: (text: string) => {
    const json = loadJsonb(text)
    return length(jsonTypeName(json), Array.isArray(json) ? json.length : undefined, json instanceof Map)
  },
  jsonb_contains: (a: string, b: string) => bool(contains(loadJsonb(a), loadJsonb(b))),
  jsonb_contained: (a: string, b: string) => bool(contains(loadJsonb(b), loadJsonb(a))),
  jsonb_exists: (json: string, key: string) => bool(hasKey(loadJsonb(json), key)),
  jsonb_exists_any: (json: string, keys: string) => {
    const parsed = loadJsonb(json)
    return bool(steps(keys).some((key) => key !== null && hasKey(parsed, String(key))))
  },
  jsonb_exists_all: (json: string, keys: string) => {
    const parsed = loadJsonb(json)
    return bool(steps(keys).every((key) => key === null || hasKey(parsed, String(key))))
  },
  ...comparisons('jsonb_', comparison),
  jsonb_concat: (a: string, b: string) => formatJsonb(concat(loadJsonb(a), loadJsonb(b))),
  jsonb_delete: (text: string, key: string) => {
    const json = loadJsonb(text)
    if (json instanceof Map) {
      const copy = new Map(json)
      copy.delete(key)
      return formatJsonb(copy)
    }
    if (Array.isArray(json)) return formatJsonb(json.filter((value) => value !== key))
    throw new PgError('22023', 'cannot delete from scalar')
  },
  jsonb_delete_array: (text: string, keys: string) => {
    const json = loadJsonb(text)
    const names = new Set(steps(keys))
    if (json instanceof Map) return formatJsonb(new Map([...json].filter(([key]) => !names.has(key))))
    if (Array.isArray(json))
      return formatJsonb(json.filter((value) => !(typeof value === 'string' && names.has(value))))
    throw new PgError('22023', 'cannot delete from scalar')
  },
  jsonb_delete_idx: (text: string, index: bigint) => {
    const json = loadJsonb(text)
    if (json instanceof Map) throw new PgError('22023', 'cannot delete from object using integer index')
    if (!Array.isArray(json)) throw new PgError('22023', 'cannot delete from scalar')
    const position = Number(index < 0n ? BigInt(json.length) + index : index)
    return formatJsonb(json.filter((_, each) => each !== position))
  },
  jsonb_delete_path: (text: string, keys: string) => {
    const json = loadJsonb(text)
    if (!(json instanceof Map) && !Array.isArray(json)) throw new PgError('22023', 'cannot delete path in scalar')
    return formatJsonb(deletePath(json, steps(keys)))
  },
  jsonb_set: (text: string, keys: string, value: string, create: bigint) => {
    const json = loadJsonb(text)
    if (!(json instanceof Map) && !Array.isArray(json)) throw new PgError('22023', 'cannot set path in scalar')
    return formatJsonb(setPath(json, steps(keys), loadJsonb(value), create === 1n, undefined))
  },
  jsonb_set_lax: setLax,
  array_to_json_pretty: function (this: Call, value: Value, isPretty: bigint) {
    return toJson(this, value, this.args[0] ?? OID.text, plainly(isPretty))
  },
  row_to_json_pretty: function (this: Call, value: Value, isPretty: bigint) {
    return toJson(this, value, this.args[0] ?? OID.record, plainly(isPretty))
  },
  jsonb_insert: (text: string, keys: string, value: string, after: bigint) => {
    const json = loadJsonb(text)
    if (!(json instanceof Map) && !Array.isArray(json)) throw new PgError('22023', 'cannot set path in scalar')
    return formatJsonb(setPath(json, steps(keys), loadJsonb(value), true, after === 1n ? 'after' : 'before'))
  },
  jsonb_strip_nulls: (json: string, arrays: bigint) => formatJsonb(stripNulls(loadJsonb(json), arrays === 1n)),
  json_strip_nulls: (json: string, arrays: bigint) => stripSlice(sliceJson(json), arrays === 1n),
  jsonb_pretty: (json: string) => pretty(loadJsonb(json)),
  to_json: function (this: Call, value: Value) {
    return toJson(this, value, this.args[0] ?? OID.text, false)
  },
  to_jsonb: function (this: Call, value: Value) {
    return jsonbIn(toJson(this, value, this.args[0] ?? OID.text, true))
  },
  array_to_json: function (this: Call, value: Value) {
    return toJson(this, value, this.args[0] ?? OID.text, false)
  },
  row_to_json: function (this: Call, value: Value) {
    return toJson(this, value, this.args[0] ?? OID.record, false)
  },
  json_build_object: function (this: Call, ...values: Value[]) {
    return build(this, values, false)
  },
  jsonb_build_object: function (this: Call, ...values: Value[]) {
    return build(this, values, true)
  },
  json_build_object_noargs: () => '{}',
  jsonb_build_object_noargs: () => '{}',
  json_build_array: function (this: Call, ...values: Value[]) {
    return buildArray(this, values, false)
  },
  jsonb_build_array: function (this: Call, ...values: Value[]) {
    return buildArray(this, values, true)
  },
  json_build_array_noargs: () => '[]',
  jsonb_build_array_noargs: () => '[]',
  jsonb_bool: (value: string) => {
    const json = loadJsonb(value)
    if (json === null) return null
    if (typeof json !== 'boolean') throw new PgError('22023', `cannot cast jsonb ${jsonTypeName(json)} to type boolean`)
    return bool(json)
  },
  jsonb_numeric: (value: string) => {
    const json = loadJsonb(value)
    return json === null ? null : formatDecimal(toDecimal(castNumber(json, 'numeric')))
  },
  jsonb_int2: toInt('smallint', OID.int2),
  jsonb_int4: toInt('integer', OID.int4),
  jsonb_int8: toInt('bigint', OID.int8),
  jsonb_float8: (value: string) => {
    const json = loadJsonb(value)
    return json === null ? null : float8In(formatDecimal(toDecimal(castNumber(json, 'double precision'))))
  },
  jsonb_float4: (value: string) => {
    const json = loadJsonb(value)
    return json === null ? null : float4In(formatDecimal(toDecimal(castNumber(json, 'real'))))
  },
}
