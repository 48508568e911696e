#!/usr/bin/env node
/**
 * The command `orez-compile`: shows what the compiler makes of SQL, and points at what it refuses.
 */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { styleText } from 'node:util'
import { Command } from 'commander'
import { PgError } from '../../wire/protocol/error.ts'
import { compile } from '../compile.ts'
import { loadGrammar } from '../parse.ts'
import type { Plan } from '../plan.ts'

/** The line that an error's position lies in, with a mark under the place. */
const pointAt = (sql: string, position: number): string => {
  const before = sql.slice(0, position - 1)
  const start = before.lastIndexOf('\n') + 1
  const end = sql.indexOf('\n', start)
  const number = before.split('\n').length
  const prefix = `${number} | `
  const line = sql.slice(start, end < 0 ? undefined : end)
  return `${prefix}${line}\n${' '.repeat(prefix.length + position - 1 - start)}${styleText('red', '^', { stream: process.stderr })}`
}

/** The SQLite statements of a plan. */
const sqlOf = (plan: Plan): string[] => {
  switch (plan.kind) {
    case 'query':
      return [plan.query.sql]
    case 'write':
      return [plan.rows.sql]
    case 'definition':
      return plan.steps.map((step) => step.sql)
    default:
      return []
  }
}

const program = new Command('orez-compile')
  .description('Compile PostgreSQL statements to SQLite, exactly or not at all')
  .argument('[sql]', 'statements; without them standard input is read')
  .option('--file <path>', 'read the statements from a file')
  .addHelpText('after', '\nExamples:\n  orez-compile "select 1"\n  orez-compile --file query.sql')
  .parse()

const [argument] = program.args
const { file } = program.opts<{ file?: string }>()
const sql = argument ?? (file === undefined ? await text(process.stdin) : readFileSync(file, 'utf8'))
await loadGrammar()
try {
  for (const plan of compile(sql)) for (const text of sqlOf(plan)) console.log(`${text};`)
} catch (error) {
  if (!(error instanceof PgError)) throw error
  console.error(`${styleText(['bold', 'red'], error.code, { stream: process.stderr })} ${error.message}`)
  if (error.fields.position !== undefined) console.error(pointAt(sql, error.fields.position))
  process.exitCode = 1
}
