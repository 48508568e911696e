/**
 * What is done about a log and its slots a little later: confirmed positions are saved, slots that lag too far behind are
 * given up, and what nobody needs is purged.
 */
import { PgError } from '../protocol/error.ts'
import type { History } from './history.ts'
import type { Lsn } from './lsn.ts'
import type { Slot, Slots } from './slot.ts'

/** How long confirmed positions may wait to be saved and entries to be purged, in milliseconds. */
const DELAY = 1000
/** So many changes are purged even when there is no pause. */
const PURGE_ROWS = 5000

export interface HousekeepingOptions {
  readonly slots: Slots
  readonly history: History
  /** Drops transactions that every slot has confirmed; it keeps writers waiting. */
  purge(confirmed: Lsn): Promise<void>
  /** So many changes a slot may lag behind (max_slot_wal_keep_size); undefined without a limit. */
  readonly maxSlotLag: number | undefined
  /** Ends the connection that streams from a slot. */
  terminate(pid: number, reason: PgError): void
  readonly onWarning: (message: string) => void
  readonly onFailure: (error: Error) => void
}

export class Housekeeping {
  readonly #options: HousekeepingOptions
  #timer: NodeJS.Timeout | undefined
  #stopped = false
  /** Slots whose lag the user has been told of. */
  readonly #warned = new WeakSet<Slot>()

  constructor(options: HousekeepingOptions) {
    this.#options = options
  }

  /** A little later, and at most once at a time. */
  schedule(): void {
    if (this.#timer !== undefined || this.#stopped) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#run().catch((error: unknown) => {
        if (!this.#stopped) this.#options.onFailure(error instanceof Error ? error : new Error(String(error)))
      })
    }, DELAY)
    this.#timer.unref()
  }

  /** Something has been committed: is there anybody whom it is kept for, and does it make a slot lag too far behind? */
  committed(): void {
    const { slots, maxSlotLag } = this.#options
    if (maxSlotLag !== undefined || !slots.areKept) this.schedule()
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    const { slots, history, purge } = this.#options
    if (this.#options.maxSlotLag !== undefined) this.#giveUp(this.#options.maxSlotLag)
    await slots.save()
    // a purge keeps writers waiting: it waits for a pause, unless there is much to purge
    if (history.rows < PURGE_ROWS && history.quietFor < DELAY) return this.schedule()
    await purge(slots.durablyConfirmed ?? history.head)
  }

  /** Invalidates slots that lag too far behind (InvalidatePossiblyObsoleteSlot), and warns of those that are halfway there. */
  #giveUp(limit: number): void {
    const { slots, history, terminate, onWarning } = this.#options
    for (const slot of slots.kept) {
      const lag = history.rowsFrom(slot.confirmed)
      if (lag > limit) {
        slot.lost = true
        onWarning(`replication slot "${slot.name}" is invalidated: it lags ${lag} changes behind, more than ${limit}`)
        if (slot.activePid !== undefined)
          terminate(
            slot.activePid,
            new PgError('57P01', 'terminating connection due to administrator command', {}, 'FATAL'),
          )
      } else if (lag > limit / 2 && !this.#warned.has(slot)) {
        this.#warned.add(slot)
        onWarning(`replication slot "${slot.name}" lags ${lag} changes behind; beyond ${limit} it is invalidated`)
      } else if (lag <= limit / 2) this.#warned.delete(slot)
    }
  }
}
