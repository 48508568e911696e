/** Composite values: how many fields, then the type and the bytes of each. After record_send and record_recv (rowtypes.c). */
import { loadRecord, storeRecord } from '../../compiler/types/record.ts'
import { PgError } from '../protocol/error.ts'
import { BodyReader } from '../protocol/frame.ts'
import { type Binary, int32s, sizedBytes } from './binary.ts'

/** @param labelOf an oid with the type's name, for messages */
export const recordBinary = (
  fields: readonly { readonly type: number; readonly binary: Binary }[],
  labelOf: (type: number) => string,
): Binary => ({
  send: (value) => {
    const stored = loadRecord(value)
    const parts = fields.flatMap(({ type, binary }, at) => {
      const field = stored[at] ?? null
      return [int32s(type), ...sizedBytes(field === null ? null : binary.send(field))]
    })
    return Buffer.concat([int32s(fields.length), ...parts])
  },
  receive: (reader) => {
    const count = reader.int32()
    if (count !== fields.length)
      throw new PgError('42804', `wrong number of columns: ${count}, expected ${fields.length}`)
    return storeRecord(
      fields.map(({ type, binary }, at) => {
        const given = reader.uint32()
        if (given !== type)
          throw new PgError(
            '42804',
            `binary data has type ${labelOf(given)} instead of expected ${labelOf(type)} in record column ${at + 1}`,
          )
        const length = reader.int32()
        if (length === -1) return null
        if (length < -1 || length > reader.remaining) throw new PgError('22P03', 'insufficient data left in message')
        const own = new BodyReader(reader.bytes(length))
        const value = binary.receive(own)
        if (own.remaining > 0) throw new PgError('22P03', `improper binary format in record column ${at + 1}`)
        return value
      }),
    )
  },
})
