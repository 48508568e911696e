/**
 * Ranges and multiranges. Stored as JSON, `[1,10,"[)"]`, a bound that is not there as null, the empty range as `[]`; a
 * multirange is an array of these. Manual: "Range Types"; after rangetypes.c.
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { type ElementForm, parseStored, readScalar, scalarJson } from './array.ts'

export interface Bound {
  /** NULL where the range has no end. */
  readonly value: Value
  readonly inclusive: boolean
  readonly lower: boolean
}

/** The empty range is undefined. */
export type Range = { readonly lower: Bound; readonly upper: Bound } | undefined
export type NonEmpty = Exclude<Range, undefined>

/** What ranges of one type need to know of their bounds. */
export interface RangeKind {
  readonly form: ElementForm
  compare(left: Value, right: Value): number
  input(text: string): Value
  output(value: Value): string
  /** The next value, of a discrete type; infinite dates have none. @throws PgError 22003, 22008 */
  readonly next: ((value: Value) => Value) | undefined
}

/** Of two bounds where one has no end: range_cmp_bound_values. */
const compareInfinite = (a: Bound, b: Bound): number | undefined => {
  if (a.value === null && b.value === null) return a.lower === b.lower ? 0 : a.lower ? -1 : 1
  if (a.value === null) return a.lower ? -1 : 1
  if (b.value === null) return b.lower ? 1 : -1
  return undefined
}

export const compareBoundValues = (kind: RangeKind, a: Bound, b: Bound): number =>
  compareInfinite(a, b) ?? kind.compare(a.value, b.value)

/** range_cmp_bounds: (1 lies behind [1, and 1) before 1]. */
export const compareBounds = (kind: RangeKind, a: Bound, b: Bound): number => {
  const order = compareBoundValues(kind, a, b)
  if (order !== 0 || a.value === null) return order
  if (!a.inclusive && !b.inclusive) return a.lower === b.lower ? 0 : a.lower ? 1 : -1
  if (!a.inclusive) return a.lower ? 1 : -1
  if (!b.inclusive) return b.lower ? -1 : 1
  return 0
}

const checked = (kind: RangeKind, lower: Bound, upper: Bound): Range => {
  const order = compareBoundValues(kind, lower, upper)
  if (order > 0) throw new PgError('22000', 'range lower bound must be less than or equal to range upper bound')
  if (order === 0 && !(lower.inclusive && upper.inclusive) && lower.value !== null && upper.value !== null)
    return undefined
  return {
    lower: { ...lower, inclusive: lower.inclusive && lower.value !== null },
    upper: { ...upper, inclusive: upper.inclusive && upper.value !== null },
  }
}

/** make_range: ranges of discrete types begin with and end before a value. @throws PgError 22000, 22003, 22008 */
export const makeRange = (kind: RangeKind, lower: Bound, upper: Bound): Range => {
  const range = checked(kind, lower, upper)
  const { next } = kind
  if (range === undefined || next === undefined) return range
  const follow = (bound: Bound, inclusive: boolean): Bound => {
    if (bound.value === null || bound.inclusive === inclusive) return bound
    const value = next(bound.value)
    return value === bound.value ? bound : { ...bound, value, inclusive }
  }
  return checked(kind, follow(range.lower, true), follow(range.upper, false))
}

/** What lies around a range where it ends. */
export const flipped = (bound: Bound): Bound => ({
  value: bound.value,
  inclusive: !bound.inclusive,
  lower: !bound.lower,
})

export const compareRanges = (kind: RangeKind, a: Range, b: Range): number => {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  return compareBounds(kind, a.lower, b.lower) || compareBounds(kind, a.upper, b.upper)
}

const rangeJson = (range: Range): string =>
  range === undefined
    ? '[]'
    : `[${scalarJson(range.lower.value)},${scalarJson(range.upper.value)},"${range.lower.inclusive ? '[' : '('}${
        range.upper.inclusive ? ']' : ')'
      }"]`

export const storeRange = (range: Range): string => rangeJson(range)
export const storeMultirange = (ranges: readonly Range[]): string => `[${ranges.map(rangeJson).join(',')}]`

type StoredRange = readonly [] | readonly [lower: unknown, upper: unknown, bounds: string]

const readRange = (form: ElementForm, [lower, upper, bounds]: StoredRange): Range =>
  bounds === undefined
    ? undefined
    : {
        lower: { value: readScalar(lower as never, form), inclusive: bounds[0] === '[', lower: true },
        upper: { value: readScalar(upper as never, form), inclusive: bounds[1] === ']', lower: false },
      }

export const loadRange = (form: ElementForm, stored: Value): Range =>
  readRange(form, parseStored(String(stored), form) as StoredRange)

export const loadMultirange = (form: ElementForm, stored: Value): NonEmpty[] =>
  (parseStored(String(stored), form) as StoredRange[]).map((range) => readRange(form, range) as NonEmpty)

const malformed = (what: string, text: string, detail: string): PgError =>
  new PgError('22P02', `malformed ${what} literal: "${text}"`, { detail })

const skipSpace = (text: string, from: number): number => {
  let at = from
  while (/[\s\v]/.test(text[at] ?? '')) at++
  return at
}

/** range_in. @throws PgError 22P02 and what the bounds' input function throws */
export const rangeIn = (kind: RangeKind, text: string): Range => {
  const wrong = (detail: string): PgError => malformed('range', text, detail)
  let at = skipSpace(text, 0)
  if (text.slice(at, at + 5).toLowerCase() === 'empty') {
    if (skipSpace(text, at + 5) < text.length) throw wrong('Junk after "empty" key word.')
    return undefined
  }
  const opening = text[at++]
  if (opening !== '[' && opening !== '(') throw wrong('Missing left parenthesis or bracket.')
  const bound = (): string | undefined => {
    if (/[,)\]]/.test(text[at] ?? '')) return undefined
    let read = ''
    let quoted = false
    while (quoted || !/[,)\]]/.test(text[at] ?? '')) {
      const character = text[at++]
      if (character === undefined) throw wrong('Unexpected end of input.')
      if (character === '\\') {
        if (at >= text.length) throw wrong('Unexpected end of input.')
        read += text[at++]
      } else if (character === '"') {
        if (!quoted) quoted = true
        else if (text[at] === '"') read += text[at++]
        else quoted = false
      } else read += character
    }
    return read
  }
  const lower = bound()
  if (text[at++] !== ',') throw wrong('Missing comma after lower bound.')
  const upper = bound()
  const closing = text[at++]
  if (closing !== ']' && closing !== ')') throw wrong('Too many commas.')
  if (skipSpace(text, at) < text.length) throw wrong('Junk after right parenthesis or bracket.')
  const value = (read: string | undefined): Value => (read === undefined ? null : kind.input(read))
  return makeRange(
    kind,
    { value: value(lower), inclusive: opening === '[', lower: true },
    { value: value(upper), inclusive: closing === ']', lower: false },
  )
}

/** range_out. */
export const rangeOut = (kind: RangeKind, range: Range): string => {
  if (range === undefined) return 'empty'
  const bound = ({ value }: Bound): string => {
    if (value === null) return ''
    const text = kind.output(value)
    return text !== '' && !/["\\()[\],\s]/.test(text) ? text : `"${text.replace(/["\\]/g, '$&$&')}"`
  }
  const { lower, upper } = range
  return `${lower.inclusive ? '[' : '('}${bound(lower)},${bound(upper)}${upper.inclusive ? ']' : ')'}`
}

/** The texts of the ranges in `{[1,2),empty}`: multirange_in. @throws PgError 22P02 */
export const multirangeTexts = (text: string): string[] => {
  const wrong = (detail: string): PgError => malformed('multirange', text, detail)
  const found: string[] = []
  let at = skipSpace(text, 0)
  if (text[at++] !== '{') throw wrong('Missing left brace.')
  /** Behind the bracket that closes the range which begins here. */
  const endOfRange = (): number => {
    let quoted = false
    for (let end = at; end < text.length; end++) {
      const character = text[end]
      if (character === '\\') end++
      else if (character === '"' && quoted && text[end + 1] === '"') end++
      else if (character === '"') quoted = !quoted
      else if (!quoted && (character === ']' || character === ')')) return end + 1
    }
    throw wrong('Unexpected end of input.')
  }
  for (;;) {
    at = skipSpace(text, at)
    if (at >= text.length) throw wrong('Unexpected end of input.')
    if (text[at] === '}' && found.length === 0) break
    if (text[at] === '[' || text[at] === '(') {
      const end = endOfRange()
      found.push(text.slice(at, end))
      at = end
    } else if (text.slice(at, at + 5).toLowerCase() === 'empty') {
      found.push('empty')
      at += 5
    } else throw wrong('Expected range start.')
    at = skipSpace(text, at)
    if (at >= text.length) throw wrong('Unexpected end of input.')
    if (text[at] === '}') break
    if (text[at++] !== ',') throw wrong('Expected comma or end of multirange.')
  }
  if (skipSpace(text, at + 1) < text.length) throw wrong('Junk after closing right brace.')
  return found
}

export const overlap = (kind: RangeKind, a: Range, b: Range): boolean =>
  a !== undefined &&
  b !== undefined &&
  compareBounds(kind, a.lower, b.upper) <= 0 &&
  compareBounds(kind, b.lower, a.upper) <= 0

/** bounds_adjacent: that nothing lies between the end of one range and the beginning of another. */
export const meet = (kind: RangeKind, upper: Bound, lower: Bound): boolean => {
  const order = compareBoundValues(kind, upper, lower)
  if (order === 0) return upper.value !== null && upper.inclusive !== lower.inclusive
  if (order > 0 || kind.next === undefined) return false
  return makeRange(kind, flipped(upper), flipped(lower)) === undefined
}

export const adjacent = (kind: RangeKind, a: Range, b: Range): boolean =>
  a !== undefined && b !== undefined && (meet(kind, a.upper, b.lower) || meet(kind, b.upper, a.lower))

/** The smallest range that holds both. */
export const spanning = (kind: RangeKind, a: Range, b: Range): Range => {
  if (a === undefined || b === undefined) return a ?? b
  return makeRange(
    kind,
    compareBounds(kind, a.lower, b.lower) <= 0 ? a.lower : b.lower,
    compareBounds(kind, a.upper, b.upper) >= 0 ? a.upper : b.upper,
  )
}

/** multirange_canonicalize: in order, none empty, and what touches made one. */
export const unite = (kind: RangeKind, ranges: readonly Range[]): NonEmpty[] => {
  const united: NonEmpty[] = []
  const sorted = ranges.filter((range) => range !== undefined).toSorted((a, b) => compareRanges(kind, a, b))
  for (const range of sorted) {
    const last = united.at(-1)
    const joined =
      last !== undefined && (overlap(kind, last, range) || adjacent(kind, last, range))
        ? spanning(kind, last, range)
        : undefined
    if (joined === undefined) united.push(range)
    else united[united.length - 1] = joined
  }
  return united
}

/** Text that sorts as ranges do, given one that sorts as their bounds do. */
export const rangeKey = (range: Range, valueKey: (value: Value) => string): string => {
  if (range === undefined) return 'a'
  const { lower, upper } = range
  const [from, to] = [lower.value, upper.value]
  return `b${from === null ? '0' : `1${valueKey(from)}${lower.inclusive ? '0' : '1'}`}${
    to === null ? '2' : `1${valueKey(to)}${upper.inclusive ? '1' : '0'}`
  }`
}
