/**
 * From nothing to a healthy zero-cache: an empty folder, a new cluster, empty databases.
 */
import { printRow } from './report.ts'
import { CONTENDERS, type Contender, startCache, startUpstream } from './stack.ts'

const boot = async (contender: Contender): Promise<number> => {
  const from = performance.now()
  const upstream = await startUpstream(contender)
  const cache = await startCache(upstream)
  const seconds = (performance.now() - from) / 1000
  await cache.stop()
  await upstream.stop()
  return seconds
}

export const benchBoot = async (): Promise<void> => {
  // the first round warms the file cache up, and makes orez's template
  for (const contender of CONTENDERS) await boot(contender)
  const rounds = { orez: [] as number[], native: [] as number[] }
  for (let round = 0; round < 3; round++) {
    for (const contender of CONTENDERS) rounds[contender].push(await boot(contender))
  }
  const best = (samples: readonly number[]): number => Math.min(...samples)
  printRow({
    what: 'boot to healthy',
    unit: 's',
    values: { orez: best(rounds.orez), native: best(rounds.native) },
    goal: 2,
  })
}
