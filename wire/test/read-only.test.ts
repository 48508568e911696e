/** Files that may not be written: what is in them is read, who writes is told, and nothing is lost. */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OrezProcess } from '../../oracle/orez-process.ts'
import { giveAway } from '../../oracle/unprivileged-user.ts'
import { codeOf } from './servers.ts'

let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orez-read-only-'))
  await giveAway(data)
})
afterAll(() => rm(data, { recursive: true, force: true }))

/** Does a work with a server over the folder. */
const served = async (work: (sql: postgres.Sql) => Promise<void>): Promise<void> => {
  const server = await OrezProcess.start({ backend: 'sqlite', data: join(data, 'kept'), unprivileged: true })
  const sql = postgres({ host: '127.0.0.1', port: server.port, user: 'postgres', max: 1, onnotice: () => undefined })
  try {
    await work(sql)
    await sql.end()
  } finally {
    await server.stop()
  }
}

const files = async (): Promise<string[]> => {
  const folder = join(data, 'kept/sqlite')
  return (await readdir(folder)).filter((name) => name.includes('.db')).map((name) => join(folder, name))
}

test('is read, not written, and as it was when it may be written again', async () => {
  await served(async (sql) => {
    await sql`create table t (a int primary key)`
    await sql`insert into t select generate_series(1, 100)`
  })
  for (const file of await files()) await chmod(file, 0o444)
  await served(async (sql) => {
    const count = async (): Promise<number> => Number((await sql`select count(*) from t`)[0]?.count)
    expect(await count()).toBe(100)
    expect(await codeOf(sql`insert into t values (101)`)).toBe('58030')
    expect(await codeOf(sql`create table u (a int)`)).toBe('58030')
    expect(await codeOf(sql.begin(async (block) => block`delete from t`))).toBe('58030')
    expect(await count()).toBe(100)
  })
  for (const file of await files()) await chmod(file, 0o644)
  await served(async (sql) => {
    await sql`insert into t values (101)`
    expect(await sql`select count(*)::int, max(a) from t`).toEqual([{ count: 101, max: 101 }])
  })
})

test('a folder that may not be written is an error of its own', async () => {
  await chmod(join(data, 'kept'), 0o555)
  await expect(served(async () => undefined)).rejects.toThrow('the server has not started')
  await chmod(join(data, 'kept'), 0o755)
  await served(async (sql) => {
    expect(await sql`select count(*)::int from t`).toEqual([{ count: 101 }])
  })
})
