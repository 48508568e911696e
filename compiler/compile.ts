/**
 * PostgreSQL in, SQLite out: exact, or refused with SQLSTATE 0A000.
 *
 * No construct has a lowering rule yet, so every statement that PostgreSQL's grammar accepts is refused.
 */
import { type PgError, unsupported } from '../wire/protocol/error.ts'
import { type ParsedStatement, parse } from './parse.ts'

/** A statement as SQLite runs it. */
export interface CompiledStatement {
  readonly sql: string
}

/** The refusal of a statement, naming it and where it stands. */
const refuse = ({ tag, position }: ParsedStatement): PgError => unsupported(tag, { position })

/**
 * Compiles a text of any number of statements.
 * @throws PgError 42601 for what PostgreSQL would not parse either, 0A000 for what is not supported
 */
export const compile = (sql: string): CompiledStatement[] => {
  const [first] = parse(sql)
  if (first !== undefined) throw refuse(first)
  return []
}
