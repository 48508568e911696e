/** CHECKPOINT: what has been committed is on disk already, so nothing is left to be done. Manual: "CHECKPOINT"; after utility.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { currentRole, hasRightsOf } from '../catalog/role.ts'
import type { NothingPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'

/** The role `pg_checkpoint`: catalog/pg_authid.dat. */
const CHECKPOINT_ROLE = 4544

/** @throws PgError 42501 */
export const planCheckpoint = (context: StatementContext): NothingPlan => {
  const { catalog, settings } = context.statement
  if (!hasRightsOf(catalog, currentRole(settings), CHECKPOINT_ROLE))
    throw new PgError('42501', 'permission denied to execute CHECKPOINT command', {
      detail: 'Only roles with privileges of the "pg_checkpoint" role may execute this command.',
    })
  return { kind: 'nothing', ...common(context, 'CHECKPOINT') }
}
