/** A server over SQLite beside native PostgreSQL, and beside PGlite behind a socket: the same work by postgres.js, in one run. */
import { styleText } from 'node:util'
import postgres from 'postgres'
import { NativePostgres } from '../oracle/native-postgres.ts'
import { OrezProcess } from '../oracle/orez-process.ts'

const ROWS = 20_000
/** How long each kind of work goes on for, in milliseconds. */
const DURATION = 1500

interface Work {
  readonly name: string
  /** One piece of work. @param at which one it is, of this connection */
  run(sql: postgres.Sql, at: number): Promise<unknown>
  /** So many are asked for before the first is answered. */
  readonly ahead?: number
  /** How many things a piece consists of. */
  readonly size?: number
}

let serial = ROWS

const WORKS: readonly Work[] = [
  { name: 'select by primary key', run: (sql, at) => sql`select * from item where id = ${at % ROWS}` },
  { name: 'the same, pipelined', ahead: 100, run: (sql, at) => sql`select * from item where id = ${at % ROWS}` },
  {
    name: 'insert of a row',
    run: (sql) => sql`insert into item (id, name, price, maker) values (${++serial}, ${'new'}, ${1.5}, ${1})`,
  },
  {
    name: 'insert of 1000 rows',
    size: 1000,
    run: (sql) => {
      const from = serial + 1
      serial += 1000
      return sql`insert into item select n, 'name ' || n, n % 100, n % 50 from generate_series(${from}::int, ${serial}::int) as n`
    },
  },
  { name: 'update of a row', run: (sql, at) => sql`update item set price = price + 1 where id = ${at % ROWS}` },
  {
    name: 'scan of 500 rows',
    run: (sql, at) => sql`select * from item where id between ${at % 1000} and ${(at % 1000) + 499}`,
  },
  {
    name: 'join and group',
    run: (sql) =>
      sql`select m.name, count(*), sum(i.price) from item i join maker m on m.id = i.maker where i.id < 5000 group by m.name order by 1`,
  },
  {
    name: 'COPY out of 5000 rows',
    size: 5000,
    run: async (sql) => {
      let bytes = 0
      const stream = await sql`copy (select * from item where id < 5000) to stdout`.readable()
      for await (const chunk of stream) bytes += chunk.length
      return bytes
    },
  },
]

/** Pieces of work a second. */
const measure = async (connections: readonly postgres.Sql[], { run, ahead = 1, size = 1 }: Work): Promise<number> => {
  let done = 0
  const start = performance.now()
  const end = start + DURATION
  await Promise.all(
    connections.flatMap((sql, which) =>
      Array.from({ length: ahead }, async (_, lane) => {
        for (let at = which * 7919 + lane; performance.now() < end; at += ahead) {
          await run(sql, at)
          done++
        }
      }),
    ),
  )
  return (done * size * 1000) / (performance.now() - start)
}

const fill = async (sql: postgres.Sql): Promise<void> => {
  await sql.unsafe(`
    create table maker (id int primary key, name text not null);
    create table item (id int primary key, name text not null, price numeric(10,2), maker int references maker);
    insert into maker select n, 'maker ' || n from generate_series(0, 49) as n;
    insert into item select n, 'name ' || n, n % 100, n % 50 from generate_series(0, ${ROWS - 1}) as n`)
}

const figures = async (port: number, count: number): Promise<Map<string, number>> => {
  serial = ROWS
  const url = `postgres://postgres@127.0.0.1:${port}/bench${count}`
  const connections = Array.from({ length: count }, () => postgres(url, { max: 1, onnotice: () => undefined }))
  const [first] = connections
  if (first !== undefined) await fill(first)
  const found = new Map<string, number>()
  for (const work of WORKS) found.set(work.name, await measure(connections, work))
  await Promise.all(connections.map((sql) => sql.end()))
  return found
}

const show = (value: number | undefined): string => (value ?? 0).toFixed(0).padStart(8)

export const benchServer = async (): Promise<void> => {
  const native = await NativePostgres.start({ settings: [] })
  const admin = postgres(`postgres://postgres@127.0.0.1:${native.port}/postgres`, { max: 1 })
  const [sqlite, pglite] = await Promise.all([
    OrezProcess.start({ backend: 'sqlite' }),
    OrezProcess.start({ backend: 'pglite' }),
  ])
  try {
    for (const count of [1, 8]) {
      await admin.unsafe(`create database bench${count}`)
      const theirs = await figures(native.port, count)
      const ours = await figures(sqlite.port, count)
      const others = await figures(pglite.port, count)
      console.log(`${count === 1 ? 'one connection' : `${count} connections`}, a second`)
      for (const { name } of WORKS) {
        const [mine, peer, other] = [ours.get(name) ?? 0, theirs.get(name) ?? 1, others.get(name) ?? 1]
        const ratio = mine / peer
        const verdict = styleText(ratio >= 1 ? 'green' : 'red', `${ratio.toFixed(2)} × native`)
        console.log(
          `${name.padEnd(24)} sqlite ${show(mine)}   native ${show(peer)}   pglite ${show(other)}   ${verdict} (goal ≥ 1)   ${(mine / other).toFixed(2)} × pglite${name.includes('pipelined') ? ' (goal ≥ 2)' : ''}`,
        )
      }
    }
  } finally {
    await admin.end()
    await native.stop()
    await Promise.all([sqlite.stop(), pglite.stop()])
  }
}
