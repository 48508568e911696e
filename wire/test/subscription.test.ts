/**
 * A real PostgreSQL as a subscriber of orez: it copies the tables, follows their changes, and ends up with the same rows.
 */
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Backend } from '../server/server.ts'
import { createDatabase, type Servers, startServers, url } from './servers.ts'

const TABLES = `
  create table item(id int primary key, label text, price numeric(10,2), tags text[], extra jsonb, at timestamptz, raw bytea, flag bool);
  create table pair(a int, b text, c float8, primary key (b, a));
  create table log(line text, n bigint); alter table log replica identity full`

/** Each is a transaction, or several statements that are. */
const CHANGES = [
  `update item set label = label || '!' where id % 10 = 0; delete from item where id % 7 = 0`,
  `insert into item values (5000, 'new', null, null, null, null, null, null); update item set id = 5001 where id = 5000`,
  `begin; insert into pair select g, 'p' || g, g / 3.0 from generate_series(1, 50) g; savepoint s; delete from pair; rollback to s; update pair set a = a + 100 where a < 10; commit`,
  `insert into log select 'line ' || g, g from generate_series(1, 20) g; update log set n = -n where n % 2 = 0; delete from log where n > 15`,
  `truncate pair; insert into pair values (1, 'again', 'NaN')`,
  `begin; insert into item(id) values (6000); rollback`,
]

describe.each<Backend>(['pglite', 'sqlite'])('PostgreSQL subscribes to a database of %s', (backend) => {
  const database = `subscriber_${backend}`
  let servers: Servers
  let publisher: postgres.Sql
  let subscriber: postgres.Sql

  beforeAll(async () => {
    servers = await startServers(backend)
    await createDatabase(servers.native, database)
    publisher = postgres(url(servers.orez), { max: 1, onnotice: () => undefined })
    subscriber = postgres(url(inject('nativePort'), database), { max: 1, onnotice: () => undefined })
  })
  afterAll(async () => {
    await publisher.end()
    await subscriber.end()
    await servers.server.stop()
  })

  const contents = async (sql: postgres.Sql): Promise<unknown[]> => {
    const rows: unknown[] = []
    for (const table of ['item', 'pair', 'log'])
      rows.push(await sql.unsafe(`select t::text as row from ${table} t order by t::text`).values())
    return rows
  }

  /** Waits until the subscriber has confirmed what the publisher has committed, its copies of tables included. */
  const caughtUp = async (): Promise<void> => {
    const [head] = await publisher<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`
    for (;;) {
      const [open] = await subscriber`select from pg_subscription_rel where srsubstate <> 'r'`
      const [slot] = await publisher<{ done: boolean }[]>`
        select confirmed_flush_lsn >= ${head?.lsn ?? ''}::pg_lsn as done from pg_replication_slots where slot_name = 'follower'`
      if (open === undefined && slot?.done === true) return
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  test('it copies the tables', async () => {
    for (const sql of [publisher, subscriber]) await sql.unsafe(TABLES).simple()
    await publisher.unsafe(`
      insert into item select g, 'row ' || g, g * 1.5, array['a', null, g::text], jsonb_build_object('n', g, 's', 'é'),
        '2020-01-01 00:00+00'::timestamptz + g * interval '1 hour', decode(lpad(to_hex(g), 8, '0'), 'hex'), g % 2 = 0
      from generate_series(1, 1000) g`)
    await publisher`create publication everything for table item, pair, log`
    await subscriber.unsafe(`
      create subscription follower connection 'host=127.0.0.1 port=${servers.orez} user=postgres dbname=postgres'
      publication everything`)
    await caughtUp()
    expect(await contents(subscriber)).toEqual(await contents(publisher))
  })

  test.each(CHANGES)('it follows: %s', async (change) => {
    await publisher.unsafe(change).simple()
    await caughtUp()
    expect(await contents(subscriber)).toEqual(await contents(publisher))
  })

  test('it follows a table that is added', async () => {
    for (const sql of [publisher, subscriber]) await sql`create table later(id int primary key, v text)`
    await publisher`insert into later values (1, 'before')`
    await publisher`alter publication everything add table later`
    await subscriber`alter subscription follower refresh publication`
    await caughtUp()
    await publisher`insert into later values (2, 'after')`
    await caughtUp()
    expect(await subscriber`select * from later order by id`).toEqual(await publisher`select * from later order by id`)
  })

  test('its slot goes with the subscription', async () => {
    await subscriber`drop subscription follower`
    expect([...(await publisher`select slot_name from pg_replication_slots`)]).toEqual([])
  })
})
