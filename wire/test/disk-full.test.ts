/**
 * A disk that is full: who writes is told, nothing that was acknowledged is lost, nothing is there in part, and others
 * read on. The limit that the system sets for the size of a file stands for the disk.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OrezProcess } from '../../oracle/orez-process.ts'
import { codeOf } from './servers.ts'

let data: string
let server: OrezProcess
const client = (): postgres.Sql =>
  postgres({
    host: '127.0.0.1',
    port: server.port,
    user: 'postgres',
    max: 1,
    onnotice: () => undefined,
    max_lifetime: null,
  })

/** disk_full or io_error: which one, the system decides. */
const FULL = /^(53100|58030)$/

const TEXT = 'x'.repeat(20_000)

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'orez-full-'))
  server = await OrezProcess.start({ backend: 'sqlite', data, fileSize: 6_000 })
})
afterAll(async () => {
  await server.stop()
  await rm(data, { recursive: true, force: true })
})

test('who writes is told, and nothing is lost or there in part', async () => {
  const [sql, other] = [client(), client()]
  await sql`create table kept (id int primary key, v text)`
  await sql`create table told (what text)`
  let acknowledged = 0
  let code = 'done'
  while (code === 'done' && acknowledged < 1_000) {
    code = await codeOf(sql`insert into kept values (${acknowledged + 1}, ${TEXT})`)
    if (code === 'done') acknowledged++
  }
  expect(code).toMatch(FULL)
  const count = async (): Promise<number> => Number((await other`select count(*) from kept`)[0]?.count)
  expect(await count()).toBe(acknowledged)

  // a block, whose first statement has gone well
  await sql.unsafe('begin').simple()
  expect(await codeOf(sql`insert into told values ('before')`)).toBe('done')
  const failed = await codeOf(sql`insert into kept select 10000 + g, ${TEXT} from generate_series(1, 500) g`)
  expect(failed).toMatch(FULL)
  expect(await codeOf(sql`select 1`)).toBe('25P02')
  await sql.unsafe('rollback').simple()
  expect(await count()).toBe(acknowledged)

  // a block whose changes are written when it is committed
  await sql.unsafe('begin').simple()
  expect(await codeOf(sql`insert into kept select 30000 + g, ${TEXT} from generate_series(1, 40) g`)).toBe('done')
  expect(await codeOf(sql.unsafe('commit').simple())).toMatch(FULL)
  expect(await codeOf(sql`select 1`)).toBe('done')
  // Others can have their turn to write, for what that is worth.
  expect(await codeOf(other`insert into kept values (50000, ${TEXT})`)).toMatch(FULL)
  expect(await count()).toBe(acknowledged)

  // an error that a routine would handle, with what it would do then
  const handled = `do $$ begin
    insert into told values ('inside');
    begin
      insert into kept select 20000 + g, repeat('y', 20000) from generate_series(1, 500) g;
    exception when others then
      insert into told values ('handled');
    end;
  end $$`
  const outcome = await codeOf(sql.unsafe(handled).simple())
  const told = (await other`select what from told order by what`).map(({ what }) => what)
  if (outcome === 'done') expect(told).toEqual(['handled', 'inside'])
  else expect([FULL.test(outcome), told]).toEqual([true, []])
  expect(await count()).toBe(acknowledged)
  await Promise.all([sql.end(), other.end()])

  await server.stop()
  server = await OrezProcess.start({ backend: 'sqlite', data })
  const after = client()
  const [row] = await after`select count(*)::int as count, max(id) as last, bool_and(v = ${TEXT}) as whole from kept`
  expect(row).toEqual({ count: acknowledged, last: acknowledged, whole: true })
  expect(await codeOf(after`insert into kept values (0, 'there is room again')`)).toBe('done')
  await after.end()
})
