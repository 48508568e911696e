/**
 * The corpus: scripts, and beside each what PostgreSQL answered. Only `record` writes expectations, and only by running
 * PostgreSQL.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Candidate, type TargetName } from './candidate.ts'
import type { Verdict } from './compare.ts'
import { ExecutedScript, type Workerd } from './durable-object/engine.ts'
import type { NativePostgres } from './native-postgres.ts'
import type { Engine, Executed, Outcome } from './outcome.ts'
import { PGliteEngine } from './pglite-engine.ts'
import { PostgresEngine } from './postgres-engine.ts'
import type { Surroundings } from './psql/script.ts'
import { type Judged, runScript } from './run.ts'
import { SqliteEngine } from './sqlite-engine.ts'

export const CORPUS = resolve(import.meta.dirname, '../corpus')

/** The scripts of the corpus, by path from its folder. */
export const fixtures = (): string[] =>
  globSync('*/*.sql', { cwd: CORPUS })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()

const expectedPath = (fixture: string): string => join(CORPUS, fixture.replace(/\.sql$/, '.expected.jsonl'))

/** What the database of a script is called, wherever it runs: a script can ask for the name. */
export const DATABASE = 'corpus'

/** A new database for a script, in the place of the one before. */
export const freshDatabase = async (
  server: Pick<NativePostgres, 'port'>,
  database = DATABASE,
): Promise<PostgresEngine> => {
  const admin = await PostgresEngine.open(server.port, 'postgres')
  try {
    for (const sql of [
      `drop database if exists ${database} with (force)`,
      `create database ${database} template template0`,
    ]) {
      const { error } = await admin.execute(sql)
      if (error !== undefined) throw new Error(error.message)
    }
  } finally {
    await admin.close()
  }
  return PostgresEngine.open(server.port, database)
}

/** A new database on a server whose oids are then not those of another: what depends on them can be told. */
export const shiftedDatabase = async (
  server: Pick<NativePostgres, 'port'>,
  database = DATABASE,
): Promise<PostgresEngine> => {
  const engine = await freshDatabase(server, database)
  for (let count = 0; count < 5; count++) await engine.execute('create table shift_ (); drop table shift_')
  return engine
}

/** Writes what PostgreSQL answers to a script. */
export const recordFixture = async (server: Pick<NativePostgres, 'port'>, fixture: string): Promise<number> => {
  const engine = await freshDatabase(server)
  try {
    const { outcomes } = await rehearse(readFileSync(join(CORPUS, fixture), 'utf8'), engine)
    const lines = outcomes.map((outcome) => JSON.stringify(outcome))
    writeFileSync(expectedPath(fixture), `${lines.join('\n')}\n`)
    return lines.length
  } finally {
    await engine.close()
  }
}

/** Recorded answers, one after the other. */
class Recording implements Engine {
  readonly name = 'recording'
  readonly #outcomes: Outcome[]
  #at = 0

  constructor(fixture: string) {
    const path = expectedPath(fixture)
    if (!existsSync(path)) throw new Error(`${fixture} has no recorded results; run npm run corpus:record`)
    this.#outcomes = readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Outcome)
  }

  execute(): Promise<Outcome> {
    const outcome = this.#outcomes[this.#at++]
    if (outcome === undefined) throw new Error('the script has changed since its results were recorded')
    return Promise.resolve(outcome)
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

const SILENT: Engine = {
  name: 'nobody',
  execute: () => Promise.resolve({ rows: [], notices: [], status: 'I' }),
  close: () => Promise.resolve(),
}

/** What a script comes to: its statements, as PostgreSQL's answers determine them. */
interface Rehearsed {
  readonly steps: readonly Executed[]
  readonly outcomes: readonly Outcome[]
}

/** Runs a script on PostgreSQL alone, or on its recording. */
const rehearse = async (text: string, truth: Engine, surroundings: Surroundings = {}): Promise<Rehearsed> => {
  const steps: Executed[] = []
  const outcomes: Outcome[] = []
  const noting: Engine = {
    name: truth.name,
    execute: async (sql, copyData, parameters) => {
      const outcome = await truth.execute(sql, copyData, parameters)
      steps.push({ sql, copyData, parameters })
      outcomes.push(outcome)
      return outcome
    },
    close: () => truth.close(),
  }
  await runScript(text, { candidate: SILENT, mirror: SILENT, truth: noting }, surroundings)
  return { steps, outcomes }
}

/** Where the compiled SQL of a target runs. */
export interface Stage {
  readonly target: TargetName
  /** For pure SQL: a real Durable Object. Without it, SQLite in this process under the same limits. */
  readonly workerd?: Workerd | undefined
  /** SQLite in a thread of its own, which a statement that hangs does not take along. */
  readonly isolated?: boolean
}

const startCandidate = async ({ target, isolated = false }: Stage): Promise<Engine> =>
  isolated ? Candidate.start(target, DATABASE) : new SqliteEngine(target, DATABASE)

/**
 * Judges every statement of a fixture by what is recorded.
 * @param database of the PostgreSQL that follows what orez does not refuse
 */
export const checkFixture = async (
  server: Pick<NativePostgres, 'port'>,
  fixture: string,
  { target, workerd }: Stage,
  database = DATABASE,
): Promise<Judged[]> => {
  const mirror = await shiftedDatabase(server, database)
  const text = readFileSync(join(CORPUS, fixture), 'utf8')
  const candidate =
    workerd === undefined
      ? new SqliteEngine(target, DATABASE)
      : new ExecutedScript(await workerd.run(DATABASE, (await rehearse(text, new Recording(fixture))).steps))
  const judged: Judged[] = []
  try {
    await runScript(text, { candidate, mirror, truth: new Recording(fixture) }, {}, (each) => judged.push(each))
  } finally {
    await mirror.close()
    await candidate.close()
  }
  return judged
}

/** Scripts that lie outside the project, run where they are. */
export interface ExternalScript {
  readonly name: string
  readonly path: string
  /** Run first, on both sides, without being judged. */
  readonly setup: string | undefined
  readonly surroundings: Surroundings
}

/** The folder that holds them: OREZ_CORPUS, or `shared` beside the project. */
export const externalFolder = (): string => resolve(process.env.OREZ_CORPUS ?? join(CORPUS, '../../shared'))

export const externalScripts = (): ExternalScript[] => {
  const folder = externalFolder()
  const regress = join(folder, 'corpus/pg-regress')
  const setup = join(regress, 'sql/test_setup.sql')
  const paths = globSync(['corpus/pg-regress/sql/*.sql', 'corpus/chinook/*.sql', 'zero-contract/*.sql'], {
    cwd: folder,
  }).sort()
  return paths.map((path) => {
    const isRegress = path.includes('pg-regress')
    return {
      name: path.replaceAll('\\', '/').replace(/^corpus\//, ''),
      path: join(folder, path),
      setup: isRegress && !path.endsWith('test_setup.sql') ? readFileSync(setup, 'utf8') : undefined,
      surroundings: isRegress ? { environment: { PG_ABS_SRCDIR: regress } } : {},
    }
  })
}

/**
 * How to come to an empty database of the PostgreSQL that is right, and of the one that follows what orez has not refused. Two
 * servers, as roles belong to a whole one.
 */
export interface References {
  readonly truth: () => Promise<Engine>
  readonly mirror: () => Promise<Engine>
}

export const nativeReferences = (
  truth: Pick<NativePostgres, 'port'>,
  mirror: Pick<NativePostgres, 'port'>,
): References => ({
  truth: () => freshDatabase(truth),
  mirror: () => shiftedDatabase(mirror),
})

export const PGLITE_REFERENCES: References = { truth: () => PGliteEngine.start(), mirror: () => PGliteEngine.start() }

/** Judges a script against a PostgreSQL that runs at the same time. */
export const runExternal = async (
  references: References,
  { path, setup, surroundings }: Pick<ExternalScript, 'path' | 'setup' | 'surroundings'>,
  stage: Stage,
  report: (judged: Judged) => void = () => undefined,
): Promise<Judged[]> => {
  const { workerd } = stage
  const live = await references.truth()
  const mirror = await references.mirror()
  // A log separates its statements in a way of its own.
  const text = readFileSync(path, 'utf8').replaceAll(/^;;$/gm, ';')
  const judged: Judged[] = []
  let candidate: Engine | undefined
  try {
    const before = setup === undefined ? { steps: [], outcomes: [] } : await rehearse(setup, live, surroundings)
    let truth: Engine = live
    const prepared: Outcome[] = []
    if (workerd === undefined) {
      candidate = await startCandidate(stage)
      for (const { sql, copyData, parameters } of before.steps)
        prepared.push(await candidate.execute(sql, copyData, parameters))
    } else {
      const { steps, outcomes } = await rehearse(text, live, surroundings)
      const all = await workerd.run(DATABASE, [...before.steps, ...steps])
      prepared.push(...all.slice(0, before.steps.length))
      candidate = new ExecutedScript(all.slice(before.steps.length))
      truth = new ExecutedScript(outcomes)
    }
    for (const [at, { sql, copyData, parameters }] of before.steps.entries())
      if (prepared[at]?.error?.code !== '0A000') await mirror.execute(sql, copyData, parameters)
    await runScript(text, { candidate, mirror, truth }, surroundings, (each) => {
      judged.push(each)
      report(each)
    })
  } finally {
    await live.close()
    await mirror.close()
    await candidate?.close()
  }
  return judged
}

/** Identifies a statement in a script: by its text, and by how often that has come before. */
export const statementKeys = (judged: readonly Judged[]): string[] => {
  const seen = new Map<string, number>()
  return judged.map(({ sql }) => {
    const hash = createHash('sha256').update(sql).digest('base64url').slice(0, 10)
    const count = seen.get(hash) ?? 0
    seen.set(hash, count + 1)
    return count === 0 ? hash : `${hash}+${count}`
  })
}

export type Verdicts = Readonly<Record<string, Readonly<Record<string, Verdict>>>>

export const verdictsOf = (judged: readonly Judged[]): Record<string, Verdict> => {
  const keys = statementKeys(judged)
  return Object.fromEntries(judged.map(({ verdict }, at) => [keys[at] ?? '', verdict]))
}
