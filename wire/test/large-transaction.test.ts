/** A transaction that is larger than the memory of the server: it is captured, committed and streamed piece by piece. */
import postgres from 'postgres'
import { expect, test } from 'vitest'
import { OrezProcess } from '../../oracle/orez-process.ts'
import { Consumer } from '../replication/consumer.ts'
import type { Backend } from '../server/server.ts'

/** Megabytes of heap, most of which the server needs before it has done anything. */
const HEAP = 128
/** Megabytes that the second half of the transaction, and all of the stream, may cost beyond what the first half has. */
const ROOM = 150
const STATEMENTS = 24
const ROWS = 10_000

test.each<Backend>(['pglite', 'sqlite'])(
  'a large transaction of %s',
  async (backend) => {
    const server = await OrezProcess.start({ backend, heap: HEAP })
    const sql = postgres(server.url(), { max: 1, onnotice: () => undefined })
    try {
      await sql.unsafe('create table t(id int primary key, v text); create publication pub for table t').simple()
      await sql`select pg_create_logical_replication_slot('large', 'pgoutput')`
      let [before, most] = [0, 0]
      await sql.begin(async (tx) => {
        for (let at = 0; at < STATEMENTS; at++) {
          // by now the server has warmed up
          if (at === STATEMENTS / 2) before = server.memory
          await tx.unsafe(
            `insert into t select n, repeat('v', 500) || n from generate_series(${at * ROWS + 1}, ${(at + 1) * ROWS}) n`,
          )
        }
      })
      const consumer = await Consumer.open({ url: server.url(), slot: 'large', publications: ['pub'] })
      let expected = 1
      for await (const { message } of consumer) {
        if (message.kind === 'commit') break
        if (message.kind !== 'insert') continue
        const [id] = message.after
        if (id?.kind !== 'text' || id.text !== String(expected)) expect(id).toBe(expected)
        if (expected % ROWS === 0) most = Math.max(most, server.memory)
        expected++
      }
      expect(expected).toBe(STATEMENTS * ROWS + 1)
      await consumer.close()
      expect(most - before).toBeLessThan(ROOM)
    } finally {
      await sql.end({ timeout: 1 })
      await server.stop()
    }
  },
  240_000,
)
