/** What an implementation of a function in TypeScript looks like. Adding one: see CONTRIBUTING.md. */
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'

/** What a call knows besides its arguments. */
export interface Call extends Environment {
  /** The types of the arguments, polymorphic ones resolved. */
  readonly args: readonly number[]
  readonly result: number
}

/**
 * A function of stored values. `this` is the call. Of a strict function (`pg_proc.proisstrict`) no argument is NULL.
 * @throws PgError as PostgreSQL's function does
 */
export type Scalar = (this: Call, ...args: never[]) => Value

/** A set-returning function: its rows, one value for each of its columns. */
export type SetReturning = (this: Call, ...args: never[]) => Iterable<readonly Value[]>

/**
 * An aggregate: from the arguments of all its rows, in order, to the result. Rows with a NULL argument are left out
 * beforehand when `strict`.
 */
export interface AggregateFunction {
  readonly strict: boolean
  readonly result: (this: Call, rows: readonly (readonly Value[])[], direct: readonly Value[]) => Value
}

/** By the C symbol of the function (`pg_proc.prosrc`). */
export type Scalars = Readonly<Record<string, Scalar>>
