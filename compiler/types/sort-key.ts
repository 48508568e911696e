/** Keys of values that consist of others: bytes that SQLite, by memcmp, sorts as PostgreSQL sorts the values. */
import type { Value } from '../tree/value.ts'

/** Ends a list: before all that could come instead. */
const END = 0
const VALUE = 1
/** NULL is greater than any value inside an array or a row (array_cmp, record_cmp). */
const NULL = 2

const NUMBER = 1
const TEXT = 2
const BYTES = 3

const encoder = new TextEncoder()

const big = (write: (view: DataView) => void): Uint8Array => {
  const bytes = new Uint8Array(8)
  write(new DataView(bytes.buffer))
  return bytes
}

const SIGN = 1n << 63n

const integer = (value: bigint): Uint8Array => big((view) => view.setBigUint64(0, BigInt.asUintN(64, value) ^ SIGN))

/** IEEE 754 numbers sort as integers do once negative ones are turned around; -0 is 0. */
const float = (value: number): Uint8Array =>
  big((view) => {
    view.setFloat64(0, value === 0 ? 0 : value)
    const bits = view.getBigUint64(0)
    view.setBigUint64(0, (bits & SIGN) === 0n ? bits ^ SIGN : ~bits)
  })

/** Zeros are escaped, so that the end sorts before them. */
function* terminated(bytes: Uint8Array): Iterable<number> {
  for (const byte of bytes) {
    yield byte
    if (byte === 0) yield 255
  }
  yield 0
  yield 1
}

function* encode(value: Value): Iterable<number> {
  if (value === null) {
    yield NULL
    return
  }
  yield VALUE
  if (typeof value === 'bigint') {
    yield NUMBER
    yield* integer(value)
  } else if (typeof value === 'number') {
    yield NUMBER
    yield* float(value)
  } else if (typeof value === 'string') {
    yield TEXT
    yield* terminated(encoder.encode(value))
  } else {
    yield BYTES
    yield* terminated(value)
  }
}

/**
 * The key of a list of values.
 * @param parts of one kind at each place: of a type that SQLite sorts by itself, or keys
 * @param rest integers that decide between lists of equal parts
 */
export const sortKey = (parts: readonly Value[], rest: readonly number[] = []): Uint8Array =>
  Uint8Array.from([
    ...parts.flatMap((part) => [...encode(part)]),
    END,
    ...rest.flatMap((each) => [...integer(BigInt(each))]),
  ])
