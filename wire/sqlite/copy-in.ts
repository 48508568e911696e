/** The data of COPY FROM STDIN, as they come. Manual: "COPY Operations". */
import { PgError } from '../protocol/error.ts'
import type { Frame } from '../protocol/frame.ts'
import { decodeCopyFail, F } from '../protocol/frontend.ts'
import { utf8 } from '../protocol/utf8.ts'

export class CopyIn {
  readonly #data: Buffer[] = []
  #resolve: () => void = () => undefined
  #reject: (reason: unknown) => void = () => undefined
  readonly #complete = new Promise<void>((resolve, reject) => {
    this.#resolve = resolve
    this.#reject = reject
  })

  /** @returns all of the data. @throws PgError 57014 when the client gives up */
  async bytes(): Promise<Buffer> {
    await this.#complete
    return Buffer.concat(this.#data)
  }

  /** @throws PgError 57014 when the client gives up, 22021 for what is not UTF-8 */
  async text(): Promise<string> {
    return utf8(await this.bytes())
  }

  /** @returns whether this has been the last message of the COPY */
  take(frame: Frame): boolean {
    switch (frame.type) {
      case F.copyData:
        this.#data.push(Buffer.from(frame.body))
        return false
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

  /** Nothing more comes. */
  abandon(reason: unknown): void {
    this.#reject(reason)
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
