/**
 * What the node host can be told: by flags, by `orez.config.ts`, or by a call of `startOrez`.
 */
import { join, resolve } from 'node:path'
import type { Backend } from '../../wire/server/server.ts'

/** Least severe messages that are shown. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Where a part of the stack can be reached, for hooks. */
export interface OrezUrls {
  readonly pgUrl: string
  /** Undefined without zero-cache. */
  readonly zeroUrl: string | undefined
}

/** A shell command, or a function of the configuration file or caller. */
export type Hook = string | ((urls: OrezUrls) => void | Promise<void>)

export interface OrezOptions {
  /** Folder of all durable state. Default `.orez`. */
  readonly dataDir?: string
  /** Keep nothing: state lives in a temporary folder that goes with the host. */
  readonly ephemeral?: boolean
  /** Address that Postgres listens on. Default 127.0.0.1. */
  readonly host?: string
  /** Wanted Postgres port; the next free one if it is taken. Default 5432. */
  readonly pgPort?: number
  /** Wanted zero-cache port; the next free one if it is taken. Default 4848. */
  readonly zeroPort?: number
  /** Role that clients log in as, made if it does not exist. Default `postgres`. */
  readonly user?: string
  /** With a password, clients log in with SCRAM-SHA-256. */
  readonly password?: string
  /** Folder of `.sql` files, applied in the order of their names, each once. */
  readonly migrations?: string
  /** A `.sql` file, or a module whose default export takes a postgres.js client; runs once per data folder. */
  readonly seed?: string
  /** Default `info`. */
  readonly logLevel?: LogLevel
  /** Set to false to run Postgres alone. */
  readonly zeroCache?: boolean
  /** Runs once Postgres is ready and migrated; zero-cache starts when it has succeeded. */
  readonly onDbReady?: Hook
  /** Runs once everything is healthy. A command goes on in the background and ends with the host. */
  readonly onHealthy?: Hook
  /** Environment for zero-cache (`ZERO_…`), on top of the host's own. */
  readonly env?: Readonly<Record<string, string>>
  /** A replication slot that lags this many changes behind is invalidated. Default: changes are kept for any slot. */
  readonly maxSlotLag?: number
  /** What stores the data: PostgreSQL in WebAssembly, or SQLite behind orez's compiler. Default `pglite`. */
  readonly backend?: Backend
}

export const BACKENDS: readonly Backend[] = ['pglite', 'sqlite']

/** For `orez.config.ts`: gives the object its type. */
export const defineConfig = (options: OrezOptions): OrezOptions => options

/** Options with defaults filled in and paths made absolute. */
export interface Settings
  extends Required<Omit<OrezOptions, 'password' | 'migrations' | 'seed' | 'onDbReady' | 'onHealthy' | 'maxSlotLag'>> {
  readonly password: string | undefined
  readonly migrations: string | undefined
  readonly seed: string | undefined
  readonly maxSlotLag: number | undefined
  readonly onDbReady: Hook | undefined
  readonly onHealthy: Hook | undefined
}

/** An option that makes no sense: reported to whoever wrote it. */
export class OptionError extends Error {
  override readonly name = 'OptionError'
}

const checkPort = (name: string, port: number): number => {
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new OptionError(`${name} must be a port from 1 to 65535, not ${port}`)
  return port
}

const checkLag = (changes: number | undefined): number | undefined => {
  if (changes !== undefined && (!Number.isSafeInteger(changes) || changes < 1))
    throw new OptionError(`maxSlotLag must be a number of changes, not ${changes}`)
  return changes
}

const checkUser = (user: string, backend: Backend | undefined): string => {
  if (backend === 'sqlite' && user !== 'postgres') throw new OptionError('the sqlite backend has one role, postgres')
  return user
}

const oneOf = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((one) => one === value)
  if (found === undefined) throw new OptionError(`${name} must be one of ${allowed.join(', ')}, not "${value}"`)
  return found
}

/** Every option there is; the type sees to it that none is forgotten. */
const NAMES: Readonly<Record<keyof OrezOptions, true>> = {
  dataDir: true,
  ephemeral: true,
  host: true,
  pgPort: true,
  zeroPort: true,
  user: true,
  password: true,
  migrations: true,
  seed: true,
  logLevel: true,
  zeroCache: true,
  onDbReady: true,
  onHealthy: true,
  env: true,
  maxSlotLag: true,
  backend: true,
}

/**
 * Checks options and fills in defaults.
 * @param cwd what relative paths are relative to
 * @throws OptionError naming the option
 */
export const resolveOptions = (options: OrezOptions, cwd: string): Settings => {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(NAMES, name))
  if (unknown !== undefined) throw new OptionError(`unknown option "${unknown}"`)
  const path = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : resolve(cwd, value)
  if (options.password === '') throw new OptionError('password must not be empty')
  if (options.ephemeral === true && options.dataDir !== undefined) {
    throw new OptionError('ephemeral keeps nothing, so it cannot have a dataDir')
  }
  return {
    dataDir: path(options.dataDir) ?? join(cwd, '.orez'),
    ephemeral: options.ephemeral ?? false,
    host: options.host ?? '127.0.0.1',
    pgPort: checkPort('pgPort', options.pgPort ?? 5432),
    zeroPort: checkPort('zeroPort', options.zeroPort ?? 4848),
    user: checkUser(options.user ?? 'postgres', options.backend),
    password: options.password,
    migrations: path(options.migrations),
    seed: path(options.seed),
    logLevel: oneOf('logLevel', options.logLevel ?? 'info', LOG_LEVELS),
    zeroCache: options.zeroCache ?? true,
    onDbReady: options.onDbReady,
    onHealthy: options.onHealthy,
    env: options.env ?? {},
    maxSlotLag: checkLag(options.maxSlotLag),
    backend: oneOf('backend', options.backend ?? 'pglite', BACKENDS),
  }
}
