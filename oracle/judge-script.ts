/** A script on a stage, judged against a PostgreSQL that runs at the same time. */
import { readFileSync } from 'node:fs'
import { Candidate, type TargetName } from './candidate.ts'
import { ExecutedScript, type Workerd } from './durable-object/engine.ts'
import type { Engine, Executed, Outcome } from './outcome.ts'
import type { Surroundings } from './psql/script.ts'
import { DATABASE, type References } from './references.ts'
import { type Judged, runScript } from './run.ts'
import { SqliteEngine } from './sqlite-engine.ts'

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
export const rehearse = async (text: string, truth: Engine, surroundings: Surroundings = {}): Promise<Rehearsed> => {
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

/** A script in a file. */
export interface LiveScript {
  readonly path: string
  /** Run first, on all sides, without being judged. */
  readonly setup?: string | undefined
  readonly surroundings: Surroundings
}

/** @param report is called with each statement */
export const judgeScript = async (
  references: References,
  { path, setup, surroundings }: LiveScript,
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
