/** What is done about a log and its slots a little later: confirmed positions are saved, and what nobody needs is purged. */
import type { History } from './history.ts'
import type { Lsn } from './lsn.ts'
import type { Slots } from './slot.ts'

/** How long confirmed positions may wait to be saved and entries to be purged, in milliseconds. */
const DELAY = 1000
/** So many changes are purged even when there is no pause. */
const PURGE_ROWS = 5000

export interface HousekeepingOptions {
  readonly slots: Slots
  readonly history: History
  /** Drops transactions that every slot has confirmed; it keeps writers waiting. */
  purge(confirmed: Lsn): Promise<void>
  readonly onFailure: (error: Error) => void
}

export class Housekeeping {
  readonly #options: HousekeepingOptions
  #timer: NodeJS.Timeout | undefined
  #stopped = false

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

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    const { slots, history, purge } = this.#options
    await slots.save()
    // a purge keeps writers waiting: it waits for a pause, unless there is much to purge
    if (history.rows < PURGE_ROWS && history.quietFor < DELAY) return this.schedule()
    await purge(slots.durablyConfirmed ?? history.head)
  }
}
