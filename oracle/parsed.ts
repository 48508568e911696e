/** What the grammar makes of a text. */
import { type ParsedStatement, parse } from '../compiler/parse.ts'

/** The first of its statements; undefined when there is none, and for what PostgreSQL would not parse either. */
export const parsed = (sql: string): ParsedStatement | undefined => {
  try {
    return parse(sql)[0]
  } catch {
    return undefined
  }
}
