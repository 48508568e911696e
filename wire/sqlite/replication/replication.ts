/** A database of SQLite as replication sees it: its change log, its slots, its exported snapshots. */
import { binaryFromText } from '../../binary/from-text.ts'
import type { Column } from '../../pgoutput/relation.ts'
import { Housekeeping } from '../../replication/housekeeping.ts'
import { type Slot, type SlotRequest, Slots } from '../../replication/slot.ts'
import type { ReplicatingSession, ReplicationSource } from '../../replication/source.ts'
import type { SqliteDatabase } from '../database.ts'
import type { WriteLease } from '../write-lease.ts'
import { ChangeLog } from './change-log.ts'
import { type SnapshotHost, Snapshots } from './snapshots.ts'

export interface ReplicationOptions {
  /** Of the database. */
  readonly name: string
  /** Where the slots are kept. */
  readonly slotFile: string
  readonly lease: WriteLease
  readonly host: SnapshotHost
  /** So many changes a slot may lag behind. */
  readonly maxSlotLag: number | undefined
  readonly onWarning: (message: string) => void
  readonly onFailure: (error: Error) => void
}

type NewSlot = Omit<SlotRequest, 'position'>

export class Replication implements ReplicationSource {
  readonly name: string
  readonly log: ChangeLog
  readonly slots: Slots
  readonly snapshots: Snapshots
  readonly housekeeping: Housekeeping
  /** Sessions that may be streaming, by the pid of their connection. */
  readonly senders = new Map<number, ReplicatingSession>()
  readonly #options: ReplicationOptions
  #saving: Promise<void> | undefined
  #closing = false

  private constructor(options: ReplicationOptions, db: SqliteDatabase, slots: Slots) {
    this.#options = options
    this.name = options.name
    this.log = new ChangeLog(db)
    this.slots = slots
    this.snapshots = new Snapshots(options.host)
    this.housekeeping = new Housekeeping({
      slots,
      history: this.log.history,
      purge: (confirmed) =>
        this.#alone(() => {
          if (!this.#closing) this.log.purge(confirmed)
        }),
      maxSlotLag: options.maxSlotLag,
      terminate: (pid, reason) => this.senders.get(pid)?.terminate(reason),
      onWarning: options.onWarning,
      onFailure: options.onFailure,
    })
  }

  /** @throws PgError XX001 where the file of the slots is damaged */
  static async open(options: ReplicationOptions): Promise<Replication> {
    const slots = await Slots.open(options.slotFile)
    return new Replication(options, options.host.open(), slots)
  }

  enter(pid: number, session: ReplicatingSession): void {
    this.senders.set(pid, session)
  }

  /** A session has ended: what it has for itself goes. */
  leave(pid: number, session: ReplicatingSession): void {
    this.senders.delete(pid)
    this.slots.dropTemporary(pid)
    this.snapshots.release(session)
  }

  get systemIdentifier(): string {
    return this.log.systemIdentifier
  }

  /** Changes are of interest to someone. */
  get isWanted(): boolean {
    return this.slots.areKept
  }

  /** Resolves when slots are on disk that SQL has changed; undefined where there are none. */
  get saved(): Promise<void> | undefined {
    return this.#saving
  }

  /** Makes what SQL has done to slots durable. */
  save(): void {
    const saving = this.slots.save().finally(() => {
      if (this.#saving === saving) this.#saving = undefined
    })
    this.#saving = saving
  }

  /** Does something while nobody writes: no transaction is half in the log. */
  async #alone<Outcome>(work: () => Outcome): Promise<Outcome> {
    const turn = {}
    await this.#options.lease.take(turn)
    try {
      return work()
    } finally {
      this.#options.lease.giveBack(turn)
    }
  }

  /**
   * Does something at a position before which everything, and behind which nothing has been committed. Of transactions
   * that are open it must be known what they have changed: without slots it is not.
   */
  async #consistently<Outcome>(work: () => Outcome): Promise<Outcome> {
    return this.isWanted ? work() : await this.#alone(work)
  }

  async createSlot(request: NewSlot): Promise<Slot> {
    const slot = await this.#consistently(() => this.slots.create({ ...request, position: this.log.history.head }))
    if (slot.temporaryOwner === undefined) await this.slots.save()
    return slot
  }

  async createSlotWithSnapshot(request: NewSlot, owner: object): Promise<{ slot: Slot; snapshot: string }> {
    const created = await this.#consistently(() => {
      const slot = this.slots.create({ ...request, position: this.log.history.head })
      return { slot, snapshot: this.snapshots.export(owner) }
    })
    if (created.slot.temporaryOwner === undefined) await this.slots.save()
    return created
  }

  async createSlotInTransaction(request: NewSlot, session: ReplicatingSession): Promise<Slot> {
    const slot = await this.#consistently(() => {
      const created = this.slots.create({ ...request, position: this.log.history.head })
      session.takeSnapshot?.()
      return created
    })
    if (slot.temporaryOwner === undefined) await this.slots.save()
    return slot
  }

  binary({ type }: Column): (text: string) => Buffer {
    return binaryFromText(this.#options.host.catalog, type)
  }

  async dropSlot(name: string): Promise<void> {
    this.slots.drop(name)
    await this.slots.save()
    this.housekeeping.schedule()
  }

  releaseSnapshots(owner: object): Promise<void> {
    this.snapshots.release(owner)
    return Promise.resolve()
  }

  /** Positions that have been confirmed are saved; no session is open any more. */
  async close(): Promise<void> {
    this.#closing = true
    this.housekeeping.stop()
    await this.slots.save()
    this.snapshots.close()
    this.log.close()
  }
}
