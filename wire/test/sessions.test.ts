/**
 * Several clients of one server: what one leaves in its session, no other sees. The same script on native
 * PostgreSQL says what each must see.
 */
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Conversation } from '../../oracle/conversation.ts'
import { P, Q, SYNC } from '../../oracle/messages.ts'
import { type Servers, startServers, url } from './servers.ts'
import { perform, scripts } from './session-scripts.ts'

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.server.stop())

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
