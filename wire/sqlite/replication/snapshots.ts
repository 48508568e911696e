/**
 * Exported snapshots: connections that hold what had been committed at one moment, one for each transaction that imports
 * it. Manual: "Snapshot Synchronization Functions".
 */
import type { Catalog } from '../../../compiler/catalog/catalog.ts'
import { unsupported } from '../../protocol/error.ts'
import type { SqliteDatabase } from '../database.ts'

/** So many transactions can import one snapshot after something else has been committed. */
const CONNECTIONS = 12

/** What a transaction that imports a snapshot reads. */
export interface ImportedSnapshot {
  /** In a transaction that sees the snapshot; closed by whoever has it. */
  readonly db: SqliteDatabase
  readonly catalog: Catalog
}

interface Snapshot {
  readonly owner: object
  readonly catalog: Catalog
  /** How often something had been committed. */
  readonly commits: number
  readonly idle: SqliteDatabase[]
}

/** The database that snapshots are of. */
export interface SnapshotHost {
  readonly catalog: Catalog
  readonly commits: number
  /** A new connection. */
  open(): SqliteDatabase
}

export class Snapshots {
  readonly #host: SnapshotHost
  readonly #snapshots = new Map<string, Snapshot>()
  #count = 0

  constructor(host: SnapshotHost) {
    this.#host = host
  }

  #connect(): SqliteDatabase {
    const db = this.#host.open()
    db.control({ action: 'begin snapshot' })
    return db
  }

  /** @param owner for whom it stays valid. @returns its name */
  export(owner: object): string {
    const id = `${(++this.#count).toString(16).padStart(8, '0').toUpperCase()}-00000001-1`
    const { catalog, commits } = this.#host
    const idle = Array.from({ length: CONNECTIONS }, () => this.#connect())
    this.#snapshots.set(id, { owner, catalog, commits, idle })
    return id
  }

  /** @returns undefined where there is no such snapshot. @throws PgError 0A000 */
  import(id: string): ImportedSnapshot | undefined {
    const snapshot = this.#snapshots.get(id)
    if (snapshot === undefined) return undefined
    const { catalog, commits, idle } = snapshot
    const db = commits === this.#host.commits ? this.#connect() : idle.pop()
    if (db === undefined) throw unsupported(`more than ${CONNECTIONS} transactions with one imported snapshot`)
    return { db, catalog }
  }

  /** Ends the validity of the snapshots that someone has exported; who has imported one keeps it. */
  release(owner: object): void {
    for (const [id, snapshot] of this.#snapshots)
      if (snapshot.owner === owner) {
        this.#snapshots.delete(id)
        for (const db of snapshot.idle) db.close()
      }
  }

  close(): void {
    for (const { owner } of [...this.#snapshots.values()]) this.release(owner)
  }
}
