/** unistr(). Manual: "String Functions and Operators"; after unistr (varlena.c). */
import { PgError } from '../../wire/protocol/error.ts'

const ESCAPE = /\\(?:([0-9a-fA-F]{4})|\+([0-9a-fA-F]{6})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\\)|)|([^\\]+)/g

const isFirst = (code: number): boolean => code >= 0xd800 && code < 0xdc00
const isSecond = (code: number): boolean => code >= 0xdc00 && code < 0xe000

/** @throws PgError 22023, 42601 */
export const fromUnicodeEscapes = (text: string): string => {
  const invalidPair = (): PgError => new PgError('42601', 'invalid Unicode surrogate pair')
  let result = ''
  /** The first half of a pair, whose second is still to come. */
  let first: number | undefined
  for (const [whole, a, b, c, d, slash, plain] of text.matchAll(ESCAPE)) {
    const hex = a ?? b ?? c ?? d
    if (hex === undefined && slash === undefined && plain === undefined)
      throw new PgError('42601', 'invalid Unicode escape', {
        hint: 'Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.',
      })
    if (hex === undefined) {
      if (first !== undefined) throw invalidPair()
      result += plain ?? slash ?? whole
      continue
    }
    const code = Number.parseInt(hex, 16)
    if (code === 0 || code > 0x10ffff)
      throw new PgError('22023', `invalid Unicode code point: ${code.toString(16).toUpperCase().padStart(4, '0')}`)
    if ((first !== undefined) !== isSecond(code)) throw invalidPair()
    if (isFirst(code)) {
      first = code
      continue
    }
    result += first === undefined ? String.fromCodePoint(code) : String.fromCharCode(first, code)
    first = undefined
  }
  if (first !== undefined) throw invalidPair()
  return result
}
