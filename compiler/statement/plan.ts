import { unsupported } from '../../wire/protocol/error.ts'
import type { Scope, Statement } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ParsedStatement } from '../parse.ts'
import type { DefinitionPlan, NothingPlan, Plan } from '../plan.ts'
import type { Executable } from '../plpgsql/block.ts'
import { planAlterDomain } from './alter-domain.ts'
import { planAlterEnum } from './alter-enum.ts'
import { planAlterFunction } from './alter-function.ts'
import { planAlterTable } from './alter-table.ts'
import { planComment } from './comment.ts'
import { withConstraintNames } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { planCreateFunction } from './create-function.ts'
import { planCreateIndex } from './create-index.ts'
import { planCreateSchema } from './create-schema.ts'
import { planCreateTable } from './create-table.ts'
import { planCreateTableAs, planRefresh } from './create-table-as.ts'
import { planCreateComposite, planCreateDomain, planCreateEnum } from './create-type.ts'
import { planCreateView } from './create-view.ts'
import { scopeOf } from './definition.ts'
import { planDrop } from './drop.ts'
import { planInsert } from './insert.ts'
import { planMerge } from './merge.ts'
import { hasModifyingWith, planWithWrites } from './modifying-with.ts'
import { withOwnership } from './ownership.ts'
import { withQualifiedNames } from './qualified-names.ts'
import { planRename } from './rename.ts'
import { planSelect } from './select.ts'
import { planAlterSequence, planCreateSequence } from './sequence.ts'
import { planSetSchema } from './set-schema.ts'
import { planTransaction } from './transaction.ts'
import { planTruncate } from './truncate.ts'
import { planDelete, planUpdate } from './update.ts'

export type Rule = (context: StatementContext, node: never) => Plan

/** Statements that only a server has a use for, and what its roles must be allowed to: a host brings them. */
export interface ServerStatements {
  readonly rule: (tag: string, node: ParsedStatement['node']) => Rule | undefined
  /** @throws PgError 42501 where the current role may not do what a statement would */
  readonly guard: (scope: Scope, tag: string, node: ParsedStatement['node']) => void
  /** @throws PgError where the body of a function in PL/pgSQL cannot be run */
  readonly checkPlpgsql: (
    catalog: Catalog,
    fn: Executable,
    kind: 'trigger' | 'event trigger' | 'function' | 'block',
  ) => unknown
  /** @throws PgError 42704, 22023 and others for what a session could not be set to; without a value for a name alone */
  readonly checkSetting: (statement: Statement, name: string, value: string | undefined) => void
  /** Adds what event triggers will be told. */
  readonly withEvent: (
    context: StatementContext,
    parsed: ParsedStatement,
    plan: DefinitionPlan | NothingPlan,
  ) => DefinitionPlan | NothingPlan
}

const RULES: Readonly<Record<string, Rule>> = {
  SelectStmt: planSelect,
  TransactionStmt: planTransaction,
  InsertStmt: planInsert,
  UpdateStmt: planUpdate,
  DeleteStmt: planDelete,
  MergeStmt: planMerge,
  CreateStmt: planCreateTable,
  CreateTableAsStmt: planCreateTableAs,
  ViewStmt: planCreateView,
  RefreshMatViewStmt: planRefresh,
  CreateEnumStmt: planCreateEnum,
  CompositeTypeStmt: planCreateComposite,
  CreateDomainStmt: planCreateDomain,
  CreateSchemaStmt: (context, node) => planCreateSchema(context, node, planStatement),
  IndexStmt: planCreateIndex,
  CreateSeqStmt: planCreateSequence,
  CreateFunctionStmt: planCreateFunction,
  AlterSeqStmt: planAlterSequence,
  CommentStmt: planComment,
  AlterDomainStmt: planAlterDomain,
  AlterFunctionStmt: planAlterFunction,
  AlterEnumStmt: planAlterEnum,
  AlterTableStmt: planAlterTable,
  RenameStmt: planRename,
  DropStmt: planDrop,
  AlterObjectSchemaStmt: planSetSchema,
  TruncateStmt: planTruncate,
}

const owned = ({ statement }: StatementContext, plan: DefinitionPlan): DefinitionPlan => {
  const named = withQualifiedNames(statement, plan.catalog)
  const catalog = withConstraintNames(statement.catalog, withOwnership(statement.catalog, named, statement.settings))
  return catalog === plan.catalog ? plan : { ...plan, catalog }
}

export const planStatement = (context: StatementContext, parsed: ParsedStatement): Plan => {
  const { tag, node, position } = parsed
  const { server } = context.host ?? {}
  const rule = server?.rule(tag, node) ?? RULES[tag]
  if (rule === undefined) throw unsupported(tag, { position })
  server?.guard(scopeOf(context), tag, node)
  const plan = hasModifyingWith(node)
    ? planWithWrites(context, node, (other) => RULES[other], rule)
    : rule(context, node as never)
  if (plan.kind !== 'definition' && plan.kind !== 'nothing') return plan
  const whole = plan.kind === 'definition' ? owned(context, plan) : plan
  if (server !== undefined) return server.withEvent(context, parsed, whole)
  if (context.statement.catalog.contents.eventTriggers.size > 0) throw unsupported(`${tag} beside event triggers`)
  return whole
}
