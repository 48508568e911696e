/**
 * Runs a script on a candidate and on PostgreSQL twice: once all of it (the truth), and once only what the candidate has
 * not refused (the mirror), so that a refusal is not taken for a wrong answer of the statements that build on it.
 */

import { type Judgement, judge, sameButForChance, type Verdict } from './compare.ts'
import { isLeftOpen } from './open/index.ts'
import type { Engine, Outcome } from './outcome.ts'
import { parsed } from './parsed.ts'
import { dialogueOf, isOwnAffair } from './psql/command.ts'
import { Script, type SqlStep, type Surroundings, withFileData } from './psql/script.ts'
import { STATE } from './psql/state.ts'

export interface Judged extends Judgement {
  readonly line: number
  readonly sql: string
}

export interface Engines {
  readonly candidate: Engine
  readonly truth: Engine
  readonly mirror: Engine
}

const ABORT = "do $$ begin raise exception using errcode = '0A000'; end $$"

const setVariables = (script: Script, { gset }: SqlStep, outcome: Outcome): void => {
  if (gset === undefined || outcome.rows.length !== 1) return
  for (const [at, { name }] of (outcome.columns ?? []).entries()) {
    const value = outcome.rows[0]?.[at]
    if (value !== null && value !== undefined) script.variables.set(gset + name, value)
  }
}

/** Statements that psql opens no transaction for (command_no_begin). */
const OUTSIDE: ReadonlySet<string> = new Set([
  ...['TransactionStmt', 'VacuumStmt', 'ClusterStmt', 'CreatedbStmt', 'DropdbStmt', 'AlterSystemStmt'],
  ...['CreateTableSpaceStmt', 'DropTableSpaceStmt', 'DiscardStmt', 'ReindexStmt'],
])

/** What psql sends before a statement when AUTOCOMMIT is off and no transaction is open. */
const opening = (script: Script, { text, line }: SqlStep, status: string): SqlStep | undefined =>
  script.variables.get('AUTOCOMMIT')?.toLowerCase() === 'off' && status === 'I' && !OUTSIDE.has(parsed(text)?.tag ?? '')
    ? { kind: 'sql', text: 'BEGIN', line }
    : undefined

/**
 * Executes and judges every statement, commands of psql that ask the server among them, and then the rows of all tables.
 * @param report is called with each
 */
export const runScript = async (
  text: string,
  { candidate, truth, mirror }: Engines,
  surroundings: Surroundings = {},
  report: (judged: Judged) => void = () => undefined,
): Promise<Record<Verdict, number>> => {
  const script = new Script(text, surroundings)
  const totals = { equal: 0, refused: 0, wrong: 0 }
  const add = (judged: Judged): void => {
    totals[judged.verdict]++
    report(judged)
  }
  let status = 'I'
  const run = async (step: SqlStep): Promise<Outcome> => {
    const { text: sql, copyData, parameters, line } = withFileData(step)
    const expected = await truth.execute(sql, copyData, parameters)
    const actual = await candidate.execute(sql, copyData, parameters)
    let reflected: Outcome | undefined
    if (actual.error?.code !== '0A000') reflected = await mirror.execute(sql, copyData, parameters)
    else if (actual.status === 'E') await mirror.execute(ABORT)
    let judgement = judge(sql, actual, expected, reflected)
    if (judgement.verdict === 'wrong' && reflected !== undefined) {
      const open =
        sameButForChance(actual, expected, reflected) ||
        (parameters === undefined && (await isLeftOpen(sql, actual, reflected, mirror)))
      if (open) judgement = { verdict: 'equal' }
    }
    ;({ status } = expected)
    // What a script leaves behind is none of its statements: it only counts when it is wrong.
    if (sql !== STATE) add({ ...judgement, line, sql })
    else if (judgement.verdict === 'wrong') add({ ...judgement, line, sql: 'the rows of all tables' })
    return expected
  }
  for (let step = script.next(); step !== undefined; step = script.next()) {
    if (step.kind === 'meta') {
      const { text: sql, line } = step
      if (dialogueOf(sql, status) !== undefined) await run({ kind: 'sql', text: sql, line })
      else if (!isOwnAffair(sql)) add({ verdict: 'refused', reason: `psql's ${sql.split(/\s/)[0]}`, line, sql })
      continue
    }
    const begin = opening(script, step, status)
    if (begin !== undefined) await run(begin)
    const outcome = await run(step)
    setVariables(script, step, outcome)
    if (step.gexec === true)
      for (const value of outcome.rows.flat())
        if (value !== null) await run({ kind: 'sql', text: value, line: step.line })
  }
  await run({ kind: 'sql', text: STATE, line: script.line })
  return totals
}
