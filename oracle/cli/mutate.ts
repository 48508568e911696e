#!/usr/bin/env node
/** Plants bugs in the compiler, one at a time, and demands that the corpus notices each. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { CORPUS } from '../corpus.ts'
import { MUTANTS } from '../mutation/mutants.ts'
import { NativePostgres } from '../native-postgres.ts'

const ROOT = join(CORPUS, '..')
/** How long a mutant may run before its hanging counts as noticed, in milliseconds. */
const PATIENCE = 120_000

/** The exit code of a trial whose mutant was noticed; a hang counts as well. */
const NOTICED = 3

const number = (text: string): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('not a number above zero')
  return value
}

const { every, only } = new Command('mutate')
  .description('Plants bugs in rules of the compiler; one that the corpus does not notice is a hole to fill')
  .option('--every <n>', 'only every n-th mutant', number, 1)
  .option('--only <text>', 'only mutants with this in their name', '')
  .parse()
  .opts<{ every: number; only: string }>()

interface Trial {
  readonly outcome: 'noticed' | 'SURVIVED' | 'BROKEN'
  readonly by: string
}

const trial = (at: number, port: number, worker: number): Promise<Trial> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', join(ROOT, 'oracle/mutation/hook.ts'), join(ROOT, 'oracle/mutation/trial.ts')],
      {
        env: {
          ...process.env,
          OREZ_MUTANT: String(at),
          OREZ_NATIVE_PORT: String(port),
          OREZ_MUTANT_DATABASE: `mutant_${worker}`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: PATIENCE,
      },
    )
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const outcome = code === NOTICED || signal !== null ? 'noticed' : code === 0 ? 'SURVIVED' : 'BROKEN'
      resolve({ outcome, by: output.trim().split('\n')[0] ?? '' })
    })
  })

const server = await NativePostgres.start({ settings: ['fsync=off'] })
const queue = MUTANTS.flatMap(({ name }, at) => (at % every === 0 && name.includes(only) ? [at] : []))
const survivors: string[] = []
for (const at of queue) {
  const { name, file, from } = MUTANTS[at] as (typeof MUTANTS)[number]
  const times = readFileSync(join(ROOT, file), 'utf8').split(from).length - 1
  if (times !== 1) survivors.push(`${name}: its place in ${file} is there ${times} times`)
}
const workers = Array.from({ length: availableParallelism() }, async (_, worker) => {
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    const { name, file } = MUTANTS[at] as (typeof MUTANTS)[number]
    const { outcome, by } = await trial(at, server.port, worker)
    console.log(`${outcome.padEnd(8)}  ${name} (${file})${by === '' ? '' : `\n            ${by.slice(0, 120)}`}`)
    if (outcome !== 'noticed') survivors.push(name)
  }
})
await Promise.all(workers)
await server.stop()
for (const survivor of survivors) console.error(`not noticed: ${survivor}`)
process.exit(survivors.length > 0 ? 1 : 0)
