/** The scripts for several clients once more, with a server over SQLite: every answer is PostgreSQL's. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Servers, startServers } from './servers.ts'
import { concurrentScripts, perform, scripts } from './session-scripts.ts'

const DATABASE = 'sessions_sqlite'

describe('clients of a server over SQLite', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers('sqlite')
    await createDatabase(servers.native, DATABASE)
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries({ ...scripts, ...concurrentScripts }))('%s', async (_name, script) => {
    const expected = await perform(servers.native, script, DATABASE)
    const said = await perform(servers.orez, script, DATABASE)
    expect(said).toEqual(expected)
  })
})
