/** The typed tree of a query. */
import type { RelationInfo } from '../catalog/entries.ts'
import type { Expr, SortItem } from './expression.ts'

/** A column of a table or view, by its number. */
export interface ColumnOrigin {
  readonly relation: number
  readonly column: number
}

export interface OutputColumn {
  readonly name: string
  readonly type: number
  readonly typmod: number
  /** What it is of, where it is not computed and a client is to know. */
  readonly origin?: ColumnOrigin | undefined
}

/** Whether columns are of the same types, one by one. */
export const sameTypes = (
  left: readonly Pick<OutputColumn, 'type'>[],
  right: readonly Pick<OutputColumn, 'type'>[],
): boolean => left.length === right.length && left.every(({ type }, at) => type === right[at]?.type)

/** How a FROM item was written, for its text. */
export interface Written {
  /** Its alias, or the name of what it is. */
  readonly name: string
  readonly aliased: boolean
  /** The alias gave names to columns. */
  readonly renamed: boolean
  /** Without the tables below (ONLY). */
  readonly only: boolean
}

/** One thing in FROM that has rows. Columns refer to it by identity. */
export interface RangeEntry {
  /** Its name in the SQLite query, unique in the statement. */
  readonly alias: string
  readonly columns: readonly OutputColumn[]
  readonly source: RangeSource
  /** How many queries lie around the one that it belongs to. */
  readonly depth: number
  /** An outer join can put NULLs in its place. */
  nullable: boolean
  readonly written?: Written
}

export interface TableSource {
  readonly kind: 'table'
  readonly relation: RelationInfo
  /** The tables that its rows are in, where it has children. */
  readonly family?: readonly RelationInfo[]
}

export type RangeSource =
  | TableSource
  /** Whole rows of a view are of its type. */
  | { readonly kind: 'subquery'; readonly query: Query; readonly lateral: boolean; readonly view?: RelationInfo }
  | { readonly kind: 'values'; readonly rows: readonly (readonly Expr[])[]; readonly lateral: boolean }
  | {
      readonly kind: 'functions'
      readonly functions: readonly TableFunction[]
      readonly ordinality: boolean
      readonly lateral: boolean
      /** The sequence that this is the row of. */
      readonly sequence?: RelationInfo
    }
  | { readonly kind: 'cte'; readonly cte: Cte }
  | { readonly kind: 'set'; readonly set: SetNode }
  /** Columns that a write has computed, by the names that they have there: `old`, `new`, `excluded`. */
  | {
      readonly kind: 'row'
      readonly names: readonly string[]
      readonly rowType?: number
      /** The name of what is NULL only where there is no row. */
      readonly present?: string
    }

/** A function in FROM and the columns that it yields. */
export interface TableFunction {
  readonly call: Expr
  readonly columns: readonly OutputColumn[]
  /** The function yields rows of a composite type, not single values. */
  readonly composite: boolean
  /** Its rows are taken as one value each. */
  readonly record?: boolean
}

export interface Cte {
  readonly name: string
  readonly alias: string
  readonly materialized: 'default' | 'always' | 'never'
  readonly recursive: boolean
  columns: readonly OutputColumn[]
  query?: Query
  /** Of a recursive one, the term that is not. */
  first?: Query
  uses: number
  /** How many of its columns, the last ones, a star does not stand for while its own recursive term is bound. */
  unexpanded?: number
  /** It changes rows and returns none. */
  readonly withoutRows?: boolean
  /** The names that were given to its columns. */
  readonly given?: readonly string[]
}

export type FromNode =
  | { readonly kind: 'range'; readonly range: RangeEntry }
  | {
      readonly kind: 'join'
      readonly join: 'inner' | 'left' | 'right' | 'full' | 'cross'
      readonly left: FromNode
      readonly right: FromNode
      readonly on?: Expr | undefined
      /** The columns of USING, or those that NATURAL found. */
      readonly using?: readonly string[]
      /** Those of them that are no columns of a table. */
      readonly coerced?: readonly string[]
    }

export interface Target {
  readonly expr: Expr
  readonly name: string
  /** Computed for ORDER BY or GROUP BY alone. */
  readonly hidden: boolean
}

/** Sorts by the value of a target. */
export interface SortKey {
  readonly target: number
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface FrameBound {
  readonly kind: 'unboundedPreceding' | 'preceding' | 'current' | 'following' | 'unboundedFollowing'
  readonly offset?: Expr
}

export interface WindowDefinition {
  /** Its name in the WINDOW clause. */
  readonly name?: string
  /** The window that it goes on from. */
  readonly base?: string
  readonly partitionBy: readonly Expr[]
  readonly orderBy: readonly SortItem[]
  readonly frame?:
    | {
        readonly mode: 'rows' | 'range' | 'groups'
        readonly start: FrameBound
        readonly end: FrameBound
        readonly exclude: 'none' | 'current' | 'group' | 'ties'
        /** Both bounds were written. */
        readonly between: boolean
      }
    | undefined
}

export interface SetNode {
  readonly kind: 'set'
  readonly operator: 'union' | 'intersect' | 'except'
  readonly all: boolean
  readonly left: SetNode | Query
  readonly right: SetNode | Query
  readonly columns: readonly OutputColumn[]
  /** The branches before their columns took on the common types. */
  readonly given?: { readonly left: SetNode | Query; readonly right: SetNode | Query }
}

export interface Query {
  readonly kind: 'query'
  readonly depth: number
  readonly ctes: readonly Cte[]
  /** WITH RECURSIVE was written. */
  readonly recursive?: boolean
  readonly from: readonly FromNode[]
  readonly where?: Expr | undefined
  /** Absent without GROUP BY; the sets are of indexes into `expressions`. */
  readonly group?:
    | { readonly expressions: readonly Expr[]; readonly sets: readonly (readonly number[])[]; readonly plain: boolean }
    | undefined
  readonly having?: Expr | undefined
  readonly windows: readonly WindowDefinition[]
  readonly targets: readonly Target[]
  /** Indexes of the targets that DISTINCT [ON] compares. */
  readonly distinct?: { readonly on: boolean; readonly targets: readonly number[] } | undefined
  readonly orderBy: readonly SortKey[]
  readonly limit?: Expr | undefined
  readonly offset?: Expr | undefined
  readonly withTies: boolean
  readonly aggregated: boolean
  /** Subqueries hold aggregates of this query. */
  readonly outerAggregates?: boolean
  readonly windowed: boolean
  /** Targets call set-returning functions. */
  readonly setReturning: boolean
  readonly locking: boolean
}

/** The columns of a query that its reader sees. */
export const outputColumns = ({ targets }: Query): OutputColumn[] =>
  targets.filter(({ hidden }) => !hidden).map(({ name, expr: { type, typmod } }) => ({ name, type, typmod }))
