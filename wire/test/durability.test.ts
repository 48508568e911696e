/**
 * kill -9 at any moment: what was acknowledged is there, what was not is there whole or not at all, and a
 * consumer of the changes misses nothing and sees nothing twice.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OrezProcess } from '../../oracle/orez-process.ts'
import { Consumer } from '../replication/consumer.ts'
import { formatLsn, type Lsn } from '../replication/lsn.ts'
import type { Backend } from '../server/server.ts'

const CLI = join(import.meta.dirname, '../../runtimes/node/cli/orez.ts')

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-durable-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const serve = (data: string, backend: Backend = 'pglite'): Promise<OrezProcess> => OrezProcess.start({ data, backend })

/** Writes pairs of rows, a transaction each, until the server dies. Returns the last one acknowledged. */
const writeUntilDeath = async (url: string, from: number, onWrite: () => void): Promise<number> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, max_lifetime: null })
  let acknowledged = from
  try {
    for (let n = from + 1; ; n++) {
      await sql.begin(async (tx) => {
        await tx`INSERT INTO pair VALUES (${n}, 'a')`
        await tx`INSERT INTO pair VALUES (${n}, 'b')`
      })
      acknowledged = n
      onWrite()
    }
  } catch {
    return acknowledged
  } finally {
    await sql.end({ timeout: 0 }).catch(() => undefined)
  }
}

/** Receives until the connection dies; whole transactions only, confirmed one by one. */
const receive = async (url: string, position: Lsn, onCommit: (rows: string[], end: Lsn) => void): Promise<void> => {
  let consumer: Consumer | undefined
  let rows: string[] = []
  try {
    consumer = await Consumer.open({ url, slot: 'follow', publications: ['pub'], position })
    for await (const { message } of consumer) {
      if (message.kind === 'begin') rows = []
      if (message.kind === 'insert')
        rows.push(message.after.map((value) => (value.kind === 'text' ? value.text : '')).join(' '))
      if (message.kind === 'commit' && rows.length > 0) {
        onCommit(rows, message.endLsn)
        consumer.confirm(message.endLsn)
      }
    }
  } catch {
    // the server has died
  } finally {
    await consumer?.close().catch(() => undefined)
  }
}

test.each<Backend>(['pglite', 'sqlite'])(
  '%s: no acknowledged commit is lost, none is half there, and the stream has each once',
  async (backend) => {
    const data = join(folder, backend)
    const setup = await serve(data, backend)
    const sql = postgres(setup.url(), { max: 1 })
    await sql`CREATE TABLE pair(n int, half text, PRIMARY KEY (n, half))`
    await sql`CREATE PUBLICATION pub FOR TABLE pair`
    await sql`SELECT pg_create_logical_replication_slot('follow', 'pgoutput')`
    await sql.end()
    await setup.kill()

    const received: string[][] = []
    let position: Lsn = 0n
    let acknowledged = 0
    for (let round = 0; round < 4; round++) {
      const server = await serve(data, backend)
      const receiving = receive(server.url(), position, (rows, end) => {
        received.push(rows)
        position = end
      })
      let written = 0
      const { promise: enough, resolve } = Promise.withResolvers<void>()
      const writing = writeUntilDeath(server.url(), acknowledged, () => {
        if (++written === 20 * (round + 1)) resolve()
      })
      await enough
      await server.kill()
      acknowledged = await writing
      await receiving
      const check = await serve(data, backend)
      const reader = postgres(check.url(), { max: 1 })
      const [state] = await reader<{ complete: boolean; last: number }[]>`
      SELECT coalesce(bool_and(halves = 2), true) AS complete, coalesce(max(n), 0) AS last
      FROM (SELECT n, count(*) AS halves FROM pair GROUP BY n) p`
      expect(state?.complete).toBe(true)
      expect(state?.last).toBeGreaterThanOrEqual(acknowledged)
      acknowledged = state?.last ?? acknowledged
      await reader.end()
      await check.kill()
    }
    expect(acknowledged).toBeGreaterThanOrEqual(200)

    // what is still to come
    const server = await serve(data, backend)
    const { promise: caughtUp, resolve } = Promise.withResolvers<void>()
    const receiving = receive(server.url(), position, (rows) => {
      received.push(rows)
      if (rows[0]?.startsWith(`${acknowledged} `)) resolve()
    })
    if (received.at(-1)?.[0]?.startsWith(`${acknowledged} `)) resolve()
    await caughtUp
    const finder = postgres(server.url(), { max: 1 })
    const [slot] = await finder<
      { confirmed: string }[]
    >`SELECT confirmed_flush_lsn::text AS confirmed FROM pg_replication_slots`
    expect(slot?.confirmed).toMatch(/^0\//)
    expect(formatLsn(position)).toMatch(/^0\//)
    await finder.end()
    await server.kill()
    await receiving
    const expected = Array.from({ length: acknowledged }, (_, at) => [`${at + 1} a`, `${at + 1} b`])
    expect(received).toEqual(expected)
  },
  120_000,
)

test('what a killed server had in memory alone is removed by the next', async () => {
  const server = await serve(':memory:')
  const left = async (): Promise<string[]> => {
    const names = (await readdir(tmpdir())).filter((name) => name.startsWith('orez-'))
    const locks = names.map((name) => readFile(join(tmpdir(), name, 'orez.lock'), 'utf8').catch(() => ''))
    return (await Promise.all(locks)).filter((lock) => lock.startsWith(`${server.child.pid} `))
  }
  expect(await left()).toHaveLength(1)
  await server.kill()
  const next = await serve(':memory:')
  expect(await left()).toEqual([])
  await next.kill()
})

test('a data folder in use is refused, and is free again after kill -9', async () => {
  const data = join(folder, 'locked')
  const server = await serve(data)
  const second = spawn(process.execPath, [CLI, 'serve', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  second.stderr.on('data', (text: Buffer) => {
    complaint += text.toString()
  })
  const [code] = (await once(second, 'exit')) as [number]
  expect(code).toBe(1)
  expect(complaint).toContain(`is in use by process ${server.child.pid}`)
  await server.kill()
  const third = await serve(data)
  await third.kill()
})
