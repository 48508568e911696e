/** Ranges and multiranges as PostgreSQL stores them. After range_serialize (rangetypes.c) and make_multirange (multirangetypes.c). */
import type { NonEmpty, Range } from '../../../compiler/types/range.ts'
import type { Layout } from './datum.ts'
import { Tuple } from './tuple.ts'
import { aligned, HEADER, uint32 } from './varlena.ts'

const FLAGS = { empty: 1, lowerInclusive: 2, upperInclusive: 4, noLower: 8, noUpper: 16 }

/** Every so many items tell where their range begins, the others how long the one before is. */
const OFFSET_STRIDE = 4
const HAS_OFFSET = 0x8000_0000

const flagsOf = (range: Range): number => {
  if (range === undefined) return FLAGS.empty
  const { lower, upper } = range
  return (
    (lower.inclusive ? FLAGS.lowerInclusive : 0) |
    (upper.inclusive ? FLAGS.upperInclusive : 0) |
    (lower.value === null ? FLAGS.noLower : 0) |
    (upper.value === null ? FLAGS.noUpper : 0)
  )
}

/** The bounds that there are, as they stand behind the headers of a range. */
const boundsOf = (range: Range, subtype: Layout): Buffer => {
  const tuple = new Tuple(HEADER + 4)
  for (const bound of range === undefined ? [] : [range.lower, range.upper])
    if (bound.value !== null) tuple.add(subtype, bound.value)
  return tuple.bytes()
}

/** Without the header of a varlena. @param oid of the type of the range */
export const rangeDatum = (oid: number, range: Range, subtype: Layout): Buffer =>
  Buffer.concat([uint32(oid), boundsOf(range, subtype), Buffer.from([flagsOf(range)])])

export const multirangeDatum = (oid: number, ranges: readonly NonEmpty[], subtype: Layout): Buffer => {
  const bounds = ranges.map((range) => boundsOf(range, subtype))
  const sizes = bounds.map(({ length }) => aligned(length, subtype.align))
  const ends = sizes.map((_, at) => sizes.slice(0, at + 1).reduce((sum, size) => sum + size, 0))
  const items = sizes
    .slice(0, -1)
    .map((size, at) => uint32((at + 1) % OFFSET_STRIDE === 0 ? (ends[at] ?? 0) + HAS_OFFSET : size))
  const head = Buffer.concat([uint32(oid), uint32(ranges.length), ...items, Buffer.from(ranges.map(flagsOf))])
  const padded = (bytes: Buffer, length: number): Buffer[] => [bytes, Buffer.alloc(length - bytes.length)]
  return Buffer.concat([
    ...padded(head, aligned(HEADER + head.length, subtype.align) - HEADER),
    ...bounds.flatMap((bytes, at) => padded(bytes, sizes[at] ?? 0)),
  ])
}
