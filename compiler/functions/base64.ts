/** Base64 as PostgreSQL reads it: pg_base64_decode (encode.c). */
import { PgError } from '../../wire/protocol/error.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** @throws PgError 22023 */
export const fromBase64 = (text: string): Uint8Array => {
  const bytes: number[] = []
  let [group, place] = [0, 0]
  /** Bytes that a group has, less one, once a pad has been seen. */
  let end: number | undefined
  for (const character of text) {
    if (' \n\t\r'.includes(character)) continue
    const digit = character === '=' ? 0 : DIGITS.indexOf(character)
    if (digit < 0) throw new PgError('22023', `invalid symbol "${character}" found while decoding base64 sequence`)
    if (character === '=' && end === undefined) {
      if (place < 2) throw new PgError('22023', 'unexpected "=" while decoding base64 sequence')
      end = place - 1
    }
    group = group * 64 + digit
    if (++place < 4) continue
    bytes.push(...[group >> 16, group >> 8, group].slice(0, end ?? 3).map((byte) => byte & 0xff))
    group = 0
    place = 0
  }
  if (place === 0) return Uint8Array.from(bytes)
  throw new PgError('22023', 'invalid base64 end sequence', {
    hint: 'Input data is missing padding, is truncated, or is otherwise corrupted.',
  })
}
