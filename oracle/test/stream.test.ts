import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Backend, PgServer } from '../../wire/server/server.ts'
import { createDatabase, url } from '../../wire/test/servers.ts'
import { StreamCampaign } from '../stream/campaign.ts'

/** Composite types are not known in binary format over PGlite. */
describe.each<[backend: Backend, format: 'text' | 'binary', sequences: number, share: number]>([
  ['pglite', 'text', 30, 0.9],
  ['pglite', 'binary', 20, 0.5],
  ['sqlite', 'text', 150, 0.9],
  ['sqlite', 'binary', 80, 0.9],
])('random changes of a database of %s, as %s', (backend, format, sequences, share) => {
  const database = `stream_${backend}_${format}`
  let server: PgServer
  let campaign: StreamCampaign
  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, backend })
    await createDatabase(inject('nativePort'), database)
    campaign = await StreamCampaign.open(url(inject('nativePort'), database), url(server.port), format === 'binary')
  })
  afterAll(async () => {
    await campaign.close()
    await server.stop()
  })

  test('reach a subscriber as the same bytes', async () => {
    expect(await campaign.run(sequences, 42)).toBeUndefined()
    expect(campaign.counts.equal).toBeGreaterThan(sequences * share)
  }, 120_000)
})
