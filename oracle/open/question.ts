/** What is asked of PostgreSQL about a statement whose answers differ. */
import type { ParsedStatement } from '../../compiler/parse.ts'
import { difference } from '../compare.ts'
import type { Engine, Outcome } from '../outcome.ts'
import { parsed } from '../parsed.ts'

export interface Question {
  readonly sql: string
  readonly statement: ParsedStatement
  readonly actual: Outcome
  /** What PostgreSQL has answered. */
  readonly expected: Outcome
  /** The PostgreSQL that has, in a transaction that will be rolled back. */
  readonly postgres: Engine
}

export const isQuery = ({ statement }: Question): boolean => statement.tag === 'SelectStmt'

/** Whether an error is one of data, which another order of computation need not come to. */
export const isDataError = ({ error }: Outcome): boolean => error !== undefined && /^(22|0A)/.test(error.code)

/** Asks, and leaves no trace of it. A failed transaction answers nothing: then it is false. */
export const ask = async (
  sql: string,
  actual: Outcome,
  expected: Outcome,
  postgres: Engine,
  question: (question: Question) => Promise<boolean>,
): Promise<boolean> => {
  const statement = parsed(sql)
  if (statement === undefined || expected.status === 'E') return false
  const inTransaction = expected.status === 'T'
  await postgres.execute(inTransaction ? 'savepoint aside' : 'begin')
  try {
    return await question({ sql, statement, actual, expected, postgres })
  } finally {
    for (const back of inTransaction ? ['rollback to aside', 'release aside'] : ['rollback'])
      await postgres.execute(back)
  }
}

/** Executes without a trace, and without failing the transaction. */
export const attempt = async (postgres: Engine, sql: string, settings: readonly string[] = []): Promise<Outcome> => {
  await postgres.execute('savepoint attempt')
  for (const setting of settings) await postgres.execute(setting)
  const outcome = await postgres.execute(sql)
  await postgres.execute('rollback to attempt')
  return outcome
}

/** Whether the candidate's answer is this one of PostgreSQL. */
export const agrees = ({ sql, actual }: Question, outcome: Outcome): boolean =>
  difference(sql, actual, { ...outcome, status: actual.status }) === undefined
