/**
 * psql, pgbench and pg_recvlogical, Debian's, against orez on each of its backends and against native PostgreSQL.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NativePostgres } from '../../oracle/native-postgres.ts'
import { type Backend, PgServer } from '../server/server.ts'

const run = promisify(execFile)

for (const program of ['psql', 'pgbench', 'pg_recvlogical']) {
  try {
    execFileSync(program, ['--version'])
  } catch {
    throw new Error(`${program} is missing: apt-get install postgresql-client postgresql-contrib`)
  }
}

let native: NativePostgres
let folder: string

beforeAll(async () => {
  native = await NativePostgres.start()
  folder = await mkdtemp(join(tmpdir(), 'orez-psql-'))
})
afterAll(async () => {
  await native.stop()
  await rm(folder, { recursive: true, force: true })
})

const psql = async (port: number, script: string): Promise<string> => {
  const file = join(folder, 'script.sql')
  await writeFile(file, script)
  const { stdout, stderr } = await run('psql', [
    ...['-X', '-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', 'postgres', '-f', file],
  ])
  return (stdout + stderr).replaceAll(`${file}:`, '')
}

const SCHEMA = `
  create table author(id int generated always as identity primary key, name text not null, born date);
  create table book(id serial primary key, author_id int references author on delete cascade, title text default 'x' check (title <> ''), price numeric(8,2));
  create index book_title on book (lower(title)) where price > 0;
  create view cheap as select * from book where price < 10;
  create type mood as enum ('sad', 'happy'); create domain positive as int check (value > 0);
  create function twice(int) returns int language sql immutable as 'select $1 * 2';
  comment on table book is 'things to read';
  insert into author(name) values ('Ann'), ('Bob'); insert into book(author_id, price) select 1 + g % 2, g from generate_series(1, 5) g;
`

const scripts: Readonly<Record<string, string>> = {
  'describes what there is': `${SCHEMA}
    \\d
    \\d author
    \\d+ book
    \\dt
    \\di book_title
    \\dv
    \\df twice
    \\dT mood
    \\dD
    \\dn
    \\ds
    \\du`,
  'prints, sets variables and stops at errors': `
    \\pset format unaligned
    select * from book order by id;
    \\set top 3
    select count(*) from book where price < :top;
    \\gset
    select 1/0;
    \\echo :LAST_ERROR_SQLSTATE
    select title, price from book where id = 1 \\gx
    \\gdesc`,
  '\\copy in and out': `
    create table copied(a int, b text);
    \\copy copied from stdin
1\tone
2\t\\N
\\.
    \\copy copied to stdout csv header
    \\copy (select b from copied where b is not null) to stdout`,
  'prepares, and gathers chunks of rows': `
    \\set FETCH_COUNT 2
    select g from generate_series(1, 5) g;
    \\unset FETCH_COUNT
    select $1::int + $2::int \\bind 1 2 \\g`,
  'transactions on the prompt': `
    begin;
    insert into author(name) values ('Eve');
    select 1/0;
    select 2;
    rollback;
    select count(*) from author;`,
}

const BACKENDS: readonly Backend[] = ['pglite', 'sqlite']

describe.each(BACKENDS)('%s', (backend) => {
  let server: PgServer
  beforeAll(async () => {
    // The scripts of the other backend have left their tables.
    await psql(native.port, 'drop schema public cascade; create schema public authorization pg_database_owner')
    server = await PgServer.start({ data: ':memory:', port: 0, backend })
  })
  afterAll(() => server.stop())

  test.each(Object.entries(scripts))('psql %s', async (_name, script) => {
    const expected = await psql(native.port, script)
    expect(await psql(server.port, script)).toBe(expected)
  })

  test('what psql inserts, another connection sees', async () => {
    await psql(server.port, "create table seen(x text); insert into seen values ('by psql')")
    expect(await psql(server.port, 'select x from seen')).toContain('by psql')
  })

  test.each(['simple', 'extended', 'prepared'])(
    'pgbench runs its TPC-B in %s mode, and money is neither lost nor made',
    async (mode) => {
      const connection = ['-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres', 'pgbench']
      await run('pgbench', ['-i', '-q', '-s', '1', ...connection])
      // a thread for each client: one that waits for another's transaction must not hold that up
      const { stdout } = await run('pgbench', ['-M', mode, '-c', '4', '-j', '4', '-t', '50', '-n', ...connection])
      expect(stdout).toContain('number of transactions actually processed: 200/200')
      const { stdout: sums } = await run('psql', [
        ...['-X', '-A', '-t', '-h', '127.0.0.1', '-p', String(server.port), '-U', 'postgres', '-d', 'pgbench', '-c'],
        `select count(*), sum(delta) = (select sum(abalance) from pgbench_accounts), sum(delta) = (select sum(bbalance) from pgbench_branches)
     from pgbench_history`,
      ])
      expect(sums.trim()).toBe('200|t|t')
    },
  )

  /** What pg_recvlogical writes of some changes, each message on a line of its own. */
  const received = async (port: number): Promise<Buffer> => {
    const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', 'postgres']
    const slot = ['--slot', 'received']
    await psql(
      port,
      'create table streamed(id int primary key, v text); create publication streaming for table streamed',
    )
    await run('pg_recvlogical', [...connection, ...slot, '--create-slot', '-P', 'pgoutput'])
    await psql(
      port,
      "insert into streamed values (1, 'one'), (2, null); update streamed set v = 'uno' where id = 1; begin; delete from streamed where id = 2; commit",
    )
    const { stdout: head } = await run('psql', [...connection, '-X', '-A', '-t', '-c', 'select pg_current_wal_lsn()'])
    const file = join(folder, `stream-${port}`)
    const options = ['-o', 'proto_version=1', '-o', 'publication_names=streaming', '--endpos', head.trim(), '-f', file]
    await run('pg_recvlogical', [...connection, ...slot, '--start', ...options])
    await run('pg_recvlogical', [...connection, ...slot, '--drop-slot'])
    await psql(port, 'drop publication streaming; drop table streamed')
    const bytes = await readFile(file)
    await rm(file)
    return bytes
  }

  test('pg_recvlogical reads a slot', async () => {
    const said = await received(server.port)
    // Positions, transaction ids, times and oids differ, but take the same room.
    expect(said.length).toBe((await received(native.port)).length)
    for (const text of ['streamed', 'one', 'uno']) expect(said.includes(text)).toBe(true)
  })

  test('tables and indexes have a size', async () => {
    const listed = await psql(server.port, '\\dt+ author\n\\di+ author_pkey')
    expect(listed.match(/ \| \d+ (bytes|kB) \| /g)).toHaveLength(2)
  })

  test('the output of COPY can be loaded again', async () => {
    await psql(server.port, `\\copy author to '${join(folder, 'author.txt')}'`)
    expect((await readFile(join(folder, 'author.txt'), 'utf8')).split('\n').length).toBeGreaterThan(2)
  })
})
