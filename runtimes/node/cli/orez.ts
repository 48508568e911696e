#!/usr/bin/env node
/**
 * The command `orez`.
 */
import { Command } from 'commander'
import { createLog } from '../log.ts'
import { version } from '../version.ts'
import { addBackup } from './backup.ts'
import { addServe } from './serve.ts'
import { addUp } from './up.ts'

const program = new Command('orez')
  .description('Zero without Postgres: a Postgres server in this process, and zero-cache on top of it')
  .version(version)
  .enablePositionalOptions()
  .showHelpAfterError('(orez --help shows what there is)')
  .addHelpText(
    'after',
    '\nExamples:\n  orez --migrations ./migrations --seed ./seed.sql\n  orez serve --data :memory: --port 5433',
  )

addUp(program)
addServe(program)
addBackup(program)

try {
  await program.parseAsync()
  // nothing is left to do; PGlite's threads may take a moment to notice
  process.exit()
} catch (error) {
  createLog('error').error(error instanceof Error ? error.message : String(error))
  process.exit(1)
}
