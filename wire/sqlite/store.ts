/**
 * A database in a file of SQLite, as its sessions share it: the catalog that has been committed, the sequences, and who
 * may write. What SQLite does not know itself is kept in tables beside the user's, in the same transaction.
 */
import { Catalog } from '../../compiler/catalog/catalog.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { fatal } from '../protocol/error.ts'
import { Channels, type Listener } from '../server/channels.ts'
import type { ClientStream } from '../server/client-stream.ts'
import { LockingSessions } from './advisory-locks.ts'
import type { CatalogView } from './catalog-view.ts'
import type { Cursors } from './cursors.ts'
import type { SqliteDatabase } from './database.ts'
import { GroupCommit } from './group-commit.ts'
import { openNative } from './native.ts'
import type { Capture } from './replication/capture.ts'
import { createLog } from './replication/change-log.ts'
import { Replication } from './replication/replication.ts'
import { SharedSequences } from './sequences.ts'
import type { ServedSessions } from './sessions.ts'
import { SharedConnection } from './shared-connection.ts'
import { loadCatalog, storeCatalog } from './stored-catalog.ts'
import { WriteLease } from './write-lease.ts'

/** The layout of what is kept beside the user's tables; a file with another one is not opened. */
const FORMAT = 1n

const CATALOG = '"orez$catalog"'
const SEQUENCES = '"orez$sequences"'

/** Every commit is on disk before it is acknowledged, which is seen to here: see group-commit.ts. */
const DURABLE = ['journal_mode = WAL', 'synchronous = NORMAL']
const TEMPORARY = ['journal_mode = WAL', 'synchronous = OFF']

/** Where the host keeps tables of its own, which no publication of all tables publishes; with its oid. */
const HOST_SCHEMA = ['pg_orez', 14_000] as const

const withHostSchema = (catalog: Catalog): Catalog => {
  const { schemas } = catalog.contents
  return catalog.hasSchema(HOST_SCHEMA[0]) ? catalog : catalog.with({ schemas: new Map([...schemas, HOST_SCHEMA]) })
}

/** What the sessions of a database share. */
export interface SharedState {
  readonly sequences: SharedSequences
  readonly locks: LockingSessions
  readonly channels: Channels
  readonly replication: Replication
  readonly sessions: ServedSessions
  /** Functions that have been executed, by oid. */
  readonly executed: Set<number>
}

/** What the server knows of a session. */
export interface Client {
  readonly pid: number
  readonly listener: Listener
  /** What functions are told of what is the client's. @param cursors those of SQL and PL/pgSQL */
  environment(cursors: Cursors): Pick<Environment, 'sleep' | 'portals'>
  /** What it sees is what has been committed last. */
  isCurrent(): boolean
}

export interface StoreOptions {
  /** Of the database. */
  readonly name: string
  readonly path: string
  /** Where its replication slots are kept. */
  readonly slotFile: string
  /** Those of the whole server. */
  readonly sessions: ServedSessions
  /** What is lost with the machine need not be on its disk. */
  readonly durable: boolean
  /** So many changes a replication slot may lag behind. */
  readonly maxSlotLag: number | undefined
  /** Something that the user should know of. */
  readonly onWarning: (message: string) => void
  /** What goes on beside the sessions has failed. */
  readonly onFailure: (error: Error) => void
}

export class Store implements SharedState {
  readonly #options: StoreOptions
  readonly sequences = new SharedSequences()
  readonly locks = new LockingSessions()
  readonly channels = new Channels()
  readonly executed = new Set<number>()
  readonly lease = new WriteLease()
  /** Undefined where nothing need be durable. */
  readonly #group: GroupCommit | undefined
  #catalog: Catalog
  #replication: Replication | undefined
  /** How often something has been committed. */
  commits = 0

  private constructor(options: StoreOptions, catalog: Catalog) {
    this.#options = options
    this.#catalog = catalog
    this.#group = options.durable ? new GroupCommit(options.path, options.onFailure) : undefined
  }

  /** @throws PgError XX001, 58P01 where the file is none of ours, 42501 where it cannot be written */
  static async open(options: StoreOptions): Promise<Store> {
    const store = Store.#read(options)
    store.#replication = await Replication.open({
      ...options,
      lease: store.lease,
      host: {
        get catalog() {
          return store.catalog
        },
        get commits() {
          return store.commits
        },
        open: () => store.#open(),
      },
    })
    return store
  }

  static #read(options: StoreOptions): Store {
    try {
      const db = openNative(options.path, options.durable ? DURABLE : TEMPORARY)
      try {
        db.transact(() => {
          db.run(`CREATE TABLE IF NOT EXISTS ${CATALOG} (format INTEGER NOT NULL, contents TEXT NOT NULL) STRICT`)
          db.run(
            `CREATE TABLE IF NOT EXISTS ${SEQUENCES} (sequence INTEGER, incarnation INTEGER, last INTEGER NOT NULL, called INTEGER NOT NULL, PRIMARY KEY (sequence, incarnation)) STRICT`,
          )
          createLog(db)
        })
        const [row] = db.all(`SELECT format, contents FROM ${CATALOG}`)
        if (row !== undefined && row[0] !== FORMAT)
          throw fatal('XX001', `database file "${options.path}" has format ${row[0]}, which this version does not read`)
        const catalog = row === undefined ? new Catalog() : loadCatalog(String(row[1]))
        const store = new Store(options, withHostSchema(catalog))
        for (const [oid, incarnation, last, called] of db.all(`SELECT * FROM ${SEQUENCES}`))
          store.sequences.load(Number(oid), Number(incarnation), last as bigint, called === 1n)
        return store
      } finally {
        db.close()
      }
    } catch (error) {
      throw openError(options.path, error)
    }
  }

  get sessions(): ServedSessions {
    return this.#options.sessions
  }

  get replication(): Replication {
    if (this.#replication === undefined) throw new Error('the database is not open yet')
    return this.#replication
  }

  #open(): SqliteDatabase {
    return openNative(this.#options.path, this.#options.durable ? DURABLE : TEMPORARY)
  }

  /** What has been committed last. */
  get catalog(): Catalog {
    return this.#catalog
  }

  #storeSequences(db: Pick<SqliteDatabase, 'run'>): void {
    for (const { oid, incarnation, last, called } of this.sequences.changed())
      db.run(`INSERT OR REPLACE INTO ${SEQUENCES} VALUES (:oid, :incarnation, :last, :called)`, {
        oid: BigInt(oid),
        incarnation: BigInt(incarnation),
        last,
        called: called ? 1n : 0n,
      })
  }

  /** Stores what has been drawn from sequences by transactions that were rolled back. No session is open any more. */
  async close(): Promise<void> {
    await this.#replication?.close()
    this.#group?.close()
    if (!this.sequences.hasChanged) return
    const db = this.#open()
    db.transact(() => this.#storeSequences(db))
    db.close()
  }

  /**
   * A connection for one session.
   * @param own what the session has of its own, which its transaction may have changed
   */
  connect(
    view: CatalogView,
    own: { readonly catalog: () => Catalog; readonly capture: () => Capture },
  ): SharedConnection {
    const connection = new SharedConnection(this.#open())
    let stored = this.#catalog
    let logged: (() => void)[] = []
    connection.hooks = {
      willCommit: () => {
        stored = view.toCommit(own.catalog())
        if (stored.version !== this.#catalog.version) {
          connection.run(`DELETE FROM ${CATALOG}`)
          connection.run(`INSERT INTO ${CATALOG} VALUES (:format, :contents)`, {
            format: FORMAT,
            contents: storeCatalog(stored),
          })
        }
        this.#storeSequences(connection)
        const capture = own.capture()
        const entries = [...capture.takeLasting(), capture.pending()].filter((entry) => entry !== undefined)
        logged = entries.map((entry) => this.replication.log.write(connection, entry))
      },
      committed: () => {
        this.#catalog = stored
        view.committed(own.catalog(), stored)
        this.commits++
        this.sequences.stored()
        own.capture().end()
        for (const tell of logged) tell()
        if (logged.length > 0) this.replication.housekeeping.committed()
        this.#group?.committed()
      },
    }
    return connection
  }

  /** A message of a session has come. */
  heard(session: object): void {
    this.#group?.heard(session)
  }

  /** A client who is told of nothing that is not durable yet. */
  client(stream: ClientStream): ClientStream {
    return this.#group?.client(stream) ?? stream
  }

  /** Writes the messages of a session whose transaction has been rolled back; for who may write. */
  writeMessages(connection: SharedConnection, capture: Capture): void {
    for (const pending of capture.takeLasting())
      connection.transact(() => this.replication.log.write(connection, pending))()
    if (this.replication.log.history.rows > 0) this.replication.housekeeping.committed()
  }
}

const openError = (path: string, error: unknown): Error => {
  const message = error instanceof Error ? error.message : String(error)
  if (/file is not a database|malformed/.test(message))
    return fatal('XX001', `file "${path}" is not a database, or is damaged`)
  if (/unable to open/.test(message)) return fatal('58P01', `could not open database file "${path}"`)
  if (/readonly|read-only/.test(message)) return fatal('25006', `database file "${path}" cannot be written`)
  return error instanceof Error ? error : new Error(message)
}
