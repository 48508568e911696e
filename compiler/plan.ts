/** What compiling a statement yields: what a session must do to execute it. */

import type { Notice, PgError } from '../wire/protocol/error.ts'
import type { TransactionModes } from './bind/settings.ts'
import type { Variable } from './bind/variable.ts'
import type { Catalog } from './catalog/catalog.ts'
import type { FunctionBody, FunctionInfo, IndexInfo, RelationInfo, TriggerInfo } from './catalog/entries.ts'
import type { DdlCommand } from './event/ddl-command.ts'
import type { UserFunction } from './lower/context.ts'
import type { ParsedStatement } from './parse.ts'
import type { OutputColumn } from './tree/query.ts'
import type { Value } from './tree/value.ts'
import type { Environment } from './types/environment.ts'

/** SQLite SQL and the functions that it calls. Parameters are `:p1`, `:p2` … as the statement numbers them. */
export interface SqliteQuery {
  readonly sql: string
  readonly functions: readonly UserFunction[]
  /** Relations that it reads. */
  readonly reads?: readonly number[]
  /** The rules that have fired where SQLite's own construct would not have been exact. */
  readonly rules?: readonly string[]
  /** It calls functions that users have written. */
  readonly callsRoutines?: boolean
}

interface Common {
  readonly tag: string
  readonly notices: readonly Notice[]
  /** Types of the statement's parameters, in order. */
  readonly parameters: readonly number[]
  /** It is good for the transaction at hand only: the time is a part of it. */
  readonly timed?: boolean
  /** The variables of a routine that parameters stand for. */
  readonly captured: readonly (Variable | undefined)[]
  /** The role may not do what it would: the error when it is executed. */
  readonly denied?: PgError | undefined
}

/** A query: its rows go to the client. */
export interface QueryPlan extends Common {
  readonly kind: 'query'
  readonly query: SqliteQuery
  readonly columns: readonly OutputColumn[]
  /** What it locks of rows that a read-only transaction may not lock. */
  readonly lock?: { readonly strength: string; readonly relation: string; readonly waits: boolean } | undefined
}

/** ON CONFLICT, per row: how to find the row in the way, and what to make of it. */
/** Columns that are unique together, or an index on expressions or of some rows. */
export type Arbiter = readonly number[] | IndexInfo

export interface ConflictPlan {
  readonly action: 'nothing' | 'update'
  /** Column numbers (1-based) of the unique constraints that may be violated; all of them when empty. */
  readonly arbiters: readonly Arbiter[]
  /** Given the row's id as :rowid and the proposed values as :e0, :e1 …: whether to update, then the new values. */
  readonly update?: SqliteQuery | undefined
  /** Numbers of the columns that DO UPDATE sets. */
  readonly updated?: readonly number[]
}

/**
 * INSERT, UPDATE, DELETE: a query computes all rows before anything is changed; then they are applied one by one.
 * Its columns are, in order: the row's id (not for INSERT), the new values of all columns (not for DELETE), the results
 * of the checks, the old values of all columns (where a foreign key looks at them), the RETURNING list.
 */
/** WITH CHECK OPTION of a view: looked at when a row has been stored. */
export interface ViewCheck {
  readonly view: string
}

/** A CHECK constraint by its name, or that of a view. */
export type RowCheck = string | ViewCheck

export interface WritePlan extends Common {
  readonly kind: 'write'
  readonly operation: 'insert' | 'update' | 'delete'
  readonly relation: RelationInfo
  readonly rows: SqliteQuery
  /** The checks whose results the rows carry. */
  readonly checks: readonly RowCheck[]
  readonly returning: readonly OutputColumn[] | undefined
  /** RETURNING computed from the row as stored, where ON CONFLICT decides what that is. */
  readonly returningQuery?: SqliteQuery | undefined
  readonly conflict?: ConflictPlan | undefined
  readonly triggers: TriggerPlans
  /** Of those that an UPDATE sets, the numbers of the columns that are not set to themselves. */
  readonly assigned?: readonly number[]
  /**
   * Where the rows are in other tables: partitions, or children. The computed rows are then as the named table has them,
   * with ids like `oid:rowid`, and without checks, which are each table's own.
   */
  readonly members?: readonly MemberPlan[]
  /**
   * The relation is a view, and its INSTEAD OF triggers do what is to be done. In the place of RETURNING's columns, computed
   * rows have the old values; RETURNING is computed of these as :o0 … and of what the triggers give as :v0 ….
   */
  readonly instead?: boolean
}

/** One table of those that a write changes rows in. */
export interface MemberPlan {
  readonly relation: RelationInfo
  readonly checks: readonly string[]
  readonly conflict?: ConflictPlan | undefined
  readonly returningQuery?: SqliteQuery | undefined
  readonly triggers: TriggerPlans
}

/** What a write must know of the triggers of its table. */
export interface TriggerPlans {
  readonly triggers: readonly TriggerPlan[]
  /** Numbers of the columns that the statement sets, for UPDATE OF. */
  readonly updated: readonly number[]
  /** Given a row's values as :v0, :v1 …: the values with generated columns, and the results of the checks. */
  readonly finish: SqliteQuery | undefined
}

export interface TriggerPlan {
  readonly trigger: TriggerInfo
  /** WHEN, given the old values as :o0 … and the new ones as :n0 …. */
  readonly when: SqliteQuery | undefined
}

/** A step of a schema change. */
export interface DefinitionStep extends SqliteQuery {
  /** The step is a query that must find nothing; this is the error when it does. */
  readonly raise?: { readonly code: string; readonly message: string }
  /** The step is a query whose rows are tested, under the catalog after the change; this is the error when one fails. */
  readonly reject?: {
    readonly test: (env: Environment, row: readonly Value[]) => boolean
    readonly code: string
    readonly message: string
  }
  /** The error when SQLite finds a key twice. */
  readonly duplicate?: string
}

/** What event triggers are told of a command. */
export interface CommandEvent {
  readonly tag: string
  /** Undefined where that is not known. */
  readonly commands: readonly DdlCommand[] | undefined
  /** It drops something. */
  readonly drops: boolean
}

/** A schema change: the catalog after it, and what SQLite must do. */
export interface DefinitionPlan extends Common {
  readonly kind: 'definition'
  readonly catalog: Catalog
  readonly steps: readonly DefinitionStep[]
  /** TRUNCATE: the tables that lose all of their rows. */
  readonly truncated?: {
    readonly tables: readonly number[]
    readonly cascade: boolean
    readonly restartIdentity: boolean
  }
  /** The table that ALTER TABLE is about. */
  readonly altered?: number
  /** Sequences that begin anew. */
  readonly restart?: readonly { readonly sequence: number; readonly value: bigint }[]
  /** Where there are event triggers. */
  readonly event?: CommandEvent
  /** Rows computed under the old schema that fill the new relation, for CREATE TABLE AS. */
  readonly fill?: FillPlan
}

export interface FillPlan {
  /** Its name; the tag may be that of a query. */
  readonly command: string
  readonly query: SqliteQuery
  readonly relation: RelationInfo
  /** The relation is a materialized view that has been there before. */
  readonly refresh?: 'anew' | 'concurrently'
}

/** COPY … FROM STDIN. */
export interface CopyInPlan extends Common {
  readonly kind: 'copy in'
  readonly relation: RelationInfo
  /** Indexes of the table's columns that the data has, in its order. */
  readonly columns: readonly number[]
  readonly format: CopyFormat
  /** Computes a row from the values :v0, :v1 … of its columns; its layout is that of an INSERT. */
  readonly rows: SqliteQuery
  /** The same where some columns of the data take their defaults. */
  readonly rowsWithout: (columns: readonly number[]) => SqliteQuery
  /** Indexes of the columns that have one. */
  readonly defaults: readonly number[]
  readonly checks: readonly string[]
  readonly triggers: TriggerPlans
  readonly members?: readonly MemberPlan[]
}

/** COPY TO STDOUT: what the query gives goes to the client as data. */
export interface CopyOutPlan extends Common {
  readonly kind: 'copy out'
  readonly query: QueryPlan
  readonly format: CopyFormat
}

export interface CopyFormat {
  readonly kind: 'text' | 'csv' | 'binary'
  readonly delimiter: string
  readonly null: string
  /** The first line is one of names, which in data may have to be those of the columns. */
  readonly header: boolean | 'match'
  readonly quote: string
  readonly escape: string
  /** What stands for a column's default. */
  readonly default?: string
  /** The rows are as if nobody could have seen the table without them. */
  readonly freeze?: boolean
  /** Columns whose values are always in quotes. */
  readonly forceQuote?: readonly string[] | 'all'
  /** Columns whose values are not NULL for being what stands for it, or are, quotes or not. */
  readonly forceNotNull?: readonly string[] | 'all'
  readonly forceNull?: readonly string[] | 'all'
  /** What becomes of a row that has what its columns do not take. */
  readonly onError?: 'stop' | 'ignore'
  /** How much is told of rows that are left out. */
  readonly verbosity?: 'silent' | 'default' | 'verbose'
  /** So many may be. */
  readonly rejectLimit?: number
}

export type TransactionAction =
  | { readonly action: 'begin'; readonly modes: Partial<TransactionModes> }
  | { readonly action: 'commit' | 'rollback' }
  | { readonly action: 'savepoint' | 'release' | 'rollback to'; readonly name: string }

export interface TransactionPlan extends Common {
  readonly kind: 'transaction'
  readonly transaction: TransactionAction
  readonly chain: boolean
}

/** LISTEN, UNLISTEN and NOTIFY. */
export interface ChannelPlan extends Common {
  readonly kind: 'channel'
  readonly change:
    | { readonly action: 'listen'; readonly channel: string }
    /** Without a channel from all. */
    | { readonly action: 'unlisten'; readonly channel: string | undefined }
    | { readonly action: 'notify'; readonly channel: string; readonly payload: string }
}

/** SET, RESET and SHOW. */
export interface SettingPlan extends Common {
  readonly kind: 'setting'
  readonly setting:
    | { readonly action: 'set'; readonly name: string; readonly value: string | undefined; readonly local: boolean }
    | { readonly action: 'show'; readonly name: string }
    | { readonly action: 'reset all' }
    /** SET CONSTRAINTS; without a list, all. */
    | {
        readonly action: 'constraints'
        readonly deferred: boolean
        readonly constraints?: readonly { readonly relation: number; readonly name: string }[]
      }
    | {
        readonly action: 'discard'
        readonly what: 'all' | 'plans' | 'sequences' | 'temp'
        readonly dropsTemporary: boolean
      }
    /** SET TRANSACTION and SET SESSION CHARACTERISTICS. */
    | { readonly action: 'transaction' | 'characteristics'; readonly modes: Partial<TransactionModes> }
    /** SET TRANSACTION SNAPSHOT. */
    | { readonly action: 'snapshot'; readonly id: string }
}

/** DECLARE, FETCH, MOVE and CLOSE. */
export interface CursorPlan extends Common {
  readonly kind: 'cursor'
  readonly action:
    | {
        readonly action: 'declare'
        readonly name: string
        readonly query: QueryPlan
        /** Undefined where it depends on PostgreSQL's plan. */
        readonly scroll: boolean | undefined
        readonly hold: boolean
      }
    | {
        readonly action: 'fetch' | 'move'
        readonly name: string
        readonly direction: CursorDirection
        /** Infinity for ALL. */
        readonly count: number
      }
    | { readonly action: 'close'; readonly name: string }
    | { readonly action: 'close all' }
}

export type CursorDirection = 'forward' | 'backward' | 'absolute' | 'relative'

/** PREPARE, EXECUTE and DEALLOCATE. */
export interface PreparePlan extends Common {
  readonly kind: 'prepare'
  readonly action:
    | {
        readonly action: 'prepare'
        readonly name: string
        readonly statement: ParsedStatement
        readonly types: readonly number[]
      }
    | { readonly action: 'execute'; readonly name: string; readonly values: (types: readonly number[]) => Value[] }
    | { readonly action: 'deallocate'; readonly name: string }
    | { readonly action: 'deallocate all' }
}

/** CALL: the arguments, and the columns of the row that output arguments make. */
export interface CallPlan extends Common {
  readonly kind: 'call'
  readonly fn: FunctionInfo
  readonly types: readonly number[]
  readonly args: SqliteQuery
  readonly columns: readonly OutputColumn[] | undefined
  /** For each of them, the variable of the routine around it that stands for it: by its id, undefined for any other argument. */
  readonly outputs?: readonly (string | undefined)[]
}

/** DO. */
export interface DoPlan extends Common {
  readonly kind: 'do'
  readonly body: FunctionBody
}

/** A statement that changes nothing that can be seen, such as VACUUM. */
export interface NothingPlan extends Common {
  readonly kind: 'nothing'
  readonly event?: CommandEvent
  /** From now on nobody else may change rows; it is an error to have to wait for that, or not. */
  readonly lock?: { readonly relation: string; readonly waits: boolean }
  /** The catalog after it, when what pg_class says of lost things is brought up to date: also in a read-only transaction. */
  readonly catalog?: Catalog
}

/** A statement with WITH queries that change rows. */
export interface WithWritesPlan extends Common {
  readonly kind: 'with writes'
  readonly steps: readonly {
    readonly write: WritePlan
    /** The table that takes what the write returns, under these columns. */
    readonly table: string
    readonly columns: readonly string[]
    /** The MERGE that it is a part of. */
    readonly merge?: string
    /** What it returns is known only when its rows are stored: it is made, taken back, and made again at the end. */
    readonly tried?: boolean
  }[]
  readonly main: QueryPlan | WritePlan
  /** The writes are the parts of a MERGE, which may do nothing: no row is changed twice, and all of them are counted. */
  readonly merge?: 'rows' | 'nothing'
}

/** What decides a statement's tag and result. */
export const mainPlan = (plan: Plan): Plan => (plan.kind === 'with writes' ? plan.main : plan)

export type Plan =
  | WithWritesPlan
  | CursorPlan
  | PreparePlan
  | QueryPlan
  | WritePlan
  | CopyInPlan
  | CopyOutPlan
  | ChannelPlan
  | DefinitionPlan
  | TransactionPlan
  | SettingPlan
  | CallPlan
  | DoPlan
  | NothingPlan
