/**
 * Who listens to what. PGlite's one session listens for all. PostgreSQL manual, LISTEN and NOTIFY.
 */

export interface Listener {
  /** @param pid of the sender */
  notify(pid: number, channel: string, payload: string): void
}

export class Channels {
  readonly #listeners = new Map<string, Set<Listener>>()
  /** Notifications that have come out of PostgreSQL and not yet been passed on. */
  #due: { readonly sender: number; readonly channel: string; readonly payload: string }[] = []

  /** Channels that somebody listens to. */
  get all(): string[] {
    return [...this.#listeners.keys()]
  }

  /** Channels of one listener. */
  of(listener: Listener | undefined): string[] {
    return [...this.#listeners].filter(([, set]) => listener !== undefined && set.has(listener)).map(([name]) => name)
  }

  listen(listener: Listener, channel: string): void {
    const listeners = this.#listeners.get(channel) ?? new Set()
    listeners.add(listener)
    this.#listeners.set(channel, listeners)
  }

  /** @param channel undefined for all */
  unlisten(listener: Listener, channel: string | undefined): void {
    for (const [name, listeners] of this.#listeners) {
      if (channel !== undefined && name !== channel) continue
      listeners.delete(listener)
      if (listeners.size === 0) this.#listeners.delete(name)
    }
  }

  /** A notification has come. */
  add(sender: number, channel: string, payload: string): void {
    this.#due.push({ sender, channel, payload })
  }

  /** Passes on what has come; after a commit, when its own LISTENs are in force. */
  deliver(): void {
    for (const { sender, channel, payload } of this.#due.splice(0)) {
      for (const listener of this.#listeners.get(channel) ?? []) listener.notify(sender, channel, payload)
    }
  }
}
