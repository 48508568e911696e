/** The scripts for several clients once more, with a server over SQLite: every answer is PostgreSQL's, or is refused. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDatabase, type Servers, startServers } from './servers.ts'
import { concurrentScripts, perform, scripts } from './session-scripts.ts'

const DATABASE = 'sessions_sqlite'

/** Scripts in which something is refused: nobody is to be added. */
const REFUSING: ReadonlySet<string> = new Set(['prepared statements'])

describe('clients of a server over SQLite', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers('sqlite')
    await createDatabase(servers.native, DATABASE)
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries({ ...scripts, ...concurrentScripts }))('%s', async (name, script) => {
    const expected = await perform(servers.native, script, DATABASE)
    const said = await perform(servers.orez, script, DATABASE)
    const different = said.findIndex((line, at) => line !== expected[at])
    if (!REFUSING.has(name)) expect(said).toEqual(expected)
    else expect(said[different]).toMatch(/^E V=ERROR C=0A000 /)
  })
})
