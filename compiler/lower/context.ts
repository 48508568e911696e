/** What lowering knows and gathers: the target, and the functions that SQLite must be given. */
import { type PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Sql } from '../sqlite/tree.ts'
import { call } from '../sqlite/tree.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'

/** What a SQLite can do. Rules ask for a capability, never for a host. */
export type Capability = 'functions' | 'temporary tables'

export interface Target {
  readonly name: 'native' | 'pure'
  has(capability: Capability): boolean
}

const target = (name: Target['name'], ...capabilities: Capability[]): Target => ({
  name,
  has: (capability) => capabilities.includes(capability),
})

/** SQLite with user-defined functions. */
export const NATIVE = target('native', 'functions', 'temporary tables')
/** SQL alone, as in a Durable Object. */
export const PURE = target('pure')

/** A function that SQLite must have before it prepares the statement. */
export type UserFunction =
  | {
      readonly kind: 'scalar'
      readonly name: string
      readonly deterministic: boolean
      readonly run: (env: Environment, args: readonly Value[]) => Value
    }
  | {
      readonly kind: 'aggregate'
      readonly name: string
      readonly run: (env: Environment, rows: readonly (readonly Value[])[]) => Value
    }

export interface Lowering {
  readonly env: Environment
  readonly target: Target
  readonly functions: Map<string, UserFunction>
  /** The oids of the relations that are read. */
  readonly reads: Set<number>
  /** Numbers the names that lowering makes up. */
  readonly serial: { last: number }
  /** What has been said in another way than SQLite's nearest, for people who want to know why. */
  readonly rules: Set<string>
}

export const refuseAt = (feature: string, position: number | undefined): PgError =>
  unsupported(feature, position === undefined ? {} : { position })

/** The call of a function written in TypeScript. @throws PgError 0A000 where the target takes none */
export const callUser = (
  lowering: Lowering,
  name: string,
  args: readonly Sql[],
  run: (env: Environment, args: readonly Value[]) => Value,
  options: { readonly position?: number | undefined; readonly feature?: string; readonly deterministic?: boolean } = {},
): Sql => {
  if (!lowering.target.has('functions')) throw refuseAt(options.feature ?? name.replace(/^pg_/, ''), options.position)
  lowering.rules.add('function of ours')
  if (!lowering.functions.has(name))
    lowering.functions.set(name, { kind: 'scalar', name, deterministic: options.deterministic ?? true, run })
  return call(name, ...args)
}

/** Names of the functions that call what users have written. */
export const ROUTINE_PREFIX = 'routine:'

export const callsRoutines = ({ functions }: Lowering): boolean =>
  [...functions.keys()].some((name) => name.startsWith(ROUTINE_PREFIX))
