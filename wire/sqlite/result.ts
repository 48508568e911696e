/** What executing a statement gives. */
import { OID } from '../../compiler/catalog/oid.ts'
import { mainPlan, type Plan } from '../../compiler/plan.ts'
import type { OutputColumn } from '../../compiler/tree/query.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { loadShaped } from '../../compiler/types/record.ts'
import { textOfShaped } from '../../compiler/types/record-text.ts'
import type { Notice } from '../protocol/error.ts'

export interface Result {
  /** The command tag: `SELECT 3`, `INSERT 0 1`. */
  readonly tag: string
  /** Absent for a statement that returns no rows. */
  readonly columns?: readonly OutputColumn[]
  readonly rows: readonly (readonly Value[])[]
  readonly notices: readonly Notice[]
  /** The relations that the rows have been read from. */
  readonly reads?: readonly number[] | undefined
  /** What has been told while it was executed, behind what was known before. */
  readonly raised?: readonly Notice[]
  /** The data of a COPY TO STDOUT, in the place of rows: a line or a row at a time. */
  readonly copied?: { readonly data: Iterable<string | Buffer>; readonly columns: number; readonly binary: boolean }
}

/** How a client is shown the values of a column; records and arrays of them come as the text that they are. */
export const outputOf = (env: Environment, type: number): ((value: Exclude<Value, null>) => string) => {
  if (type === OID.record)
    return (value) => (loadShaped(value) === undefined ? String(value) : textOfShaped(env, value))
  if (type === OID.recordArray) return String
  const codec = codecOf(env, type)
  return (value) => codec.output(value, env)
}

/** The columns that a plan returns; undefined where it returns none. */
export const columnsOf = (plan: Plan): readonly OutputColumn[] | undefined => {
  const main = mainPlan(plan)
  switch (main.kind) {
    case 'query':
      return main.columns
    case 'write':
      return main.returning
    case 'call':
      return main.columns
    default:
      return undefined
  }
}
