/**
 * Exported snapshots: frozen copies of the database, each with an engine of its own for those who import it.
 * PostgreSQL manual, "Snapshot Synchronization Functions".
 */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Engine, type EngineListener } from '../pglite/engine.ts'
import { copyDataDir } from '../pglite/template.ts'

interface Snapshot {
  readonly owner: object
  readonly folder: string
  readonly engine: Promise<Engine>
  importers: number
  valid: boolean
}

export interface SnapshotsOptions {
  /** Name of the database. */
  readonly database: string
  readonly dataDir: string
  /** Where the copies lie, for as long as they are needed. */
  readonly folder: string
  readonly listener: EngineListener
}

export class Snapshots {
  readonly #options: SnapshotsOptions
  readonly #snapshots = new Map<string, Snapshot>()
  #count = 0

  constructor(options: SnapshotsOptions) {
    this.#options = options
  }

  /**
   * Copies the committed state of the database, as a crash would leave it; PostgreSQL must not touch its files
   * meanwhile. Transactions that are open are not in it.
   * @param owner for whom it stays valid
   * @returns its name
   */
  async export(owner: object): Promise<string> {
    const { database, dataDir, folder, listener } = this.#options
    const id = `${(++this.#count).toString(16).padStart(8, '0').toUpperCase()}-00000001-1`
    const copy = join(folder, id)
    await mkdir(folder, { recursive: true })
    await copyDataDir(dataDir, copy)
    const engine = Engine.open({ dataDir: copy, database, fsync: false }, listener)
    engine.catch(() => undefined)
    this.#snapshots.set(id, { owner, folder: copy, engine, importers: 0, valid: true })
    return id
  }

  /** The engine of a snapshot that is still valid. `release` must follow. */
  async import(id: string): Promise<Engine | undefined> {
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined || !snapshot.valid) return undefined
    snapshot.importers++
    return await snapshot.engine
  }

  async release(id: string): Promise<void> {
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined) return
    snapshot.importers--
    await this.#dropIfUnused(id, snapshot)
  }

  /** Ends the validity of the snapshots that someone has exported. */
  async invalidate(owner: object): Promise<void> {
    for (const [id, snapshot] of this.#snapshots) {
      if (snapshot.owner !== owner) continue
      snapshot.valid = false
      await this.#dropIfUnused(id, snapshot)
    }
  }

  async close(): Promise<void> {
    for (const snapshot of this.#snapshots.values()) {
      await (await snapshot.engine).close()
      await rm(snapshot.folder, { recursive: true, force: true })
    }
  }

  async #dropIfUnused(id: string, snapshot: Snapshot): Promise<void> {
    if (snapshot.valid || snapshot.importers > 0) return
    this.#snapshots.delete(id)
    await (await snapshot.engine).close()
    await rm(snapshot.folder, { recursive: true, force: true })
  }
}
