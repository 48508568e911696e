/** The conversations with native PostgreSQL once more, with orez over SQLite: every answer is the same. */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { PgServer } from '../server/server.ts'
import { conversations } from './conversations.ts'
import { hold } from './hold.ts'
import { createDatabase } from './servers.ts'
import { sqliteConversations } from './sqlite-conversations.ts'

const DATABASE = 'conversation_sqlite'

describe('conversations with a server over SQLite', () => {
  let server: PgServer
  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, backend: 'sqlite' })
    await createDatabase(inject('nativePort'), DATABASE)
  })
  afterAll(() => server.stop())

  test.each(Object.entries({ ...conversations, ...sqliteConversations }))('%s', async (_name, steps) => {
    const expected = await hold(inject('nativePort'), steps, DATABASE)
    const said = await hold(server.port, steps, DATABASE)
    expect(said).toEqual(expected)
  })
})
