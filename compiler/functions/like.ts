/** LIKE and ILIKE. Manual: "Pattern Matching"; after like_match.c. */
import { PgError } from '../../wire/protocol/error.ts'

/** Whether a text matches a pattern in which % and _ are wild and a backslash escapes. */
export const matchesLike = (text: string, pattern: string): boolean => {
  const characters = Array.from(text)
  const tokens = Array.from(pattern)
  // Positions to go back to: the last % and where its match may next begin.
  let [at, token, starToken, starAt] = [0, 0, -1, 0]
  const escapeAtEnd = (): PgError => new PgError('22025', 'LIKE pattern must not end with escape character')
  while (at < characters.length) {
    const current = tokens[token]
    if (current === '%') {
      starToken = token++
      starAt = at
      continue
    }
    if (current === '\\' && token + 1 >= tokens.length) throw escapeAtEnd()
    const wanted = current === '\\' ? tokens[token + 1] : current
    if (token < tokens.length && ((current === '_' && wanted === '_') || wanted === characters[at])) {
      token += current === '\\' ? 2 : 1
      at++
      continue
    }
    if (starToken < 0) return false
    token = starToken + 1
    at = ++starAt
  }
  while (tokens[token] === '%') token++
  return token >= tokens.length
}

/** like_escape: a pattern with another escape character, rewritten for the backslash. */
export const escapeLike = (pattern: string, escapeText: string): string => {
  const symbols = Array.from(escapeText)
  if (symbols.length > 1)
    throw new PgError('22025', 'invalid escape string', { hint: 'Escape string must be empty or one character.' })
  const [symbol] = symbols
  if (symbol === '\\') return pattern
  let result = ''
  const tokens = Array.from(pattern)
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] ?? ''
    if (token === symbol) {
      result += '\\'
      if (at + 1 < tokens.length) result += tokens[++at]
    } else result += token === '\\' ? '\\\\' : token
  }
  return result
}
