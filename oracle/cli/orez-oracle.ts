#!/usr/bin/env node
/** The command `orez-oracle`: runs scripts on PostgreSQL and on orez, and says for each statement whether they agree. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { loadGrammar } from '../../compiler/parse.ts'
import { Candidate, type TargetName } from '../candidate.ts'
import { DATABASE, freshDatabase, shiftedDatabase } from '../corpus.ts'
import { NativePostgres } from '../native-postgres.ts'
import { type Judged, runScript } from '../run.ts'

const COLOURS = { equal: 'green', refused: 'yellow', wrong: 'red' } as const

const program = new Command('orez-oracle')
  .description('Run PostgreSQL scripts on PostgreSQL 18 and on orez, and compare every answer')
  .argument('<files...>', 'scripts as psql reads them')
  .addOption(new Option('--target <name>', 'which SQLite to compile for').choices(['native', 'pure']).default('native'))
  .option('--json', 'one JSON object a line', false)
  .option('--quiet', 'only what is not equal', false)
  .addHelpText(
    'after',
    '\nExamples:\n  orez-oracle schema.sql queries.sql\n  orez-oracle --target pure --json script.sql',
  )
  .parse()

const { target, json, quiet } = program.opts<{ target: TargetName; json: boolean; quiet: boolean }>()
const missing = program.args.filter((file) => !existsSync(file))
if (missing.length > 0) program.error(`no such file: ${missing.join(', ')}`, { exitCode: 2 })
await loadGrammar()
const start = (): Promise<NativePostgres> => NativePostgres.start({ settings: ['fsync=off'] })
const servers = await Promise.all([start(), start()])
const totals = { equal: 0, refused: 0, wrong: 0 }
try {
  for (const file of program.args) {
    const candidate = await Candidate.start(target, DATABASE)
    const truth = await freshDatabase(servers[0])
    const mirror = await shiftedDatabase(servers[1])
    const show = ({ verdict, line, sql, reason }: Judged): void => {
      totals[verdict]++
      if (json) console.log(JSON.stringify({ file, line, verdict, ...(reason === undefined ? {} : { reason }), sql }))
      else if (!quiet || verdict !== 'equal')
        console.log(
          `${styleText(COLOURS[verdict], verdict.padEnd(7))} ${file}:${line} ${sql.replaceAll(/\s+/g, ' ').slice(0, 100)}${reason === undefined ? '' : `\n        ${styleText('dim', reason)}`}`,
        )
    }
    await runScript(
      readFileSync(file, 'utf8'),
      { candidate, truth, mirror },
      { folder: dirname(file), environment: process.env },
      show,
    )
    for (const engine of [candidate, truth, mirror]) await engine.close()
  }
  console.log(JSON.stringify(totals))
} finally {
  for (const server of servers) await server.stop()
}
process.exit(totals.wrong > 0 ? 1 : 0)
