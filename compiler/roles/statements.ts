/** The statements about roles and privileges. Manual: "Database Roles", "Privileges". */
import type { RenameStmt } from '@pgsql/types'
import type { RoleStatements, Rule } from '../statement/plan.ts'
import { requireDefiner } from './definer.ts'
import { planGrant } from './grant.ts'
import { planAlterRole, planCreateRole, planDropRole, planGrantRole, planRenameRole } from './role.ts'

const RULES: Readonly<Record<string, Rule>> = {
  CreateRoleStmt: planCreateRole,
  AlterRoleStmt: planAlterRole,
  DropRoleStmt: planDropRole,
  GrantRoleStmt: planGrantRole,
  GrantStmt: planGrant,
}

export const roles: RoleStatements = {
  rule: (tag, node) => ((node as RenameStmt).renameType === 'OBJECT_ROLE' ? planRenameRole : RULES[tag]),
  guard: requireDefiner,
}
