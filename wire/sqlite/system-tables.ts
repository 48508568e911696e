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
import type { SqliteDatabase } from './database.ts'

/** The column that tells the rows of what users have made. */
const MARKER = quoteName('user$')

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
    const source = { env, recorded: this.#recorded }
    const table = quoteName(relation.physical)
    if (known === undefined) {
      this.#db.run(`DELETE FROM ${table}`)
      this.#insert(relation, env, builtinRows(source, name), 0n)
    } else this.#db.run(`DELETE FROM ${table} WHERE ${MARKER} = 1`)
    this.#insert(relation, env, userRows(source, name), 1n)
    this.#filled = new Map(this.#filled).set(name, { version })
  }

  #insert({ physical, columns }: RelationInfo, env: Environment, rows: readonly SystemRow[], user: Value): void {
    const codecs = columns.map(({ type }) => findCodec(env, type))
    const sql = `INSERT INTO ${quoteName(physical)} VALUES (${columns.map((_, at) => `:c${at}`).join(', ')}, :user)`
    for (const row of rows) {
      const bindings: Record<string, Value> = { user }
      for (const [at, { name }] of columns.entries()) {
        const text = row[name] ?? null
        bindings[`c${at}`] = text === null ? null : (codecs[at]?.input(text, -1, env) ?? text)
      }
      this.#db.run(sql, bindings)
    }
  }
}
