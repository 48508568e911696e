/** INSERT, UPDATE and DELETE as statements: what a plan's query has computed is applied row by row. */
import type { WritePlan } from '../../compiler/plan.ts'
import { unsupported } from '../protocol/error.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { startWrite } from './family-write.ts'
import type { Result } from './result.ts'
import type { Runner } from './write.ts'

const TAGS = { insert: 'INSERT 0', update: 'UPDATE', delete: 'DELETE' } as const

export const executeWrite = (db: SqliteDatabase, runner: Runner, plan: WritePlan, bindings: Bindings): Result => {
  const { relation, operation, checks, returning, notices, members } = plan
  if (members !== undefined && plan.rows.callsRoutines)
    throw unsupported('functions of users in a write to partitions or children')
  const write = startWrite(db, runner, plan, bindings)
  write.begin()
  const width = relation.columns.length
  for (const row of runner.queryForWrite(plan.rows, bindings, plan)) {
    const start = operation === 'insert' ? 0 : 1
    const [id = null] = row
    if (operation === 'delete') {
      write.delete(id, row.slice(1))
      continue
    }
    const values = row.slice(start, start + width)
    const results = row.slice(start + width, start + width + checks.length)
    const rest = row.slice(start + width + checks.length)
    if (operation === 'update') write.update(id, values, results, rest)
    else write.insert(values, results, rest)
  }
  write.finish()
  return {
    tag: `${TAGS[operation]} ${write.count}`,
    ...(returning === undefined ? {} : { columns: returning }),
    rows: write.returned,
    notices,
  }
}
