/** Composite values: stored as the JSON array of their fields. Manual: "Composite Types"; record_out. */
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

/** record_out, given the fields' texts. */
export const recordOut = (fields: readonly (string | null)[]): string => {
  const write = (text: string | null): string => {
    if (text === null) return ''
    if (text !== '' && !/["\\(),\s]/.test(text)) return text
    return `"${text.replace(/["\\]/g, '$&$&')}"`
  }
  return `(${fields.map(write).join(',')})`
}
