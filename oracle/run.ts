/**
 * Runs a script on a candidate and on PostgreSQL twice: once all of it (the truth), and once only what the candidate has
 * not refused (the mirror), so that a refusal is not taken for a wrong answer of the statements that build on it.
 */

import { type Judgement, judge, sameButForChance, type Verdict } from './compare.ts'
import { isLeftOpen } from './open/index.ts'
import type { Engine, Outcome } from './outcome.ts'
import { applySet, Script, type SqlStep, withFileData } from './script.ts'

export interface Judged extends Judgement {
  readonly line: number
  readonly sql: string
}

export interface Engines {
  readonly candidate: Engine
  readonly truth: Engine
  readonly mirror: Engine
}

/** Meta-commands that only change how psql shows things. */
const SILENT =
  /^\\(set|unset|pset|echo|qecho|warn|timing|t|a|x|f|H|getenv|encoding|errverbose|c|connect|r|cd|!|prompt|ir|i|include\w*|q)\b/

/** What psql's own machinery sends again and again is of no interest here. */
const describe = (meta: string): boolean => !SILENT.test(meta)

const ABORT = "do $$ begin raise exception using errcode = '0A000'; end $$"

const setVariables = (script: Script, { gset }: SqlStep, outcome: Outcome): void => {
  if (gset === undefined || outcome.rows.length !== 1) return
  for (const [at, { name }] of (outcome.columns ?? []).entries()) {
    const value = outcome.rows[0]?.[at]
    if (value !== null && value !== undefined) script.variables.set(gset + name, value)
  }
}

/** Executes and judges every statement. @param report is called with each */
export const runScript = async (
  text: string,
  { candidate, truth, mirror }: Engines,
  variables: Readonly<Record<string, string>> = {},
  report: (judged: Judged) => void = () => undefined,
): Promise<Record<Verdict, number>> => {
  const script = new Script(text, variables)
  const totals = { equal: 0, refused: 0, wrong: 0 }
  const add = (judged: Judged): void => {
    totals[judged.verdict]++
    report(judged)
  }
  for (let step = script.next(); step !== undefined; step = script.next()) {
    if (step.kind === 'meta') {
      if (!applySet(script, step.text) && describe(step.text))
        add({ verdict: 'refused', reason: `psql's ${step.text.split(/\s/)[0]}`, line: step.line, sql: step.text })
      continue
    }
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
    add({ ...judgement, line, sql })
    setVariables(script, step, expected)
  }
  return totals
}
