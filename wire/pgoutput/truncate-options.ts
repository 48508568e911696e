/**
 * CASCADE and RESTART IDENTITY of a TRUNCATE, which no trigger is told: read from the text that was run.
 */
import { parseSync } from 'libpg-query'

export interface TruncateOptions {
  readonly cascade: boolean
  readonly restartIdentity: boolean
}

interface TruncateStmt {
  readonly relations?: readonly { readonly RangeVar?: { readonly relname?: string } }[]
  readonly restart_seqs?: boolean
  readonly behavior?: string
}

/**
 * The options of the TRUNCATEs of a table in a text, if all of them have the same. A TRUNCATE inside of a function is
 * not seen; it counts as one without options.
 * @param table one that has been truncated: where none names it, it has come along with another
 */
export const truncateOptions = (sql: string, table: string): TruncateOptions => {
  const all = truncatesIn(sql)
  const named = all.filter(({ relations = [] }) => relations.some(({ RangeVar }) => RangeVar?.relname === table))
  const found = (named.length > 0 ? named : all).map((one) => ({
    cascade: one.behavior === 'DROP_CASCADE',
    restartIdentity: one.restart_seqs === true,
  }))
  const [first] = found
  const isSame = found.every((one) => one.cascade === first?.cascade && one.restartIdentity === first.restartIdentity)
  return first !== undefined && isSame ? first : { cascade: false, restartIdentity: false }
}

const truncatesIn = (sql: string): TruncateStmt[] => {
  try {
    const { stmts = [] } = parseSync(sql) as { stmts?: { stmt?: unknown }[] }
    return stmts.flatMap(({ stmt }) => {
      const { TruncateStmt: truncate } = (stmt ?? {}) as { TruncateStmt?: TruncateStmt }
      return truncate === undefined ? [] : [truncate]
    })
  } catch {
    return []
  }
}
