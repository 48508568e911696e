/** Ranges: flags, then the bounds that there are; multiranges: how many, then each. After range_send and multirange_send. */
import {
  type Bound,
  loadMultirange,
  loadRange,
  makeRange,
  type Range,
  type RangeKind,
  storeMultirange,
  storeRange,
  unite,
} from '../../compiler/types/range.ts'
import { PgError } from '../protocol/error.ts'
import { BodyReader } from '../protocol/frame.ts'
import { type Binary, int32s, type Stored, sizedBytes } from './binary.ts'

const EMPTY = 1
const LOWER_INCLUSIVE = 2
const UPPER_INCLUSIVE = 4
const LOWER_INFINITE = 8
const UPPER_INFINITE = 16

const sendRange = (range: Range, element: Binary): Buffer => {
  if (range === undefined) return Buffer.from([EMPTY])
  const { lower, upper } = range
  const flags =
    (lower.inclusive ? LOWER_INCLUSIVE : 0) |
    (upper.inclusive ? UPPER_INCLUSIVE : 0) |
    (lower.value === null ? LOWER_INFINITE : 0) |
    (upper.value === null ? UPPER_INFINITE : 0)
  const bounds = [lower, upper].flatMap(({ value }) => (value === null ? [] : sizedBytes(element.send(value))))
  return Buffer.concat([Buffer.from([flags]), ...bounds])
}

const receiveRange = (reader: BodyReader, kind: RangeKind, element: Binary): Range => {
  const flags = reader.uint8()
  const bound = (lower: boolean): Bound => {
    if (flags & (lower ? LOWER_INFINITE : UPPER_INFINITE)) return { value: null, inclusive: false, lower }
    const value = element.receive(new BodyReader(reader.bytes(reader.int32())))
    return { value, inclusive: (flags & (lower ? LOWER_INCLUSIVE : UPPER_INCLUSIVE)) !== 0, lower }
  }
  const [lower, upper] = flags & EMPTY ? [] : [bound(true), bound(false)]
  atEnd(reader)
  return lower && upper && makeRange(kind, lower, upper)
}

/** pq_getmsgend */
const atEnd = (reader: BodyReader): void => {
  if (reader.remaining > 0) throw new PgError('08P01', 'invalid message format')
}

/** @param element of the bounds */
export const rangeBinary = (kind: RangeKind, element: Binary): Binary => ({
  send: (value) => sendRange(loadRange(kind.form, value), element),
  receive: (reader) => storeRange(receiveRange(reader, kind, element)),
})

export const multirangeBinary = (kind: RangeKind, element: Binary): Binary => ({
  send: (value) => {
    const ranges = loadMultirange(kind.form, value)
    return Buffer.concat([int32s(ranges.length), ...ranges.flatMap((range) => sizedBytes(sendRange(range, element)))])
  },
  receive: (reader): Stored => {
    const ranges: Range[] = []
    for (let left = reader.uint32(); left > 0; left--)
      ranges.push(receiveRange(new BodyReader(reader.bytes(reader.int32())), kind, element))
    atEnd(reader)
    return storeMultirange(unite(kind, ranges))
  },
})
