/** A file without a name, which goes with its descriptor: for what need not survive the process. */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PgError } from '../../protocol/error.ts'
import type { Scratch } from './pieces.ts'

export class ScratchFile implements Scratch {
  readonly #file: number

  /** @throws PgError 53100, 58030 where there can be none */
  constructor() {
    this.#file = orPgError(() => {
      const folder = mkdtempSync(join(tmpdir(), 'orez-changes-'))
      try {
        return openSync(join(folder, 'changes'), 'wx+')
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }

  write(bytes: Buffer, at: number): void {
    orPgError(() => {
      for (let written = 0; written < bytes.length; )
        written += writeSync(this.#file, bytes, written, bytes.length - written, at + written)
    })
  }

  read(size: number, at: number): Buffer {
    const bytes = Buffer.allocUnsafe(size)
    for (let read = 0; read < size; ) {
      const count = orPgError(() => readSync(this.#file, bytes, read, size - read, at + read))
      if (count === 0) throw new PgError('58030', 'the temporary file of a transaction has been cut off')
      read += count
    }
    return bytes
  }

  close(): void {
    closeSync(this.#file)
  }
}

const orPgError = <Outcome>(work: () => Outcome): Outcome => {
  try {
    return work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new PgError(
      code === 'ENOSPC' ? '53100' : '58030',
      `the temporary file for the changes of a transaction cannot be used: ${message}`,
    )
  }
}
