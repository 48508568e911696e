/**
 * json and jsonb. json is stored as given; jsonb as the text that PostgreSQL prints: keys by length, then bytes, the
 * last of equal keys, numbers as numeric. Manual: "JSON Types".
 */
import { PgError } from '../../wire/protocol/error.ts'
import { compareDecimals, formatDecimal, numericKey, parseDecimal, toDecimal } from './numeric.ts'
import { compareText } from './text.ts'

export class JsonNumber {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json = null | boolean | string | JsonNumber | Json[] | Map<string, Json>

const encoder = new TextEncoder()

/** PostgreSQL's order of the keys of an object: by length in bytes, then by bytes. */
export const compareKeys = (left: string, right: string): number =>
  encoder.encode(left).length - encoder.encode(right).length || compareText(left, right)

const MAX_DEPTH = 6000

/**
 * Parses JSON text.
 * @param jsonb numbers are normalised, keys sorted, \u0000 refused
 * @throws PgError 22P02 as json_lex does
 */
export const parseJson = (text: string, jsonb: boolean, type = 'json'): Json => {
  let at = 0
  let depth = 0
  const fail = (detail: string): PgError => new PgError('22P02', `invalid input syntax for type ${type}`, { detail })
  const space = (): void => {
    while (at < text.length && (text[at] === ' ' || text[at] === '\n' || text[at] === '\t' || text[at] === '\r')) at++
  }
  const unexpected = (): PgError =>
    at >= text.length
      ? fail('The input string ended unexpectedly.')
      : fail(`Token "${text.slice(at, at + 20)}" is invalid.`)
  const string = (): string => {
    let value = ''
    let start = ++at
    for (;;) {
      const code = text.charCodeAt(at)
      if (Number.isNaN(code)) throw unexpected()
      if (code === 34) break
      if (code < 32) throw fail(`Character with value 0x${code.toString(16).padStart(2, '0')} must be escaped.`)
      if (code !== 92) {
        at++
        continue
      }
      value += text.slice(start, at)
      const symbol = text[at + 1]
      if (symbol === 'u') {
        const hex = text.slice(at + 2, at + 6)
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw fail('"\\u" must be followed by four hexadecimal digits.')
        const unit = Number.parseInt(hex, 16)
        if (jsonb && unit === 0)
          throw new PgError('22P05', 'unsupported Unicode escape sequence', {
            detail: '\\u0000 cannot be converted to text.',
          })
        if (jsonb) {
          const high = unit >= 0xd800 && unit < 0xdc00
          const next = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(text.slice(at + 6, at + 12))
          if (high !== (next !== null && high) || (unit >= 0xdc00 && unit < 0xe000))
            throw fail('Unicode high surrogate must be followed by a low surrogate.')
          if (high && next !== null) {
            value += String.fromCharCode(unit, Number.parseInt(next[1] ?? '', 16))
            at += 12
            start = at
            continue
          }
        }
        value += String.fromCharCode(unit)
        at += 6
      } else {
        const plain = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }[symbol ?? '']
        if (plain === undefined) throw fail(`Escape sequence "\\${symbol ?? ''}" is invalid.`)
        value += plain
        at += 2
      }
      start = at
    }
    value += text.slice(start, at)
    at++
    return value
  }
  const value = (): Json => {
    space()
    const character = text[at]
    if (character === '"') return string()
    if (character === '[' || character === '{') {
      if (++depth > MAX_DEPTH) throw new PgError('54001', 'stack depth limit exceeded')
      const result = character === '[' ? array() : object()
      depth--
      return result
    }
    const word = /^[A-Za-z0-9_$+\-.\u0080-\uffff]+/.exec(text.slice(at, at + 20))?.[0] ?? ''
    for (const [name, constant] of [
      ['true', true],
      ['false', false],
      ['null', null],
    ] as const)
      if (word === name) {
        at += name.length
        return constant
      }
    const sticky = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
    sticky.lastIndex = at
    const match = sticky.exec(text)
    if (match === null) throw unexpected()
    const following = text[at + match[0].length]
    if (following !== undefined && /[A-Za-z0-9_$+.\-\u0080-\uffff]/.test(following)) throw unexpected()
    at += match[0].length
    return new JsonNumber(jsonb ? formatDecimal(parseDecimal(match[0])) : match[0])
  }
  const array = (): Json[] => {
    const items: Json[] = []
    at++
    space()
    if (text[at] === ']') {
      at++
      return items
    }
    for (;;) {
      items.push(value())
      space()
      if (text[at] === ',') at++
      else if (text[at] === ']') {
        at++
        return items
      } else throw unexpected()
    }
  }
  const object = (): Map<string, Json> => {
    const pairs = new Map<string, Json>()
    at++
    space()
    if (text[at] === '}') {
      at++
      return pairs
    }
    for (;;) {
      space()
      if (text[at] !== '"') throw unexpected()
      const key = string()
      space()
      if (text[at] !== ':') throw unexpected()
      at++
      pairs.set(key, value())
      space()
      if (text[at] === ',') at++
      else if (text[at] === '}') {
        at++
        return jsonb ? sortKeys(pairs) : pairs
      } else throw unexpected()
    }
  }
  const result = value()
  space()
  if (at < text.length) throw unexpected()
  return result
}

export const sortKeys = (pairs: Map<string, Json>): Map<string, Json> =>
  new Map([...pairs].sort(([left], [right]) => compareKeys(left, right)))

/** A JSON string literal as PostgreSQL's escape_json writes it. */
export const quoteJson = (text: string): string => {
  let quoted = '"'
  for (const character of text) {
    const code = character.charCodeAt(0)
    if (character === '"' || character === '\\') quoted += `\\${character}`
    else if (code >= 32) quoted += character
    else
      quoted +=
        ({ 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' } as Record<number, string>)[code] ??
        `\\u${code.toString(16).padStart(4, '0')}`
  }
  return `${quoted}"`
}

/** jsonb as PostgreSQL prints it. */
export const formatJsonb = (json: Json): string => {
  if (json === null) return 'null'
  if (typeof json === 'boolean') return String(json)
  if (typeof json === 'string') return quoteJson(json)
  if (json instanceof JsonNumber) return json.text
  if (Array.isArray(json)) return `[${json.map(formatJsonb).join(', ')}]`
  return `{${[...json].map(([key, value]) => `${quoteJson(key)}: ${formatJsonb(value)}`).join(', ')}}`
}

/** json_in: checks the text and keeps it. */
export const jsonIn = (text: string): string => {
  parseJson(text, false)
  return text
}

export const jsonbIn = (text: string): string => formatJsonb(parseJson(text, true))

/** A stored jsonb. */
export const loadJsonb = (stored: string): Json => parseJson(stored, true, 'jsonb')

const rank = (json: Json): number => {
  if (json === null) return 0
  if (typeof json === 'string') return 1
  if (json instanceof JsonNumber) return 2
  if (typeof json === 'boolean') return 3
  return Array.isArray(json) ? 4 : 5
}

/** compareJsonbContainers: Object > Array > Boolean > Number > String > null; longer is greater; an empty array least. */
/** Ends a text in a key: smaller than all that a text can go on with. */
const END = '\u0001\u0001'
const textKey = (text: string): string => text.replaceAll('\u0001', '\u0001\u0002') + END
const countKey = (count: number): string => count.toString(16).padStart(8, '0')

/** A text whose order is that of jsonb (compareJsonbContainers). */
export const jsonKey = (json: Json, top = true): string => {
  if (Array.isArray(json)) {
    if (top && json.length === 0) return '0'
    return `5${countKey(json.length)}${json.map((item) => jsonKey(item, false)).join('')}`
  }
  if (json instanceof Map)
    return `6${countKey(json.size)}${[...json].map(([key, item]) => textKey(key) + jsonKey(item, false)).join('')}`
  if (json instanceof JsonNumber) return `3${numericKey(json.text)}${END}`
  if (typeof json === 'boolean') return json ? '4t' : '4f'
  return json === null ? '1' : `2${textKey(json)}`
}

export const compareJson = (left: Json, right: Json, top = true): number => {
  if (top) {
    const empty = (json: Json): boolean => Array.isArray(json) && json.length === 0
    if (empty(left) !== empty(right)) return empty(left) ? -1 : 1
  }
  const kinds = rank(left) - rank(right)
  if (kinds !== 0) return Math.sign(kinds)
  if (typeof left === 'string') return Math.sign(compareText(left, right as string))
  if (left instanceof JsonNumber) return compareDecimals(toDecimal(left.text), toDecimal((right as JsonNumber).text))
  if (typeof left === 'boolean') return Number(left) - Number(right)
  if (Array.isArray(left)) {
    const other = right as Json[]
    if (left.length !== other.length) return Math.sign(left.length - other.length)
    for (const [at, item] of left.entries()) {
      const order = compareJson(item, other[at] ?? null, false)
      if (order !== 0) return order
    }
    return 0
  }
  if (left instanceof Map) {
    const [mine, others] = [[...left], [...(right as Map<string, Json>)]]
    if (mine.length !== others.length) return Math.sign(mine.length - others.length)
    for (const [at, [key, item]] of mine.entries()) {
      const [otherKey, otherItem] = others[at] ?? ['', null]
      const order = Math.sign(compareText(key, otherKey)) || compareJson(item, otherItem, false)
      if (order !== 0) return order
    }
  }
  return 0
}
