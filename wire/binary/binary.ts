/** How the values of one type are in binary format. */
import type { Value } from '../../compiler/tree/value.ts'
import type { BodyReader } from '../protocol/frame.ts'

export type Stored = Exclude<Value, null>

export interface Binary {
  send(value: Stored): Buffer
  /** @throws PgError 08P01 where there are too few bytes, and what the type allows no value to be */
  receive(reader: BodyReader): Stored
}

export const int32s = (...values: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) buffer.writeInt32BE(value | 0, at * 4)
  return buffer
}

/** Bytes after their length; NULL has none. */
export const sizedBytes = (bytes: Buffer | null): Buffer[] =>
  bytes === null ? [int32s(-1)] : [int32s(bytes.length), bytes]
