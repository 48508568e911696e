/** What PostgreSQL's background processes would do is done over PGlite, too: vacuum, analyze, checkpoints. */
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SessionState } from '../pglite/session-state.ts'
import { PgServer } from '../server/server.ts'
import { url } from './servers.ts'

let server: PgServer
let sql: postgres.Sql
const warnings: string[] = []

beforeAll(async () => {
  server = await PgServer.start({
    data: ':memory:',
    port: 0,
    backend: 'pglite',
    naptime: 20,
    onWarning: (message) => warnings.push(message),
  })
  sql = postgres(url(server.port), { max: 1, onnotice: () => undefined })
})
afterAll(async () => {
  await sql.end()
  await server.stop()
})

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await delay(20)
}

const statistics = async (table: string): Promise<Record<string, unknown>> => {
  const [row] = await sql`
    SELECT n_dead_tup::int AS dead, vacuum_count::int AS vacuums, analyze_count::int AS analyzes
    FROM pg_stat_all_tables WHERE relid = ${table}::regclass`
  return row ?? {}
}

test('rows that have been updated and deleted leave nothing behind, and the planner knows what there is', async () => {
  await sql`CREATE TABLE changing(id int PRIMARY KEY, n int)`
  await sql`CREATE TABLE "Left alone"(id int PRIMARY KEY, n int) WITH (autovacuum_enabled = off)`
  for (const table of ['changing', '"Left alone"']) {
    await sql.unsafe(`INSERT INTO ${table} SELECT g, 0 FROM generate_series(1, 2000) g`)
    await sql.unsafe(`UPDATE ${table} SET n = n + 1`)
  }
  // one may have come between the rows and their update
  await until(async () => {
    const { vacuums, dead } = await statistics('changing')
    return Number(vacuums) > 0 && dead === 0
  })
  expect(await sql`SELECT reltuples FROM pg_class WHERE oid = 'changing'::regclass`).toEqual([{ reltuples: 2000 }])
  // statistics are told of a second later
  await until(async () => (await statistics('"Left alone"')).dead === 2000)
  expect(await statistics('"Left alone"')).toMatchObject({ vacuums: 0, analyzes: 0 })
})

test('the catalogs are vacuumed, too', async () => {
  for (let at = 0; at < 100; at++) await sql.unsafe('CREATE TABLE passing(a int, b int, c text); DROP TABLE passing')
  await until(async () => Number((await statistics('pg_attribute')).vacuums) > 0)
})

test('the WAL is cut off by checkpoints', async () => {
  const redo = async (): Promise<number> => {
    const [row] = await sql`SELECT (redo_lsn - '0/0')::float8 AS at FROM pg_control_checkpoint()`
    return row?.at
  }
  const before = await redo()
  await sql`CREATE TABLE filled(pad text)`
  await sql`INSERT INTO filled SELECT repeat('x', 1000) FROM generate_series(1, 90000)`
  await until(async () => (await redo()) > before)
})

test('what gives way is cancelled when somebody waits', async () => {
  const database = await server.database('postgres')
  const yielding = database.run((engine) => engine.query('SELECT FROM generate_series(1, 1e12)'), {
    state: new SessionState(0, new Map()),
    onFrames: () => undefined,
    onAwaited: () => database.engine.cancel(),
  })
  await expect(Promise.all([yielding, sql`SELECT 1`])).rejects.toMatchObject({ code: '57014' })
  expect(await sql`SELECT 2 AS two`).toEqual([{ two: 2 }])
})

test('nothing of it has failed', () => {
  expect(warnings).toEqual([])
})
