/** The data of COPY FROM STDIN, as they come. Manual: "COPY Operations". */
import { PgError } from '../protocol/error.ts'
import type { Frame } from '../protocol/frame.ts'
import { decodeCopyFail, F } from '../protocol/frontend.ts'
import type { CopyData } from './copy.ts'
import { ScratchFile } from './replication/scratch-file.ts'

/** So many bytes wait in memory; what is more waits in a file. */
const IN_MEMORY = 16 << 20
/** Bytes that are read back at a time. */
const PIECE = 1 << 20

export class CopyIn {
  #data: Buffer[] = []
  #size = 0
  #file: ScratchFile | undefined
  #inFile = 0
  #resolve: () => void = () => undefined
  #reject: (reason: unknown) => void = () => undefined
  readonly #complete = new Promise<void>((resolve, reject) => {
    this.#resolve = resolve
    this.#reject = reject
  })

  /** @returns all of the data, to be read once. @throws PgError 57014 when the client gives up */
  async data(): Promise<CopyData> {
    await this.#complete
    return this.#pieces()
  }

  *#pieces(): Generator<Uint8Array, void> {
    try {
      for (let at = 0; at < this.#inFile; at += PIECE)
        yield this.#file?.read(Math.min(PIECE, this.#inFile - at), at) ?? new Uint8Array()
      yield* this.#data
    } finally {
      this.#file?.close()
    }
  }

  /** @returns whether nothing more of the COPY is wanted */
  take(frame: Frame): boolean {
    switch (frame.type) {
      case F.copyData:
        this.#data.push(Buffer.from(frame.body))
        this.#size += frame.body.length
        return this.#size > IN_MEMORY && !this.#putAway()
      case F.flush:
      case F.sync:
        return false
      case F.copyDone:
        this.#resolve()
        return true
      default:
        this.abandon(givenUp(frame))
        return true
    }
  }

  /** @returns whether there has been room */
  #putAway(): boolean {
    try {
      this.#file ??= new ScratchFile()
      this.#file.write(Buffer.concat(this.#data), this.#inFile)
      this.#inFile += this.#size
      this.#data = []
      this.#size = 0
      return true
    } catch (error) {
      this.abandon(error)
      return false
    }
  }

  /** Nothing more comes. */
  abandon(reason: unknown): void {
    this.#reject(reason)
    this.#file?.close()
    this.#file = undefined
  }
}

const givenUp = (frame: Frame): unknown => {
  if (frame.type !== F.copyFail) {
    const type = frame.type.toString(16).padStart(2, '0').toUpperCase()
    return new PgError('08P01', `unexpected message type 0x${type} during COPY from stdin`)
  }
  try {
    return new PgError('57014', `COPY from stdin failed: ${decodeCopyFail(frame.body)}`)
  } catch (error) {
    return error
  }
}
