/**
 * The SQL that a fresh PGlite is given: the change log, capture, and built-ins that ask the host.
 * Its hash is the version: a data directory that carries another one is brought up to date when opened.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('./sql/', import.meta.url)
const sql = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort()
  .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  .join('\n')

export const bootstrap = {
  sql,
  version: createHash('sha256').update(sql).digest('hex').slice(0, 16),
}
