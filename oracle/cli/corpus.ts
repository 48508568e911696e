#!/usr/bin/env node
/** The commands of the corpus: record what PostgreSQL answers, check the candidates against it, report coverage. */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { loadGrammar } from '../../compiler/parse.ts'
import type { TargetName } from '../candidate.ts'
import { CORPUS, checkFixture, fixtures, recordFixture } from '../corpus.ts'
import { Workerd } from '../durable-object/engine.ts'
import { externalFolder, externalScripts } from '../external.ts'
import { judgeScript, type Stage } from '../judge-script.ts'
import { NativePostgres } from '../native-postgres.ts'
import { equalKeys, loadRatchet, offences, saveRatchet } from '../ratchet.ts'
import { nativeReferences } from '../references.ts'
import { htmlReport, refusals, type Section, textReport } from '../report.ts'

type Servers = Readonly<Record<'truth' | 'mirror', NativePostgres>>

interface Options {
  readonly target: TargetName
  readonly external: boolean
  readonly only?: string
}

const start = (): Promise<NativePostgres> => NativePostgres.start({ settings: ['fsync=off', 'max_connections=50'] })

const withServers = async <Result>(work: (references: Servers) => Promise<Result>): Promise<Result> => {
  await loadGrammar()
  const [truth, mirror] = await Promise.all([start(), start()])
  try {
    return await work({ truth, mirror })
  } finally {
    await Promise.all([truth.stop(), mirror.stop()])
  }
}

const judgeAll = async (references: Servers, options: Options): Promise<Section[]> => {
  const workerd = options.target === 'pure' ? await Workerd.start() : undefined
  try {
    return await judgeOn(references, options, { target: options.target, workerd })
  } finally {
    await workerd?.stop()
  }
}

const judgeOn = async (references: Servers, { external, only = '' }: Options, stage: Stage): Promise<Section[]> => {
  const sections: Section[] = []
  if (external) {
    for (const script of externalScripts().filter(({ name }) => name.includes(only)))
      sections.push({
        name: script.name,
        external: true,
        judged: await judgeScript(nativeReferences(references.truth, references.mirror), script, stage),
      })
    return sections
  }
  for (const fixture of fixtures().filter((name) => name.includes(only)))
    sections.push({ name: fixture, judged: await checkFixture(references.mirror, fixture, stage) })
  return sections
}

const program = new Command('corpus')
  .description('What PostgreSQL answers, and what orez makes of it')
  .addHelpText('after', '\nExamples:\n  npm run corpus:check\n  npm run corpus:report -- --target pure')

const withTarget = (command: Command): Command =>
  command
    .addOption(
      new Option('--target <name>', 'which SQLite to compile for').choices(['native', 'pure']).default('native'),
    )
    .option('--only <text>', 'only scripts with this in their name')

program
  .command('record')
  .description('run PostgreSQL and write its answers beside the scripts')
  .option('--only <text>', 'only scripts with this in their name', '')
  .action(({ only }: { only: string }) =>
    withServers(async ({ truth }) => {
      let total = 0
      for (const fixture of fixtures().filter((name) => name.includes(only)))
        total += await recordFixture(truth, fixture)
      console.log(`recorded ${total} statements`)
    }),
  )

withTarget(program.command('check'))
  .description('fail when something is wrong, or not equal any more')
  .option('--external', 'the scripts beside the project instead of its own', false)
  .option('--gain', 'record what has become equal', false)
  .action((options: Options & { gain: boolean }) =>
    withServers(async (references) => {
      if (options.external && !existsSync(join(externalFolder(), 'corpus'))) {
        console.log(`no scripts in ${externalFolder()}; OREZ_CORPUS names another folder`)
        return
      }
      const set = options.external ? 'external' : 'own'
      const ratchet = loadRatchet(set, options.target)
      const sections = await judgeAll(references, options)
      const found = sections.flatMap(({ name, judged }) => offences(name, judged, ratchet))
      console.log(textReport(sections))
      for (const offence of found) console.error(offence)
      if (options.gain) {
        for (const { name, judged } of sections) ratchet[name] = equalKeys(judged)
        saveRatchet(set, options.target, ratchet)
      }
      if (found.length > 0) process.exitCode = 1
    }),
  )

withTarget(program.command('report'))
  .description('print coverage, of the scripts beside the project as well, and write it as a page')
  .option('--out <path>', 'where the page goes', join(CORPUS, 'report.html'))
  .action((options: Omit<Options, 'external'> & { out: string }) =>
    withServers(async (references) => {
      const sections = await judgeAll(references, { ...options, external: false })
      if (existsSync(join(externalFolder(), 'corpus')))
        sections.push(...(await judgeAll(references, { ...options, external: true })))
      console.log(textReport(sections))
      for (const [reason, times] of refusals(sections).slice(0, 20))
        console.log(`${String(times).padStart(6)} × ${reason}`)
      writeFileSync(options.out, htmlReport(`orez on SQLite (${options.target})`, sections))
      console.log(`\n${options.out}`)
    }),
  )

await program.parseAsync()
process.exit()
