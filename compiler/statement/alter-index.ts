/** ALTER INDEX … SET and RESET of storage parameters. Manual: "ALTER INDEX". */
import type * as Ast from '@pgsql/types'
import { findRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { withAttachedIndex } from './attach-index.ts'
import { common, type StatementContext } from './context.ts'
import { definition, requireIndexOf, scopeOf } from './definition.ts'
import { storageParameters, withoutParameters } from './storage-parameter.ts'

const changed = <Indexed extends { readonly storage?: readonly string[] }>(
  index: Indexed,
  storage: readonly string[],
): Indexed => {
  const { storage: _before, ...rest } = index
  return (storage.length === 0 ? rest : { ...rest, storage }) as Indexed
}

/** @throws PgError 42P01, 22023 */
export const planAlterIndex = (
  context: StatementContext,
  { relation: range, cmds = [], missing_ok: missingOk = false }: Ast.AlterTableStmt,
): DefinitionPlan | NothingPlan => {
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  const name = range?.relname ?? ''
  const schema = range?.schemaname || undefined
  const isMissing =
    findIndexOf(catalog, settings.searchPath, schema, name) === undefined &&
    findRelation(scope.statement, schema, name) === undefined
  if (missingOk && isMissing) {
    scope.statement.notice('00000', `relation "${name}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, 'ALTER INDEX') }
  }
  let relation = requireIndexOf(scope, schema, name)
  const [only] = cmds
  const attach = only !== undefined && 'AlterTableCmd' in only ? only.AlterTableCmd : undefined
  if (cmds.length === 1 && attach?.subtype === 'AT_AttachPartition') {
    if (attach.def === undefined || !('PartitionCmd' in attach.def)) throw refuse(scope, 'this ALTER INDEX')
    const after = withAttachedIndex(scope, catalog, relation, name, attach.def.PartitionCmd)
    return definition(context, 'ALTER INDEX', after)
  }
  for (const cmd of cmds) {
    if (!('AlterTableCmd' in cmd)) throw refuse(scope, 'this ALTER INDEX')
    const { subtype = '', def } = cmd.AlterTableCmd
    if (subtype !== 'AT_SetRelOptions' && subtype !== 'AT_ResetRelOptions')
      throw refuse(scope, `${subtype.replace('AT_', '')} of ALTER INDEX`)
    const nodes = def !== undefined && 'List' in def ? (def.List.items ?? []) : []
    const storageOf = (before: readonly string[] | undefined, method: string): readonly string[] =>
      subtype === 'AT_ResetRelOptions'
        ? withoutParameters(nodes, before)
        : storageParameters(scope, nodes, { index: method }, before)
    relation = {
      ...relation,
      indexes: relation.indexes.map((each) =>
        each.name === name ? changed(each, storageOf(each.storage, each.method ?? 'btree')) : each,
      ),
      constraints: relation.constraints.map((each) =>
        each.name === name && (each.kind === 'primary' || each.kind === 'unique')
          ? changed(each, storageOf(each.storage, 'btree'))
          : each,
      ),
    }
  }
  return definition(context, 'ALTER INDEX', catalog.withRelation(relation))
}
