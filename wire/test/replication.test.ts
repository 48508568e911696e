/**
 * The same changes on native PostgreSQL and on orez over PGlite: a consumer must be sent the same messages.
 */
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apartCases, cases } from './replication-cases.ts'
import { follow } from './replication-stream.ts'
import { createDatabase, type Servers, startServers, url } from './servers.ts'

describe('the stream of changes', () => {
  let servers: Servers
  const database = 'replication'
  beforeAll(async () => {
    servers = await startServers()
    await createDatabase(servers.native, database)
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries({ ...cases, ...apartCases }))('%s', async (_name, one) => {
    const expected = await follow(servers.native, database, one)
    expect(await follow(servers.orez, database, one)).toEqual(expected)
  })

  test('messages of read-only transactions are refused', async () => {
    const sql = postgres(url(servers.orez), { max: 1 })
    try {
      for (const transactional of [true, false])
        await expect(
          sql.begin('read only', (tx) => tx`select pg_logical_emit_message(${transactional}, 'a', 'b')`),
        ).rejects.toMatchObject({ code: '0A000' })
    } finally {
      await sql.end()
    }
  })

  test('what clients notify of on the channel of the log is no change, and they are told of none there', async () => {
    const [sql, listener] = [1, 2].map(() => postgres(url(servers.orez), { max: 1, onnotice: () => undefined }))
    if (sql === undefined || listener === undefined) throw new Error('no connection')
    try {
      await sql.unsafe(`drop schema if exists forged cascade; drop publication if exists forged; create schema forged;
        create table forged.t(id int primary key); create publication forged for table forged.t`)
      await sql`select pg_create_logical_replication_slot('forged', 'pgoutput')`
      const heard: string[] = []
      for (const channel of ['pg_orez.change_log', 'after']) await listener.listen(channel, (text) => heard.push(text))
      const head = (): Promise<unknown> => sql`select pg_current_wal_lsn()`.then(([row]) => row?.pg_current_wal_lsn)
      const before = await head()
      for (const payload of ['', '(', '(00000000-0000-0000-0000-000000000000,99999999999,I,1,,"(1)",,,,1,1)'])
        await sql.notify('pg_orez.change_log', payload)
      expect(await head()).toBe(before)
      await sql`insert into forged.t values (1)`
      expect(await head()).not.toBe(before)
      const told = Promise.withResolvers<void>()
      await listener.listen('last', () => told.resolve())
      await sql.notify('last', '')
      await told.promise
      expect(heard).toEqual([])
    } finally {
      await sql`select pg_drop_replication_slot('forged')`
      await Promise.all([sql.end(), listener.end()])
    }
  })

  test.each([
    `do $$ begin execute 'truncate u; truncate u restart identity'; end $$`,
    `do $$ begin execute 'truncate t cascade; truncate t, u'; end $$`,
  ])('of two TRUNCATEs that might be each other none is told: %s', async (text) => {
    const sql = postgres(url(servers.orez), { max: 1, onnotice: () => undefined })
    try {
      await sql.unsafe(`drop schema if exists told cascade; drop publication if exists told; create schema told; set search_path = told;
        create table t(id int primary key); create table u(id int references t); insert into t values (1);
        create publication told for tables in schema told`)
      await expect(sql.unsafe(text)).rejects.toMatchObject({ code: '0A000', hint: 'Run it as a query of its own.' })
      expect(await sql`select * from t`).toHaveLength(1)
    } finally {
      await sql.end()
    }
  })
})
