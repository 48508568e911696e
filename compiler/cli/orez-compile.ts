#!/usr/bin/env node
/**
 * The command `orez-compile`: shows what the compiler makes of SQL, and points at what it refuses.
 */
import { readFileSync, watch } from 'node:fs'
import { text } from 'node:stream/consumers'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { PgError } from '../../wire/protocol/error.ts'
import { compile, newSession } from '../compile.ts'
import { NATIVE, PURE } from '../lower/context.ts'
import { loadGrammar } from '../parse.ts'
import type { Plan } from '../plan.ts'
import { pointAt, show, toJson } from './show.ts'

const program = new Command('orez-compile')
  .description('Compile PostgreSQL statements to SQLite, exactly or not at all')
  .argument('[sql...]', 'statements; without them standard input is read')
  .option('-f, --file <path>', 'read the statements from a file')
  .option('--schema <path>', 'a file of statements that come first, such as tables')
  .addOption(
    new Option('--target <name>', 'with functions of ours, or SQL alone').choices(['native', 'pure']).default('native'),
  )
  .option('--json', 'print as JSON')
  .option('--explain', "print SQLite's query plan as well")
  .option('--run', 'execute on PostgreSQL 18 and on SQLite, and show where they differ')
  .option('--watch', 'compile again whenever the file changes')
  .addHelpText(
    'after',
    '\nExamples:\n  orez-compile "select 1"\n  orez-compile --schema schema.sql --file query.sql --run',
  )
  .parse()

interface Options {
  readonly file?: string
  readonly schema?: string
  readonly target: 'native' | 'pure'
  readonly json?: boolean
  readonly explain?: boolean
  readonly run?: boolean
  readonly watch?: boolean
}

const options = program.opts<Options>()
const read = (path: string): string => readFileSync(path, 'utf8')
const sqlText = async (): Promise<string> =>
  options.file === undefined
    ? program.args.length > 0
      ? program.args.join(' ')
      : text(process.stdin)
    : read(options.file)

/** The plans of the statements themselves, under the catalog that the schema leaves behind. */
const plansOf = (schema: string, sql: string): Plan[] => {
  const session = newSession(options.target === 'native' ? NATIVE : PURE)
  let { catalog } = session
  for (const plan of compile(schema, session)) if (plan.kind === 'definition') ({ catalog } = plan)
  return compile(sql, { ...session, catalog })
}

/** @returns whether everything could be compiled */
const once = async (): Promise<boolean> => {
  let source = options.schema === undefined ? '' : read(options.schema)
  try {
    const schema = source
    source = await sqlText()
    if (options.run) return await (await import('./run.ts')).runBoth(schema, source)
    const plans = plansOf(schema, source)
    if (options.json)
      console.log(
        JSON.stringify(plans.map(toJson), (_key, value) => (typeof value === 'bigint' ? String(value) : value), 2),
      )
    else for (const plan of plans) console.log(show(plan))
    if (options.explain) console.log((await import('./explain.ts')).explain(schema, plans).join('\n'))
    return true
  } catch (error) {
    if (!(error instanceof PgError)) throw error
    console.error(`${styleText(['bold', 'red'], error.code, { stream: process.stderr })} ${error.message}`)
    if (error.fields.position !== undefined) console.error(pointAt(source, error.fields.position))
    return false
  }
}

await loadGrammar()
const good = await once()
if (options.watch && options.file !== undefined) {
  for (const path of [options.file, options.schema])
    if (path !== undefined)
      watch(path, () => {
        console.log(styleText('dim', `-- ${new Date().toLocaleTimeString()}`))
        void once()
      })
} else process.exitCode = good ? 0 : 1
