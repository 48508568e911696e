/**
 * bit and bit varying: stored as the text of their digits, `0101`, which sorts as PostgreSQL's bits do. Manual: "Bit
 * String Types"; after varbit.c.
 */
import { PgError } from '../../wire/protocol/error.ts'

const HEX_DIGITS = '0123456789abcdef'

/** The digits of `0101`, `b0101` or `x5`. @throws PgError 22P02 */
const digitsOf = (text: string): string => {
  if (/^[xX]/.test(text)) {
    const bad = /[^0-9a-fA-F]/u.exec(text.slice(1))
    if (bad !== null) throw new PgError('22P02', `"${bad[0]}" is not a valid hexadecimal digit`)
    return [...text.slice(1).toLowerCase()]
      .map((digit) => HEX_DIGITS.indexOf(digit).toString(2).padStart(4, '0'))
      .join('')
  }
  const digits = /^[bB]/.test(text) ? text.slice(1) : text
  const bad = /[^01]/u.exec(digits)
  if (bad !== null) throw new PgError('22P02', `"${bad[0]}" is not a valid binary digit`)
  return digits
}

export const lengthMismatch = (length: number, typmod: number): PgError =>
  new PgError('22026', `bit string length ${length} does not match type bit(${typmod})`)
export const tooLong = (typmod: number): PgError =>
  new PgError('22001', `bit string too long for type bit varying(${typmod})`)

/** bit_in. @throws PgError 22P02, 22026 */
export const bitIn = (text: string, typmod: number): string => {
  const digits = digitsOf(text)
  if (typmod > 0 && digits.length !== typmod) throw lengthMismatch(digits.length, typmod)
  return digits
}

/** varbit_in. @throws PgError 22P02, 22001 */
export const varbitIn = (text: string, typmod: number): string => {
  const digits = digitsOf(text)
  if (typmod > 0 && digits.length > typmod) throw tooLong(typmod)
  return digits
}
