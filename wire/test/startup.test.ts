/**
 * How a connection begins: start-up packets, passwords, cancel requests.
 */
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Conversation, startupMessage } from '../../oracle/conversation.ts'
import { Q, raw, SYNC } from '../../oracle/messages.ts'
import { FrameWriter } from '../protocol/frame.ts'
import { PgServer } from '../server/server.ts'
import { type Servers, startServers, url } from './servers.ts'

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.server.stop())

const packet = (code: number, rest: Uint8Array = Buffer.alloc(0)): Buffer =>
  new FrameWriter().begin().int32(code).bytes(rest).finish().take()

const SSL = packet((1234 << 16) | 5679)
const GSS = packet((1234 << 16) | 5680)

describe('start-up packets', () => {
  const packets: Readonly<Record<string, Buffer>> = {
    'protocol 4': packet(4 << 16),
    'a later minor version': startupMessage({ user: 'postgres', database: 'postgres' }, 7),
    'an unknown protocol option': startupMessage({ user: 'postgres', database: 'postgres', '_pq_.nosuch': '1' }),
    'no user': startupMessage({ database: 'postgres' }),
    'an unknown setting': startupMessage({ user: 'postgres', database: 'postgres', nosuch: '1' }),
    'a bad value': startupMessage({ user: 'postgres', database: 'postgres', statement_timeout: 'x' }),
    'an unknown role': startupMessage({ user: 'nobody_here', database: 'postgres' }),
    'a setting among the options': startupMessage({
      user: 'postgres',
      database: 'postgres',
      options: '-c search_path=pg_catalog --datestyle=German',
    }),
  }

  test.each(Object.entries(packets))('%s', async (_name, bytes) => {
    const answer = async (port: number): Promise<string[]> => {
      const conversation = await Conversation.connect(port)
      conversation.send(bytes)
      const lines = await conversation.untilReady()
      await conversation.close()
      // versions of the two builds differ
      return lines.filter((line) => !line.startsWith('S server_version'))
    }
    expect(await answer(servers.orez)).toEqual(await answer(servers.native))
  })

  test.each([
    ['SSL', SSL],
    ['GSS encryption', GSS],
  ])('%s is declined, and the connection goes on', async (_name, request) => {
    for (const port of [servers.native, servers.orez]) {
      const conversation = await Conversation.connect(port)
      conversation.send(request)
      expect(await conversation.rawByte()).toBe('N')
      conversation.send(startupMessage({ user: 'postgres', database: 'postgres' }))
      expect((await conversation.untilReady()).at(-1)).toBe('Z I')
      await conversation.close()
    }
  })

  test.each([
    ['too short', Buffer.from([0, 0, 0, 4, 0, 3, 0, 0])],
    ['too long', Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 3, 0, 0])],
    ['without an end', Buffer.from([0, 0, 0, 13, 0, 3, 0, 0, 0x75, 0x73, 0x65, 0x72, 0x78])],
    ['of another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ])('a packet %s ends the connection with FATAL, and nobody else is harmed', async (_name, bytes) => {
    const neighbour = await Conversation.open({ port: servers.orez })
    const conversation = await Conversation.connect(servers.orez)
    conversation.send(bytes)
    const lines = await conversation.untilReady()
    expect(lines[0]).toMatch(/^E V=FATAL C=08P01/)
    expect(lines.at(-1)).toBe('closed')
    neighbour.send(Q('select 1'))
    expect((await neighbour.untilReady()).at(-1)).toBe('Z I')
    await neighbour.close()
  })

  test.each([
    ['too short', raw('P', Buffer.alloc(0), 3)],
    ['far too long', raw('S', Buffer.alloc(4), 0x7fffffff)],
    ['longer than its kind may be', raw('S', Buffer.alloc(40_000))],
  ])('a message %s ends the connection with FATAL', async (_name, bytes) => {
    const conversation = await Conversation.open({ port: servers.orez })
    conversation.send(bytes, SYNC)
    expect(await conversation.untilReady()).toEqual(['E V=FATAL C=08P01 M=invalid message length', 'closed'])
  })
})

describe('passwords', () => {
  let server: PgServer
  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, user: 'app', password: 'pässwörd, =1' })
  })
  afterAll(() => server.stop())

  const login = async (user: string, password: string): Promise<string> => {
    const sql = postgres({ host: '127.0.0.1', port: server.port, user, password, database: 'postgres', max: 1 })
    try {
      const [row] = await sql<{ user: string }[]>`SELECT current_user AS user`
      return row?.user ?? ''
    } catch (error) {
      const { code, message } = error as { code: string; message: string }
      return `${code} ${message}`
    } finally {
      await sql.end({ timeout: 0 })
    }
  }

  test('the right one is let in', async () => {
    expect(await login('app', 'pässwörd, =1')).toBe('app')
  })

  test.each([
    ['app', 'wrong'],
    ['app', ''],
    ['postgres', 'pässwörd, =1'],
    ['nobody', 'pässwörd, =1'],
  ])('%s with "%s" is not', async (user, password) => {
    expect(await login(user, password)).toBe(`28P01 password authentication failed for user "${user}"`)
  })

  test('messages before the password end the connection', async () => {
    const conversation = await Conversation.connect(server.port)
    conversation.send(startupMessage({ user: 'app', database: 'postgres' }))
    await conversation.until('R 10')
    conversation.send(Q('select 1'))
    expect((await conversation.untilReady())[0]).toMatch(/^E V=FATAL C=08P01/)
  })
})

describe('cancel requests', () => {
  test.each(['pg_sleep(1000)', "pg_sleep_for('1 hour')", "pg_sleep_until('infinity')"])(
    'interrupt %s',
    async (sleep) => {
      const conversation = await Conversation.open({ port: servers.orez })
      conversation.send(Q(`select ${sleep}`))
      const lines = await conversation.readyWhile(() => cancel(servers.orez, conversation.pid, conversation.secret))
      expect(lines.slice(-2)).toEqual(['E V=ERROR C=57014 M=canceling statement due to user request', 'Z I'])
      await conversation.close()
    },
  )

  const cancel = async (port: number, pid: number, secret: Buffer): Promise<void> => {
    const conversation = await Conversation.connect(port)
    conversation.send(
      packet((1234 << 16) | 5678, Buffer.concat([Buffer.from(Int32Array.of(pid).buffer).reverse(), secret])),
    )
    expect(await conversation.untilReady()).toEqual(['closed'])
  }

  test('interrupt a statement that computes; the session goes on', async () => {
    const conversation = await Conversation.open({ port: servers.orez })
    conversation.send(Q('select count(*) from generate_series(1, 1000000000)'))
    // one that comes before the statement has begun is for nothing
    const lines = await conversation.readyWhile(() => cancel(servers.orez, conversation.pid, conversation.secret))
    expect(lines.slice(-2)).toEqual(['E V=ERROR C=57014 M=canceling statement due to user request', 'Z I'])
    conversation.send(Q("select 'alive'"))
    expect(await conversation.untilReady()).toContain('D alive')
    await conversation.close()
  })

  test('end the wait for the lease', async () => {
    const holder = await Conversation.open({ port: servers.orez })
    holder.send(Q('begin; select 1'))
    await holder.untilReady()
    const waiter = await Conversation.open({ port: servers.orez })
    waiter.send(Q('select 2'))
    const answer = await waiter.readyWhile(() => cancel(servers.orez, waiter.pid, waiter.secret))
    expect(answer).toEqual(['E V=ERROR C=57014 M=canceling statement due to user request', 'Z I'])
    holder.send(Q('commit'))
    await holder.untilReady()
    await Promise.all([holder.close(), waiter.close()])
  })

  test('with a wrong key, or for an idle session, do nothing', async () => {
    const conversation = await Conversation.open({ port: servers.orez })
    await cancel(servers.orez, conversation.pid, Buffer.alloc(conversation.secret.length))
    await cancel(servers.orez, conversation.pid, conversation.secret)
    conversation.send(Q("select 'undisturbed'"))
    expect(await conversation.untilReady()).toContain('D undisturbed')
    await conversation.close()
  })
})

test('many clients connect, leave in the middle of things, and leave nothing behind', async () => {
  const sql = postgres(url(servers.orez), { max: 1 })
  await sql`SELECT 1`
  const before = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM pg_stat_activity`
  await Promise.all(
    Array.from({ length: 40 }, async (_, at) => {
      const conversation = await Conversation.open({ port: servers.orez })
      conversation.send(Q(at % 2 === 0 ? 'begin; create table left_behind(x int)' : 'select pg_advisory_lock(77)'))
      if (at % 3 !== 0) await conversation.untilReady()
      await conversation.close()
    }),
  )
  const after = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM pg_stat_activity`
  expect(after).toEqual(before)
  expect(await sql`SELECT to_regclass('left_behind') AS left_behind, pg_try_advisory_lock(77) AS free`).toEqual([
    { left_behind: null, free: true },
  ])
  await sql.end()
})
