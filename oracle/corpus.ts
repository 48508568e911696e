/**
 * The corpus: scripts, and beside each what PostgreSQL answered. Only `record` writes expectations, and only by running
 * PostgreSQL.
 */
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ExecutedScript } from './durable-object/engine.ts'
import { rehearse, type Stage } from './judge-script.ts'
import type { NativePostgres } from './native-postgres.ts'
import type { Engine, Outcome } from './outcome.ts'
import { DATABASE, freshDatabase, shiftedDatabase } from './references.ts'
import { type Judged, runScript } from './run.ts'
import { SqliteEngine } from './sqlite-engine.ts'

export const CORPUS = resolve(import.meta.dirname, '../corpus')

/** The scripts of the corpus, by path from its folder. */
export const fixtures = (): string[] =>
  globSync('*/*.sql', { cwd: CORPUS })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()

const expectedPath = (fixture: string): string => join(CORPUS, fixture.replace(/\.sql$/, '.expected.jsonl'))

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
