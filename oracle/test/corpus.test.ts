/** The corpus: what PostgreSQL answered to every fixture is what orez answers, or it refuses. */
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { loadGrammar } from '../../compiler/parse.ts'
import type { TargetName } from '../candidate.ts'
import { CORPUS, checkFixture, fixtures } from '../corpus.ts'
import { Workerd } from '../durable-object/engine.ts'
import { loadRatchet, offences } from '../ratchet.ts'

const server = { port: inject('nativePort') }

let workerd: Workerd

beforeAll(async () => {
  await loadGrammar()
  workerd = await Workerd.start()
})

afterAll(() => workerd.stop())

describe.each<TargetName>(['native', 'pure'])('%s', (target) => {
  const ratchet = loadRatchet('own', target)

  test.each(fixtures())('%s', async (fixture) => {
    const judged = await checkFixture(server, fixture, { target, workerd: target === 'pure' ? workerd : undefined })
    expect(judged.length).toBeGreaterThan(0)
    expect(offences(fixture, judged, ratchet)).toEqual([])
  })
})

test('no recorded results without their script', () => {
  const orphans = globSync('*/*.expected.jsonl', { cwd: CORPUS }).filter(
    (path) => !existsSync(join(CORPUS, path.replace('.expected.jsonl', '.sql'))),
  )
  expect(orphans).toEqual([])
})
