/** SIMILAR TO and SUBSTRING … SIMILAR. Manual: "SIMILAR TO Regular Expressions"; after similar_escape_internal (regexp.c). */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { compileRegex } from '../regex/regex.ts'
import type { Value } from '../tree/value.ts'
import type { Scalars } from './implementation.ts'

/** The parts of a pattern between the separators `"` behind an escape character, as regular expressions. @throws PgError 22025 */
const partsOf = (pattern: string, symbolText: string | null): string[] => {
  if (symbolText !== null && Array.from(symbolText).length > 1)
    throw new PgError('22025', 'invalid escape string', { hint: 'Escape string must be empty or one character.' })
  const symbol = symbolText ?? '\\'
  const parts = ['']
  const add = (text: string): void => {
    parts.push((parts.pop() ?? '') + text)
  }
  let afterEscape = false
  let inBracket = false
  for (const character of pattern) {
    if (afterEscape) {
      if (character === '"' && !inBracket) parts.push('')
      else add(`\\${character}`)
      afterEscape = false
    } else if (character === symbol) afterEscape = true
    else if (inBracket) {
      add(character === '\\' ? '\\\\' : character)
      if (character === ']') inBracket = false
    } else if (character === '[') {
      add(character)
      inBracket = true
    } else if (character === '%') add('.*')
    else if (character === '_') add('.')
    else if (character === '(') add('(?:')
    else if ('\\.^$'.includes(character)) add(`\\${character}`)
    else add(character)
  }
  return parts
}

const whole = (part: string): string => `^(?:${part})$`

/** similar_to_escape: a pattern as a regular expression. */
const similarToRegex = (pattern: string, symbol: string | null): string => {
  const [part = '', ...others] = partsOf(pattern, symbol)
  if (others.length > 0) throw unsupported('the regular expression of a pattern with separators')
  return whole(part)
}

/** Of what stands before the first separator as little as can be, then as much as can be up to the second. @throws PgError 2200C */
const substring = (text: string, pattern: string, symbol: string | null): Value => {
  const parts = partsOf(pattern, symbol)
  if (parts.length > 3)
    throw new PgError('2200C', 'SQL regular expression may not contain more than two escape-double-quote separators')
  const [first, second, third] = parts.map((part) => compileRegex(whole(part)))
  if (second === undefined) return first?.test(text) ? text : null
  const characters = Array.from(text)
  const between = (from: number, to?: number): string => characters.slice(from, to).join('')
  for (let start = 0; start <= characters.length; start++) {
    if (!first?.test(between(0, start))) continue
    for (let end = characters.length; end >= start; end--) {
      if (third === undefined ? end < characters.length : !third.test(between(end))) continue
      if (second.test(between(start, end))) return between(start, end)
    }
  }
  return null
}

export const similarFunctions: Scalars = {
  similar_to_escape_1: (pattern: string) => similarToRegex(pattern, '\\'),
  similar_to_escape_2: similarToRegex,
  'sql:2074': substring,
}
