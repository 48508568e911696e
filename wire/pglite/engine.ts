/**
 * One PGlite session, lent to one tenant at a time. The queue is first come, first served; a lease lasts
 * for a transaction. Between tenants the engine puts away what the last one left in the session and
 * brings back what the next one had there.
 */
import { B, decodeDataRow, decodeNotification, decodeReport } from '../protocol/backend.ts'
import { PgError } from '../protocol/error.ts'
import { type Frame, FrameReader, LARGE_MESSAGE_LIMIT } from '../protocol/frame.ts'
import { EXECUTE, encodeBindText, encodeParse, encodeQuery, encodeTarget, SYNC } from '../protocol/frontend.ts'
import { Backend, type BackendOptions } from './backend.ts'
import {
  collectSql,
  collectState,
  discardSql,
  identifier,
  RESET_IDENTITY,
  restoreSql,
  type SessionState,
} from './session-state.ts'

/** Who may hold the lease. */
export interface Tenant {
  readonly state: SessionState
  /** Frames for the tenant; the promise resolves when it is ready for more. */
  onFrames(frames: readonly Frame[]): Promise<void> | undefined
  /** Somebody else has begun to wait for the lease. */
  onAwaited?(): void
}

/** Messages that are passed on as they are, many at a time. */
const ROWS: ReadonlySet<number> = new Set([B.dataRow, B.copyData])

export interface EngineListener {
  /** A question from SQL, asked while `tenant` (undefined: the engine itself) holds the lease. */
  onCall(question: unknown, tenant: Tenant | undefined): unknown | Promise<unknown>
  /** A notification that became due, sent by the current tenant. */
  onNotification(channel: string, payload: string, tenant: Tenant | undefined): void
  /** A tenant's lease is about to end; internal work may still be done with `engine.query`. */
  onSettle(engine: Engine, tenant: Tenant): Promise<void> | undefined
  onCrash(error: Error): void
}

export type Row = readonly (string | null)[]

interface InternalQuery {
  readonly rows: Row[]
  error: PgError | undefined
  readonly resolve: (rows: Row[]) => void
  readonly reject: (error: PgError) => void
}

interface Waiting {
  readonly tenant: Tenant
  readonly grant: () => void
  readonly fail: (error: Error) => void
}

export class Engine {
  readonly #backend: Backend
  readonly #listener: EngineListener
  readonly #frames = new FrameReader(() => LARGE_MESSAGE_LIMIT)
  readonly #waiting: Waiting[] = []
  /** Internal queries whose answers are still to come; their answers come before the tenant's. */
  readonly #internal: InternalQuery[] = []
  #holder: Tenant | undefined
  /** The tenant whose belongings are in the session now, and the settings in force there. */
  #present: SessionState | undefined
  #settling = false
  #crashed: Error | undefined

  /** SQL that destroys what departed tenants have left, run before the next lease. */
  #garbage: string[] = []

  private constructor(backend: Backend, listener: EngineListener) {
    this.#backend = backend
    this.#listener = listener
  }

  /** Opens a data directory. */
  static async open(options: BackendOptions, listener: EngineListener): Promise<Engine> {
    let engine: Engine | undefined
    const backend = await Backend.open(options, {
      onOutput: (bytes) => {
        if (engine !== undefined) engine.#onOutput(bytes)
      },
      onCall: (request) => (engine === undefined ? Promise.resolve('{"value":null}') : engine.#onCall(request)),
      onCrash: (error) => {
        if (engine !== undefined) engine.#onCrash(error)
      },
    })
    engine = new Engine(backend, listener)
    // without a value of its own, the setting could not be rolled back
    await engine.query(RESET_IDENTITY)
    await engine.query("SELECT pg_orez.drop_parked('pg\\_temp\\_1______')")
    return engine
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0
  }

  get holder(): Tenant | undefined {
    return this.#holder
  }

  /**
   * Waits for the lease. When it resolves, the session is the tenant's own.
   * @param signal gives up waiting
   */
  acquire(tenant: Tenant, signal?: AbortSignal): Promise<void> {
    const granted = Promise.withResolvers<void>()
    if (this.#crashed !== undefined) return Promise.reject(this.#crashed)
    const entry: Waiting = { tenant, grant: granted.resolve, fail: granted.reject }
    signal?.addEventListener('abort', () => {
      const at = this.#waiting.indexOf(entry)
      if (at >= 0) {
        this.#waiting.splice(at, 1)
        entry.fail(new PgError('57014', 'canceling statement due to user request'))
      }
    })
    this.#waiting.push(entry)
    this.#holder?.onAwaited?.()
    this.#grantNext()
    return granted.promise
  }

  /** Gives PostgreSQL the tenant's bytes; only for the holder. */
  send(bytes: Uint8Array): void {
    this.#backend.send(bytes)
  }

  cancel(): void {
    this.#backend.cancel()
  }

  /** Runs `work` while PostgreSQL does not touch its files. */
  whilePaused<T>(work: () => Promise<T>): Promise<T> {
    return this.#backend.whilePaused(work)
  }

  /** The tenant whose unnamed prepared statement PGlite has. */
  unnamedOwner: Tenant | undefined
  /** Counts how often all prepared statements of the session were thrown away. */
  statementGeneration = 0

  /** Takes the holder's role off, so that internal work is done as the owner. */
  async dropIdentity(tenant: Tenant): Promise<void> {
    if (!tenant.state.hasIdentity) return
    await this.query(RESET_IDENTITY)
    this.#present = tenant.state.withoutIdentity()
  }

  /** The tenant's settings are about to change without PostgreSQL: what is in the session are the old ones. */
  invalidate(tenant: Tenant, settingsInSession: ReadonlyMap<string, string>): void {
    if (this.#present === tenant.state) this.#present = tenant.state.with(settingsInSession)
  }

  clearCancel(): void {
    this.#backend.clearCancel()
  }

  /** Ends the lease; the session must be idle, outside of any transaction. */
  release(): void {
    const tenant = this.#holder
    if (tenant === undefined || this.#settling) return
    const work = this.#listener.onSettle(this, tenant)
    if (work === undefined) return this.#end()
    this.#settling = true
    void work
      .catch((error: unknown) => this.#listener.onCrash(error instanceof Error ? error : new Error(String(error))))
      .then(() => {
        this.#settling = false
        this.#end()
      })
  }

  /** Destroys the belongings of a tenant that is gone: `statements` are its names in PGlite's session. */
  forget(tenant: Tenant, statements: Iterable<string>): void {
    for (const name of statements) this.#garbage.push(`DEALLOCATE ${identifier(name)}`)
    const isPresent = this.#present === tenant.state
    const discard = discardSql(tenant.state, isPresent)
    if (discard !== '') this.#garbage.push(discard)
    if (isPresent) {
      tenant.state.prepared.clear()
      tenant.state.hasTemporary = false
    }
  }

  /**
   * Reads back what the holder's transaction has left in the session.
   * @param customSettings names of customised options that may have been set
   */
  async collect(tenant: Tenant, customSettings: Iterable<string>): Promise<void> {
    const current = collectState(tenant.state, await this.query(collectSql(customSettings)))
    const wanted = tenant.state.settings
    const differs = wanted.size !== current.size || [...wanted].some(([name, value]) => current.get(name) !== value)
    if (!differs) return
    this.#present = tenant.state.with(current)
  }

  /**
   * Runs SQL of the engine's own between the tenant's messages.
   * @returns the rows of all its results, as text
   * @throws PgError as PostgreSQL reports it
   */
  query(sql: string): Promise<Row[]> {
    return this.#exchange(encodeQuery(sql))
  }

  /**
   * The same for a statement that is run often and takes one parameter: PostgreSQL parses it once.
   * @param name unique among these statements
   */
  run(name: string, sql: string, parameter: string): Promise<Row[]> {
    // the process id 0 is no session's
    const statement = `0/${name}`
    const isKnown = this.#prepared.get(name) === this.statementGeneration
    this.#prepared.set(name, this.statementGeneration)
    const prepare = [
      encodeTarget('C', { target: 'statement', name: statement }),
      encodeParse({ statement, sql, parameterTypes: [] }),
    ]
    return this.#exchange(
      Buffer.concat([...(isKnown ? [] : prepare), encodeBindText(statement, [parameter]), EXECUTE, SYNC]),
    )
  }

  /** Sends messages that are answered by one ReadyForQuery. */
  #exchange(messages: Buffer): Promise<Row[]> {
    const { promise, resolve, reject } = Promise.withResolvers<Row[]>()
    if (this.#crashed !== undefined) reject(new PgError('57P01', this.#crashed.message))
    else {
      this.#internal.push({ rows: [], error: undefined, resolve, reject })
      this.#backend.send(messages)
    }
    return promise
  }

  /** Statements of `run`, and the generation in which they were prepared. */
  readonly #prepared = new Map<string, number>()

  close(): Promise<void> {
    this.#crashed ??= new Error('terminating connection due to administrator command')
    for (const waiting of this.#waiting.splice(0)) waiting.fail(this.#crashed)
    return this.#backend.close()
  }

  #grantNext(): void {
    if (this.#holder !== undefined || this.#settling) return
    const next = this.#waiting.shift()
    if (next === undefined) return
    this.#holder = next.tenant
    this.#backend.clearCancel()
    const garbage = this.#garbage.splice(0)
    const isReadOnly = this.#present?.settings.has('default_transaction_read_only') !== false
    if (garbage.length > 0 && this.#present?.hasIdentity !== false) {
      // not with the rights of whoever is there
      garbage.unshift(RESET_IDENTITY)
      this.#present = this.#present?.withoutIdentity()
    }
    const restore = this.#present === next.tenant.state ? '' : restoreSql(this.#present, next.tenant.state)
    const work = [...garbage, ...(restore === '' ? [] : [restore])]
    const sql = [...(isReadOnly && work.length > 0 ? ['SET TRANSACTION READ WRITE'] : []), ...work].join('; ')
    this.#present = next.tenant.state
    if (sql === '') return next.grant()
    this.query(sql).then(next.grant, (error: unknown) => {
      // a setting that PostgreSQL does not take: what is in the session now is unknown
      this.#present = undefined
      this.#holder = undefined
      next.fail(error instanceof Error ? error : new Error(String(error)))
      this.#grantNext()
    })
  }

  #end(): void {
    this.#holder = undefined
    this.#grantNext()
  }

  #onOutput(bytes: Buffer): void {
    this.#frames.push(bytes)
    const forTenant: Frame[] = []
    for (;;) {
      const rows = this.#internal.length === 0 ? this.#frames.takeRun(ROWS) : undefined
      if (rows !== undefined) {
        forTenant.push({ type: B.dataRow, body: rows, raw: rows })
        continue
      }
      const frame = this.#frames.next()
      if (frame === undefined) break
      if (frame.type === B.notification) {
        this.#onNotification(frame)
        continue
      }
      const internal = this.#internal[0]
      if (internal === undefined) forTenant.push(frame)
      else this.#onInternal(internal, frame)
    }
    const ready = forTenant.length > 0 ? this.#holder?.onFrames(forTenant) : undefined
    if (ready === undefined) this.#backend.consumed(bytes.length)
    else void ready.then(() => this.#backend.consumed(bytes.length))
  }

  #onInternal(query: InternalQuery, frame: Frame): void {
    if (frame.type === B.dataRow) query.rows.push(decodeDataRow(frame.body))
    else if (frame.type === B.error) {
      const fields = decodeReport(frame.body)
      query.error ??= new PgError(fields.get('C') ?? 'XX000', fields.get('M') ?? 'unknown error')
    } else if (frame.type === B.readyForQuery) {
      this.#internal.shift()
      if (query.error === undefined) query.resolve(query.rows)
      else query.reject(query.error)
    }
  }

  #onNotification(frame: Frame): void {
    const { channel, payload } = decodeNotification(frame.body)
    this.#listener.onNotification(channel, payload, this.#holder)
  }

  async #onCall(request: string): Promise<string> {
    try {
      const question: unknown = JSON.parse(request)
      return JSON.stringify({ value: (await this.#listener.onCall(question, this.#holder)) ?? null })
    } catch (error) {
      const known = error instanceof PgError ? error : new PgError('XX000', String(error))
      return JSON.stringify({
        error: { code: known.code, message: known.message, detail: known.fields.detail, hint: known.fields.hint },
      })
    }
  }

  #onCrash(error: Error): void {
    this.#crashed = error
    for (const waiting of this.#waiting.splice(0)) waiting.fail(error)
    for (const query of this.#internal.splice(0)) query.reject(new PgError('57P02', error.message))
    this.#listener.onCrash(error)
  }
}
