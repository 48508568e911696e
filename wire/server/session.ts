/**
 * One client's session: takes its messages in order, borrows the engine for each transaction, and keeps
 * what PGlite's one session cannot keep for many clients (names of prepared statements, LISTENs, snapshots).
 */

import type { Engine, Tenant } from '../pglite/engine.ts'
import type { SessionState } from '../pglite/session-state.ts'
import {
  B,
  commandComplete,
  decodeReadyForQuery,
  decodeReport,
  errorResponse,
  notificationResponse,
  readyForQuery,
  type TransactionStatus,
} from '../protocol/backend.ts'
import { PgError, toPgError, unsupported } from '../protocol/error.ts'
import type { Frame } from '../protocol/frame.ts'
import {
  decodeBind,
  decodeExecute,
  decodeParse,
  decodeQuery,
  decodeTarget,
  encodeBind,
  encodeParse,
  encodeQuery,
  encodeTarget,
  F,
  type ParseMessage,
  SYNC,
} from '../protocol/frontend.ts'
import type { Database } from './database.ts'
import { ImportedSnapshot } from './imported-snapshot.ts'
import { type SessionEffect, type StatementShape, shapeOf } from './statement.ts'

/** The client's side of the connection. */
export interface ClientStream {
  /** Sends bytes. The promise, if any, resolves when the client has taken enough of them. */
  write(bytes: Buffer): Promise<void> | undefined
  /** Sends the last bytes and closes. */
  end(bytes?: Buffer): void
}

export interface SessionInfo {
  readonly user: string
  readonly address: string
  readonly port: number
}

interface Prepared {
  readonly parse: ParseMessage
  readonly shape: StatementShape
  /** Where PGlite knows it: an engine, and the count of its wholesale deallocations at the time. */
  engine: Engine | undefined
  generation: number
}

/** An answer that PostgreSQL owes us, in order. */
type Expected =
  | { readonly kind: 'ack'; readonly forward: boolean; readonly undo?: () => void }
  | { readonly kind: 'ready'; readonly forward: boolean; readonly from: 'query' | 'sync' }

const NO_SHAPE: StatementShape = { count: 0, effects: [], touchesSession: false, locks: false, refusal: undefined }

/** A statement that cannot be parsed: stands in for one that is refused, so that PostgreSQL's state follows. */
const REFUSED_SQL = 'SELECT orez.refused()'
/** UNLISTEN of a channel that nobody listens to: same tag, and other sessions keep theirs. */
const UNLISTEN_SQL = 'UNLISTEN "orez.none"'

export class Session implements Tenant {
  readonly state: SessionState
  readonly #database: Database
  readonly #client: ClientStream
  readonly #info: SessionInfo
  #engine: Engine
  #holding = false
  #snapshot: ImportedSnapshot | undefined
  /** The SET LOCAL statements of the current transaction. */
  #locals: string[] = []
  #status: TransactionStatus = 'I'
  #expected: Expected[] = []
  /** Extended-protocol messages have been sent since the last Sync. */
  #unsynced = false
  #copyIn = false
  /** Without a lease: an error has been reported, so messages are skipped until Sync. */
  #skipping = false
  #acquiring: AbortController | undefined
  #idleWaiters: (() => void)[] = []

  readonly #statements = new Map<string, Prepared>()
  readonly #portals = new Map<string, StatementShape>()
  #refusal: PgError | undefined
  #touched = { session: false, channels: false }
  #channelChanges: SessionEffect[] = []
  #failed = false
  #notifications: Buffer[] = []
  /** Messages of the current unit that may have to be sent again once a lock is free. */
  #repeatable: Buffer[] | undefined
  #blocked = false
  #ended = false
  readonly #since = new Date()
  #lastQuery = ''
  #changedAt = new Date()

  constructor(database: Database, state: SessionState, client: ClientStream, info: SessionInfo) {
    this.#database = database
    this.#engine = database.engine
    this.state = state
    this.#client = client
    this.#info = info
  }

  get database(): Database {
    return this.#database
  }

  get status(): TransactionStatus {
    return this.#status
  }

  get isHolding(): boolean {
    return this.#holding
  }

  // Messages from the client

  /** Handles one message; resolves when the next one may be handled. */
  async handle(frame: Frame): Promise<void> {
    if (this.#ended) return
    if (this.#skipping && frame.type !== F.sync) return
    try {
      await this.#dispatch(frame)
    } catch (error) {
      if (this.#holding) throw error
      this.#reportWithoutLease(toPgError(error), frame)
    }
    this.#releaseIfIdle()
  }

  async #dispatch(frame: Frame): Promise<void> {
    switch (frame.type) {
      case F.query:
        return await this.#query(frame)
      case F.parse:
        return await this.#parse(frame)
      case F.bind:
        return await this.#bind(frame)
      case F.describe:
      case F.close:
        return await this.#target(frame)
      case F.execute:
        return await this.#execute(frame)
      case F.functionCall:
        await this.#enterUnit()
        this.#expected.push({ kind: 'ready', forward: true, from: 'query' })
        return this.#send(frame.raw)
      case F.flush:
        if (this.#holding) this.#send(frame.raw)
        return
      case F.sync:
        return await this.#sync(frame)
      case F.copyData:
      case F.copyDone:
      case F.copyFail:
        // PostgreSQL ignores these outside of COPY, too
        if (!this.#holding) return
        if (frame.type !== F.copyData) this.#copyIn = false
        return this.#send(frame.raw)
    }
  }

  /** The error of a message that never reached PostgreSQL: waiting was cancelled, or settings are wrong. */
  #reportWithoutLease(error: PgError, frame: Frame): void {
    this.#write(errorResponse(error))
    if (error.severity === 'FATAL') return this.#client.end()
    if (frame.type === F.query || frame.type === F.functionCall || frame.type === F.sync) {
      this.#write(readyForQuery('I'))
    } else this.#skipping = true
  }

  async #query(frame: Frame): Promise<void> {
    const sql = decodeQuery(frame.body)
    const shape = shapeOf(sql)
    this.#lastQuery = sql
    if (this.#setWithoutLease(shape)) return
    await this.#enterUnit()
    const snapshot = shape.count === 1 ? shape.effects.find((effect) => effect.kind === 'snapshot') : undefined
    if (snapshot?.kind === 'snapshot' && (await this.#importSnapshot(snapshot.id, sql))) return
    const names = shape.effects.flatMap((effect) =>
      (effect.kind === 'execute' || effect.kind === 'deallocate') && effect.name !== undefined ? [effect.name] : [],
    )
    // SQL's EXECUTE sees protocol-level statements, which PGlite has under other names
    const borrowed = names.filter((name) => name !== '' && this.#statements.has(name))
    for (const name of borrowed) this.#injectStatement(name)
    this.#noteShape(shape)
    if (shape.locks && this.#status === 'I') this.#repeatable = [frame.raw]
    this.#expected.push({ kind: 'ready', forward: true, from: 'query' })
    if (this.#engine.unnamedOwner === this) this.#engine.unnamedOwner = undefined
    this.#statements.delete('')
    const substitute = this.#substitute(shape)
    this.#send(substitute === undefined ? frame.raw : encodeQuery(substitute))
    for (const name of borrowed) this.#inject(encodeTarget('C', { target: 'statement', name }))
  }

  /**
   * `SET name = integer` outside of a transaction needs no PostgreSQL, and so no lease: it takes effect
   * with the next one. Clients count on not having to wait here for others' transactions.
   */
  #setWithoutLease(shape: StatementShape): boolean {
    const effect = shape.count === 1 ? shape.effects[0] : undefined
    if (effect?.kind !== 'set-integer' || this.#holding || this.#status !== 'I') return false
    if (!this.#database.takesInteger(effect.name, effect.value)) return false
    this.#engine.invalidate(this, this.state.settings)
    this.state.settings = new Map(this.state.settings).set(effect.name, String(effect.value))
    this.#write(Buffer.concat([commandComplete('SET'), readyForQuery('I')]))
    return true
  }

  /** What to run instead of a statement, if anything. */
  #substitute(shape: StatementShape): string | undefined {
    if (shape.refusal !== undefined) {
      this.#refusal = shape.refusal
      return REFUSED_SQL
    }
    return shape.count === 1 && shape.effects[0]?.kind === 'unlisten' ? UNLISTEN_SQL : undefined
  }

  async #parse(frame: Frame): Promise<void> {
    const message = decodeParse(frame.body)
    const shape = shapeOf(message.sql)
    this.#lastQuery = message.sql
    await this.#enterUnit()
    const { statement: name } = message
    const before = this.#statements.get(name)
    const substitute = this.#substitute(shape)
    const parse: ParseMessage = { ...message, statement: this.#nameInPglite(name), sql: substitute ?? message.sql }
    if (name !== '' && before !== undefined) this.#hydrate(name, before)
    const prepared: Prepared = {
      parse,
      shape,
      engine: this.#engine,
      generation: this.#engine.statementGeneration,
    }
    this.#statements.set(name, prepared)
    if (name === '') this.#engine.unnamedOwner = this
    const undo = (): void => {
      if (before === undefined || name === '') this.#statements.delete(name)
      else this.#statements.set(name, before)
    }
    this.#expected.push({ kind: 'ack', forward: true, undo })
    this.#unsynced = true
    this.#send(name === '' && substitute === undefined ? frame.raw : encodeParse(parse))
  }

  async #bind(frame: Frame): Promise<void> {
    const message = decodeBind(frame.body)
    await this.#enterUnit()
    const prepared = this.#statements.get(message.statement)
    if (prepared !== undefined) this.#hydrate(message.statement, prepared)
    this.#portals.set(message.portal, prepared?.shape ?? NO_SHAPE)
    if (message.portal !== '') this.#snapshot?.pin()
    this.#unsynced = true
    const statement = prepared === undefined ? message.statement : prepared.parse.statement
    const bytes = statement === message.statement ? frame.raw : encodeBind({ ...message, statement })
    if (prepared?.shape.locks === true && this.#status === 'I') this.#repeatable = []
    this.#repeatable?.push(bytes)
    this.#send(bytes)
  }

  async #target(frame: Frame): Promise<void> {
    const message = decodeTarget(frame.type, frame.body)
    await this.#enterUnit()
    this.#unsynced = true
    const closes = frame.type === F.close
    const prepared = message.target === 'statement' ? this.#statements.get(message.name) : undefined
    if (prepared !== undefined && !closes) this.#hydrate(message.name, prepared)
    if (closes) {
      if (prepared !== undefined) this.#statements.delete(message.name)
      const undo = (): void => {
        if (prepared !== undefined) this.#statements.set(message.name, prepared)
      }
      this.#expected.push({ kind: 'ack', forward: true, undo })
    }
    const name = prepared === undefined ? message.name : prepared.parse.statement
    this.#send(name === message.name ? frame.raw : encodeTarget(closes ? 'C' : 'D', { ...message, name }))
  }

  async #execute(frame: Frame): Promise<void> {
    const { portal } = decodeExecute(frame.body)
    await this.#enterUnit()
    this.#unsynced = true
    const shape = this.#portals.get(portal)
    if (shape !== undefined) {
      if (shape.effects.some((effect) => effect.kind === 'snapshot'))
        this.#refusal = unsupported('SET TRANSACTION SNAPSHOT in a prepared statement')
      this.#noteShape(shape)
    }
    this.#repeatable?.push(frame.raw)
    this.#send(frame.raw)
  }

  async #sync(frame: Frame): Promise<void> {
    this.#skipping = false
    if (!this.#holding) {
      this.#write(readyForQuery(this.#status))
      return
    }
    // during COPY PostgreSQL ignores Sync
    if (!this.#copyIn) {
      this.#expected.push({ kind: 'ready', forward: true, from: 'sync' })
      this.#unsynced = false
    }
    this.#repeatable?.push(frame.raw)
    this.#send(frame.raw)
  }

  /** Before the first message of a transaction: gets the lease. */
  async #enterUnit(): Promise<void> {
    if (this.#holding && !this.#unsynced && this.#engine.hasWaiting) {
      // others wait, so what has been sent must end before more is begun
      await this.#whenAnswered()
      this.#releaseIfIdle()
    }
    if (this.#repeatable !== undefined && !this.#unsynced) await this.#whenAnswered()
    if (this.#holding) return
    this.#acquiring = new AbortController()
    try {
      await this.#engine.acquire(this, this.#acquiring.signal)
      this.#holding = true
      this.#changedAt = new Date()
    } finally {
      this.#acquiring = undefined
    }
    if (this.#ended) return await this.#abandon()
    await this.#snapshot?.resume()
  }

  #send(bytes: Uint8Array): void {
    this.#engine.send(bytes)
  }

  /** Notes what a statement that is about to run will do to the session. */
  #noteShape(shape: StatementShape): void {
    if (shape.touchesSession) this.#touched.session = true
    for (const effect of shape.effects) {
      switch (effect.kind) {
        case 'listen':
        case 'unlisten':
        case 'savepoint':
        case 'release':
          this.#channelChanges.push(effect)
          break
        case 'rollback-to': {
          const at = this.#channelChanges.findLastIndex((one) => one.kind === 'savepoint' && one.name === effect.name)
          if (at >= 0) this.#channelChanges.length = at + 1
          break
        }
        case 'begin':
          this.#locals = []
          break
        case 'set-local':
          this.#locals.push(effect.sql)
          this.#snapshot?.setLocal(effect.sql)
          break
        case 'pin':
          this.#snapshot?.pin()
          break
        case 'prepare':
          this.state.prepared.set(effect.name, effect.sql)
          break
        case 'deallocate':
          this.#deallocate(effect.name)
          break
        case 'discard-all':
          this.#deallocate(undefined)
          this.#channelChanges.push({ kind: 'unlisten', channel: undefined })
          this.#touched.channels = true
          this.#database.locks.releaseAll(this, 'session')
          break
        case 'execute':
        case 'snapshot':
        case 'set-integer':
          break
      }
    }
    if (shape.effects.some((effect) => effect.kind === 'unlisten')) this.#touched.channels = true
  }

  #deallocate(name: string | undefined): void {
    if (name !== undefined) {
      this.state.prepared.delete(name)
      const prepared = this.#statements.get(name)
      if (prepared === undefined) return
      this.#statements.delete(name)
      this.#inject(encodeTarget('C', { target: 'statement', name: prepared.parse.statement }))
      return
    }
    this.state.prepared.clear()
    this.#statements.clear()
    // PGlite forgets the other sessions' statements as well; they are parsed again when next used
    this.#engine.statementGeneration++
    this.#engine.unnamedOwner = undefined
  }

  // Prepared statements

  #nameInPglite(name: string): string {
    return name === '' ? '' : `${this.state.pid}/${name}`
  }

  /** Makes sure that PGlite knows a statement which this session prepared earlier. */
  #hydrate(name: string, prepared: Prepared): void {
    const known =
      name === ''
        ? this.#engine.unnamedOwner === this && prepared.engine === this.#engine
        : prepared.engine === this.#engine && prepared.generation === this.#engine.statementGeneration
    if (known) return
    if (name !== '') {
      this.#expected.push({ kind: 'ack', forward: false })
      this.#send(encodeTarget('C', { target: 'statement', name: prepared.parse.statement }))
    } else this.#engine.unnamedOwner = this
    this.#expected.push({ kind: 'ack', forward: false })
    this.#send(encodeParse(prepared.parse))
    prepared.engine = this.#engine
    prepared.generation = this.#engine.statementGeneration
  }

  /** Gives PGlite a protocol-level statement under its own name, for SQL's EXECUTE. */
  #injectStatement(name: string): void {
    const prepared = this.#statements.get(name)
    if (prepared !== undefined) this.#inject(encodeParse({ ...prepared.parse, statement: name }))
  }

  /** Sends one Parse or Close of our own, whose answers the client does not see. */
  #inject(bytes: Buffer): void {
    this.#expected.push({ kind: 'ack', forward: false }, { kind: 'ready', forward: false, from: 'sync' })
    this.#send(Buffer.concat([bytes, SYNC]))
  }

  // Answers from PostgreSQL

  onFrames(frames: readonly Frame[]): Promise<void> | undefined {
    const out: Buffer[] = []
    for (const frame of frames) this.#answer(frame, out)
    const pending = out.length > 0 && !this.#ended ? this.#client.write(join(out)) : undefined
    if (this.#expected.length === 0) {
      const waiters = this.#idleWaiters
      this.#idleWaiters = []
      for (const wake of waiters) wake()
      if (waiters.length === 0) this.#releaseIfIdle()
    }
    return pending
  }

  #answer(frame: Frame, out: Buffer[]): void {
    switch (frame.type) {
      case B.parseComplete:
      case B.closeComplete: {
        const ack = this.#expected.shift()
        if (ack?.forward !== false) out.push(frame.raw)
        return
      }
      case B.copyIn:
        this.#copyIn = true
        // Syncs that were sent ahead are part of what COPY ignores
        while (this.#expected[0]?.kind === 'ready' && this.#expected[0].from === 'sync') {
          this.#expected.shift()
          this.#unsynced = true
        }
        out.push(frame.raw)
        return
      case B.error:
        this.#copyIn = false
        this.#failed = true
        if (this.#blocked && this.#repeatable !== undefined) return
        if (this.#injectedIsNext()) return
        out.push(this.#rewriteError(frame))
        return
      case B.commandComplete: {
        const tag = frame.body.toString('latin1', 0, frame.body.length - 1)
        if (tag === 'COMMIT') this.#applyChannelChanges()
        if (tag === 'ROLLBACK' && this.#status !== 'I' && !this.#rollsBackToSavepoint()) this.#channelChanges = []
        out.push(frame.raw)
        return
      }
      case B.portalSuspended:
        this.#snapshot?.pin()
        out.push(frame.raw)
        return
      case B.readyForQuery:
        return this.#ready(frame, out)
      default:
        out.push(frame.raw)
    }
  }

  /** ROLLBACK TO keeps its savepoint at the end of the list; a full ROLLBACK leaves the transaction. */
  #rollsBackToSavepoint(): boolean {
    return this.#channelChanges.at(-1)?.kind === 'savepoint'
  }

  #injectedIsNext(): boolean {
    const ready = this.#expected.find((one) => one.kind === 'ready')
    return ready?.forward === false
  }

  #rewriteError(frame: Frame): Buffer {
    const refusal = this.#refusal
    this.#refusal = undefined
    const fields = decodeReport(frame.body)
    const code = fields.get('C') ?? 'XX000'
    if (refusal !== undefined && code !== '25P02') return errorResponse(refusal)
    const unwritable = this.#snapshot?.refusal(code)
    if (unwritable !== undefined) return errorResponse(unwritable)
    const own = `"${this.state.pid}/`
    const message = fields.get('M') ?? ''
    if (!message.includes(own)) return frame.raw
    return errorResponse(new PgError(code, message.replaceAll(own, '"')))
  }

  #ready(frame: Frame, out: Buffer[]): void {
    // what was skipped after an error will not be answered
    for (let next = this.#expected.shift(); next !== undefined; next = this.#expected.shift()) {
      if (next.kind === 'ack') {
        next.undo?.()
        continue
      }
      this.#status = decodeReadyForQuery(frame)
      if (this.#status === 'I') {
        if (this.#failed) this.#channelChanges = []
        else this.#applyChannelChanges()
        this.#portals.clear()
      }
      if (this.#blocked && this.#repeatable !== undefined) {
        this.#failed = false
        void this.#repeatWhenUnlocked(this.#repeatable)
        return
      }
      this.#failed = false
      this.#repeatable = undefined
      if (next.forward) {
        if (this.#status === 'I') out.push(...this.#notifications.splice(0))
        out.push(frame.raw)
      }
      return
    }
    out.push(frame.raw)
  }

  /** Resolves when PostgreSQL owes no more answers. */
  async #whenAnswered(): Promise<void> {
    while (this.#expected.length > 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
    }
  }

  #releaseIfIdle(): void {
    if (!this.#holding || this.#expected.length > 0 || this.#unsynced || this.#blocked) return
    if (this.#status !== 'I') {
      if (this.#snapshot?.setAside(this.#status) === true) this.#holding = false
      return
    }
    this.#holding = false
    this.#changedAt = new Date()
    this.#engine.release()
    this.#leaveSnapshot()
  }

  #leaveSnapshot(): void {
    if (this.#snapshot === undefined) return
    this.#engine = this.#database.engine
    void this.#database.releaseSnapshot(this.#snapshot.id)
    this.#snapshot = undefined
  }

  // Advisory locks that another session holds

  /** The error that ends a statement which must wait for a lock; it is repeated, if it can be. */
  mustWaitForLock(): PgError {
    if (this.#repeatable === undefined || this.#status !== 'I') {
      return unsupported('waiting for an advisory lock inside a transaction')
    }
    this.#blocked = true
    return new PgError('55P03', 'waiting for an advisory lock')
  }

  async #repeatWhenUnlocked(messages: readonly Buffer[]): Promise<void> {
    const released = this.#database.locks.released()
    this.#holding = false
    this.#engine.release()
    await released
    if (this.#ended) return
    await this.#engine.acquire(this).catch(() => undefined)
    this.#holding = true
    this.#blocked = false
    if (this.#ended) return await this.#abandon()
    const isQuery = messages[0]?.[0] === F.query
    this.#expected.push({ kind: 'ready', forward: true, from: isQuery ? 'query' : 'sync' })
    for (const message of messages) this.#send(message)
  }

  // Snapshots

  /** Moves the open transaction to the engine of an exported snapshot. False: PostgreSQL should answer. */
  async #importSnapshot(id: string, sql: string): Promise<boolean> {
    await this.#whenAnswered()
    if (this.#status !== 'T' || this.#snapshot !== undefined) return false
    const engine = await this.#database.importSnapshot(id)
    if (engine === undefined) return false
    const primary = this.#engine
    const [[isolation = null] = [], [readOnly = null] = []] = await primary.query(
      'SHOW transaction_isolation; SHOW transaction_read_only',
    )
    // PostgreSQL checks whether the transaction may import one, then does not find it
    const failure = await primary.query(sql).then(
      () => undefined,
      (error: unknown) => toPgError(error),
    )
    if (failure?.code !== '42704') {
      await this.#database.releaseSnapshot(id)
      this.#status = 'E'
      this.#write(Buffer.concat([errorResponse(failure ?? unsupported(sql)), readyForQuery('E')]))
      return true
    }
    await primary.query('ROLLBACK')
    this.#holding = false
    primary.release()
    this.#engine = engine
    this.#snapshot = new ImportedSnapshot(id, engine, isolation ?? '', readOnly === 'on', this.#locals)
    await engine.acquire(this)
    this.#holding = true
    await this.#snapshot.begin()
    this.#write(Buffer.concat([commandComplete('SET'), readyForQuery('T')]))
    return true
  }

  // LISTEN and NOTIFY

  #applyChannelChanges(): void {
    for (const change of this.#channelChanges) {
      if (change.kind === 'listen') this.#database.listen(this, change.channel)
      else if (change.kind === 'unlisten') this.#database.unlisten(this, change.channel)
    }
    this.#channelChanges = []
  }

  /** Passes a notification on: at once when idle, else before the next ReadyForQuery outside a transaction. */
  notify(pid: number, channel: string, payload: string): void {
    const bytes = notificationResponse(pid, channel, payload)
    if (this.#holding || this.#acquiring !== undefined || this.#status !== 'I') this.#notifications.push(bytes)
    else this.#write(bytes)
  }

  // Life and death

  /** What the last lease may have left in the session; asking resets it. */
  takeTouched(): { session: boolean; channels: boolean } {
    const touched = this.#touched
    this.#touched = { session: false, channels: false }
    return touched
  }

  /** Runs SQL of our own on the session's behalf, in a lease of its own. */
  async internal<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    await this.#engine.acquire(this)
    this.#holding = true
    try {
      return await work(this.#engine)
    } finally {
      this.#holding = false
      this.#engine.release()
    }
  }

  /** A cancel request: stops waiting for the lease, or the running statement. */
  cancel(): void {
    if (this.#acquiring !== undefined) this.#acquiring.abort()
    else if (this.#holding && this.#expected.length > 0) this.#engine.cancel()
  }

  /** Ends the session with a FATAL error. */
  terminate(reason: PgError): void {
    if (this.#ended) return
    this.#client.end(errorResponse(reason))
    void this.end()
  }

  /** The connection is gone, or about to be: undoes what is open and gives back the engine. */
  async end(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#acquiring?.abort()
    this.#database.sessions.delete(this)
    this.#database.unlisten(this, undefined)
    this.#database.slots.dropTemporary(this.state.pid)
    await this.#database.invalidateSnapshots(this)
    if (this.#holding) await this.#abandon()
    this.#leaveSnapshot()
    this.#database.locks.releaseAll(this, 'transaction')
    this.#database.locks.releaseAll(this, 'session')
    const inPglite = [...this.#statements]
      .filter(([name, one]) => name !== '' && one.engine === this.#database.engine)
      .filter(([, one]) => one.generation === this.#database.engine.statementGeneration)
    this.#database.engine.forget(
      this,
      inPglite.map(([, one]) => one.parse.statement),
    )
  }

  async #abandon(): Promise<void> {
    for (const wake of this.#idleWaiters.splice(0)) wake()
    if (this.#expected.length > 0) this.#engine.cancel()
    if (this.#copyIn) this.#send(Buffer.from([F.copyFail, 0, 0, 0, 5, 0]))
    if (this.#unsynced || this.#copyIn) {
      this.#expected.push({ kind: 'ready', forward: false, from: 'sync' })
      this.#send(SYNC)
    }
    this.#unsynced = false
    this.#copyIn = false
    while (this.#expected.length > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve))
    this.#engine.clearCancel()
    if (this.#status !== 'I') await this.#engine.query('ROLLBACK')
    this.#status = 'I'
    this.#releaseIfIdle()
  }

  #write(bytes: Buffer): void {
    if (!this.#ended) void this.#client.write(bytes)
  }

  /** A row of pg_stat_activity. */
  activity(): Record<string, unknown> {
    const waiting = this.#acquiring !== undefined
    const busy = this.#holding && this.#expected.length > 0
    const idle =
      this.#status === 'I' ? 'idle' : this.#status === 'T' ? 'idle in transaction' : 'idle in transaction (aborted)'
    return {
      pid: this.state.pid,
      usename: this.#info.user,
      application_name: this.state.settings.get('application_name') ?? '',
      state: waiting || busy ? 'active' : idle,
      query: this.#lastQuery,
      wait_event_type: waiting ? 'Lock' : busy ? null : 'Client',
      wait_event: waiting ? 'transactionid' : busy ? null : 'ClientRead',
      backend_start: this.#since.toISOString(),
      state_change: this.#changedAt.toISOString(),
      client_addr: this.#info.address,
      client_port: this.#info.port,
      backend_type: 'client backend',
    }
  }

  /** A row of pg_stat_replication, if this session streams. */
  senderActivity(): Record<string, unknown> | undefined {
    return this.sender?.()
  }

  /** Set while the session is a walsender. */
  sender: (() => Record<string, unknown>) | undefined
}

/** Joins answers; neighbours in memory are passed on as one slice, without a copy. */
const join = (parts: readonly Buffer[]): Buffer => {
  const first = parts[0]
  const last = parts.at(-1)
  if (first === undefined || last === undefined) return Buffer.alloc(0)
  if (parts.length === 1) return first
  let end = first.byteOffset
  for (const part of parts) {
    if (part.buffer !== first.buffer || part.byteOffset !== end) return Buffer.concat(parts)
    end += part.length
  }
  return Buffer.from(first.buffer, first.byteOffset, end - first.byteOffset)
}
