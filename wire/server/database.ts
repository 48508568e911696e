/**
 * One database: a PGlite with its change log, slots, snapshots and the sessions connected to it.
 */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Catalog } from '../../compiler/catalog/catalog.ts'
import { binaryFromText } from '../binary/from-text.ts'
import { CHANNEL } from '../pglite/announcement.ts'
import { ChangeLog, type LastingMessage } from '../pglite/change-log.ts'
import { Engine, type EngineListener, type Tenant } from '../pglite/engine.ts'
import { Maintenance, NAPTIME } from '../pglite/maintenance.ts'
import { identifier, literal, SessionState } from '../pglite/session-state.ts'
import { createDataDir, NEW_DATABASE } from '../pglite/template.ts'
import { truncatesIn } from '../pglite/truncate-statement.ts'
import type { Column } from '../pgoutput/relation.ts'
import { fatal, PgError, unsupported } from '../protocol/error.ts'
import { Housekeeping } from '../replication/housekeeping.ts'
import { formatLsn, type Lsn, parseLsn } from '../replication/lsn.ts'
import { type Slot, type SlotRequest, Slots } from '../replication/slot.ts'
import type { ReplicationSource, SenderState } from '../replication/source.ts'
import { AdvisoryLocks, type LockScope } from './advisory.ts'
import { Channels } from './channels.ts'
import type { Session } from './session.ts'
import { Snapshots } from './snapshots.ts'
import { setBuiltinFunctions, shapeOf } from './statement.ts'

export interface DatabaseOptions {
  readonly name: string
  /** Holds the data directory, the slots and, for a while, snapshots. */
  readonly folder: string
  readonly fsync: boolean
  /** Role that connections log in as. */
  readonly user: string
  /** So many changes a replication slot may lag behind. */
  readonly maxSlotLag: number | undefined
  /** How often it is looked whether a vacuum or a checkpoint is due, in milliseconds. */
  readonly naptime: number | undefined
  readonly onCrash: (error: Error) => void
  /** Something that the user should know of. */
  readonly onWarning: (message: string) => void
}

/** The types whose binary format is known without looking into the database. */
const BUILTIN = new Catalog()

/** FirstNormalObjectId: OIDs from here on belong to what users make. */
const FIRST_USER_OID = 16_384
/** How long a commit is given to reach the log before a slot is created, in milliseconds. */
const RETRY_DELAY = 2

type Question = { readonly ask: string; readonly [key: string]: unknown }

/** PostgreSQL's GUC_REPORT settings: clients are told their values. */
const REPORTED = [
  'application_name',
  'client_encoding',
  'DateStyle',
  'default_transaction_read_only',
  'in_hot_standby',
  'integer_datetimes',
  'IntervalStyle',
  'is_superuser',
  'scram_iterations',
  'search_path',
  'server_encoding',
  'server_version',
  'session_authorization',
  'standard_conforming_strings',
  'TimeZone',
]

/** A row of pg_stat_replication. */
const senderRow = ({ pid, sent, written, flushed, applied, heardAt }: SenderState): Record<string, unknown> => {
  const text = (lsn: Lsn | undefined): string | null => (lsn === undefined ? null : formatLsn(lsn))
  return {
    pid,
    state: 'streaming',
    sent_lsn: text(sent),
    write_lsn: text(written),
    flush_lsn: text(flushed),
    replay_lsn: text(applied),
    reply_time: heardAt.toISOString(),
  }
}

export class Database implements ReplicationSource {
  readonly name: string
  readonly locks = new AdvisoryLocks()
  readonly sessions = new Set<Session>()
  readonly #options: DatabaseOptions
  readonly channels = new Channels()
  readonly snapshots: Snapshots
  /** Names of customised options that SQL has mentioned. */
  readonly customSettings = new Set<string>()
  /** Logical messages that must outlive their transaction, until it is over. */
  #messages: LastingMessage[] = []
  /** What SQL has sent of a text so far. */
  #textInHex = ''
  #isAdvancing = false
  #closing = false
  #engine!: Engine
  #slots!: Slots
  readonly #log = new ChangeLog((work) => this.run(work))
  #housekeeping!: Housekeeping
  #maintenance!: Maintenance

  private constructor(options: DatabaseOptions) {
    this.name = options.name
    this.#options = options
    this.snapshots = new Snapshots({
      database: options.name,
      dataDir: join(options.folder, 'data'),
      folder: join(options.folder, 'snapshots'),
      listener: this.#listener,
    })
  }

  /** Opens a database, making it first if there is none. */
  static async open(options: DatabaseOptions): Promise<Database> {
    const database = new Database(options)
    await mkdir(options.folder, { recursive: true })
    await rm(join(options.folder, 'snapshots'), { recursive: true, force: true })
    const dataDir = join(options.folder, 'data')
    const isNew = !existsSync(dataDir)
    if (isNew) await createDataDir(dataDir)
    database.#slots = await Slots.open(join(options.folder, 'slots.json'))
    const open = (name: string): Promise<Engine> =>
      Engine.open({ dataDir, database: name, fsync: options.fsync }, database.#listener)
    // it has its name from the first start on, unless that was cut short
    database.#engine = isNew ? await open(NEW_DATABASE) : await open(options.name).catch(() => open(NEW_DATABASE))
    await database.#prepare(database.#engine)
    const log = database.#log
    database.#housekeeping = new Housekeeping({
      slots: database.#slots,
      history: log.history,
      purge: (confirmed) => log.purge(confirmed),
      maxSlotLag: options.maxSlotLag,
      terminate: (pid, reason) => database.#withSession(pid, (session) => session.terminate(reason)),
      onWarning: options.onWarning,
      onFailure: options.onCrash,
    })
    database.#maintenance = new Maintenance({
      run: (work, tenant) => database.run(work, tenant),
      naptime: options.naptime ?? NAPTIME,
      onFailure: ({ message }) => options.onWarning(`database ${options.name}: maintenance has failed: ${message}`),
    })
    await database.run((engine) => log.open(engine))
    return database
  }

  get engine(): Engine {
    return this.#engine
  }

  get slots(): Slots {
    return this.#slots
  }

  get log(): ChangeLog {
    return this.#log
  }

  get housekeeping(): Housekeeping {
    return this.#housekeeping
  }

  #defaults = new Map<string, string>()
  #systemIdentifier = ''
  #integerSettings = new Map<string, { readonly min: number; readonly max: number }>()

  /** pg_control's system identifier. */
  get systemIdentifier(): string {
    return this.#systemIdentifier
  }

  /** Whether a value is one that a user may SET an integer setting to, written without a unit. */
  takesInteger(name: string, value: number): boolean {
    const range = this.#integerSettings.get(name)
    return range !== undefined && Number.isInteger(value) && value >= range.min && value <= range.max
  }

  /**
   * What a client is told of its settings at start-up, known without asking PostgreSQL; undefined if its
   * start-up settings are such that only PostgreSQL can judge them. So a connection can be made while
   * another one has the lease.
   */
  reportedAtStartup(startup: ReadonlyMap<string, string>): Map<string, string> | undefined {
    const reported = new Map(this.#defaults)
    for (const [name, value] of startup) {
      if (name === 'application_name' || name === 'session_authorization') reported.set(name, value)
      else if (!/^\d{1,9}$/.test(value) || !this.takesInteger(name, Number(value))) return undefined
    }
    return reported
  }

  /** Names the database and its user as the options say; reads the names of built-in functions. */
  async #prepare(engine: Engine): Promise<void> {
    const { name, user } = this.#options
    await engine.query(`
      UPDATE pg_catalog.pg_database SET datname = ${literal(name)} WHERE oid = (
        SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database());
      DO $do$ BEGIN
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${literal(user)}) THEN
          CREATE ROLE ${identifier(user)} SUPERUSER LOGIN CREATEDB CREATEROLE REPLICATION BYPASSRLS;
        END IF;
      END $do$`)
    const names = await engine.query(
      `SELECT DISTINCT proname FROM pg_catalog.pg_proc
       WHERE pronamespace IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`,
    )
    setBuiltinFunctions(names.map((row) => row[0] ?? ''))
    await this.#readCustomSettings(engine)
    this.#defaults = await this.reportedSettings(engine)
    const [control] = await engine.query('SELECT system_identifier FROM pg_catalog.pg_control_system()')
    this.#systemIdentifier = control?.[0] ?? ''
    const integers = await engine.query(
      `SELECT name, min_val, max_val FROM pg_catalog.pg_settings WHERE vartype = 'integer' AND context = 'user'`,
    )
    for (const [setting, min, max] of integers) {
      this.#integerSettings.set(setting ?? '', { min: Number(min), max: Number(max) })
    }
  }

  /** The customised options that stored functions and policies mention. */
  async #readCustomSettings(engine: Engine): Promise<void> {
    const texts = await engine.query(`
      SELECT pg_get_functiondef(oid) FROM pg_catalog.pg_proc
      WHERE oid >= ${FIRST_USER_OID} AND prokind <> 'a' AND pronamespace <> 'pg_orez'::regnamespace
      UNION ALL SELECT 'SELECT ' || pg_get_expr(polqual, polrelid) FROM pg_catalog.pg_policy
      UNION ALL SELECT 'SELECT ' || pg_get_expr(polwithcheck, polrelid) FROM pg_catalog.pg_policy
      UNION ALL SELECT 'SELECT ' || pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef
      UNION ALL SELECT pg_get_viewdef(oid) FROM pg_catalog.pg_class WHERE relkind IN ('v', 'm') AND oid >= ${FIRST_USER_OID}`)
    for (const [text] of texts) {
      if (text === null || text === undefined) continue
      for (const name of shapeOf(text).customSettings) this.customSettings.add(name)
    }
  }

  /** Runs internal SQL in its turn, with the lease. */
  async run<T>(
    work: (engine: Engine) => Promise<T>,
    tenant: Tenant = { state: new SessionState(0, new Map()), onFrames: () => undefined },
  ): Promise<T> {
    await this.#engine.acquire(tenant)
    try {
      return await work(this.#engine)
    } finally {
      this.#engine.release()
    }
  }

  /** Throws FATAL 28000 unless a role exists and may log in. */
  async checkLogin(user: string): Promise<void> {
    const [role] = await this.run((engine) =>
      engine.query(`SELECT rolcanlogin FROM pg_catalog.pg_roles WHERE rolname = ${literal(user)}`),
    )
    if (role === undefined) throw fatal('28000', `role "${user}" does not exist`)
    if (role[0] !== 't') throw fatal('28000', `role "${user}" is not permitted to log in`)
  }

  /** Values of the settings that clients are told; for the holder of the lease. */
  async reportedSettings(engine: Engine): Promise<Map<string, string>> {
    const values = REPORTED.map((name) => `current_setting('${name}')`)
    const [row] = await engine.query(`SELECT ${values.join(', ')}`)
    return new Map(REPORTED.map((name, at) => [name, row?.[at] ?? '']))
  }

  /** Says who keeps others waiting, once. */
  complainOf(holder: Tenant | undefined): void {
    if (!this.sessions.has(holder as Session) || this.#complainedOf === holder) return
    this.#complainedOf = holder
    const { pid, application_name: application, state, query } = (holder as Session).activity()
    this.#options.onWarning(
      `database ${this.name}: other connections wait for the one with pid ${pid} (${application || 'unnamed'}), which is ${state}; its last query: ${query}`,
    )
  }

  #complainedOf: Tenant | undefined

  /** A session has ended: what it has for itself goes. */
  async leave(session: Session): Promise<void> {
    this.sessions.delete(session)
    this.channels.unlisten(session, undefined)
    this.#slots.dropTemporary(session.state.pid)
    await this.snapshots.invalidate(session)
  }

  // Slots and snapshots

  /** Creates a slot behind all that has been committed, and makes it durable. */
  async createSlot(request: Omit<SlotRequest, 'position'>): Promise<Slot> {
    while (this.#isBehind) await delay(RETRY_DELAY)
    return await this.#createSlotAt({ ...request, position: this.#log.history.head })
  }

  /** Something has been committed whose position is not known yet. */
  get #isBehind(): boolean {
    return this.#log.announcement.isDue || this.#isAdvancing
  }

  async #createSlotAt(request: SlotRequest): Promise<Slot> {
    const slot = this.#slots.create(request)
    if (slot.temporaryOwner === undefined) await this.#slots.save()
    return slot
  }

  /**
   * Creates a slot and exports a snapshot of the same moment: what is not in the one, the other will send.
   * A transaction that is open then is not in the snapshot.
   */
  async createSlotWithSnapshot(
    request: Omit<SlotRequest, 'position'>,
    owner: object,
  ): Promise<{ slot: Slot; snapshot: string }> {
    for (;;) {
      const created = await this.#engine.whilePaused(async () => {
        if (this.#isBehind) return undefined
        const slot = this.#slots.create({ ...request, position: this.#log.history.head })
        return { slot, snapshot: await this.snapshots.export(owner) }
      })
      if (created !== undefined) {
        if (created.slot.temporaryOwner === undefined) await this.#slots.save()
        return created
      }
      await delay(RETRY_DELAY)
    }
  }

  releaseSnapshots(owner: object): Promise<void> {
    return this.snapshots.invalidate(owner)
  }

  /** What has begun on PGlite's one session has it until it ends: nothing is committed beside it. */
  createSlotInTransaction(request: Omit<SlotRequest, 'position'>): Promise<Slot> {
    return this.createSlot(request)
  }

  binary({ type, enumerated, base }: Column): (text: string) => Buffer {
    return enumerated === true ? Buffer.from : binaryFromText(BUILTIN, base ?? type)
  }

  async dropSlot(name: string): Promise<void> {
    this.#slots.drop(name)
    await this.#slots.save()
    this.#housekeeping.schedule()
  }

  async close(): Promise<void> {
    this.#closing = true
    this.#housekeeping.stop()
    this.#maintenance.stop()
    await this.snapshots.close()
    await this.#slots.save()
    await this.#engine.close()
  }

  // What PGlite asks and tells

  readonly #listener: EngineListener = {
    onCall: (question, tenant) => this.#answer(question as Question, tenant as Session | undefined),
    onNotification: (channel, payload, tenant) => {
      if (channel === CHANNEL) return this.#log.announcement.add(payload)
      this.channels.add((tenant as Session | undefined)?.state.pid ?? 0, channel, payload)
      if (tenant === undefined) this.channels.deliver()
    },
    onSettle: (engine, tenant) => this.#settle(engine, tenant as Session),
    onCrash: (error) => {
      for (const session of this.sessions) session.terminate(new PgError('57P02', error.message, {}, 'FATAL'))
      if (!this.#closing) this.#options.onCrash(error)
    },
  }

  /** The end of a lease: takes stock of what the transaction has left, before the next tenant comes. */
  #settle(engine: Engine, tenant: Tenant): Promise<void> | undefined {
    const session = this.sessions.has(tenant as Session) ? (tenant as Session) : undefined
    const isPrimary = engine === this.#engine
    if (session !== undefined) {
      this.locks.releaseAll(session, 'transaction')
      if (isPrimary) this.#maintenance.schedule()
    }
    const messages = isPrimary ? this.#messages : []
    const { announcement } = this.#log
    const isAnnounced = isPrimary && announcement.isDue
    const announced = isAnnounced ? announcement.take() : undefined
    const advance = messages.length > 0 || (isAnnounced && announced === undefined)
    if (isPrimary) {
      this.#isAdvancing = advance
      this.#messages = []
    }
    if (announced !== undefined && !advance) {
      this.#log.add(announced)
      this.#housekeeping.committed()
    }
    const touched = session?.takeTouched() ?? { session: false, channels: false }
    if (!advance && !touched.session && !touched.channels) return undefined
    return (async () => {
      if (session !== undefined && touched.session) await engine.collect(session, this.customSettings)
      if (touched.channels && isPrimary) {
        const channels = [...this.channels.all, CHANNEL]
        await engine.query(channels.map((channel) => `LISTEN ${identifier(channel)}`).join('; '))
      }
      if (advance) {
        await engine.dropIdentity(tenant)
        await this.#log.advance(engine, messages)
        this.#isAdvancing = false
        this.#housekeeping.committed()
      }
    })()
  }

  #answer(question: Question, session: Session | undefined): unknown {
    const text = (key: string): string => String(question[key] ?? '')
    switch (question.ask) {
      case 'pid':
        return session?.state.pid ?? 0
      case 'channels':
        return this.channels.of(session)
      case 'cancel':
        return this.#withSession(Number(question.pid), (target) => target.cancel())
      case 'terminate':
        return this.#withSession(Number(question.pid), (target) =>
          target.terminate(new PgError('57P01', 'terminating connection due to administrator command', {}, 'FATAL')),
        )
      case 'activity':
        return [...this.sessions].map((one) => one.activity())
      case 'senders':
        return [...this.sessions].flatMap((one) => one.sender?.() ?? []).map(senderRow)
      case 'advisory':
        return this.#advisory(session, question)
      case 'message':
        this.#messages.push({
          lsn: text('lsn'),
          xid: text('xid'),
          prefix: text('prefix'),
          hex: this.#textInHex,
        })
        return null
      case 'text':
        // an earlier one may have been broken off
        if (question.isFirst === true) this.#textInHex = ''
        this.#textInHex += text('part')
        return null
      case 'truncates':
        return truncatesIn(Buffer.from(this.#textInHex, 'hex').toString())
      case 'slots':
        return this.#slots.all.map((slot) => ({
          slot_name: slot.name,
          plugin: slot.plugin,
          temporary: slot.temporaryOwner !== undefined,
          active_pid: slot.activePid ?? null,
          restart_lsn: slot.lost ? null : formatLsn(slot.confirmed),
          confirmed_flush_lsn: formatLsn(slot.confirmed),
          inactive_since: slot.activePid === undefined ? slot.inactiveSince.toISOString() : null,
          failover: slot.failover,
          lost: slot.lost,
        }))
      case 'create_slot':
        if (question.twophase === true) throw unsupported('two-phase decoding')
        return this.#createSlotAt({
          name: text('name'),
          plugin: text('plugin'),
          failover: question.failover === true,
          position: BigInt(text('position')),
          temporaryOwner: question.temporary === true ? session?.state.pid : undefined,
        }).then((slot) => formatLsn(slot.confirmed))
      case 'drop_slot':
        return this.dropSlot(text('name')).then(() => null)
      case 'advance_slot': {
        const position: Lsn = this.#slots.advance(text('name'), parseLsn(text('lsn')), this.#log.history.head)
        return this.#slots.save().then(() => formatLsn(position))
      }
      case 'export_snapshot':
        return this.snapshots.export(session ?? this)
      case 'wal_lsn':
        return formatLsn(this.#log.history.head)
      default:
        throw new PgError('XX000', `unknown host call "${question.ask}"`)
    }
  }

  #withSession(pid: number, act: (session: Session) => void): boolean {
    for (const session of this.sessions) {
      if (session.state.pid === pid) {
        act(session)
        return true
      }
    }
    return false
  }

  #advisory(session: Session | undefined, question: Question): boolean {
    const owner = session ?? this
    const key = String(question.key)
    const shared = question.shared === true
    switch (question.action) {
      case 'unlock_all':
        this.locks.releaseAll(owner, 'session')
        return true
      case 'unlock':
        return this.locks.unlock(owner, key, shared)
      case 'try':
        return this.locks.tryLock(owner, key, shared, question.scope as LockScope)
      default: {
        const granted = this.locks.tryLock(owner, key, shared, question.scope as LockScope)
        if (!granted) throw session?.mustWaitForLock() ?? unsupported('waiting for an advisory lock')
        return true
      }
    }
  }
}
