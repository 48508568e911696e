/**
 * The node host: a Postgres server on PGlite or SQLite, the app's migrations and seed, and zero-cache on top.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import { PgServer } from '../../wire/server/server.ts'
import { KeptProcess, runToEnd } from './kept-process.ts'
import { createLog, type Log } from './log.ts'
import { migrate, seed } from './migrations.ts'
import { type Hook, type OrezOptions, type OrezUrls, resolveOptions, type Settings } from './options.ts'
import { freePort } from './ports.ts'
import { ZeroCache } from './zero-cache.ts'

/** A running stack. */
export interface Orez {
  /** The app's database. */
  readonly pgUrl: string
  /** What Zero's client connects to; '' without zero-cache. */
  readonly zeroUrl: string
  /** Process group of zero-cache. */
  readonly zeroPid: number | undefined
  /** Ends everything; what was acknowledged is on disk. */
  stop(): Promise<void>
}

/** The databases that zero-cache wants. */
const UPSTREAM = 'postgres'
const CVR = 'zero_cvr'
const CHANGE = 'zero_change'

class Host {
  readonly #settings: Settings
  readonly #cwd: string
  readonly #log: Log
  readonly #stopped = new AbortController()
  readonly #background: KeptProcess[] = []
  #server: PgServer | undefined
  #zeroCache: ZeroCache | undefined
  #stopping: Promise<void> | undefined

  constructor(settings: Settings, cwd: string) {
    this.#settings = settings
    this.#cwd = cwd
    this.#log = createLog(settings.logLevel)
  }

  async start(): Promise<Orez> {
    try {
      const pgUrl = await this.#startPostgres()
      await this.#prepareData(pgUrl)
      await this.#runHook('onDbReady', this.#settings.onDbReady, { pgUrl, zeroUrl: undefined })
      const zeroCache = this.#settings.zeroCache ? await this.#startZeroCache() : undefined
      await zeroCache?.healthy
      const urls = { pgUrl, zeroUrl: zeroCache?.url }
      await this.#runHook('onHealthy', this.#settings.onHealthy, urls)
      return {
        pgUrl,
        zeroUrl: zeroCache?.url ?? '',
        get zeroPid() {
          return zeroCache?.pid
        },
        stop: () => this.stop(),
      }
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= (async () => {
      this.#stopped.abort()
      await Promise.all(this.#background.map((kept) => kept.stop()))
      await this.#zeroCache?.stop()
      await this.#server?.stop()
    })()
    return this.#stopping
  }

  #url(database: string): string {
    const { user, password, host } = this.#settings
    const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`
    const address = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
    return `postgres://${encodeURIComponent(user)}${secret}@${address}:${this.#server?.port}/${database}`
  }

  async #startPostgres(): Promise<string> {
    const { ephemeral, dataDir, host, pgPort, user, password, backend, maxSlotLag } = this.#settings
    this.#server = await PgServer.start({
      data: ephemeral ? ':memory:' : dataDir,
      host,
      port: await freePort(pgPort, host),
      user,
      backend,
      ...(password === undefined ? {} : { password }),
      ...(maxSlotLag === undefined ? {} : { maxSlotLag }),
      onWarning: (message) => this.#log.warn(message),
      onCrash: (error) => this.#log.error(`a database has failed and will be opened again: ${error.message}`),
    })
    await this.#server.open(UPSTREAM)
    this.#log.debug(`Postgres listens on port ${this.#server.port}`)
    return this.#url(UPSTREAM)
  }

  async #prepareData(pgUrl: string): Promise<void> {
    const { migrations, seed: seedFile } = this.#settings
    if (migrations === undefined && seedFile === undefined) return
    const sql = postgres(pgUrl, { max: 1, onnotice: () => undefined })
    try {
      if (migrations !== undefined) {
        for (const name of await migrate(sql, migrations)) this.#log.info(`applied migration ${name}`)
      }
      if (seedFile !== undefined && (await seed(sql, seedFile))) this.#log.info('the data have been seeded')
    } finally {
      await sql.end()
    }
  }

  async #startZeroCache(): Promise<ZeroCache> {
    const { dataDir, zeroPort, env } = this.#settings
    const folder = join(this.#server?.folder ?? dataDir, 'zero')
    await mkdir(folder, { recursive: true })
    const port = await freePort(zeroPort)
    this.#zeroCache = new ZeroCache({
      port,
      changeStreamerPort: await freePort(port + 1),
      upstreamUrl: this.#url(UPSTREAM),
      cvrUrl: this.#url(CVR),
      changeUrl: this.#url(CHANGE),
      replicaFile: join(folder, 'replica.db'),
      env,
      cwd: this.#cwd,
      log: this.#log,
    })
    // while zero-cache loads its code, in the order in which it will ask for them
    for (const name of [CHANGE, CVR]) await this.#server?.open(name)
    return this.#zeroCache
  }

  /** Before zero-cache, a command must succeed; after it, a command goes on beside the host. */
  async #runHook(name: 'onDbReady' | 'onHealthy', hook: Hook | undefined, urls: OrezUrls): Promise<void> {
    if (hook === undefined) return
    if (typeof hook !== 'string') return await hook(urls)
    const options = {
      command: ['/bin/sh', '-c', hook] as const,
      cwd: this.#cwd,
      env: {
        ...process.env,
        ZERO_UPSTREAM_DB: urls.pgUrl,
        OREZ_PG_URL: urls.pgUrl,
        ...(urls.zeroUrl === undefined ? {} : { OREZ_ZERO_URL: urls.zeroUrl }),
      },
    }
    if (name === 'onDbReady') {
      const code = await runToEnd(options, this.#stopped.signal)
      if (code !== 0) throw new Error(`the command "${hook}" failed (exit code ${code})`)
      return
    }
    const kept = new KeptProcess(options)
    this.#background.push(kept)
    void kept.exited.then((code) => {
      if (this.#stopped.signal.aborted) return
      const say = code === 0 ? this.#log.debug : this.#log.warn
      say(`the command "${hook}" has ended (exit code ${code})`)
    })
  }
}

/**
 * Starts the stack and resolves when all of it is healthy.
 * @param cwd what relative paths are relative to, and where zero-cache is looked for
 * @throws OptionError, MigrationError, or Error when a part cannot be started; nothing is left running
 */
export const startOrez = (options: OrezOptions = {}, cwd: string = process.cwd()): Promise<Orez> =>
  new Host(resolveOptions(options, cwd), cwd).start()
