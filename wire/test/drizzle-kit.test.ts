/** drizzle-kit's commands against the server over SQLite and native PostgreSQL: migrations, and the schema that it reads back. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, type Servers, startServers, url } from './servers.ts'

const run = promisify(execFile)
const ROOT = join(import.meta.dirname, '../..')
const DATABASE = 'drizzle_kit'

const SCHEMA = `
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, jsonb, numeric, pgEnum, pgSchema, pgTable, pgView, primaryKey, serial, text,
  timestamp, uniqueIndex, uuid, varchar } from 'drizzle-orm/pg-core'

export const mood = pgEnum('mood', ['sad', 'ok'])
export const app = pgSchema('app')
export const users = pgTable('users', {
  id: serial().primaryKey(),
  name: varchar({ length: 50 }).notNull().default('x'),
  mood: mood().default('ok'),
  at: timestamp({ withTimezone: true }).defaultNow(),
  data: jsonb().default({}),
  ok: boolean().default(true),
  total: numeric({ precision: 8, scale: 2 }),
  key: uuid().defaultRandom().unique(),
}, (t) => [index('users_name').on(t.name), check('named', sql\`\${t.name} <> ''\`)])
export const posts = app.table('posts', {
  id: integer().generatedAlwaysAsIdentity(),
  author: integer().references(() => users.id, { onDelete: 'cascade' }),
  title: text().notNull(),
  tags: text().array(),
}, (t) => [primaryKey({ columns: [t.id] }), uniqueIndex('posts_title').on(t.title, t.author)])
export const names = pgView('names').as((q) => q.select({ id: users.id, name: users.name }).from(users))
`

/** The next version: a column more, an index less. */
const NEXT = SCHEMA.replace('tags: text().array(),', 'tags: text().array(),\n  rank: integer().default(3),').replace(
  "index('users_name').on(t.name), ",
  '',
)

const CONFIG = `
import { defineConfig } from 'drizzle-kit'
export default defineConfig({
  dialect: 'postgresql', schema: './schema.ts', out: process.env.OUT, schemaFilter: ['public', 'app'],
  dbCredentials: { url: process.env.DB },
})
`

let servers: Servers
let folder: string
beforeAll(async () => {
  servers = await startServers('sqlite')
  await createDatabase(servers.native, DATABASE)
  folder = await mkdtemp(join(tmpdir(), 'orez-drizzle-'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'drizzle.config.ts'), CONFIG)
})
afterAll(async () => {
  await servers.server.stop()
  await rm(folder, { recursive: true, force: true })
})

/** @param out the folder of migrations, or of the schema that is read */
const drizzleKit = async (port: number, out: string, ...args: string[]): Promise<void> => {
  const env = { ...process.env, DB: url(port, DATABASE), OUT: `./${out}`, NO_COLOR: '1' }
  await run(process.execPath, [join(ROOT, 'node_modules/drizzle-kit/bin.cjs'), ...args], { cwd: folder, env })
}

/** The schema that drizzle-kit reads off a database, part by part: it asks for tables in no order. */
const introspected = async (port: number): Promise<string[]> => {
  const out = `read-${port}-${(await readdir(folder)).length}`
  await mkdir(join(folder, out))
  await drizzleKit(port, out, 'introspect')
  const schema = await readFile(join(folder, out, 'schema.ts'), 'utf8')
  const [imports = '', ...parts] = schema.split(/\n+(?=export )/)
  return [...imports.split(/[\s,]+/).sort(), ...parts.map((part) => part.trim()).sort()]
}

test('migrates, pushes changes, and reads back what is there', async () => {
  await writeFile(join(folder, 'schema.ts'), SCHEMA)
  await drizzleKit(servers.native, 'migrations', 'generate')
  for (const port of [servers.native, servers.orez]) await drizzleKit(port, 'migrations', 'migrate')
  expect(await introspected(servers.orez)).toEqual(await introspected(servers.native))
  await writeFile(join(folder, 'schema.ts'), NEXT)
  for (const port of [servers.native, servers.orez]) await drizzleKit(port, 'migrations', 'push', '--force')
  const pushed = await introspected(servers.native)
  expect(pushed.join()).toContain('rank')
  expect(await introspected(servers.orez)).toEqual(pushed)
})
