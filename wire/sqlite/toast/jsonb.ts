/** jsonb as PostgreSQL stores it: of each container a header, an entry for each key and value, then these. After convertToJsonb (jsonb_util.c). */
import { type Json, JsonNumber } from '../../../compiler/types/json.ts'
import { numericDatum } from './numeric.ts'
import { aligned, uint32, withHeader } from './varlena.ts'

const ARRAY = 0x4000_0000
const OBJECT = 0x2000_0000
/** An array of one value, which is not in an array. */
const SCALAR = 0x1000_0000

const ENTRY = {
  string: 0,
  numeric: 0x1000_0000,
  false: 0x2000_0000,
  true: 0x3000_0000,
  null: 0x4000_0000,
  container: 0x5000_0000,
}
const HAS_OFFSET = 0x8000_0000
/** Every so many entries tell where their value ends, the others how long it is. */
const OFFSET_STRIDE = 32

interface Entry {
  readonly type: number
  readonly bytes: Buffer
}

const nothing = (type: number): Entry => ({ type, bytes: Buffer.alloc(0) })

/** @param at how many bytes of the value stand before it: numbers and containers are aligned */
const entryOf = (json: Json, at: number): Entry => {
  if (json === null) return nothing(ENTRY.null)
  if (typeof json === 'boolean') return nothing(json ? ENTRY.true : ENTRY.false)
  if (typeof json === 'string') return { type: ENTRY.string, bytes: Buffer.from(json) }
  const padding = Buffer.alloc(aligned(at, 4) - at)
  if (json instanceof JsonNumber)
    return { type: ENTRY.numeric, bytes: Buffer.concat([padding, withHeader(numericDatum(json.text))]) }
  return { type: ENTRY.container, bytes: Buffer.concat([padding, container(json, at + padding.length)]) }
}

const container = (json: Json[] | Map<string, Json>, at: number, flags = 0): Buffer => {
  const isArray = Array.isArray(json)
  const values: Json[] = isArray ? json : [...json.keys(), ...json.values()]
  const entries: Buffer[] = []
  const parts: Buffer[] = []
  let length = 0
  for (const [index, value] of values.entries()) {
    const { type, bytes } = entryOf(value, at + 4 + values.length * 4 + length)
    length += bytes.length
    parts.push(bytes)
    entries.push(uint32(index % OFFSET_STRIDE === 0 ? (type | length | HAS_OFFSET) >>> 0 : type | bytes.length))
  }
  const header = isArray ? ARRAY | flags | json.length : OBJECT | json.size
  return Buffer.concat([uint32(header), ...entries, ...parts])
}

/** Without the header of a varlena. */
export const jsonbDatum = (json: Json): Buffer =>
  json !== null && typeof json === 'object' && !(json instanceof JsonNumber)
    ? container(json, 4)
    : container([json], 4, SCALAR)
