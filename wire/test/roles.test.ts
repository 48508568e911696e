/**
 * Roles that log in over SQLite, and on native PostgreSQL: their passwords, and what they may do.
 */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NativePostgres } from '../../oracle/native-postgres.ts'
import { PgServer } from '../server/server.ts'
import { codeOf } from './servers.ts'

const ROLES = `
  create role clerk login password 'paper' connection limit 1;
  create role boss superuser login password 'power';
  create role sleeper password 'zzz';
  create role late login password 'old' valid until '2001-01-01';
  create role bare login;
  create role feeder login replication password 'stream';
  create table ledger (id serial primary key, amount int check (amount > 0));
  create table secret (x int);
  grant select, insert on ledger to clerk;
  grant usage on sequence ledger_id_seq to clerk;
  grant create on schema public to clerk;
`

/** As roles of users log in to orez when it has a password. */
const HBA = 'host all postgres 127.0.0.1/32 trust\nhost all,replication all 127.0.0.1/32 scram-sha-256\n'

let folder: string
let native: NativePostgres
let server: PgServer
/** The ports of PostgreSQL and of orez. */
let ports: readonly [native: number, orez: number]

const connect = (
  port: number,
  user: string,
  password: string,
  options: postgres.Options<Record<string, never>> = {},
): postgres.Sql =>
  postgres({
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user,
    password,
    max: 1,
    onnotice: () => undefined,
    ...options,
  })

const owner = (port: number): postgres.Sql => connect(port, 'postgres', 'root')

/** Who somebody is told to be; the SQLSTATE where the connection is refused. */
const logIn = async (
  port: number,
  user: string,
  password: string,
  options: postgres.Options<Record<string, never>> = {},
  query = "select current_user || ' ' || session_user as who",
): Promise<string> => {
  const sql = connect(port, user, password, options)
  try {
    const [row] = await sql.unsafe(query).simple()
    return String(row?.who)
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  } finally {
    await sql.end()
  }
}

/** Does the same on both, and expects the same of them. @returns what it came to */
const alike = async <Outcome>(work: (port: number) => Promise<Outcome>): Promise<Outcome> => {
  const [expected, actual] = [await work(ports[0]), await work(ports[1])]
  expect(actual).toEqual(expected)
  return actual
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-roles-'))
  const hba = join(folder, 'pg_hba.conf')
  await writeFile(hba, HBA, { mode: 0o644 })
  await chmod(folder, 0o755)
  native = await NativePostgres.start({ settings: [`hba_file=${hba}`] })
  server = await PgServer.start({ data: ':memory:', port: 0, backend: 'sqlite', password: 'root' })
  ports = [native.port, server.port]
  for (const port of ports) {
    const sql = owner(port)
    await sql.unsafe(ROLES).simple()
    await sql.end()
  }
})
afterAll(async () => {
  await server.stop()
  await native.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('logging in', () => {
  test.each([
    ['clerk', 'paper'],
    ['clerk', 'PAPER'],
    ['clerk', ''],
    ['boss', 'power'],
    ['sleeper', 'zzz'],
    ['sleeper', 'wrong'],
    ['late', 'old'],
    ['bare', 'anything'],
    ['nobody', 'paper'],
  ])('as %s with the password "%s"', async (user, password) => {
    await alike((port) => logIn(port, user, password))
  })

  test('the superuser has the password that the server was started with', async () => {
    expect(await logIn(server.port, 'postgres', 'root')).toBe('postgres postgres')
    expect(await logIn(server.port, 'postgres', 'wrong')).toBe('28P01')
  })

  test('a role has as many connections as it may have', async () => {
    const answers = await alike(async (port) => {
      const first = connect(port, 'clerk', 'paper')
      await first`select 1`
      const second = await logIn(port, 'clerk', 'paper')
      await first.end()
      await expect.poll(() => logIn(port, 'clerk', 'paper')).toBe('clerk clerk')
      return second
    })
    expect(answers).toBe('53300')
  })

  test('a password is changed, and is nowhere to be read', async () => {
    await alike(async (port) => {
      const sql = owner(port)
      await sql.unsafe("alter role boss password 'might'")
      const [row] = await sql`select rolpassword from pg_authid where rolname = 'boss'`
      const secret = String(row?.rolpassword)
      // A secret can be moved to another role as it is.
      await sql.unsafe(`alter role bare password '${secret}'`)
      const [shown] = await sql`select rolpassword from pg_roles where rolname = 'boss'`
      await sql.end()
      return [
        /^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$/.test(secret),
        shown?.rolpassword,
        await logIn(port, 'boss', 'power'),
        await logIn(port, 'boss', 'might'),
        await logIn(port, 'bare', 'might'),
      ]
    })
  })

  test('only a role that may replicate starts a stream', async () => {
    const asStream = { connection: { replication: 'database' }, fetch_types: false }
    await alike(async (port) => {
      const bare = await logIn(port, 'bare', 'might', asStream, 'IDENTIFY_SYSTEM')
      const feeder = await logIn(port, 'feeder', 'stream', asStream, 'IDENTIFY_SYSTEM')
      return [bare, feeder]
    })
  })
})

describe('what a role may do', () => {
  test('it writes where it may, in every way of the protocol', async () => {
    await alike(async (port) => {
      const sql = connect(port, 'clerk', 'paper')
      const codes = [
        await codeOf(sql`insert into ledger (amount) values (${5})`),
        await codeOf(sql.unsafe('insert into ledger (amount) values (6)').simple()),
        await codeOf(sql`select * from secret`),
        await codeOf(sql`update ledger set amount = ${1}`),
        await codeOf(sql`delete from ledger`),
        await codeOf(sql.unsafe('copy secret to stdout').simple()),
        await codeOf(sql.unsafe('copy ledger to stdout').simple()),
        await codeOf(sql`insert into ledger (amount) values (${-1})`),
      ]
      const [row] = await sql`select sum(amount)::int as sum from ledger`
      await sql.end()
      return [...codes, row?.sum]
    })
  })

  test('what it makes is its own, what others have made is not', async () => {
    await alike(async (port) => {
      const sql = connect(port, 'clerk', 'paper')
      await sql`create table own (a int)`
      const codes = [
        await codeOf(sql`alter table own add column b int`),
        await codeOf(sql`alter table ledger add column b int`),
        await codeOf(sql`drop table secret`),
      ]
      const [row] = await sql`select relowner::regrole::text as owner from pg_class where relname = 'own'`
      codes.push(await codeOf(sql`drop table own`))
      await sql.end()
      return [...codes, row?.owner]
    })
  })

  test('rights that are taken away are gone at once, in a session that is open too', async () => {
    await alike(async (port) => {
      const [clerk, granting] = [connect(port, 'clerk', 'paper'), owner(port)]
      const read = (): Promise<string> => codeOf(clerk`select count(*) from ledger`)
      const codes = [await read()]
      await granting`revoke select on ledger from clerk`
      codes.push(await read())
      await granting`grant select on ledger to clerk`
      codes.push(await read())
      await Promise.all([clerk.end(), granting.end()])
      return codes
    })
  })

  test('it is told who it is', async () => {
    await alike(async (port) => {
      const sql = connect(port, 'clerk', 'paper')
      await sql`select 1`
      const codes = [await codeOf(sql`set role boss`), await codeOf(sql`set session authorization boss`)]
      const [shown] =
        await sql`select current_setting('is_superuser') as super, current_setting('session_authorization') as it`
      await sql.end()
      return [...codes, shown]
    })
  })
})

test('what ALTER ROLE and ALTER DATABASE have set is what a session begins with', async () => {
  const shown = `select concat_ws(' ', current_setting('work_mem'), current_setting('statement_timeout'),
    current_setting('search_path'), current_setting('DateStyle'), current_setting('my.tag', true)) as who`
  const answers = await alike(async (port) => {
    const sql = owner(port)
    const commands = `
      create role starter login password 'go';
      alter role all set my.tag = 'all';
      alter database postgres set my.tag = 'here';
      alter database postgres set work_mem = '5MB';
      alter role starter set my.tag = 'starter';
      alter role starter set search_path = 'a', "B c", public;
      alter role starter in database postgres set statement_timeout = '17s';
      alter role starter set datestyle = 'German';
    `
    for (const command of commands.split(';')) await sql.unsafe(command)
    const first = await logIn(port, 'starter', 'go', {}, shown)
    const asked = await logIn(port, 'starter', 'go', { connection: { work_mem: '9MB' } }, shown)
    const other = await logIn(port, 'postgres', 'root', {}, shown)
    const rest = 'alter role starter reset all; alter role starter in database postgres reset all'
    for (const command of rest.split(';')) await sql.unsafe(command)
    const later = await logIn(port, 'starter', 'go', {}, shown)
    for (const command of ['alter database postgres reset all', 'alter role all reset all']) await sql.unsafe(command)
    await sql.end()
    return [first, asked, other, later, await logIn(port, 'starter', 'go', {}, shown)]
  })
  expect(new Set(answers).size).toBe(4)
})
