/** What a follower keeps: its copy of the tables, how far it has come, and what it has seen that nobody may see. */
import { DatabaseSync } from 'node:sqlite'
import type { PgoutputMessage, Value } from '../../wire/pgoutput/decode.ts'
import type { Lsn } from '../../wire/replication/lsn.ts'
import { Anomaly } from './anomaly.ts'

type Relation = Extract<PgoutputMessage, { kind: 'relation' }>
type Change = Extract<PgoutputMessage, { kind: 'insert' | 'update' | 'delete' }>
type Row = Readonly<Record<string, string | null>>

export class FollowerCopy {
  readonly #db: DatabaseSync
  readonly #relations = new Map<number, Relation>()

  constructor(file: string) {
    this.#db = new DatabaseSync(file, { timeout: 5000 })
    this.#db.exec(`
      PRAGMA journal_mode = WAL;
      CREATE TABLE IF NOT EXISTS copy (tbl TEXT, id TEXT, row TEXT, PRIMARY KEY (tbl, id));
      CREATE TABLE IF NOT EXISTS writer (number INTEGER PRIMARY KEY, serial INTEGER);
      CREATE TABLE IF NOT EXISTS position (one INTEGER PRIMARY KEY CHECK (one = 1), lsn INTEGER, transactions INTEGER);
      INSERT OR IGNORE INTO position VALUES (1, 0, 0);
      CREATE TABLE IF NOT EXISTS anomaly (what TEXT)`)
  }

  /** The end of the last transaction that has been applied. */
  get position(): Lsn {
    const statement = this.#db.prepare('SELECT lsn FROM position')
    statement.setReadBigInts(true)
    return statement.get()?.lsn as bigint
  }

  get transactions(): number {
    return Number(this.#db.prepare('SELECT transactions FROM position').get()?.transactions)
  }

  get anomalies(): string[] {
    return this.#db
      .prepare('SELECT what FROM anomaly')
      .all()
      .map(({ what }) => String(what))
  }

  /** The rows of a table in the order of their ids, as text. */
  rows(table: string): Row[] {
    return this.#db
      .prepare('SELECT row FROM copy WHERE tbl = ? ORDER BY id')
      .all(table)
      .map(({ row }) => JSON.parse(String(row)) as Row)
  }

  report(what: string): void {
    this.#db.prepare('INSERT INTO anomaly VALUES (?)').run(what)
  }

  learn(relation: Relation): void {
    this.#relations.set(relation.oid, relation)
  }

  /**
   * Applies a whole transaction, or nothing of it.
   * @throws Anomaly where it is not whole, or comes before one of the same writer that it should come after
   */
  apply(changes: readonly Change[], end: Lsn): void {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      let entry: Row | undefined
      let items = 0
      for (const change of changes) {
        const relation = this.#relations.get(change.relation)
        if (relation === undefined)
          throw new Anomaly(`a change of relation ${change.relation}, which was never announced`)
        if (relation.name === 'item') items++
        const row = this.#applyRow(relation, change)
        if (relation.name !== 'entry') continue
        if (entry !== undefined) throw new Anomaly(`two transactions in one: ${entry.id} and ${row?.id}`)
        entry = row
      }
      if (entry !== undefined) this.#checkEntry(entry, items)
      this.#db.prepare('UPDATE position SET lsn = ?, transactions = transactions + 1').run(end)
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #applyRow(relation: Relation, change: Change): Row | undefined {
    const rowOf = (tuple: readonly Value[] = []): Row =>
      Object.fromEntries(
        relation.columns.map(({ name }, at) => {
          const value = tuple[at]
          return [name, value?.kind === 'text' ? value.text : null]
        }),
      )
    const remove = (id: string | null | undefined): void => {
      const { changes } = this.#db.prepare('DELETE FROM copy WHERE tbl = ? AND id = ?').run(relation.name, id ?? '')
      if (changes !== 1) throw new Anomaly(`${relation.name} ${id} is changed, and was never there`)
    }
    if (change.kind === 'delete') {
      remove(rowOf(change.key ?? change.old).id)
      return undefined
    }
    const row = rowOf(change.after)
    if (change.kind === 'update') remove(rowOf(change.key ?? change.old ?? change.after).id)
    const known = this.#db.prepare('SELECT 1 FROM copy WHERE tbl = ? AND id = ?').get(relation.name, row.id ?? '')
    if (known !== undefined) throw new Anomaly(`${relation.name} ${row.id} has come twice`)
    this.#db.prepare('INSERT INTO copy VALUES (?, ?, ?)').run(relation.name, row.id ?? '', JSON.stringify(row))
    return row
  }

  #checkEntry({ id, writer, serial, changes }: Row, items: number): void {
    if (Number(changes) !== items) throw new Anomaly(`transaction ${id} has made ${changes} changes, not ${items}`)
    const last = this.#db.prepare('SELECT serial FROM writer WHERE number = ?').get(Number(writer))
    if (last !== undefined && Number(last.serial) >= Number(serial))
      throw new Anomaly(`transaction ${id} comes after ${writer}-${last.serial}`)
    this.#db.prepare('INSERT OR REPLACE INTO writer VALUES (?, ?)').run(Number(writer), Number(serial))
  }

  close(): void {
    this.#db.close()
  }
}
