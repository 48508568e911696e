/** A SQLite database as a session uses it. The hosts differ in who implements this. */
import type { UserFunction } from '../../compiler/lower/context.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { Environment } from '../../compiler/types/environment.ts'

export type Bindings = Readonly<Record<string, Value>>

export interface SqliteDatabase {
  /** Makes the functions known under which statements will be prepared; `env` is asked for at each call. */
  define(functions: readonly UserFunction[], env: () => Environment): void
  /** All rows of a query. @throws what the functions throw, or an error of SQLite's own */
  all(sql: string, bindings?: Bindings): Value[][]
  /** Executes a statement. @returns the number of changed rows and the id of the last inserted one */
  run(sql: string, bindings?: Bindings): { readonly changes: number; readonly rowid: bigint }
  close(): void
}
