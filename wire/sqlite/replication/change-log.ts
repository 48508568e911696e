/**
 * The change log in the database's own file: what a transaction has changed is written with it, so that a commit is one
 * atomic entry. Positions only grow, across restarts and purges.
 */
import { randomBytes } from 'node:crypto'
import type { CapturedRelation } from '../../pgoutput/relation.ts'
import { type Change, type Transaction, transactionOf } from '../../replication/change.ts'
import { History } from '../../replication/history.ts'
import type { Lsn } from '../../replication/lsn.ts'
import type { LogReader } from '../../replication/source.ts'
import type { SqliteDatabase } from '../database.ts'
import { readChanges } from './entry.ts'
import type { Piece, Scratch } from './pieces.ts'
import { type RelationVersion, RelationVersions } from './relation-versions.ts'
import { ScratchFile } from './scratch-file.ts'

const LOG = '"orez$log"'
const RELATIONS = '"orez$log_relations"'
const START = '"orez$log_start"'

/** Where the log of a new database begins: as in a new PostgreSQL, where there has been WAL before. */
const FIRST_LSN = 16_777_216n
/** From one change to the next. */
const STEP = 16n
/** Bytes of changes that are kept in memory for their consumers. */
const CACHED_BYTES = 16 << 20

/** What a transaction is about to leave in the log. */
export interface Pending {
  /** Encoded changes, in pieces that are read one at a time. */
  readonly pieces: Iterable<Piece>
  /** Bytes of all pieces. */
  readonly size: number
  readonly lastLsn: Lsn
  readonly rows: number
  /** The relation versions that the changes refer to. */
  readonly relations: ReadonlyMap<number, RelationVersion>
}

/** The tables of the log. */
export const createLog = (db: SqliteDatabase): void => {
  db.run(
    `CREATE TABLE IF NOT EXISTS ${LOG} (lsn INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, at INTEGER NOT NULL, rows INTEGER NOT NULL, body BLOB NOT NULL) STRICT`,
  )
  db.run(`CREATE TABLE IF NOT EXISTS ${RELATIONS} (id INTEGER PRIMARY KEY, description TEXT NOT NULL) STRICT`)
  db.run(`CREATE TABLE IF NOT EXISTS ${START} (lsn INTEGER NOT NULL, system TEXT NOT NULL) STRICT`)
  if (db.all(`SELECT 1 FROM ${START}`).length === 0)
    db.run(`INSERT INTO ${START} VALUES (:lsn, :system)`, {
      lsn: FIRST_LSN,
      system: String(randomBytes(8).readBigUInt64BE() >> 1n),
    })
}

export class ChangeLog implements LogReader {
  readonly systemIdentifier: string
  readonly versions: RelationVersions
  readonly history = new History()
  readonly #bodies = new Map<Transaction, readonly Buffer[]>()
  #cached = 0
  readonly #relations = new Map<number, CapturedRelation>()
  /** Relation versions that are in the file. */
  readonly #stored = new Set<number>()
  /** The file, for whoever reads or purges the log. */
  readonly #db: SqliteDatabase
  #next: Lsn

  /** @param db a connection of the log's own */
  constructor(db: SqliteDatabase) {
    this.#db = db
    const [[start, system] = []] = db.all(`SELECT lsn, system FROM ${START}`)
    this.systemIdentifier = String(system)
    this.history.startAt(start as bigint)
    for (const [first, last, at, rows] of db.all(
      `SELECT first, max(last), max(at), max(rows) FROM ${LOG} GROUP BY first ORDER BY 2`,
    ))
      this.history.add(describe(first as bigint, last as bigint, at as bigint, Number(rows)))
    this.#next = this.history.head + STEP
    for (const [id, description] of db.all(`SELECT id, description FROM ${RELATIONS}`)) {
      this.#relations.set(Number(id), JSON.parse(String(description)) as CapturedRelation)
      this.#stored.add(Number(id))
    }
    this.versions = new RelationVersions(Math.max(0, ...this.#stored))
  }

  /** For the changes of a transaction until its commit. @throws PgError 53100, 58030 */
  openScratch(): Scratch {
    return new ScratchFile()
  }

  /** The position of the next change; for who may write. */
  reserve(): Lsn {
    const lsn = this.#next
    this.#next += STEP
    return lsn
  }

  /** Writes what a transaction has changed, in that transaction. @returns what to do when it has been committed */
  write(db: Pick<SqliteDatabase, 'run'>, { pieces, size, lastLsn, rows, relations }: Pending): () => void {
    const at = BigInt(Date.now()) * 1000n
    const added = [...relations.values()].filter(({ id }) => !this.#stored.has(id))
    for (const { id, description } of added)
      db.run(`INSERT INTO ${RELATIONS} VALUES (:id, :description)`, {
        id: BigInt(id),
        description: JSON.stringify(description),
      })
    let firstLsn: Lsn | undefined
    const bodies: Buffer[] = []
    for (const { lsn, body } of pieces) {
      firstLsn ??= lsn
      if (size <= CACHED_BYTES) bodies.push(body)
      db.run(`INSERT INTO ${LOG} VALUES (:lsn, :first, :last, :at, :rows, :body)`, {
        lsn,
        first: firstLsn,
        last: lastLsn,
        at,
        rows: BigInt(rows),
        body,
      })
    }
    return () => {
      for (const { id, description } of added) {
        this.#stored.add(id)
        this.#relations.set(id, description)
      }
      const transaction = describe(firstLsn ?? lastLsn, lastLsn, at, rows)
      this.history.add(transaction)
      if (size <= CACHED_BYTES) this.#keep(transaction, bodies, size)
      this.history.announce()
    }
  }

  #keep(transaction: Transaction, bodies: readonly Buffer[], size: number): void {
    this.#bodies.set(transaction, bodies)
    this.#cached += size
    for (const oldest of this.#bodies.keys()) {
      if (this.#cached <= CACHED_BYTES) break
      this.#forget(oldest)
    }
  }

  #forget(transaction: Transaction): void {
    this.#cached -= bytesOf(this.#bodies.get(transaction) ?? [])
    this.#bodies.delete(transaction)
  }

  async *changes(transaction: Transaction): AsyncGenerator<readonly Change[]> {
    const kept = this.#bodies.get(transaction)
    if (kept !== undefined) {
      for (const body of kept) yield readChanges(body)
      return
    }
    for (let after = transaction.firstLsn - 1n; ; ) {
      const [[lsn = null, body = null] = []] = this.#db.all(
        `SELECT lsn, body FROM ${LOG} WHERE lsn > :after AND lsn <= :last AND first = :first ORDER BY lsn LIMIT 1`,
        { after, last: transaction.lastLsn, first: transaction.firstLsn },
      )
      if (lsn === null) return
      after = lsn as bigint
      yield readChanges(Buffer.from(body as Uint8Array))
    }
  }

  relation(version: number): Promise<CapturedRelation> {
    const known = this.#relations.get(version)
    if (known === undefined) throw new Error(`the change log refers to an unknown relation version ${version}`)
    return Promise.resolve(known)
  }

  /** Drops transactions that every slot has confirmed; for who may write. */
  purge(confirmed: Lsn): void {
    const dropped = this.history.lastBefore(confirmed)
    if (dropped === undefined) return
    this.#db.transact(() => {
      this.#db.run(`UPDATE ${START} SET lsn = :lsn`, { lsn: dropped.endLsn })
      this.#db.run(`DELETE FROM ${LOG} WHERE lsn <= :last`, { last: dropped.lastLsn })
    })
    this.history.dropUpTo(dropped)
    for (const transaction of [...this.#bodies.keys()])
      if (transaction.lastLsn <= dropped.lastLsn) this.#forget(transaction)
  }

  close(): void {
    this.#db.close()
  }
}

const bytesOf = (bodies: readonly Buffer[]): number => bodies.reduce((sum, { length }) => sum + length, 0)

const describe = (firstLsn: Lsn, lastLsn: Lsn, commitTime: bigint, rows: number): Transaction =>
  transactionOf({
    // Changes of one transaction lie next to each other, so its first position tells it from all others.
    xid: Number((firstLsn / STEP) & 0xffffffffn),
    firstLsn,
    lastLsn,
    commitTime,
    rows,
  })
