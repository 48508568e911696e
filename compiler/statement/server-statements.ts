/**
 * Statements that mean something on a server only: about roles and their privileges, databases, what is replicated, and
 * what is called when a schema changes. A host that is one brings them. Manual: "Server Administration", "Event Triggers".
 */
import type { RenameStmt } from '@pgsql/types'
import { requireDefiner } from '../roles/definer.ts'
import { planGrant } from '../roles/grant.ts'
import { planAlterRole, planCreateRole, planDropRole, planGrantRole, planRenameRole } from '../roles/role.ts'
import { planCreateDatabase, planDropDatabase } from './database.ts'
import { planAlterEventTrigger, planCreateEventTrigger } from './event-trigger.ts'
import type { Rule, ServerStatements } from './plan.ts'
import { planAlterPublication, planCreatePublication } from './publication.ts'

const RULES: Readonly<Record<string, Rule>> = {
  CreateRoleStmt: planCreateRole,
  AlterRoleStmt: planAlterRole,
  DropRoleStmt: planDropRole,
  GrantRoleStmt: planGrantRole,
  GrantStmt: planGrant,
  CreatePublicationStmt: planCreatePublication,
  AlterPublicationStmt: planAlterPublication,
  CreateEventTrigStmt: planCreateEventTrigger,
  AlterEventTrigStmt: planAlterEventTrigger,
  CreatedbStmt: planCreateDatabase,
  DropdbStmt: planDropDatabase,
}

export const serverStatements: ServerStatements = {
  rule: (tag, node) => ((node as RenameStmt).renameType === 'OBJECT_ROLE' ? planRenameRole : RULES[tag]),
  guard: requireDefiner,
}
