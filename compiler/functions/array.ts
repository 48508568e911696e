/** Arrays. Manual: "Array Functions and Operators"; after array_userfuncs.c and arrayfuncs.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import { type ArrayValue, arrayOf, EMPTY_ARRAY, storeArray } from '../types/array.ts'
import { codecOf, loadElements } from '../types/codec.ts'
import { compareText } from '../types/text.ts'
import { bool, type Call, comparisons, type Scalar, type Scalars } from './implementation.ts'

const load = (call: Call, at: number, value: Value): ArrayValue => loadElements(call, call.args[at] ?? 0, value)

const elementOf = (call: Call, at: number): number =>
  call.catalog.elementType(call.catalog.baseType(call.args[at] ?? 0))

const same = (call: Call, type: number) => {
  const codec = codecOf(call, type)
  return (a: Value, b: Value): boolean => (a === null || b === null ? a === b : codec.compare(a, b, call) === 0)
}

/** Strict comparison for overlap and containment: NULL matches nothing. */
const matches = (call: Call, type: number) => {
  const codec = codecOf(call, type)
  return (a: Value, b: Value): boolean => a !== null && b !== null && codec.compare(a, b, call) === 0
}

const append = function (this: Call, array: Value, element: Value): Value {
  const { dimensions, bounds, elements } = array === null ? EMPTY_ARRAY : load(this, 0, array)
  if (dimensions.length === 0) return storeArray(arrayOf([element]))
  if (dimensions.length > 1) throw new PgError('22000', 'argument must be empty or one-dimensional array')
  return storeArray({ dimensions: [elements.length + 1], bounds, elements: [...elements, element] })
} satisfies Scalar

const prepend = function (this: Call, element: Value, array: Value): Value {
  const { dimensions, bounds, elements } = array === null ? EMPTY_ARRAY : load(this, 1, array)
  if (dimensions.length === 0) return storeArray(arrayOf([element]))
  if (dimensions.length > 1) throw new PgError('22000', 'argument must be empty or one-dimensional array')
  return storeArray({ dimensions: [elements.length + 1], bounds, elements: [element, ...elements] })
} satisfies Scalar

const concat = function (this: Call, left: Value, right: Value): Value {
  if (left === null) return right
  if (right === null) return left
  const [a, b] = [load(this, 0, left), load(this, 1, right)]
  if (a.dimensions.length === 0) return right
  if (b.dimensions.length === 0) return left
  const incompatible = (detail: string): PgError =>
    new PgError('2202E', 'cannot concatenate incompatible arrays', { detail })
  const [da, db] = [a.dimensions.length, b.dimensions.length]
  const elements = [...a.elements, ...b.elements]
  if (da === db) {
    if (a.dimensions.slice(1).join() !== b.dimensions.slice(1).join())
      throw incompatible('Arrays with differing element dimensions are not compatible for concatenation.')
    return storeArray({
      dimensions: [(a.dimensions[0] ?? 0) + (b.dimensions[0] ?? 0), ...a.dimensions.slice(1)],
      bounds: a.bounds,
      elements,
    })
  }
  if (da === db - 1) {
    if (b.dimensions.slice(1).join() !== a.dimensions.join())
      throw incompatible('Arrays with differing dimensions are not compatible for concatenation.')
    return storeArray({
      dimensions: [(b.dimensions[0] ?? 0) + 1, ...b.dimensions.slice(1)],
      bounds: b.bounds,
      elements,
    })
  }
  if (db === da - 1) {
    if (a.dimensions.slice(1).join() !== b.dimensions.join())
      throw incompatible('Arrays with differing dimensions are not compatible for concatenation.')
    return storeArray({
      dimensions: [(a.dimensions[0] ?? 0) + 1, ...a.dimensions.slice(1)],
      bounds: a.bounds,
      elements,
    })
  }
  throw incompatible(`Arrays of ${da} and ${db} dimensions are not compatible for concatenation.`)
} satisfies Scalar

const compared = (test: (order: number) => boolean): Scalar =>
  function (this: Call, left: Value, right: Value) {
    return bool(test(codecOf(this, this.args[0] ?? 0).compare(left, right, this)))
  }

const positions = function (this: Call, array: Value, element: Value): bigint[] {
  const { dimensions, bounds, elements } = load(this, 0, array)
  if (dimensions.length > 1)
    throw new PgError('0A000', 'searching for elements in multidimensional arrays is not supported')
  const equal = same(this, elementOf(this, 0))
  return elements.flatMap((item, at) => (equal(item, element) ? [BigInt(at + (bounds[0] ?? 1))] : []))
}

const dims = ({ dimensions, bounds }: ArrayValue): string | null =>
  dimensions.length === 0
    ? null
    : dimensions.map((length, at) => `[${bounds[at]}:${(bounds[at] ?? 1) + length - 1}]`).join('')

const fill = function (this: Call, element: Value, lengths: Value, lows: Value): Value {
  if (lengths === null) throw new PgError('22004', 'dimension array or low bound array cannot be null')
  const given = loadElements(this, OID.int4Array, lengths)
  if (given.dimensions.length > 1)
    throw new PgError('2202E', 'wrong number of array subscripts', {
      detail: 'Dimension array must be one dimensional.',
    })
  const dimensions = given.elements
  const bounds = lows === null ? dimensions.map(() => 1n) : loadElements(this, OID.int4Array, lows).elements
  if (dimensions.includes(null) || bounds.includes(null)) throw new PgError('22004', 'dimension values cannot be null')
  if (bounds.length !== dimensions.length)
    throw new PgError('2202E', 'wrong number of array subscripts', {
      detail: 'Low bound array has different size than dimensions array.',
    })
  if (dimensions.length > 6)
    throw new PgError('54000', `number of array dimensions (${dimensions.length}) exceeds the maximum allowed (6)`)
  const sizes = dimensions.map(Number)
  const count = sizes.reduce((product, length) => product * length, 1)
  if (sizes.length === 0 || count === 0) return storeArray(EMPTY_ARRAY)
  return storeArray({
    dimensions: sizes,
    bounds: bounds.map(Number),
    elements: Array.from({ length: count }, () => element),
  })
}

const sort = function (this: Call, array: Value, descending: bigint = 0n, nullsFirst: bigint = 0n): Value {
  const loaded = load(this, 0, array)
  if (loaded.dimensions.length !== 1) return array
  const codec = codecOf(this, elementOf(this, 0))
  const [sign, nulls] = [descending === 1n ? -1 : 1, nullsFirst === 1n ? -1 : 1]
  const order = (a: Value, b: Value): number =>
    a === null || b === null ? (a === b ? 0 : a === null ? nulls : -nulls) : sign * codec.compare(a, b, this)
  return storeArray({ ...loaded, elements: loaded.elements.toSorted(order) })
} satisfies Scalar

/** Some of the items of the first dimension, in any order. */
const sampled = ({ dimensions, bounds, elements }: ArrayValue, count: number): Value => {
  const length = dimensions[0] ?? 0
  if (count === 0) return storeArray(EMPTY_ARRAY)
  const width = elements.length / length
  const items = Array.from({ length }, (_, at) => elements.slice(at * width, (at + 1) * width))
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(Math.random() * (length - at))
    ;[items[at], items[other]] = [items[other] ?? [], items[at] ?? []]
  }
  return storeArray({ dimensions: [count, ...dimensions.slice(1)], bounds, elements: items.slice(0, count).flat() })
}

export const arrayFunctions: Scalars = {
  array_append: append,
  array_prepend: prepend,
  array_cat: concat,
  ...comparisons('array_', compared),
  array_larger: function (this: Call, a: Value, b: Value) {
    return codecOf(this, this.args[0] ?? 0).compare(a, b, this) > 0 ? a : b
  },
  array_smaller: function (this: Call, a: Value, b: Value) {
    return codecOf(this, this.args[0] ?? 0).compare(a, b, this) < 0 ? a : b
  },
  arrayoverlap: function (this: Call, left: Value, right: Value) {
    const equal = matches(this, elementOf(this, 0))
    const [a, b] = [load(this, 0, left).elements, load(this, 1, right).elements]
    return bool(a.some((x) => b.some((y) => equal(x, y))))
  },
  arraycontains: function (this: Call, left: Value, right: Value) {
    const equal = matches(this, elementOf(this, 0))
    const [a, b] = [load(this, 0, left).elements, load(this, 1, right).elements]
    return bool(b.every((y) => a.some((x) => equal(x, y))))
  },
  arraycontained: function (this: Call, left: Value, right: Value) {
    const equal = matches(this, elementOf(this, 0))
    const [a, b] = [load(this, 0, left).elements, load(this, 1, right).elements]
    return bool(a.every((x) => b.some((y) => equal(x, y))))
  },
  array_ndims: function (this: Call, array: Value) {
    const { dimensions } = load(this, 0, array)
    return dimensions.length === 0 ? null : BigInt(dimensions.length)
  },
  array_dims: function (this: Call, array: Value) {
    return dims(load(this, 0, array))
  },
  array_lower: function (this: Call, array: Value, dimension: bigint) {
    const bound = load(this, 0, array).bounds[Number(dimension) - 1]
    return bound === undefined ? null : BigInt(bound)
  },
  array_upper: function (this: Call, array: Value, dimension: bigint) {
    const { bounds, dimensions } = load(this, 0, array)
    const at = Number(dimension) - 1
    const [bound, length] = [bounds[at], dimensions[at]]
    return bound === undefined || length === undefined ? null : BigInt(bound + length - 1)
  },
  array_length: function (this: Call, array: Value, dimension: bigint) {
    const length = load(this, 0, array).dimensions[Number(dimension) - 1]
    return length === undefined ? null : BigInt(length)
  },
  array_cardinality: function (this: Call, array: Value) {
    return BigInt(load(this, 0, array).elements.length)
  },
  array_position: function (this: Call, array: Value, element: Value) {
    return array === null ? null : (positions.call(this, array, element)[0] ?? null)
  },
  array_position_start: function (this: Call, array: Value, element: Value, start: Value) {
    if (array === null) return null
    if (start === null) throw new PgError('22004', 'initial position must not be null')
    return positions.call(this, array, element).find((at) => at >= (start as bigint)) ?? null
  },
  array_positions: function (this: Call, array: Value, element: Value) {
    return array === null ? null : storeArray(arrayOf(positions.call(this, array, element)))
  },
  array_remove: function (this: Call, array: Value, element: Value) {
    if (array === null) return null
    const loaded = load(this, 0, array)
    if (loaded.dimensions.length > 1)
      throw new PgError('0A000', 'removing elements from multidimensional arrays is not supported')
    const equal = same(this, elementOf(this, 0))
    const elements = loaded.elements.filter((item) => !equal(item, element))
    return elements.length === 0
      ? storeArray(EMPTY_ARRAY)
      : storeArray({ dimensions: [elements.length], bounds: loaded.bounds, elements })
  },
  array_replace: function (this: Call, array: Value, from: Value, to: Value) {
    if (array === null) return null
    const loaded = load(this, 0, array)
    const equal = same(this, elementOf(this, 0))
    return storeArray({ ...loaded, elements: loaded.elements.map((item) => (equal(item, from) ? to : item)) })
  },
  array_fill: function (this: Call, element: Value, lengths: Value) {
    return fill.call(this, element, lengths, null)
  },
  array_fill_with_lower_bounds: function (this: Call, element: Value, lengths: Value, lows: Value) {
    if (lows === null) throw new PgError('22004', 'dimension array or low bound array cannot be null')
    return fill.call(this, element, lengths, lows)
  },
  trim_array: function (this: Call, array: Value, count: bigint) {
    const { dimensions, elements } = load(this, 0, array)
    const length = dimensions[0] ?? 0
    if (count < 0n || count > BigInt(length))
      throw new PgError('2202E', `number of elements to trim must be between 0 and ${length}`)
    const kept = length - Number(count)
    if (kept === 0) return storeArray(EMPTY_ARRAY)
    const width = elements.length / length
    return storeArray({
      dimensions: [kept, ...dimensions.slice(1)],
      bounds: dimensions.map(() => 1),
      elements: elements.slice(0, kept * width),
    })
  },
  array_reverse: function (this: Call, array: Value) {
    const { dimensions, bounds, elements } = load(this, 0, array)
    if (elements.length === 0) return storeArray(EMPTY_ARRAY)
    const width = elements.length / (dimensions[0] ?? 1)
    const reversed = Array.from({ length: dimensions[0] ?? 0 }, (_, at) =>
      elements.slice(at * width, (at + 1) * width),
    ).reverse()
    return storeArray({ dimensions, bounds, elements: reversed.flat() })
  },
  array_sort: sort,
  array_sort_order: function (this: Call, array: Value, descending: bigint) {
    return sort.call(this, array, descending, descending)
  },
  array_sort_order_nulls_first: sort,
  array_shuffle: function (this: Call, array: Value) {
    return sampled(load(this, 0, array), load(this, 0, array).dimensions[0] ?? 0)
  },
  array_sample: function (this: Call, array: Value, count: bigint) {
    const loaded = load(this, 0, array)
    const length = loaded.dimensions[0] ?? 0
    if (count < 0n || count > BigInt(length)) throw new PgError('22023', `sample size must be between 0 and ${length}`)
    const { dimensions, ...rest } = loaded
    return sampled(
      { ...rest, dimensions, bounds: dimensions.map((_, at) => (at === 0 ? 1 : (rest.bounds[at] ?? 1))) },
      Number(count),
    )
  },
  width_bucket_array: function (this: Call, operand: Value, thresholds: Value) {
    const { dimensions, elements } = load(this, 1, thresholds)
    if (dimensions.length > 1) throw new PgError('2202E', 'thresholds must be one-dimensional array')
    if (elements.includes(null)) throw new PgError('22004', 'thresholds array must not contain NULLs')
    const codec = codecOf(this, elementOf(this, 1))
    let [low, high] = [0, elements.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (codec.compare(operand, elements[middle] ?? null, this) < 0) high = middle
      else low = middle + 1
    }
    return BigInt(low)
  },
  text_to_array: function (this: Call, text: Value, delimiter: Value) {
    return text === null ? null : storeArray(arrayOf(splitText(String(text), delimiter, null)))
  },
  text_to_array_null: function (this: Call, text: Value, delimiter: Value, missing: Value) {
    return text === null ? null : storeArray(arrayOf(splitText(String(text), delimiter, missing)))
  },
}

/** string_to_array: by a delimiter, or into characters when it is NULL. */
export const splitText = (text: string, delimiter: Value, missing: Value): Value[] => {
  if (text === '') return []
  const parts = delimiter === null ? Array.from(text) : delimiter === '' ? [text] : text.split(String(delimiter))
  return parts.map((part) => (missing !== null && compareText(part, String(missing)) === 0 ? null : part))
}
