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
 * beforehand when `strict`. `compare` tells the order of two rows of an ordered-set aggregate.
 */
export interface AggregateFunction {
  readonly strict: boolean
  readonly result: (
    this: Call,
    rows: readonly (readonly Value[])[],
    direct: readonly Value[],
    compare: (left: readonly Value[], right: readonly Value[]) => number,
  ) => Value
}

/** By the C symbol of the function (`pg_proc.prosrc`). */
export type Scalars = Readonly<Record<string, Scalar>>

/** Functions that are a host's to bring, by C symbol. */
export interface HostFunctions {
  readonly scalars: Scalars
  readonly rows: Readonly<Record<string, SetReturning>>
}

/** A truth value as it is stored. */
export const bool = (value: boolean): bigint => (value ? 1n : 0n)

/**
 * The functions behind the comparison operators of a type, which C names alike: `interval_eq`, `interval_lt` ….
 * @param compared the function that tests the order of two values
 */
export const comparisons = (prefix: string, compared: (test: (order: number) => boolean) => Scalar): Scalars => ({
  [`${prefix}eq`]: compared((order) => order === 0),
  [`${prefix}ne`]: compared((order) => order !== 0),
  [`${prefix}lt`]: compared((order) => order < 0),
  [`${prefix}le`]: compared((order) => order <= 0),
  [`${prefix}gt`]: compared((order) => order > 0),
  [`${prefix}ge`]: compared((order) => order >= 0),
})
