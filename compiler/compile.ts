/**
 * PostgreSQL in, SQLite out: exact, or refused with SQLSTATE 0A000.
 *
 * parse → bind → lower → print; the folders of this directory are those stages.
 */
import { DEFAULT_SETTINGS, type Settings } from './bind/settings.ts'
import { makeStatement, type Notice } from './bind/statement.ts'
import { Catalog } from './catalog/catalog.ts'
import { NATIVE, type Target } from './lower/context.ts'
import { type ParsedStatement, parse } from './parse.ts'
import type { Plan } from './plan.ts'
import { planStatement } from './statement/plan.ts'

/** What the meaning of a statement depends on besides its text. */
export interface CompileSession {
  readonly catalog: Catalog
  readonly settings: Settings
  readonly target: Target
  /** Start of the transaction, in microseconds from 2000-01-01 00:00 UTC. */
  readonly now: bigint
  /** A transaction block is open. */
  readonly inTransaction?: boolean
}

export const newSession = (target: Target = NATIVE): CompileSession => ({
  catalog: new Catalog(),
  settings: DEFAULT_SETTINGS,
  target,
  now: 0n,
})

/**
 * Compiles one parsed statement.
 * @param parameterTypes oids of the parameters that the client has declared, 0 for one that is open; without them there are none
 * @throws PgError as PostgreSQL's parse analysis would; 0A000 for what is not supported
 */
export const compileStatement = (
  sql: string,
  parsed: ParsedStatement,
  session: CompileSession,
  parameterTypes?: readonly number[],
): Plan => {
  const notices: Notice[] = []
  const statement = makeStatement(
    sql,
    session.catalog,
    session.settings,
    session.now,
    parameterTypes && [...parameterTypes],
    notices,
  )
  return planStatement(
    {
      statement,
      target: session.target,
      notices,
      inTransaction: session.inTransaction ?? false,
      position: parsed.position,
    },
    parsed,
  )
}

/**
 * Compiles a text of any number of statements, each under the catalog that those before it leave behind.
 * @throws PgError 42601 for what PostgreSQL would not parse either, 0A000 for what is not supported
 */
export const compile = (sql: string, session: CompileSession = newSession()): Plan[] => {
  let { catalog } = session
  return parse(sql).map((parsed) => {
    const plan = compileStatement(sql, parsed, { ...session, catalog }, [])
    if (plan.kind === 'definition') catalog = plan.catalog
    return plan
  })
}
