/**
 * How long PostgreSQL's own compression makes a value: the choices of pglz_compress (pg_lzcompress.c) by its default
 * strategy, without the output. Which values are stored apart follows from it.
 */

const MIN_INPUT = 32
/** What at least has to be saved, in percent. */
const MIN_RATE = 25
/** After so many bytes of output without a match it gives up. */
const FIRST_SUCCESS_BY = 1024
/** A match of this length is good enough at first, and of a tenth less after each that was looked at. */
const GOOD_MATCH = 128
const GOOD_DROP = 10
const MIN_MATCH = 3
const MAX_MATCH = 273
/** Longer matches take a byte more. */
const SHORT_TAG_MATCH = 17
const MAX_OFFSET = 0x0fff
const HISTORY = 4096
const ITEMS_PER_CONTROL_BYTE = 8

const buckets = (length: number): number =>
  length < 128 ? 512 : length < 256 ? 1024 : length < 512 ? 2048 : length < 1024 ? 4096 : 8192

/** Where positions have been seen: chains of those whose next four bytes have the same hash, the newest first. */
class History {
  readonly #data: Int8Array
  readonly #mask: number
  readonly #first: Int16Array
  readonly #next = new Int16Array(HISTORY + 1)
  readonly #previous = new Int16Array(HISTORY + 1)
  readonly #bucket = new Int16Array(HISTORY + 1)
  readonly #position = new Int32Array(HISTORY + 1)
  #free = 1
  #isFull = false

  /** @param data as C's char has it, which is signed */
  constructor(data: Int8Array) {
    this.#data = data
    this.#mask = buckets(data.length) - 1
    this.#first = new Int16Array(this.#mask + 1)
  }

  #hash(at: number): number {
    const data = this.#data
    const [a = 0, b = 0, c = 0, d = 0] = [data[at], data[at + 1], data[at + 2], data[at + 3]]
    return (data.length - at < 4 ? a : (a << 6) ^ (b << 4) ^ (c << 2) ^ d) & this.#mask
  }

  add(at: number): void {
    const entry = this.#free
    const bucket = this.#hash(at)
    if (this.#isFull) this.#remove(entry)
    const first = this.#first[bucket] ?? 0
    this.#next[entry] = first
    this.#previous[entry] = 0
    this.#bucket[entry] = bucket
    this.#position[entry] = at
    this.#previous[first] = entry
    this.#first[bucket] = entry
    this.#free++
    if (this.#free <= HISTORY) return
    this.#free = 1
    this.#isFull = true
  }

  #remove(entry: number): void {
    const [previous = 0, next = 0] = [this.#previous[entry], this.#next[entry]]
    if (previous === 0) this.#first[this.#bucket[entry] ?? 0] = next
    else this.#next[previous] = next
    if (next !== 0) this.#previous[next] = previous
  }

  #match(at: number, before: number): number {
    const data = this.#data
    let length = 0
    while (at + length < data.length && length < MAX_MATCH && data[at + length] === data[before + length]) length++
    return length
  }

  /** The length of the match that is taken for what comes at a position; 0 for none (pglz_find_match). */
  longest(at: number): number {
    let [longest, good] = [0, GOOD_MATCH]
    for (let entry = this.#first[this.#hash(at)] ?? 0; entry !== 0; ) {
      const before = this.#position[entry] ?? 0
      if (at - before >= MAX_OFFSET) break
      longest = Math.max(longest, this.#match(at, before))
      entry = this.#next[entry] ?? 0
      if (entry === 0 || longest >= good) break
      good -= Math.trunc((good * GOOD_DROP) / 100)
    }
    return longest < MIN_MATCH ? 0 : longest
  }
}

/** In bytes, without a header; undefined where it is not worth it. */
export const compressedLength = (bytes: Uint8Array): number | undefined => {
  const { length } = bytes
  if (length < MIN_INPUT) return undefined
  const most = Math.trunc((length * (100 - MIN_RATE)) / 100)
  const history = new History(new Int8Array(bytes.buffer, bytes.byteOffset, length))
  let [written, items, hasMatched, at] = [0, 0, false, 0]
  while (at < length) {
    if (written >= most || (!hasMatched && written >= FIRST_SUCCESS_BY)) return undefined
    const match = history.longest(at)
    if (items % ITEMS_PER_CONTROL_BYTE === 0) written++
    items++
    written += match === 0 ? 1 : match > SHORT_TAG_MATCH ? 3 : 2
    hasMatched ||= match > 0
    for (const end = at + Math.max(match, 1); at < end; at++) history.add(at)
  }
  return written < most ? written : undefined
}
