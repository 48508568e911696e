/** What SQL/JSON computes from its arguments. Manual: "SQL/JSON Query Functions", "Creating JSON Data", JSON_TABLE. */
import type { Value } from './value.ts'

/** What stands for a result that is missing or cannot be computed. */
export type JsonBehavior =
  | { readonly kind: 'error' | 'null' }
  /** A value of the result's type. */
  | { readonly kind: 'value'; readonly value: Value }

export interface JsonQuery {
  readonly function: 'exists' | 'value' | 'query'
  readonly wrapper: 'none' | 'conditional' | 'always'
  readonly omitQuotes: boolean
  readonly onEmpty: JsonBehavior
  readonly onError: JsonBehavior
  readonly type: number
  readonly typmod: number
}

export type JsonTableColumn =
  | { readonly kind: 'ordinality' }
  | { readonly kind: 'query'; readonly path: string; readonly query: JsonQuery }

/** A row pattern, the columns of its rows, and the patterns within each of them. */
export interface JsonTablePlan {
  readonly path: string
  readonly columns: readonly { readonly at: number; readonly column: JsonTableColumn }[]
  readonly nested: readonly JsonTablePlan[]
}

export type SqlJsonOperation =
  /** Of keys and values in turn. */
  | { readonly name: 'object'; readonly jsonb: boolean; readonly absentOnNull: boolean; readonly unique: boolean }
  | { readonly name: 'array'; readonly jsonb: boolean; readonly absentOnNull: boolean }
  /** JSON() of a text, whose objects must have no key twice. */
  | { readonly name: 'parse' }
  | { readonly name: 'scalar'; readonly jsonb: boolean }
  | { readonly name: 'is'; readonly shape: 'value' | 'object' | 'array' | 'scalar'; readonly unique: boolean }
  /** Of a document, a path, and the values of the path's variables. */
  | { readonly name: 'query'; readonly variables: readonly string[]; readonly query: JsonQuery }
  /** Of a document and the values of the paths' variables. */
  | {
      readonly name: 'table'
      readonly variables: readonly string[]
      readonly plan: JsonTablePlan
      readonly width: number
      readonly errorOnError: boolean
    }
