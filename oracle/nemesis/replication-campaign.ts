/**
 * Writers change rows while the server, a consumer of its changes and a zero-cache are killed at random, connections are
 * cut and held up, and confirmations come late. Afterwards all three have the same rows, and at no time did the consumer
 * see a transaction in part, out of order, or again.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import getPort from 'get-port'
import pg from 'pg'
import type { Backend } from '../../wire/server/server.ts'
import { OrezProcess } from '../orez-process.ts'
import { Anomaly } from './anomaly.ts'
import { FollowerCopy } from './follower-copy.ts'
import { Gate } from './gate.ts'
import { below, randomFrom } from './random.ts'
import { SCHEMA, Writer } from './writer.ts'
import { ZeroFollower } from './zero-follower.ts'

export interface ReplicationCampaign {
  readonly backend: Backend
  readonly data: string
  readonly writers: number
  /** How long they work altogether. */
  readonly seconds: number
  readonly seed: number
  readonly log: (line: string) => void
}

export interface ReplicationResult {
  readonly transactions: number
  readonly faults: Readonly<Record<string, number>>
}

const SLOT = 'nemesis'
/** How long followers may take to catch up once all is quiet, in milliseconds. */
const CATCH_UP = 120_000

/** @throws Anomaly when changes have been lost, or seen as nobody may see them */
export const replicationCampaign = async (campaign: ReplicationCampaign): Promise<ReplicationResult> => {
  const { backend, data, seconds, seed, log } = campaign
  const random = randomFrom(seed)
  const port = await getPort()
  const start = (): Promise<OrezProcess> => OrezProcess.start({ backend, data: join(data, 'server'), port })
  let server = await start()
  const gate = await Gate.open(port)
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client(server.url())
    client.on('error', () => undefined)
    await client.connect()
    return client
  }
  const admin = await connect()
  await admin.query(`${SCHEMA}; create publication followed for table item, entry`)
  await admin.query(`select pg_create_logical_replication_slot('${SLOT}', 'pgoutput')`)
  await admin.end()
  const zero = await ZeroFollower.start(gate.port, join(data, 'zero'))
  const file = join(data, 'follower.db')
  const copy = new FollowerCopy(file)
  let lives = 0
  const startFollower = (): ChildProcess =>
    spawn(
      process.execPath,
      [
        join(import.meta.dirname, 'follower.ts'),
        `postgres://postgres@127.0.0.1:${gate.port}/postgres`,
        SLOT,
        file,
        String(seed * 1000 + lives++),
      ],
      { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
    )
  let follower = startFollower()
  const writers = Array.from({ length: campaign.writers }, (_, at) => new Writer(at + 1, randomFrom(seed + at + 1)))
  const end = Date.now() + seconds * 1000
  let isOver = false
  const work = async (writer: Writer): Promise<void> => {
    let client: pg.Client | undefined
    while (Date.now() < end && !isOver)
      try {
        client ??= await connect()
        await writer.work(client)
        await pause(below(random, 30))
      } catch {
        void client?.end().catch(() => undefined)
        client = undefined
        await pause(20)
      }
    await client?.end().catch(() => undefined)
  }

  const faults: Record<string, number> = {}
  const killed = async (child: ChildProcess): Promise<void> => {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  const strike = async (): Promise<string> => {
    switch (below(random, 10)) {
      case 0:
      case 1:
      case 2:
        await server.kill()
        await pause(below(random, 300))
        server = await start()
        return 'server killed'
      case 3:
      case 4:
        await killed(follower)
        follower = startFollower()
        return 'consumer killed'
      case 5:
        zero.kill()
        return 'zero-cache killed'
      case 6:
      case 7:
        gate.hold()
        await pause(below(random, 1500))
        gate.release()
        return 'connections held up'
      default:
        gate.cut()
        return 'connections cut'
    }
  }
  const checkFollower = (): void => {
    const [anomaly] = copy.anomalies
    if (anomaly !== undefined) throw new Anomaly(anomaly)
  }

  const working = Promise.all(writers.map(work))
  try {
    while (Date.now() < end) {
      await pause(Math.min(200 + random() * 2000, Math.max(end - Date.now(), 0)))
      if (Date.now() >= end) break
      const fault = await strike()
      faults[fault] = (faults[fault] ?? 0) + 1
      checkFollower()
      log(`${fault}; the consumer has ${copy.transactions} transactions`)
    }
    await working
    const truth = await contents(connect)
    requireAcknowledged(truth.entry, writers)
    await caughtUp(
      () => JSON.stringify(copy.rows('item')) === truth.items && JSON.stringify(copy.rows('entry')) === truth.entries,
      () => {
        checkFollower()
        return `the consumer has ${copy.rows('entry').length} transactions of ${truth.entry.length}`
      },
    )
    await caughtUp(
      () => JSON.stringify(zero.rows(ZERO_QUERY)) === truth.zero,
      () => `the replica of zero-cache is not what the server has:\n${zero.lines.join('\n')}`,
    )
    if (zero.syncs.length > 1) throw new Anomaly(`zero-cache has begun anew: ${zero.syncs.join('; ')}`)
    checkFollower()
    return { transactions: truth.entry.length, faults }
  } finally {
    isOver = true
    gate.release()
    await working
    await killed(follower)
    await zero.stop()
    await gate.close()
    await server.stop()
    copy.close()
  }
}

const ZERO_QUERY = `select id, writer, version, label, (select count(*) from entry) as entries from item order by id`

interface Contents {
  readonly items: string
  readonly entries: string
  readonly zero: string
  readonly entry: readonly { readonly id: string }[]
}

/** What the server has, as its followers should have it. */
const contents = async (connect: () => Promise<pg.Client>): Promise<Contents> => {
  const client = await connect()
  const rows = async <Row>(query: string): Promise<Row[]> => (await client.query(query)).rows as Row[]
  const items = await rows(`
    select id::text, writer::text, version::text, label, price::text, (at at time zone 'UTC')::text || '+00' as at
    from item order by id::text collate "C"`)
  const entry = await rows<{ id: string }>(`
    select id, writer::text, serial::text, changes::text from entry order by id collate "C"`)
  const zero = await rows(ZERO_QUERY.replace('count(*)', 'count(*)::int'))
  await client.end()
  return { items: JSON.stringify(items), entries: JSON.stringify(entry), zero: JSON.stringify(zero), entry }
}

const requireAcknowledged = (entries: Contents['entry'], writers: readonly Writer[]): void => {
  const known = new Set(entries.map(({ id }) => id))
  for (const { acknowledged } of writers)
    for (const id of acknowledged)
      if (!known.has(id)) throw new Anomaly(`transaction ${id} was acknowledged, and is lost`)
}

/** @throws Anomaly where it does not happen in time */
const caughtUp = async (holds: () => boolean, state: () => string): Promise<void> => {
  const deadline = Date.now() + CATCH_UP
  while (!holds()) {
    const now = state()
    if (Date.now() > deadline) throw new Anomaly(now)
    await pause(200)
  }
}
