/** The stream of changes beside native PostgreSQL's, through the same consumer, and what capturing changes costs. */
import { styleText } from 'node:util'
import postgres from 'postgres'
import { NativePostgres } from '../oracle/native-postgres.ts'
import { OrezProcess } from '../oracle/orez-process.ts'
import { Consumer, type Received } from '../wire/replication/consumer.ts'
import { percentile, printGoal } from './report.ts'

/** Rows that wait for the consumer, and how many a transaction has. */
const ROWS = 200_000
const OF_A_TRANSACTION = 1000
/** Rows whose arrival is waited for, one after the other; the first ones do not count. */
const SAMPLES = 1000
const WARM_UP = 100
/** How long inserts go on for, in milliseconds. */
const DURATION = 2000
const SLOT = 'bench'

interface Figures {
  /** Frames and megabytes a second, of what has waited. */
  readonly frames: number
  readonly megabytes: number
  /** From a commit to its arrival, in milliseconds. */
  readonly latencies: readonly number[]
}

const COLUMNS = '(id int primary key, name text not null, price numeric(10,2), at timestamptz)'

const insert = (sql: postgres.Sql, table: string, from: number, count: number): Promise<unknown> =>
  sql.unsafe(
    `insert into ${table} select n, 'name ' || n, n % 100, '2024-01-01'::timestamptz from generate_series(${from}, ${from + count - 1}) as n`,
  )

/** Reads on until so many transactions have been committed. */
const receive = async (
  stream: AsyncIterator<Received>,
  transactions: number,
): Promise<{ frames: number; bytes: number }> => {
  let [frames, bytes] = [0, 0]
  for (let left = transactions; left > 0; ) {
    const { value, done } = await stream.next()
    if (done === true) throw new Error('the stream has ended')
    frames++
    bytes += value.bytes.length
    if (value.message.kind === 'commit') left--
  }
  return { frames, bytes }
}

const figures = async (url: string): Promise<Figures> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`create table item ${COLUMNS}; create publication pub for table item`).simple()
  await sql`select pg_create_logical_replication_slot(${SLOT}, 'pgoutput')`
  for (let from = 1; from <= ROWS; from += OF_A_TRANSACTION) await insert(sql, 'item', from, OF_A_TRANSACTION)
  const start = performance.now()
  const consumer = await Consumer.open({ url, slot: SLOT, publications: ['pub'] })
  const stream = consumer[Symbol.asyncIterator]()
  const { frames, bytes } = await receive(stream, ROWS / OF_A_TRANSACTION)
  const seconds = (performance.now() - start) / 1000
  const latencies: number[] = []
  for (let id = ROWS + 1; id <= ROWS + WARM_UP + SAMPLES; id++) {
    const arrival = receive(stream, 1).then(() => performance.now())
    await insert(sql, 'item', id, 1)
    const committed = performance.now()
    // it may well come before the answer to the statement
    latencies.push(Math.max(0, (await arrival) - committed))
  }
  await consumer.close()
  await sql.end()
  return { frames: frames / seconds, megabytes: bytes / seconds / 1e6, latencies: latencies.slice(WARM_UP) }
}

/** Rows a second, by statements of so many. */
const inserted = async (sql: postgres.Sql, table: string, count: number): Promise<number> => {
  const start = performance.now()
  let rows = 0
  for (; performance.now() - start < DURATION; rows += count) await insert(sql, table, rows, count)
  const rate = (rows * 1000) / (performance.now() - start)
  await sql.unsafe(`truncate ${table}`)
  return rate
}

/** How much longer inserts take where a slot waits for them. */
const benchCapture = async (url: string): Promise<void> => {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`create table captured ${COLUMNS}; create table alone ${COLUMNS}`).simple()
  await sql`create publication capture for table captured`
  for (const count of [1, 1000]) {
    // both warm up; then each goes first once
    for (const table of ['alone', 'captured']) await inserted(sql, table, count)
    const [first, second] = [await inserted(sql, 'alone', count), await inserted(sql, 'captured', count)]
    const [fourth, third] = [await inserted(sql, 'captured', count), await inserted(sql, 'alone', count)]
    printGoal(`insert of ${count}, captured beside not`, (first + third) / (second + fourth), 1.5, '×')
  }
  await sql.end()
}

const show = (what: string, ours: number, theirs: number, unit: string, isRate: boolean): void => {
  const ratio = ours / theirs
  const verdict = styleText((isRate ? ratio >= 1 : ratio <= 1) ? 'green' : 'red', `${ratio.toFixed(2)} × native`)
  console.log(
    `${what.padEnd(32)} ${ours.toFixed(2).padStart(10)} ${unit}   native ${theirs.toFixed(2).padStart(10)} ${unit}   ${verdict} (goal ${isRate ? '≥' : '≤'} 1)`,
  )
}

export const benchStream = async (): Promise<void> => {
  const native = await NativePostgres.start()
  const theirs = await figures(native.url())
  await native.stop()
  for (const backend of ['sqlite', 'pglite'] as const) {
    const server = await OrezProcess.start({ backend })
    try {
      const ours = await figures(server.url())
      show(`${backend}: frames`, ours.frames, theirs.frames, '/s', true)
      show(`${backend}: bytes`, ours.megabytes, theirs.megabytes, 'MB/s', true)
      for (const part of [0.5, 0.99])
        show(
          `${backend}: commit to consumer, p${part * 100}`,
          percentile(ours.latencies, part),
          percentile(theirs.latencies, part),
          'ms',
          false,
        )
      if (backend === 'sqlite') await benchCapture(server.url())
    } finally {
      await server.stop()
    }
  }
}
