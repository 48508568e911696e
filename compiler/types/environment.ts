/** What the meaning of a value can depend on besides itself. */

import type { PgError } from '../../wire/protocol/error.ts'
import type { Settings } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import type { DdlCommand } from '../event/ddl-command.ts'
import type { HostFunctions } from '../functions/implementation.ts'
import type { ServerStatements } from '../statement/plan.ts'
import type { Recorded } from '../system/rows.ts'
import type { OutputColumn } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import type { Clock } from './clock.ts'

/** The state of sequences, which no transaction rolls back. Manual: "Sequence Manipulation Functions". */
export interface Sequences {
  next(sequence: number): bigint
  current(sequence: number): bigint
  last(): bigint
  set(sequence: number, value: bigint, called: boolean): bigint
  /** What the sequence's own row says; NULL in a session without sequences. */
  row(sequence: number): { readonly last: bigint; readonly log: bigint; readonly called: boolean }
}

/** Locks whose meaning is an application's. Manual: "Advisory Locks". */
export interface AdvisoryLocks {
  /**
   * @param transaction it is held until the transaction ends
   * @returns whether no other session stands in the way
   */
  acquire(key: string, shared: boolean, transaction: boolean): boolean
  /** @returns whether there was such a lock */
  release(key: string, shared: boolean): boolean
  releaseAll(): void
}

/** Notifications, which others get when the transaction is committed. Manual: "NOTIFY". */
export interface Channels {
  notify(channel: string, payload: string): void
  /** The channels that the session listens to. */
  listening(): readonly string[]
}

/** A replication slot, as `pg_replication_slots` shows it. */
export interface SlotState {
  readonly name: string
  readonly plugin: string
  readonly temporary: boolean
  readonly failover: boolean
  readonly activePid: number | undefined
  readonly confirmed: bigint
  /** Microseconds from 2000-01-01 00:00 UTC. */
  readonly inactiveSince: bigint
  /** Its changes have been purged. */
  readonly lost: boolean
}

/** A stream of changes, as `pg_stat_replication` shows it. */
export interface SenderState {
  readonly pid: number
  readonly sent: bigint
  readonly written: bigint | undefined
  readonly flushed: bigint | undefined
  readonly applied: bigint | undefined
  /** Microseconds from 2000-01-01 00:00 UTC. */
  readonly heardAt: bigint
}

/** The change log, its slots and exported snapshots. Manual: "Replication Management Functions". */
export interface Replication {
  /** The end of what has been committed. */
  readonly position: bigint
  /** @returns the position of the message */
  emit(transactional: boolean, prefix: string, content: Uint8Array): bigint
  slots(): readonly SlotState[]
  senders(): readonly SenderState[]
  /** @returns the position that it begins at */
  createSlot(slot: Pick<SlotState, 'name' | 'plugin' | 'temporary' | 'failover'>): bigint
  dropSlot(name: string): void
  /** @returns the position that it stands at then */
  advanceSlot(name: string, upTo: bigint): bigint
  /** @returns its name */
  exportSnapshot(): string
}

/** A session, as `pg_stat_activity` shows it. Moments are in microseconds from 2000-01-01 00:00 UTC. */
export interface SessionActivity {
  readonly pid: number
  /** The role that has logged in, by oid. */
  readonly role: number
  readonly database: string
  readonly application: string
  readonly state: string
  /** The latest query. */
  readonly query: string
  /** For whom it waits. */
  readonly waits: 'client' | 'lock' | undefined
  readonly transactionStart: bigint | undefined
  readonly queryStart: bigint | undefined
  readonly since: bigint
  readonly changedAt: bigint
  readonly address: string | undefined
  readonly port: number | undefined
}

/** The sessions of the server. Manual: "Server Signaling Functions". */
export interface Sessions {
  all(): readonly SessionActivity[]
  /** @returns whether there is such a session */
  cancel(pid: number): boolean
  terminate(pid: number): boolean
}

/** Hash functions of bytes, which a host may have faster ones of. */
export type Hashes = Readonly<
  Record<'md5' | 'sha224' | 'sha256' | 'sha384' | 'sha512', (bytes: Uint8Array) => Uint8Array>
>

/** Where there is a file: the bytes that it takes. */
export interface Storage {
  /** Undefined for a relation that does not exist. */
  relation(oid: number, part: 'table' | 'indexes'): bigint | undefined
  database(): bigint
}

/** Functions that users have written, executed by the session. Manual: "User-Defined Functions". */
export interface Routines {
  /** How many triggers are being executed, one inside the other. */
  readonly triggerDepth: number
  /** @param types of the arguments, polymorphic ones resolved */
  call(fn: FunctionInfo, types: readonly number[], result: number, args: readonly Value[]): Value
  /** The rows of a set-returning one, or of one that returns a row, with a value for each column. */
  rows(
    fn: FunctionInfo,
    types: readonly number[],
    columns: readonly OutputColumn[],
    args: readonly Value[],
  ): readonly (readonly Value[])[]
}

/** What a function of an event trigger is called for. Manual: "Event Trigger Functions". */
export interface FiredEvent {
  readonly event: string
  readonly tag: string
  /** Undefined where it is not known what PostgreSQL would tell. */
  readonly commands: readonly DdlCommand[] | undefined
}

/** A cursor of SQL or PL/pgSQL, or a portal of the protocol. */
export interface OpenPortal {
  readonly name: string
  /** The text that it has come with. */
  readonly text: string
  readonly hold: boolean
  /** Undefined where it depends on PostgreSQL's plan. */
  readonly scroll: boolean | undefined
  /** In microseconds since 2000. */
  readonly opened: bigint
}

export interface PreparedStatement {
  readonly name: string
  /** The text that it has come with. */
  readonly text: string
  /** When it was prepared, in microseconds since 2000. */
  readonly made: bigint
  /** The types of its parameters. */
  readonly parameters: readonly number[]
  /** The types of its columns; undefined where it returns none. */
  readonly results: readonly number[] | undefined
  readonly fromSql: boolean
  /** How often it was executed with which kind of plan; undefined where that is PostgreSQL's choice by cost. */
  readonly plans: { readonly generic: number; readonly custom: number } | undefined
}

/** What a host brings along, wherever there is one. */
export interface HostEnvironment {
  /** The rows that a new database's catalogs have. */
  readonly recorded?: Recorded
  readonly functions?: HostFunctions
  readonly hashes?: Hashes
  readonly server?: ServerStatements
  /** Whether a function has been executed, so that its plans may be known to some session. @param oid of it */
  readonly hasRun?: (oid: number) => boolean
}

export interface Environment extends HostEnvironment {
  readonly catalog: Catalog
  readonly settings: Settings
  /** What is read was stored: its names have been looked up then. */
  readonly isStored?: boolean
  readonly clock: Clock
  readonly sequences?: Sequences
  readonly routines?: Routines
  readonly advisoryLocks?: AdvisoryLocks
  readonly channels?: Channels
  readonly storage?: Storage
  readonly replication?: Replication
  readonly sessions?: Sessions
  /** While rows are being made, which may be many. @throws PgError 57014 */
  readonly requireTime?: () => void
  /** What pg_cursors shows. */
  readonly portals?: () => readonly OpenPortal[]
  /** What pg_prepared_statements shows. */
  readonly prepared?: () => readonly PreparedStatement[]
  /** Waits while other sessions go on. @param seconds none where that is not more than 0 */
  readonly sleep?: (seconds: number) => void
  /** What the server tells its sessions apart by, where there is one. */
  readonly pid?: number
  /** What the client has sent, all of it. */
  readonly query?: string | undefined
  /** In the function of an event trigger. */
  readonly fired?: FiredEvent | undefined
  /** SET, from within a query. @returns the value as SHOW prints it */
  readonly configure?: (name: string, value: string | undefined, local: boolean) => string
  /**
   * Errors in constants, as a planner finds them: they are told when all of the statement has been understood. Where this
   * is absent they are thrown at once.
   */
  readonly planningErrors?: PgError[] | undefined
}
