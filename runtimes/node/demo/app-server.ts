/**
 * The atlas's own server: the page, Zero's query and mutate endpoints, the map, and the live change log.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { mustGetMutator, mustGetQuery } from '@rocicorp/zero'
import { handleMutateRequest, handleQueryRequest } from '@rocicorp/zero/server'
import { zeroPostgresJS } from '@rocicorp/zero/server/adapters/postgresjs'
import { build } from 'esbuild'
import { Hono } from 'hono'
import { compress } from 'hono/compress'
import { streamSSE } from 'hono/streaming'
import postgres from 'postgres'
import { ChangeFeed } from './change-feed.ts'
import { mutators } from './mutators.ts'
import { loadOutlines } from './outlines.ts'
import { queries } from './queries.ts'
import { schema } from './schema.ts'

export interface AppServerOptions {
  readonly port: number
  readonly pgUrl: string
  readonly zeroUrl: string
}

/** The page's script and styles, bundled. */
const bundlePage = async (): Promise<ReadonlyMap<string, string>> => {
  const { outputFiles } = await build({
    entryPoints: { page: join(import.meta.dirname, 'page/main.tsx') },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    minify: true,
    outdir: '/',
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return new Map(outputFiles.map((file) => [file.path.slice(file.path.lastIndexOf('/') + 1), file.text]))
}

/** Computes something when it is first asked for, once. */
const lazily = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

export class AppServer {
  readonly #server: Server
  readonly #sql: postgres.Sql
  readonly #feed: ChangeFeed
  readonly url: string

  private constructor(server: Server, sql: postgres.Sql, feed: ChangeFeed, url: string) {
    this.#server = server
    this.#sql = sql
    this.#feed = feed
    this.url = url
  }

  static async start(options: AppServerOptions): Promise<AppServer> {
    const { port, pgUrl } = options
    const sql = postgres(pgUrl, { onnotice: () => undefined })
    const [page, feed] = await Promise.all([bundlePage(), ChangeFeed.open(sql, pgUrl)])
    const app = createApp(sql, feed, page, options)
    const server = createServer(getRequestListener(app.fetch))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new AppServer(server, sql, feed, `http://localhost:${port}`)
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await this.#feed.close()
    await this.#sql.end({ timeout: 1 })
  }
}

const createApp = (
  sql: postgres.Sql,
  feed: ChangeFeed,
  page: ReadonlyMap<string, string>,
  { pgUrl, zeroUrl }: AppServerOptions,
): Hono => {
  const database = zeroPostgresJS(schema, pgUrl)
  const outlines = lazily(async () => JSON.stringify(await loadOutlines()))
  const lights = lazily(() => readLights(sql))
  const app = new Hono()
  app.use('/outlines.json', compress())
  app.get('/', (c) => c.html(html(zeroUrl)))
  app.get('/page.js', (c) => c.body(page.get('page.js') ?? '', 200, { 'content-type': 'text/javascript' }))
  app.get('/page.css', (c) => c.body(page.get('page.css') ?? '', 200, { 'content-type': 'text/css' }))
  app.get('/favicon.ico', (c) => c.body(null, 204))
  app.get('/outlines.json', async (c) => c.body(await outlines(), 200, { 'content-type': 'application/json' }))
  app.get('/lights.bin', async (c) => c.body(await lights(), 200, { 'content-type': 'application/octet-stream' }))
  app.post('/api/query', async (c) =>
    c.json(
      await handleQueryRequest({
        handler: (name, args) => mustGetQuery(queries, name).fn({ args, ctx: undefined }),
        schema,
        request: c.req.raw,
        userID: null,
      }),
    ),
  )
  app.post('/api/mutate', async (c) =>
    c.json(
      await handleMutateRequest({
        dbProvider: database,
        handler: (transact) =>
          transact((tx, name, args) => mustGetMutator(mutators, name).fn({ tx, args, ctx: undefined })),
        request: c.req.raw,
        userID: null,
      }),
    ),
  )
  app.get('/api/changes', (c) =>
    streamSSE(c, async (stream) => {
      const stop = feed.listen((event) => void stream.writeSSE({ data: JSON.stringify(event) }))
      await new Promise<void>((resolve) => stream.onAbort(resolve))
      stop()
    }),
  )
  return app
}

/** Every place's position as two 16-bit integers, longitude and latitude in hundredths of a degree. */
const readLights = async (sql: postgres.Sql): Promise<ArrayBuffer> => {
  const rows = await sql<{ longitude: number; latitude: number }[]>`SELECT longitude, latitude FROM place`
  const positions = new Int16Array(rows.length * 2)
  rows.forEach(({ longitude, latitude }, at) => {
    positions[at * 2] = Math.round(longitude * 100)
    positions[at * 2 + 1] = Math.round(latitude * 100)
  })
  return positions.buffer
}

const html = (zeroUrl: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Atlas, on orez</title>
<link rel="stylesheet" href="/page.css">
<div id="root" data-zero-url="${zeroUrl}"></div>
<script type="module" src="/page.js"></script>
</html>`
