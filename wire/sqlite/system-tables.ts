/** The system catalogs as temporary tables of SQLite, filled when a query reads them and what they show has changed. */
import { relationsByOid } from '../../compiler/catalog/builtin.ts'
import { FIRST_USER_OID } from '../../compiler/catalog/catalog.ts'
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import type { SystemRow } from '../../compiler/system/row.ts'
import { builtinRows, isFixed, type Recorded, userRows } from '../../compiler/system/rows.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { findCodec } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import type { Bindings, SqliteDatabase } from './database.ts'

/** The column that tells the rows of what users have made. */
const MARKER = quoteName('user$')

/**
 * What rows of catalogs are found by most: SQLite would make such indexes for each query, and give rows in the order of the
 * columns that happen to be in them, rather than in which they have been made.
 */
const FOUND_BY: Readonly<Record<string, readonly string[]>> = {
  pg_attrdef: ['adrelid'],
  pg_attribute: ['attrelid'],
  pg_class: ['oid', 'relname'],
  pg_constraint: ['conrelid', 'oid'],
  pg_depend: ['objid', 'refobjid'],
  pg_description: ['objoid'],
  pg_enum: ['enumtypid'],
  pg_index: ['indrelid', 'indexrelid'],
  pg_inherits: ['inhrelid', 'inhparent'],
  pg_namespace: ['oid'],
  pg_proc: ['oid', 'proname'],
  pg_trigger: ['tgrelid'],
  pg_type: ['oid', 'typname'],
}

/** Recorded rows as they are stored, where several sessions need the same. */
const storedRows = new WeakMap<Recorded, Map<string, readonly Bindings[]>>()

/** What a table was filled from. */
interface Filled {
  readonly version: string
}

export class SystemTables {
  readonly #db: SqliteDatabase
  readonly #recorded: Recorded
  #filled: ReadonlyMap<string, Filled> = new Map()
  /** What is in the session's own tables, while it reads a snapshot that it has imported. */
  #own: ReadonlyMap<string, Filled> | undefined

  constructor(db: SqliteDatabase, recorded: Recorded) {
    this.#db = db
    this.#recorded = recorded
    this.#create()
  }

  /** Makes them where they are not yet: at once, as a function cannot while a query that calls it is running. */
  #create(): void {
    this.#filled = new Map()
    const db = this.#db
    for (const relation of relationsByOid.values())
      if (relation.kind === 'r') {
        const columns = [...relation.columns.map((column) => quoteName(column.physical)), MARKER]
        db.run(`CREATE ${db.temporary} ${quoteName(relation.physical)} (${columns.join(', ')})`)
      }
  }

  /** What is there now; a transaction that is rolled back goes back to it. */
  get state(): ReadonlyMap<string, Filled> {
    return this.#filled
  }

  restore(state: ReadonlyMap<string, Filled>): void {
    this.#filled = state
  }

  /** The session reads an imported snapshot, whose connection has none of them yet. */
  goElsewhere(): void {
    this.#own = this.#filled
    this.#create()
  }

  /** It reads its own again, if it did not all the time. */
  comeBack(): void {
    this.#filled = this.#own ?? this.#filled
    this.#own = undefined
  }

  /** Makes the tables ready that a query reads. */
  ensure(reads: readonly number[], env: Environment): void {
    for (const oid of reads) {
      if (oid >= FIRST_USER_OID) continue
      const relation = env.catalog.findRelation(oid)
      if (relation?.kind === 'r') this.#fill(relation, env)
    }
  }

  #fill(relation: RelationInfo, env: Environment): void {
    const { name } = relation
    const version = isFixed(name) ? 'fixed' : `${env.catalog.version} ${env.settings.searchPath.join()}`
    const known = this.#filled.get(name)
    if (known?.version === version) return
    this.#together(() => this.#replace(relation, env, known === undefined))
    this.#filled = new Map(this.#filled).set(name, { version })
  }

  /** Many changes of temporary tables at once: each by itself would be a transaction. Nobody else is kept waiting. */
  #together(work: () => void): void {
    if (this.#db.temporary === 'TABLE') return work()
    this.#db.run('SAVEPOINT fill$')
    try {
      work()
    } catch (error) {
      this.#db.run('ROLLBACK TO fill$')
      throw error
    } finally {
      this.#db.run('RELEASE fill$')
    }
  }

  #replace(relation: RelationInfo, env: Environment, isFirst: boolean): void {
    const { name } = relation
    const source = { env, recorded: this.#recorded }
    const table = quoteName(relation.physical)
    if (isFirst) {
      this.#db.run(`DELETE FROM ${table}`)
      this.#insert(relation, this.#builtin(relation, env))
      for (const column of FOUND_BY[name] ?? [])
        this.#db.run(
          `CREATE INDEX IF NOT EXISTS ${quoteName(`${relation.physical}.${column}`)} ON ${table} (${quoteName(column)})`,
        )
    } else this.#db.run(`DELETE FROM ${table} WHERE ${MARKER} = 1`)
    this.#insert(relation, stored(relation, env, userRows(source, name), 1n))
  }

  /** The rows that a new database has. */
  #builtin(relation: RelationInfo, env: Environment): readonly Bindings[] {
    const make = (): readonly Bindings[] =>
      stored(relation, env, builtinRows({ env, recorded: this.#recorded }, relation.name), 0n)
    // what has tables of its own among all others has one session
    if (this.#db.temporary === 'TABLE') return make()
    const { user, database } = env.settings
    const name = isFixed(relation.name) ? relation.name : `${relation.name} ${user} ${database}`
    const known = storedRows.get(this.#recorded) ?? new Map<string, readonly Bindings[]>()
    storedRows.set(this.#recorded, known)
    const rows = known.get(name) ?? make()
    known.set(name, rows)
    return rows
  }

  #insert({ physical, columns }: RelationInfo, rows: readonly Bindings[]): void {
    const sql = `INSERT INTO ${quoteName(physical)} VALUES (${columns.map((_, at) => `:c${at}`).join(', ')}, :user)`
    for (const row of rows) this.#db.run(sql, row)
  }
}

/** Rows as they are stored. @param user whether users have made what they tell of */
const stored = (
  { columns }: RelationInfo,
  env: Environment,
  rows: readonly SystemRow[],
  user: 0n | 1n,
): readonly Bindings[] => {
  const codecs = columns.map(({ type }) => findCodec(env, type))
  return rows.map((row) => {
    const bindings: Record<string, Value> = { user }
    for (const [at, { name }] of columns.entries()) {
      const text = row[name] ?? null
      bindings[`c${at}`] = text === null ? null : (codecs[at]?.input(text, -1, env) ?? text)
    }
    return bindings
  })
}
