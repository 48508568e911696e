/** Bit strings: how many bits, then the bits, the last byte filled up with zeros. After bit_send and bit_recv (varbit.c). */
import { PgError } from '../protocol/error.ts'
import { type Binary, int32s } from './binary.ts'

const MOST_BITS = 2 ** 31 - 1 - 8

export const BIT: Binary = {
  send: (value) => {
    const digits = String(value)
    const bytes = Buffer.alloc(Math.ceil(digits.length / 8))
    for (let at = 0; at < bytes.length; at++)
      bytes[at] = Number.parseInt(digits.slice(at * 8, at * 8 + 8).padEnd(8, '0'), 2)
    return Buffer.concat([int32s(digits.length), bytes])
  },
  receive: (reader) => {
    const bits = reader.int32()
    if (bits < 0 || bits > MOST_BITS) throw new PgError('22P03', 'invalid length in external bit string')
    const bytes = reader.bytes(Math.ceil(bits / 8))
    return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0'))
      .join('')
      .slice(0, bits)
  },
}
