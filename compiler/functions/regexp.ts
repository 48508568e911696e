/** The functions named regexp_…. Manual: "POSIX Regular Expressions"; after regexp.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { compileRegex, excerpt, expandReplacement, type Match } from '../regex/regex.ts'
import type { Value } from '../tree/value.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import type { Scalars } from './implementation.ts'

const invalidParameter = (name: string, value: bigint): PgError =>
  new PgError('22023', `invalid value for parameter "${name}": ${value}`)

/** @throws PgError 22023 for the option that only regexp_matches and regexp_replace take */
const withoutGlobal = (flags: string, name: string): string => {
  if (flags.includes('g')) throw new PgError('22023', `${name}() does not support the "global" option`)
  return flags
}

/** Where a character, counted from 1, lies in JavaScript's string. @throws PgError 22023 */
const offsetOf = (text: string, start: bigint): number => {
  if (start < 1n) throw invalidParameter('start', start)
  let offset = 0
  for (let count = 1n; count < start && offset <= text.length; count++)
    offset += (text.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1
  return offset
}

const characters = (text: string): bigint => BigInt(Array.from(text).length)

/** The nth match from a character on. @throws PgError 22023 */
const nth = (text: string, pattern: string, flags: string, start: bigint, n: bigint): Match | undefined => {
  const offset = offsetOf(text, start)
  if (n < 1n) throw invalidParameter('n', n)
  let count = 0n
  for (const match of compileRegex(pattern, flags).all(text, offset)) if (++count === n) return match
  return undefined
}

const count = (text: string, pattern: string, start = 1n, flags = ''): bigint => {
  const offset = offsetOf(text, start)
  withoutGlobal(flags, 'regexp_count')
  let found = 0n
  for (const _match of compileRegex(pattern, flags).all(text, offset)) found++
  return found
}

const instr = (text: string, pattern: string, start = 1n, n = 1n, endOption = 0n, flags = '', part = 0n): bigint => {
  if (start < 1n) throw invalidParameter('start', start)
  if (n < 1n) throw invalidParameter('n', n)
  if (endOption !== 0n && endOption !== 1n) throw invalidParameter('endoption', endOption)
  withoutGlobal(flags, 'regexp_instr')
  if (part < 0n) throw invalidParameter('subexpr', part)
  if (part > BigInt(compileRegex(pattern, flags).groups)) return 0n
  const range = nth(text, pattern, flags, start, n)?.[Number(part)]
  if (range === undefined) return 0n
  return characters(text.slice(0, range[endOption === 1n ? 1 : 0])) + 1n
}

const substr = (text: string, pattern: string, start = 1n, n = 1n, flags = '', part = 0n): Value => {
  if (start < 1n) throw invalidParameter('start', start)
  if (n < 1n) throw invalidParameter('n', n)
  withoutGlobal(flags, 'regexp_substr')
  if (part < 0n) throw invalidParameter('subexpr', part)
  return excerpt(text, nth(text, pattern, flags, start, n)?.[Number(part)]) ?? null
}

/** @param n which match to replace, or 0 for all */
export const replaceMatches = (
  text: string,
  pattern: string,
  replacement: string,
  start: bigint,
  n: bigint,
  flags: string,
): string => {
  const offset = offsetOf(text, start)
  if (n < 0n) throw invalidParameter('n', n)
  let result = ''
  let copied = 0
  let found = 0n
  for (const match of compileRegex(pattern, flags).all(text, offset)) {
    found++
    if (n !== 0n && found !== n) continue
    const [from, to] = match[0]
    result += text.slice(copied, from) + expandReplacement(replacement, text, match)
    copied = to
    if (n !== 0n) break
  }
  return result + text.slice(copied)
}

const groupsOf = (text: string, match: Match): string => {
  const [whole, ...groups] = match
  return storeArray(arrayOf((groups.length === 0 ? [whole] : groups).map((each) => excerpt(text, each) ?? null)))
}

/** Pieces between matches; an empty match at either end, or where the last match ended, does not split. */
export const splitByRegex = (text: string, pattern: string, flags = ''): string[] => {
  const parts: string[] = []
  let from = 0
  for (const [[start, end]] of compileRegex(pattern, flags).all(text)) {
    if (start >= text.length || end <= from) continue
    parts.push(text.slice(from, start))
    from = end
  }
  parts.push(text.slice(from))
  return parts
}

/** The rows of regexp_matches(). */
export function* matchRows(text: string, pattern: string, flags = ''): Iterable<readonly Value[]> {
  for (const match of compileRegex(pattern, flags).all(text)) {
    yield [groupsOf(text, match)]
    if (!flags.includes('g')) return
  }
}

export const splitRows = (text: string, pattern: string, flags = ''): Value[][] =>
  splitByRegex(text, pattern, withoutGlobal(flags, 'regexp_split_to_table')).map((part) => [part])

const firstMatch = (text: string, pattern: string, flags = ''): Value => {
  const match = compileRegex(pattern, withoutGlobal(flags, 'regexp_match')).find(text, 0)
  return match === undefined ? null : groupsOf(text, match)
}

export const regexpFunctions: Scalars = {
  regexp_count_no_start: count,
  regexp_count_no_flags: count,
  regexp_count: count,
  regexp_instr_no_start: instr,
  regexp_instr_no_n: instr,
  regexp_instr_no_endoption: instr,
  regexp_instr_no_flags: instr,
  regexp_instr_no_subexpr: instr,
  regexp_instr: instr,
  regexp_substr_no_start: substr,
  regexp_substr_no_n: substr,
  regexp_substr_no_flags: substr,
  regexp_substr_no_subexpr: substr,
  regexp_substr: substr,
  regexp_match_no_flags: firstMatch,
  regexp_match: firstMatch,
  regexp_split_to_array_no_flags: (text: string, pattern: string) => storeArray(arrayOf(splitByRegex(text, pattern))),
  regexp_split_to_array: (text: string, pattern: string, flags: string) =>
    storeArray(arrayOf(splitByRegex(text, pattern, withoutGlobal(flags, 'regexp_split_to_array')))),
  textregexreplace_extended_no_n: (text: string, pattern: string, replacement: string, start: bigint) =>
    replaceMatches(text, pattern, replacement, start, 1n, ''),
  textregexreplace_extended_no_flags: (text: string, pattern: string, replacement: string, start: bigint, n: bigint) =>
    replaceMatches(text, pattern, replacement, start, n, ''),
  textregexreplace_extended: (
    text: string,
    pattern: string,
    replacement: string,
    start: bigint,
    n: bigint,
    flags: string,
  ) => replaceMatches(text, pattern, replacement, start, n, flags),
}
