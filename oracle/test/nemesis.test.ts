/** A few kills of a server over SQLite; `npm run nemesis` goes on for longer. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { campaign } from '../nemesis/campaign.ts'

test('a server that is killed loses nothing that it has acknowledged', async () => {
  const data = await mkdtemp(join(tmpdir(), 'orez-nemesis-'))
  try {
    const { transfers, kills } = await campaign({ data, clients: 4, seconds: 12, seed: 7, log: () => undefined })
    expect(kills).toBeGreaterThan(0)
    expect(transfers).toBeGreaterThan(0)
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}, 90_000)
