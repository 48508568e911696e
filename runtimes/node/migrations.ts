/**
 * Migrations and the seed. What has been applied is recorded in the schema `pg_orez`, which is no part of
 * FOR ALL TABLES publications, in the same transaction as the change itself.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import type postgres from 'postgres'
import { shapeOf } from '../../wire/server/statement.ts'

/** A migration or seed that failed, or that differs from what was applied. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

/** What a seed module's default export is. */
export type Seed = (sql: postgres.Sql) => Promise<void>

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const prepareRecord = (sql: postgres.Sql): Promise<unknown> => sql`
  CREATE TABLE IF NOT EXISTS pg_orez.migration (
    name text PRIMARY KEY,
    hash text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  )`

const record = (sql: postgres.Sql | postgres.TransactionSql, name: string, hash: string): Promise<unknown> =>
  sql`INSERT INTO pg_orez.migration (name, hash) VALUES (${name}, ${hash})`

/**
 * Runs a file's statements and records them, all or nothing; a file that begins transactions of its own
 * is run as it is, and recorded at its end.
 */
const applySql = async (sql: postgres.Sql, name: string, text: string): Promise<void> => {
  const managesItself = shapeOf(text)
    .statements.flat()
    .some((effect) => effect.kind === 'begin')
  const apply = async (tx: postgres.Sql | postgres.TransactionSql): Promise<void> => {
    await tx.unsafe(text).simple()
    await record(tx, name, hashOf(text))
  }
  try {
    await (managesItself ? apply(sql) : sql.begin(apply))
  } catch (error) {
    throw describe(name, text, error)
  }
}

/** Says where in the file PostgreSQL has found the fault. */
const describe = (name: string, text: string, error: unknown): MigrationError => {
  const { message, position } = error as { message: string; position?: string }
  const before = position === undefined ? undefined : text.slice(0, Number(position) - 1).split('\n')
  const place = before === undefined ? '' : `:${before.length}:${(before.at(-1) ?? '').length + 1}`
  return new MigrationError(`${name}${place}: ${message}`, { cause: error })
}

/** The `.sql` files of a folder and its sub-folders in the order of their paths; `.down.sql` files are left out. */
const migrationFiles = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new MigrationError(`cannot read the migrations folder ${folder}: ${error.message}`)
  })
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql') && !entry.name.endsWith('.down.sql'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/**
 * Applies the migrations that have not been applied.
 * @returns the names of those it has applied
 * @throws MigrationError when one fails, or when an applied one has been edited or removed
 */
export const migrate = async (sql: postgres.Sql, folder: string): Promise<string[]> => {
  await prepareRecord(sql)
  const names = await migrationFiles(folder)
  const rows = await sql<
    { name: string; hash: string }[]
  >`SELECT name, hash FROM pg_orez.migration WHERE name NOT LIKE 'seed:%'`
  const applied = new Map(rows.map((row) => [row.name, row.hash]))
  const missing = rows.find((row) => !names.includes(row.name))
  if (missing !== undefined) throw new MigrationError(`${missing.name} has been applied, but is not in ${folder}`)
  const fresh: string[] = []
  for (const name of names) {
    const text = await readFile(join(folder, name), 'utf8')
    const known = applied.get(name)
    if (known === hashOf(text)) continue
    if (known !== undefined) throw new MigrationError(`${name} has been changed since it was applied`)
    await applySql(sql, name, text)
    fresh.push(name)
  }
  return fresh
}

/**
 * Runs the seed if it has not been run on these data. A module's seed is recorded when it has finished,
 * so one that is cut short must bear being run again.
 * @returns whether it was run
 */
export const seed = async (sql: postgres.Sql, file: string): Promise<boolean> => {
  await prepareRecord(sql)
  const [done] = await sql`SELECT FROM pg_orez.migration WHERE name LIKE 'seed:%'`
  if (done !== undefined) return false
  const name = 'seed:'
  if (extname(file) === '.sql') {
    const text = await readFile(file, 'utf8').catch((error: Error) => {
      throw new MigrationError(`cannot read the seed ${file}: ${error.message}`)
    })
    await applySql(sql, name, text)
    return true
  }
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown }
  if (typeof module.default !== 'function')
    throw new MigrationError(`the seed ${file} has no function as its default export`)
  await (module.default as Seed)(sql)
  await record(sql, name, '')
  return true
}
