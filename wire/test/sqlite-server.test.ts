/** A server over SQLite: several clients, drivers, and what a file keeps. */
import { once } from 'node:events'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { protocolCampaign } from '../../oracle/nemesis/protocol-campaign.ts'
import { PgServer } from '../server/server.ts'
import { url } from './servers.ts'

const start = (data: string): Promise<PgServer> => PgServer.start({ data, port: 0, backend: 'sqlite' })

const client = (server: PgServer, options: postgres.Options<Record<string, never>> = {}): postgres.Sql =>
  postgres(url(server.port), { max: 1, onnotice: () => undefined, ...options })

describe('several clients', () => {
  let server: PgServer
  let a: postgres.Sql
  let b: postgres.Sql
  beforeAll(async () => {
    server = await start(':memory:')
    a = client(server)
    b = client(server)
  })
  afterAll(async () => {
    await Promise.all([a.end(), b.end()])
    await server.stop()
  })

  test('see what others have committed, and nothing else', async () => {
    await a`create table seen (id int primary key, n int)`
    const { reserve } = a
    const one = await reserve.call(a)
    await one`begin`
    await one`insert into seen values (1, 1)`
    expect(await b`select * from seen`).toEqual([])
    await one`commit`
    one.release()
    expect(await b`select * from seen`).toEqual([{ id: 1, n: 1 }])
  })

  test('wait for their turn to write, and then see what was written before', async () => {
    await a`create table counted (n int)`
    await a`insert into counted values (0)`
    const clients = Array.from({ length: 6 }, () => client(server))
    await Promise.all(
      clients.map(async (sql) => {
        for (let count = 0; count < 20; count++)
          await sql.begin(async (tx) => {
            const [row] = await tx`update counted set n = n + 1 returning n`
            expect(row?.n).toBeGreaterThan(0)
          })
        await sql.end()
      }),
    )
    expect(await a`select n from counted`).toEqual([{ n: 120 }])
  })

  test.each([
    'select n from held for update',
    'select (select n from held where n > 0 for share) as n',
    'with w as (select n from held for no key update) select * from w',
    'lock table held; select n from held',
    'lock table only held in share row exclusive mode; select n from held',
  ])('wait for those who have locked rows, and then see what they have written: %s', async (lock) => {
    await a.unsafe('drop table if exists held; create table held (n int); insert into held values (1)').simple()
    const [one, two] = [await a.reserve(), await b.reserve()]
    await one`begin`
    await two`begin`
    expect((await one.unsafe(lock).simple()).flat().at(-1)).toEqual({ n: 1 })
    await expect(two.unsafe('lock table held in exclusive mode nowait')).rejects.toMatchObject({ code: '55P03' })
    await two`rollback`
    await expect(two`select * from held for update nowait`).rejects.toMatchObject({
      code: '55P03',
      message: 'could not obtain lock on row in relation "held"',
    })
    await two`begin`
    const waiting = two.unsafe(lock).simple()
    await one`update held set n = n + 1`
    await one`commit`
    expect((await waiting).flat().at(-1)).toEqual({ n: 2 })
    await two`commit`
    one.release()
    two.release()
  })

  test('see schema changes of others, with statements that they have prepared before', async () => {
    await a`create table changing (x int)`
    await b`insert into changing values (${1})`
    await a`alter table changing add column y text default 'new'`
    expect(await b`select * from changing where x = ${1}`).toEqual([{ x: 1, y: 'new' }])
    await a`drop table changing`
    await expect(b`select * from changing where x = ${1}`).rejects.toMatchObject({ code: '42P01' })
  })

  test('see one state of the database in REPEATABLE READ, and cannot write over what came later', async () => {
    await a`create table repeated (n int)`
    await a`insert into repeated values (1)`
    const one = await a.reserve()
    await one`begin isolation level repeatable read`
    expect(await one`select * from repeated`).toEqual([{ n: 1 }])
    await b`insert into repeated values (2)`
    await b`create table later (x int)`
    expect(await one`select * from repeated`).toEqual([{ n: 1 }])
    await one`savepoint s`
    await expect(one`select * from later`).rejects.toMatchObject({ code: '42P01' })
    await one`rollback to s`
    await expect(one`update repeated set n = n + 1`).rejects.toMatchObject({ code: '40001' })
    await one`rollback`
    await one`begin isolation level repeatable read`
    await one`update repeated set n = n + 1`
    await one`commit`
    expect(await one`select * from repeated order by n`).toEqual([{ n: 2 }, { n: 3 }])
    one.release()
  })

  test('draw from one sequence, whatever is rolled back', async () => {
    await a`create sequence drawn`
    const values = await Promise.all([a, b, a, b].map((sql) => sql`select nextval('drawn')`))
    expect(new Set(values.map(([row]) => row?.nextval)).size).toBe(4)
    await a
      .begin(async (tx) => {
        await tx`select nextval('drawn')`
        throw new Error('rolled back')
      })
      .catch(() => undefined)
    expect(await b`select nextval('drawn')`).toEqual([{ nextval: '6' }])
  })

  test('have temporary tables of their own', async () => {
    await a`create table mixed (n int)`
    const one = await a.reserve()
    const two = await b.reserve()
    await one`create temp table mine (n int)`
    await two`create temp table mine (t text)`
    await one`create temp table mixed as select 'temporary' as what`
    await one`insert into mine values (1)`
    await two`insert into mine values ('two')`
    await two`insert into mixed values (5)`
    await two`create table others (x int)`
    expect(await one`select * from mine, mixed`).toEqual([{ n: 1, what: 'temporary' }])
    expect(await two`select * from mine, mixed`).toEqual([{ t: 'two', n: 5 }])
    await one`create index on mine (n)`
    await one`alter table mine add column more text default 'x'`
    await one`begin`
    await one`drop table mixed`
    expect(await one`select count(*)::int as n from mixed, others`).toEqual([{ n: 0 }])
    await one`rollback`
    expect(await one`select * from mine, mixed`).toEqual([{ n: 1, more: 'x', what: 'temporary' }])
    one.release()
    two.release()
    const fresh = client(server)
    await expect(fresh`select * from mine`).rejects.toMatchObject({ code: '42P01' })
    expect(await fresh`select * from mixed`).toEqual([{ n: 5 }])
    await fresh.end()
  })

  test('share advisory locks, and wait for them', async () => {
    const one = await a.reserve()
    const two = await b.reserve()
    await one`select pg_advisory_lock(7)`
    expect(await two`select pg_try_advisory_lock(7) as got`).toEqual([{ got: false }])
    const waiting = two`select pg_advisory_lock(7)`.then(() => 'got it')
    expect(await one`select pg_advisory_unlock(7) as released`).toEqual([{ released: true }])
    expect(await waiting).toBe('got it')
    await two`select pg_advisory_unlock(7)`
    one.release()
    two.release()
  })

  test('give up waiting when lock_timeout or a cancel request says so', async () => {
    const one = await a.reserve()
    await one`begin`
    await one`create table locked (x int)`
    const two = await b.reserve()
    await two`set lock_timeout = 20`
    await expect(two`create table other (x int)`).rejects.toMatchObject({ code: '55P03' })
    await two`set lock_timeout = 0`
    const query = two`create table other (x int)`
    const failed = expect(query).rejects.toMatchObject({ code: '57014' })
    query.cancel()
    await failed
    await one`rollback`
    one.release()
    two.release()
  })

  test('that disconnect in a transaction leave nothing, and let others go on', async () => {
    const gone = new pg.Client(url(server.port))
    gone.on('error', () => undefined)
    await gone.connect()
    await gone.query('begin')
    await gone.query('create table never (x int)')
    const next = a`create table next (x int)`
    const connection = (gone as unknown as { connection: { stream: { destroy(): void } } }).connection
    connection.stream.destroy()
    await next
    await expect(b`select * from never`).rejects.toMatchObject({ code: '42P01' })
  })

  test('copy rows in, by the thousand', async () => {
    await a`create table copied (id int primary key, name text)`
    const stream = await a`copy copied from stdin`.writable()
    for (let id = 0; id < 5000; id++) stream.write(`${id}\tname ${id}\n`)
    stream.end()
    await once(stream, 'finish')
    expect(await b`select count(*)::int as n, max(id) as last from copied`).toEqual([{ n: 5000, last: 4999 }])
  })

  test('are not harmed by hostile messages of others', async () => {
    await protocolCampaign({ port: server.port, messages: 2_000, seed: 1 })
  })

  test('take values in binary format as they are', async () => {
    const plain = new pg.Client(url(server.port))
    await plain.connect()
    const sql =
      "select true as b, 7::int2 as i2, -8::int4 as i4, 2.5::float8 as f8, 'x'::text as t, '\\x0102'::bytea as y, timestamptz '2024-05-06 07:08:09.123+00' as tz"
    const text = await plain.query({ text: sql })
    const binary = await plain.query({ text: sql, binary: true } as pg.QueryConfig)
    expect(binary.rows).toEqual(text.rows)
    await plain.end()
  })
})

describe('a file', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orez-test-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('keeps rows, schema, sequences and indexes on expressions', async () => {
    const before = await start(folder)
    const sql = client(before)
    await sql.unsafe(`
      create type mood as enum ('sad', 'happy');
      create table kept (id serial primary key, name text not null, mood mood default 'sad', amount numeric(8,2));
      create unique index kept_lower on kept (lower(name)) where amount > 0;
      create view happy as select * from kept where mood = 'happy';
      create function twice(n int) returns int language plpgsql as $$ begin return n * 2; end $$;
      insert into kept (name, mood, amount) values ('Ann', 'happy', 1.5), ('Bob', 'sad', 2);
    `)
    await sql.unsafe("begin; insert into kept (name) values ('nobody'); rollback")
    await sql.end()
    await before.stop()

    const after = await start(folder)
    const again = client(after)
    expect(await again`select id, name, mood, amount from kept order by id`).toEqual([
      { id: 1, name: 'Ann', mood: 'happy', amount: '1.50' },
      { id: 2, name: 'Bob', mood: 'sad', amount: '2.00' },
    ])
    expect(await again`select name, twice(id) from happy`).toEqual([{ name: 'Ann', twice: 2 }])
    expect(await again`insert into kept (name, amount) values ('Cy', 3) returning id`).toEqual([{ id: 4 }])
    await expect(again`insert into kept (name, amount) values ('ANN', 3)`).rejects.toMatchObject({ code: '23505' })
    await again.end()
    await after.stop()
  })

  test.each([
    ['is no database', (path: string) => writeFile(path, 'not a database, but a text that is long enough to be one')],
    ['has been cut off', (path: string) => truncate(path, 5000)],
  ])('that %s is refused with a clear error, and stays as it is', async (_what, damage) => {
    const data = await mkdtemp(join(tmpdir(), 'orez-test-'))
    const before = await start(data)
    const sql = client(before)
    await sql`create table t as select n from generate_series(1, 1000) as n`
    await sql.end()
    await before.stop()
    await damage(join(data, 'sqlite', 'postgres.db'))
    const after = await start(data)
    const again = client(after)
    await expect(again`select 1`).rejects.toMatchObject({ code: 'XX001' })
    await again.end()
    await after.stop()
    await rm(data, { recursive: true, force: true })
  })
})
