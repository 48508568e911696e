/**
 * Runs a script on a candidate and on PostgreSQL twice: once all of it (the truth), and once only what the candidate has
 * not refused (the mirror), so that a refusal is not taken for a wrong answer of the statements that build on it.
 */

import deparser from 'pgsql-deparser'
import { parse } from '../compiler/parse.ts'
import { difference, type Judgement, judge, sameButForOids, type Verdict } from './compare.ts'
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

/** Plans that PostgreSQL may choose as well. What is not determined by a query can differ from one to the other. */
const PLANS: readonly (readonly string[])[] = [
  ['enable_seqscan', 'enable_bitmapscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan'],
  ['enable_indexscan', 'enable_indexonlyscan', 'enable_bitmapscan', 'enable_hashagg', 'enable_hashjoin'],
  ['enable_sort', 'enable_incremental_sort'],
]

const isQuery = (sql: string): boolean => {
  try {
    return parse(sql)[0]?.tag === 'SelectStmt'
  } catch {
    return false
  }
}

/** Whether PostgreSQL itself gives the candidate's rows under another plan: then the query leaves both open. */
const isOpen = async (sql: string, actual: Outcome, mirror: Engine): Promise<boolean> => {
  if (actual.status !== 'I' || actual.error !== undefined || !isQuery(sql)) return false
  for (const plan of PLANS) {
    for (const setting of plan) await mirror.execute(`set ${setting} = off`)
    const outcome = await mirror.execute(sql)
    for (const setting of plan) await mirror.execute(`reset ${setting}`)
    if (difference(sql, actual, outcome) === undefined) return true
  }
  return false
}

/** The tables that a statement reads, as it names them. */
const tablesOf = (tree: unknown, into: Set<string> = new Set()): Set<string> => {
  if (Array.isArray(tree)) for (const item of tree) tablesOf(item, into)
  else if (typeof tree === 'object' && tree !== null) {
    const { RangeVar } = tree as { RangeVar?: { relname?: string; schemaname?: string } }
    if (RangeVar?.relname !== undefined && (RangeVar.schemaname ?? '') === '') into.add(RangeVar.relname)
    for (const value of Object.values(tree)) tablesOf(value, into)
  }
  return into
}

/** The same query with the branches of every plain UNION ALL the other way round. */
const swapped = (sql: string): string => {
  const swap = (tree: unknown): unknown => {
    if (Array.isArray(tree)) return tree.map(swap)
    if (typeof tree !== 'object' || tree === null) return tree
    const node = Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, swap(value)]))
    const plain =
      node.op === 'SETOP_UNION' && node.all === true && node.sortClause === undefined && node.limitCount === undefined
    return plain && !('withClause' in node) ? { ...node, larg: node.rarg, rarg: node.larg } : node
  }
  const [statement] = parse(sql)
  if (statement === undefined) return sql
  try {
    return deparser.deparseSync({ [statement.tag]: swap(statement.node) } as never)
  } catch {
    return sql
  }
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/**
 * Leaves out of account what PostgreSQL itself leaves open: columns whose values change when the rows of the tables lie
 * in another order, as those of row_number() among equals do. Copies of the tables in random order stand in front of
 * them for that.
 */
const isOpenByOrder = async (sql: string, actual: Outcome, expected: Outcome, mirror: Engine): Promise<boolean> => {
  if (actual.status !== 'I' || actual.error !== undefined || expected.error !== undefined) return false
  if (!isQuery(sql)) return false
  const outcomes = [expected]
  const names = [...tablesOf(parse(sql)[0]?.node)]
  await mirror.execute('begin')
  for (const name of names) {
    // A temporary table cannot be stood in front of; its own rows are moved, until the rollback.
    await mirror.execute('savepoint shadow')
    const copy = await mirror.execute(`create temp table ${quote(name)} as table ${quote(name)}`)
    if (copy.error !== undefined) await mirror.execute('rollback to shadow')
  }
  for (let round = 0; round < 8; round++) {
    for (const name of names) {
      await mirror.execute('savepoint shuffle')
      const moved = await mirror.execute(
        `create temp table shuffled$ as select * from ${quote(name)} order by random();
         truncate pg_temp.${quote(name)}; insert into pg_temp.${quote(name)} select * from shuffled$; drop table shuffled$`,
      )
      if (moved.error !== undefined) await mirror.execute('rollback to shuffle')
    }
    const outcome = await mirror.execute(round % 2 === 0 ? sql : swapped(sql))
    if (outcome.error !== undefined) break
    outcomes.push(outcome)
  }
  await mirror.execute('rollback')
  const rowsOf = ({ rows }: Outcome, columns: readonly number[]): string =>
    JSON.stringify(rows.map((row) => JSON.stringify(columns.map((at) => row[at]))).sort())
  const counts = new Set(outcomes.map(({ rows }) => rows.length))
  if (!counts.has(actual.rows.length)) return false
  if (counts.size > 1) return true
  const all = (expected.columns ?? []).map((_, at) => at)
  // The fewest columns whose absence makes PostgreSQL agree with itself.
  for (let dropped = 0; dropped < all.length && all.length <= 12; dropped++) {
    const stable = subsets(all, all.length - dropped).filter((kept) =>
      outcomes.every((outcome) => rowsOf(outcome, kept) === rowsOf(expected, kept)),
    )
    if (stable.length > 0) return dropped > 0 && stable.some((kept) => rowsOf(actual, kept) === rowsOf(expected, kept))
  }
  return false
}

/** All ways to choose so many of some numbers. */
const subsets = (from: readonly number[], size: number): number[][] => {
  if (size === 0) return [[]]
  return from.flatMap((first, at) => subsets(from.slice(at + 1), size - 1).map((rest) => [first, ...rest]))
}

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
    const { text: sql, copyData, line } = withFileData(step)
    const expected = await truth.execute(sql, copyData)
    const actual = await candidate.execute(sql, copyData)
    let reflected: Outcome | undefined
    if (actual.error?.code !== '0A000') reflected = await mirror.execute(sql, copyData)
    else if (actual.status === 'E') await mirror.execute(ABORT)
    let judgement = judge(sql, actual, expected, reflected)
    if (judgement.verdict === 'wrong' && reflected !== undefined) {
      const open =
        sameButForOids(actual, expected, reflected) ||
        (await isOpen(sql, actual, mirror)) ||
        (await isOpenByOrder(sql, actual, reflected, mirror))
      if (open) judgement = { verdict: 'equal' }
    }
    add({ ...judgement, line, sql })
    setVariables(script, step, expected)
  }
  return totals
}
