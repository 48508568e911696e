/**
 * The same changes on native PostgreSQL and on orez over SQLite: a consumer must be sent the same messages.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apartCases, cases } from './replication-cases.ts'
import { follow } from './replication-stream.ts'
import { createDatabase, type Servers, startServers } from './servers.ts'

describe('the stream of changes of a database of SQLite', () => {
  let servers: Servers
  const database = 'replication_sqlite'
  beforeAll(async () => {
    servers = await startServers('sqlite')
    await createDatabase(servers.native, database)
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries({ ...cases, ...apartCases }).filter(([, { refused }]) => refused === undefined))(
    '%s',
    async (_name, one) => {
      const ordered = one.unordered !== true
      const expected = await follow(servers.native, database, one, ordered)
      expect(await follow(servers.orez, database, one, ordered)).toEqual(expected)
    },
  )

  test.each(Object.entries(cases).filter(([, { refused }]) => refused !== undefined))(
    '%s: refused',
    async (_name, one) => {
      await expect(follow(servers.orez, database, one)).rejects.toThrow(one.refused)
    },
  )
})
