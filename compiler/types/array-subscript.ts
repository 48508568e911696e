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
