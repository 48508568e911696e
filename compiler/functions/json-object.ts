/** JSON objects made of arrays of text. Manual: "JSON Creation Functions"; after json_object (json.c). */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { loadElements } from '../types/codec.ts'
import { jsonbIn, quoteJson } from '../types/json.ts'
import type { Call, Scalars } from './implementation.ts'

type Pairs = readonly (readonly [key: Value, value: Value])[]

const objectText = (pairs: Pairs): string => {
  const members = pairs.map(([key, value]) => {
    if (key === null) throw new PgError('22004', 'null value not allowed for object key')
    return `${quoteJson(String(key))} : ${value === null ? 'null' : quoteJson(String(value))}`
  })
  return `{${members.join(', ')}}`
}

/** Keys and values that alternate in an array, or are the columns of one. @throws PgError 2202E */
const pairsOf = (call: Call, array: Value): Pairs => {
  const { dimensions, elements } = loadElements(call, call.args[0] ?? 0, array)
  if (dimensions.length > 2) throw new PgError('2202E', 'wrong number of array subscripts')
  if (dimensions.length === 2 && dimensions[1] !== 2) throw new PgError('2202E', 'array must have two columns')
  if (elements.length % 2 !== 0) throw new PgError('2202E', 'array must have even number of elements')
  return Array.from({ length: elements.length / 2 }, (_, at) => [
    elements[2 * at] ?? null,
    elements[2 * at + 1] ?? null,
  ])
}

/** @throws PgError 2202E */
const zipped = (call: Call, keys: Value, values: Value): Pairs => {
  const [left, right] = [loadElements(call, call.args[0] ?? 0, keys), loadElements(call, call.args[1] ?? 0, values)]
  if (left.dimensions.length > 1 || left.dimensions.length !== right.dimensions.length)
    throw new PgError('2202E', 'wrong number of array subscripts')
  if (left.elements.length !== right.elements.length) throw new PgError('2202E', 'mismatched array dimensions')
  return left.elements.map((key, at) => [key, right.elements[at] ?? null])
}

export const objectFunctions: Scalars = {
  json_object: function (this: Call, array: Value) {
    return objectText(pairsOf(this, array))
  },
  json_object_two_arg: function (this: Call, keys: Value, values: Value) {
    return objectText(zipped(this, keys, values))
  },
  jsonb_object: function (this: Call, array: Value) {
    return jsonbIn(objectText(pairsOf(this, array)))
  },
  jsonb_object_two_arg: function (this: Call, keys: Value, values: Value) {
    return jsonbIn(objectText(zipped(this, keys, values)))
  },
}
