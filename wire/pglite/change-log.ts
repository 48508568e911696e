/**
 * The change log as the server reads it: transactions in commit order, each one whole.
 * The rows lie in pg_orez.change_log; recent transactions are kept in memory so that a live consumer
 * costs no second query.
 */
import type { Tuple } from '../pgoutput/encode.ts'
import { parseRecord } from '../pgoutput/record.ts'
import type { CapturedRelation } from '../pgoutput/relation.ts'
import { truncateOptions } from '../pgoutput/truncate-options.ts'
import { type Change, type RowChange, type Transaction, transactionOf } from '../replication/change.ts'
import { History } from '../replication/history.ts'
import type { Lsn } from '../replication/lsn.ts'
import type { LogReader } from '../replication/source.ts'
import { Announcement } from './announcement.ts'
import type { Engine, Row } from './engine.ts'

/** Transactions of up to this many rows are read whole, and kept in memory for their consumers. */
const CACHED_ROWS = 1000
const CACHED_TRANSACTIONS = 200
/** Rows of a larger transaction that are read at a time. */
const BATCH = 2000
/** Above every position. */
const MAX_LSN = 2n ** 63n - 1n

/** Of the versions of a relation, those stay that a change refers to, and the last one while there is the relation. */
const PURGE_RELATIONS = `
  DELETE FROM pg_orez.relation old WHERE NOT EXISTS (SELECT FROM pg_orez.change_log WHERE relation = old.id) AND (
    EXISTS (SELECT FROM pg_orez.relation WHERE relid = old.relid AND id > old.id)
    OR NOT EXISTS (SELECT FROM pg_class WHERE oid = old.relid))`

/** A message of no transaction that is still to be written, and where it stands in the one that it was sent in. */
export interface LastingMessage {
  readonly lsn: string
  readonly xid: string
  readonly prefix: string
  /** What it says, in hex. */
  readonly hex: string
}

/** A message of no transaction ends here, seen from its position: before any commit that follows. */
const MESSAGE_END_OFFSET = 2n

/** Such a message by itself: it may lie between the changes of the transaction that it was sent in, and comes before it. */
const messageAt = (lsn: Lsn, xid: number, commitTime: bigint): Transaction => ({
  xid,
  firstLsn: lsn,
  lastLsn: lsn,
  commitLsn: lsn + MESSAGE_END_OFFSET - 1n,
  endLsn: lsn + MESSAGE_END_OFFSET,
  commitTime,
  rows: 1,
})

const isMessage = ({ lastLsn, endLsn }: Transaction): boolean => endLsn === lastLsn + MESSAGE_END_OFFSET

const COLUMNS = 'lsn, kind, relation, before, after, before_passes, after_passes, unchanged'
const MICROSECONDS = '(extract(epoch FROM at) * 1000000)::bigint'

/** Where these stand behind them. */
const XID = 8
const TIME = 9

const tupleOf = (text: string | null | undefined): Tuple | undefined =>
  text === null || text === undefined ? undefined : parseRecord(text)

const bitsOf = (text: string | null | undefined): number | undefined =>
  text === null || text === undefined ? undefined : Number(text)

const readChange = ([position, kind, relation, before, after, beforePasses, afterPasses, unchanged]: Row): Change => {
  const lsn = BigInt(position ?? 0)
  switch (kind) {
    case 'M':
    case 'm':
      return { lsn, kind, prefix: before ?? '', content: Buffer.from(after ?? '', 'hex') }
    case 'T':
      return {
        lsn,
        kind,
        relation: Number(relation),
        group: before ?? '',
        options: truncateOptions(Number(after)),
      }
    default:
      return {
        lsn,
        kind: kind as RowChange['kind'],
        relation: Number(relation),
        before: tupleOf(before),
        after: tupleOf(after),
        unchanged: unchanged?.split(',').map(Number),
        beforePasses: bitsOf(beforePasses),
        afterPasses: bitsOf(afterPasses),
      }
  }
}

/** A transaction's id, first and last position, time, and number of changes; and of the messages that it sent of none. */
type Head = readonly [xid: Cell, first: Cell, last: Cell, time: Cell, rows: Cell, messages: Cell]
type Cell = Row[number]

/** The transactions of a row: the messages that lie in it, and it itself. */
const readHead = ([xid, first, last, time, rows, messages]: Head): Transaction[] => {
  const id = xidOf(xid)
  const commitTime = BigInt(time ?? 0)
  const lasting = (messages ?? '').split(',').filter((lsn) => lsn !== '')
  return [
    ...lasting.map((lsn) => messageAt(BigInt(lsn), id, commitTime)),
    ...(rows === '0'
      ? []
      : [
          transactionOf({
            xid: id,
            firstLsn: BigInt(first ?? 0),
            lastLsn: BigInt(last ?? 0),
            commitTime,
            rows: Number(rows ?? 0),
          }),
        ]),
  ]
}

const xidOf = (text: Cell | undefined): number => Number(BigInt(text ?? 0) & 0xffffffffn)

const inHex = (text: string): string => Buffer.from(text).toString('hex')

/** Writes messages, whatever the session's settings are that has sent them. */
const write = async (engine: Engine, messages: readonly LastingMessage[]): Promise<void> => {
  if (messages.length === 0) return
  const rows = messages.map(
    ({ lsn, xid, prefix, hex }) =>
      `(${BigInt(lsn)}, ${BigInt(xid)}, 'm', convert_from(decode('${inHex(prefix)}', 'hex'), 'UTF8'), '${hex}')`,
  )
  await engine.query(
    `BEGIN READ WRITE; SET LOCAL statement_timeout = 0;
     INSERT INTO pg_orez.change_log (lsn, xid, kind, before, after) VALUES ${rows.join(', ')}; COMMIT`,
  )
}

/** Runs internal SQL with the engine's lease: in its turn, outside of any tenant's transaction. */
export type RunInternal = <T>(work: (engine: Engine) => Promise<T>) => Promise<T>

export class ChangeLog implements LogReader {
  readonly #run: RunInternal
  readonly history = new History()
  readonly announcement = new Announcement()
  readonly #changes = new Map<Transaction, readonly Change[]>()
  readonly #relations = new Map<number, CapturedRelation>()

  constructor(run: RunInternal) {
    this.#run = run
  }

  /** Reads where the log stands; before anything else. */
  async open(engine: Engine): Promise<void> {
    const [start] = await engine.query('SELECT lsn FROM pg_orez.change_log_start')
    this.history.startAt(BigInt(start?.[0] ?? 0))
    const [key] = await engine.query('UPDATE pg_orez.announcement_key SET key = gen_random_uuid() RETURNING key')
    this.announcement.key = key?.[0] ?? ''
    await this.#readHeads(engine)
  }

  /**
   * Takes notice of what has been committed since, as announced.
   * @param rows all of it, in order: the columns of `COLUMNS`, xid and the time in microseconds
   */
  add(rows: readonly Row[]): void {
    if (rows.length === 0) return
    for (let from = 0; from < rows.length; ) {
      const xid = rows[from]?.[XID]
      let to = from
      while (to < rows.length && rows[to]?.[XID] === xid) to++
      this.#add(rows.slice(from, to))
      from = to
    }
    this.history.announce()
  }

  /** Adds a transaction, and keeps its rows for those who will ask for them. */
  #add(rows: readonly Row[]): void {
    const [first, last] = [rows[0], rows.at(-1)]
    if (first === undefined || last === undefined) return
    const transaction = transactionOf({
      xid: xidOf(first[XID]),
      firstLsn: BigInt(first[0] ?? 0),
      lastLsn: BigInt(last[0] ?? 0),
      commitTime: BigInt(last[TIME] ?? 0),
      rows: rows.length,
    })
    this.history.add(transaction)
    this.#changes.set(transaction, rows.map(readChange))
    const oldest = this.#changes.keys().next()
    if (this.#changes.size > CACHED_TRANSACTIONS && oldest.done !== true) this.#changes.delete(oldest.value)
  }

  /**
   * Reads what has been committed since; called before the lease passes on.
   * @param messages of no transaction, which are still to be written
   */
  async advance(engine: Engine, messages: readonly LastingMessage[] = []): Promise<void> {
    await write(engine, messages)
    const after = this.history.last?.lastLsn ?? this.history.head
    const rows = await engine.run(
      'advance',
      // without an upper bound, a generic plan expects a third of the log, and reads all of it
      `SELECT ${COLUMNS}, xid, ${MICROSECONDS} FROM pg_orez.change_log WHERE lsn > $1::bigint AND lsn < ${MAX_LSN}
       ORDER BY lsn LIMIT ${CACHED_ROWS + 1}`,
      String(after),
    )
    if (rows.length <= CACHED_ROWS && messages.length === 0) return this.add(rows)
    await this.#readHeads(engine)
    this.history.announce()
  }

  async #readHeads(engine: Engine): Promise<void> {
    const after = this.history.last?.lastLsn ?? this.history.head
    const rows = await engine.query(
      `SELECT xid, min(lsn), max(lsn), max(${MICROSECONDS}), count(*) FILTER (WHERE kind <> 'm'),
              string_agg(lsn::text, ',' ORDER BY lsn) FILTER (WHERE kind = 'm')
       FROM pg_orez.change_log WHERE lsn > ${after} GROUP BY xid ORDER BY 2`,
    )
    for (const row of rows) for (const transaction of readHead(row as unknown as Head)) this.history.add(transaction)
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
      const read = rows.map(readChange)
      const last = read.at(-1)
      if (last === undefined) throw new Error(`the change log has lost entries after ${from}`)
      after = last.lsn
      yield read.filter(({ kind }) => (kind === 'm') === isMessage(transaction))
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

  /** Drops transactions that every slot has confirmed. */
  async purge(confirmed: Lsn): Promise<void> {
    const dropped = this.history.lastBefore(confirmed)
    if (dropped === undefined) return
    await this.#run(async (engine) => {
      // what was committed in the meantime must not go with the rest
      const all = this.history.last === dropped
      await engine.query(
        `BEGIN; UPDATE pg_orez.change_log_start SET lsn = ${dropped.endLsn};
         ${all ? 'TRUNCATE pg_orez.change_log' : `DELETE FROM pg_orez.change_log WHERE lsn <= ${dropped.lastLsn}`};
         ${PURGE_RELATIONS}; COMMIT`,
      )
      this.history.dropUpTo(dropped)
      for (const transaction of this.#changes.keys()) {
        if (transaction.lastLsn <= dropped.lastLsn) this.#changes.delete(transaction)
      }
    })
  }
}
