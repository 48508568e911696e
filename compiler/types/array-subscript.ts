/** Elements and slices of arrays. Manual: "Accessing Arrays"; after array_get_element and array_get_slice. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { type ArrayValue, EMPTY_ARRAY } from './array.ts'

export const elementAt = ({ dimensions, bounds, elements }: ArrayValue, subscripts: readonly bigint[]): Value => {
  if (dimensions.length !== subscripts.length) return null
  let offset = 0
  for (const [at, subscript] of subscripts.entries()) {
    const index = Number(subscript) - (bounds[at] ?? 1)
    const length = dimensions[at] ?? 0
    if (index < 0 || index >= length) return null
    offset = offset * length + index
  }
  return elements[offset] ?? null
}

export const slice = (
  { dimensions, bounds, elements }: ArrayValue,
  lower: readonly (bigint | undefined)[],
  upper: readonly (bigint | undefined)[],
): ArrayValue => {
  if (dimensions.length < lower.length || dimensions.length === 0) return EMPTY_ARRAY
  const ranges = dimensions.map((length, at) => {
    const first = bounds[at] ?? 1
    const last = first + length - 1
    const low = at < lower.length ? Math.max(Number(lower[at] ?? first), first) : first
    const high = at < upper.length ? Math.min(Number(upper[at] ?? last), last) : last
    return { low: low - first, count: high - low + 1 }
  })
  if (ranges.some(({ count }) => count <= 0)) return EMPTY_ARRAY
  const picked: Value[] = []
  const pick = (depth: number, offset: number): void => {
    const { low, count } = ranges[depth] ?? { low: 0, count: 0 }
    for (let at = low; at < low + count; at++) {
      const next = offset * (dimensions[depth] ?? 0) + at
      if (depth === dimensions.length - 1) picked.push(elements[next] ?? null)
      else pick(depth + 1, next)
    }
  }
  pick(0, 0)
  return { dimensions: ranges.map(({ count }) => count), bounds: dimensions.map(() => 1), elements: picked }
}

const outOfBounds = (message: string): PgError => new PgError('2202E', message)

/**
 * An array with a slice replaced: array_set_slice. One dimension grows as needed, filled up with NULLs.
 * @throws PgError 2202E
 */
export const withSlice = (
  { dimensions, bounds, elements }: ArrayValue,
  lower: readonly (bigint | undefined)[],
  upper: readonly (bigint | undefined)[],
  source: ArrayValue,
): ArrayValue => {
  const ranges = upper.map((high, at) => {
    const [first, length] = [bounds[at] ?? 1, dimensions[at] ?? 0]
    if (dimensions.length === 0 && (high === undefined || lower[at] === undefined))
      throw outOfBounds('array slice subscript must provide both boundaries')
    return { low: Number(lower[at] ?? first), high: Number(high ?? first + length - 1), first, length }
  })
  if (dimensions.length > 0 && dimensions.length < ranges.length) throw outOfBounds('wrong number of array subscripts')
  const isEmpty = dimensions.length === 0
  for (const { low, high, first, length } of ranges) {
    if (low > high + (isEmpty ? 1 : 0)) throw outOfBounds('upper bound cannot be less than lower bound')
    if (dimensions.length > 1 && (low < first || high >= first + length))
      throw outOfBounds('array subscript out of range')
  }
  const spans = isEmpty
    ? ranges
    : dimensions.map((length, at) => ranges[at] ?? { low: bounds[at] ?? 1, high: (bounds[at] ?? 1) + length - 1 })
  const count = spans.reduce((product, { low, high }) => product * (high - low + 1), 1)
  if (count > source.elements.length) throw outOfBounds('source array too small')
  const values = source.elements.slice(0, count)
  if (isEmpty)
    return count === 0
      ? EMPTY_ARRAY
      : {
          dimensions: spans.map(({ low, high }) => high - low + 1),
          bounds: spans.map(({ low }) => low),
          elements: values,
        }
  if (dimensions.length === 1) {
    const [{ low, high, first, length }] = ranges as [(typeof ranges)[number]]
    if (high - low > 1_000_000 || Math.abs(low - first) > 1_000_000) throw unsupported('an array with so large a gap')
    const start = Math.min(low, first)
    const end = Math.max(high, first + length - 1)
    const at = (index: number): Value =>
      index >= low && index <= high ? (values[index - low] ?? null) : (elements[index - first] ?? null)
    const all = Array.from({ length: end - start + 1 }, (_, offset) => at(start + offset))
    return { dimensions: [all.length], bounds: [start], elements: all }
  }
  const changed = [...elements]
  let next = 0
  const place = (depth: number, offset: number): void => {
    const { low, high } = spans[depth] ?? { low: 0, high: -1 }
    for (let index = low; index <= high; index++) {
      const position = offset * (dimensions[depth] ?? 0) + index - (bounds[depth] ?? 1)
      if (depth === dimensions.length - 1) changed[position] = values[next++] ?? null
      else place(depth + 1, position)
    }
  }
  place(0, 0)
  return { dimensions, bounds, elements: changed }
}

/** An array with one element set: array_set_element. One dimension grows as needed, filled up with NULLs. */
export const withElement = (array: ArrayValue, subscripts: readonly bigint[], value: Value): ArrayValue => {
  const { dimensions, bounds, elements } = array
  if (dimensions.length === 0)
    return { dimensions: subscripts.map(() => 1), bounds: subscripts.map(Number), elements: [value] }
  if (dimensions.length !== subscripts.length) throw new PgError('2202E', 'wrong number of array subscripts')
  const [first = 0n] = subscripts
  if (dimensions.length === 1) {
    const [low = 1, length = 0] = [bounds[0], dimensions[0]]
    const index = Number(first) - low
    if (Math.abs(index) > 1_000_000) throw unsupported('an array with so large a gap')
    if (index < 0) {
      const gap = Array.from({ length: -index - 1 }, () => null)
      return { dimensions: [length - index], bounds: [Number(first)], elements: [value, ...gap, ...elements] }
    }
    const gap = Array.from({ length: Math.max(0, index - length) }, () => null)
    const grown = [...elements, ...gap]
    grown[index] = value
    return { dimensions: [grown.length], bounds, elements: grown }
  }
  let offset = 0
  for (const [at, subscript] of subscripts.entries()) {
    const index = Number(subscript) - (bounds[at] ?? 1)
    const length = dimensions[at] ?? 0
    if (index < 0 || index >= length) throw new PgError('2202E', 'array subscript out of range')
    offset = offset * length + index
  }
  return { dimensions, bounds, elements: elements.with(offset, value) }
}

/** A name is an array of 64 bytes, numbered from 0 (raw_array_subscript_fetch). @returns a value of "char" */
export const characterAt = (name: string, index: bigint): string | null => {
  if (index < 0n || index > 63n) return null
  const byte = new TextEncoder().encode(name)[Number(index)] ?? 0
  if (byte > 127) throw unsupported('a byte of a character in a name')
  return byte === 0 ? '' : String.fromCharCode(byte)
}
