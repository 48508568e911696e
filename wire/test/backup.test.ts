/** A backup while clients write: nothing that was acknowledged before is missing, nothing is there in part. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OrezProcess } from '../../oracle/orez-process.ts'
import { Consumer } from '../replication/consumer.ts'
import { PgServer } from '../server/server.ts'
import { backUp } from '../sqlite/backup.ts'
import { url } from './servers.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-backup-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const connect = async (target: string): Promise<pg.Client> => {
  const client = new pg.Client(target)
  await client.connect()
  return client
}

test('a running server is copied as it was at one moment, its slots included', async () => {
  const data = join(folder, 'data')
  const source = await OrezProcess.start({ backend: 'sqlite', data })
  const admin = await connect(source.url())
  await admin.query(`create table pair(n int, half text, primary key (n, half)); create publication pub for table pair`)
  await admin.query(`select pg_create_logical_replication_slot('follow', 'pgoutput')`)
  let acknowledged = 0
  let isOver = false
  const writing = (async () => {
    const writer = await connect(source.url())
    while (!isOver) {
      const n = acknowledged + 1
      await writer.query('begin')
      await writer.query(`insert into pair values ($1, 'a')`, [n])
      await writer.query(`insert into pair values ($1, 'b')`, [n])
      await writer.query('commit')
      acknowledged = n
    }
    await writer.end()
  })()
  const copies: [before: number, folder: string][] = []
  while (copies.length < 5) {
    const copy = join(folder, `copy ${copies.length}`)
    const before = acknowledged
    expect(await backUp(data, copy)).toEqual(['postgres'])
    copies.push([before, copy])
    const next = acknowledged + 10
    while (acknowledged < next) await new Promise((resolve) => setTimeout(resolve, 5))
  }
  isOver = true
  await writing
  await admin.end()
  await source.stop()

  for (const [before, copy] of copies) {
    const server = await PgServer.start({ data: copy, port: 0, backend: 'sqlite' })
    const client = await connect(url(server.port))
    const { rows } = await client.query(`select max(n) as last, count(*)::int as halves from pair`)
    const [{ last, halves }] = rows as [{ last: number | null; halves: number }]
    expect(last ?? 0).toBeGreaterThanOrEqual(before)
    expect(halves).toBe((last ?? 0) * 2)
    await client.query(`insert into pair values (0, 'last')`)
    const consumer = await Consumer.open({ url: url(server.port), slot: 'follow', publications: ['pub'] })
    const received: unknown[] = []
    for await (const { message } of consumer) {
      if (message.kind !== 'insert') continue
      const [n, half] = message.after.map((value) => (value.kind === 'text' ? value.text : null))
      if (half === 'last') break
      received.push(`${n}${half}`)
    }
    expect(received).toEqual(Array.from({ length: last ?? 0 }, (_, at) => [`${at + 1}a`, `${at + 1}b`]).flat())
    await consumer.close()
    await client.end()
    await server.stop()
  }
})

test.each([
  ['a folder without databases', 'nothing', 'new', '58P01'],
  ['a target that has something', 'data', 'full', '58P02'],
])('%s is an error, and nothing is written', async (_name, from, to, code) => {
  await mkdir(join(folder, 'full'), { recursive: true })
  await writeFile(join(folder, 'full', 'mine.txt'), '')
  await expect(backUp(join(folder, from), join(folder, to))).rejects.toMatchObject({ code })
  expect(await readdir(join(folder, to)).catch(() => undefined)).toEqual(to === 'full' ? ['mine.txt'] : undefined)
})

test('a damaged file is an error that names it', async () => {
  await mkdir(join(folder, 'damaged', 'sqlite'), { recursive: true })
  await writeFile(
    join(folder, 'damaged', 'sqlite', 'postgres.db'),
    'this is no database, whatever its name says'.repeat(100),
  )
  await expect(backUp(join(folder, 'damaged'), join(folder, 'salvaged'))).rejects.toMatchObject({
    code: 'XX001',
    message: expect.stringContaining('postgres.db'),
  })
})
