/** Values one after the other, as in the data of a row. After heap_fill_tuple (heaptuple.c). */
import type { Stored } from '../../binary/binary.ts'
import type { Layout } from './datum.ts'
import { aligned, isShort, packed } from './varlena.ts'

export class Tuple {
  readonly #start: number
  readonly #parts: Buffer[] = []
  #end: number

  /** @param start how many bytes stand before, by which values are aligned */
  constructor(start: number) {
    this.#start = start
    this.#end = start
  }

  get length(): number {
    return this.#end - this.#start
  }

  add({ length, align, storage, image }: Layout, value: Stored): void {
    const content = image(value)
    const isPacked = length < 0 && storage !== 'p' && isShort(content.length)
    const start = isPacked ? this.#end : aligned(this.#end, align)
    const bytes = length < 0 ? packed(content) : content
    this.#parts.push(Buffer.alloc(start - this.#end), bytes)
    this.#end = start + bytes.length
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
