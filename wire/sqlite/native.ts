/** SQLite in this process, by better-sqlite3. */
import Database from 'better-sqlite3'
import type { UserFunction } from '../../compiler/lower/context.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import type { Bindings, SqliteDatabase } from './database.ts'

/** The types whose keys indexes use; defined before any schema is read. */
const KEYED = [1700, 1186, 1266]

interface Gathered {
  rows: Value[][]
}

/** Rows that are gathered, and given back from the front when a window moves on. */
const aggregate = ({ run }: UserFunction & { kind: 'aggregate' }, env: () => Environment) => ({
  varargs: true,
  safeIntegers: true,
  start: (): Gathered => ({ rows: [] }),
  step: (state: Gathered, ...row: unknown[]): void => {
    state.rows.push(row.map(received))
  },
  inverse: (state: Gathered): void => {
    state.rows.shift()
  },
  result: (state: Gathered) => run(env(), state.rows),
})

/** better-sqlite3 gives blobs as Buffers and takes no subclass of Uint8Array that is not one. */
const received = (value: unknown): Value => (value instanceof Buffer ? new Uint8Array(value) : (value as Value))

/** @param path of the file, or `:memory:` */
export const openNative = (path: string): SqliteDatabase => {
  const db = new Database(path)
  db.defaultSafeIntegers(true)
  const defined = new Set<string>()
  const statements = new Map<string, Database.Statement>()
  /** The same statement is executed for every row of a write. */
  const prepared = (sql: string): Database.Statement => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    if (statements.size > 200) statements.clear()
    statements.set(sql, statement)
    return statement
  }
  const define = (functions: readonly UserFunction[], env: () => Environment): void => {
    for (const fn of functions) {
      if (defined.has(fn.name)) continue
      defined.add(fn.name)
      if (fn.kind === 'aggregate') db.aggregate(fn.name, aggregate(fn, env) as never)
      else
        db.function(
          fn.name,
          { varargs: true, deterministic: fn.deterministic, safeIntegers: true },
          (...args: unknown[]) => fn.run(env(), args.map(received)),
        )
    }
  }
  define(
    KEYED.map((type) => ({
      kind: 'scalar',
      name: `pg_key:${type}`,
      deterministic: true,
      run: (env, [value = null]) => (value === null ? null : (codecOf(env, type).key?.(value, env) ?? null)),
    })),
    () => ({ catalog: { baseType: (oid: number) => oid } }) as unknown as Environment,
  )
  return {
    define,
    all: (sql: string, bindings: Bindings = {}): Value[][] => {
      const statement = db.prepare(sql)
      if (!statement.reader) {
        statement.run(bindings)
        return []
      }
      return (statement.raw(true).all(bindings) as unknown[][]).map((row) => row.map(received))
    },
    run: (sql: string, bindings: Bindings = {}) => {
      const { changes, lastInsertRowid } = prepared(sql).run(bindings)
      return { changes, rowid: BigInt(lastInsertRowid) }
    },
    close: () => {
      db.close()
    },
  }
}
