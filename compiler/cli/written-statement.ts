/** The statements of a text, each as it stands there. */
import { type ParsedStatement, parse } from '../parse.ts'

export interface WrittenStatement {
  readonly parsed: ParsedStatement
  readonly text: string
}

/** @throws PgError 42601 */
export const writtenStatements = (sql: string): WrittenStatement[] => {
  const statements = parse(sql)
  return statements.map((parsed, at) => ({
    parsed,
    text: sql
      .slice(parsed.position - 1, (statements[at + 1]?.position ?? sql.length + 1) - 1)
      .trim()
      .replace(/;$/, ''),
  }))
}
