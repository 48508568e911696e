/**
 * A Postgres server over PGlite or SQLite: listens, and opens databases when they are first asked for.
 */

import { timingSafeEqual } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { loadGrammar } from '../../compiler/parse.ts'
import { SUPERUSER } from '../pglite/session-state.ts'
import { fatal } from '../protocol/error.ts'
import { readSecret, type ScramSecret, scramSecret } from '../protocol/scram-secret.ts'
import { isExpired } from '../sqlite/login.ts'
import { ServedSessions } from '../sqlite/sessions.ts'
import { Store } from '../sqlite/store.ts'
import { Connection } from './connection.ts'
import { DataFolder, makeTemporaryFolder } from './data-folder.ts'
import { Database } from './database.ts'
import { loadParser } from './statement.ts'

/** PostgreSQL itself in WebAssembly, or the compiler over SQLite. */
export type Backend = 'pglite' | 'sqlite'

export interface PgServerOptions {
  /** Where databases are kept; ':memory:' for a temporary folder that goes with the server. */
  readonly data: string
  /** 0 for any free port. */
  readonly port: number
  /** Loopback unless said otherwise. */
  readonly host?: string
  readonly user?: string
  /** With a password, clients must prove that they know it (SCRAM-SHA-256). */
  readonly password?: string
  /** What stores the data. Default `pglite`. */
  readonly backend?: Backend
  /** A replication slot that lags this many changes behind is invalidated; without it, changes are kept for any slot. */
  readonly maxSlotLag?: number
  /** How often it is looked whether a vacuum or a checkpoint of PGlite is due, in milliseconds. Default 20 s. */
  readonly naptime?: number
  /** Called when a database has failed beyond repair. */
  readonly onCrash?: (error: Error) => void
  /** Called with what the user should know of, such as a transaction that keeps others waiting. */
  readonly onWarning?: (message: string) => void
}

/** max_connections */
const MAX_CONNECTIONS = 1000

export class PgServer {
  readonly credentials: { readonly user: string; readonly secret: ScramSecret | undefined }
  readonly #options: PgServerOptions
  /** Where databases are kept. */
  readonly folder: string
  readonly #lock: DataFolder
  readonly backend: Backend
  readonly #databases = new Map<string, Promise<Database>>()
  readonly #stores = new Map<string, Promise<Store>>()
  readonly #connections = new Map<number, Connection>()
  /** Those with databases of SQLite. */
  readonly #sessions = new ServedSessions()
  readonly #server: Server
  #nextPid = 1000
  #stopping: Promise<void> | undefined

  private constructor(options: PgServerOptions, folder: string, lock: DataFolder) {
    this.#options = options
    this.folder = folder
    this.backend = options.backend ?? 'pglite'
    this.#lock = lock
    this.credentials = {
      user: options.user ?? SUPERUSER,
      secret: options.password === undefined ? undefined : scramSecret(options.password),
    }
    this.#server = createServer((socket) => this.#accept(socket))
  }

  /**
   * Starts listening.
   * @throws Error EADDRINUSE when the port is taken; Error when another server uses the data folder
   */
  static async start(options: PgServerOptions): Promise<PgServer> {
    await loadParser()
    if (options.backend === 'sqlite') await loadGrammar()
    const folder = options.data === ':memory:' ? await makeTemporaryFolder() : options.data
    const lock = await DataFolder.take(folder)
    const server = new PgServer(options, folder, lock)
    try {
      await new Promise<void>((resolve, reject) => {
        server.#server.once('error', reject)
        server.#server.listen(options.port, options.host ?? '127.0.0.1', () => resolve())
      })
    } catch (error) {
      await lock.release()
      throw error
    }
    return server
  }

  /** The port that it listens on. */
  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** @throws PgError 3D000, 57P03 */
  #requireName(name: string): void {
    if (!/^[\p{L}\p{N}_.-]{1,63}$/u.test(name) || name.startsWith('.')) {
      throw fatal('3D000', `database "${name}" does not exist`, {
        detail: 'A database name has up to 63 letters, digits, underscores, dots and hyphens.',
      })
    }
    if (this.#stopping !== undefined) throw fatal('57P03', 'the database system is shutting down')
  }

  /** Opens a database, made on first use. */
  async open(name: string): Promise<void> {
    await (this.backend === 'sqlite' ? this.store(name) : this.database(name))
  }

  /** A database of SQLite, made on first use. */
  store(name: string): Promise<Store> {
    this.#requireName(name)
    const known = this.#stores.get(name)
    if (known !== undefined) return known
    const folder = join(this.folder, 'sqlite')
    const opening = mkdir(folder, { recursive: true }).then(() =>
      Store.open({
        name,
        path: join(folder, `${name}.db`),
        sessions: this.#sessions,
        slotFile: join(folder, `${name}.slots.json`),
        durable: this.#options.data !== ':memory:',
        maxSlotLag: this.#options.maxSlotLag,
        onWarning: (message) => this.#options.onWarning?.(message),
        onFailure: (error) => this.#options.onCrash?.(error),
      }),
    )
    this.#stores.set(name, opening)
    opening.catch(() => this.#stores.delete(name))
    return opening
  }

  /** What is kept of the password of a role that users have made; undefined where nobody can log in as it. */
  async secretOf(database: string, name: string): Promise<ScramSecret | undefined> {
    if (this.backend !== 'sqlite') return undefined
    const { catalog } = await this.store(database)
    const role = [...catalog.contents.roles.values()].find((each) => each.name === name)
    if (role?.password === undefined || isExpired(role, Date.now())) return undefined
    return readSecret(role.password)
  }

  /** How many sessions a role has with a database. */
  connectionsOf(role: number, database: string): number {
    return this.#sessions.all().filter((each) => each.role === role && each.database === database).length
  }

  /** A database of PGlite, made on first use. */
  database(name: string): Promise<Database> {
    this.#requireName(name)
    const known = this.#databases.get(name)
    if (known !== undefined) return known
    const opening = Database.open({
      name,
      folder: join(this.folder, 'databases', name),
      fsync: this.#options.data !== ':memory:',
      user: this.credentials.user,
      maxSlotLag: this.#options.maxSlotLag,
      naptime: this.#options.naptime,
      onWarning: (message) => this.#options.onWarning?.(message),
      onCrash: (error) => {
        this.#databases.delete(name)
        this.#options.onCrash?.(error)
      },
    })
    this.#databases.set(name, opening)
    opening.catch(() => this.#databases.delete(name))
    return opening
  }

  /** A cancel request; a wrong key is ignored, as in PostgreSQL. */
  cancel(pid: number, secret: Buffer): void {
    const connection = this.#connections.get(pid)
    if (connection === undefined) return
    if (connection.secret.length === secret.length && timingSafeEqual(connection.secret, secret)) {
      connection.session?.cancel()
    }
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection.pid)
  }

  #accept(socket: Socket): void {
    const connection = new Connection(this, socket, this.#nextPid++)
    if (this.#connections.size >= MAX_CONNECTIONS || this.#stopping !== undefined) return connection.shutDown()
    this.#connections.set(connection.pid, connection)
  }

  /** Ends all connections and closes the databases. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop()
    return this.#stopping
  }

  async #stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const connection of this.#connections.values()) connection.shutDown()
    const databases = await Promise.allSettled(this.#databases.values())
    for (const database of databases) if (database.status === 'fulfilled') await database.value.close()
    await closed
    const stores = await Promise.allSettled(this.#stores.values())
    for (const store of stores) if (store.status === 'fulfilled') await store.value.close()
    await this.#lock.release()
    if (this.#options.data === ':memory:') await rm(this.folder, { recursive: true, force: true })
  }
}
