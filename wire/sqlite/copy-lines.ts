/** The lines of COPY data in the text and CSV formats, as they come piece by piece. After CopyReadLineText (copyfromparse.c). */
import type { CopyFormat } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'

const [NL, CR, BACKSLASH, DOT] = [0x0a, 0x0d, 0x5c, 0x2e]
/** In the place of a byte where there is none. */
const END = -1

interface Line {
  readonly bytes: Uint8Array
  /** The data have ended before the line has. */
  readonly isLast: boolean
}

const bad = (message: string, hint?: string): PgError =>
  new PgError('22P04', message, hint === undefined ? {} : { hint })

export class CopyLines {
  readonly #pieces: Iterator<Uint8Array>
  readonly #isCsv: boolean
  readonly #quote: number
  /** END where it is the quote itself. */
  readonly #escape: number
  /** What has come and not been read, from `#start` on. */
  #bytes: Uint8Array = new Uint8Array()
  #start = 0
  /** How lines end, as the first one has told. */
  #end: 'nl' | 'cr' | 'crnl' | undefined
  #isOver = false
  /** Of the line that was read last, from 1; line ends in quotes count, too. */
  number = 0

  constructor(pieces: Iterable<Uint8Array>, { kind, quote, escape: escaping }: CopyFormat) {
    this.#pieces = pieces[Symbol.iterator]()
    this.#isCsv = kind === 'csv'
    this.#quote = this.#isCsv ? quote.charCodeAt(0) : END
    this.#escape = this.#isCsv && escaping !== quote ? escaping.charCodeAt(0) : END
  }

  /** The next line without its end. @throws PgError 22P04 */
  read(): Line {
    this.number++
    if (this.#isOver) return { bytes: new Uint8Array(), isLast: true }
    return this.#isCsv ? this.#csvLine() : this.#textLine()
  }

  /** The byte so far behind the line's start. */
  #byte(offset: number): number {
    while (this.#start + offset >= this.#bytes.length) {
      const { value, done } = this.#pieces.next()
      if (done) return END
      const rest = this.#bytes.subarray(this.#start)
      const joined = new Uint8Array(rest.length + value.length)
      joined.set(rest)
      joined.set(value, rest.length)
      this.#bytes = joined
      this.#start = 0
    }
    return this.#bytes[this.#start + offset] ?? END
  }

  #take(size: number, endSize: number): Line {
    const bytes = this.#bytes.subarray(this.#start, this.#start + size)
    this.#start += size + Math.max(endSize, 0)
    if (endSize < 0) this.#isOver = true
    return { bytes, isLast: endSize < 0 }
  }

  #textLine(): Line {
    for (let at = 0; ; at++) {
      const byte = this.#byte(at)
      if (byte === END) return this.#take(at, END)
      if (byte === CR || byte === NL) return this.#take(at, this.#lineEnd(byte, at))
      if (byte !== BACKSLASH) continue
      const next = this.#byte(at + 1)
      if (next === END) return this.#take(at + 1, END)
      if (next === DOT) return this.#endMarker(at)
      // whatever stands behind a backslash is part of the line
      at++
    }
  }

  #csvLine(): Line {
    let [isQuoted, isEscaped] = [false, false]
    for (let at = 0; ; at++) {
      const byte = this.#byte(at)
      if (byte === END) return this.#take(at, END)
      if (isQuoted && byte === this.#escape) isEscaped = !isEscaped
      if (byte === this.#quote && !isEscaped) isQuoted = !isQuoted
      if (byte !== this.#escape) isEscaped = false
      if (!isQuoted && (byte === CR || byte === NL)) return this.#take(at, this.#lineEnd(byte, at))
      if (isQuoted && byte === (this.#end === 'nl' ? NL : CR)) this.number++
    }
  }

  /** @returns how many bytes the end of the line has, which is to be like those before */
  #lineEnd(byte: number, at: number): number {
    const [place, what, instead] = this.#isCsv
      ? ['unquoted', 'quoted CSV field', 'quoted CSV field']
      : ['literal', '"\\r"', '"\\n"']
    if (byte === NL) {
      if (this.#end === 'cr' || this.#end === 'crnl')
        throw bad(`${place} newline found in data`, `Use ${instead} to represent newline.`)
      this.#end = 'nl'
      return 1
    }
    const isBoth = this.#end !== 'nl' && this.#end !== 'cr' && this.#byte(at + 1) === NL
    if (this.#end === 'nl' || (this.#end === 'crnl' && !isBoth))
      throw bad(`${place} carriage return found in data`, `Use ${what} to represent carriage return.`)
    this.#end ??= isBoth ? 'crnl' : 'cr'
    return isBoth ? 2 : 1
  }

  /** A backslash and a dot, which end the data: what follows does not count. */
  #endMarker(at: number): Line {
    const notAlone = bad('end-of-copy marker is not alone on its line')
    const unlike = bad('end-of-copy marker does not match previous newline style')
    let next = at + 2
    if (this.#end === 'crnl') {
      const first = this.#byte(next++)
      if (first === NL) throw unlike
      if (first !== CR) throw notAlone
    }
    const last = this.#byte(next)
    if (last !== CR && last !== NL) throw notAlone
    if (this.#end !== undefined && last !== (this.#end === 'cr' ? CR : NL)) throw unlike
    if (at > 0) throw notAlone
    return this.#take(0, END)
  }
}
