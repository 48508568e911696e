/** The options of START_REPLICATION and CREATE_REPLICATION_SLOT: what native PostgreSQL says of them, orez says as well. */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Backend, PgServer } from '../server/server.ts'
import { createDatabase, startServers, url } from './servers.ts'

const NAMES = `publication_names 'pub'`

const STARTS = [
  '',
  `(proto_version '1')`,
  `(${NAMES})`,
  `(proto_version '0', ${NAMES})`,
  `(proto_version '5', ${NAMES})`,
  `(proto_version 'x', ${NAMES})`,
  `(proto_version '', ${NAMES})`,
  `(proto_version '1 ', ${NAMES})`,
  `(proto_version '99999999999', ${NAMES})`,
  `(proto_version '1', proto_version '1', ${NAMES})`,
  `(proto_version '1', ${NAMES}, ${NAMES})`,
  `(proto_version '1', publication_names 'a,,b')`,
  `(proto_version '1', publication_names '"a')`,
  `(proto_version '1', publication_names 'a b')`,
  `(proto_version '1', publication_names ',a')`,
  `(proto_version '1', publication_names 'a,')`,
  `(proto_version '1', ${NAMES}, binary 'maybe')`,
  `(proto_version '1', ${NAMES}, binary 'on', binary 'off')`,
  `(proto_version '1', ${NAMES}, messages '2')`,
  `(proto_version '1', ${NAMES}, streaming 'on')`,
  `(proto_version '1', ${NAMES}, streaming 'nonsense')`,
  `(proto_version '2', ${NAMES}, streaming 'parallel')`,
  `(proto_version '3', ${NAMES}, streaming 'parallel')`,
  `(proto_version '2', ${NAMES}, two_phase 'on')`,
  `(proto_version '1', ${NAMES}, origin 'here')`,
  `(proto_version '1', ${NAMES}, origin)`,
  `(proto_version '1', ${NAMES}, nonsense 'x')`,
  `(proto_version '9', nonsense 'x')`,
]

const SLOTS = [
  `(SNAPSHOT 'nothing', SNAPSHOT 'nothing')`,
  `(SNAPSHOT 'maybe')`,
  `(SNAPSHOT)`,
  `(FAILOVER 'maybe')`,
  `(NONSENSE)`,
  `(TWO_PHASE 'maybe')`,
]

describe.each<Backend>(['pglite', 'sqlite'])('replication commands over %s', (backend) => {
  const database = `options_${backend}`
  let server: PgServer
  let [expecting, saying]: [pg.Client?, pg.Client?] = []

  const connect = async (port: number, name: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: url(port, name), ...{ replication: 'database' } })
    client.on('error', () => undefined)
    await client.connect()
    await client.query(`CREATE_REPLICATION_SLOT options_${backend} LOGICAL pgoutput (SNAPSHOT 'nothing')`)
    return client
  }

  beforeAll(async () => {
    const { native, orez, server: own } = await startServers(backend)
    server = own
    await createDatabase(native, database)
    expecting = await connect(inject('nativePort'), database)
    saying = await connect(orez, 'postgres')
  })
  afterAll(async () => {
    await expecting?.query(`DROP_REPLICATION_SLOT options_${backend}`)
    await expecting?.end()
    await saying?.end()
    await server.stop()
  })

  const errorOf = async (client: pg.Client | undefined, text: string): Promise<unknown> => {
    const error = await client?.query(text).then(
      () => undefined,
      (reason: unknown) => reason,
    )
    const { code, message, detail, hint } = (error ?? {}) as Record<string, unknown>
    return { code, message, detail, hint }
  }

  test.each([
    'select 1/0',
    'nonsense',
    'START_REPLICATION SLOT nowhere LOGICAL 0/0',
    'CREATE_REPLICATION_SLOT passing TEMPORARY LOGICAL pgoutput',
    'select 1',
  ])('what becomes of temporary slots with: %s', async (command) => {
    const remaining = async (client: pg.Client | undefined): Promise<unknown> => {
      await client?.query(`CREATE_REPLICATION_SLOT passing TEMPORARY LOGICAL pgoutput (SNAPSHOT 'nothing')`)
      await errorOf(client, command)
      const found = await client?.query("select temporary from pg_replication_slots where slot_name = 'passing'")
      await errorOf(client, 'DROP_REPLICATION_SLOT passing')
      return found?.rows
    }
    expect(await remaining(saying)).toEqual(await remaining(expecting))
  })

  test.each([
    ...STARTS.map((options) => `START_REPLICATION SLOT options_${backend} LOGICAL 0/0 ${options}`),
    ...SLOTS.map((options) => `CREATE_REPLICATION_SLOT other LOGICAL pgoutput ${options}`),
    `START_REPLICATION SLOT nowhere LOGICAL 0/0 (proto_version 'x')`,
  ])('%s', async (command) => {
    const expected = await errorOf(expecting, command)
    expect(expected).toMatchObject({ code: expect.stringMatching(/^.{5}$/) })
    expect(await errorOf(saying, command)).toEqual(expected)
  })
})
