/** The statements of a text, each as it stands there. */
import { parse } from '../parse.ts'

/** @throws PgError 42601 */
export const statementTexts = (sql: string): string[] => {
  const statements = parse(sql)
  return statements.map(({ position }, at) =>
    sql
      .slice(position - 1, (statements[at + 1]?.position ?? sql.length + 1) - 1)
      .trim()
      .replace(/;$/, ''),
  )
}
