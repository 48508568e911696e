/**
 * What commits tell of the change log by notifications: see pg_orez.announce(). A transaction of few rows brings them with
 * it, so that nobody need ask for them; else they are still to be read.
 */
import { parseRecord } from '../pgoutput/record.ts'
import type { Row } from './engine.ts'

/** The channel; nobody else is told of what comes there. */
export const CHANNEL = 'pg_orez.change_log'

/** How many rows are held; the log is read when there are more. */
const MANY = 1000

export class Announcement {
  #key: string | undefined
  #rows: Row[] = []
  #isPartial = false

  /** @param key what the first field of an entry must be: anybody may notify */
  set key(key: string) {
    this.#key = key
  }

  /** Something has been announced since the last time. */
  get isDue(): boolean {
    return this.#isPartial || this.#rows.length > 0
  }

  /** A notification has come. */
  add(payload: string): void {
    const row = this.#read(payload)
    if (row === undefined || this.#rows.length >= MANY) this.#isPartial = true
    else this.#rows.push(row)
  }

  /** @returns the rows of all that has been committed since the last time; undefined where they are to be read */
  take(): readonly Row[] | undefined {
    const rows = this.#isPartial ? undefined : this.#rows
    this.#rows = []
    this.#isPartial = false
    return rows
  }

  #read(payload: string): Row | undefined {
    if (this.#key === undefined || !payload.startsWith(`(${this.#key},`)) return undefined
    const [, ...row] = parseRecord(payload)
    return row
  }
}
