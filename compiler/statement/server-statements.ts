/**
 * Statements that mean something on a server only: about roles and their privileges, databases, what is replicated, what
 * is called when a schema changes or rows do, routines that a session runs, the care of files, data that clients send and
 * get (COPY), settings, and what sessions keep and tell each other. A host that is one brings them. Manual: "Server Administration", "Event Triggers".
 */
import type { RenameStmt } from '@pgsql/types'
import { withEvent } from '../event/event.ts'
import { parsePlpgsql } from '../plpgsql/parse.ts'
import { planDefaultPrivileges } from '../roles/default-privileges.ts'
import { requireDefiner } from '../roles/definer.ts'
import { planGrant } from '../roles/grant.ts'
import { planAlterRole, planCreateRole, planDropRole, planGrantRole, planRenameRole } from '../roles/role.ts'
import { planAlterDatabaseSet, planAlterRoleSet } from '../roles/role-setting.ts'
import { planCall, planDo } from './call.ts'
import { planListen, planNotify, planUnlisten } from './channel.ts'
import { planCheckpoint } from './checkpoint.ts'
import { planCluster } from './cluster.ts'
import { planCopy } from './copy.ts'
import { planCreateTrigger } from './create-trigger.ts'
import { planClose, planDeclareCursor, planFetch } from './cursor.ts'
import { planCreateDatabase, planDropDatabase } from './database.ts'
import { planAlterEventTrigger, planCreateEventTrigger } from './event-trigger.ts'
import { planLockTable } from './lock-table.ts'
import { planAlterOwner } from './owner.ts'
import type { Rule, ServerStatements } from './plan.ts'
import { planDeallocate, planExecute, planPrepare } from './prepare.ts'
import { planAlterPublication, planCreatePublication } from './publication.ts'
import { planReindex } from './reindex.ts'
import { planSetConstraints } from './set-constraints.ts'
import { planDiscard, planSet, planShow } from './setting.ts'
import { planVacuum } from './vacuum.ts'

const RULES: Readonly<Record<string, Rule>> = {
  CreateRoleStmt: planCreateRole,
  AlterRoleStmt: planAlterRole,
  AlterRoleSetStmt: planAlterRoleSet,
  AlterDatabaseSetStmt: planAlterDatabaseSet,
  DropRoleStmt: planDropRole,
  GrantRoleStmt: planGrantRole,
  GrantStmt: planGrant,
  AlterDefaultPrivilegesStmt: planDefaultPrivileges,
  AlterOwnerStmt: planAlterOwner,
  CreatePublicationStmt: planCreatePublication,
  AlterPublicationStmt: planAlterPublication,
  CreateEventTrigStmt: planCreateEventTrigger,
  AlterEventTrigStmt: planAlterEventTrigger,
  CreatedbStmt: planCreateDatabase,
  DropdbStmt: planDropDatabase,
  CreateTrigStmt: planCreateTrigger,
  CallStmt: planCall,
  DoStmt: planDo,
  CopyStmt: planCopy,
  PrepareStmt: planPrepare,
  ExecuteStmt: planExecute,
  DeallocateStmt: planDeallocate,
  DeclareCursorStmt: planDeclareCursor,
  FetchStmt: planFetch,
  ClosePortalStmt: planClose,
  ConstraintsSetStmt: planSetConstraints,
  DiscardStmt: planDiscard,
  VariableSetStmt: planSet,
  VariableShowStmt: planShow,
  LockStmt: planLockTable,
  VacuumStmt: planVacuum,
  CheckPointStmt: planCheckpoint,
  ClusterStmt: planCluster,
  ReindexStmt: planReindex,
  ListenStmt: planListen,
  UnlistenStmt: planUnlisten,
  NotifyStmt: planNotify,
}

/** All but what a session knows of its settings. */
export const serverStatements: Omit<ServerStatements, 'checkSetting'> = {
  rule: (tag, node) => ((node as RenameStmt).renameType === 'OBJECT_ROLE' ? planRenameRole : RULES[tag]),
  guard: requireDefiner,
  checkPlpgsql: parsePlpgsql,
  withEvent,
}
