/**
 * The conversations with native PostgreSQL once more, with orez over SQLite: every answer is the same, or what is not
 * supported says so.
 */
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { PgServer } from '../server/server.ts'
import { conversations, hold, sqliteConversations } from './conversations.ts'
import { createDatabase } from './servers.ts'

const DATABASE = 'conversation_sqlite'

/** Conversations in which something is refused: nobody is to be added. */
const REFUSING: ReadonlySet<string> = new Set(['a named statement outlives transactions and errors'])

describe('conversations with a server over SQLite', () => {
  let server: PgServer
  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, backend: 'sqlite' })
    await createDatabase(inject('nativePort'), DATABASE)
  })
  afterAll(() => server.stop())

  test.each(Object.entries({ ...conversations, ...sqliteConversations }))('%s', async (name, steps) => {
    const expected = await hold(inject('nativePort'), steps, DATABASE)
    const said = await hold(server.port, steps, DATABASE)
    const different = said.findIndex((line, at) => line !== expected[at])
    if (!REFUSING.has(name)) expect(said).toEqual(expected)
    else expect(said[different]).toMatch(/^E V=ERROR C=0A000 /)
  })
})
