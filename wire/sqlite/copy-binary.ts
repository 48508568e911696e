/** COPY in binary format. Manual: "COPY", "Binary Format"; after copyfromparse.c and copyto.c. */
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { receiveField } from '../binary/format.ts'
import { dataRow } from '../protocol/backend.ts'
import { PgError } from '../protocol/error.ts'
import { BodyReader } from '../protocol/frame.ts'

const signature = (): Buffer => Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
/** In the flags: what a reader that does not know it must not ignore. */
const CRITICAL = 0xffff_0000
/** Of servers before version 12. */
const WITH_OIDS = 1 << 16
const END = -1
const NULL = -1

/** What comes before the first row: no flags, no extension. */
export const binaryHeader = (): Buffer => Buffer.concat([signature(), Buffer.alloc(8)])
export const binaryTrailer = (): Buffer => Buffer.from([0xff, 0xff])

const wrong = (message: string): PgError => new PgError('22P04', message)

/** DataRow's type and length, which its columns follow as they do here. */
const ROW_HEADER = 5

/** A row's number of columns, and each with its length. */
export const binaryRow = (fields: readonly (Buffer | null)[]): Buffer => dataRow(fields).subarray(ROW_HEADER)

/** ReceiveCopyBinaryHeader */
const readHeader = (reader: BodyReader): void => {
  const expected = signature()
  if (reader.remaining < expected.length || !reader.bytes(expected.length).equals(expected))
    throw wrong('COPY file signature not recognized')
  if (reader.remaining < 4) throw wrong('invalid COPY file header (missing flags)')
  const flags = reader.uint32()
  if ((flags & WITH_OIDS) !== 0) throw wrong('invalid COPY file header (WITH OIDS)')
  if ((flags & CRITICAL) !== 0) throw wrong('unrecognized critical flags in COPY file header')
  if (reader.remaining < 4) throw wrong('invalid COPY file header (missing length)')
  const length = reader.int32()
  if (length < 0) throw wrong('invalid COPY file header (missing length)')
  if (reader.remaining < length) throw wrong('invalid COPY file header (wrong length)')
  reader.bytes(length)
}

/**
 * The stored values of each row.
 * @param types of the columns
 * @throws PgError 22P04, 22P03 and what the types' receive functions throw
 */
export function* binaryFields(env: Environment, data: Buffer, types: readonly number[]): Iterable<Value[]> {
  const reader = new BodyReader(data)
  readHeader(reader)
  while (reader.remaining > 0) {
    if (reader.remaining < 2) throw wrong('unexpected EOF in COPY data')
    const count = reader.int16()
    if (count === END) {
      if (reader.remaining > 0) throw wrong('received copy data after EOF marker')
      return
    }
    if (count !== types.length) throw wrong(`row field count is ${count}, expected ${types.length}`)
    yield types.map((type) => readField(env, reader, type))
  }
}

/** CopyReadBinaryAttribute */
const readField = (env: Environment, reader: BodyReader, type: number): Value => {
  if (reader.remaining < 4) throw wrong('unexpected EOF in COPY data')
  const size = reader.int32()
  if (size === NULL) return null
  if (size < 0) throw wrong('invalid field size')
  if (reader.remaining < size) throw wrong('unexpected EOF in COPY data')
  return receiveField(env, type, reader.bytes(size))
}
