/** A session over SQLite: transactions, settings, and the execution of plans. */
import { DEFAULT_SETTINGS } from '../../compiler/bind/settings.ts'
import { Catalog } from '../../compiler/catalog/catalog.ts'
import { eventTag } from '../../compiler/event/command-tag.ts'
import { NATIVE, type Target } from '../../compiler/lower/context.ts'
import type { ParsedStatement } from '../../compiler/parse.ts'
import type { DefinitionPlan, NothingPlan, Plan, SqliteQuery } from '../../compiler/plan.ts'
import type { Recorded } from '../../compiler/system/rows.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { type Clock, STOPPED, timeOfDay } from '../../compiler/types/clock.ts'
import type { Environment, Storage } from '../../compiler/types/environment.ts'
import type { Notice } from '../protocol/error.ts'
import { SessionAdvisoryLocks } from './advisory-locks.ts'
import { type CopyData, executeCopyIn } from './copy.ts'
import { copiedOut } from './copy-out.ts'
import { Cursors } from './cursors.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { Deferral } from './deferral.ts'
import { executeDefinition } from './define.ts'
import { Events } from './events.ts'
import { executeWithWrites, executeWrite } from './execute-write.ts'
import { host } from './functions/host.ts'
import { requireUnused } from './in-use.ts'
import { changesState } from './needs-lease.ts'
import { type BoundPlan, PreparedStatements } from './prepared.ts'
import { ProcedureScope } from './procedure-scope.ts'
import { requireAllowed, requireNoDefinition } from './read-only.ts'
import { NONE_RENEWED, renewedBy, requireFreezable } from './renewed.ts'
import { Capture } from './replication/capture.ts'
import { sessionReplication } from './replication/session-replication.ts'
import type { Result } from './result.ts'
import { type RoutineHost, requirePerformable } from './routine/host.ts'
import { SessionRoutines } from './routine/routines.ts'
import { SequenceStates } from './sequences.ts'
import { SessionChannels } from './session-channels.ts'
import { type CompilerHost, SessionCompiler } from './session-compiler.ts'
import { SessionEnvironment } from './session-environment.ts'
import { type RunnerHost, SessionRunner } from './session-runner.ts'
import { SessionSettings } from './session-settings.ts'
import type { SessionState } from './session-state.ts'
import { performSetting, type SettingHost } from './setting-command.ts'
import { SharedConnection } from './shared-connection.ts'
import { fromSqlite } from './sqlite-error.ts'
import { storageOf } from './storage.ts'
import type { Client, SharedState } from './store.ts'
import { SystemTables } from './system-tables.ts'
import { TemporaryTables } from './temporary.ts'
import { telling } from './told.ts'
import { Transaction, type TransactionHost } from './transaction.ts'

export class SqliteSession {
  readonly #db: SqliteDatabase
  #catalog = new Catalog()
  readonly settings: SessionSettings
  #clock: Clock = STOPPED
  readonly #environment = new SessionEnvironment(
    () => ({
      catalog: this.#catalog,
      settings: this.settings.current,
      clock: this.#clock,
      query: this.#query,
      fired: this.#events.fired,
    }),
    () => ({
      sequences: this.#sequences,
      routines: this.#routines,
      recorded: this.#recorded,
      ...host,
      advisoryLocks: this.#advisoryLocks,
      channels: this.#channels,
      requireTime: () => this.#db.deadline?.check(),
      hasRun: (oid) => this.#routines.hasRun(oid),
      ...(this.#client === undefined
        ? {}
        : { ...this.#client.environment(this.cursors), pid: this.#client.pid, storage: this.#storage }),
      prepared: () => this.prepared.named,
      ...(this.#replication === undefined ? {} : { replication: this.#replication }),
      ...(this.#shared === undefined ? {} : { sessions: this.#shared.sessions }),
      configure: (name, value, local) => this.settings.configure(name, value, local),
    }),
  )
  readonly #sequences: SequenceStates
  readonly #transaction = new Transaction<SessionState>(this.#transactionHost())
  readonly deferral = new Deferral((check) => this.#runner.check(check))
  readonly capture: Capture
  readonly #shared: SharedState | undefined
  readonly #advisoryLocks: SessionAdvisoryLocks
  readonly #channels: SessionChannels
  readonly #client: Client | undefined
  readonly #storage: Storage
  readonly #system: SystemTables
  readonly #recorded: Recorded
  /** How many statements are being executed inside each other. */
  #level = 0
  #query: string | undefined
  #renewed = NONE_RENEWED
  /** What the statement at hand has told the client so far. */
  raised: Notice[] = []
  readonly #temporary = new TemporaryTables({
    catalog: () => this.#catalog,
    run: (sql) => this.#db.run(sql),
    plans: (sql) => this.#compiler.parse(sql).map((parsed) => this.#compiler.compile(sql, parsed, undefined)),
    define: (plan) => this.#define(plan, {}),
  })
  readonly cursors = new Cursors()
  readonly #compiler: SessionCompiler
  readonly #procedures = new ProcedureScope({
    transaction: this.#transaction,
    isWithin: () => this.#level > 0,
    atomically: (work, inside) => this.#atomically(work, inside),
    isAtomic: () => this.#routines.isAtomic,
    endsAtOnce: () => this.#db.endsAtOnce,
  })
  readonly #host: RoutineHost = this.#makeHost()
  readonly #routines: SessionRoutines
  readonly #events = new Events({
    catalog: () => this.#catalog,
    call: (trigger, fired) => this.#routines.event(trigger, fired),
  })
  readonly #settingHost: SettingHost
  readonly #runner: SessionRunner
  readonly #replication: Environment['replication']
  readonly prepared = new PreparedStatements({
    compile: (sql, parsed, types) => this.#compiler.compile(sql, parsed, types),
    perform: (plan, bindings) => this.#perform(plan, bindings, [], ''),
    session: this,
  })

  /**
   * @param recorded the rows that the system catalogs of a new database have
   * @param database its name
   * @param shared where other sessions use the database too
   * @param client who is notified
   * @param user the superuser that the database was made with
   */
  constructor(
    db: SqliteDatabase,
    recorded: Recorded,
    target: Target = NATIVE,
    database = DEFAULT_SETTINGS.database,
    shared?: SharedState,
    client?: Client,
    user = DEFAULT_SETTINGS.user,
  ) {
    this.#db = db
    ;[this.#client, this.#shared] = [client, shared]
    this.#storage = storageOf(db, () => this.#catalog)
    this.#channels = new SessionChannels(shared?.channels, client?.pid, client?.listener)
    this.#routines = new SessionRoutines(this.#host, shared?.executed)
    this.#sequences = new SequenceStates(() => this.#catalog, shared?.sequences)
    this.#advisoryLocks = new SessionAdvisoryLocks((notice) => this.raised.push(notice), shared?.locks)
    this.capture = new Capture(
      shared?.replication.log,
      () => shared?.replication.isWanted === true,
      () => this.environment,
    )
    this.#recorded = recorded
    this.#system = new SystemTables(db, recorded)
    this.settings = new SessionSettings(database, user, () => this.#catalog)
    this.#compiler = new SessionCompiler(this.#compilerHost(target))
    this.#settingHost = this.#makeSettingHost()
    this.#runner = new SessionRunner(db, target, this.#runnerHost())
    this.#replication =
      shared &&
      sessionReplication(shared.replication, {
        pid: client?.pid ?? 0,
        capture: this.capture,
        owner: this,
        inBlock: () => this.#transaction.isOpen,
        isCurrent: () => client?.isCurrent() !== false,
      })
  }

  get catalog(): Catalog {
    return this.#catalog
  }

  get environment(): Environment {
    return this.#environment.current
  }

  /** The transaction status that ReadyForQuery reports. */
  get status(): 'I' | 'T' | 'E' {
    return this.#transaction.status
  }

  /** Another session has committed since: the catalog is the one that it has left. */
  adopt(catalog: Catalog): void {
    this.#catalog = catalog
    // SQLite computes the keys of indexes on expressions in whatever changes their tables.
    for (const { indexes } of catalog.contents.relations.values())
      for (const { computed } of indexes)
        if (computed !== undefined) this.#db.define(computed.functions, () => this.environment)
  }

  /** A setting as SHOW prints it. @throws PgError 42704 */
  show(name: string): string {
    return this.settings.show(name).value
  }

  /** The statements of a text. @throws PgError 42601 */
  parse(sql: string): readonly ParsedStatement[] {
    return this.#compiler.parse(sql)
  }

  /** Changes when a plan may mean something else. */
  get version(): string {
    return this.#compiler.version
  }

  /**
   * What a statement would do.
   * @param types of the client's parameters, 0 for those that are the compiler's to infer; undefined without parameters
   * @throws PgError
   */
  plan(sql: string, parsed: ParsedStatement, types: readonly number[] | undefined): Plan {
    return types === undefined ? this.#compiler.planOf(sql, parsed) : this.#compiler.compile(sql, parsed, types)
  }

  /** What a client sends between two Syncs is one transaction unless it says otherwise. */
  beginImplicit(single = false): void {
    this.#transaction.beginImplicit(single)
  }

  /** @throws PgError when it cannot be committed */
  endImplicit(committed: boolean): void {
    this.#transaction.endImplicit(committed)
  }

  /** A statement or message of the transaction has failed. */
  fail(): void {
    this.#transaction.fail()
  }

  /**
   * Executes one statement of a message.
   * @param bound what the client's parameters are; the plan is then the one that they have been bound to
   * @throws PgError
   */
  step(sql: string, parsed: ParsedStatement, bound?: BoundPlan | (() => BoundPlan), copyData: CopyData = []): Result {
    try {
      return this.#executeParsed(sql, parsed, bound, copyData)
    } catch (error) {
      const thrown = fromSqlite(error)
      thrown.before = [...this.raised, ...thrown.before]
      throw thrown
    }
  }

  /** A message has come (SetCurrentStatementStartTimestamp). */
  receive(): void {
    const now = timeOfDay()
    this.#clock = { transaction: this.#transaction.isOpen ? this.#clock.transaction : now, statement: now }
  }

  /** @throws PgError 25P02 in a transaction that has failed, for what does not end it */
  requireUsable(parsed: ParsedStatement | undefined): void {
    this.#transaction.requireUsable(parsed)
  }

  #executeParsed(
    sql: string,
    parsed: ParsedStatement,
    bound: BoundPlan | (() => BoundPlan) | undefined,
    copyData: CopyData,
  ): Result {
    this.requireUsable(parsed)
    this.raised = []
    this.#query = sql
    if (!this.#transaction.isOpen) {
      this.#channels.restore([])
      this.capture.end()
    }
    const run = (started: boolean): Result => {
      if (this.settings.current.transaction.readOnly) requireNoDefinition(parsed)
      const { plan, bindings } =
        typeof bound === 'function' ? bound() : (bound ?? { plan: this.#compiler.planOf(sql, parsed), bindings: {} })
      this.#transaction.willPerform(parsed)
      return telling(plan, this.raised, () => this.#perform(plan, bindings, copyData, sql, started))
    }
    const event = this.#catalog.contents.eventTriggers.size > 0 ? eventTag(parsed) : undefined
    const announced = (): Result =>
      event !== undefined && this.#events.isAnnounced(event)
        ? this.#atomically(() => {
            this.#events.start(event)
            return run(true)
          })
        : run(false)
    const result = this.#transaction.isOpen ? announced() : this.settings.alone(announced)
    if (!this.#transaction.isOpen) {
      this.settings.endTransaction()
      this.#advisoryLocks.endTransaction()
      this.#channels.commit()
    }
    return this.raised.length === 0 ? result : { ...result, raised: this.raised }
  }

  #transactionHost(): TransactionHost<SessionState> {
    return {
      control: (command) => this.#db.control(command),
      willCommit: () => this.#willCommit(),
      importSnapshot: (id) => this.#importSnapshot(id),
      save: () => ({
        state: this.#state,
        restoreCursors: this.cursors.snapshot(),
      }),
      restore: (state) => this.#restore(state),
      restoreSettings: ({ settings, lasting }) => this.settings.restore(settings, lasting),
      ended: (committed) => {
        this.settings.endTransaction()
        this.#system.comeBack()
        this.#shared?.replication.snapshots.release(this)
        this.#clock = { ...this.#clock, transaction: this.#procedures.isOpen ? timeOfDay() : this.#clock.statement }
        this.deferral.end()
        this.#renewed = NONE_RENEWED
        this.cursors.endTransaction(committed, this.#procedures.isOpen)
        this.capture.end()
        this.#advisoryLocks.endTransaction()
        if (committed) this.#channels.commit()
      },
      settings: () => this.settings,
    }
  }

  #makeSettingHost(): SettingHost {
    return {
      values: this.settings,
      transaction: this.#transaction,
      deferral: this.deferral,
      forget: () => this.#forget(),
      forgetSequences: () => this.#sequences.forget(),
      dropTemporary: () => this.#atomically(() => this.#temporary.dropAll()),
      routine: () => (this.#level > 0 ? 'atomic' : this.#procedures.isOpen ? 'procedure' : undefined),
    }
  }

  #compilerHost(target: Target): CompilerHost {
    const session = this
    return {
      get session() {
        const { isBlock: inTransaction, isOpen } = session.#transaction
        return { ...session.environment, target, inTransaction, mayRollBack: isOpen || session.#level > 0 }
      },
      get catalog() {
        return session.#catalog
      },
      get settings() {
        return session.settings.current
      },
      isAnnounced: (event) => this.#events.isAnnounced(event),
    }
  }

  #runnerHost(): RunnerHost {
    const session = this
    return {
      get catalog() {
        return session.#catalog
      },
      set catalog(catalog) {
        session.#catalog = catalog
      },
      get environment() {
        return session.environment
      },
      deferral: this.deferral,
      capture: this.capture,
      system: this.#system,
      fire: (firing) => this.#routines.trigger(firing),
      compile: (sql, parsed, types) => this.#compiler.compile(sql, parsed, types),
      perform: (plan, bindings) => this.#performNested(plan, bindings),
      asRole: (role, work) => this.settings.asRole(role, work),
    }
  }

  /** What routines see of this session. */
  #makeHost(): RoutineHost {
    const environment = (): Environment => this.environment
    const compiler = (): SessionCompiler => this.#compiler
    return {
      get environment() {
        return environment()
      },
      get compileSession() {
        return compiler().session
      },
      cursors: this.cursors,
      query: (query, bindings) => this.query(query, bindings),
      compile: (sql, parsed, variables, types) => this.#compiler.compileNested(sql, parsed, types, variables),
      perform: (plan, args) => this.#runner.apart(() => this.#performNested(this.#transaction.noting(plan), args)),
      procedures: this.#procedures,
      withSettings: (settings, work) => this.settings.during(settings, work),
      asRole: (role, work) => this.settings.asRole(role, work),
      notify: (notice) => this.raised.push(notice),
      requireTime: () => this.#db.deadline?.check(),
    }
  }

  /** A statement inside a routine. */
  #performNested(plan: Plan, bindings: Bindings): Result {
    requirePerformable(plan, this.#runner.isNested)
    const result = telling(plan, this.raised, () => this.#perform(plan, bindings, [], ''))
    this.raised.push(...result.notices, ...(result.raised ?? []))
    return result
  }

  /** Runs SQL that the compiler has made. */
  query(query: SqliteQuery, bindings: Bindings = {}): Value[][] {
    return this.#runner.query(query, bindings)
  }

  /** @param started what fires before the command has done so */
  #perform(plan: Plan, bindings: Bindings, copyData: CopyData, sql: string, started = false): Result {
    const { notices } = plan
    const done: Result = { tag: plan.tag, rows: [], notices }
    requireAllowed(plan, this.settings.current)
    switch (plan.kind) {
      case 'cursor':
        return this.cursors.perform(plan, (query) => this.query(query, bindings), !this.#transaction.isOpen, {
          text: this.#query ?? '',
          opened: this.#clock.statement,
        })
      case 'query': {
        const found = changesState(plan.query)
          ? this.#atomically(() => this.query(plan.query, bindings))
          : this.query(plan.query, bindings)
        const rows = plan.columns.length === 0 ? found.map(() => []) : found
        return { tag: `SELECT ${rows.length}`, columns: plan.columns, rows, notices, reads: plan.query.reads }
      }
      case 'write':
        return this.#atomically(() => this.#written(executeWrite(this.#db, this.#runner, plan, bindings)))
      case 'with writes':
        return this.#atomically(() => this.#written(executeWithWrites(this.#db, this.#runner, plan, bindings)))
      case 'definition':
        return this.#command(plan, started, () => this.#define(plan, bindings))
      case 'copy in':
        requireFreezable(plan, this.#renewed, this.#transaction.depth)
        return this.#atomically(() =>
          this.#written(executeCopyIn(this.#db, this.#runner, this.environment, plan, copyData)),
        )
      case 'copy out':
        return copiedOut(this.environment, plan, this.#perform(plan.query, bindings, [], ''))
      case 'transaction':
        return this.#transaction.perform(plan)
      case 'setting':
        return performSetting(this.#settingHost, plan)
      case 'channel':
        this.#channels.add(plan.change)
        return done
      case 'prepare':
        return this.prepared.perform(plan, sql)
      case 'call':
        return this.#procedures.run(() => {
          const [args = []] = this.query(plan.args, bindings)
          return { ...done, ...this.#routines.called(plan, args) }
        })
      case 'do':
        return this.#procedures.run(() => {
          this.#routines.block(plan.body)
          return done
        })
      case 'nothing':
        if (plan.event === undefined && plan.catalog === undefined) return done
        return this.#command(plan, started, () => {
          this.#catalog = plan.catalog ?? this.#catalog
          this.capture.hasWritten = true
          return done
        })
      default:
        return plan satisfies never
    }
  }

  /** A statement that changes no row leaves the transaction as it was. */
  #written(result: Result): Result {
    if (!result.tag.endsWith(' 0')) this.capture.hasWritten = true
    return result
  }

  /** A schema change, with the event triggers that it fires. Its notices come between theirs. */
  #command({ event, notices }: DefinitionPlan | NothingPlan, started: boolean, work: () => Result): Result {
    return this.#atomically(() => {
      if (event === undefined) return work()
      return this.#events.around(event, started, () => {
        this.raised.push(...notices)
        return { ...work(), notices: [] }
      })
    })
  }

  #define(plan: DefinitionPlan, bindings: Bindings): Result {
    this.capture.hasWritten = true
    requireUnused(plan, this.#catalog, this.cursors, this.deferral)
    if (this.#transaction.isOpen) this.#renewed = renewedBy(this.#renewed, this.#catalog, plan, this.#transaction.depth)
    if (plan.truncated !== undefined) this.capture.truncation(this.#catalog, plan.truncated)
    return executeDefinition(
      this.#db,
      {
        environment: () => this.environment,
        query: (query, bindings) => this.query(query, bindings),
        adopt: (catalog) => {
          this.#catalog = catalog
        },
        capture: this.capture,
        sequences: this.#sequences,
      },
      plan,
      bindings,
    )
  }

  /**
   * A statement takes effect as a whole or not at all.
   * @param inside it is part of another one
   */
  #atomically<Outcome>(perform: () => Outcome, inside = false): Outcome {
    const level = this.#level
    const outermost = !this.#transaction.isOpen && level === 0 && !inside
    const before = this.#state
    const restoreCursors = inside ? this.cursors.snapshot() : undefined
    try {
      const outcome = this.#db.transact(() => {
        this.#level++
        const result = perform()
        if (outermost) this.#willCommit()
        return result
      })
      if (outermost) {
        this.deferral.end()
        this.cursors.endTransaction(true)
      }
      return outcome
    } catch (error) {
      this.#restore(before)
      restoreCursors?.()
      if (outermost) this.cursors.endTransaction(false)
      throw error
    } finally {
      this.#level = level
    }
  }

  /** @throws PgError where a constraint that has been waiting does not hold */
  #willCommit(): void {
    this.deferral.checkAll()
    this.#temporary.end()
    this.#catalog = this.#catalog.committed()
  }

  /** @throws PgError 0A000 */
  #importSnapshot(id: string): boolean {
    const snapshot = this.#shared?.replication.snapshots.import(id)
    if (snapshot === undefined || !(this.#db instanceof SharedConnection)) return false
    this.#db.import(snapshot.db)
    this.adopt(snapshot.catalog)
    this.#system.goElsewhere()
    return true
  }

  /** What a rollback goes back to. */
  get #state(): SessionState {
    return {
      catalog: this.#catalog,
      settings: this.settings.current,
      lasting: this.settings.lasting,
      system: this.#system.state,
      deferral: this.deferral.state,
      renewed: this.#renewed,
      channels: this.#channels.pending,
      captured: this.capture.state,
    }
  }

  #restore({ catalog, settings, lasting, system, deferral, renewed, channels, captured }: SessionState): void {
    this.capture.restore(captured)
    this.#channels.restore(channels)
    this.#renewed = renewed
    this.deferral.restore(deferral)
    this.#system.restore(system)
    this.#catalog = catalog
    this.settings.restore(settings, lasting)
  }

  /** DISCARD ALL: the session is as a new one (DiscardAll). */
  #forget(): void {
    this.cursors.closeAll()
    this.settings.reset()
    this.prepared.clear()
    this.#advisoryLocks.releaseAll()
    this.#channels.add({ action: 'unlisten', channel: undefined })
    this.#sequences.forget()
  }

  close(): void {
    this.#advisoryLocks.close()
    this.#channels.close()
    this.#db.close()
  }
}
