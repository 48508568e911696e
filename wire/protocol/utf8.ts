/** Text of a client, which is UTF-8 or refused. After pg_utf8_verifystr and report_invalid_encoding (wchar.c, mbutils.c). */
import { PgError } from './error.ts'

/** A byte order mark is a character of the text like any other. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined for bytes that are not UTF-8, and for NUL, which is no character of PostgreSQL's. */
const decoded = (bytes: Uint8Array): string | undefined => {
  try {
    return bytes.includes(0) ? undefined : decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** @throws PgError 22021, naming the bytes of the first character that is none */
export const utf8 = (bytes: Uint8Array): string => {
  const text = decoded(bytes)
  if (text !== undefined) return text
  let at = 0
  for (;;) {
    const character = bytes.subarray(at, at + announced(bytes[at] ?? 0))
    if (decoded(character) === undefined)
      throw new PgError(
        '22021',
        `invalid byte sequence for encoding "UTF8": ${Array.from(character, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(' ')}`,
      )
    at += character.length
  }
}

/** The length that a character's first byte announces (pg_utf_mblen). */
const announced = (first: number): number => {
  if (first < 0xc0 || first > 0xf7) return 1
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}
