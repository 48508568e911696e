/**
 * The same changes on native PostgreSQL and on orez over SQLite: a consumer must be sent the same messages.
 */
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { cases } from './replication-cases.ts'
import { follow } from './replication-stream.ts'
import { type Servers, startServers, url } from './servers.ts'

describe('the stream of changes of a database of SQLite', () => {
  let servers: Servers
  const database = 'replication_sqlite'
  beforeAll(async () => {
    servers = await startServers('sqlite')
    const sql = postgres(url(inject('nativePort')), { max: 1 })
    await sql`CREATE DATABASE replication_sqlite`
    await sql.end()
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const expected = await follow(servers.native, database, one)
    expect(await follow(servers.orez, database, one)).toEqual(expected)
  })
})
