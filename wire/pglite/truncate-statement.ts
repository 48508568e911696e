/** The TRUNCATEs in a text. Which of them is running, SQL finds out: sql/5-truncation.sql. */
import { parseSync } from 'libpg-query'
import type { TruncateOptions } from '../pgoutput/truncate-options.ts'
import { identifier } from './session-state.ts'

interface TruncateStatement extends TruncateOptions {
  /** Of the statement in its text, from 1. */
  readonly number: number
  /** Names as they are written, quoted. */
  readonly tables: readonly string[]
}

interface TruncateStmt {
  readonly relations?: readonly { readonly RangeVar?: { readonly schemaname?: string; readonly relname?: string } }[]
  readonly restart_seqs?: boolean
  readonly behavior?: string
}

/** @returns none where the text is not SQL */
export const truncatesIn = (sql: string): TruncateStatement[] => {
  try {
    const { stmts = [] } = parseSync(sql) as { stmts?: { stmt?: { TruncateStmt?: TruncateStmt } }[] }
    return stmts.flatMap(({ stmt }, at) =>
      stmt?.TruncateStmt === undefined ? [] : [statementOf(stmt.TruncateStmt, at + 1)],
    )
  } catch {
    return []
  }
}

const statementOf = ({ relations = [], behavior, restart_seqs }: TruncateStmt, number: number): TruncateStatement => ({
  number,
  tables: relations.map(({ RangeVar: { schemaname, relname = '' } = {} }) =>
    [...(schemaname === undefined ? [] : [schemaname]), relname].map(identifier).join('.'),
  ),
  cascade: behavior === 'DROP_CASCADE',
  restartIdentity: restart_seqs === true,
})
