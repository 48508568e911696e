/**
 * The change log as the server reads it: transactions in commit order, each one whole.
 * The rows lie in pg_orez.change_log; recent transactions are kept in memory so that a live consumer
 * costs no second query.
 */
import type { Engine, Row } from '../pglite/engine.ts'
import type { CapturedRelation } from '../pgoutput/relation.ts'
import { COMMIT_END_OFFSET, COMMIT_OFFSET, type Lsn } from './lsn.ts'

export type ChangeKind = 'I' | 'U' | 'D' | 'T' | 'M' | 'm'

export interface Change {
  readonly lsn: Lsn
  readonly kind: ChangeKind
  /** Version of the relation: a key of pg_orez.relation. */
  readonly relation: number | undefined
  readonly before: string | undefined
  readonly after: string | undefined
  readonly beforePasses: number | undefined
  readonly afterPasses: number | undefined
}

export interface Transaction {
  readonly xid: number
  readonly firstLsn: Lsn
  readonly lastLsn: Lsn
  readonly commitLsn: Lsn
  readonly endLsn: Lsn
  /** Microseconds since the Unix epoch. */
  readonly commitTime: bigint
  readonly rows: number
}

/** Transactions of up to this many rows are read whole, and kept in memory for their consumers. */
const CACHED_ROWS = 1000
const CACHED_TRANSACTIONS = 200
/** Rows of a larger transaction that are read at a time. */
const BATCH = 2000

const COLUMNS = 'lsn, kind, relation, before, after, before_passes, after_passes'
const MICROSECONDS = '(extract(epoch FROM at) * 1000000)::bigint'

const readChange = (row: Row): Change => ({
  lsn: BigInt(row[0] ?? 0),
  kind: row[1] as ChangeKind,
  relation: row[2] === null ? undefined : Number(row[2]),
  before: row[3] ?? undefined,
  after: row[4] ?? undefined,
  beforePasses: row[5] === null ? undefined : Number(row[5]),
  afterPasses: row[6] === null ? undefined : Number(row[6]),
})

const readTransaction = (row: Row): Transaction => {
  const lastLsn = BigInt(row[2] ?? 0)
  return {
    xid: Number(BigInt(row[0] ?? 0) & 0xffffffffn),
    firstLsn: BigInt(row[1] ?? 0),
    lastLsn,
    commitLsn: lastLsn + COMMIT_OFFSET,
    endLsn: lastLsn + COMMIT_END_OFFSET,
    commitTime: BigInt(row[3] ?? 0),
    rows: Number(row[4] ?? 0),
  }
}

/** Runs internal SQL with the engine's lease: in its turn, outside of any tenant's transaction. */
export type RunInternal = <T>(work: (engine: Engine) => Promise<T>) => Promise<T>

export class ChangeLog {
  readonly #run: RunInternal
  /** Transactions that have not been purged, oldest first. */
  #transactions: Transaction[] = []
  readonly #changes = new Map<Transaction, readonly Change[]>()
  readonly #relations = new Map<number, CapturedRelation>()
  #head: Lsn = 0n
  #wakers: (() => void)[] = []
  #advancedAt = Number.NEGATIVE_INFINITY

  constructor(run: RunInternal) {
    this.#run = run
  }

  /** End of the last committed transaction: pg_current_wal_lsn(). */
  get head(): Lsn {
    return this.#head
  }

  /** Rows that have not been purged. */
  get rows(): number {
    return this.#transactions.reduce((sum, transaction) => sum + transaction.rows, 0)
  }

  /** Milliseconds since the last commit. */
  get quietFor(): number {
    return performance.now() - this.#advancedAt
  }

  /** Reads where the log stands; before anything else. */
  async open(engine: Engine): Promise<void> {
    const [start] = await engine.query('SELECT lsn FROM pg_orez.change_log_start')
    this.#head = BigInt(start?.[0] ?? 0)
    await this.#readHeads(engine)
  }

  /** Takes notice of what has been committed since; called before the lease passes on. */
  async advance(engine: Engine): Promise<void> {
    const after = this.#transactions.at(-1)?.lastLsn ?? this.#head
    const rows = await engine.run(
      'advance',
      `SELECT ${COLUMNS}, xid, ${MICROSECONDS} FROM pg_orez.change_log WHERE lsn > $1::bigint ORDER BY lsn LIMIT ${CACHED_ROWS + 1}`,
      String(after),
    )
    const [first] = rows
    const last = rows.at(-1)
    if (first === undefined || last === undefined) return
    if (rows.length > CACHED_ROWS || rows.some((row) => row[7] !== first[7])) {
      await this.#readHeads(engine)
    } else {
      const transaction = readTransaction([
        first[7] ?? null,
        first[0] ?? null,
        last[0] ?? null,
        last[8] ?? null,
        String(rows.length),
      ])
      this.#add(transaction)
      this.#changes.set(transaction, rows.map(readChange))
      const oldest = this.#changes.keys().next()
      if (this.#changes.size > CACHED_TRANSACTIONS && oldest.done !== true) this.#changes.delete(oldest.value)
    }
    this.#advancedAt = performance.now()
    const wakers = this.#wakers
    this.#wakers = []
    for (const wake of wakers) wake()
  }

  async #readHeads(engine: Engine): Promise<void> {
    const after = this.#transactions.at(-1)?.lastLsn ?? this.#head
    const rows = await engine.query(
      `SELECT xid, min(lsn), max(lsn), max(${MICROSECONDS}), count(*) FROM pg_orez.change_log
       WHERE lsn > ${after} GROUP BY xid ORDER BY 2`,
    )
    for (const row of rows) this.#add(readTransaction(row))
  }

  #add(transaction: Transaction): void {
    this.#transactions.push(transaction)
    this.#head = transaction.endLsn
  }

  /** The first transaction whose commit lies at or after a position. */
  next(position: Lsn): Transaction | undefined {
    let low = 0
    let high = this.#transactions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const transaction = this.#transactions[middle]
      if (transaction !== undefined && transaction.commitLsn < position) low = middle + 1
      else high = middle
    }
    return this.#transactions[low]
  }

  /** Resolves when something has been committed that was not there at the time of the call. */
  advanced(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve()
      this.#wakers.push(resolve)
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  /** A transaction's changes in order, a batch at a time. */
  async *changes(transaction: Transaction): AsyncGenerator<readonly Change[]> {
    const cached = this.#changes.get(transaction)
    if (cached !== undefined) {
      yield cached
      return
    }
    let after = transaction.firstLsn - 1n
    while (after < transaction.lastLsn) {
      const from = after
      const rows = await this.#run((engine) =>
        engine.query(
          `SELECT ${COLUMNS} FROM pg_orez.change_log WHERE lsn > ${from} AND lsn <= ${transaction.lastLsn}
           ORDER BY lsn LIMIT ${BATCH}`,
        ),
      )
      const changes = rows.map(readChange)
      const last = changes.at(-1)
      if (last === undefined) throw new Error(`the change log has lost entries after ${from}`)
      after = last.lsn
      yield changes
    }
  }

  /** The relation version that a change refers to. */
  async relation(version: number): Promise<CapturedRelation> {
    const known = this.#relations.get(version)
    if (known !== undefined) return known
    const [row] = await this.#run((engine) =>
      engine.query(`SELECT description FROM pg_orez.relation WHERE id = ${version}`),
    )
    if (row === undefined) throw new Error(`the change log refers to an unknown relation version ${version}`)
    const relation = JSON.parse(row[0] ?? '{}') as CapturedRelation
    this.#relations.set(version, relation)
    return relation
  }

  /** Writes messages that do not belong to a transaction. */
  append(messages: readonly { readonly prefix: string; readonly hex: string }[]): Promise<void> {
    return this.#run(async (engine) => {
      for (const { prefix, hex } of messages) {
        const text = `'${prefix.replaceAll("'", "''")}'`
        await engine.query(
          `SET standard_conforming_strings = on; INSERT INTO pg_orez.change_log (kind, before, after) VALUES ('m', ${text}, '${hex}')`,
        )
        await this.advance(engine)
      }
    })
  }

  /** Drops transactions that every slot has confirmed. */
  async purge(confirmed: Lsn): Promise<void> {
    const kept = this.#transactions.filter((transaction) => transaction.commitLsn >= confirmed)
    const dropped = this.#transactions.at(-1 - kept.length)
    if (dropped === undefined) return
    await this.#run(async (engine) => {
      // what was committed in the meantime must not go with the rest
      const all = this.#transactions.at(-1) === dropped
      await engine.query(
        `BEGIN; UPDATE pg_orez.change_log_start SET lsn = ${dropped.endLsn};
         ${all ? 'TRUNCATE pg_orez.change_log' : `DELETE FROM pg_orez.change_log WHERE lsn <= ${dropped.lastLsn}`}; COMMIT`,
      )
      this.#transactions = this.#transactions.filter((transaction) => transaction.lastLsn > dropped.lastLsn)
      for (const transaction of this.#changes.keys()) {
        if (transaction.lastLsn <= dropped.lastLsn) this.#changes.delete(transaction)
      }
    })
  }
}
