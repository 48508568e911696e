/** Ranges. Manual: "Range/Multirange Functions and Operators"; after rangetypes.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import {
  adjacent,
  type Bound,
  compareBounds,
  compareRanges,
  flipped,
  loadRange,
  makeRange,
  type NonEmpty,
  overlap,
  type Range,
  type RangeKind,
  spanning,
  storeRange,
} from '../types/range.ts'
import { rangeKindOf } from '../types/range-codec.ts'
import { bool, type Call, comparisons, type Scalar, type Scalars } from './implementation.ts'

export const rangeContains = (kind: RangeKind, outer: Range, inner: Range): boolean =>
  inner === undefined ||
  (outer !== undefined &&
    compareBounds(kind, outer.lower, inner.lower) <= 0 &&
    compareBounds(kind, outer.upper, inner.upper) >= 0)

export const rangeHas = (kind: RangeKind, range: Range, value: Value): boolean => {
  if (range === undefined) return false
  const { lower, upper } = range
  const from = lower.value === null ? -1 : kind.compare(lower.value, value)
  const to = upper.value === null ? 1 : kind.compare(upper.value, value)
  return (from < 0 || (from === 0 && lower.inclusive)) && (to > 0 || (to === 0 && upper.inclusive))
}

export const intersection = (kind: RangeKind, a: Range, b: Range): Range => {
  if (a === undefined || b === undefined || !overlap(kind, a, b)) return undefined
  return makeRange(
    kind,
    compareBounds(kind, a.lower, b.lower) >= 0 ? a.lower : b.lower,
    compareBounds(kind, a.upper, b.upper) <= 0 ? a.upper : b.upper,
  )
}

/** What is left of a range without another: none, one or two parts. */
export const difference = (kind: RangeKind, a: Range, b: Range): Range[] => {
  if (a === undefined || b === undefined || !overlap(kind, a, b)) return [a]
  const parts: Range[] = []
  if (compareBounds(kind, a.lower, b.lower) < 0) parts.push(makeRange(kind, a.lower, flipped(b.lower)))
  if (compareBounds(kind, a.upper, b.upper) > 0) parts.push(makeRange(kind, flipped(b.upper), a.upper))
  return parts
}

export type RangeTest = (kind: RangeKind, left: Range, right: Range) => boolean

const both = (call: Call, left: Value, right: Value): readonly [kind: RangeKind, left: Range, right: Range] => {
  const kind = rangeKindOf(call, call.args[0] ?? 0)
  return [kind, loadRange(kind.form, left), loadRange(kind.form, right)]
}

const tested = (test: RangeTest): Scalar =>
  function (this: Call, left: Value, right: Value) {
    return bool(test(...both(this, left, right)))
  }

const compared = (test: (order: number) => boolean): Scalar =>
  tested((kind, left, right) => test(compareRanges(kind, left, right)))

const combined = (combine: (kind: RangeKind, left: Range, right: Range) => Range): Scalar =>
  function (this: Call, left: Value, right: Value) {
    return storeRange(combine(...both(this, left, right)))
  }

/** A test of two ranges by their bounds; no empty one passes. */
const between =
  (test: (order: (a: Bound, b: Bound) => number, left: NonEmpty, right: NonEmpty) => boolean): RangeTest =>
  (kind, left, right) =>
    left !== undefined && right !== undefined && test((a, b) => compareBounds(kind, a, b), left, right)

export const before = between((order, left, right) => order(left.upper, right.lower) < 0)
export const overleft = between((order, left, right) => order(left.upper, right.upper) <= 0)
export const overright = between((order, left, right) => order(left.lower, right.lower) >= 0)
export const reversed =
  <Operand>(test: (kind: RangeKind, left: Operand, right: Operand) => boolean) =>
  (kind: RangeKind, left: Operand, right: Operand): boolean =>
    test(kind, right, left)

/** What lower(), isempty() and their kin say of a range, or of the whole that a multirange spans. */
export const facts = (prefix: string, told: (tell: (range: Range) => Value) => Scalar): Scalars => ({
  [`${prefix}lower`]: told((range) => range?.lower.value ?? null),
  [`${prefix}upper`]: told((range) => range?.upper.value ?? null),
  [`${prefix}empty`]: told((range) => bool(range === undefined)),
  [`${prefix}lower_inc`]: told((range) => bool(range?.lower.inclusive === true)),
  [`${prefix}upper_inc`]: told((range) => bool(range?.upper.inclusive === true)),
  [`${prefix}lower_inf`]: told((range) => bool(range !== undefined && range.lower.value === null)),
  [`${prefix}upper_inf`]: told((range) => bool(range !== undefined && range.upper.value === null)),
})

const told = (tell: (range: Range) => Value): Scalar =>
  function (this: Call, range: Value) {
    return tell(loadRange(rangeKindOf(this, this.args[0] ?? 0).form, range))
  }

const noncontiguous = (operation: string): PgError =>
  new PgError('22000', `result of range ${operation} would not be contiguous`)

/** @throws PgError 22000, 42601 */
const inclusions = (flags: Value): readonly [lower: boolean, upper: boolean] => {
  if (flags === null) throw new PgError('22000', 'range constructor flags argument must not be null')
  const match = /^([[(])([)\]])$/.exec(String(flags))
  if (match === null)
    throw new PgError('42601', 'invalid range bound flags', {
      hint: 'Valid values are "[]", "[)", "(]", and "()".',
    })
  return [match[1] === '[', match[2] === ']']
}

const construct = (call: Call, lower: Value, upper: Value, flags: Value): Value => {
  const kind = rangeKindOf(call, call.result)
  const [fromInclusive, toInclusive] = inclusions(flags)
  return storeRange(
    makeRange(
      kind,
      { value: lower, inclusive: fromInclusive, lower: true },
      { value: upper, inclusive: toInclusive, lower: false },
    ),
  )
}

export const rangeFunctions: Scalars = {
  range_constructor2: function (this: Call, lower: Value, upper: Value) {
    return construct(this, lower, upper, '[)')
  },
  range_constructor3: function (this: Call, lower: Value, upper: Value, flags: Value) {
    return construct(this, lower, upper, flags)
  },
  ...facts('range_', told),
  ...comparisons('range_', compared),
  range_cmp: function (this: Call, left: Value, right: Value) {
    return BigInt(Math.sign(compareRanges(...both(this, left, right))))
  },
  range_overlaps: tested(overlap),
  range_contains: tested(rangeContains),
  range_contained_by: tested(reversed(rangeContains)),
  range_contains_elem: function (this: Call, range: Value, value: Value) {
    const kind = rangeKindOf(this, this.args[0] ?? 0)
    return bool(rangeHas(kind, loadRange(kind.form, range), value))
  },
  elem_contained_by_range: function (this: Call, value: Value, range: Value) {
    const kind = rangeKindOf(this, this.args[1] ?? 0)
    return bool(rangeHas(kind, loadRange(kind.form, range), value))
  },
  range_adjacent: tested(adjacent),
  range_before: tested(before),
  range_after: tested(reversed(before)),
  range_overleft: tested(overleft),
  range_overright: tested(overright),
  range_union: combined((kind, left, right) => {
    if (left !== undefined && right !== undefined && !overlap(kind, left, right) && !adjacent(kind, left, right))
      throw noncontiguous('union')
    return spanning(kind, left, right)
  }),
  range_merge: combined(spanning),
  range_intersect: combined(intersection),
  range_minus: combined((kind, left, right) => {
    const parts = difference(kind, left, right)
    if (parts.length > 1) throw noncontiguous('difference')
    return parts[0]
  }),
}
