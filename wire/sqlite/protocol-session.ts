/**
 * One client's session with a database of SQLite: its messages in order, each statement when it is its turn to write.
 * Manual: "Message Flow"; after postgres.c.
 */

import type { Settings } from '../../compiler/bind/settings.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { CopyInPlan, Plan } from '../../compiler/plan.ts'
import { needsBlock } from '../../compiler/statement/cursor.ts'
import type { SessionActivity } from '../../compiler/types/environment.ts'
import {
  bindComplete,
  closeComplete,
  commandComplete,
  copyDone,
  copyInResponse,
  copyOutResponse,
  emptyQueryResponse,
  errorResponse,
  functionCallResponse,
  noData,
  noticeResponse,
  notificationResponse,
  parameterDescription,
  parseComplete,
  portalSuspended,
  readyForQuery,
  rowDescription,
  writeCopyData,
} from '../protocol/backend.ts'
import { type Notice, PgError, toPgError } from '../protocol/error.ts'
import type { Frame } from '../protocol/frame.ts'
import {
  decodeBind,
  decodeBoundValues,
  decodeExecute,
  decodeFunctionCall,
  decodeFunctionHead,
  decodeParse,
  decodeQuery,
  decodeTarget,
  F,
} from '../protocol/frontend.ts'
import type { ReplicatingSession, SenderState } from '../replication/source.ts'
import type { ClientStream } from '../server/client-stream.ts'
import { TIMEOUT_SETTINGS, Timeouts } from '../server/timeouts.ts'
import { after, type Eventual } from './at-once.ts'
import { CatalogView } from './catalog-view.ts'
import type { CopyData } from './copy.ts'
import { CopyIn } from './copy-in.ts'
import type { Cursors } from './cursors.ts'
import { calledFunction, callText } from './function-call.ts'
import { Outgoing } from './outgoing.ts'
import {
  bindValues,
  checkCounts,
  checkResultFormats,
  counted,
  describe,
  type Portal,
  requireFormats,
  rowWriter,
  sentValue,
} from './portal.ts'
import { Portals } from './portals.ts'
import { requireAllowed, requireNoDefinition } from './read-only.ts'
import { recordedFiles } from './recorded-files.ts'
import { ReportedSettings } from './reported-settings.ts'
import type { Result } from './result.ts'
import { SqliteSession } from './session.ts'
import { SessionActivityLog } from './session-activity.ts'
import type { SharedConnection } from './shared-connection.ts'
import { Sleep } from './sleep.ts'
import { fromSqlite } from './sqlite-error.ts'
import type { Store } from './store.ts'
import { toldNotices } from './told.ts'
import { aborted, commitsAtOnce } from './transaction.ts'
import { Turn } from './turn.ts'

/** Who is at the other end of a connection. */
export interface Peer {
  /** The role that has logged in. */
  readonly role: number
  /** The name of the superuser. */
  readonly owner: string
  readonly address: string
  readonly port: number
}

/** Whether a statement has failed before it was executed. */
const planIfAny = (compile: () => Plan, settings: Settings): Plan | undefined => {
  try {
    const plan = compile()
    requireAllowed(plan, settings)
    return plan
  } catch {
    return undefined
  }
}

export class ProtocolSession implements ReplicatingSession {
  readonly #store: Store
  readonly #client: ClientStream
  readonly #pid: number
  readonly #out: Outgoing
  readonly #view: CatalogView
  readonly #db: SharedConnection
  readonly #session: SqliteSession
  readonly #turn: Turn
  readonly #sleep = new Sleep()
  readonly #portals: Portals
  readonly #reported: ReportedSettings
  readonly #activity: SessionActivityLog
  /** A message has been taken whose answer is not complete. */
  #isWorking = false
  readonly #notifications: Buffer[] = []
  /** An error has been reported: messages are skipped until Sync. */
  #skipping = false
  #ended = false
  /** What the stream tells that its connection is, where it is one. */
  sender: (() => SenderState) | undefined
  /** COPY FROM STDIN is going on. */
  #copy: CopyIn | undefined

  readonly #timeouts = new Timeouts({
    cancel: (reason) => this.#turn.stop(reason),
    terminate: (reason) => this.terminate(reason),
  })
  /** The message that is being handled. */
  #running: Promise<void> = Promise.resolve()
  /** More messages are wanted before it has been handled. */
  #wantsData: () => void = () => undefined

  constructor(
    store: Store,
    database: string,
    pid: number,
    settings: ReadonlyMap<string, string>,
    client: ClientStream,
    { role, owner, ...address }: Peer,
  ) {
    this.#store = store
    this.#client = client
    this.#pid = pid
    store.replication.enter(pid, this)
    store.sessions.enter(pid, this)
    this.#activity = new SessionActivityLog({ pid, database, role, ...address })
    this.#out = new Outgoing(client)
    this.#view = new CatalogView(store.catalog)
    const view = {
      catalog: () => this.#session.catalog,
      capture: () => this.#session.capture,
    }
    this.#db = store.connect(this.#view, view)
    this.#db.deadline = this.#timeouts
    const own = {
      pid,
      listener: {
        notify: (sender: number, channel: string, payload: string) => this.#notify(sender, channel, payload),
      },
      isCurrent: () => this.#turn.isCurrent,
      environment: (cursors: Cursors) => ({
        sleep: this.#sleep.want,
        portals: () => [...cursors.all, ...this.#portals.all],
      }),
    }
    this.#session = new SqliteSession(this.#db, recordedFiles, undefined, database, store, own, owner)
    this.#turn = new Turn(store, this.#session, this.#db, this.#view, this.#activity, this.#sleep)
    this.#session.adopt(store.catalog)
    this.#portals = new Portals(this.#session)
    this.#session.settings.logIn(role)
    for (const [name, value] of settings) this.#session.settings.start(name, value)
    this.#reported = new ReportedSettings(this.#session, () => {
      for (const name of TIMEOUT_SETTINGS) this.#timeouts.set(name, this.#session.show(name))
    })
  }

  get status(): 'I' | 'T' | 'E' {
    return this.#session.status
  }

  /** What a client is told when it has logged in. */
  greeting(): Buffer {
    return this.#reported.greeting()
  }

  /** @throws PgError 55000 unless a transaction of the kind is open and has seen nothing yet */
  takeSnapshot(): void {
    this.#turn.takeSnapshot()
  }

  // Messages

  /** Handles one message; resolves when the next one may be handled. */
  handle(frame: Frame): Promise<void> | undefined {
    if (this.#ended) return undefined
    if (this.#copy !== undefined) return this.#copyMessage(this.#copy, frame)
    if (this.#skipping && frame.type !== F.sync) return undefined
    this.#isWorking = true
    this.#store.heard(this)
    this.#activity.working()
    this.#timeouts.working()
    try {
      const handled = this.#dispatch(frame)
      return handled instanceof Promise ? this.#finish(frame, handled) : undefined
    } catch (error) {
      this.#failed(frame, error)
      return undefined
    }
  }

  /** The data of a COPY come while its statement is being handled, so that is not waited for then. */
  #finish(frame: Frame, handled: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#running = handled.catch((error: unknown) => this.#failed(frame, error)).finally(resolve)
    this.#wantsData = resolve
    if (this.#copy !== undefined) resolve()
    return promise
  }

  #dispatch(frame: Frame): Eventual<void> {
    switch (frame.type) {
      case F.query:
        return this.#query(decodeQuery(frame.body))
      case F.parse:
        return this.#parse(frame)
      case F.bind:
        return this.#bind(frame)
      case F.describe:
        return this.#describe(frame)
      case F.execute:
        return this.#execute(frame)
      case F.close:
        return this.#close(frame)
      case F.sync:
        return this.#sync()
      case F.flush:
        return after(this.#out.flush(), () => undefined)
      case F.functionCall:
        return this.#call(frame)
      default:
        return undefined
    }
  }

  #failed(frame: Frame, error: unknown): void {
    const thrown = toPgError(fromSqlite(error))
    // A message that is not what it should be fails like a statement.
    const reason = thrown.code === '08P01' ? new PgError(thrown.code, thrown.message, thrown.fields) : thrown
    this.#session.fail()
    this.#store.replication.slots.dropTemporary(this.#pid)
    this.#tell(thrown.before)
    this.#out.write(errorResponse(reason))
    if (reason.severity === 'FATAL') {
      this.#out.flush()
      this.#client.end()
      return
    }
    if (frame.type === F.query || frame.type === F.functionCall) this.#ready(false)
    else this.#skipping = true
  }

  /** What there is of a transaction ends here unless it is a block. */
  #ready(committed: boolean): void {
    try {
      this.#session.endImplicit(committed)
    } catch (error) {
      this.#out.write(errorResponse(toPgError(fromSqlite(error))))
    }
    if (this.status === 'I') this.#portals.closeAll()
    this.#turn.giveBack()
    if (this.status === 'I') for (const due of this.#notifications.splice(0)) this.#out.write(due)
    for (const change of this.#reported.changes()) this.#out.write(change)
    this.#out.write(readyForQuery(this.status))
    this.#isWorking = false
    this.#timeouts.idle(this.status)
    this.#activity.idle(this.status)
    this.#out.flush()
  }

  /** Of others' commits a client is told between its own transactions. */
  #notify(sender: number, channel: string, payload: string): void {
    const bytes = notificationResponse(sender, channel, payload)
    if (this.#isWorking || this.status !== 'I') this.#notifications.push(bytes)
    else {
      this.#out.write(bytes)
      this.#out.flush()
    }
  }

  // Simple query

  async #query(sql: string): Promise<void> {
    this.#activity.query(sql)
    this.#session.receive()
    this.#session.prepared.delete('')
    this.#portals.running = undefined
    const all = this.#session.parse(sql)
    if (all.length === 0) this.#out.write(emptyQueryResponse())
    for (const parsed of all) {
      if (all.length > 1) this.#session.beginImplicit()
      await this.#turn.prepare(parsed, () => this.#session.plan(sql, parsed, undefined))
      this.#portals.close('')
      const plan = parsed.tag === 'CopyStmt' ? this.#session.plan(sql, parsed, undefined) : undefined
      const copied = plan?.kind === 'copy in' ? await this.#copyIn(plan) : []
      const step = (): Eventual<Result> => this.#turn.step(() => this.#session.step(sql, parsed, undefined, copied))
      const isLast = all.length > 1 && parsed === all.at(-1)
      await this.#answer(await this.#described(sql, parsed, step), isLast)
    }
    this.#ready(true)
  }

  /** Of a query that fails while it is executed PostgreSQL has already told the columns. */
  async #described(sql: string, parsed: ParsedStatement, step: () => Eventual<Result>): Promise<Result> {
    const { status } = this
    try {
      return await step()
    } catch (error) {
      const { environment: env } = this.#session
      const plan =
        status === 'E' ? undefined : planIfAny(() => this.#session.plan(sql, parsed, undefined), env.settings)
      if (plan?.kind === 'query') this.#out.write(rowDescription(describe(env, plan.columns, [])))
      throw error
    }
  }

  /** @param isLast of several, whose transaction is committed before the client hears that it is complete */
  async #answer(result: Result, isLast: boolean): Promise<void> {
    const { columns, rows, tag, notices, raised = [] } = result
    this.#tell(notices)
    if (columns !== undefined) this.#out.write(rowDescription(describe(this.#session.environment, columns, [])))
    this.#tell(raised)
    if (columns !== undefined) await this.#rows(result, [], 0, rows.length)
    await this.#copyOut(result)
    if (isLast) this.#session.endImplicit(true)
    this.#out.write(commandComplete(tag))
  }

  #tell(notices: readonly Notice[]): void {
    if (notices.length === 0) return
    for (const { code, message, severity, fields } of toldNotices(this.#session.show('client_min_messages'), notices))
      this.#out.write(noticeResponse(new PgError(code, message, fields, severity)))
  }

  #rows({ columns = [], rows }: Result, formats: readonly number[], from: number, to: number): Eventual<void> {
    const write = rowWriter(this.#session.environment, columns, formats)
    return this.#out.inPieces(from === 0 && to === rows.length ? rows : rows.slice(from, to), write)
  }

  // COPY

  /** The data of COPY FROM STDIN. @throws PgError 42501, 25006 before it is asked for */
  async #copyIn(plan: CopyInPlan): Promise<CopyData> {
    requireAllowed(plan, this.#session.environment.settings)
    const binary = plan.format.kind === 'binary'
    this.#out.write(copyInResponse(plan.columns.length, binary))
    const copy = new CopyIn()
    this.#copy = copy
    this.#out.flush()
    this.#wantsData()
    return await copy.data()
  }

  /** @returns what is to be waited for before the next message */
  #copyMessage(copy: CopyIn, frame: Frame): Promise<void> | undefined {
    if (!copy.take(frame)) return undefined
    this.#copy = undefined
    return this.#running
  }

  #copyOut({ copied }: Result): Eventual<void> {
    if (copied === undefined) return undefined
    this.#out.write(copyOutResponse(copied.columns, copied.binary))
    return after(this.#out.inPieces(copied.data, writeCopyData), () => this.#out.write(copyDone()))
  }

  // Function call

  async #call({ body }: Frame): Promise<void> {
    this.#session.receive()
    if (this.status === 'E') throw aborted()
    this.#turn.refresh()
    const { environment: env } = this.#session
    const fn = calledFunction(env.catalog, decodeFunctionHead(body))
    const call = decodeFunctionCall(body)
    checkCounts('', fn.args, call)
    const bindings = bindValues(env, fn.args, call)
    requireFormats([call.resultFormat])
    const sql = callText(fn)
    const [parsed] = this.#session.parse(sql)
    if (parsed === undefined) return
    this.#activity.query(`<FASTPATH> ${fn.name}()`)
    const plan = this.#session.plan(sql, parsed, fn.args)
    await this.#turn.prepare(parsed, () => plan)
    const {
      rows,
      notices,
      raised = [],
    } = await this.#turn.step(() => this.#session.step(sql, parsed, { plan, bindings }))
    this.#tell([...notices, ...raised])
    this.#out.write(
      functionCallResponse(sentValue(this.#session.environment, fn.result, call.resultFormat, rows[0]?.[0])),
    )
    this.#ready(true)
  }

  // Extended query

  #parse(frame: Frame): void {
    const { statement: name, sql, parameterTypes } = decodeParse(frame.body)
    this.#session.receive()
    if (name === '') this.#session.prepared.delete(name)
    const [parsed, ...others] = this.#session.parse(sql)
    if (others.length > 0) throw new PgError('42601', 'cannot insert multiple commands into a prepared statement')
    if (parsed !== undefined) this.#session.requireUsable(parsed)
    this.#turn.refresh()
    this.#session.prepared.define(name, sql, parsed, parameterTypes)
    this.#out.write(parseComplete())
  }

  #bind(frame: Frame): void {
    const { portal: name, statement: from, rest } = decodeBind(frame.body)
    const prepared = this.#session.prepared.find(from)
    const given = decodeBoundValues(rest)
    checkCounts(from, prepared.types, given)
    this.#session.requireUsable(prepared.statement)
    this.#portals.requireFree(name)
    this.#turn.refresh()
    const { resultFormats: formats } = given
    const { bindings, columns } = this.#portals.opening(name, () => ({
      bindings: bindValues(this.#session.environment, prepared.types, given),
      columns: this.#session.prepared.columnsOf(prepared),
    }))
    const { plan } = prepared
    // the others are begun when they are executed (PORTAL_ONE_SELECT)
    if (plan?.kind === 'query') requireAllowed(plan, this.#session.environment.settings)
    checkResultFormats(formats, columns)
    this.#session.prepared.executing(prepared)
    const { statement: opened } = this.#session.environment.clock
    this.#portals.open(name, { statement: prepared, bindings, formats, position: 0, executed: false, opened })
    this.#out.write(bindComplete())
  }

  #describe(frame: Frame): void {
    const { target, name } = decodeTarget(frame.type, frame.body)
    const { environment: env, cursors } = this.#session
    if (target === 'portal' && !this.#portals.has(name) && cursors.has(name) && this.status !== 'E') {
      this.#out.write(rowDescription(describe(env, cursors.find(name).columns, [])))
      return
    }
    const portal = target === 'portal' ? this.#portals.get(name) : undefined
    const prepared = portal?.statement ?? this.#session.prepared.find(name)
    const { prepared: all } = this.#session
    const columns = portal === undefined ? all.columnsWhenMade(prepared) : all.columnsOf(prepared)
    if (prepared.statement !== undefined && columns !== undefined) this.#session.requireUsable(prepared.statement)
    if (target === 'statement') this.#out.write(parameterDescription(prepared.types))
    this.#out.write(
      columns === undefined
        ? noData()
        : rowDescription(describe(this.#session.environment, columns, portal?.formats ?? [])),
    )
  }

  #execute(frame: Frame): Eventual<void> {
    const { portal: name, maxRows } = decodeExecute(frame.body)
    const portal = this.#portals.get(name)
    this.#portals.running = portal
    const { statement: parsed, sql } = portal.statement
    if (parsed === undefined) return this.#out.write(emptyQueryResponse())
    if (portal.result !== undefined) {
      this.#session.requireUsable(parsed)
      if (portal.result.columns === undefined) throw new PgError('55000', `portal "${name}" cannot be run`)
      return this.#more(portal, portal.result, maxRows)
    }
    // it has failed, and nothing is known of it any more (MarkPortalFailed)
    if (portal.executed) throw aborted()
    portal.executed = true
    this.#session.receive()
    this.#activity.query(sql)
    const isAlone = this.status === 'I'
    this.#session.beginImplicit(isAlone)
    return after(
      this.#turn.prepare(parsed, () => this.#session.prepared.planOf(portal.statement)),
      () => {
        const { readOnly } = this.#session.environment.settings.transaction
        if (readOnly) requireNoDefinition(parsed)
        const plan = this.#session.prepared.planOf(portal.statement)
        if (isAlone && plan.kind === 'cursor' && plan.action.action === 'declare' && !plan.action.hold)
          throw needsBlock()
        const copied = plan.kind === 'copy in' ? this.#copyIn(plan) : []
        const bound = { plan, bindings: portal.bindings }
        const stepped = after(copied, (data) => this.#turn.step(() => this.#session.step(sql, parsed, bound, data)))
        return after(stepped, (result) => {
          portal.result = result
          this.#tell(result.notices)
          this.#tell(result.raised ?? [])
          if (isAlone && commitsAtOnce(parsed)) this.#session.endImplicit(true)
          return this.#more(portal, result, maxRows)
        })
      },
    )
  }

  /**
   * So many rows of a portal, from where it stands; all of them for 0 (PortalRun). Where so many have come, PostgreSQL does
   * not know yet whether there are more.
   */
  #more(portal: Portal, result: Result, maxRows: number): Eventual<void> {
    const { rows, columns, tag } = result
    if (columns === undefined) return after(this.#copyOut(result), () => this.#out.write(commandComplete(tag)))
    const start = portal.position
    const end = maxRows > 0 ? Math.min(rows.length, start + maxRows) : rows.length
    portal.position = end
    return after(this.#rows(result, portal.formats, start, end), () =>
      this.#out.write(
        end - start === maxRows && maxRows > 0 ? portalSuspended() : commandComplete(counted(tag, end - start)),
      ),
    )
  }

  #close(frame: Frame): void {
    const { target, name } = decodeTarget(frame.type, frame.body)
    if (target === 'portal' && !this.#portals.close(name) && this.#session.cursors.has(name))
      this.#session.cursors.close(name)
    else if (target !== 'portal') this.#session.prepared.delete(name)
    this.#out.write(closeComplete())
  }

  #sync(): void {
    const failed = this.#skipping
    this.#skipping = false
    this.#ready(!failed)
  }

  /** A row of pg_stat_activity. */
  activity(): SessionActivity {
    return this.#activity.describe(this.#session.show('application_name'), this.status)
  }

  // The end

  /** A cancel request: stops waiting. */
  cancel(): void {
    this.#turn.stop(new PgError('57014', 'canceling statement due to user request'))
  }

  terminate(reason: PgError): void {
    this.#client.end(errorResponse(reason))
    void this.end()
  }

  /** The connection is gone: what is open is undone. */
  end(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true
      this.#out.close()
      this.#timeouts.stop()
      this.#copy?.abandon(new PgError('08006', 'connection to client lost'))
      this.#turn.end()
      this.#store.replication.leave(this.#pid, this)
      this.#store.sessions.leave(this.#pid)
      this.#turn.leave()
      this.#session.close()
    }
    return Promise.resolve()
  }
}
