/** Statement tag → rule. What is not here is refused by its name. */
import type { VacuumStmt } from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import type { ParsedStatement } from '../parse.ts'
import type { NothingPlan, Plan } from '../plan.ts'
import { planAlterDomain } from './alter-domain.ts'
import { planAlterEnum } from './alter-enum.ts'
import { planAlterTable } from './alter-table.ts'
import { planCall, planDo } from './call.ts'
import { planComment } from './comment.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { planCopy } from './copy.ts'
import { planCreateFunction } from './create-function.ts'
import { planCreateIndex } from './create-index.ts'
import { planCreateTable } from './create-table.ts'
import { planCreateTableAs, planRefresh } from './create-table-as.ts'
import { planCreateTrigger } from './create-trigger.ts'
import { planCreateComposite, planCreateDomain, planCreateEnum, planCreateSchema } from './create-type.ts'
import { planCreateView } from './create-view.ts'
import { planClose, planDeclareCursor, planFetch } from './cursor.ts'
import { planCreateDatabase, planDropDatabase } from './database.ts'
import { scopeOf } from './definition.ts'
import { planDrop, planTruncate } from './drop.ts'
import { planAlterEventTrigger, planCreateEventTrigger, withEvent } from './event-trigger.ts'
import { planInsert } from './insert.ts'
import { planMerge } from './merge.ts'
import { hasModifyingWith, planWithWrites } from './modifying-with.ts'
import { planAlterOwner } from './owner.ts'
import { planDeallocate, planExecute, planPrepare } from './prepare.ts'
import { planAlterPublication, planCreatePublication } from './publication.ts'
import { planRename } from './rename.ts'
import { planSelect } from './select.ts'
import { planAlterSequence, planCreateSequence } from './sequence.ts'
import { planSetConstraints } from './set-constraints.ts'
import { planSetSchema } from './set-schema.ts'
import { planDiscard, planSet, planShow } from './setting.ts'
import { planTransaction } from './transaction.ts'
import { planDelete, planUpdate } from './update.ts'

/** VACUUM and ANALYZE have nothing to do, but the tables must exist. */
const planVacuum = (
  context: StatementContext,
  { is_vacuumcmd: isVacuum = false, rels = [] }: VacuumStmt,
): NothingPlan => {
  if (isVacuum) outsideTransaction(context, 'VACUUM')
  for (const rel of rels) {
    if (!('VacuumRelation' in rel)) continue
    const { relation, va_cols: columns = [] } = rel.VacuumRelation
    if (columns.length > 0) throw unsupported('columns of VACUUM', { position: context.position })
    if (relation !== undefined) requireRelation(scopeOf(context), { ...relation, location: -1 })
  }
  return nothing(context, isVacuum ? 'VACUUM' : 'ANALYZE')
}

type Rule = (context: StatementContext, node: never) => Plan

/** Statements that change nothing a client can see. */
const nothing = (context: StatementContext, tag: string): NothingPlan => ({ kind: 'nothing', ...common(context, tag) })

const RULES: Readonly<Record<string, Rule>> = {
  SelectStmt: planSelect,
  TransactionStmt: planTransaction,
  InsertStmt: planInsert,
  UpdateStmt: planUpdate,
  DeleteStmt: planDelete,
  MergeStmt: planMerge,
  CopyStmt: planCopy,
  CreateStmt: planCreateTable,
  CreateTableAsStmt: planCreateTableAs,
  ViewStmt: planCreateView,
  RefreshMatViewStmt: planRefresh,
  CreateEnumStmt: planCreateEnum,
  CompositeTypeStmt: planCreateComposite,
  CreateDomainStmt: planCreateDomain,
  CreateSchemaStmt: planCreateSchema,
  IndexStmt: planCreateIndex,
  CreateSeqStmt: planCreateSequence,
  CreateFunctionStmt: planCreateFunction,
  CreateTrigStmt: planCreateTrigger,
  CallStmt: planCall,
  DoStmt: planDo,
  AlterSeqStmt: planAlterSequence,
  DeclareCursorStmt: planDeclareCursor,
  FetchStmt: planFetch,
  ClosePortalStmt: planClose,
  PrepareStmt: planPrepare,
  ExecuteStmt: planExecute,
  DeallocateStmt: planDeallocate,
  CommentStmt: planComment,
  AlterDomainStmt: planAlterDomain,
  AlterEnumStmt: planAlterEnum,
  AlterTableStmt: planAlterTable,
  RenameStmt: planRename,
  DropStmt: planDrop,
  AlterObjectSchemaStmt: planSetSchema,
  AlterOwnerStmt: planAlterOwner,
  CreatedbStmt: planCreateDatabase,
  DropdbStmt: planDropDatabase,
  CreatePublicationStmt: planCreatePublication,
  AlterPublicationStmt: planAlterPublication,
  CreateEventTrigStmt: planCreateEventTrigger,
  AlterEventTrigStmt: planAlterEventTrigger,
  TruncateStmt: planTruncate,
  VariableSetStmt: planSet,
  ConstraintsSetStmt: planSetConstraints,
  DiscardStmt: planDiscard,
  VariableShowStmt: planShow,
  VacuumStmt: planVacuum,
}

export const planStatement = (context: StatementContext, { tag, node, position }: ParsedStatement): Plan => {
  const rule = RULES[tag]
  if (rule === undefined) throw unsupported(tag, { position })
  const plan = hasModifyingWith(node)
    ? planWithWrites(context, node, (other) => RULES[other], rule)
    : rule(context, node as never)
  return plan.kind === 'definition' || plan.kind === 'nothing'
    ? withEvent(context, { tag, node, position }, plan)
    : plan
}
