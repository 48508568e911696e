/** parse_ident: a name with the schema and more before it. Manual: "String Functions and Operators"; after parse_ident (misc.c). */
import { PgError } from '../../wire/protocol/error.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import type { Scalars } from './implementation.ts'

const SPACE = /[ \t\n\r\f\v]*/y
const QUOTED = /"((?:[^"]|"")*)"/y
const PLAIN = /[a-z_\u{80}-\u{10ffff}][a-z_0-9$\u{80}-\u{10ffff}]*/iuy

/** @throws PgError 22023 */
const parseIdentifier = (text: string, strict: bigint): string => {
  const invalid = (detail?: string): PgError =>
    new PgError('22023', `string is not a valid identifier: "${text}"`, detail === undefined ? {} : { detail })
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found !== null) at = pattern.lastIndex
    return found
  }
  const parts: string[] = []
  take(SPACE)
  for (;;) {
    const quoted = take(QUOTED)
    const plain = quoted === null ? take(PLAIN) : null
    if (quoted === null && text[at] === '"' && plain === null) throw invalid('String has unclosed double quotes.')
    if (quoted?.[1] === '') throw invalid('Quoted identifier must not be empty.')
    if (quoted !== null) parts.push((quoted[1] ?? '').replaceAll('""', '"'))
    // Letters beyond ASCII stay as they are (downcase_identifier in UTF-8).
    else if (plain !== null) parts.push(plain[0].replace(/[A-Z]+/g, (letters) => letters.toLowerCase()))
    else if (text[at] === '.') throw invalid('No valid identifier before ".".')
    else throw invalid(parts.length > 0 ? 'No valid identifier after ".".' : undefined)
    take(SPACE)
    if (text[at] !== '.') break
    at++
    take(SPACE)
  }
  if (at < text.length && strict === 1n) throw invalid()
  return storeArray(arrayOf(parts))
}

export const nameFunctions: Scalars = { parse_ident: parseIdentifier }
