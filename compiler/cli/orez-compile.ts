#!/usr/bin/env node
/**
 * The command `orez-compile`: shows what the compiler makes of SQL, and points at what it refuses.
 */
import { readFileSync, watch } from 'node:fs'
import { text as readText } from 'node:stream/consumers'
import { styleText } from 'node:util'
import { Command, Option } from 'commander'
import { PgError } from '../../wire/protocol/error.ts'
import { host } from '../../wire/sqlite/functions/host.ts'
import { recordedFiles } from '../../wire/sqlite/recorded-files.ts'
import { type CompileSession, compile, compileStatement, newSession } from '../compile.ts'
import { NATIVE, PURE } from '../lower/context.ts'
import { loadGrammar } from '../parse.ts'
import type { Explainer } from './explain.ts'
import { pointAt, show, toJson } from './show.ts'
import { writtenStatements } from './written-statement.ts'

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
/** @throws nothing: a file that cannot be read ends the command */
const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return program.error(`error: ${(error as Error).message}`)
  }
}
const sqlText = async (): Promise<string> =>
  options.file === undefined
    ? program.args.length > 0
      ? program.args.join(' ')
      : readText(process.stdin)
    : read(options.file)

const report = (error: unknown, source: string): void => {
  if (!(error instanceof PgError)) throw error
  console.error(`${styleText(['bold', 'red'], error.code, { stream: process.stderr })} ${error.message}`)
  if (error.fields.position !== undefined) console.error(pointAt(source, error.fields.position))
}

const asJson = (value: unknown): string =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? String(each) : each), 2)

/**
 * Compiles statement after statement and prints what they become; what is refused does not keep the others from it.
 * @param session with the catalog that the schema leaves behind
 * @returns whether everything could be compiled
 */
const compileAll = (sql: string, session: CompileSession, explainer: Explainer | undefined): boolean => {
  let { catalog } = session
  let good = true
  const printed: unknown[] = []
  for (const { parsed, text } of writtenStatements(sql)) {
    try {
      const plan = compileStatement(sql, parsed, { ...session, catalog }, [])
      if (options.json) printed.push(toJson(plan, catalog))
      else console.log(show(plan, catalog))
      for (const line of explainer?.explain(plan) ?? []) console.log(line)
      if (plan.kind === 'definition') {
        ;({ catalog } = plan)
        explainer?.execute(text)
      }
    } catch (error) {
      report(error, sql)
      good = false
    }
  }
  if (options.json) console.log(asJson(printed))
  return good
}

/** @returns whether everything could be compiled */
const once = async (): Promise<boolean> => {
  let source = ''
  try {
    const schema = options.schema === undefined ? '' : read(options.schema)
    const sql = await sqlText()
    source = schema
    const session = {
      ...newSession(options.target === 'native' ? NATIVE : PURE),
      recorded: recordedFiles,
      ...host,
    }
    let { catalog } = session
    for (const plan of compile(schema, session)) if (plan.kind === 'definition') ({ catalog } = plan)
    source = sql
    if (options.run) return await (await import('./run.ts')).runBoth(schema, sql)
    const explainer = options.explain ? new (await import('./explain.ts')).Explainer() : undefined
    try {
      explainer?.execute(schema)
      return compileAll(sql, { ...session, catalog }, explainer)
    } finally {
      explainer?.close()
    }
  } catch (error) {
    report(error, source)
    return false
  }
}

if (options.watch && options.file === undefined) program.error('error: --watch needs --file')
await loadGrammar()
const good = await once()
if (options.watch) {
  for (const path of [options.file, options.schema])
    if (path !== undefined)
      watch(path, () => {
        console.log(styleText('dim', `-- ${new Date().toLocaleTimeString()}`))
        void once()
      })
} else process.exitCode = good ? 0 : 1
