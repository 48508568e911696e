/**
 * `npm run bench [name …]`: each benchmark runs orez and its peer in one run, and prints their ratio.
 */
import { benchBoot } from './boot.ts'
import { benchBundle } from './bundle.ts'
import { benchCompile } from './compile.ts'
import { benchIdle } from './idle.ts'
import { benchInitialSync } from './initial-sync.ts'
import { benchLatency } from './latency.ts'
import { benchServer } from './server.ts'
import { benchStream } from './stream.ts'

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = {
  boot: benchBoot,
  'initial-sync': benchInitialSync,
  latency: benchLatency,
  idle: benchIdle,
  compile: benchCompile,
  server: benchServer,
  stream: benchStream,
  bundle: benchBundle,
}

const names = process.argv.slice(2)
const unknown = names.find((name) => BENCHMARKS[name] === undefined)
if (unknown !== undefined) {
  console.error(`no benchmark is called ${unknown}; there are: ${Object.keys(BENCHMARKS).join(', ')}`)
  process.exit(1)
}
for (const [name, bench] of Object.entries(BENCHMARKS)) {
  if (names.length === 0 || names.includes(name)) await bench()
}
process.exit()
