/** COPY FROM STDIN: the rows that its data make. Manual: "COPY"; after CopyFrom (copyfrom.c). */
import type { ColumnInfo } from '../../compiler/catalog/entries.ts'
import type { CopyInPlan } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { coerceStored } from '../../compiler/types/assign.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'
import { binaryFields } from './copy-binary.ts'
import { textFields } from './copy-text.ts'
import type { SqliteDatabase } from './database.ts'
import { startWrite, withEvents } from './family-write.ts'
import type { Result } from './result.ts'
import type { Runner } from './write.ts'

/** What the client has sent: text, or bytes for the binary format. */
export type CopyData = string | Buffer

/** The values of each row's columns, as they are stored. @throws PgError 22P04 and what the types do not accept */
function* storedFields(
  env: Environment,
  { relation, columns, format }: Pick<CopyInPlan, 'relation' | 'columns' | 'format'>,
  data: CopyData,
): Iterable<Value[]> {
  const targets = columns.map((index) => relation.columns[index] as ColumnInfo)
  if (format.kind === 'binary') {
    const types = targets.map(({ type }) => type)
    for (const values of binaryFields(env, Buffer.from(data), types))
      yield values.map((value, at) => fitted(env, value, targets[at] as ColumnInfo))
    return
  }
  for (const fields of textFields(String(data), format)) {
    if (fields.length > columns.length && !(columns.length === 0 && fields[0] === ''))
      throw new PgError('22P04', 'extra data after last expected column')
    yield targets.map(({ name, type, typmod }, at) => {
      const field = fields[at]
      if (field === undefined) throw new PgError('22P04', `missing data for column "${name}"`)
      return coerceStored(env, field, type, typmod)
    })
  }
}

/** A value as its column's modifier wants it, which the receive function applies as the input function does. */
const fitted = (env: Environment, value: Value, { type, typmod }: ColumnInfo): Value =>
  value === null || typmod < 0 ? value : coerceStored(env, codecOf(env, type).output(value, env), type, typmod)

export const executeCopyIn = (
  db: SqliteDatabase,
  runner: Runner,
  env: Environment,
  plan: CopyInPlan,
  data: CopyData,
): Result => {
  const { relation, columns, checks } = plan
  const { members, triggers } = plan
  const write = withEvents(db, runner, (events) => {
    const started = startWrite(
      db,
      runner,
      { operation: 'insert', relation, checks, triggers, ...(members === undefined ? {} : { members }) },
      {},
      events,
    )
    started.begin()
    const simple = columns.length === relation.columns.length && checks.length === 0
    for (const values of storedFields(env, plan, data)) {
      const bindings: Record<string, Value> = Object.fromEntries(
        columns.map((index, at) => [`v${index}`, values[at] ?? null]),
      )
      const row = simple
        ? relation.columns.map((_, at) => bindings[`v${at}`] ?? null)
        : (runner.query(plan.rows, bindings)[0] ?? [])
      started.insert(row.slice(0, relation.columns.length), row.slice(relation.columns.length))
    }
    started.finish()
    return started
  })
  return { tag: `COPY ${write.count}`, rows: [], notices: plan.notices }
}
