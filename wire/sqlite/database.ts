/** A SQLite database as a session uses it. The hosts differ in who implements this. */
import type { UserFunction } from '../../compiler/lower/context.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'

export type Bindings = Readonly<Record<string, Value>>

const namesOf = new Map<string, string[]>()

/** The values of a row as :v0, :v1 …, or whatever the prefix is. */
export const numbered = (prefix: string, row: readonly Value[]): Bindings => {
  // rows are bound by the million: the names are made once
  const names = namesOf.get(prefix) ?? []
  if (names.length < row.length) {
    for (let at = names.length; at < row.length; at++) names.push(`${prefix}${at}`)
    namesOf.set(prefix, names)
  }
  const bindings: Record<string, Value> = {}
  for (let at = 0; at < row.length; at++) bindings[names[at] ?? ''] = row[at] ?? null
  return bindings
}

/** What the client's transaction does. Savepoints are told by their depth in it, from 1. */
export type TransactionControl =
  | { readonly action: 'begin' | 'begin snapshot' | 'commit' | 'rollback' }
  | { readonly action: 'savepoint' | 'release' | 'rollback to'; readonly depth: number }

/** Who is asked now and then whether a statement may go on: SQLite cannot be stopped from outside. */
export interface Deadline {
  /** @throws PgError 57014 */
  check(): void
}

export interface SqliteDatabase {
  deadline: Deadline | undefined
  /** Where tables that only this session needs are made: SQLite's own place for them, or among all others. */
  readonly temporary: 'TEMP TABLE' | 'TABLE'
  /** A transaction begins and ends when `control` says so, rather than once the statement at hand is done. */
  readonly endsAtOnce: boolean
  /** Makes the functions known under which statements will be prepared; `env` is asked for at each call. */
  define(functions: readonly UserFunction[], env: () => Environment): void
  /** All rows of a query. @throws what the functions throw, or an error of SQLite's own */
  all(sql: string, bindings?: Bindings): Value[][]
  /** Executes a statement. @returns the number of changed rows and the id of the last inserted one */
  run(sql: string, bindings?: Bindings): { readonly changes: number; readonly rowid: bigint }
  /** Does all of a work, or nothing when it throws. Works can do works. */
  transact<Outcome>(work: () => Outcome): Outcome
  /** The transaction that a client has opened, from one statement to the next. */
  control(command: TransactionControl): void
  close(): void
}
