/** ON COMMIT of temporary tables. Manual: "CREATE TABLE". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import type { RelationInfo } from '../catalog/entries.ts'

/** @throws PgError 42P16 for a table that is not temporary */
export const onCommitOf = (action: Ast.OnCommitAction | undefined, schema: string): Pick<RelationInfo, 'onCommit'> => {
  if (action === undefined || action === 'ONCOMMIT_NOOP') return {}
  if (schema !== 'pg_temp_0') throw new PgError('42P16', 'ON COMMIT can only be used on temporary tables')
  if (action === 'ONCOMMIT_PRESERVE_ROWS') return {}
  return { onCommit: action === 'ONCOMMIT_DROP' ? 'drop' : 'delete rows' }
}
