/** Query builders and ORMs at work, against the server over SQLite: whatever they send, they get along with the answers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { captureDrizzle } from '../../oracle/capture/drizzle.ts'
import { captureKnex } from '../../oracle/capture/knex.ts'
import { captureKysely } from '../../oracle/capture/kysely.ts'
import { captureTypeorm } from '../../oracle/capture/typeorm.ts'
import { PgServer } from '../server/server.ts'
import { url } from './servers.ts'

let server: PgServer
beforeAll(async () => {
  server = await PgServer.start({ data: ':memory:', port: 0, backend: 'sqlite' })
})
afterAll(() => server.stop())

test.each([
  ['drizzle', captureDrizzle],
  ['kysely', captureKysely],
  ['knex', captureKnex],
  ['typeorm', captureTypeorm],
])('%s makes a schema, fills it and asks it', async (name, work) => {
  await expect(work(url(server.port, name))).resolves.toBeUndefined()
})
