/**
 * The same conversations with native PostgreSQL and with orez: every answer must be the same, message by message.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversations } from './conversations.ts'
import { hold } from './hold.ts'
import { createDatabase, type Servers, startServers } from './servers.ts'

const DATABASE = 'conversation'

describe('conversations', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers()
    await createDatabase(servers.native, DATABASE)
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries(conversations))('%s', async (_name, steps) => {
    const expected = await hold(servers.native, steps, DATABASE)
    expect(await hold(servers.orez, steps, DATABASE)).toEqual(expected)
  })
})
