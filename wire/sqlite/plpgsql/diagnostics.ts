/** GET DIAGNOSTICS and GET STACKED DIAGNOSTICS. */
import { OID } from '../../../compiler/catalog/oid.ts'
import type { StatementKinds } from '../../../compiler/plpgsql/tree.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { Violation } from '../violation.ts'
import type { Frame } from './frame.ts'
import { RaisedError } from './raise.ts'

const RAISED = {
  PG_EXCEPTION_DETAIL: 'detail',
  PG_EXCEPTION_HINT: 'hint',
  COLUMN_NAME: 'column',
  CONSTRAINT_NAME: 'constraint',
  PG_DATATYPE_NAME: 'datatype',
  TABLE_NAME: 'table',
  SCHEMA_NAME: 'schema',
} as const

/** @param current the error that is being handled */
export const getDiagnostics = (
  frame: Frame,
  { is_stacked: stacked = false, diag_items: items }: StatementKinds['getdiag'],
  rowCount: bigint,
  current: PgError | undefined,
): void => {
  if (stacked && current === undefined)
    throw new PgError('0Z002', 'GET STACKED DIAGNOSTICS cannot be used outside an exception handler')
  for (const { PLpgSQL_diag_item: item } of items) {
    const { kind, target } = item
    if (kind === 'ROW_COUNT') frame.assign(target, rowCount, OID.int8)
    else if (kind === 'RETURNED_SQLSTATE') frame.assign(target, current?.code ?? '', OID.text)
    else if (kind === 'MESSAGE_TEXT') frame.assign(target, current?.message ?? '', OID.text)
    else if (kind in RAISED && current instanceof Violation)
      frame.assign(target, current.fields[RAISED[kind as keyof typeof RAISED]] ?? '', OID.text)
    // Of other errors that a function did not raise itself, not all is known that PostgreSQL says of them.
    else if (kind in RAISED && current instanceof RaisedError)
      frame.assign(target, current.options[RAISED[kind as keyof typeof RAISED]] ?? '', OID.text)
    else throw unsupported(`${kind} of GET DIAGNOSTICS`)
  }
}
