/** What executing a statement gives. */
import type { Notice } from '../../compiler/bind/statement.ts'
import type { OutputColumn } from '../../compiler/tree/query.ts'
import type { Value } from '../../compiler/tree/value.ts'

export interface Result {
  /** The command tag: `SELECT 3`, `INSERT 0 1`. */
  readonly tag: string
  /** Absent for a statement that returns no rows. */
  readonly columns?: readonly OutputColumn[]
  readonly rows: readonly (readonly Value[])[]
  readonly notices: readonly Notice[]
}
