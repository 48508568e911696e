/** What the catalog holds, one interface per kind of object; immutable. */

import type { Node } from '@pgsql/types'
import type { UserFunction } from '../lower/context.ts'
import type { Value } from '../tree/value.ts'
import type { Owned } from './privilege.ts'

/** A type: `pg_type` in the manual's "System Catalogs". */
export interface TypeInfo extends Owned {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** Bytes, or -1 for a varlena. */
  readonly length: number
  /** b base, c composite, d domain, e enum, p pseudo, r range, m multirange. */
  readonly kind: 'b' | 'c' | 'd' | 'e' | 'p' | 'r' | 'm'
  readonly category: string
  readonly preferred: boolean
  readonly delimiter: string
  readonly element: number
  readonly array: number
  /** The subscripting function's name; '-' when the type has none. */
  readonly subscript: string
  readonly collation: number
  readonly input: string
  readonly output: string
  readonly domain?: DomainInfo
  readonly labels?: readonly EnumLabel[]
  /** The relation whose row type this is. */
  readonly relation?: number
  /** Of a composite type that no relation stands for. */
  readonly fields?: readonly { readonly name: string; readonly type: number; readonly typmod: number }[]
}

export interface DomainInfo {
  readonly base: number
  readonly typmod: number
  readonly notNull: boolean
  /** What its NOT NULL is called. */
  readonly notNullName?: string
  readonly default?: Node
  readonly checks: readonly DomainCheck[]
}

export interface DomainCheck {
  readonly name: string
  readonly expression: Node
  /** What was there before it need not meet it. */
  readonly notValid?: true
}

/** One label of an enum, and the number that its values are stored as: they sort by it. */
export interface EnumLabel {
  readonly label: string
  readonly order: number
}

/** A function, aggregate or window function: `pg_proc`. */
export interface FunctionInfo extends Owned {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly args: readonly number[]
  readonly result: number
  /** The C symbol of an internal function; '' for one in SQL. */
  readonly source: string
  readonly kind: 'f' | 'a' | 'w' | 'p'
  readonly strict: boolean
  readonly set: boolean
  readonly volatility: 'i' | 's' | 'v'
  /** The element type of a variadic last argument, or 0. */
  readonly variadic: number
  readonly defaults: number
  readonly defaultValues: string | null
  readonly allArgs: readonly number[] | null
  readonly modes: readonly string[] | null
  readonly names: readonly string[] | null
  readonly defaultNodes?: readonly Node[]
  readonly planning?: PlanningHints
  /** What a user has written. */
  readonly body?: FunctionBody
}

/** What a planner would go by; absent where it is as PostgreSQL has it by default. */
export interface PlanningHints {
  readonly cost?: number
  readonly rows?: number
  readonly parallel?: 's' | 'r'
  readonly leakproof?: boolean
}

/** The body of a function, procedure or trigger function in SQL or PL/pgSQL. */
export interface FunctionBody {
  readonly language: 'sql' | 'plpgsql'
  readonly text: string
  /** Of `BEGIN ATOMIC … END` or `RETURN …`: its statements, as the grammar gave them. */
  readonly statements?: readonly { readonly tag: string; readonly node: Readonly<Record<string, unknown>> }[]
  /** The same of a built-in function, as the grammar gives it. */
  readonly tree?: () => Readonly<Record<string, unknown>>
  /** It is executed as its owner (SECURITY DEFINER). */
  readonly asOwner?: boolean
  /** The settings that SET clauses make for its duration. */
  readonly settings?: readonly (readonly [name: string, value: string])[]
}

/** A trigger: `pg_trigger`. */
export interface TriggerInfo {
  readonly name: string
  readonly timing: 'before' | 'after' | 'instead'
  readonly row: boolean
  readonly events: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  /** Numbers of the columns of UPDATE OF; any column when empty. */
  readonly columns: readonly number[]
  readonly when?: Node
  readonly function: number
  readonly args: readonly string[]
  readonly oldTable?: string
  readonly newTable?: string
  readonly enabled: boolean
  /** Always, or as a replica only, which no session is. */
  readonly fires?: 'A' | 'R'
  /** That of a constraint trigger. */
  readonly constraint?: Deferrable & { readonly name: string }
}

export interface OperatorInfo {
  readonly oid: number
  readonly name: string
  readonly left: number
  readonly right: number
  readonly result: number
  readonly function: number
}

export interface CastInfo {
  readonly source: number
  readonly target: number
  readonly function: number
  /** i implicit, a assignment, e explicit. */
  readonly context: 'i' | 'a' | 'e'
  /** f function, b binary, i input/output. */
  readonly method: 'f' | 'b' | 'i'
}

export interface ColumnInfo {
  readonly number: number
  readonly name: string
  /** Its name in SQLite, where names differ in more than case. */
  readonly physical: string
  readonly type: number
  readonly typmod: number
  /** How many pairs of brackets it was declared with. */
  readonly dimensions?: number
  /** The oid of its collation, where that is not the type's. */
  readonly collation?: number
  /** SET STATISTICS and SET STORAGE: what planners and files would go by. */
  readonly statistics?: number
  readonly storage?: 'p' | 'e' | 'm' | 'x'
  /** What its values would be compressed with: pglz. */
  readonly compression?: 'p'
  readonly notNull: boolean
  /** What its NOT NULL is called, where that is not made of the table's and the column's name. */
  readonly notNullName?: string
  /** How many parents say that it is NOT NULL; `coninhcount`. */
  readonly notNullInherited?: number
  /** Its NOT NULL is no child's (NO INHERIT). */
  readonly notNullNoInherit?: true
  /** The table itself does not say so. */
  readonly notNullOnlyInherited?: boolean
  readonly default?: Node
  readonly identity?: 'a' | 'd'
  readonly generated?: 's' | 'v'
  /** The sequence that a serial or identity column takes its values from. */
  readonly sequence?: number
  /** How many parents of the table have it; `attinhcount`. */
  readonly inherited?: number
  /** It goes when no parent has it any more. */
  readonly onlyInherited?: boolean
}

/** What a constraint has of the table's parents. */
interface Inheritable {
  /** How many parents have it; `coninhcount`. */
  readonly inherited?: number
  /** It goes when no parent has it any more. */
  readonly onlyInherited?: boolean
}

/** A key that a partition may have been given by its parent, or may give on. */
interface Handed {
  /** It was made to be handed on, or by being handed on; the opposite of `connoinherit`. */
  readonly handed?: boolean
}

/** An index of a partitioned table, or a key. */
export interface Attachable {
  /** The partitions whose indexes have not been attached to it yet; with one, it is not valid. */
  readonly unattached?: readonly number[]
}

/** When a constraint is checked. */
export interface Deferrable {
  readonly deferrable?: boolean
  /** At the end of the transaction, unless SET CONSTRAINTS says otherwise. */
  readonly deferred?: boolean
}

export interface UniqueConstraint extends Inheritable, Handed, Deferrable, Attachable {
  readonly kind: 'primary' | 'unique'
  readonly name: string
  readonly columns: readonly number[]
  readonly nullsNotDistinct: boolean
  /** Columns that its index holds beside the key (INCLUDE). */
  readonly included?: readonly number[]
  /** Storage parameters of its index, `name=value`. */
  readonly storage?: readonly string[]
}

/** A constraint that rows may violate. */
interface Validatable {
  /** Those that were there before it (NOT VALID). */
  readonly notValid?: boolean
  /** All of them: it is a mere statement (NOT ENFORCED). */
  readonly notEnforced?: boolean
}

export interface CheckConstraint extends Inheritable, Validatable {
  readonly kind: 'check'
  readonly name: string
  readonly expression: Node
  /** Children do not get it. */
  readonly noInherit?: boolean
}

export type ForeignKeyAction = 'a' | 'r' | 'c' | 'n' | 'd'

export interface ForeignKey extends Inheritable, Handed, Validatable, Deferrable {
  readonly kind: 'foreign'
  readonly name: string
  readonly columns: readonly number[]
  readonly target: number
  readonly targetColumns: readonly number[]
  readonly onUpdate: ForeignKeyAction
  readonly onDelete: ForeignKeyAction
  /** The columns that ON DELETE SET NULL and SET DEFAULT set, where these are not all. */
  readonly deleteSets?: readonly number[]
  /** Of a key to a partitioned table: what it is called for each partition that it refers to as well. */
  readonly parts?: readonly { readonly relation: number; readonly name: string }[]
  readonly match: 's' | 'f'
}

export type ConstraintInfo = UniqueConstraint | CheckConstraint | ForeignKey

export interface IndexInfo extends Attachable {
  readonly name: string
  /** Its name in SQLite; empty for one that is only in the catalog. */
  readonly physical: string
  readonly unique: boolean
  readonly nullsNotDistinct: boolean
  /** A column's number, or an expression. */
  readonly keys: readonly (number | Node)[]
  readonly predicate?: Node
  /** Another access method than btree: SQLite has no such index, and none is needed for the same rows. */
  readonly method?: string
  /** Names of operator classes by key, where they are not the default ones. */
  readonly classes?: readonly (string | undefined)[]
  /** The bits of pg_index.indoption by key: 1 for DESC, 2 for NULLS FIRST. */
  readonly options?: readonly number[]
  /** Columns that it holds beside the keys (INCLUDE). */
  readonly included?: readonly number[]
  /** Names of collations by key, where they are not those of the columns. */
  readonly collations?: readonly (string | undefined)[]
  /** The oids of those of expressions, where they are not those of their types. */
  readonly derived?: readonly (number | undefined)[]
  /** Storage parameters, `name=value`. */
  readonly storage?: readonly string[]
  /** Of an index on expressions or with a predicate: what SQLite computes. */
  readonly computed?: ComputedIndex
}

export interface ComputedIndex {
  /** The index's own columns. */
  readonly columns: readonly { readonly name: string; readonly type: number; readonly typmod: number }[]
  /** In SQLite's SQL, over the columns of the table. */
  readonly keys: readonly string[]
  readonly predicate?: string
  readonly functions: readonly UserFunction[]
}

/** A table, view or sequence: `pg_class`. */
export interface RelationInfo extends Owned {
  readonly oid: number
  readonly schema: string
  readonly name: string
  /** Its name in SQLite. */
  readonly physical: string
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'S' | 'c'
  /** The oid of the composite type that its rows have; 0 for a sequence. */
  readonly rowType: number
  readonly columns: readonly ColumnInfo[]
  /** Columns that have been dropped: their numbers are not given again. */
  readonly dropped?: readonly ColumnInfo[]
  readonly constraints: readonly ConstraintInfo[]
  /** The name of the index that CLUSTER goes by. */
  readonly clustered?: string
  readonly indexes: readonly IndexInfo[]
  /** A view's query, already bound names and all, as its parse tree. */
  readonly query?: Node
  /** Relations that a view reads. */
  readonly dependsOn?: readonly number[]
  /** False for a materialized view that holds no rows yet. */
  readonly populated?: boolean
  /** Storage parameters, `name=value`. */
  readonly options?: readonly string[]
  /** It is no part of the WAL. */
  readonly unlogged?: boolean
  /** The search path under which the view was made. */
  readonly searchPath?: readonly string[]
  readonly sequence?: SequenceInfo
  readonly triggers?: readonly TriggerInfo[]
  /** The tables that it inherits from, or the one that it is a partition of. */
  readonly parents?: readonly number[]
  readonly partitioning?: PartitionScheme
  readonly bound?: PartitionBound
  /** REPLICA IDENTITY: default (absent), full, nothing, or an index. */
  readonly replicaIdentity?: 'f' | 'n' | 'i'
  /** The name of that index. */
  readonly replicaIndex?: string
  /** Roles that do not own it see no rows of it, nor do those that do, where it is forced. */
  readonly rowSecurity?: boolean
  readonly forcesRowSecurity?: boolean
  /** What becomes of a temporary table when its transaction is committed. */
  readonly onCommit?: 'drop' | 'delete rows'
  /** What it had, as long as pg_class tells of it. */
  readonly had?: readonly Possession[]
}

export type Possession = 'index' | 'trigger' | 'child' | 'index partition'

/** PARTITION BY: `pg_partitioned_table`. */
export interface PartitionScheme {
  readonly strategy: 'list' | 'range' | 'hash'
  /** A column's number, or an expression. */
  readonly keys: readonly (number | Node)[]
  readonly types: readonly number[]
}

export type RangeDatum = 'min' | 'max' | { readonly value: Value }

/** FOR VALUES …: which rows a partition holds. */
export type PartitionBound =
  | { readonly kind: 'default' }
  | { readonly kind: 'list'; readonly values: readonly Value[] }
  | { readonly kind: 'range'; readonly from: readonly RangeDatum[]; readonly to: readonly RangeDatum[] }
  | { readonly kind: 'hash'; readonly modulus: number; readonly remainder: number }

/** `pg_publication`. */
export interface PublicationInfo extends Owned {
  readonly oid: number
  readonly name: string
  readonly allTables: boolean
  readonly tables: readonly PublishedTable[]
  readonly schemas: readonly string[]
  readonly publish: readonly ('insert' | 'update' | 'delete' | 'truncate')[]
  /** Changes of partitions are published as their root's. */
  readonly viaRoot: boolean
  /** Stored generated columns are published too. */
  readonly generated: boolean
}

export interface PublishedTable {
  readonly relation: number
  /** Numbers of the columns that are published; all when absent. */
  readonly columns?: readonly number[]
  /** Which rows are published; all when absent. */
  readonly filter?: Node
  /** The columns that it reads. */
  readonly filtered?: readonly number[]
}

/** `pg_event_trigger`. */
export interface EventTriggerInfo extends Owned {
  readonly oid: number
  readonly name: string
  readonly event: string
  /** Command tags that it fires for; all when empty. */
  readonly tags: readonly string[]
  readonly function: number
  readonly enabled: 'O' | 'D' | 'R' | 'A'
}

/** What `CREATE SEQUENCE` says of a sequence. */
export interface SequenceInfo {
  readonly type: number
  readonly start: bigint
  readonly increment: bigint
  readonly min: bigint
  readonly max: bigint
  readonly cycle: boolean
  /** How many values a session takes at a time; one when absent. */
  readonly cache?: bigint
  /** How often it has begun anew: each time with a state of its own, which goes with the transaction. */
  readonly incarnation?: number
  readonly ownedBy?: { readonly relation: number; readonly column: number }
}
