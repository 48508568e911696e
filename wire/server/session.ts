/**
 * One client's session: takes its messages in order, borrows the engine for each transaction, and keeps
 * what PGlite's one session cannot keep for many clients (names of prepared statements, LISTENs, snapshots).
 */
import type { Engine, Tenant } from '../pglite/engine.ts'
import { type SessionState, SUPERUSER } from '../pglite/session-state.ts'
import {
  commandComplete,
  errorResponse,
  notificationResponse,
  readyForQuery,
  type TransactionStatus,
} from '../protocol/backend.ts'
import { type PgError, toPgError, unsupported } from '../protocol/error.ts'
import type { Frame } from '../protocol/frame.ts'
import {
  COPY_MESSAGES,
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
  FLUSH,
  SYNC,
} from '../protocol/frontend.ts'
import type { SenderState } from '../replication/source.ts'
import { type Activity, describeActivity } from './activity.ts'
import { Answers } from './answers.ts'
import { sessionAuthorization } from './authorization.ts'
import { ChannelChanges } from './channel-changes.ts'
import type { ClientStream, SessionInfo } from './client-stream.ts'
import type { Database } from './database.ts'
import { Lease } from './lease.ts'
import { LockWait } from './lock-wait.ts'
import { PreparedStatements } from './prepared-statements.ts'
import { completionsOf, standIn } from './stand-in.ts'
import { type SessionEffect, type StatementShape, shapeOf } from './statement.ts'
import { TIMEOUT_SETTINGS, Timeouts } from './timeouts.ts'

export class Session implements Tenant {
  readonly state: SessionState
  readonly #database: Database
  readonly #client: ClientStream
  readonly #info: SessionInfo
  readonly #answers: Answers
  readonly #lease: Lease
  /** Extended-protocol messages have been sent since the last Sync. */
  #unsynced = false
  /** Without a lease: an error has been reported, so messages are skipped until Sync. */
  #skipping = false

  readonly #statements: PreparedStatements
  readonly #portals = new Map<string, StatementShape>()
  readonly #channels = new ChannelChanges()
  /** The SET LOCAL statements of the current transaction. */
  #locals: string[] = []
  /** Why the server itself cancels the running statement. */
  #cancelReason: PgError | undefined
  readonly #timeouts: Timeouts
  /** Time limits have been set, or will be what they were before: PostgreSQL must be asked. */
  #timeoutsChanged = false
  #touched = { session: false, channels: false }
  readonly #lockWait: LockWait
  /** DISCARD ALL has been sent: before anything else is, what it does not reach must be reset. */
  #discarded = false
  #ended = false
  readonly #since = new Date()
  #lastQuery = ''

  constructor(database: Database, state: SessionState, client: ClientStream, info: SessionInfo) {
    this.#database = database
    this.state = state
    this.#client = client
    this.#info = info
    this.#statements = new PreparedStatements(this)
    this.#answers = new Answers(this.#statements, {
      completed: (effects, tag) => this.#noteCompletion(effects, tag),
      suspended: () => this.#lease.snapshot?.pin(),
      syncsIgnored: () => {
        this.#unsynced = true
      },
      failed: () => this.#database.slots.dropTemporary(this.state.pid),
      insteadOf: (code) => this.#insteadOf(code),
      ready: (status, failed) => this.#ready(status, failed),
    })
    this.#lease = new Lease(this, database, this.#answers)
    this.#lockWait = new LockWait(database.locks, this.#lease, this.#answers)
    this.#timeouts = new Timeouts({
      cancel: (reason) => {
        this.#cancelReason = reason
        this.cancel()
      },
      terminate: (reason) => this.terminate(reason),
    })
    for (const [name, value] of state.startup) this.#timeouts.set(name, value)
  }

  get database(): Database {
    return this.#database
  }

  get #engine(): Engine {
    return this.#lease.engine
  }

  /** PostgreSQL owes answers. */
  get #isBusy(): boolean {
    return !this.#answers.expected.isEmpty
  }

  get status(): TransactionStatus {
    return this.#answers.status
  }

  // Messages from the client

  /** Handles one message; resolves when the next one may be handled. */
  async handle(frame: Frame): Promise<void> {
    if (this.#ended) return
    if ((this.#skipping || this.#answers.isIgnoring) && frame.type !== F.sync) return
    try {
      await this.#dispatch(frame)
    } catch (error) {
      if (this.#ended) return
      const reason = toPgError(error)
      if (reason.code === '08P01')
        await this.#passOn(frame).catch((failure) => this.#reportWithoutLease(toPgError(failure), frame))
      else if (this.#lease.isHeld) throw error
      else this.#reportWithoutLease(reason, frame)
    }
    this.#releaseIfIdle()
  }

  async #dispatch(frame: Frame): Promise<void> {
    if (!COPY_MESSAGES.has(frame.type)) {
      await this.#answers.copyKnown()
      // PostgreSQL takes it for a fault in the data
      if (this.#answers.isCopying) return this.#send(frame.raw)
    }
    if (this.#unsynced && (frame.type === F.query || frame.type === F.functionCall)) {
      // whether PostgreSQL runs it depends on how what was sent before it ends
      this.#send(FLUSH)
      await this.#answers.extendedTaken()
      if (this.#answers.isIgnoring) return
    }
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
        this.#answers.expected.add({ kind: 'ready', forward: true, from: 'query' })
        return this.#send(frame.raw)
      case F.flush:
        if (frame.body.length > 0) return await this.#passOn(frame)
        if (this.#lease.isHeld) this.#send(frame.raw)
        return
      case F.sync:
        return await this.#sync(frame)
      case F.copyData:
      case F.copyDone:
      case F.copyFail:
        // PostgreSQL ignores these outside of COPY, too
        if (!this.#lease.isHeld) return
        if (frame.type !== F.copyData) this.#answers.copyEnded()
        return this.#send(frame.raw)
    }
  }

  /** A message with a malformed body: PostgreSQL reports it, and its transaction fails for it. */
  async #passOn(frame: Frame): Promise<void> {
    await this.#enterUnit()
    if (frame.type === F.query) this.#answers.expected.add({ kind: 'ready', forward: true, from: 'query' })
    else {
      this.#answers.expected.add({ kind: 'fault' })
      this.#unsynced = true
    }
    this.#send(frame.raw)
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
    const only = shape.statements.length === 1 ? (shape.statements[0] ?? []) : []
    const snapshot = only.find((effect) => effect.kind === 'snapshot')
    if (snapshot !== undefined) {
      const answer = await this.#lease.importSnapshot(snapshot.id, sql, this.#locals)
      if (answer !== undefined) return this.#write(answer)
    }
    const effects = shape.statements.flat()
    // SQL's EXECUTE sees protocol-level statements, which PGlite has under other names
    const borrowed = effects
      .flatMap((effect) => (effect.kind === 'execute' || effect.kind === 'deallocate' ? [effect.name ?? ''] : []))
      .filter((name) => name !== '' && this.#statements.has(name))
    for (const name of borrowed) {
      const define = this.#statements.underOwnName(name)
      if (define !== undefined) this.#sendOwn(define)
    }
    this.#noteStart(shape, effects)
    if (shape.locks) this.#lockWait.begin(frame.raw)
    this.#answers.expected.add(...completionsOf(shape))
    const substitute = standIn(sql, shape, this.#loginRole)
    this.#answers.expected.add({ kind: 'ready', forward: true, from: 'query', original: substitute?.original })
    if (this.#engine.unnamedOwner === this) this.#engine.unnamedOwner = undefined
    this.#statements.forget('')
    this.#send(substitute === undefined ? frame.raw : encodeQuery(substitute.sql))
    for (const name of borrowed) this.#sendOwn(encodeTarget('C', { target: 'statement', name }))
  }

  /**
   * `SET name = integer` outside of a transaction needs no PostgreSQL, and so no lease: it takes effect
   * with the next one. Clients count on not having to wait here for others' transactions.
   */
  #setWithoutLease(shape: StatementShape): boolean {
    const effect = shape.statements.length === 1 ? shape.statements[0]?.[0] : undefined
    if (effect?.kind !== 'set-integer' || this.#lease.isHeld || this.status !== 'I') return false
    if (!this.#database.takesInteger(effect.name, effect.value)) return false
    this.#engine.invalidate(this, this.state.settings)
    this.state.settings = new Map(this.state.settings).set(effect.name, String(effect.value))
    this.#timeouts.set(effect.name, String(effect.value))
    this.#write(Buffer.concat([commandComplete('SET'), readyForQuery('I')]))
    return true
  }

  /** Who SESSION AUTHORIZATION goes back to. */
  get #loginRole(): string {
    return this.state.startup.get('session_authorization') ?? SUPERUSER
  }

  /** After DISCARD ALL. */
  async #resetAuthorization(): Promise<void> {
    const [user, isSuperuser] = await this.#engine.query(
      `SET ${sessionAuthorization(this.#loginRole)}; SELECT session_user; SHOW is_superuser`,
    )
    this.#answers.report('session_authorization', user?.[0] ?? '', (bytes) => this.#write(bytes))
    this.#answers.report('is_superuser', isSuperuser?.[0] ?? '', (bytes) => this.#write(bytes))
  }

  async #parse(frame: Frame): Promise<void> {
    const message = decodeParse(frame.body)
    const shape = shapeOf(message.sql)
    this.#lastQuery = message.sql
    await this.#enterUnit()
    const substitute = standIn(message.sql, shape, this.#loginRole)
    // PostgreSQL refuses a name that is taken, so it must know that it is
    if (message.statement !== '') this.#hydrate(message.statement)
    const { parse, undo } = this.#statements.define(
      { ...message, sql: substitute?.sql ?? message.sql },
      shape,
      this.#engine,
    )
    this.#answers.expected.add({ kind: 'ack', forward: true, undo, refusal: shape.refusal })
    this.#unsynced = true
    this.#send(message.statement === '' && substitute === undefined ? frame.raw : encodeParse(parse))
  }

  async #bind(frame: Frame): Promise<void> {
    const message = decodeBind(frame.body)
    await this.#enterUnit()
    this.#hydrate(message.statement)
    const shape = this.#statements.shapeOf(message.statement)
    if (shape === undefined) this.#portals.delete(message.portal)
    else this.#portals.set(message.portal, shape)
    if (message.portal !== '') this.#lease.snapshot?.pin()
    this.#unsynced = true
    const statement = this.#statements.nameInPglite(message.statement)
    const bytes = statement === message.statement ? frame.raw : encodeBind({ ...message, statement })
    if (shape?.locks === true) this.#lockWait.begin()
    this.#lockWait.add(bytes)
    this.#answers.expected.add({ kind: 'bound' })
    this.#send(bytes)
  }

  async #target(frame: Frame): Promise<void> {
    const message = decodeTarget(frame.type, frame.body)
    await this.#enterUnit()
    this.#unsynced = true
    const closes = frame.type === F.close
    const isStatement = message.target === 'statement'
    const name = isStatement ? this.#statements.nameInPglite(message.name) : message.name
    if (closes) {
      const undo = isStatement ? this.#statements.forget(message.name) : undefined
      this.#answers.expected.add({ kind: 'ack', forward: true, ...(undo === undefined ? {} : { undo }) })
    } else {
      if (isStatement) this.#hydrate(message.name)
      this.#answers.expected.add({ kind: 'described' })
    }
    this.#send(name === message.name ? frame.raw : encodeTarget(closes ? 'C' : 'D', { ...message, name }))
  }

  async #execute(frame: Frame): Promise<void> {
    const { portal } = decodeExecute(frame.body)
    await this.#enterUnit()
    this.#unsynced = true
    const shape = this.#portals.get(portal)
    const effects = shape?.statements[0] ?? []
    if (shape !== undefined) this.#noteStart(shape, effects)
    const refusal = effects.some((effect) => effect.kind === 'snapshot')
      ? unsupported('SET TRANSACTION SNAPSHOT in a prepared statement')
      : undefined
    this.#answers.expected.add({ kind: 'completion', from: 'execute', effects, refusal })
    this.#lockWait.add(frame.raw)
    this.#send(frame.raw)
  }

  async #sync(frame: Frame): Promise<void> {
    this.#skipping = false
    this.#answers.stopIgnoring()
    if (!this.#lease.isHeld) {
      this.#write(readyForQuery(this.status))
      return
    }
    // during COPY PostgreSQL ignores Sync
    if (!this.#answers.isCopying) {
      this.#answers.expected.add({ kind: 'ready', forward: true, from: 'sync' })
      this.#unsynced = false
    }
    this.#lockWait.add(frame.raw)
    this.#send(frame.raw)
  }

  /** Makes sure that PGlite knows a statement which this session prepared earlier. */
  #hydrate(name: string): void {
    for (const message of this.#statements.hydrate(name, this.#engine)) {
      this.#answers.expected.add({ kind: 'ack', forward: false })
      this.#send(message)
    }
  }

  /** Sends one Parse or Close of our own, whose answers the client does not see. */
  #sendOwn(bytes: Buffer): void {
    this.#answers.expected.add({ kind: 'ack', forward: false }, { kind: 'ready', forward: false, from: 'sync' })
    this.#send(Buffer.concat([bytes, SYNC]))
  }

  #send(bytes: Uint8Array): void {
    this.#timeouts.working()
    this.#engine.send(bytes)
  }

  // The lease

  /** Before each message that PostgreSQL is to see. */
  async #enterUnit(): Promise<void> {
    if (this.#lease.isHeld && !this.#unsynced && this.#engine.hasWaiting) {
      // others wait, so what has been sent must end before more is begun
      await this.#answers.allTaken()
      this.#releaseIfIdle()
    }
    if (this.#lockWait.mayRepeat && !this.#unsynced) await this.#answers.allTaken()
    if (this.#discarded && !this.#unsynced) {
      await this.#answers.allTaken()
      this.#releaseIfIdle()
    }
    await this.#lease.enter()
  }

  #releaseIfIdle(): void {
    if (!this.#lease.isHeld || this.#isBusy || this.#unsynced || this.#lockWait.isWaiting) return
    // answers to statements before the one that is cancelled may come late
    this.#cancelReason = undefined
    if (this.#timeoutsChanged && this.status !== 'E') this.#readTimeouts()
    if (this.#discarded && this.status === 'I') {
      this.#discarded = false
      void this.#resetAuthorization()
    }
    this.#timeouts.idle(this.status)
    this.#lease.leave()
  }

  // Effects of statements

  /** A text is about to run: what must be known before its first answer. */
  #noteStart(shape: StatementShape, effects: readonly SessionEffect[]): void {
    if (shape.touchesSession) this.#touched.session = true
    for (const name of shape.customSettings) this.#database.customSettings.add(name)
    for (const effect of effects) {
      if (effect.kind === 'deallocate') this.#deallocate(effect.name)
      else if (effect.kind === 'discard-all') {
        this.#deallocate(undefined)
        this.#discarded = true
      }
      if (effect.kind === 'copy-in') this.#answers.copySent()
      if (effect.kind === 'unlisten' || effect.kind === 'discard-all') this.#touched.channels = true
    }
  }

  /** A statement has succeeded. */
  #noteCompletion(effects: readonly SessionEffect[], tag: string): void {
    for (const effect of effects) {
      this.#channels.note(effect)
      switch (effect.kind) {
        case 'begin':
          this.#locals = []
          break
        case 'set-local':
          this.#locals.push(effect.sql)
          this.#lease.snapshot?.setLocal(effect.sql)
          break
        case 'local-timeout':
          this.#timeouts.setLocal(effect.name, effect.value)
          break
        case 'rollback-to':
          // what was set since the savepoint holds no more
          if (this.#timeouts.dropLocal()) this.#timeoutsChanged = true
          break
        case 'timeout':
          this.#timeoutsChanged = true
          break
        case 'pin':
          this.#lease.snapshot?.pin()
          break
        case 'prepare':
          this.state.prepared.set(effect.name, effect.sql)
          break
        case 'discard-all':
          this.#channels.note({ kind: 'unlisten', channel: undefined })
          this.#database.locks.releaseAll(this, 'session')
          break
      }
    }
    if (tag === 'COMMIT') this.#applyChannelChanges()
    else if (tag === 'ROLLBACK' && !effects.some((effect) => effect.kind === 'rollback-to')) this.#channels.discard()
  }

  #deallocate(name: string | undefined): void {
    if (name !== undefined) {
      this.state.prepared.delete(name)
      if (!this.#statements.has(name)) return
      const inPglite = this.#statements.nameInPglite(name)
      this.#statements.forget(name)
      this.#sendOwn(encodeTarget('C', { target: 'statement', name: inPglite }))
      return
    }
    this.state.prepared.clear()
    this.#statements.forgetAll()
    // PGlite forgets the other sessions' statements as well; they are parsed again when next used
    this.#engine.statementGeneration++
    this.#engine.unnamedOwner = undefined
  }

  #applyChannelChanges(): void {
    for (const change of this.#channels.take()) {
      if (change.kind === 'listen') this.#database.channels.listen(this, change.channel)
      else this.#database.channels.unlisten(this, change.channel)
    }
  }

  onFrames(frames: readonly Frame[]): Promise<void> | undefined {
    const { out, awaited } = this.#answers.take(frames)
    const pending = out !== undefined && !this.#ended ? this.#client.write(out) : undefined
    if (!awaited) this.#releaseIfIdle()
    return pending
  }

  #insteadOf(code: string): PgError | 'nothing' | undefined {
    if (this.#lockWait.isWaiting) return 'nothing'
    const reason = this.#cancelReason
    this.#cancelReason = undefined
    return reason !== undefined && code === reason.code ? reason : this.#lease.snapshot?.refusal(code)
  }

  #ready(status: TransactionStatus, failed: boolean): boolean {
    if (status === 'I') {
      if (failed) this.#channels.discard()
      else this.#applyChannelChanges()
      this.#portals.clear()
    }
    this.#database.channels.deliver()
    if (this.#lockWait.isWaiting) {
      void this.#repeatWhenUnlocked()
      return false
    }
    this.#lockWait.done()
    return true
  }

  /** The error that ends a statement which must wait for an advisory lock of another session. */
  mustWaitForLock(): PgError {
    return this.#lockWait.start()
  }

  async #repeatWhenUnlocked(): Promise<void> {
    const cancelled = await this.#lockWait.repeat()
    if (cancelled === undefined) return
    this.#write(cancelled)
    this.#releaseIfIdle()
  }

  /** Asks PostgreSQL for the time limits in force; while a transaction is open they may be its own. */
  #readTimeouts(): void {
    this.#timeoutsChanged = this.status !== 'I'
    void this.#engine.query(TIMEOUT_SETTINGS.map((name) => `SHOW ${name}`).join('; ')).then((rows) => {
      for (const [at, name] of TIMEOUT_SETTINGS.entries()) this.#timeouts.set(name, rows[at]?.[0] ?? '0')
      if (!this.#isBusy) this.#timeouts.idle(this.status)
    })
  }

  /** Passes a notification on: at once when idle, else before the next ReadyForQuery outside a transaction. */
  notify(pid: number, channel: string, payload: string): void {
    const bytes = notificationResponse(pid, channel, payload)
    if (this.#lease.isHeld || this.#lease.isAwaited || this.status !== 'I') this.#answers.hold(bytes)
    else this.#write(bytes)
  }

  /** What the client has been told of its settings at start-up. */
  noteReported(settings: ReadonlyMap<string, string>): void {
    this.#answers.noteReported(settings)
  }

  /** What the last lease may have left in the session; asking resets it. */
  takeTouched(): { session: boolean; channels: boolean } {
    const touched = this.#touched
    this.#touched = { session: false, channels: false }
    return touched
  }

  /** Runs SQL of our own on the session's behalf, in a lease of its own. */
  async internal<T>(work: (engine: Engine) => Promise<T>): Promise<T> {
    await this.#lease.enter()
    try {
      return await work(this.#engine)
    } finally {
      this.#lease.giveBack()
    }
  }

  /** A cancel request: stops waiting for the lease, or the running statement. */
  cancel(): void {
    this.#lockWait.cancel()
    this.#lease.cancel()
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
    this.#timeouts.stop()
    this.#lockWait.end()
    await this.#database.leave(this)
    await this.#lease.end()
    this.#database.locks.releaseAll(this, 'transaction')
    this.#database.locks.releaseAll(this, 'session')
    this.#database.engine.forget(this, this.#statements.leftIn(this.#database.engine))
  }

  #write(bytes: Buffer): void {
    if (!this.#ended) void this.#client.write(bytes)
  }

  /** A row of pg_stat_activity. */
  activity(): Activity {
    return describeActivity({
      pid: this.state.pid,
      ...this.#info,
      applicationName: this.state.settings.get('application_name') ?? '',
      query: this.#lastQuery,
      status: this.status,
      isWaiting: this.#lease.isAwaited,
      isBusy: this.#lease.isHeld && this.#isBusy,
      since: this.#since,
      changedAt: this.#lease.changedAt,
    })
  }

  /** Set while the session is a walsender: its row of pg_stat_replication. */
  sender: (() => SenderState) | undefined
}
