import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Backend, PgServer } from '../../wire/server/server.ts'
import { createDatabase, url } from '../../wire/test/servers.ts'
import { StreamCampaign } from '../stream/campaign.ts'

describe.each<[backend: Backend, sequences: number]>([
  ['pglite', 30],
  ['sqlite', 150],
])('random changes of a database of %s', (backend, sequences) => {
  const database = `stream_${backend}`
  let server: PgServer
  let campaign: StreamCampaign
  beforeAll(async () => {
    server = await PgServer.start({ data: ':memory:', port: 0, backend })
    await createDatabase(inject('nativePort'), database)
    campaign = await StreamCampaign.open(url(inject('nativePort'), database), url(server.port))
  })
  afterAll(async () => {
    await campaign.close()
    await server.stop()
  })

  test('reach a subscriber as the same bytes', async () => {
    expect(await campaign.run(sequences, 42)).toBeUndefined()
    expect(campaign.counts.equal).toBeGreaterThan(sequences * 0.9)
  }, 120_000)
})
