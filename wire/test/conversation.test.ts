/**
 * The same conversations with native PostgreSQL and with orez: every answer must be the same, message by message.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { conversations, hold } from './conversations.ts'
import { type Servers, startServers } from './servers.ts'

describe('conversations', () => {
  let servers: Servers
  beforeAll(async () => {
    servers = await startServers()
  })
  afterAll(() => servers.server.stop())

  test.each(Object.entries(conversations))('%s', async (_name, steps) => {
    const expected = await hold(servers.native, steps)
    expect(await hold(servers.orez, steps)).toEqual(expected)
  })
})
