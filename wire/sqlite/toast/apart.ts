/**
 * Which values of a row PostgreSQL would store apart from it (TOAST): SQLite has no need to, but subscribers are not
 * sent again what an update has left where it was. Manual: "TOAST"; after heap_toast_insert_or_update (heaptoast.c).
 */
import type { RelationInfo } from '../../../compiler/catalog/entries.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import type { Environment } from '../../../compiler/types/environment.ts'
import { type Layout, layoutOf, rowHeader } from './datum.ts'
import { compressedLength } from './pglz.ts'
import { aligned, HEADER, isShort } from './varlena.ts'

/** TOAST_TUPLE_THRESHOLD, and the default of TOAST_TUPLE_TARGET: so many bytes a row may have, its header included. */
const THRESHOLD = 2032
/** TOAST_TUPLE_TARGET_MAIN: the same for columns that are stored in the row wherever possible. */
const MAIN_TARGET = 8160
/** What stands in a row for a value that is stored apart. */
const POINTER = 18
/** Values that are no longer are not worth it. */
const LEAST = 24
/** Of a value that is compressed. */
const COMPRESSED_HEADER = 8

type Storage = 'p' | 'e' | 'm' | 'x'

/** A value of variable length that is not NULL. */
interface Attribute {
  readonly at: number
  readonly layout: Layout
  readonly storage: Storage
  readonly content: Buffer
  form: 'plain' | 'compressed' | 'apart'
  /** With its header, as it is now. */
  size: number
  isIncompressible: boolean
}

interface Column {
  readonly layout: Layout
  readonly storage: Storage
  /** A value takes no more bytes than so many for each character, or byte, that SQLite stores. */
  readonly factor: number
}

const FACTORS: Readonly<Record<number, number>> = {
  [OID.text]: 3,
  [OID.varchar]: 3,
  [OID.bpchar]: 3,
  [OID.json]: 3,
  [OID.bytea]: 1,
  [OID.jsonb]: 5,
}
/** Of arrays of name. */
const LARGEST_FACTOR = 64
/** What a value takes beside that: headers, and the room for its alignment. */
const OVERHEAD = 40

const TARGET_OPTION = 'toast_tuple_target='

/** RelationGetToastTupleTarget */
const targetOf = ({ options = [] }: RelationInfo): number => {
  const option = options.find((each) => each.startsWith(TARGET_OPTION))
  return option === undefined ? THRESHOLD : Number(option.slice(TARGET_OPTION.length))
}

export class Apart {
  readonly #columns: readonly Column[]
  /** Dropped ones as well. */
  readonly #count: number
  readonly #hasDropped: boolean
  readonly #target: number

  /** @param env with the catalog that has the relation; what its types are stored as is asked of it */
  constructor(env: Environment, relation: RelationInfo) {
    this.#columns = relation.columns.map(({ type, storage }) => {
      const layout = layoutOf(env, type)
      const factor = FACTORS[env.catalog.baseType(type)] ?? LARGEST_FACTOR
      return { layout, storage: storage ?? layout.storage, factor }
    })
    const dropped = relation.dropped?.length ?? 0
    this.#count = relation.columns.length + dropped
    this.#hasDropped = dropped > 0
    this.#target = targetOf(relation)
  }

  /** Positions of the columns of a row whose values are stored apart, if the row is stored as a whole. */
  of(row: readonly Value[]): number[] {
    if (this.#isSmall(row)) return []
    const attributes = this.#attributes(row)
    const header = rowHeader(this.#count, this.#hasDropped || row.includes(null))
    const length = (): number => this.#dataLength(row, attributes)
    if (header + length() <= THRESHOLD) return []
    const isTooLong = (target = this.#target): boolean => length() > target - header
    const push = (attribute: Attribute): void => {
      attribute.form = 'apart'
      attribute.size = POINTER
    }
    for (let next = biggest(attributes, true, 'ex'); isTooLong() && next; next = biggest(attributes, true, 'ex')) {
      if (next.storage === 'x') compress(next)
      else next.isIncompressible = true
      // by itself it is more than there is room for
      if (next.size > this.#target - header) push(next)
    }
    for (let next = biggest(attributes, false, 'ex'); isTooLong() && next; next = biggest(attributes, false, 'ex'))
      push(next)
    for (let next = biggest(attributes, true, 'm'); isTooLong() && next; next = biggest(attributes, true, 'm'))
      compress(next)
    for (
      let next = biggest(attributes, false, 'm');
      isTooLong(MAIN_TARGET) && next;
      next = biggest(attributes, false, 'm')
    )
      push(next)
    return attributes.filter(({ form }) => form === 'apart').map(({ at }) => at)
  }

  /** Whether it can be told without a look at its values that everything has room. */
  #isSmall(row: readonly Value[]): boolean {
    let most = rowHeader(this.#count, true)
    for (const [at, { layout, factor }] of this.#columns.entries()) {
      const value = row[at] ?? null
      const units = typeof value === 'string' || value instanceof Uint8Array ? value.length : 0
      most += layout.length > 0 ? layout.length + layout.align : units * factor + OVERHEAD
    }
    return most <= THRESHOLD
  }

  #attributes(row: readonly Value[]): Attribute[] {
    return this.#columns.flatMap(({ layout, storage }, at) => {
      const value = row[at] ?? null
      if (value === null || layout.length > 0) return []
      const content = layout.image(value)
      return [{ at, layout, storage, content, form: 'plain', size: content.length + HEADER, isIncompressible: false }]
    })
  }

  /** heap_compute_data_size */
  #dataLength(row: readonly Value[], attributes: readonly Attribute[]): number {
    let [length, next] = [0, 0]
    for (const [at, { layout }] of this.#columns.entries()) {
      if ((row[at] ?? null) === null) continue
      if (layout.length > 0) {
        length = aligned(length, layout.align) + layout.length
        continue
      }
      const attribute = attributes[next++]
      if (attribute === undefined) continue
      const { form, storage, size } = attribute
      if (form === 'plain' && storage !== 'p' && isShort(size - HEADER)) length += size - HEADER + 1
      else length = (form === 'apart' ? length : aligned(length, layout.align)) + size
    }
    return length
  }
}

/** toast_tuple_find_biggest_attribute. @param storages of the columns that are asked for */
const biggest = (attributes: readonly Attribute[], toCompress: boolean, storages: string): Attribute | undefined => {
  let found: Attribute | undefined
  for (const attribute of attributes) {
    if (attribute.form === 'apart' || !storages.includes(attribute.storage)) continue
    if (toCompress && (attribute.isIncompressible || attribute.form === 'compressed')) continue
    if (attribute.size > (found?.size ?? LEAST)) found = attribute
  }
  return found
}

/** toast_tuple_try_compression: only what becomes shorter by more than two bytes is left compressed. */
const compress = (attribute: Attribute): void => {
  const length = compressedLength(attribute.content)
  if (length === undefined || length + COMPRESSED_HEADER >= attribute.content.length - 2) {
    attribute.isIncompressible = true
    return
  }
  attribute.form = 'compressed'
  attribute.size = length + COMPRESSED_HEADER
}
