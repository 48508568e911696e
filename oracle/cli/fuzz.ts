#!/usr/bin/env node
/** Random statements on PostgreSQL and on orez, until the time is up; a difference is shrunk and kept as a script. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import fc from 'fast-check'
import { loadGrammar } from '../../compiler/parse.ts'
import { difference } from '../compare.ts'
import { CORPUS, DATABASE, freshDatabase, type TargetName } from '../corpus.ts'
import { SCHEMA, statement } from '../fuzz/statement.ts'
import { NativePostgres } from '../native-postgres.ts'
import { SqliteEngine } from '../sqlite-engine.ts'

const program = new Command('fuzz')
  .description('Differential fuzzing of typed statements against PostgreSQL')
  .option('--minutes <n>', 'how long', '1')
  .option('--batches <n>', 'exactly so many batches of 500 statements instead')
  .option('--seed <n>', 'where to begin; the same seed makes the same statements', String(Date.now() % 1_000_000))
  .option('--depth <n>', 'how deep expressions are nested', '3')
  .addOption(new Option('--target <name>', 'which SQLite to compile for').choices(['native', 'pure']).default('native'))
  .option('--keep', 'save what is wrong in corpus/found', false)
  .addHelpText('after', '\nExamples:\n  npm run fuzz -- --minutes 10 --seed 7\n  npm run fuzz -- --target pure --keep')
  .parse()

const options = program.opts<{
  minutes: string
  batches?: string
  seed: string
  depth: string
  target: TargetName
  keep: boolean
}>()
const until = Date.now() + Number(options.minutes) * 60_000
await loadGrammar()
const server = await NativePostgres.start({ settings: ['fsync=off'] })
const truth = await freshDatabase(server)
const candidate = new SqliteEngine(options.target, DATABASE)
for (const sql of SCHEMA) {
  await truth.execute(sql)
  await candidate.execute(sql)
}
const counts = { equal: 0, failed: 0, refused: 0, wrong: 0 }
const found = new Map<string, string>()
let shrinking = false

const differs = async (sql: string): Promise<string | undefined> => {
  const expected = await truth.execute(sql)
  const actual = await candidate.execute(sql)
  // Of two errors in the data either may come first.
  const bothFail = actual.error?.code.startsWith('22') && expected.error?.code.startsWith('22')
  const reason = actual.error?.code === '0A000' || bothFail ? undefined : difference(sql, actual, expected)
  if (!shrinking) {
    if (actual.error?.code === '0A000') counts.refused++
    else if (reason !== undefined) counts.wrong++
    else if (expected.error !== undefined) counts.failed++
    else counts.equal++
  }
  return reason
}

let shown = 0
const first = Number(options.seed)
const more = (seed: number): boolean =>
  options.batches === undefined ? Date.now() < until : seed < first + Number(options.batches)
for (let seed = first; more(seed); seed++) {
  const result = await fc.check(
    fc.asyncProperty(statement(Number(options.depth)), async (sql) => {
      const reason = await differs(sql)
      if (reason === undefined) return
      shrinking = true
      throw new Error(reason)
    }),
    { seed, numRuns: 500 },
  )
  shrinking = false
  if (result.failed) {
    const [sql] = result.counterexample ?? ['']
    const reason = String(result.errorInstance)
    if (!found.has(reason)) console.log(`seed ${seed}: ${sql}\n    ${reason}`)
    found.set(reason, sql)
  }
  if (Date.now() - shown > 10_000) {
    shown = Date.now()
    console.log(JSON.stringify({ seed, ...counts }))
  }
}
if (options.keep)
  for (const sql of found.values()) {
    mkdirSync(join(CORPUS, 'found'), { recursive: true })
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 8)
    writeFileSync(join(CORPUS, 'found', `${name}.sql`), `${SCHEMA.join(';\n')};\n${sql};\n`)
  }
const total = counts.equal + counts.failed + counts.refused + counts.wrong
console.log(JSON.stringify({ ...counts, total, valid: Number(((counts.equal + counts.refused) / total).toFixed(3)) }))
await truth.close()
await candidate.close()
await server.stop()
process.exit(found.size > 0 ? 1 : 0)
