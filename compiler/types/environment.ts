/** What the meaning of a value can depend on besides itself. */
import type { PgError } from '../../wire/protocol/error.ts'
import type { Settings } from '../bind/settings.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import type { DdlCommand } from '../event/ddl-command.ts'
import type { OutputColumn } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import type { Clock } from './clock.ts'

/** The state of sequences, which no transaction rolls back. Manual: "Sequence Manipulation Functions". */
export interface Sequences {
  next(sequence: number): bigint
  current(sequence: number): bigint
  last(): bigint
  set(sequence: number, value: bigint, called: boolean): bigint
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

export interface Environment {
  readonly catalog: Catalog
  readonly settings: Settings
  readonly clock: Clock
  readonly sequences?: Sequences
  readonly routines?: Routines
  readonly advisoryLocks?: AdvisoryLocks
  readonly channels?: Channels
  readonly storage?: Storage
  /** What the server tells its sessions apart by, where there is one. */
  readonly pid?: number
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
