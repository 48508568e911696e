/**
 * SQLite in this process, by the SQLite that Node itself brings. Unlike better-sqlite3 it lets a function that a query
 * calls run queries of its own, which is what functions that users write do.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { typesByOid } from '../../compiler/catalog/builtin.ts'
import { Catalog } from '../../compiler/catalog/catalog.ts'
import type { UserFunction } from '../../compiler/lower/context.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { codecOf, findCodec } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import type { Bindings, SqliteDatabase } from './database.ts'

const builtin = { catalog: new Catalog() } as unknown as Environment

/** Types that an index compares by keys of their own: those of PostgreSQL, as an index outlives the session that made it. */
const KEYED: readonly number[] = [...typesByOid.values()]
  .filter(({ oid, kind, element }) => {
    const codec = 'brm'.includes(kind) && typesByOid.get(element)?.kind !== 'c' ? findCodec(builtin, oid) : undefined
    return codec !== undefined && !codec.native && codec.key !== undefined
  })
  .map(({ oid }) => oid)

/** Prepared statements that are kept for the next time, at most. */
const KEPT_STATEMENTS = 500

interface Gathered {
  rows: Value[][]
}

/** Rows that are gathered, and given back from the front when a window moves on. */
const aggregate = (compute: (rows: Value[][]) => Value) => ({
  varargs: true,
  useBigIntArguments: true,
  start: (): Gathered => ({ rows: [] }),
  step: (state: Gathered, ...row: Value[]): Gathered => {
    state.rows.push(row)
    return state
  },
  inverse: (state: Gathered): Gathered => {
    state.rows.shift()
    return state
  },
  result: ({ rows }: Gathered) => compute(rows),
})

/**
 * @param path of the file, or `:memory:`
 * @param settings PRAGMAs that come first
 */
export const openNative = (path: string, settings: readonly string[] = []): SqliteDatabase => {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  for (const setting of settings) db.exec(`PRAGMA ${setting}`)
  const defined = new Set<string>()
  /** How many works are being done inside each other. */
  let depth = 0
  /** Prepared statements by their text, and whether they are being executed at the moment. */
  const prepared = new Map<string, { readonly statement: StatementSync; isBusy: boolean }>()
  const prepare = (sql: string): StatementSync => {
    const statement = db.prepare(sql)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    statement.setAllowUnknownNamedParameters(true)
    return statement
  }
  /** What the first function that failed in the statement at hand has thrown: SQLite still finishes its aggregates after it. */
  let failure: unknown
  const noting = <Outcome>(compute: () => Outcome): Outcome => {
    try {
      connection.deadline?.check()
      return compute()
    } catch (error) {
      failure ??= error
      throw error
    }
  }
  /** Why SQLite has rolled back everything by itself, within the work at hand. */
  let lost: unknown
  /** The client's transaction has begun. */
  let isBegun = false
  const isLost = (): boolean => (depth > 0 || isBegun) && !db.isTransaction
  const using = <Outcome>(sql: string, execute: (statement: StatementSync) => Outcome): Outcome => {
    // What comes after would be committed by itself.
    if (isLost()) throw lost
    let known = prepared.get(sql)
    if (known === undefined) {
      if (prepared.size >= KEPT_STATEMENTS) prepared.clear()
      known = { statement: prepare(sql), isBusy: false }
      prepared.set(sql, known)
    }
    // a function that it calls may execute the same text
    const isOwn = !known.isBusy
    const statement = isOwn ? known.statement : prepare(sql)
    known.isBusy = true
    const before = failure
    failure = undefined
    let outcome: Outcome
    try {
      outcome = execute(statement)
      connection.deadline?.check()
      // Node forgets an aggregate's error when another function is called before the statement ends.
      if (failure !== undefined) throw failure
    } catch (error) {
      if (isLost()) lost ??= error
      throw failure ?? error
    } finally {
      failure = before
      if (isOwn) known.isBusy = false
    }
    return outcome
  }
  const define = (functions: readonly UserFunction[], env: () => Environment): void => {
    for (const fn of functions) {
      if (defined.has(fn.name)) continue
      defined.add(fn.name)
      if (fn.kind === 'aggregate')
        db.aggregate(fn.name, aggregate((rows) => noting(() => fn.run(env(), rows))) as never)
      else
        db.function(
          fn.name,
          { varargs: true, deterministic: fn.deterministic, useBigIntArguments: true },
          (...args: unknown[]) => noting(() => fn.run(env(), args as Value[])),
        )
    }
  }
  const connection: SqliteDatabase = {
    deadline: undefined,
    define,
    all: (sql: string, bindings: Bindings = {}): Value[][] =>
      using(sql, (statement) => statement.all(bindings as never) as unknown as Value[][]),
    run: (sql: string, bindings: Bindings = {}) =>
      using(sql, (statement) => {
        const { changes, lastInsertRowid } = statement.run(bindings as never)
        return { changes: Number(changes), rowid: BigInt(lastInsertRowid) }
      }),
    temporary: 'TEMP TABLE',
    endsAtOnce: true,
    transact: (work) => {
      if (isLost()) throw lost
      const outermost = !db.isTransaction
      if (depth === 0 && !isBegun) lost = undefined
      const name = `work$${depth++}`
      db.exec(outermost ? 'BEGIN IMMEDIATE' : `SAVEPOINT ${name}`)
      try {
        const outcome = work()
        if (isLost()) throw lost
        db.exec(outermost ? 'COMMIT' : `RELEASE ${name}`)
        return outcome
      } catch (error) {
        if (db.isTransaction) db.exec(outermost ? 'ROLLBACK' : `ROLLBACK TO ${name}; RELEASE ${name}`)
        else lost ??= error
        throw error
      } finally {
        depth--
      }
    },
    control: (command) => {
      const { action } = command
      // What has been rolled back is over all the same.
      if (action === 'commit' || action === 'rollback') isBegun = false
      if ('depth' in command) db.exec(`${action} s${command.depth}`)
      else if (action === 'begin') db.exec('BEGIN IMMEDIATE')
      // What is read first decides what the transaction sees.
      else db.exec(action === 'begin snapshot' ? 'BEGIN; SELECT 1 FROM sqlite_schema' : action)
      if (action === 'begin' || action === 'begin snapshot') [isBegun, lost] = [true, undefined]
    },
    close: () => db.close(),
  }
  define(
    KEYED.map((type) => ({
      kind: 'scalar',
      name: `pg_key:${type}`,
      deterministic: true,
      run: (env, [value = null]) => (value === null ? null : (codecOf(env, type).key?.(value, env) ?? null)),
    })),
    () => builtin,
  )
  return connection
}
