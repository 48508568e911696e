/** What a session listens to and what it notifies others of: both when its transaction is committed. Manual: "NOTIFY". */
import type { ChannelPlan } from '../../compiler/plan.ts'
import type { Channels } from '../../compiler/types/environment.ts'
import { Channels as AllChannels, type Listener } from '../server/channels.ts'

type Change = ChannelPlan['change']

/** What waits for the commit, in order. */
export type PendingChannels = readonly Change[]

export class SessionChannels implements Channels {
  readonly #all: AllChannels
  readonly #listener: Listener
  readonly #pid: number
  #pending: PendingChannels = []

  /** @param all of the database, where there are other sessions */
  constructor(all = new AllChannels(), pid = 0, listener: Listener = { notify: () => undefined }) {
    this.#all = all
    this.#pid = pid
    this.#listener = listener
  }

  get pending(): PendingChannels {
    return this.#pending
  }

  restore(pending: PendingChannels): void {
    this.#pending = pending
  }

  /** pg_notify(). */
  notify(channel: string, payload: string): void {
    this.add({ action: 'notify', channel, payload })
  }

  /** The same notification twice in a transaction is one. */
  add(change: Change): void {
    const isKnown =
      change.action === 'notify' &&
      this.#pending.some(
        (each) => each.action === 'notify' && each.channel === change.channel && each.payload === change.payload,
      )
    if (!isKnown) this.#pending = [...this.#pending, change]
  }

  listening(): readonly string[] {
    return this.#all.of(this.#listener)
  }

  commit(): void {
    if (this.#pending.length === 0) return
    for (const change of this.#pending)
      if (change.action === 'listen') this.#all.listen(this.#listener, change.channel)
      else if (change.action === 'unlisten') this.#all.unlisten(this.#listener, change.channel)
      else this.#all.add(this.#pid, change.channel, change.payload)
    this.#pending = []
    this.#all.deliver()
  }

  close(): void {
    this.#all.unlisten(this.#listener, undefined)
  }
}
