/** What a change log holds: transactions, and the changes of each in the order in which they were made. */
import type { Tuple } from '../pgoutput/encode.ts'
import type { TruncateOptions } from '../pgoutput/truncate-options.ts'
import { COMMIT_END_OFFSET, COMMIT_OFFSET, type Lsn } from './lsn.ts'

interface Positioned {
  readonly lsn: Lsn
}

/** A row that has come, changed or gone. */
export interface RowChange extends Positioned {
  readonly kind: 'I' | 'U' | 'D'
  /** The version of the relation as it was: see `LogReader.relation`. */
  readonly relation: number
  /**
   * What replica identity keeps of the old row: all columns, those of the key, or nothing where an update has left the
   * key as it was.
   */
  readonly before: Tuple | undefined
  /** All columns of the new row. */
  readonly after: Tuple | undefined
  /** Positions of those that are stored apart (TOAST), and that an update has left as they were. */
  readonly unchanged?: readonly number[] | undefined
  /** A bit for each publication whose row filter lets the old and the new row pass; undefined without filters. */
  readonly beforePasses: number | undefined
  readonly afterPasses: number | undefined
}

/** A table that has been truncated. */
export interface Truncation extends Positioned {
  readonly kind: 'T'
  readonly relation: number
  /** Tables that one statement has truncated have it in common. */
  readonly group: string
  readonly options: TruncateOptions
}

/** A logical message: of its transaction, or of none. */
export interface Message extends Positioned {
  readonly kind: 'M' | 'm'
  readonly prefix: string
  readonly content: Uint8Array
}

export type Change = RowChange | Truncation | Message

/** A transaction, or a message of none, which stands in the log by itself. */
export interface Transaction {
  readonly xid: number
  readonly firstLsn: Lsn
  readonly lastLsn: Lsn
  readonly commitLsn: Lsn
  readonly endLsn: Lsn
  /** Microseconds since the Unix epoch. */
  readonly commitTime: bigint
  readonly rows: number
}

/** A transaction whose changes lie from one position to another. */
export const transactionOf = ({
  firstLsn,
  lastLsn,
  xid,
  commitTime,
  rows,
}: Omit<Transaction, 'commitLsn' | 'endLsn'>): Transaction => ({
  xid,
  firstLsn,
  lastLsn,
  commitLsn: lastLsn + COMMIT_OFFSET,
  endLsn: lastLsn + COMMIT_END_OFFSET,
  commitTime,
  rows,
})
