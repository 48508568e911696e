/** The npm package pg-logical-replication reads slots: what it makes of the stream is what it makes of PostgreSQL's. */
import { LogicalReplicationService, type Pgoutput, PgoutputPlugin } from 'pg-logical-replication'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Backend } from '../server/server.ts'
import { createDatabase, startServers, url } from './servers.ts'

const CHANGES = [
  `create table item(id int primary key, label text, price numeric(10,2), tags text[], extra jsonb, at timestamptz, raw bytea, flag bool, big bigint, day date, f float8);
   create table whole(a int, b text); alter table whole replica identity full;
   create type mood as enum ('sad', 'happy'); create table feeling(id int primary key, m mood);
   create publication npm for all tables`,
  `insert into item values (1, 'é', 1.5, '{a,NULL,"b c"}', '{"a": [1, null]}', '2020-01-01 00:00+00', '\\xdeadbeef', true, 9007199254740993, '2024-02-29', 0.1);
   insert into item(id) values (2)`,
  `begin; update item set id = 3 where id = 1; update item set label = null where id = 2; delete from item where id = 3; commit`,
  `insert into whole values (1, 'x'), (2, null); update whole set b = 'y' where a = 1; delete from whole where a = 2`,
  `insert into feeling values (1, 'happy')`,
  `select pg_logical_emit_message(true, 'greeting', 'hello'), pg_logical_emit_message(false, 'alone', 'bye')`,
  `truncate whole, item restart identity cascade`,
  `insert into feeling values (2, 'sad')`,
]

/** What differs between two servers, or from run to run. */
const VOLATILE = new Set(['commitLsn', 'commitEndLsn', 'commitTime', 'xid', 'messageLsn', 'relationOid', 'parser'])

const comparable = (message: Pgoutput.Message): unknown =>
  JSON.parse(
    JSON.stringify(message, (key, value: unknown) => {
      if (VOLATILE.has(key)) return undefined
      if (typeof value === 'bigint') return String(value)
      return key === 'typeOid' && Number(value) >= 12_000 ? 'of a user' : value
    }),
  )

/** PostgreSQL may tell again what it has told of a relation; every change has the relation with it. */
const isNews = ({ tag }: Pgoutput.Message): boolean => tag !== 'relation' && tag !== 'type'

/** The messages that the package decodes of all changes, up to the last commit. */
const consume = async (port: number, database: string): Promise<unknown[]> => {
  const sql = postgres(url(port, database), { max: 1, onnotice: () => undefined })
  const service = new LogicalReplicationService(
    { host: '127.0.0.1', port, user: 'postgres', database },
    { acknowledge: { auto: true, timeoutSeconds: 0 }, flowControl: { enabled: true } },
  )
  try {
    await sql`select pg_create_logical_replication_slot('npm', 'pgoutput')`
    for (const change of CHANGES) await sql.unsafe(change).simple()
    const messages: Pgoutput.Message[] = []
    const done = Promise.withResolvers<void>()
    const isLast = ({ tag }: Pgoutput.Message): boolean =>
      tag === 'commit' && messages.at(-2)?.tag === 'insert' && JSON.stringify(messages.at(-2)).includes('"sad"')
    service.on('data', (_lsn: string, message: Pgoutput.Message) => {
      messages.push(message)
      if (isLast(message)) done.resolve()
    })
    service.on('error', done.reject)
    const options = { protoVersion: 1 as const, publicationNames: ['npm'], messages: true }
    service.subscribe(new PgoutputPlugin(options), 'npm').catch(done.reject)
    await done.promise
    return messages.filter(isNews).map(comparable)
  } finally {
    await service.destroy()
    await sql.end()
  }
}

describe('pg-logical-replication', () => {
  const database = 'npm_consumer'
  let expected: unknown[]

  beforeAll(async () => {
    await createDatabase(inject('nativePort'), database)
    expected = await consume(inject('nativePort'), database)
  })

  const stops: (() => Promise<void>)[] = []
  afterAll(async () => {
    for (const stop of stops) await stop()
  })

  test.each<Backend>(['pglite', 'sqlite'])('decodes the stream of %s', async (backend) => {
    const { server, orez } = await startServers(backend)
    stops.push(() => server.stop())
    expect(await consume(orez, 'postgres')).toEqual(expected)
  })
})
