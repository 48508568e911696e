/**
 * What an expression can see while it is bound: the statement's session, the ranges and common table expressions of its
 * query, and those of the queries around it (PostgreSQL's `ParseState`).
 */

import type { Node } from '@pgsql/types'
import { type ErrorFields, PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { Expr } from '../tree/expression.ts'
import type { Cte, RangeEntry, WindowDefinition } from '../tree/query.ts'
import type { WatchedClock } from '../types/clock.ts'
import type { Parameter } from './parameter.ts'
import type { Need } from './permission.ts'
import type { Settings } from './settings.ts'
import type { Variable, Variables } from './variable.ts'

/** Where an expression stands; decides what it may contain. */
export type Clause =
  | 'target'
  | 'where'
  | 'having'
  | 'group by'
  | 'order by'
  | 'distinct on'
  | 'join on'
  | 'limit'
  | 'offset'
  | 'values'
  | 'insert target'
  | 'update target'
  | 'returning'
  | 'function in from'
  | 'subselect'
  | 'filter'
  | 'aggregate'
  | 'window'
  | 'window partition'
  | 'window order'
  | 'window frame'
  | 'check'
  | 'default'
  | 'index expression'
  | 'index predicate'
  | 'generated column'
  | 'partition key'
  | 'partition bound'
  | 'merge when'
  | 'execute'
  | 'trigger when'
  | 'from subquery'
  | 'domain check'
  | 'call'
  | 'using'

/** A table, or a view, whose rows a query locks. */
export interface LockedTable {
  /** FOR UPDATE, FOR SHARE … */
  readonly lock: string
  /** NOWAIT: it is an error to have to wait. */
  readonly waits: boolean
  readonly relation: RelationInfo
}

/** One statement's binding: what all its scopes share. */
export interface Statement {
  readonly catalog: Catalog
  readonly settings: Settings
  /** Types of the parameters $1, $2 …; filled in where the statement leaves them open. */
  readonly parameters: number[]
  /** Where a parameter of a type still open has been taken as one of any type. */
  readonly openParameters: Parameter[]
  /** Parameters may be used at all. */
  readonly parametrised: boolean
  /** WITH queries of the whole statement that change rows; what they return is in tables by then. */
  readonly stored?: ReadonlyMap<string, Cte>
  /** It was made earlier: what its names mean has been looked up then. */
  readonly isStored?: boolean
  /** Its tree is to be shown as it was written: what a tree would lose is noted in it, or refused. */
  readonly written?: boolean
  /** Those of the routine that the statement stands in. */
  readonly variables: Variables | undefined
  /** The variables that parameters stand for. */
  readonly captured: (Variable | undefined)[]
  /** What FOR UPDATE and its kin lock. */
  readonly locked: LockedTable[]
  /** The role whose rights on tables are looked at: of those that a view reads, the view's owner. */
  readonly checkAs: number
  /** What it must be allowed to. */
  readonly needs: Need[]
  /** The WITH queries that are being bound, from the outermost. */
  readonly withQueries: Cte[]
  /** Errors in its constants (see Environment). */
  readonly planningErrors: PgError[] | undefined
  /** Whether there are others than those of the types. */
  readonly collations: { areOfInterest: boolean }
  /** Names in SQLite that are taken. */
  readonly aliases: Set<string>
  readonly clock: WatchedClock
  /** 1-based character position of a node's byte offset. */
  position(location: number | undefined): number | undefined
  /** How many characters lie before a text that a literal at a byte offset holds as it is, or -1. */
  bodyStart(location: number, text: string): number
  notice(code: string, message: string): void
}

/** A name in FROM with the columns it offers. */
export interface NamespaceItem {
  readonly name: string | undefined
  readonly schema: string | undefined
  readonly columns: readonly { readonly name: string; readonly expr: Expr }[]
  readonly range: RangeEntry | undefined
  /** All of it as one value, where it is no range. */
  readonly row?: Expr
  /** How many of the columns, the last ones, a star does not stand for. */
  readonly unexpanded?: number
  /** Its columns can be named without it. */
  readonly columnsVisible: boolean
  readonly nameVisible: boolean
  /** Cannot be used here: it stands beside, not before, a LATERAL item. */
  lateralOnly: boolean
  lateralOk: boolean
}

export interface Scope {
  readonly statement: Statement
  readonly parent: Scope | undefined
  readonly depth: number
  items: NamespaceItem[]
  readonly ctes: Map<string, Cte>
  clause: Clause
  readonly windows: WindowDefinition[]
  readonly windowNames: Map<string, number>
  aggregated: boolean
  /** A subquery holds an aggregate of this query. */
  outerAggregates?: boolean
  windowed: boolean
  setReturning: boolean
  /** The FROM item at hand may see those before it. */
  lateralActive: boolean

  /** Names that stand for given expressions: VALUE in a domain, a function's arguments. */
  readonly hook?: (fields: readonly string[], position: number | undefined) => Expr | undefined
}

/** The scope of a statement's outermost query. */
export const rootScope = (statement: Statement, extra: Partial<Scope> = {}): Scope => ({
  statement,
  parent: undefined,
  depth: 0,
  items: [],
  ctes: new Map(),
  clause: 'target',
  windows: [],
  windowNames: new Map(),
  aggregated: false,
  windowed: false,
  setReturning: false,
  lateralActive: false,
  ...extra,
})

/** A scope for a query inside another one. */
export const childScope = (parent: Scope, clause: Clause = 'target'): Scope =>
  rootScope(parent.statement, { parent, depth: parent.depth + 1, clause })

/** Runs `bind` with the scope's clause set to `clause`. */
export const inClause = <Result>(scope: Scope, clause: Clause, bind: () => Result): Result => {
  const before = scope.clause
  scope.clause = clause
  try {
    return bind()
  } finally {
    scope.clause = before
  }
}

/** A name for the SQLite query that no other range of the statement has. */
export const uniqueAlias = (statement: Statement, name: string): string => {
  const taken = (alias: string): boolean => statement.aliases.has(alias.toLowerCase())
  let alias = name === '' ? 'q' : name
  for (let count = 2; taken(alias); count++) alias = `${name === '' ? 'q' : name}_${count}`
  statement.aliases.add(alias.toLowerCase())
  return alias
}

/** An error with the position of the node at fault. */
export const errorAt = (
  scope: Scope,
  location: number | undefined,
  code: string,
  message: string,
  fields: ErrorFields = {},
): PgError => {
  const position = scope.statement.position(location)
  return new PgError(code, message, position === undefined ? fields : { ...fields, position })
}

export const refuse = (scope: Scope, feature: string, location?: number): PgError => {
  const position = scope.statement.position(location)
  return unsupported(feature, position === undefined ? {} : { position })
}

/** A node's tag and contents: libpg_query gives an object with one key. */
export const open = (node: Node): [tag: string, body: Record<string, unknown>] => {
  for (const tag in node) return [tag, node[tag as keyof Node]]
  throw new Error('an empty node')
}

/**
 * Nothing is dropped in silence: what a rule did not name must be absent.
 * @throws PgError 0A000 naming the node and the clause
 */
export const nothingElse = (scope: Scope, node: string, rest: Readonly<Record<string, unknown>>): void => {
  for (const clause in rest) {
    const value = rest[clause]
    if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue
    throw refuse(scope, `${clause} of ${node}`)
  }
}
