/**
 * The same changes on native PostgreSQL and on orez over PGlite: a consumer must be sent the same messages.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cases } from './replication-cases.ts'
import { follow } from './replication-stream.ts'
import { createDatabase, type Servers, startServers } from './servers.ts'

describe('the stream of changes', () => {
  let servers: Servers
  const database = 'replication'
  beforeAll(async () => {
    servers = await startServers()
    await createDatabase(servers.native, database)
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries(cases))('%s', async (_name, one) => {
    const expected = await follow(servers.native, database, one)
    expect(await follow(servers.orez, database, one)).toEqual(expected)
  })
})
