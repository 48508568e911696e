/**
 * to_number(): a text read by a pattern. Manual: "Data Type Formatting Functions"; after NUM_processor and
 * NUM_numpart_from_char in formatting.c.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { applyTypmod, formatDecimal, multiply, parseDecimal } from '../types/numeric.ts'
import { type FormatNode, parseNumberFormat } from './format-pattern.ts'
import type { Scalars } from './implementation.ts'
import { describeNumber, type NumberDescription } from './to-char-number.ts'

const isDigit = (character: string | undefined): boolean => character !== undefined && /\d/.test(character)

/** The number that a pattern finds in a text, as numeric_in reads it, and how many digits it has behind the point. */
const readDigits = (
  text: string,
  nodes: readonly FormatNode[],
  { flags, sign: signPlace, post }: NumberDescription,
): { readonly number: string; readonly post: number } => {
  if (flags.has('exponent')) throw new PgError('0A000', '"EEEE" not supported for input')
  if (flags.has('roman')) throw unsupported('"RN" in to_number()')
  const characters = Array.from(text)
  let at = 0
  let sign = ' '
  let digits = ''
  let [readPre, readPost, readPoint] = [0, 0, false]
  const ended = (): boolean => at >= characters.length
  const eat = (count: number): void => {
    for (let eaten = 0; eaten < count && !ended() && !/[0-9.,+-]/.test(characters[at] ?? ''); eaten++) at++
  }
  const signBefore = (): void => {
    const next = characters[at]
    if (flags.has('sign') && signPlace === 'before') {
      if (next !== '-' && next !== '+') return
      sign = next
    } else if (next === '-' || (flags.has('bracket') && next === '<')) sign = '-'
    else if (next === '+') sign = '+'
    else return
    at++
  }
  const signBehind = (read: boolean): void => {
    if (flags.has('sign')) {
      const next = characters[at + 1]
      if (!read || next === undefined || isDigit(next)) return
      if (next !== '-' && next !== '+') return
      sign = next
      at++
    } else if (!read && (flags.has('plus') || flags.has('minus'))) {
      const here = characters[at]
      if (here === '-' || here === '+') sign = here
    }
  }
  const part = (isPoint: boolean): void => {
    if (characters[at] === ' ') at++
    if (ended()) return
    if (sign === ' ' && !isPoint && readPre + readPost === 0) signBefore()
    if (ended()) return
    let read = false
    if (isDigit(characters[at])) {
      if (readPoint && readPost === post) return
      digits += characters[at]
      if (readPoint) readPost++
      else readPre++
      read = true
    } else if (flags.has('decimal') && !readPoint && characters[at] === '.') {
      digits += '.'
      readPoint = true
      read = true
    }
    if (sign === ' ' && readPre + readPost > 0) signBehind(read)
  }
  for (const node of nodes) {
    if (ended()) break
    if (node.kind === 'text') {
      at++
      continue
    }
    const here = characters[at]
    switch (node.word.toUpperCase()) {
      case '9':
      case '0':
        part(false)
        break
      case '.':
      case 'D':
        part(true)
        break
      case ',':
      case 'G':
        // Digits are never "in" a number where they are read, so that FM leaves separators out.
        if (flags.has('fill') || here !== ',') continue
        break
      case 'L':
        eat(1)
        continue
      case 'TH':
        if (!flags.has('decimal')) eat(2)
        continue
      case 'MI':
      case 'PL':
      case 'SG':
        if ((here === '-' && node.word.toUpperCase() !== 'PL') || (here === '+' && node.word.toUpperCase() !== 'MI')) {
          sign = here
          break
        }
        eat(1)
        continue
      default:
        continue
    }
    at++
  }
  return { number: sign + digits.replace(/\.$/, ''), post: readPost }
}

export const numberReading: Scalars = {
  numeric_to_number: (text: string, pattern: string) => {
    if (pattern === '') return null
    const nodes = parseNumberFormat(pattern)
    const description = describeNumber(nodes)
    const { pre, multi, flags } = description
    const { number, post } = readDigits(text, nodes, description)
    const precision = pre + multi + post
    const value = applyTypmod(parseDecimal(number), ((precision << 16) | post) + 4)
    if (!flags.has('multi')) return formatDecimal(value)
    // 10 to a negative power has as many digits as power() of numeric shows: at least 16.
    const factor = multi === 0 ? '1.' : `0.${'1'.padStart(multi, '0')}`
    return formatDecimal(multiply(value, parseDecimal(factor.padEnd(Math.max(multi, 16) + 2, '0'))))
  },
}
