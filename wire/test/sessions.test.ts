/**
 * Several clients of one server: what one leaves in its session, no other sees. The same script on native
 * PostgreSQL says what each must see.
 */
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Conversation } from '../../oracle/conversation.ts'
import { B, E, P, Q, SYNC } from './messages.ts'
import { type Servers, startServers, url } from './servers.ts'

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.server.stop())

type Line = readonly [client: 'a' | 'b' | 'c', ...messages: Uint8Array[]]

const scripts: Readonly<Record<string, readonly Line[]>> = {
  settings: [
    ['a', Q("set timezone = 'Asia/Tokyo'; set my.own = 'a'")],
    ['b', Q("set datestyle = 'german'; show timezone")],
    ['a', Q("show datestyle; show timezone; select current_setting('my.own')")],
    ['b', Q("select nullif(current_setting('my.own', true), ''); select '2020-02-01'::date")],
    ['a', Q('reset all; show timezone')],
    ['b', Q('show datestyle')],
    ['c', Q("select set_config('timezone', 'UTC', true), set_config('my.own', 'c', false)")],
    ['c', Q("show timezone; select current_setting('my.own')")],
    ['a', Q("select current_setting('my.own', true) is distinct from 'c'")],
    ['a', Q("begin; set timezone = 'Asia/Tokyo'; rollback; show timezone")],
  ],
  'settings of a transaction': [
    ['a', Q("begin isolation level serializable read only; set timezone = 'Asia/Tokyo'; select 1")],
    ['a', Q('commit')],
    ['b', Q('show transaction_read_only; show transaction_isolation; show timezone')],
    ['b', Q('create temp table sess_rw(x int)')],
    ['a', Q('show transaction_read_only; show timezone; create temp table sess_rw(x int)')],
    ['a', Q('set default_transaction_read_only = on')],
    ['b', Q('insert into sess_rw values (1)')],
    ['a', Q('create table sess_not(x int)')],
  ],
  'settings made by functions': [
    [
      'a',
      Q(`create function sess_set() returns void language plpgsql as $$ begin set timezone = 'Asia/Tokyo'; end $$`),
    ],
    ['a', Q('select sess_set()')],
    ['b', Q('show timezone')],
    ['a', Q('show timezone')],
    ['b', Q('drop function sess_set()')],
  ],
  roles: [
    ['a', Q('create role sess_r; create table sess_t(x int); grant select on sess_t to sess_r')],
    ['a', Q('set role sess_r; select current_user')],
    ['b', Q('select current_user; insert into sess_t values (1)')],
    ['a', Q('insert into sess_t values (2)')],
    ['a', Q('select * from sess_t; reset role; select current_user')],
    ['b', Q('drop table sess_t; drop role sess_r')],
  ],
  'session authorization': [
    ['a', Q('create role sess_x login; create role sess_y; grant sess_y to sess_x')],
    ['a', Q('set session authorization sess_x; select session_user, current_user; show session_authorization')],
    ['b', Q('select session_user, current_user; show session_authorization; show is_superuser')],
    ['a', Q('create table sess_denied(x int); set role sess_y; select session_user, current_user')],
    ['a', Q('reset session authorization; select session_user, current_user')],
    ['a', Q('begin; set local session authorization sess_x; select session_user; commit; select session_user')],
    ['a', Q('begin; set session authorization sess_x; rollback; select session_user')],
    ['a', Q("set session authorization sess_x; /* ü */ set session authorization default; select session_user, 'é'")],
    ['a', P('reset session authorization'), B(), E(), SYNC],
    ['a', Q('set session authorization sess_x')],
    ['c', Q('select session_user, current_user')],
    ['a', Q('reset session authorization; set role sess_y')],
    ['b', Q('select current_user')],
    ['a', Q('select current_user; reset role; drop role sess_y; drop role sess_x')],
  ],
  'temporary tables': [
    ['a', Q("create temp table sess_tmp(x int primary key, y text default 'd'); insert into sess_tmp values (1)")],
    ['b', Q('select * from sess_tmp')],
    ['b', Q("create temp table sess_tmp(z text); insert into sess_tmp values ('b')")],
    ['a', Q('select * from sess_tmp; insert into sess_tmp values (2)')],
    ['b', Q('select * from sess_tmp')],
    ['c', Q('create table sess_tmp(shared bool); insert into sess_tmp values (true)')],
    ['a', Q('select * from sess_tmp order by 1; drop table sess_tmp; select * from sess_tmp')],
    ['b', Q('select * from sess_tmp; discard temp; select * from sess_tmp')],
    ['c', Q('drop table sess_tmp')],
    ['a', Q('create temp table sess_oc(x int) on commit drop')],
    ['a', Q('select * from sess_oc')],
  ],
  'prepared statements': [
    ['a', P("select 'a'", 's'), SYNC],
    ['b', P("select 'b', $1::int", 's'), SYNC],
    ['a', B([], { statement: 's' }), E(), SYNC],
    ['b', B(['2'], { statement: 's' }), E(), SYNC],
    ['c', B([], { statement: 's' }), E(), SYNC],
    ['a', Q('deallocate all')],
    ['b', B(['3'], { statement: 's' }), E(), SYNC],
    ['a', B([], { statement: 's' }), E(), SYNC],
    ['a', Q("prepare q as select 'sql a'")],
    ['b', Q('execute q')],
    ['b', Q("prepare q as select 'sql b'")],
    ['a', Q('execute q; select name, from_sql from pg_prepared_statements order by 1')],
    ['b', Q('execute q; select name, from_sql from pg_prepared_statements order by 1')],
  ],
  'unnamed statements': [
    ['a', P("select 'a'"), SYNC],
    ['b', P("select 'b'"), SYNC],
    ['a', B(), E(), SYNC],
    ['b', B(), E(), SYNC],
  ],
  'advisory locks': [
    ['a', Q('select pg_advisory_lock(5)')],
    ['b', Q('select pg_try_advisory_lock(5), pg_try_advisory_lock_shared(5), pg_try_advisory_lock(6)')],
    ['a', Q('select pg_advisory_unlock(6)')],
    ['a', Q('select pg_advisory_unlock(5)')],
    ['b', Q('select pg_try_advisory_lock_shared(5)')],
    ['a', Q('select pg_try_advisory_lock_shared(5), pg_try_advisory_lock(5)')],
    ['c', Q('select pg_try_advisory_xact_lock(7)')],
    ['a', Q('select pg_try_advisory_xact_lock(7)')],
  ],
  'LISTEN and NOTIFY': [
    ['a', Q('listen sess_ch')],
    ['b', Q("notify sess_ch, 'hello'")],
    ['a', Q('select 1')],
    ['b', Q('select pg_listening_channels()')],
    ['b', Q("listen sess_ch; notify sess_ch, 'both'")],
    ['a', Q('select 2')],
    ['b', Q('unlisten *')],
    ['a', Q('select pg_listening_channels()')],
    ['b', Q("notify sess_ch, 'still heard'")],
    ['a', Q('select 3')],
  ],
  'who is there': [
    ['a', Q("set application_name = 'sess a'")],
    ['b', Q("set application_name = 'sess b'; select 1")],
    [
      'a',
      Q("select application_name, state, query from pg_stat_activity where application_name like 'sess _' order by 1"),
    ],
  ],
}

const perform = async (port: number, script: readonly Line[]): Promise<string[]> => {
  const clients = {
    a: await Conversation.open({ port }),
    b: await Conversation.open({ port }),
    c: await Conversation.open({ port }),
  }
  const said: string[] = []
  for (const [name, ...messages] of script) {
    clients[name].send(...messages)
    said.push(`-- ${name}`, ...(await clients[name].untilReady()))
  }
  for (const client of Object.values(clients)) await client.close()
  return said
}

test.each(Object.entries(scripts))('%s', async (_name, script) => {
  const expected = await perform(servers.native, script)
  expect(await perform(servers.orez, script)).toEqual(expected)
})

describe('the lease', () => {
  test('is fair: a client that never pauses does not starve another', async () => {
    const busy = await Conversation.open({ port: servers.orez })
    const other = await Conversation.open({ port: servers.orez })
    for (let i = 0; i < 200; i++) busy.send(Q('select pg_sleep(0.005)'))
    await busy.untilReady()
    other.send(Q("select 'served'"))
    await other.untilReady()
    let left = 0
    busy.send(Q("select 'last'"))
    for (;;) {
      const lines = await busy.untilReady()
      if (lines.includes('D last')) break
      left++
    }
    expect(left).toBeGreaterThan(150)
    await Promise.all([busy.close(), other.close()])
  })

  test('what a lost client has left is put away with full rights, whoever is next', async () => {
    const owner = await Conversation.open({ port: servers.orez })
    owner.send(Q('create role sess_low; create temp table sess_left(x int); create table sess_kept(x int)'))
    await owner.untilReady()
    const low = await Conversation.open({ port: servers.orez })
    low.send(P('select 1', 'named'), SYNC, Q('set role sess_low; create temp table sess_left(x int)'))
    await low.untilReady()
    await low.untilReady()
    await owner.close()
    low.send(Q('select current_user'))
    expect(await low.untilReady()).toContain('D sess_low')
    await low.close()
    const next = await Conversation.open({ port: servers.orez })
    next.send(Q('drop table sess_kept; drop role sess_low; select current_user'))
    expect(await next.untilReady()).toContain('D postgres')
    await next.close()
  })

  test('DISCARD ALL gives the role back, and says so', async () => {
    const client = await Conversation.open({ port: servers.orez })
    client.send(Q('create role sess_d; set session authorization sess_d'))
    expect(await client.untilReady()).toContain('S session_authorization=sess_d')
    client.send(Q('discard all'), Q('select session_user'))
    await client.untilReady()
    const lines = await client.untilReady()
    expect(lines).toEqual(
      expect.arrayContaining(['S session_authorization=postgres', 'S is_superuser=on', 'D postgres']),
    )
    client.send(Q('drop role sess_d'))
    await client.untilReady()
    await client.close()
  })

  test('a transaction is not disturbed: its rows are seen all at once', async () => {
    const sql = postgres(url(servers.orez), { max: 4, onnotice: () => undefined })
    await sql`CREATE TABLE sess_bank(id int PRIMARY KEY, amount int)`
    await sql`INSERT INTO sess_bank SELECT g, 100 FROM generate_series(1, 10) g`
    const move = (i: number): Promise<unknown> =>
      sql.begin(async (tx) => {
        await tx`UPDATE sess_bank SET amount = amount - 1 WHERE id = ${(i % 10) + 1}`
        await tx`UPDATE sess_bank SET amount = amount + 1 WHERE id = ${((i + 3) % 10) + 1}`
      })
    const sums = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        i % 3 === 0
          ? sql<{ sum: string }[]>`SELECT sum(amount) FROM sess_bank`.then(([row]) => row?.sum)
          : move(i).then(() => '1000'),
      ),
    )
    expect(new Set(sums)).toEqual(new Set(['1000']))
    await sql`DROP TABLE sess_bank`
    await sql.end()
  })

  test('waiting for an advisory lock ends when it is released, or cancelled', async () => {
    const holder = await Conversation.open({ port: servers.orez })
    const waiter = await Conversation.open({ port: servers.orez })
    holder.send(Q('select pg_advisory_lock(42)'))
    await holder.untilReady()
    waiter.send(Q('select pg_advisory_lock(42)'))
    holder.send(Q("select 'not blocked'"))
    expect(await holder.untilReady()).toContain('D not blocked')
    holder.send(Q('select pg_advisory_unlock(42)'))
    await holder.untilReady()
    expect((await waiter.untilReady()).at(-1)).toBe('Z I')
    holder.send(Q('select pg_try_advisory_lock(42)'))
    expect(await holder.untilReady()).toContain('D f')
    holder.send(Q('select pg_advisory_lock(42)'))
    const canceller = postgres(url(servers.orez), { max: 1 })
    const answer = await holder.readyWhile(() => canceller`SELECT pg_cancel_backend(${holder.pid})`.execute())
    expect(answer.slice(-2)).toEqual(['E V=ERROR C=57014 M=canceling statement due to user request', 'Z I'])
    await canceller.end()
    await Promise.all([holder.close(), waiter.close()])
  })
})

describe('databases', () => {
  test('are made when first asked for, and know nothing of each other', async () => {
    const one = postgres(url(servers.orez, 'one'), { max: 1 })
    const two = postgres(url(servers.orez, 'two'), { max: 1 })
    await one`CREATE TABLE only_here(x int)`
    expect(await two`SELECT to_regclass('only_here') AS found, current_database() AS name`).toEqual([
      { found: null, name: 'two' },
    ])
    await Promise.all([one.end(), two.end()])
  })

  test('with names that cannot be folders are refused', async () => {
    for (const database of ['../escape', 'a/b', '.', 'x'.repeat(64), '']) {
      const conversation = Conversation.open({ port: servers.orez, database, user: 'postgres' })
      if (database === '') await (await conversation).close()
      else await expect(conversation).rejects.toThrow('C=3D000')
    }
  })
})

describe('snapshots', () => {
  test('importers see the frozen state; writers go on', async () => {
    const sql = postgres(url(servers.orez), { max: 1 })
    await sql`CREATE TABLE sess_snap(x int)`
    await sql`INSERT INTO sess_snap VALUES (1)`
    const exporter = await Conversation.open({ port: servers.orez, parameters: { replication: 'database' } })
    exporter.send(Q('CREATE_REPLICATION_SLOT "sess_slot" TEMPORARY LOGICAL pgoutput'))
    const lines = await exporter.untilReady()
    const name = lines.find((line) => line.startsWith('D '))?.split(' | ')[2] ?? ''
    await sql`INSERT INTO sess_snap VALUES (2)`
    const importers = await Promise.all([1, 2, 3].map(() => Conversation.open({ port: servers.orez })))
    for (const importer of importers) {
      importer.send(Q('begin isolation level repeatable read; set local work_mem = 12345'))
      await importer.untilReady()
      importer.send(Q(`set transaction snapshot '${name}'`))
      expect(await importer.untilReady()).toEqual(['C SET', 'Z T'])
    }
    // all of them are open at once
    for (const importer of importers) {
      importer.send(Q('select count(*) from sess_snap; show work_mem'))
      expect(await importer.untilReady()).toEqual(expect.arrayContaining(['D 1', 'D 12345kB', 'Z T']))
    }
    const [first, second, third] = importers
    first?.send(Q('insert into sess_snap values (3)'))
    expect(await first?.untilReady()).toEqual([
      'E V=ERROR C=0A000 M=writing in a transaction with an imported snapshot is not supported',
      'Z E',
    ])
    first?.send(Q('select 1'))
    expect((await first?.untilReady())?.[0]).toMatch(/^E V=ERROR C=25P02/)
    second?.send(Q('commit'))
    expect(await second?.untilReady()).toEqual(['C COMMIT', 'Z I'])
    second?.send(Q('select count(*) from sess_snap'))
    expect(await second?.untilReady()).toContain('D 2')
    third?.send(Q("set transaction snapshot 'nosuch'"))
    await third?.untilReady()
    for (const one of [...importers, exporter]) await one.close()
    await sql.end()
  })
})
