/** A replication slot that lags too far behind: the user is warned, then it is given up, and what it held back is purged. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Consumer } from '../replication/consumer.ts'
import { type Backend, PgServer } from '../server/server.ts'
import { loggedChanges } from './logged-changes.ts'
import { url } from './servers.ts'

describe.each<Backend>(['pglite', 'sqlite'])('slots of %s that may lag 100 changes behind', (backend) => {
  let folder: string
  let server: PgServer
  let sql: postgres.Sql
  const warnings: string[] = []

  const start = async (): Promise<void> => {
    server = await PgServer.start({
      data: join(folder, 'data'),
      port: 0,
      backend,
      maxSlotLag: 100,
      onWarning: (message) => warnings.push(message),
    })
    sql = postgres(url(server.port), { max: 1, onnotice: () => undefined })
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orez-lag-'))
    await start()
    await sql`CREATE TABLE t(id int PRIMARY KEY)`
    await sql`CREATE PUBLICATION pub FOR TABLE t`
    await sql`SELECT pg_create_logical_replication_slot(name, 'pgoutput') FROM (VALUES ('slow'), ('silent')) n(name)`
  })
  afterAll(async () => {
    await sql.end()
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await delay(20)
  }

  const state = (): Promise<unknown[]> =>
    sql`SELECT slot_name, active, restart_lsn IS NULL AS released, wal_status, invalidation_reason
        FROM pg_replication_slots ORDER BY 1`.then((rows) => [...rows])

  const open = (slot: string): Promise<Consumer> =>
    Consumer.open({ url: url(server.port), slot, publications: ['pub'] })

  test('halfway there, the user is warned', async () => {
    await sql`INSERT INTO t SELECT generate_series(1, 80)`
    await until(() => warnings.length === 2)
    expect(warnings.toSorted()).toEqual([
      'replication slot "silent" lags 80 changes behind; beyond 100 it is invalidated',
      'replication slot "slow" lags 80 changes behind; beyond 100 it is invalidated',
    ])
  })

  test('beyond it they are lost: the one with its stream, and whatever they have held back', async () => {
    const consumer = await open('silent')
    const received = (async () => {
      for await (const _ of consumer);
    })()
    const ended = expect(received).rejects.toMatchObject({ code: '57P01' })
    await sql`INSERT INTO t SELECT generate_series(101, 180)`
    await ended
    await until(() => warnings.length === 4)
    const lost = { active: false, released: true, wal_status: 'lost', invalidation_reason: 'wal_removed' }
    await until(async () => JSON.stringify(await state()).indexOf('true,"released"') < 0)
    expect(await state()).toEqual([
      { slot_name: 'silent', ...lost },
      { slot_name: 'slow', ...lost },
    ])
    await until(async () => (await loggedChanges(server, sql)) === 0)
  })

  test('they cannot be used any more, also after a restart', async () => {
    const refused = {
      code: '55000',
      message: 'can no longer access replication slot "slow"',
      detail: 'This replication slot has been invalidated due to "wal_removed".',
    }
    await expect(open('slow')).rejects.toMatchObject(refused)
    await sql.end()
    await server.stop()
    await start()
    await expect(open('slow')).rejects.toMatchObject(refused)
    await expect(sql`SELECT pg_replication_slot_advance('slow', pg_current_wal_lsn())`).rejects.toMatchObject(refused)
    await sql`SELECT pg_drop_replication_slot('slow'), pg_drop_replication_slot('silent')`
    expect(await state()).toEqual([])
  })

  test('one that keeps up is left alone', async () => {
    warnings.length = 0
    await sql`SELECT pg_create_logical_replication_slot('quick', 'pgoutput')`
    const consumer = await open('quick')
    const received = (async () => {
      let rows = 0
      for await (const { message } of consumer) {
        if (message.kind === 'insert') rows++
        if (message.kind !== 'commit') continue
        consumer.confirm(message.endLsn)
        if (rows === 400) return
      }
    })()
    for (let from = 1000; from < 1400; from += 40) {
      const before = await sql`SELECT confirmed_flush_lsn FROM pg_replication_slots`
      await sql`INSERT INTO t SELECT generate_series(${from}::int, ${from + 39}::int)`
      await until(async () => {
        const [now] = await sql`SELECT confirmed_flush_lsn FROM pg_replication_slots`
        return now?.confirmed_flush_lsn !== before[0]?.confirmed_flush_lsn
      })
    }
    await received
    await consumer.close()
    expect(warnings).toEqual([])
  })
})
