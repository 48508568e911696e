/** Composite values: stored as the JSON array of their fields. Manual: "Composite Types"; record_out. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { toHex } from './text.ts'

/** A field keeps its kind of stored value, as the record's type may be known only to the value. */
export const storeRecord = (fields: readonly Value[]): string =>
  JSON.stringify(
    fields.map((field) => {
      if (typeof field === 'bigint') return { i: String(field) }
      if (typeof field === 'number') return { f: Object.is(field, -0) ? '-0' : String(field) }
      return field instanceof Uint8Array ? { x: toHex(field) } : field
    }),
  )

type StoredField = null | string | { i: string } | { f: string } | { x: string }

export const loadRecord = (stored: Value): Value[] =>
  (JSON.parse(String(stored)) as StoredField[]).map((field) => {
    if (field === null || typeof field === 'string') return field
    if ('i' in field) return BigInt(field.i)
    if ('f' in field) return Number(field.f)
    return Uint8Array.from(field.x.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  })

/** A record whose shape is known to itself alone: of a function that returns record, whatever that may be. */
export interface Shaped {
  /** The type of records of its shape. */
  readonly type: number
  readonly fields: readonly Value[]
}

export const storeShaped = ({ type, fields }: Shaped): string => `{"type":${type},"fields":${storeRecord(fields)}}`

/** @returns undefined for a record that is stored without its shape */
export const loadShaped = (stored: Value): Shaped | undefined => {
  const text = String(stored)
  if (!text.startsWith('{')) return undefined
  const { type, fields } = JSON.parse(text) as { type: number; fields: unknown }
  return { type, fields: loadRecord(JSON.stringify(fields)) }
}

/** record_out, given the fields' texts. */
export const recordOut = (fields: readonly (string | null)[]): string => {
  const write = (text: string | null): string => {
    if (text === null) return ''
    if (text !== '' && !/["\\(),\s]/.test(text)) return text
    return `"${text.replace(/["\\]/g, '$&$&')}"`
  }
  return `(${fields.map(write).join(',')})`
}

const malformed = (text: string, detail: string): PgError =>
  new PgError('22P02', `malformed record literal: "${text}"`, { detail })

/** record_in: the texts of a row's fields, NULL for an empty one. @throws PgError 22P02 */
export const recordIn = (text: string, width: number): (string | null)[] => {
  let at = 0
  const skipSpace = (): void => {
    while (at < text.length && /\s/.test(text[at] ?? '')) at++
  }
  skipSpace()
  if (text[at] !== '(') throw malformed(text, 'Missing left parenthesis.')
  at++
  const fields: (string | null)[] = []
  for (let index = 0; index < width; index++) {
    if (index > 0) {
      if (text[at] !== ',') throw malformed(text, 'Too few columns.')
      at++
    }
    if (text[at] === ',' || text[at] === ')') {
      fields.push(null)
      continue
    }
    let field = ''
    let quoted = false
    while (quoted || (text[at] !== ',' && text[at] !== ')')) {
      const character = text[at++]
      if (character === undefined) throw malformed(text, 'Unexpected end of input.')
      if (character === '\\') {
        if (at >= text.length) throw malformed(text, 'Unexpected end of input.')
        field += text[at++]
      } else if (character === '"') {
        if (!quoted) quoted = true
        else if (text[at] === '"') field += text[at++]
        else quoted = false
      } else field += character
    }
    fields.push(field)
  }
  if (text[at] === ',') throw malformed(text, 'Too many columns.')
  if (text[at] !== ')') throw malformed(text, 'Too few columns.')
  at++
  skipSpace()
  if (at < text.length) throw malformed(text, 'Junk after right parenthesis.')
  return fields
}
