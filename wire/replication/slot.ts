/**
 * Replication slots: named positions that consumers have confirmed, kept in a file beside the data
 * directory. Like PostgreSQL's they are not transactional. PostgreSQL manual, "Replication Slots".
 */
import { open, readFile, rename } from 'node:fs/promises'
import { PgError, unsupported } from '../protocol/error.ts'
import { formatLsn, type Lsn, parseLsn } from './lsn.ts'

export interface Slot {
  readonly name: string
  readonly plugin: string
  readonly failover: boolean
  /** Pid of the connection that owns a temporary slot. */
  readonly temporaryOwner: number | undefined
  confirmed: Lsn
  /** Pid of the connection that streams from it. */
  activePid: number | undefined
  inactiveSince: Date
  /** It has lagged too far behind: its changes have been purged, and it is good for nothing but being dropped. */
  lost: boolean
}

export interface SlotRequest {
  readonly name: string
  readonly plugin: string
  readonly failover: boolean
  readonly temporaryOwner: number | undefined
  readonly position: Lsn
}

interface SavedSlot {
  readonly name: string
  readonly plugin: string
  readonly failover: boolean
  readonly confirmed: string
  readonly lost?: boolean
}

/** max_replication_slots */
const MAX_SLOTS = 64
/** NAMEDATALEN - 1 */
const MAX_NAME = 63

/** ReplicationSlotValidateName */
const checkName = (name: string): void => {
  if (name.length === 0) throw new PgError('42602', `replication slot name "${name}" is too short`)
  if (name.length > MAX_NAME) throw new PgError('42622', `replication slot name "${name}" is too long`)
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new PgError('42602', `replication slot name "${name}" contains invalid character`, {
      hint: 'Replication slot names may only contain lower case letters, numbers, and the underscore character.',
    })
  }
}

export class Slots {
  readonly #file: string
  /** What the file has. */
  #text = ''
  readonly #slots = new Map<string, Slot>()
  #saving: Promise<void> = Promise.resolve()
  /** What the file says: changes before these positions may be purged. */
  readonly #saved = new Map<string, Lsn>()

  private constructor(file: string) {
    this.#file = file
  }

  /** Reads the slots of a database; a missing file means none. Throws on one that is damaged. */
  static async open(file: string): Promise<Slots> {
    const slots = new Slots(file)
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]'
      throw error
    })
    let saved: SavedSlot[]
    try {
      saved = JSON.parse(text) as SavedSlot[]
    } catch {
      throw new PgError('XX001', `replication slot file "${file}" is corrupted`)
    }
    for (const slot of saved) {
      slots.#slots.set(slot.name, {
        name: slot.name,
        plugin: slot.plugin,
        failover: slot.failover,
        temporaryOwner: undefined,
        confirmed: parseLsn(slot.confirmed),
        activePid: undefined,
        inactiveSince: new Date(),
        lost: slot.lost ?? false,
      })
      slots.#saved.set(slot.name, parseLsn(slot.confirmed))
    }
    return slots
  }

  get all(): Slot[] {
    return [...this.#slots.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  get(name: string): Slot {
    const slot = this.#slots.get(name)
    if (slot === undefined) throw new PgError('42704', `replication slot "${name}" does not exist`)
    return slot
  }

  /** Those that changes are kept for. */
  get kept(): Slot[] {
    return this.all.filter(({ lost }) => !lost)
  }

  /** Whether there are any: asked for each row that is written. */
  get areKept(): boolean {
    for (const { lost } of this.#slots.values()) if (!lost) return true
    return false
  }

  /** Creates a slot; `save` makes it durable. */
  create(request: SlotRequest): Slot {
    checkName(request.name)
    if (request.plugin !== 'pgoutput') throw unsupported(`output plugin "${request.plugin}"`)
    if (this.#slots.has(request.name)) {
      throw new PgError('42710', `replication slot "${request.name}" already exists`)
    }
    if (this.#slots.size >= MAX_SLOTS) {
      throw new PgError('53400', 'all replication slots are in use', {
        hint: 'Free one or increase "max_replication_slots".',
      })
    }
    const slot: Slot = {
      name: request.name,
      plugin: request.plugin,
      failover: request.failover,
      temporaryOwner: request.temporaryOwner,
      confirmed: request.position,
      activePid: undefined,
      inactiveSince: new Date(),
      lost: false,
    }
    this.#slots.set(slot.name, slot)
    return slot
  }

  drop(name: string): void {
    const slot = this.get(name)
    if (slot.activePid !== undefined) throw this.#inUse(slot)
    this.#slots.delete(name)
  }

  /** Drops the temporary slots of a connection that has ended, or met an error (ReplicationSlotCleanup). */
  dropTemporary(pid: number): void {
    for (const slot of this.all) {
      if (slot.activePid === pid) this.release(slot)
      if (slot.temporaryOwner === pid) this.#slots.delete(slot.name)
    }
  }

  acquire(name: string, pid: number): Slot {
    const slot = this.#usable(name)
    if (slot.activePid !== undefined && slot.activePid !== pid) throw this.#inUse(slot)
    slot.activePid = pid
    return slot
  }

  release(slot: Slot): void {
    slot.activePid = undefined
    slot.inactiveSince = new Date()
  }

  /** Moves a slot forward; never back. */
  confirm(slot: Slot, position: Lsn): void {
    if (position > slot.confirmed) slot.confirmed = position
  }

  /** pg_replication_slot_advance: returns where the slot stands afterwards. */
  advance(name: string, upTo: Lsn, head: Lsn): Lsn {
    const slot = this.#usable(name)
    if (slot.activePid !== undefined) throw this.#inUse(slot)
    if (upTo === 0n) throw new PgError('22023', 'invalid target WAL LSN')
    const target = upTo < head ? upTo : head
    if (target < slot.confirmed) {
      throw new PgError(
        '55000',
        `cannot advance replication slot to ${formatLsn(target)}, minimum is ${formatLsn(slot.confirmed)}`,
      )
    }
    slot.confirmed = target
    return target
  }

  /** @throws PgError 55000 for one that is lost (ReplicationSlotAcquire) */
  #usable(name: string): Slot {
    const slot = this.get(name)
    if (slot.lost)
      throw new PgError('55000', `can no longer access replication slot "${name}"`, {
        detail: 'This replication slot has been invalidated due to "wal_removed".',
      })
    return slot
  }

  /** The position that all slots have durably confirmed; undefined without slots that changes are kept for. */
  get durablyConfirmed(): Lsn | undefined {
    let lowest: Lsn | undefined
    for (const slot of this.kept) {
      const position = slot.temporaryOwner === undefined ? (this.#saved.get(slot.name) ?? 0n) : slot.confirmed
      if (lowest === undefined || position < lowest) lowest = position
    }
    return lowest
  }

  /** Makes the slots durable: where they have changed, writes a new file, flushes it, and puts it in the old one's place. */
  save(): Promise<void> {
    this.#saving = this.#saving.then(async () => {
      const durable = this.all.filter((slot) => slot.temporaryOwner === undefined)
      const state = durable.map((slot) => ({
        name: slot.name,
        plugin: slot.plugin,
        failover: slot.failover,
        confirmed: slot.confirmed,
        ...(slot.lost ? { lost: true } : {}),
      }))
      const text = JSON.stringify(
        state.map((slot): SavedSlot => ({ ...slot, confirmed: formatLsn(slot.confirmed) })),
        undefined,
        2,
      )
      if (text === this.#text) return
      const file = await open(`${this.#file}.new`, 'w')
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(`${this.#file}.new`, this.#file)
      this.#text = text
      this.#saved.clear()
      for (const slot of state) this.#saved.set(slot.name, slot.confirmed)
    })
    return this.#saving
  }

  #inUse(slot: Slot): PgError {
    return new PgError('55006', `replication slot "${slot.name}" is active for PID ${slot.activePid}`)
  }
}
