/** A few kills of servers and of those who follow them; `npm run nemesis` goes on for longer. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Backend } from '../../wire/server/server.ts'
import { bankCampaign } from '../nemesis/bank-campaign.ts'
import { replicationCampaign } from '../nemesis/replication-campaign.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orez-nemesis-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const log = (): void => undefined

test('a server that is killed loses nothing that it has acknowledged', async () => {
  const { transfers, kills } = await bankCampaign({
    data: join(folder, 'bank'),
    clients: 4,
    seconds: 12,
    seed: 7,
    log,
  })
  expect(kills).toBeGreaterThan(0)
  expect(transfers).toBeGreaterThan(0)
}, 90_000)

test.each<Backend>(['pglite', 'sqlite'])(
  'those who follow a killed server of %s end up with what it has',
  async (backend) => {
    const { transactions, faults } = await replicationCampaign({
      backend,
      data: join(folder, backend),
      writers: 3,
      seconds: 15,
      seed: 3,
      log,
    })
    expect(transactions).toBeGreaterThan(0)
    expect(Object.keys(faults).length).toBeGreaterThan(1)
  },
  240_000,
)
