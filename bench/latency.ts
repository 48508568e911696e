/**
 * From the commit of a row in Postgres to its arrival in a Zero client.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import {
  createBuilder,
  createSchema,
  defineQueriesWithType,
  defineQueryWithType,
  mustGetQuery,
  number,
  table,
  Zero,
} from '@rocicorp/zero'
import { handleQueryRequest } from '@rocicorp/zero/server'
import postgres from 'postgres'
import { percentile, printRow } from './report.ts'
import { CONTENDERS, type Contender, startCache, startUpstream } from './stack.ts'

const SAMPLES = 300

const schema = createSchema({
  tables: [table('counter').columns({ id: number(), value: number() }).primaryKey('id')],
})
const zql = createBuilder(schema)
const queries = defineQueriesWithType<typeof schema>()({
  counter: defineQueryWithType<typeof schema>()(() => zql.counter.where('id', 1)),
})

const startQueryServer = async (): Promise<{ url: string; stop: () => void }> => {
  const answer = async (request: Request): Promise<Response> =>
    Response.json(
      await handleQueryRequest({
        handler: (name, args) => mustGetQuery(queries, name).fn({ args, ctx: undefined }),
        schema,
        request,
        userID: null,
      }),
    )
  const server = createServer(getRequestListener(answer)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}/query`, stop }
}

const measure = async (contender: Contender): Promise<number[]> => {
  const upstream = await startUpstream(contender)
  const sql = postgres(upstream.url('postgres'), { max: 1 })
  await sql`CREATE TABLE counter(id int PRIMARY KEY, value int NOT NULL)`
  await sql`INSERT INTO counter VALUES (1, 0)`
  const server = await startQueryServer()
  const cache = await startCache(upstream, { ZERO_QUERY_URL: server.url })
  const zero = new Zero({ cacheURL: cache.url, schema, kvStore: 'mem', logLevel: 'error', storageKey: contender })
  const view = zero.materialize(queries.counter())
  let arrived: ((value: number) => void) | undefined
  view.addListener((rows) => {
    const [row] = rows as readonly { value: number }[]
    if (row !== undefined) arrived?.(row.value)
  })
  const change = async (value: number): Promise<number> => {
    const arrival = new Promise<number>((resolve) => {
      arrived = (seen) => {
        if (seen === value) resolve(performance.now())
      }
    })
    await sql`UPDATE counter SET value = ${value}`
    const committed = performance.now()
    return (await arrival) - committed
  }
  for (let i = 1; i <= 30; i++) await change(-i)
  const samples: number[] = []
  for (let i = 1; i <= SAMPLES; i++) samples.push(await change(i))
  await zero.close()
  await cache.stop()
  server.stop()
  await sql.end()
  await upstream.stop()
  return samples
}

export const benchLatency = async (): Promise<void> => {
  const samples = { orez: [] as number[], native: [] as number[] }
  for (const contender of CONTENDERS) samples[contender] = await measure(contender)
  for (const part of [0.5, 0.99]) {
    printRow({
      what: `commit to client, p${part * 100}`,
      unit: 'ms',
      values: { orez: percentile(samples.orez, part), native: percentile(samples.native, part) },
      goal: 1.5,
    })
  }
}
