/** text and its kinds, bool, bytea and uuid. Manual: "Character Types", "Boolean Type", "Binary Data Types". */
import { PgError } from '../../wire/protocol/error.ts'
import { utf8 } from '../../wire/protocol/utf8.ts'

/** Length in characters, as PostgreSQL counts: code points. */
export const characters = (text: string): number => {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xdc00 || unit > 0xdfff) count++
  }
  return count
}

/** The first `count` characters. */
export const firstCharacters = (text: string, count: number): string => {
  if (text.length <= count) return text
  return Array.from(text).slice(0, count).join('')
}

/** varchar(n) and char(n): too long an assignment is an error unless only spaces are lost; a cast cuts. */
export const limitLength = (text: string, limit: number, explicit: boolean, type: string): string => {
  if (characters(text) <= limit) return text
  const kept = firstCharacters(text, limit)
  if (!explicit && text.slice(kept.length).replace(/ +$/, '') !== '')
    throw new PgError('22001', `value too long for type ${type}(${limit})`)
  return kept
}

export const padTo = (text: string, length: number): string => text + ' '.repeat(Math.max(0, length - characters(text)))

const encoder = new TextEncoder()

/** name: at most 63 bytes. */
export const truncateName = (text: string): string => {
  const bytes = encoder.encode(text)
  if (bytes.length <= 63) return text
  let end = 63
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return utf8(bytes.subarray(0, end))
}

/** "char": one byte; above 127 it is written as an octal escape. */
export const charIn = (text: string): string => {
  const octal = /^\\([0-3][0-7][0-7])$/.exec(text)
  if (octal !== null) return String.fromCharCode(Number.parseInt(octal[1] ?? '0', 8))
  const [first = 0] = encoder.encode(text)
  return text === '' ? '' : String.fromCharCode(first)
}

export const charOut = (value: string): string => {
  const code = value.charCodeAt(0)
  if (code === 0) return ''
  return code > 127 ? `\\${code.toString(8)}` : value
}

const TRUE = ['true', 'yes', 'on', '1']
const FALSE = ['false', 'no', 'off', '0']

/** boolin: any unambiguous beginning of a spelling. */
export const boolIn = (text: string): bigint => {
  const word = text.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, '').toLowerCase()
  const least = word.startsWith('o') ? 2 : 1
  if (word.length >= least) {
    if (TRUE.some((spelling) => spelling.startsWith(word))) return 1n
    if (FALSE.some((spelling) => spelling.startsWith(word))) return 0n
  }
  throw new PgError('22P02', `invalid input syntax for type boolean: "${text}"`)
}

const hexDigit = (code: number): number =>
  code >= 48 && code <= 57
    ? code - 48
    : code >= 97 && code <= 102
      ? code - 87
      : code >= 65 && code <= 70
        ? code - 55
        : -1

const fromHex = (text: string): Uint8Array => {
  const bytes: number[] = []
  let high = -1
  for (const character of text) {
    if (high < 0 && ' \n\t\r'.includes(character)) continue
    const digit = hexDigit(character.charCodeAt(0))
    if (digit < 0) {
      if (' \n\t\r'.includes(character)) throw new PgError('22023', 'invalid hexadecimal data: odd number of digits')
      throw new PgError('22023', `invalid hexadecimal digit: "${character}"`)
    }
    if (high < 0) high = digit
    else {
      bytes.push(high * 16 + digit)
      high = -1
    }
  }
  if (high >= 0) throw new PgError('22023', 'invalid hexadecimal data: odd number of digits')
  return Uint8Array.from(bytes)
}

export const decodeHex = fromHex

export const byteaIn = (text: string): Uint8Array =>
  text.startsWith('\\x') ? fromHex(text.slice(2)) : fromEscaped(text)

/** The escape format. @throws PgError 22P02 */
export const fromEscaped = (text: string): Uint8Array => {
  const input = encoder.encode(text)
  const bytes: number[] = []
  const invalid = (): PgError => new PgError('22P02', 'invalid input syntax for type bytea')
  for (let at = 0; at < input.length; at++) {
    if (input[at] !== 92) bytes.push(input[at] ?? 0)
    else if (input[at + 1] === 92) {
      bytes.push(92)
      at++
    } else {
      const octal = /^[0-3][0-7][0-7]$/.exec(String.fromCharCode(...input.subarray(at + 1, at + 4)))
      if (octal === null) throw invalid()
      bytes.push(Number.parseInt(octal[0], 8))
      at += 3
    }
  }
  return Uint8Array.from(bytes)
}

export const toHex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

export const byteaOut = (bytes: Uint8Array, format: 'hex' | 'escape'): string => {
  if (format === 'hex') return `\\x${toHex(bytes)}`
  let text = ''
  for (const byte of bytes) {
    if (byte === 92) text += '\\\\'
    else if (byte < 32 || byte > 126) text += `\\${byte.toString(8).padStart(3, '0')}`
    else text += String.fromCharCode(byte)
  }
  return text
}

export const uuidIn = (text: string): string => {
  const braces = /^\{(.*)\}$/.exec(text)
  const inner = braces?.[1] ?? text
  if (!/^([0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}$/.test(inner))
    throw new PgError('22P02', `invalid input syntax for type uuid: "${text}"`)
  const hex = inner.replaceAll('-', '').toLowerCase()
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The order of UTF-8 bytes, which is that of code points: collation C. */
export const compareText = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)]
    if (a !== b) {
      const surrogates = (a & 0xf800) === 0xd800 || (b & 0xf800) === 0xd800
      return surrogates ? Math.sign((left.codePointAt(at) ?? 0) - (right.codePointAt(at) ?? 0)) || a - b : a - b
    }
  }
  return left.length - right.length
}

export const compareBytes = (left: Uint8Array, right: Uint8Array): number => {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}
