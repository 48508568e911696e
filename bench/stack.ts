/**
 * The same zero-cache over two Postgres servers: orez, and native PostgreSQL 18.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { NativePostgres } from '../oracle/native-postgres.ts'
import { createLog, type Log } from '../runtimes/node/log.ts'
import { freePort } from '../runtimes/node/ports.ts'
import { ZeroCache } from '../runtimes/node/zero-cache.ts'
import { PgServer } from '../wire/server/server.ts'

export const CONTENDERS = ['orez', 'native'] as const
export type Contender = (typeof CONTENDERS)[number]

/** A Postgres server with an empty database, durable as it is by default. */
export interface Upstream {
  url(database: string): string
  /** Makes ready what zero-cache will ask for. */
  prepare(): Promise<void>
  stop(): Promise<void>
}

const DATABASES = ['zero_change', 'zero_cvr']

const startNative = async (): Promise<Upstream> => {
  const native = await NativePostgres.start()
  return {
    url: (database) => native.url(database),
    prepare: async () => {
      const sql = postgres(native.url(), { max: 1 })
      for (const name of DATABASES) await sql.unsafe(`CREATE DATABASE ${name}`)
      await sql.end()
    },
    stop: () => native.stop(),
  }
}

const startOrez = async (): Promise<Upstream> => {
  const folder = await mkdtemp(join(tmpdir(), 'orez-bench-'))
  const server = await PgServer.start({ data: folder, port: 0 })
  await server.database('postgres')
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${server.port}/${database}`,
    prepare: async () => {
      for (const name of DATABASES) await server.database(name)
    },
    stop: async () => {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const startUpstream = (contender: Contender): Promise<Upstream> =>
  contender === 'orez' ? startOrez() : startNative()

export interface Cache {
  readonly url: string
  /** What it has logged. */
  readonly lines: readonly string[]
  stop(): Promise<void>
}

/** Starts zero-cache and waits until it is healthy. */
export const startCache = async (upstream: Upstream, env: Readonly<Record<string, string>> = {}): Promise<Cache> => {
  const folder = await mkdtemp(join(tmpdir(), 'orez-bench-zero-'))
  const lines: string[] = []
  const log: Log = createLog('silent')
  const port = await freePort(14_848)
  const cache = new ZeroCache({
    port,
    changeStreamerPort: await freePort(port + 1),
    upstreamUrl: upstream.url('postgres'),
    cvrUrl: upstream.url('zero_cvr'),
    changeUrl: upstream.url('zero_change'),
    replicaFile: join(folder, 'replica.db'),
    env: { ZERO_NUM_SYNC_WORKERS: '1', ZERO_ENABLE_TELEMETRY: 'false', ...env },
    cwd: process.cwd(),
    log,
    onLine: (line) => lines.push(line),
  })
  await Promise.all([upstream.prepare(), cache.healthy])
  return {
    url: cache.url,
    lines,
    stop: async () => {
      await cache.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
