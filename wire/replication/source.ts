/** What the walsender streams from: a database with its change log and its slots. */
import type { CapturedRelation, Column } from '../pgoutput/relation.ts'
import type { PgError } from '../protocol/error.ts'
import type { ServedSession } from '../server/client-stream.ts'
import type { Change, Transaction } from './change.ts'
import type { History } from './history.ts'
import type { Housekeeping } from './housekeeping.ts'
import type { Lsn } from './lsn.ts'
import type { Slot, SlotRequest, Slots } from './slot.ts'

/** The change log, as those read it who stream it. */
export interface LogReader {
  readonly history: History
  /** A transaction's changes in order, a batch at a time. */
  changes(transaction: Transaction): AsyncIterable<readonly Change[]>
  /** The relation version that a change refers to. */
  relation(version: number): Promise<CapturedRelation>
}

/** How far a stream has come. */
export interface SenderState {
  readonly pid: number
  readonly sent: Lsn
  /** What the consumer has told so far. */
  readonly written: Lsn | undefined
  readonly flushed: Lsn | undefined
  readonly applied: Lsn | undefined
  readonly heardAt: Date
}

export interface ReplicationSource {
  /** Of the database. */
  readonly name: string
  /** pg_control's system identifier. */
  readonly systemIdentifier: string
  readonly log: LogReader
  readonly slots: Slots
  readonly housekeeping: Housekeeping
  /** How a column's text becomes its type's binary format. @throws PgError 0A000 */
  binary(column: Column): (text: string) => Buffer
  /** Creates a slot at the current end of the log and makes it durable. */
  createSlot(request: Omit<SlotRequest, 'position'>): Promise<Slot>
  /**
   * The same with a snapshot of the same moment: what is not in the one, the other will send.
   * @param owner for whom the snapshot stays valid
   */
  createSlotWithSnapshot(
    request: Omit<SlotRequest, 'position'>,
    owner: object,
  ): Promise<{ readonly slot: Slot; readonly snapshot: string }>
  /** The same where the transaction of a session is to see that moment (SNAPSHOT 'use'). */
  createSlotInTransaction(request: Omit<SlotRequest, 'position'>, session: ReplicatingSession): Promise<Slot>
  dropSlot(name: string): Promise<void>
  /** Ends the validity of the snapshots that someone has exported. */
  releaseSnapshots(owner: object): Promise<void>
}

/** A session whose connection replicates. */
export interface ReplicatingSession extends ServedSession {
  /** What pg_stat_replication shows of its stream, while there is one. */
  sender: (() => SenderState) | undefined
  terminate(reason: PgError): void
  /** Its transaction sees what has been committed by now, until it ends. @throws PgError where it cannot */
  takeSnapshot?(): void
}
