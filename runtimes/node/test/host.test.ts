/**
 * The host: what it is told, in which order it does things, and that nothing outlives it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from '@rocicorp/zero-sqlite3'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MigrationError, OptionError, type Orez, type OrezOptions, startOrez } from '../index.ts'

const CLI = join(import.meta.dirname, '../cli/orez.ts')

let folder: string
let running: Orez[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-host-'))
})
afterEach(async () => {
  for (const orez of running.splice(0)) await orez.stop()
  await rm(folder, { recursive: true, force: true })
})

const start = async (options: OrezOptions = {}): Promise<Orez> => {
  const orez = await startOrez(
    { logLevel: 'silent', pgPort: 16_432, zeroPort: 16_848, zeroCache: false, ...options },
    folder,
  )
  running.push(orez)
  return orez
}

const stop = async (orez: Orez): Promise<void> => {
  running = running.filter((one) => one !== orez)
  await orez.stop()
}

const write = async (name: string, text: string): Promise<void> => {
  await mkdir(join(folder, name, '..'), { recursive: true })
  await writeFile(join(folder, name), text)
}

/** Runs one query on the app's database. */
const ask = async (orez: Orez, query: string): Promise<unknown[]> => {
  const sql = postgres(orez.pgUrl, { max: 1, onnotice: () => undefined })
  try {
    return [...(await sql.unsafe(query))]
  } finally {
    await sql.end()
  }
}

describe('options', () => {
  test.each<[string, object, string]>([
    ['an unknown name', { nosuch: 1 }, 'unknown option "nosuch"'],
    ['a port out of range', { pgPort: 70_000 }, 'pgPort must be a port from 1 to 65535, not 70000'],
    ['an unknown level', { logLevel: 'loud' }, 'logLevel must be one of silent, error, warn, info, debug, not "loud"'],
    ['an unknown backend', { backend: 'mysql' as 'sqlite' }, 'backend must be one of pglite, sqlite, not "mysql"'],
    ['a folder for nothing', { ephemeral: true, dataDir: 'x' }, 'ephemeral keeps nothing, so it cannot have a dataDir'],
    ['an empty password', { password: '' }, 'password must not be empty'],
  ])('%s is an error that names it', async (_name, options, message) => {
    const attempt = (async () => startOrez(options as OrezOptions, folder))()
    await expect(attempt).rejects.toThrow(new OptionError(message))
    expect(await readdir(folder)).toEqual([])
  })

  test('a taken port gives way to the next free one', async () => {
    const taken = createServer().listen(16_432, '127.0.0.1')
    await once(taken, 'listening')
    const orez = await start()
    expect(Number(new URL(orez.pgUrl).port)).toBeGreaterThan(16_432)
    taken.close()
  })

  test('user and password are asked for', async () => {
    const orez = await start({ user: 'app', password: 'p@ss/word' })
    expect(await ask(orez, 'SELECT current_user::text AS user')).toEqual([{ user: 'app' }])
    const url = new URL(orez.pgUrl)
    url.password = 'wrong'
    const sql = postgres(url.href, { max: 1 })
    await expect(sql`SELECT 1`).rejects.toThrow('password authentication failed for user "app"')
    await sql.end()
  })

  test('--ephemeral keeps nothing', async () => {
    const orez = await start({ ephemeral: true })
    await ask(orez, 'CREATE TABLE gone(x int)')
    await stop(orez)
    expect(await readdir(folder)).toEqual([])
  })
})

describe('migrations and seed', () => {
  test('are applied in order, once, each as a whole', async () => {
    await write('m/0001.sql', 'CREATE TABLE t(id int PRIMARY KEY); INSERT INTO t VALUES (1)')
    await write('m/0002/migration.sql', 'BEGIN; INSERT INTO t VALUES (2); COMMIT')
    await write('m/0002/undo.down.sql', 'DROP TABLE t')
    await write('seed.sql', 'INSERT INTO t SELECT g FROM generate_series(10, 12) g')
    const first = await start({ migrations: 'm', seed: 'seed.sql' })
    expect(await ask(first, 'SELECT array_agg(id ORDER BY id) AS ids FROM t')).toEqual([{ ids: [1, 2, 10, 11, 12] }])
    await ask(first, 'DELETE FROM t WHERE id > 9')
    await stop(first)
    await write('m/0003.sql', 'INSERT INTO t VALUES (3)')
    const second = await start({ migrations: 'm', seed: 'seed.sql' })
    expect(await ask(second, 'SELECT array_agg(id ORDER BY id) AS ids FROM t')).toEqual([{ ids: [1, 2, 3] }])
  })

  test('one that fails says where, and leaves nothing', async () => {
    await write('m/1.sql', 'CREATE TABLE t(id int);\nINSERT INTO t\n  VALUES (1, 2);')
    await expect(start({ migrations: 'm' })).rejects.toThrow(
      new MigrationError('1.sql:3:14: INSERT has more expressions than target columns'),
    )
    await write('m/1.sql', 'CREATE TABLE t(id int)')
    const orez = await start({ migrations: 'm' })
    expect(await ask(orez, 'SELECT * FROM t')).toEqual([])
  })

  test('one that was edited or removed is noticed', async () => {
    await write('m/1.sql', 'CREATE TABLE t(id int)')
    await stop(await start({ migrations: 'm' }))
    await write('m/1.sql', 'CREATE TABLE t(id bigint)')
    await expect(start({ migrations: 'm' })).rejects.toThrow('1.sql has been changed since it was applied')
    await rm(join(folder, 'm/1.sql'))
    await expect(start({ migrations: 'm' })).rejects.toThrow(/1\.sql has been applied, but is not in/)
    await expect(start({ migrations: 'nosuch' })).rejects.toThrow(/cannot read the migrations folder/)
  })

  test('a seed may be a module', async () => {
    await write('seed.mjs', 'export default async (sql) => { await sql`CREATE TABLE made AS SELECT 42 AS x` }')
    const orez = await start({ seed: 'seed.mjs' })
    expect(await ask(orez, 'SELECT x FROM made')).toEqual([{ x: 42 }])
    await write('empty.mjs', 'export const x = 1')
    await expect(start({ seed: 'empty.mjs', dataDir: 'other' })).rejects.toThrow(
      'has no function as its default export',
    )
  })
})

describe('hooks', () => {
  test('a command that must succeed gets the URL, and stops the start when it fails', async () => {
    await start({ onDbReady: 'printf %s "$OREZ_PG_URL" > url.txt' })
    expect(await readFile(join(folder, 'url.txt'), 'utf8')).toMatch(
      /^postgres:\/\/postgres@127\.0\.0\.1:\d+\/postgres$/,
    )
    await expect(start({ dataDir: 'other', onDbReady: 'exit 3' })).rejects.toThrow(
      'the command "exit 3" failed (exit code 3)',
    )
  })

  test('a background command ends with the host, and its children with it', async () => {
    const orez = await start({ onHealthy: 'sleep 1000 & echo $! > pid.txt; echo $$ > shell.txt; wait' })
    const pids = async (): Promise<number[]> =>
      Promise.all(['pid.txt', 'shell.txt'].map(async (name) => Number(await readFile(join(folder, name), 'utf8'))))
    while (!existsSync(join(folder, 'shell.txt'))) await new Promise((resolve) => setImmediate(resolve))
    const started = await pids()
    await stop(orez)
    for (const pid of started) await waitUntil(async () => !(await runs(pid)))
  })

  test('functions are called in their turn', async () => {
    const calls: string[] = []
    await start({
      onDbReady: ({ zeroUrl }) => void calls.push(`db ${zeroUrl}`),
      onHealthy: ({ pgUrl }) => void calls.push(`healthy ${new URL(pgUrl).pathname}`),
    })
    expect(calls).toEqual(['db undefined', 'healthy /postgres'])
  })
})

/** Whether a process runs; one that has ended may wait for its parent to notice. */
const runs = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !stat.includes(') Z ')
}

/** What zero-cache has replicated of a table, as text; undefined while it has no such table. */
const replica = (dataDir: string, query: string): string | undefined => {
  const db = new Database(join(dataDir, 'zero/replica.db'), { readonly: true })
  try {
    return JSON.stringify(db.prepare(query).all())
  } catch {
    return undefined
  } finally {
    db.close()
  }
}

const waitUntil = async (holds: () => Promise<boolean> | boolean): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe('zero-cache', () => {
  test('killed again and again in mid-stream, it loses nothing and has nothing twice', async () => {
    await write('m/1.sql', 'CREATE TABLE t(id int PRIMARY KEY, n int NOT NULL, v text)')
    const orez = await start({ migrations: 'm', zeroCache: true })
    const sql = postgres(orez.pgUrl, { max: 1 })
    let kills = 0
    let next = 1
    const killer = (async () => {
      for (; kills < 3; kills++) {
        const pid = orez.zeroPid
        await waitUntil(() => next > (kills + 1) * 300)
        if (pid !== undefined) process.kill(-pid, 'SIGKILL')
        await waitUntil(() => orez.zeroPid !== pid)
      }
    })()
    while (kills < 3) {
      await sql`INSERT INTO t VALUES (${next}, 0, ${'x'.repeat(next % 50)})`
      await sql`UPDATE t SET n = n + 1 WHERE id = ${Math.ceil(next / 2)}`
      if (next % 10 === 0) await sql`DELETE FROM t WHERE id = ${next - 5}`
      next++
    }
    await killer
    const query = 'SELECT id, n, v FROM t ORDER BY id'
    const upstream = JSON.stringify([...(await sql.unsafe(query))])
    await waitUntil(() => replica(join(folder, '.orez'), query) === upstream)
    const [slot] = await sql`SELECT count(*)::int AS slots FROM pg_replication_slots`
    expect(slot).toEqual({ slots: 1 })
    await sql.end()
  }, 120_000)
})

/** The command, in a process of its own; resolves when it says that it is ready. */
const runCli = async (
  args: readonly string[],
  cwd: string,
): Promise<{ pid: number; pgUrl: string; exited: Promise<unknown>; kill: (signal: NodeJS.Signals) => void }> => {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' },
  })
  const exited = once(child, 'exit')
  let output = ''
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      output += text.toString()
      const url = /Postgres\s+(\S+)/.exec(output)?.[1]
      if (output.includes('is ready') && url !== undefined) resolve(url)
    })
  }
  void exited.then(() => reject(new Error(output)))
  return { pid: child.pid ?? 0, pgUrl: await promise, exited, kill: (signal) => void child.kill(signal) }
}

/** Processes that have a text in their environment: whatever a test's host has started. */
const processesWith = async (text: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async (pid) =>
      (await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).includes(text) ? [pid] : [],
    ),
  )
  return found.flat().filter((pid) => pid !== process.pid)
}

describe('the command', () => {
  test('reads orez.config.ts, and flags come first', async () => {
    await write('m/1.sql', 'CREATE TABLE t(id int)')
    await write(
      'orez.config.ts',
      `export default { migrations: 'm', pgPort: 16500, zeroCache: false, logLevel: 'error' as const }`,
    )
    const run = await runCli(['--pg-port', '16600'], folder)
    expect(new URL(run.pgUrl).port).toBe('16600')
    const sql = postgres(run.pgUrl, { max: 1 })
    expect([...(await sql`SELECT * FROM t`)]).toEqual([])
    await sql.end()
    run.kill('SIGTERM')
    expect(await run.exited).toEqual([0, null])
  })

  test.each([
    ['a bad port', ['--pg-port', '99999999'], 'A port is a number from 1 to 65535.'],
    ['an unknown flag', ['--nosuch'], "unknown option '--nosuch'"],
    ['a configuration file that is not there', ['--config', 'nosuch.ts'], 'nosuch'],
    ['a variable without a value', ['--env', 'NAME'], 'Write NAME=VALUE.'],
  ])('says what is wrong with %s', async (_name, args, message) => {
    await expect(runCli(args, folder)).rejects.toThrow(message)
  })

  test('killed as a whole in mid-stream, it has all that was acknowledged, once, when it is started again', async () => {
    await write('m/1.sql', 'CREATE TABLE t(id int PRIMARY KEY, n int NOT NULL)')
    const args = ['--migrations', 'm', '--pg-port', '16900', '--zero-port', '17000', '--log-level', 'error']
    let next = 1
    for (let round = 0; round < 2; round++) {
      const run = await runCli(args, folder)
      const sql = postgres(run.pgUrl, { max: 1, max_lifetime: null })
      const writing = (async () => {
        for (;;) {
          await sql`INSERT INTO t VALUES (${next}, 0) ON CONFLICT (id) DO UPDATE SET n = t.n`
          await sql`UPDATE t SET n = id WHERE id = ${next}`
          next++
        }
      })().catch(() => undefined)
      const goal = next + 150
      await waitUntil(() => next > goal)
      run.kill('SIGKILL')
      await run.exited
      await writing
      await sql.end({ timeout: 0 })
    }
    const run = await runCli(args, folder)
    const sql = postgres(run.pgUrl, { max: 1 })
    const query = 'SELECT id, n FROM t ORDER BY id'
    const rows = [...(await sql.unsafe(query))]
    const acknowledged = rows.slice(0, next - 1)
    expect(acknowledged).toEqual(Array.from({ length: next - 1 }, (_, at) => ({ id: at + 1, n: at + 1 })))
    await waitUntil(() => replica(join(folder, '.orez'), query) === JSON.stringify(rows))
    await sql.end()
    run.kill('SIGINT')
    await run.exited
  }, 120_000)

  test.each(['SIGINT', 'SIGKILL'] as const)('nothing is left of it after %s', async (signal) => {
    const mark = `OREZ_TEST_MARK=${folder}`
    const [name = '', value = ''] = mark.split('=')
    process.env[name] = value
    const run = await runCli(
      ['--pg-port', '16700', '--zero-port', '16800', '--log-level', 'error', '--on-healthy', 'sleep 1000'],
      folder,
    )
    delete process.env[name]
    expect((await processesWith(mark)).length).toBeGreaterThan(6)
    run.kill(signal)
    await run.exited
    await waitUntil(async () => (await processesWith(mark)).length === 0)
  })
})
