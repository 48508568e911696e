/**
 * What an idle orez costs with zero-cache connected: processor time of this process, which is the server's.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { styleText } from 'node:util'
import { startCache, startUpstream } from './stack.ts'

const SECONDS = 30
const GOAL_PERCENT = 0.5

export const benchIdle = async (): Promise<void> => {
  const upstream = await startUpstream('orez')
  const cache = await startCache(upstream)
  // after a start, zero-cache asks a few things more
  await delay(10_000)
  const before = process.cpuUsage()
  await delay(SECONDS * 1000)
  const { user, system } = process.cpuUsage(before)
  const percent = ((user + system) / (SECONDS * 1e6)) * 100
  await cache.stop()
  await upstream.stop()
  const verdict = styleText(percent <= GOAL_PERCENT ? 'green' : 'red', `${percent.toFixed(2)} %`)
  console.log(`${`idle for ${SECONDS} s`.padEnd(34)} ${verdict} of a core (goal ≤ ${GOAL_PERCENT} %)`)
}
