#!/usr/bin/env node
/** Random statements on PostgreSQL and on orez, until the time is up; a difference is shrunk and kept as a script. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { loadGrammar } from '../../compiler/parse.ts'
import type { TargetName } from '../candidate.ts'
import { CORPUS } from '../corpus.ts'
import { Workerd } from '../durable-object/engine.ts'
import { Campaign, type Finding, KINDS, type Kind } from '../fuzz/campaign.ts'
import { NativePostgres } from '../native-postgres.ts'

const number = (text: string): number => {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('not a number')
  return value
}

const program = new Command('fuzz')
  .description('Differential and metamorphic fuzzing of typed statements against PostgreSQL')
  .option('--minutes <n>', 'how long', number, 1)
  .option('--batches <n>', 'exactly so many batches instead', number)
  .option('--seed <n>', 'where to begin; the same seed makes the same statements', number, Date.now() % 1_000_000)
  .option('--depth <n>', 'how deep expressions are nested', number, 3)
  .addOption(new Option('--target <name>', 'which SQLite to compile for').choices(['native', 'pure']).default('native'))
  .addOption(new Option('--only <kind>', 'only batches of this kind').choices(KINDS))
  .option('--no-keep', 'do not save what is wrong as a script in corpus/found')
  .addHelpText(
    'after',
    '\nExamples:\n  npm run fuzz -- --minutes 10 --seed 7\n  npm run fuzz -- --only scripts --target pure',
  )
  .parse()

const options = program.opts<{
  minutes: number
  batches?: number
  seed: number
  depth: number
  target: TargetName
  only?: Kind
  keep: boolean
}>()

/** A batch's seed is made of the one before, so that runs from neighbouring seeds have nothing in common. */
const following = (seed: number): number => (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0

const keep = ({ script }: Finding): void => {
  mkdirSync(join(CORPUS, 'found'), { recursive: true })
  const text = `${script.join(';\n')};\n`
  const name = createHash('sha256').update(text).digest('hex').slice(0, 8)
  writeFileSync(join(CORPUS, 'found', `${name}.sql`), text)
}

await loadGrammar()
const server = await NativePostgres.start({ settings: ['fsync=off'] })
const workerd = options.target === 'pure' ? await Workerd.start() : undefined
const campaign = new Campaign(server, { target: options.target, workerd }, options.depth)
const { counts } = campaign
const total = (): number => counts.equal + counts.failed + counts.refused + counts.wrong
const began = Date.now()
const until = began + options.minutes * 60_000
const kinds = options.only === undefined ? KINDS : [options.only]
const found = new Set<string>()
let shown = began
const more = (batch: number): boolean => (options.batches === undefined ? Date.now() < until : batch < options.batches)
for (let batch = 0, seed = options.seed; more(batch); batch++, seed = following(seed)) {
  const kind = kinds[(seed >>> 16) % kinds.length] as Kind
  const finding = await campaign.batch(kind, seed)
  if (finding !== undefined && !found.has(finding.reason)) {
    found.add(finding.reason)
    console.log(`seed ${seed}, ${kind}:\n    ${finding.script.join(';\n    ')};\n  ${finding.reason}`)
    if (options.keep) keep(finding)
  }
  if (Date.now() - shown > 10_000) {
    shown = Date.now()
    console.log(JSON.stringify({ seed, ...counts, 'per second': Math.round((total() * 1000) / (shown - began)) }))
  }
}
const valid = Number(((counts.equal + counts.refused) / total()).toFixed(3))
console.log(JSON.stringify({ ...counts, total: total(), valid }))
await Promise.all([server.stop(), workerd?.stop()])
process.exit(counts.wrong > 0 ? 1 : 0)
