/** Captured statements as a script of the corpus. */
import { parse } from '../../compiler/parse.ts'
import { bindValue } from '../psql/script.ts'
import type { Captured } from './tap.ts'

/** Whether it is SQL at all: commands of the replication protocol are not. */
const isSql = (sql: string): boolean => {
  try {
    return parse(sql).length > 0
  } catch {
    return false
  }
}

const line = ({ sql, parameters }: Captured): string => {
  const text = sql.trim().replace(/;$/, '')
  if (parameters === undefined || parameters.length === 0) return `${text};`
  return `${text}\n  \\bind ${parameters.map(bindValue).join(' ')} \\g`
}

/** @param title a comment that says where the statements come from */
export const toScript = (title: string, captured: readonly Captured[]): string =>
  `-- ${title}\n\n${captured
    .filter(({ sql }) => isSql(sql))
    .map(line)
    .join('\n')}\n`
