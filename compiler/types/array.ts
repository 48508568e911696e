/**
 * Arrays. Stored as JSON, so that SQLite's own `json_each` can read them: `[1,2,null]`, nested for more dimensions;
 * with lower bounds other than 1 as `{"b":[0],"v":[…]}`. Manual: "Arrays"; array_in and array_out.
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { toHex } from './text.ts'

export interface ArrayValue {
  /** Length of each dimension; none of an empty array. */
  readonly dimensions: readonly number[]
  readonly bounds: readonly number[]
  /** Row by row. */
  readonly elements: readonly Value[]
}

export const EMPTY_ARRAY: ArrayValue = { dimensions: [], bounds: [], elements: [] }

/** An array of one dimension from 1 on. */
export const arrayOf = (elements: readonly Value[]): ArrayValue =>
  elements.length === 0 ? EMPTY_ARRAY : { dimensions: [elements.length], bounds: [1], elements }

const MAX_ELEMENTS = 134_217_727

export const checkSize = (dimensions: readonly number[]): void => {
  if (
    dimensions.some((length) => length < 0) ||
    dimensions.reduce((product, length) => product * length, 1) > MAX_ELEMENTS
  )
    throw new PgError('54000', `array size exceeds the maximum allowed (${MAX_ELEMENTS})`)
}

/** A value as an element of stored JSON. */
export const scalarJson = (value: Value): string => {
  if (value === null) return 'null'
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof Uint8Array) return `"${toHex(value)}"`
  if (!Number.isFinite(value)) return `"${value}"`
  if (Object.is(value, -0)) return '-0.0'
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${value}.0` : String(value)
}

/** The text that an array is stored as. */
export const storeArray = ({ dimensions, bounds, elements }: ArrayValue): string => {
  let next = 0
  const nest = (depth: number): string => {
    const parts: string[] = []
    for (let at = 0; at < (dimensions[depth] ?? 0); at++)
      parts.push(depth === dimensions.length - 1 ? scalarJson(elements[next++] ?? null) : nest(depth + 1))
    return `[${parts.join(',')}]`
  }
  const values = nest(0)
  return bounds.every((bound) => bound === 1) ? values : `{"b":[${bounds.join(',')}],"v":${values}}`
}

/** How an element's JSON is read back: as its type stores it. */
export type ElementForm = 'integer' | 'float' | 'bytes' | 'text'

type Json = null | number | string | bigint | Json[]

export const readScalar = (json: Json, form: ElementForm): Value => {
  if (json === null) return null
  switch (form) {
    case 'integer':
      return BigInt(json as string | number | bigint)
    case 'float':
      return json === 'NaN' ? json : Number(json)
    case 'bytes':
      return Uint8Array.from((json as string).match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
    case 'text':
      return json as string
    default:
      return form satisfies never
  }
}

/** Numbers of 16 digits and more would lose some on the way through JavaScript's own. */
export const parseStored = (text: string, form: ElementForm): unknown => {
  if (form !== 'integer' || !/\d{16}/.test(text)) return JSON.parse(text)
  const exact = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' && context?.source !== undefined ? BigInt(context.source) : value
  return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1])
}

export const loadArray = (stored: Value, form: ElementForm): ArrayValue => {
  const parsed = parseStored(String(stored), form) as Json[] | { b: Json[]; v: Json[] }
  const nested = Array.isArray(parsed) ? parsed : parsed.v
  const dimensions: number[] = []
  for (let level: Json | undefined = nested; Array.isArray(level) && level.length > 0; level = level[0])
    dimensions.push(level.length)
  const elements: Value[] = []
  const flatten = (level: Json[], depth: number): void => {
    for (const item of level)
      if (depth < dimensions.length - 1) flatten(item as Json[], depth + 1)
      else elements.push(readScalar(item, form))
  }
  flatten(nested, 0)
  const bounds = Array.isArray(parsed) ? dimensions.map(() => 1) : parsed.b.map(Number)
  return { dimensions, bounds, elements }
}

const needsQuotes = (text: string, delimiter: string): boolean =>
  text === '' || /^null$/i.test(text) || /[{}"\\\s]/.test(text) || text.includes(delimiter)

/** array_out, given the elements' output function. */
export const arrayOut = (
  { dimensions, bounds, elements }: ArrayValue,
  output: (value: Value) => string,
  delimiter: string,
): string => {
  if (dimensions.length === 0) return '{}'
  let next = 0
  const write = (depth: number): string => {
    const parts: string[] = []
    for (let at = 0; at < (dimensions[depth] ?? 0); at++) {
      if (depth < dimensions.length - 1) {
        parts.push(write(depth + 1))
        continue
      }
      const element = elements[next++] ?? null
      if (element === null) parts.push('NULL')
      else {
        const text = output(element)
        parts.push(needsQuotes(text, delimiter) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text)
      }
    }
    return `{${parts.join(delimiter)}}`
  }
  const prefix = bounds.every((bound) => bound === 1)
    ? ''
    : `${bounds.map((bound, at) => `[${bound}:${bound + (dimensions[at] ?? 0) - 1}]`).join('')}=`
  return prefix + write(0)
}

/** array_in, given the elements' input function. @throws PgError 22P02 */
export const arrayIn = (text: string, input: (text: string) => Value, delimiter: string): ArrayValue => {
  const malformed = (detail: string): PgError => new PgError('22P02', `malformed array literal: "${text}"`, { detail })
  let at = 0
  const space = (): void => {
    while (at < text.length && ' \t\n\r\v\f'.includes(text[at] ?? '')) at++
  }
  const bounds: number[] = []
  const declared: number[] = []
  space()
  while (text[at] === '[') {
    const match = /^\[\s*([+-]?\d+)\s*(?::\s*([+-]?\d+)\s*)?\]/.exec(text.slice(at))
    if (match === null) throw malformed('Missing array dimension value.')
    if (bounds.length === 6) throw new PgError('54000', 'number of array dimensions exceeds the maximum allowed (6)')
    const low = match[2] === undefined ? 1 : Number(match[1])
    const high = match[2] === undefined ? Number(match[1]) : Number(match[2])
    if (high < low) throw new PgError('2202E', 'upper bound cannot be less than lower bound')
    bounds.push(low)
    declared.push(high - low + 1)
    at += match[0].length
    space()
  }
  if (bounds.length > 0) {
    if (text[at] !== '=') throw malformed('Missing "=" after array dimensions.')
    at++
    space()
    if (text[at] !== '{') throw malformed('Array contents must start with "{".')
  } else if (text[at] !== '{') throw malformed('Array value must start with "{" or dimension information.')

  const dimensions: (number | undefined)[] = []
  const elements: Value[] = []
  let leaf = -1
  const readArray = (depth: number): void => {
    if (depth >= 6) throw new PgError('54000', 'number of array dimensions exceeds the maximum allowed (6)')
    at++
    let count = 0
    let sawDelimiter = false
    for (;;) {
      space()
      const character = text[at]
      if (character === undefined) throw malformed('Unexpected end of input.')
      if (character === '}') {
        if (sawDelimiter) throw malformed('Unexpected "}" character.')
        at++
        break
      }
      if (character === delimiter) throw malformed(`Unexpected "${delimiter}" character.`)
      if (character === '{') {
        if (leaf >= 0 && leaf === depth)
          throw malformed('Multidimensional arrays must have sub-arrays with matching dimensions.')
        readArray(depth + 1)
      } else {
        if (leaf < 0) leaf = depth
        if (leaf !== depth) throw malformed('Multidimensional arrays must have sub-arrays with matching dimensions.')
        elements.push(readElement())
      }
      count++
      space()
      if (text[at] === delimiter) {
        at++
        sawDelimiter = true
      } else if (text[at] !== '}') {
        if (text[at] === undefined) throw malformed('Unexpected end of input.')
        throw malformed(text[at] === '{' ? 'Unexpected "{" character.' : 'Unexpected array element.')
      } else sawDelimiter = false
    }
    if (dimensions[depth] === undefined) dimensions[depth] = count
    else if (dimensions[depth] !== count)
      throw malformed('Multidimensional arrays must have sub-arrays with matching dimensions.')
  }
  const readElement = (): Value => {
    if (text[at] === '"') {
      let value = ''
      for (at++; text[at] !== '"'; at++) {
        if (text[at] === '\\') at++
        if (text[at] === undefined) throw malformed('Unexpected end of input.')
        value += text[at]
      }
      at++
      return input(value)
    }
    let value = ''
    let kept = 0
    let escaped = false
    while (at < text.length && text[at] !== delimiter && text[at] !== '}' && text[at] !== '{') {
      if (text[at] === '"') throw malformed('Incorrectly quoted array element.')
      if (text[at] === '\\') {
        at++
        escaped = true
        if (at >= text.length) throw malformed('Unexpected end of input.')
        value += text[at]
        kept = value.length
      } else {
        value += text[at]
        if (!' \t\n\r\v\f'.includes(text[at] ?? '')) kept = value.length
      }
      at++
    }
    const trimmed = value.slice(0, kept)
    return !escaped && /^null$/i.test(trimmed) ? null : input(trimmed)
  }
  readArray(0)
  space()
  if (at < text.length) throw malformed('Junk after closing right brace.')
  if (elements.length === 0) {
    if (declared.length > 0) throw malformed('Specified array dimensions do not match array contents.')
    return EMPTY_ARRAY
  }
  const actual = dimensions.map((length) => length ?? 0)
  if (declared.length > 0 && (declared.length !== actual.length || declared.some((length, d) => length !== actual[d])))
    throw malformed('Specified array dimensions do not match array contents.')
  checkSize(actual)
  return { dimensions: actual, bounds: bounds.length > 0 ? bounds : actual.map(() => 1), elements }
}
