/** What SQLite's own errors mean in PostgreSQL. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { type UniqueKey, uniqueKeys } from './conflict.ts'
import { columnsOf } from './key.ts'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** What a row has violated, by SQLite's message. */
export const violatedKey = (error: unknown, relation: RelationInfo): UniqueKey | undefined => {
  const message = messageOf(error)
  const byIndex = /^UNIQUE constraint failed: index '(.*)'$/.exec(message)?.[1]
  const byColumns = /^UNIQUE constraint failed: (.*)$/.exec(message)?.[1]
  if (byColumns === undefined) return undefined
  if (byIndex !== undefined) return { name: byIndex.replace(/^.*\./, ''), columns: undefined }
  const listOf = (numbers: readonly number[]): string =>
    columnsOf(relation, numbers)
      .map((column) => `${relation.physical}.${column.physical}`)
      .join(', ')
  const found = uniqueKeys(relation).find(({ columns }) => columns !== undefined && listOf(columns) === byColumns)
  return found ?? { name: relation.name, columns: undefined }
}

/** What SQLite's result codes mean that have nothing to do with the statement. */
const FAILURES: ReadonlyMap<number, string> = new Map([
  [7, '53200'], // SQLITE_NOMEM
  [8, '58030'], // SQLITE_READONLY
  [10, '58030'], // SQLITE_IOERR
  [11, 'XX001'], // SQLITE_CORRUPT
  [13, '53100'], // SQLITE_FULL
  [14, '58030'], // SQLITE_CANTOPEN
  [26, 'XX001'], // SQLITE_NOTADB
])

/** An error of SQLite in a statement that the compiler made. What it cannot run is refused, not answered wrongly. */
export const fromSqlite = (error: unknown): PgError => {
  if (error instanceof PgError) return error
  const message = messageOf(error)
  const raised = /^bad JSON path: '!([0-9A-Z]{5}) (.*)'$/s.exec(message)
  if (raised !== null) return new PgError(raised[1] ?? '', raised[2] ?? '')
  if (message === 'integer overflow') return new PgError('22003', 'bigint out of range')
  const code = FAILURES.get(((error as { errcode?: number }).errcode ?? 0) & 0xff)
  if (code !== undefined) return new PgError(code, `the database file cannot be used: ${message}`)
  if (/out of memory/.test(message)) return new PgError('53200', message)
  if (error instanceof TypeError || error instanceof ReferenceError) return new PgError('XX000', message)
  return unsupported(`this statement, which SQLite rejects (${message}),`)
}
