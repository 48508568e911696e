/** The typed tree of an expression: every name resolved, every type known, every implicit cast written out. */
import type { FunctionInfo, OperatorInfo, TypeInfo } from '../catalog/entries.ts'
import type { Query, RangeEntry } from './query.ts'
import type { SqlJsonOperation } from './sql-json.ts'
import type { Value } from './value.ts'

interface Typed {
  /** The oid of the type. */
  readonly type: number
  readonly typmod: number
  /** 1-based position of what it was made from, for errors. */
  readonly position?: number | undefined
  /** The column of a join with USING that it is, where that is no column of a table; for its text. */
  readonly merged?: string
}

export interface Const extends Typed {
  readonly kind: 'const'
  /** The value as stored; the text of the literal while the type is still unknown. */
  readonly value: Value
}

export interface Param extends Typed {
  readonly kind: 'param'
  readonly number: number
}

export interface Column extends Typed {
  readonly kind: 'column'
  readonly range: RangeEntry
  /** Index into the entry's columns. */
  readonly index: number
}

/** A function or an operator applied to arguments. */
export interface Call extends Typed {
  readonly kind: 'call'
  readonly fn: FunctionInfo
  readonly args: readonly Expr[]
  /** The last argument is the array of a VARIADIC call. */
  readonly variadic?: boolean
  readonly operator?: string
  /** Its operands as its text has them, where they have been made into others. */
  readonly shown?: readonly Expr[]
  /** It was written in words of its own: EXTRACT, TRIM, AT TIME ZONE … */
  readonly syntax?: boolean
  /** The call performs a cast, written out or implied. */
  readonly cast?: 'implicit' | 'assignment' | 'explicit'
}

export interface SortItem {
  readonly expr: Expr
  readonly descending: boolean
  readonly nullsFirst: boolean
}

export interface Aggregate extends Typed {
  readonly kind: 'aggregate'
  readonly fn: FunctionInfo
  readonly direct: readonly Expr[]
  readonly args: readonly Expr[]
  readonly star: boolean
  readonly distinct: boolean
  readonly orderBy: readonly SortItem[]
  readonly filter?: Expr | undefined
  readonly variadic?: boolean
  readonly withinGroup?: boolean
  /** The depth of the query that it belongs to, where that is not the one it stands in. */
  readonly outer?: number | undefined
}

/** GROUPING(…): which of these group expressions are not part of the grouping set of a row. */
export interface Grouping extends Typed {
  readonly kind: 'grouping'
  readonly args: readonly Expr[]
}

export interface WindowCall extends Typed {
  readonly kind: 'window'
  readonly fn: FunctionInfo
  readonly args: readonly Expr[]
  readonly star: boolean
  readonly filter?: Expr | undefined
  /** Index into the query's windows. */
  readonly window: number
}

export interface Bool extends Typed {
  readonly kind: 'and' | 'or'
  readonly args: readonly Expr[]
}
export interface Not extends Typed {
  readonly kind: 'not'
  readonly arg: Expr
}

export interface Case extends Typed {
  readonly kind: 'case'
  /** What the WHENs were compared with, for its text. */
  readonly subject?: Expr
  /** It was written as NULLIF of these. */
  readonly nullIf?: readonly [Expr, Expr]
  readonly whens: readonly { readonly when: Expr; readonly result: Expr }[]
  readonly otherwise: Expr
}

export interface Coalesce extends Typed {
  readonly kind: 'coalesce'
  readonly args: readonly Expr[]
}

export interface MinMax extends Typed {
  readonly kind: 'greatest' | 'least'
  readonly args: readonly Expr[]
}

export interface NullTest extends Typed {
  readonly kind: 'isNull' | 'isNotNull'
  readonly arg: Expr
  /** All fields of a composite value are tested. */
  readonly fields?: boolean
}

export interface BooleanTest extends Typed {
  readonly kind: 'booleanTest'
  readonly arg: Expr
  readonly test: 'true' | 'notTrue' | 'false' | 'notFalse' | 'unknown' | 'notUnknown'
}

/** IS [NOT] DISTINCT FROM. */
export interface DistinctFrom extends Typed {
  readonly kind: 'distinctFrom'
  readonly left: Expr
  readonly right: Expr
  readonly equal: Expr
  readonly negated: boolean
}

/** Two rows compared by the first fields that differ: for all but the last `less` decides unless `equal` holds. */
export interface RowComparison extends Typed {
  readonly kind: 'rowComparison'
  readonly fields: readonly { readonly less: Expr; readonly equal: Expr }[]
  readonly last: Expr
}

/** `left = any of items`, by the equality operator whose calls are `tests`. */
export interface InList extends Typed {
  readonly kind: 'inList'
  readonly left: Expr
  readonly items: readonly Expr[]
  readonly tests: readonly Expr[]
  readonly negated: boolean
}

/** `left op ANY (array)`, or ALL. */
export interface ArrayTest extends Typed {
  readonly kind: 'arrayTest'
  readonly operator: OperatorInfo
  readonly fn: FunctionInfo
  readonly left: Expr
  readonly array: Expr
  readonly all: boolean
}

export interface Subquery extends Typed {
  readonly kind: 'exists' | 'scalar' | 'arrayOf'
  readonly query: Query
}

/** `(lefts) op ANY|ALL (query)`; `test` compares placeholders of the query's columns to the left. */
export interface SubqueryTest extends Typed {
  readonly kind: 'subqueryTest'
  readonly query: Query
  readonly lefts: readonly Expr[]
  readonly operator: string
  readonly test: Expr
  readonly all: boolean
}

/** Stands for column `index` of a subquery, or for the value that a domain or an array's cast is applied to. */
export interface Placeholder extends Typed {
  readonly kind: 'placeholder'
  readonly index: number
}

export interface Row extends Typed {
  readonly kind: 'row'
  readonly fields: readonly Expr[]
  readonly names: readonly string[]
}

/** All columns of a range entry as one composite value. */
export interface WholeRow extends Typed {
  readonly kind: 'wholeRow'
  readonly range: RangeEntry
}

/** The system column `tableoid`: which table a row is in. */
export interface TableOid extends Typed {
  readonly kind: 'tableoid'
  readonly range: RangeEntry
}

export interface FieldSelect extends Typed {
  readonly kind: 'field'
  readonly arg: Expr
  readonly index: number
}

export interface ArrayExpr extends Typed {
  readonly kind: 'array'
  readonly elements: readonly Expr[]
  /** Elements are arrays themselves. */
  readonly nested: boolean
}

export interface Subscript extends Typed {
  readonly kind: 'subscript'
  readonly base: Expr
  readonly slice: boolean
  readonly lower: readonly (Expr | undefined)[]
  readonly upper: readonly (Expr | undefined)[]
  readonly assign?: Expr
  /** Of jsonb, assigned to: NULL becomes an array, not an object. */
  readonly inArray?: boolean
}

/** A cast that leaves the stored value as it is, or COLLATE. */
export interface Relabel extends Typed {
  readonly kind: 'relabel'
  /** By oid. */
  readonly collation?: number
  readonly cast?: 'implicit' | 'assignment' | 'explicit'
  readonly arg: Expr
}

/** A cast by one type's output function and the other's input function. */
export interface IoCast extends Typed {
  readonly kind: 'ioCast'
  readonly arg: Expr
  readonly explicit: boolean
}

/** A cast of every element of an array. */
export interface ArrayCast extends Typed {
  readonly kind: 'arrayCast'
  readonly cast: 'implicit' | 'assignment' | 'explicit'
  readonly arg: Expr
  readonly element: Expr
}

/** A value that a domain's constraints are checked for. */
export interface DomainCast extends Typed {
  readonly kind: 'domain'
  readonly arg: Expr
  readonly domain: TypeInfo
  /** The domain that the value becomes one of, which may be over this one. */
  readonly named: number
  readonly checks: readonly { readonly name: string; readonly expr: Expr }[]
}

/** current_date and its kin. */
export interface SqlValue extends Typed {
  readonly kind: 'sqlValue'
  readonly name: string
}

/** JSON_OBJECT, JSON_VALUE, IS JSON and their kin. */
export interface SqlJson extends Typed {
  readonly kind: 'sqlJson'
  readonly operation: SqlJsonOperation
  readonly args: readonly Expr[]
}

export interface Default extends Typed {
  readonly kind: 'default'
}

export type Expr =
  | Const
  | Param
  | Column
  | Call
  | Aggregate
  | Grouping
  | WindowCall
  | Bool
  | Not
  | Case
  | Coalesce
  | MinMax
  | NullTest
  | BooleanTest
  | DistinctFrom
  | RowComparison
  | InList
  | ArrayTest
  | Subquery
  | SubqueryTest
  | Placeholder
  | Row
  | WholeRow
  | TableOid
  | FieldSelect
  | ArrayExpr
  | Subscript
  | Relabel
  | IoCast
  | ArrayCast
  | DomainCast
  | SqlValue
  | SqlJson
  | Default
