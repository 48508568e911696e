/**
 * Slots and the change log: positions that are confirmed are durable, entries that all have confirmed go, and
 * two consumers do not get in each other's way.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Consumer, currentLsn } from '../replication/consumer.ts'
import { formatLsn, type Lsn, parseLsn } from '../replication/lsn.ts'
import { type Backend, PgServer } from '../server/server.ts'
import { loggedChanges } from './logged-changes.ts'
import { url } from './servers.ts'

describe.each<Backend>(['pglite', 'sqlite'])('the slots of a database of %s', (backend) => {
  let folder: string
  let server: PgServer
  let sql: postgres.Sql

  const start = async (): Promise<void> => {
    server = await PgServer.start({ data: join(folder, 'data'), port: 0, backend })
    sql = postgres(url(server.port), { max: 1, onnotice: () => undefined })
  }
  const stop = async (): Promise<void> => {
    await sql.end()
    await server.stop()
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orez-slots-'))
    await start()
    await sql`CREATE TABLE t(id int PRIMARY KEY)`
    await sql`CREATE PUBLICATION pub FOR TABLE t`
  })
  afterAll(async () => {
    await stop()
    await rm(folder, { recursive: true, force: true })
  })

  const createSlot = async (name: string): Promise<void> => {
    await sql`SELECT pg_create_logical_replication_slot(${name}, 'pgoutput')`
  }

  /** Ids of the rows that a slot still has to send, up to a row; the rest is left. */
  const receive = async (slot: string, until: number, confirm: boolean): Promise<number[]> => {
    const consumer = await Consumer.open({ url: url(server.port), slot, publications: ['pub'] })
    const ids: number[] = []
    for await (const { message } of consumer) {
      if (message.kind === 'insert') ids.push(Number(message.after[0]?.kind === 'text' ? message.after[0].text : 0))
      if (message.kind === 'commit') {
        if (confirm) consumer.confirm(message.endLsn)
        if (ids.at(-1) === until) break
      }
    }
    await consumer.close()
    await waitUntil(async () => (await slots())[slot]?.active === false)
    return ids
  }

  const slots = async (): Promise<Record<string, { confirmed: Lsn; active: boolean }>> => {
    const rows = await sql<{ slot_name: string; confirmed: string; active: boolean }[]>`
      SELECT slot_name, confirmed_flush_lsn::text AS confirmed, active FROM pg_replication_slots`
    return Object.fromEntries(
      rows.map((row) => [row.slot_name, { confirmed: parseLsn(row.confirmed), active: row.active }]),
    )
  }

  const waitUntil = async (holds: () => Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  const logged = (): Promise<number> => loggedChanges(server, sql)

  test('a slot resumes at what it has confirmed, and sends the rest again', async () => {
    await createSlot('one')
    for (let id = 1; id <= 3; id++) await sql`INSERT INTO t VALUES (${id})`
    expect(await receive('one', 2, true)).toEqual([1, 2])
    expect(await receive('one', 3, false)).toEqual([3])
    expect(await receive('one', 3, true)).toEqual([3])
  })

  test('consumers at different positions each get their own; entries stay until the last has confirmed them', async () => {
    await createSlot('two')
    for (let id = 11; id <= 13; id++) await sql`INSERT INTO t VALUES (${id})`
    expect(await receive('one', 13, true)).toEqual([11, 12, 13])
    expect(await receive('two', 12, true)).toEqual([11, 12])
    await waitUntil(async () => (await logged()) === 1)
    expect(await receive('two', 13, true)).toEqual([13])
    await waitUntil(async () => (await logged()) === 0)
  })

  test('positions and what is unconfirmed survive a restart', async () => {
    await sql`INSERT INTO t VALUES (21), (22)`
    const head = await currentLsn(sql)
    const before = await slots()
    await stop()
    await start()
    expect(await currentLsn(sql)).toBeGreaterThanOrEqual(head)
    const after = await slots()
    for (const name of ['one', 'two']) expect(after[name]?.confirmed).toBe(before[name]?.confirmed)
    await sql`INSERT INTO t VALUES (23)`
    expect(await receive('one', 23, true)).toEqual([21, 22, 23])
    expect(await receive('two', 23, true)).toEqual([21, 22, 23])
  })

  test('a message of no transaction that is confirmed by itself leaves the changes around it in the log', async () => {
    await sql`INSERT INTO t VALUES (24)`
    const before = await logged()
    await sql
      .unsafe(
        "BEGIN; INSERT INTO t VALUES (25); SELECT pg_logical_emit_message(false, 'm', ''); INSERT INTO t VALUES (26); COMMIT",
      )
      .simple()
    const held = (await logged()) - before
    const consumer = await Consumer.open({
      url: url(server.port),
      slot: 'one',
      publications: ['pub'],
      messages: true,
    })
    const kinds: string[] = []
    for await (const { message, lsn } of consumer) {
      kinds.push(message.kind)
      if (message.kind !== 'message') continue
      consumer.confirm(lsn + 8n)
      break
    }
    expect(kinds).toEqual(['begin', 'relation', 'insert', 'commit', 'message'])
    await consumer.close()
    const confirmed = (await slots()).one?.confirmed ?? 0n
    await sql`SELECT pg_replication_slot_advance('two', ${formatLsn(confirmed)}::text::pg_lsn)`
    await waitUntil(async () => (await logged()) <= held)
    await stop()
    await start()
    expect(await receive('one', 26, true)).toEqual([25, 26])
    expect(await receive('two', 26, true)).toEqual([25, 26])
  })

  test('one is in use while it streams, and can be advanced and dropped when it does not', async () => {
    const consumer = await Consumer.open({ url: url(server.port), slot: 'one', publications: ['pub'] })
    await expect(Consumer.open({ url: url(server.port), slot: 'one', publications: ['pub'] })).rejects.toMatchObject({
      code: '55006',
    })
    await expect(sql`SELECT pg_drop_replication_slot('one')`).rejects.toMatchObject({ code: '55006' })
    const [sender] = await sql`SELECT application_name, state FROM pg_stat_replication`
    expect(sender).toEqual({ application_name: 'orez consumer one', state: 'streaming' })
    await consumer.close()
    await waitUntil(async () => (await slots()).one?.active === false)
    await sql`INSERT INTO t VALUES (31)`
    await sql`SELECT pg_replication_slot_advance('one', pg_current_wal_lsn())`
    await sql`INSERT INTO t VALUES (32)`
    expect(await receive('one', 32, true)).toEqual([32])
    await sql`SELECT pg_drop_replication_slot('one'), pg_drop_replication_slot('two')`
    await waitUntil(async () => (await logged()) === 0)
  })

  test('a slot begins behind what was committed before it, however soon', async () => {
    await sql`SELECT pg_create_logical_replication_slot('quiet', 'pgoutput')`
    for (let id = 41; id <= 50; id++) {
      await sql
        .unsafe(
          `BEGIN; INSERT INTO t VALUES (${id}); COMMIT; SELECT pg_create_logical_replication_slot('soon', 'pgoutput')`,
        )
        .simple()
      await sql`INSERT INTO t VALUES (${id + 100})`
      expect(await receive('soon', id + 100, true)).toEqual([id + 100])
      await sql`SELECT pg_drop_replication_slot('soon')`
    }
    for (let id = 51; id <= 70; id++) {
      await sql`INSERT INTO t VALUES (${id})`
      const consumer = await Consumer.open({
        url: url(server.port),
        slot: 'brief',
        publications: ['pub'],
        temporary: true,
      })
      await sql`INSERT INTO t VALUES (${id + 100})`
      for await (const { message } of consumer)
        if (message.kind === 'insert') {
          expect(message.after).toEqual([{ kind: 'text', text: String(id + 100) }])
          break
        }
      await consumer.close()
    }
    await sql`SELECT pg_drop_replication_slot('quiet')`
  })

  test.each<[string, string, string]>([
    [
      'a slot beside writes',
      "BEGIN; INSERT INTO t VALUES (99); SELECT pg_create_logical_replication_slot('x', 'pgoutput')",
      '25001',
    ],
    ['an unknown slot', "SELECT pg_drop_replication_slot('nosuch')", '42704'],
    ['a bad name', "SELECT pg_create_logical_replication_slot('No Such', 'pgoutput')", '42602'],
    ['another plugin', "SELECT pg_create_logical_replication_slot('x', 'test_decoding')", '0A000'],
    ['reading by SQL', "SELECT * FROM pg_logical_slot_get_binary_changes('x', null, null)", '0A000'],
  ])('%s is an error with its own SQLSTATE', async (_name, query, code) => {
    await expect(sql.unsafe(query).simple()).rejects.toMatchObject({ code })
    await sql`ROLLBACK`
  })

  test('a snapshot and its slot are of the same moment: what the one lacks, the other sends, and nothing twice', async () => {
    const writer = postgres(url(server.port), { max: 2 })
    const blocker = postgres(url(server.port), { max: 1 })
    await writer`TRUNCATE t`
    let next = 1
    let isWriting = true
    const writing = (async () => {
      while (isWriting) await writer`INSERT INTO t VALUES (${next++})`
    })()
    for (let round = 0; round < 4; round++) {
      // with a transaction open, too
      const open = round % 2 === 1 ? await blocker.reserve() : undefined
      if (open !== undefined) await open`BEGIN`
      if (open !== undefined) await open`INSERT INTO t VALUES (${-1 - round})`
      const replication = postgres(url(server.port), {
        max: 1,
        fetch_types: false,
        connection: { replication: 'database' },
      })
      const slot = `moment_${round}`
      const [created] = await replication.unsafe<{ snapshot_name: string }[]>(
        `CREATE_REPLICATION_SLOT "${slot}" LOGICAL pgoutput`,
      )
      if (open !== undefined) {
        await open`COMMIT`
        open.release()
      }
      const frozen = await sql.begin('isolation level repeatable read read only', async (tx) => {
        await tx.unsafe(`SET TRANSACTION SNAPSHOT '${created?.snapshot_name}'`)
        return tx<{ id: number }[]>`SELECT id FROM t ORDER BY id`
      })
      await replication.end()
      const goal = next + 20
      await waitUntil(async () => next > goal)
      const streamed = await receive(slot, goal, true)
      const all = [...frozen.map((row) => row.id), ...streamed].filter((id) => id <= goal)
      expect(new Set(all).size).toBe(all.length)
      const [expected] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM t WHERE id <= ${goal}`
      expect(all).toHaveLength(expected?.n ?? -1)
    }
    isWriting = false
    await writing
    await Promise.all([writer.end(), blocker.end()])
  })
})
