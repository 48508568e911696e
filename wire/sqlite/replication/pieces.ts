/**
 * The entries of one transaction in pieces, each a row of the log and read again as a whole. Small transactions are kept in
 * memory; of large ones most pieces lie in a file until the commit.
 */
import type { Encoded } from '../../pgoutput/encode.ts'
import { FrameWriter } from '../../protocol/frame.ts'
import type { Lsn } from '../../replication/lsn.ts'

export interface PieceLimits {
  /** Bytes of a piece, more or less. */
  readonly piece: number
  /** Bytes of pieces that are kept in memory. */
  readonly inMemory: number
}

const LIMITS: PieceLimits = { piece: 256 << 10, inMemory: 8 << 20 }

export interface Piece {
  /** Of its first entry. */
  readonly lsn: Lsn
  readonly body: Buffer
}

/** Where pieces lie that are not kept in memory. Its errors are of class 53 and 58. */
export interface Scratch {
  write(bytes: Buffer, at: number): void
  read(size: number, at: number): Buffer
  close(): void
}

/** A piece that is full. */
interface Sealed {
  readonly lsn: Lsn
  /** Where its entries end. */
  readonly ends: Uint32Array
  /** The bytes, or where they begin in the file. */
  readonly at: Buffer | number
}

const sizeOf = ({ ends }: Sealed): number => ends.at(-1) ?? 0

export class Pieces {
  readonly #openScratch: () => Scratch
  readonly #limits: PieceLimits
  #sealed: Sealed[] = []
  /** The piece that entries are added to, where each of them ends, and the position of the first; made with the first. */
  #open: FrameWriter | undefined
  #ends: number[] = []
  #first: Lsn = 0n
  #count = 0
  /** Bytes in memory, the open piece aside. */
  #kept = 0
  #file: Scratch | undefined
  #fileEnd = 0

  /** @param openScratch makes the file, when it is needed */
  constructor(openScratch: () => Scratch, limits = LIMITS) {
    this.#openScratch = openScratch
    this.#limits = limits
  }

  /** How many entries there are. */
  get count(): number {
    return this.#count
  }

  /** Bytes of all entries. */
  get size(): number {
    return this.#sealed.reduce((sum, piece) => sum + sizeOf(piece), this.#open?.size ?? 0)
  }

  /** @throws PgError 53100, 58030 where the file cannot be written */
  add(lsn: Lsn, entry: Encoded): void {
    if (this.#ends.length === 0) this.#first = lsn
    this.#open ??= new FrameWriter()
    this.#ends.push(entry(this.#open).size)
    this.#count++
    if (this.#open.size >= this.#limits.piece) this.#seal(this.#open)
  }

  /** Forgets all but the first entries. */
  truncate(count: number): void {
    while (count < this.#count) {
      if (this.#ends.length === 0) this.#reopen()
      const left = Math.max(0, this.#ends.length - (this.#count - count))
      this.#count -= this.#ends.length - left
      this.#ends.length = left
      this.#open?.cut(this.#ends.at(-1) ?? 0)
    }
  }

  /** All of it, in order; a piece at a time is in memory. */
  *[Symbol.iterator](): Generator<Piece> {
    for (const piece of this.#sealed) yield { lsn: piece.lsn, body: this.#bytes(piece) }
    if (this.#ends.length > 0 && this.#open !== undefined) yield { lsn: this.#first, body: this.#open.take() }
  }

  clear(): void {
    this.#sealed = []
    this.#open = undefined
    this.#ends = []
    this.#count = 0
    this.#kept = 0
    this.#fileEnd = 0
    this.#file?.close()
    this.#file = undefined
  }

  #seal(open: FrameWriter): void {
    const body = open.take()
    this.#sealed.push({ lsn: this.#first, ends: Uint32Array.from(this.#ends), at: this.#put(body) })
    this.#open = new FrameWriter(body.length)
    this.#ends = []
  }

  #put(body: Buffer): Buffer | number {
    if (this.#kept + body.length <= this.#limits.inMemory) {
      this.#kept += body.length
      return body
    }
    const at = this.#fileEnd
    this.#file ??= this.#openScratch()
    this.#file.write(body, at)
    this.#fileEnd += body.length
    return at
  }

  #bytes(piece: Sealed): Buffer {
    if (typeof piece.at !== 'number' || this.#file === undefined) return piece.at as Buffer
    return this.#file.read(sizeOf(piece), piece.at)
  }

  /** The last piece is to be changed. Positions but that of its first entry are not needed again. */
  #reopen(): void {
    const piece = this.#sealed.pop()
    if (piece === undefined) return
    const body = this.#bytes(piece)
    if (typeof piece.at === 'number') this.#fileEnd = piece.at
    else this.#kept -= body.length
    this.#open = new FrameWriter(body.length).bytes(body)
    this.#ends = [...piece.ends]
    this.#first = piece.lsn
  }
}
