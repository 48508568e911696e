/** The bytes that PostgreSQL stores for a value, little-endian, and how they are aligned. After the types' sources. */
import { OID } from '../../../compiler/catalog/oid.ts'
import { codecOf, loadElements } from '../../../compiler/types/codec.ts'
import { loadTimeTz } from '../../../compiler/types/datetime.ts'
import type { Environment } from '../../../compiler/types/environment.ts'
import { loadInterval } from '../../../compiler/types/interval.ts'
import { loadJsonb } from '../../../compiler/types/json.ts'
import { loadMultirange, loadRange } from '../../../compiler/types/range.ts'
import { rangeKindOf } from '../../../compiler/types/range-codec.ts'
import { loadRecord } from '../../../compiler/types/record.ts'
import type { Stored } from '../../binary/binary.ts'
import { senderOf } from '../../binary/format.ts'
import { jsonbDatum } from './jsonb.ts'
import { numericDatum } from './numeric.ts'
import { multirangeDatum, rangeDatum } from './range.ts'
import { Tuple } from './tuple.ts'
import { type Alignment, aligned, HEADER, uint32, withHeader } from './varlena.ts'

/** How the values of a type are stored. */
export interface Layout {
  /** In bytes; -1 where it varies. */
  readonly length: number
  readonly align: Alignment
  /** As pg_type has it: p plain, m main, x extended. */
  readonly storage: 'p' | 'm' | 'x'
  /** The bytes of a value, of one of variable length without its header. */
  readonly image: (value: Stored) => Buffer
}

const NAME_LENGTH = 64

/** By their length, where it is not the same. */
const ALIGNMENTS: Readonly<Record<number, Alignment>> = {
  [OID.uuid]: 1,
  [OID.name]: 1,
  [OID.interval]: 8,
  [OID.timetz]: 8,
}

/** Numbers, which are sent the other way round. */
const reversed =
  (send: (value: Stored) => Buffer) =>
  (value: Stored): Buffer =>
    Buffer.from(send(value)).reverse()

const fixed = (env: Environment, base: number, length: number): Layout['image'] => {
  const send = senderOf(env, base)
  switch (base) {
    case OID.uuid:
      return send
    case OID.name:
      return (value) => Buffer.concat([Buffer.from(String(value)), Buffer.alloc(NAME_LENGTH)], NAME_LENGTH)
    case OID.timetz:
      return (value) => {
        const { micros, zone } = loadTimeTz(value)
        const buffer = Buffer.alloc(length)
        buffer.writeInt32LE(-zone, buffer.writeBigInt64LE(micros))
        return buffer
      }
    case OID.interval:
      return (value) => {
        const { months, days, micros } = loadInterval(value)
        const buffer = Buffer.alloc(length)
        buffer.writeInt32LE(months, buffer.writeInt32LE(days, buffer.writeBigInt64LE(micros)))
        return buffer
      }
    default:
      // the oids of labels are PostgreSQL's own affair
      return env.catalog.type(base).kind === 'e' ? () => Buffer.alloc(length) : reversed(send)
  }
}

const MAX_ALIGN = 8

/** After construct_md_array and ArrayCastAndSet (arrayfuncs.c). */
const arrayImage =
  (env: Environment, type: number, elementType: number, element: Layout): Layout['image'] =>
  (value) => {
    const { dimensions, bounds, elements } = loadElements(env, type, value)
    const bits = elements.includes(null) ? Math.ceil(elements.length / 8) : 0
    const bitmap = Buffer.alloc(bits)
    const shape = [...dimensions, ...bounds].map(uint32)
    const before = HEADER + 12 + shape.length * 4 + bits
    const start = dimensions.length === 0 ? before : aligned(before, MAX_ALIGN)
    const parts: Buffer[] = []
    for (const [at, each] of elements.entries()) {
      if (each === null) continue
      if (bits > 0) bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7))
      const bytes = element.length < 0 ? withHeader(element.image(each)) : element.image(each)
      parts.push(bytes, Buffer.alloc(aligned(bytes.length, element.align) - bytes.length))
    }
    const head = [uint32(dimensions.length), uint32(bits > 0 ? start : 0), uint32(elementType), ...shape, bitmap]
    return Buffer.concat([...head, Buffer.alloc(start - before), ...parts])
  }

/** HeapTupleHeaderData */
const ROW_HEADER = 23
const HAS_NULL = 1
const HAS_VARIABLE_WIDTH = 2
/** Where the row would be: nowhere (ItemPointerSetInvalid). */
const NO_PLACE = [0xff, 0xff, 0xff, 0xff, 0, 0]

/** How many bytes stand before the data of a row. @param columns dropped ones as well */
export const rowHeader = (columns: number, hasNull: boolean): number =>
  aligned(ROW_HEADER + (hasNull ? Math.ceil(columns / 8) : 0), MAX_ALIGN)

/** After heap_form_tuple (heaptuple.c). */
const recordImage =
  (oid: number, fields: readonly Layout[]): Layout['image'] =>
  (value) => {
    const values = loadRecord(value)
    const hasNull = fields.some((_, at) => (values[at] ?? null) === null)
    const start = rowHeader(fields.length, hasNull)
    const bitmap = Buffer.alloc(start - ROW_HEADER)
    const tuple = new Tuple(start)
    for (const [at, layout] of fields.entries()) {
      const field = values[at] ?? null
      if (field === null) continue
      if (hasNull) bitmap[at >> 3] = (bitmap[at >> 3] ?? 0) | (1 << (at & 7))
      tuple.add(layout, field)
    }
    const isVariable = fields.some(({ length }) => length < 0)
    const marks = (hasNull ? HAS_NULL : 0) | (isVariable ? HAS_VARIABLE_WIDTH : 0)
    const words = Buffer.alloc(5)
    words.writeUInt8(start, words.writeUInt16LE(marks, words.writeUInt16LE(fields.length)))
    return Buffer.concat([uint32(-1), uint32(oid), Buffer.from(NO_PLACE), words, bitmap, tuple.bytes()])
  }

/** Family, bits of the netmask, address: what is sent has two bytes more. */
const networkImage =
  (send: (value: Stored) => Buffer): Layout['image'] =>
  (value) => {
    const sent = send(value)
    return Buffer.concat([sent.subarray(0, 2), sent.subarray(4)])
  }

const variable = (image: Layout['image'], storage: 'm' | 'x' = 'x', align: Alignment = 4): Layout => ({
  length: -1,
  align,
  storage,
  image,
})

/** Aligned as what they are made of, if that is 8 bytes. */
const like = ({ align }: Layout): Alignment => (align === 8 ? 8 : 4)

/** @throws PgError 0A000 for a type whose values cannot be stored */
export const layoutOf = (env: Environment, type: number): Layout => {
  const { catalog } = env
  const base = catalog.baseType(type)
  const { length, kind } = catalog.type(base)
  if (length > 0) {
    const align = ALIGNMENTS[base] ?? (Math.min(length, 8) as Alignment)
    return { length, align, storage: 'p', image: fixed(env, base, length) }
  }
  switch (base) {
    case OID.bytea:
      return variable((value) => Buffer.from(value as Uint8Array))
    case OID.numeric:
      return variable(numericDatum, 'm')
    case OID.jsonb:
      return variable((value) => jsonbDatum(loadJsonb(String(value))))
    case OID.inet:
    case OID.cidr:
      return variable(networkImage(senderOf(env, base)), 'm')
    case OID.bit:
    case OID.varbit: {
      const send = senderOf(env, base)
      return variable((value) => Buffer.from(send(value)).fill(reversed(send)(value).subarray(-4), 0, 4))
    }
  }
  const elementType = catalog.elementType(base)
  if (elementType !== 0) {
    const element = layoutOf(env, elementType)
    return variable(arrayImage(env, base, elementType, element), 'x', like(element))
  }
  if (kind === 'r' || kind === 'm') {
    const subtype = layoutOf(env, catalog.rangeSubtype(catalog.multirangeRange(base) || base))
    const { form } = rangeKindOf(env, base)
    const image: Layout['image'] =
      kind === 'r'
        ? (value) => rangeDatum(base, loadRange(form, value), subtype)
        : (value) => multirangeDatum(base, loadMultirange(form, value), subtype)
    return variable(image, 'x', like(subtype))
  }
  const fields = kind === 'c' ? catalog.fields(base) : undefined
  if (fields !== undefined)
    return variable(
      recordImage(
        base,
        fields.map((field) => layoutOf(env, field.type)),
      ),
      'x',
      8,
    )
  const codec = codecOf(env, base)
  return variable((value) => Buffer.from(codec.output(value, env)))
}
