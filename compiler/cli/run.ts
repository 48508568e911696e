/** `--run`: the same statements on PostgreSQL 18 in PGlite and on SQLite, side by side. */
import { styleText } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { PgError } from '../../wire/protocol/error.ts'
import { openNative } from '../../wire/sqlite/native.ts'
import { recordedFiles } from '../../wire/sqlite/recorded-files.ts'
import { outputOf } from '../../wire/sqlite/result.ts'
import { SqliteSession } from '../../wire/sqlite/session.ts'
import { TextClient } from '../../wire/sqlite/text-client.ts'
import { typesByOid } from '../catalog/builtin.ts'
import { OID } from '../catalog/oid.ts'
import { writtenStatements } from './written-statement.ts'

interface Answer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly error?: string
}

const asText = (value: string): string => value
const PARSERS = Object.fromEntries([...typesByOid.keys()].map((oid) => [oid, asText]))

const onPostgres = async (db: PGlite, sql: string): Promise<Answer> => {
  try {
    const { fields, rows } = await db.query<(string | null)[]>(sql, [], { rowMode: 'array', parsers: PARSERS })
    return { columns: fields.map(({ name }) => name), rows }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return { columns: [], rows: [], error: `${code} ${message}` }
  }
}

const onSqlite = (session: SqliteSession, sql: string): Answer => {
  try {
    const { columns = [], rows } = new TextClient(session).execute(sql)
    const env = session.environment
    const text = rows.map((row) =>
      row.map((value, at) => (value === null ? null : outputOf(env, columns[at]?.type ?? OID.text)(value))),
    )
    return { columns: columns.map(({ name }) => name), rows: text }
  } catch (error) {
    if (!(error instanceof PgError)) throw error
    return { columns: [], rows: [], error: `${error.code} ${error.message}` }
  }
}

const lines = ({ columns, rows, error }: Answer): string[] =>
  error === undefined
    ? [columns.join(' | '), ...rows.map((row) => row.map((value) => value ?? 'NULL').join(' | '))]
    : [error]

/** Prints both answers to each statement. @returns whether they agree throughout */
export const runBoth = async (schema: string, sql: string): Promise<boolean> => {
  const db = new PGlite()
  const session = new SqliteSession(openNative(':memory:'), recordedFiles)
  let agree = true
  try {
    for (const [source, quiet] of [
      [schema, true],
      [sql, false],
    ] as const) {
      for (const { text: statement } of writtenStatements(source)) {
        const [expected, actual] = [await onPostgres(db, statement), onSqlite(session, statement)]
        if (quiet) continue
        const [left, right] = [lines(expected), lines(actual)]
        console.log(styleText('bold', statement))
        for (let line = 0; line < Math.max(left.length, right.length); line++) {
          const same = left[line] === right[line]
          if (same) console.log(`    ${left[line]}`)
          else {
            agree = false
            if (left[line] !== undefined) console.log(styleText('green', `  P ${left[line]}`))
            if (right[line] !== undefined) console.log(styleText('red', `  S ${right[line]}`))
          }
        }
      }
    }
  } finally {
    await db.close()
    session.close()
  }
  return agree
}
