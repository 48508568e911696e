/** Multiranges. Manual: "Range/Multirange Functions and Operators"; after multirangetypes.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { loadElements } from '../types/codec.ts'
import {
  adjacent,
  compareRanges,
  loadMultirange,
  loadRange,
  makeRange,
  type NonEmpty,
  overlap,
  type Range,
  type RangeKind,
  storeMultirange,
  storeRange,
  unite,
} from '../types/range.ts'
import { rangeKindOf } from '../types/range-codec.ts'
import { bool, type Call, comparisons, type Scalar, type Scalars } from './implementation.ts'
import {
  before,
  difference,
  facts,
  intersection,
  overleft,
  overright,
  type RangeTest,
  rangeContains,
  rangeHas,
  reversed,
} from './range.ts'

type Ranges = readonly NonEmpty[]

const isMultirange = (call: Call, at: number): boolean =>
  call.catalog.multirangeRange(call.catalog.baseType(call.args[at] ?? 0)) !== 0

/** An argument as ranges; an empty range is none. */
const load = (call: Call, kind: RangeKind, at: number, value: Value): Ranges => {
  if (isMultirange(call, at)) return loadMultirange(kind.form, value)
  const range = loadRange(kind.form, value)
  return range === undefined ? [] : [range]
}

const kindOf = (call: Call, at = 0): RangeKind => rangeKindOf(call, call.args[at] ?? 0)

const operands = (call: Call, left: Value, right: Value): readonly [kind: RangeKind, left: Ranges, right: Ranges] => {
  const kind = kindOf(call)
  return [kind, load(call, kind, 0, left), load(call, kind, 1, right)]
}

type Test = (kind: RangeKind, left: Ranges, right: Ranges) => boolean

const tested = (test: Test): Scalar =>
  function (this: Call, left: Value, right: Value) {
    return bool(test(...operands(this, left, right)))
  }

/** All of the second lies within single ranges of the first. */
const contains: Test = (kind, outer, inner) =>
  inner.every((range) => outer.some((around) => rangeContains(kind, around, range)))

const overlaps: Test = (kind, left, right) => left.some((a) => right.some((b) => overlap(kind, a, b)))

/** From the first range's beginning to the last one's end. */
const ends = (ranges: Ranges): Range => {
  const [first, last] = [ranges[0], ranges.at(-1)]
  return first === undefined || last === undefined ? undefined : { lower: first.lower, upper: last.upper }
}

/** A test of ranges applied to what multiranges span. */
const byEnds =
  (test: RangeTest): Test =>
  (kind, left, right) =>
    test(kind, ends(left), ends(right))

const compareMultiranges = (kind: RangeKind, left: Ranges, right: Ranges): number => {
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const order = compareRanges(kind, left[at], right[at])
    if (order !== 0) return Math.sign(order)
  }
  return Math.sign(left.length - right.length)
}

const compared = (test: (order: number) => boolean): Scalar =>
  tested((kind, left, right) => test(compareMultiranges(kind, left, right)))

const combined = (combine: (kind: RangeKind, left: Ranges, right: Ranges) => readonly Range[]): Scalar =>
  function (this: Call, left: Value, right: Value) {
    const [kind, a, b] = operands(this, left, right)
    return storeMultirange(unite(kind, combine(kind, a, b)))
  }

const told = (tell: (range: Range) => Value): Scalar =>
  function (this: Call, value: Value) {
    return tell(ends(load(this, kindOf(this), 0, value)))
  }

const noNulls = (): PgError => new PgError('22004', 'multirange values cannot contain null members')

/** What every two ranges have in common. */
const common = (kind: RangeKind, left: Ranges, right: Ranges): Range[] =>
  left.flatMap((a) => right.map((b) => intersection(kind, a, b)))

/** The pieces that are left of ranges without others. */
const without = (kind: RangeKind, left: Ranges, right: Ranges): Range[] =>
  right.reduce<Range[]>((pieces, hole) => pieces.flatMap((piece) => difference(kind, piece, hole)), [...left])

export const multirangeFunctions: Scalars = {
  multirange_constructor0: () => storeMultirange([]),
  multirange_constructor1: function (this: Call, range: Value) {
    const kind = kindOf(this)
    return storeMultirange(unite(kind, [loadRange(kind.form, range)]))
  },
  multirange_constructor2: function (this: Call, array: Value) {
    const kind = rangeKindOf(this, this.result)
    const { dimensions, elements } = loadElements(this, this.args[0] ?? 0, array)
    if (dimensions.length > 1)
      throw new PgError('21000', 'multiranges cannot be constructed from multidimensional arrays')
    if (elements.includes(null)) throw noNulls()
    return storeMultirange(
      unite(
        kind,
        elements.map((element) => loadRange(kind.form, element)),
      ),
    )
  },
  ...facts('multirange_', told),
  range_merge_from_multirange: function (this: Call, value: Value) {
    const kind = kindOf(this)
    const whole = ends(load(this, kind, 0, value))
    return storeRange(whole === undefined ? undefined : makeRange(kind, whole.lower, whole.upper))
  },
  ...comparisons('multirange_', compared),
  multirange_cmp: function (this: Call, left: Value, right: Value) {
    return BigInt(compareMultiranges(...operands(this, left, right)))
  },
  range_overlaps_multirange: tested(overlaps),
  multirange_overlaps_range: tested(overlaps),
  multirange_overlaps_multirange: tested(overlaps),
  multirange_contains_range: tested(contains),
  multirange_contains_multirange: tested(contains),
  range_contains_multirange: tested(contains),
  range_contained_by_multirange: tested(reversed(contains)),
  multirange_contained_by_multirange: tested(reversed(contains)),
  multirange_contained_by_range: tested(reversed(contains)),
  multirange_contains_elem: function (this: Call, value: Value, element: Value) {
    const kind = kindOf(this)
    return bool(load(this, kind, 0, value).some((range) => rangeHas(kind, range, element)))
  },
  elem_contained_by_multirange: function (this: Call, element: Value, value: Value) {
    const kind = kindOf(this, 1)
    return bool(load(this, kind, 1, value).some((range) => rangeHas(kind, range, element)))
  },
  range_adjacent_multirange: tested(byEnds(adjacent)),
  multirange_adjacent_range: tested(byEnds(adjacent)),
  multirange_adjacent_multirange: tested(byEnds(adjacent)),
  range_before_multirange: tested(byEnds(before)),
  multirange_before_range: tested(byEnds(before)),
  multirange_before_multirange: tested(byEnds(before)),
  range_after_multirange: tested(byEnds(reversed(before))),
  multirange_after_range: tested(byEnds(reversed(before))),
  multirange_after_multirange: tested(byEnds(reversed(before))),
  range_overleft_multirange: tested(byEnds(overleft)),
  multirange_overleft_range: tested(byEnds(overleft)),
  multirange_overleft_multirange: tested(byEnds(overleft)),
  range_overright_multirange: tested(byEnds(overright)),
  multirange_overright_range: tested(byEnds(overright)),
  multirange_overright_multirange: tested(byEnds(overright)),
  multirange_union: combined((_kind, left, right) => [...left, ...right]),
  multirange_minus: combined(without),
  multirange_intersect: combined(common),
}

/** range_agg of ranges or multiranges. */
export const aggregateRanges = (call: Call, values: readonly Value[]): Value => {
  if (values.length === 0) return null
  const kind = kindOf(call)
  return storeMultirange(
    unite(
      kind,
      values.flatMap((value) => load(call, kind, 0, value)),
    ),
  )
}

/** range_intersect_agg. */
export const intersectRanges = (call: Call, values: readonly Value[]): Value => {
  if (values.length === 0) return null
  const kind = kindOf(call)
  const shared = values
    .map((value) => load(call, kind, 0, value))
    .reduce((left, right) => unite(kind, common(kind, left, right)))
  return isMultirange(call, 0) ? storeMultirange(shared) : storeRange(shared[0])
}
