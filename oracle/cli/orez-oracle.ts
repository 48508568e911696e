#!/usr/bin/env node
/** The command `orez-oracle`: runs scripts on PostgreSQL and on orez, and says for each statement whether they agree. */
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { loadGrammar } from '../../compiler/parse.ts'
import type { TargetName } from '../candidate.ts'
import { Workerd } from '../durable-object/engine.ts'
import { judgeScript } from '../judge-script.ts'
import { NativePostgres } from '../native-postgres.ts'
import { nativeReferences, PGLITE_REFERENCES } from '../references.ts'
import type { Judged } from '../run.ts'

const COLOURS = { equal: 'green', refused: 'yellow', wrong: 'red' } as const

const program = new Command('orez-oracle')
  .description('Run PostgreSQL scripts on PostgreSQL 18 and on orez, and compare every answer')
  .argument('<files...>', 'scripts as psql reads them')
  .addOption(new Option('--target <name>', 'which SQLite to compile for').choices(['native', 'pure']).default('native'))
  .addOption(
    new Option('--reference <name>', 'which PostgreSQL is right').choices(['native', 'pglite']).default('native'),
  )
  .option('--json', 'one JSON object a line', false)
  .option('--quiet', 'only what is not equal', false)
  .addHelpText(
    'after',
    '\nExamples:\n  orez-oracle schema.sql queries.sql\n  orez-oracle --target pure --json script.sql',
  )
  .parse()

const { target, reference, json, quiet } = program.opts<{
  target: TargetName
  reference: 'native' | 'pglite'
  json: boolean
  quiet: boolean
}>()
const missing = program.args.filter((file) => !existsSync(file))
if (missing.length > 0) program.error(`no such file: ${missing.join(', ')}`, { exitCode: 2 })
await loadGrammar()
const start = (): Promise<NativePostgres> => NativePostgres.start({ settings: ['fsync=off'] })
const servers = reference === 'native' ? await Promise.all([start(), start()]) : undefined
const references = servers === undefined ? PGLITE_REFERENCES : nativeReferences(...servers)
const workerd = target === 'pure' ? await Workerd.start() : undefined
const totals = { equal: 0, refused: 0, wrong: 0 }
try {
  for (const file of program.args) {
    const show = ({ verdict, line, sql, reason }: Judged): void => {
      totals[verdict]++
      if (json) console.log(JSON.stringify({ file, line, verdict, ...(reason === undefined ? {} : { reason }), sql }))
      else if (!quiet || verdict !== 'equal')
        console.log(
          `${styleText(COLOURS[verdict], verdict.padEnd(7))} ${file}:${line} ${sql.replaceAll(/\s+/g, ' ').slice(0, 100)}${reason === undefined ? '' : `\n        ${styleText('dim', reason)}`}`,
        )
    }
    const surroundings = { folder: dirname(file), environment: process.env }
    await judgeScript(
      references,
      { path: file, setup: undefined, surroundings },
      { target, workerd, isolated: true },
      show,
    )
  }
  console.log(JSON.stringify(totals))
} finally {
  await Promise.all([...(servers ?? []), ...(workerd === undefined ? [] : [workerd])].map((each) => each.stop()))
}
process.exit(totals.wrong > 0 ? 1 : 0)
