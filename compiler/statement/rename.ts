/** ALTER … RENAME. Names in checks and the like are kept as they were written: those of columns are written anew. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { ColumnInfo, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { childrenOf, familyOf } from '../catalog/inheritance.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import { SYSTEM_COLUMNS } from '../catalog/system-column.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import type { Expr } from '../tree/expression.ts'
import { renameAttribute } from './alter-composite.ts'
import { renameDomainConstraint } from './alter-domain.ts'
import { renameFunction } from './alter-function.ts'
import { mentionsColumn } from './altered-table.ts'
import { common, type StatementContext } from './context.ts'
import { arrayName, checkFree, definition, environmentOf, notNullName, scopeOf } from './definition.ts'
import { bindOverRow, columnNode, computedIndex } from './index-key.ts'
import { physicalColumn } from './physical.ts'
import { RELATION_NOUNS, requireKind } from './relation-noun.ts'
import { renameConstraint, renameIndex, requireColumns } from './rename-index.ts'
import { renameSchema } from './rename-schema.ts'
import { renameTrigger } from './rename-trigger.ts'
import { renameType as renameTypeTo } from './rename-type.ts'
import { withRenamedColumn } from './renamed-column.ts'
import { rewriteViews } from './rewrite-views.ts'

/** NOT NULL keeps its name when what that is made of is renamed. */
const keptName = (relation: RelationInfo, column: ColumnInfo): Partial<ColumnInfo> =>
  column.notNull ? { notNullName: notNullName(relation, column) } : {}

const withNotNullNames = (relation: RelationInfo): ColumnInfo[] =>
  relation.columns.map((column) => ({ ...column, ...keptName(relation, column) }))

const renameRelation = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  name: string,
  tag: string,
): DefinitionPlan => {
  const { catalog } = scope.statement
  checkFree(scope, relation.schema, name)
  const types = new Map(catalog.contents.types)
  for (const [oid, typeName] of [
    [relation.rowType, name],
    [relation.rowType + 1, arrayName(name)],
  ] as const) {
    const type = types.get(oid)
    if (type !== undefined) types.set(oid, { ...type, name: typeName })
  }
  // Its indexes and those of its constraints keep their names; the table keeps its name in SQLite only if it must.
  const renamed = catalog.with({ types }).withRelation({ ...relation, name, columns: withNotNullNames(relation) })
  return definition(context, tag, rewriteViews(environmentOf(scope), renamed, relation))
}

const renameColumn = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  from: string,
  to: string,
  tag: string,
  only: boolean,
): DefinitionPlan => {
  requireColumns(relation)
  if (only && childrenOf(scope.statement.catalog, relation).length > 0)
    throw new PgError('42P16', `inherited column "${from}" must be renamed in child tables too`)
  const family = familyOf(scope.statement.catalog, relation)
  let { catalog } = scope.statement
  const steps: string[] = []
  for (const table of family) {
    const renamed = renameIn(context, scope, table, from, to, family)
    catalog = catalog.withRelation(renamed.relation)
    steps.push(...renamed.steps)
  }
  const env = environmentOf(scope)
  return definition(
    context,
    tag,
    family.reduce((after, table) => rewriteViews(env, after, table), catalog),
    steps,
  )
}

/** An index on expressions or of some rows, as SQLite is to compute it by the names that columns have now. */
const withComputed = (context: StatementContext, relation: RelationInfo, index: IndexInfo): IndexInfo => {
  if (index.computed === undefined) return index
  const scope = scopeOf(context)
  const nameOf = (number: number): string => relation.columns.find((each) => each.number === number)?.name ?? ''
  const bound = (key: number | Ast.Node): Expr =>
    bindOverRow(scope, relation, typeof key === 'number' ? columnNode(nameOf(key)) : key, 'index expression').expr
  const predicate = index.predicate && bindOverRow(scope, relation, index.predicate, 'index predicate').expr
  const names = index.computed.columns.map(({ name }) => name)
  return { ...index, computed: computedIndex(context, index.keys.map(bound), names, predicate) }
}

const renameIn = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  from: string,
  to: string,
  family: readonly RelationInfo[],
): { readonly relation: RelationInfo; readonly steps: readonly string[] } => {
  const column = relation.columns.find((each) => each.name === from)
  if (SYSTEM_COLUMNS.has(from)) throw refuse(scope, 'RENAME of a system column')
  if (SYSTEM_COLUMNS.has(to)) throw new PgError('42701', `column name "${to}" conflicts with a system column name`)
  if (column === undefined) throw new PgError('42703', `column "${from}" does not exist`)
  if (!['r', 'p', 'm', 'v'].includes(relation.kind)) throw refuse(scope, 'RENAME of a column of this relation')
  const above = (relation.parents ?? []).filter((parent) => family.some(({ oid }) => oid === parent))
  if ((column.inherited ?? 0) > above.length) throw new PgError('42P16', `cannot rename inherited column "${from}"`)
  if (relation.partitioning?.keys.some((key) => typeof key !== 'number' && mentionsColumn(key, from)))
    throw refuse(scope, 'RENAME of a column that a partition key mentions')
  if (relation.columns.some((each) => each.name === to))
    throw new PgError('42701', `column "${to}" of relation "${relation.name}" already exists`)
  const isFiltered = [...scope.statement.catalog.contents.publications.values()].some(({ tables }) =>
    tables.some(({ relation: oid, filter }) => oid === relation.oid && mentionsColumn(filter, from)),
  )
  if (isFiltered) throw refuse(scope, "RENAME of a column that a publication's WHERE mentions")
  const inTree = <Tree>(tree: Tree, rows = [relation.name]): Tree => withRenamedColumn(tree, rows, from, to)
  const physical = physicalColumn(
    relation.columns.filter((each) => each !== column),
    to,
  )
  const renamed: RelationInfo = {
    ...relation,
    columns: relation.columns.map((each) => ({
      ...each,
      ...(each.generated === undefined ? {} : { default: inTree(each.default as Ast.Node) }),
      ...(each === column ? { name: to, physical, ...keptName(relation, each) } : {}),
    })),
    constraints: relation.constraints.map((each) =>
      each.kind === 'check' ? { ...each, expression: inTree(each.expression) } : each,
    ),
    indexes: relation.indexes.map((each) => ({
      ...each,
      keys: inTree(each.keys),
      ...(each.predicate === undefined ? {} : { predicate: inTree(each.predicate) }),
    })),
    ...(relation.triggers === undefined
      ? {}
      : {
          triggers: relation.triggers.map((each) =>
            each.when === undefined ? each : { ...each, when: inTree(each.when, ['old', 'new']) },
          ),
        }),
  }
  return {
    relation: { ...renamed, indexes: renamed.indexes.map((index) => withComputed(context, renamed, index)) },
    steps:
      relation.kind === 'v'
        ? []
        : [
            `ALTER TABLE ${quoteName(relation.physical)} RENAME COLUMN ${quoteName(column.physical)} TO ${quoteName(physical)}`,
          ],
  }
}

export const planRename = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan | NothingPlan => {
  const {
    renameType = '',
    relationType,
    relation: range,
    subname = '',
    newname = '',
    missing_ok: missingOk = false,
  } = node
  const scope = scopeOf(context)
  const { statement } = scope
  if (renameType === 'OBJECT_ATTRIBUTE') return renameAttribute(context, node)
  if (renameType === 'OBJECT_TYPE' || renameType === 'OBJECT_DOMAIN') return renameTypeTo(context, node)
  if (renameType === 'OBJECT_SCHEMA') return renameSchema(context, node)
  if (renameType === 'OBJECT_TRIGGER') return renameTrigger(context, node)
  if (renameType === 'OBJECT_DOMCONSTRAINT') return renameDomainConstraint(context, node)
  if (['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE'].includes(renameType))
    return renameFunction(context, node)
  const isPart = renameType === 'OBJECT_COLUMN' || renameType === 'OBJECT_TABCONSTRAINT'
  const objectType = renameType === 'OBJECT_COLUMN' ? (relationType ?? '') : isPart ? 'OBJECT_TABLE' : renameType
  const tag = RELATION_NOUNS[objectType]?.tag
  if (tag === undefined || range === undefined) throw refuse(scope, `RENAME of ${renameType.replace('OBJECT_', '')}`)
  const name = range.relname ?? ''
  const schema = range.schemaname === '' ? undefined : range.schemaname
  const relation = findRelation(statement, schema, name)
  if (relation === undefined) {
    if (name.startsWith('pg_')) throw refuse(scope, `the catalog ${name}`)
    const owner = findIndexOf(statement.catalog, statement.settings.searchPath, schema, name)
    if (owner !== undefined && !isPart && RELATION_NOUNS[objectType]?.kind === undefined)
      return renameIndex({ context, scope, relation: owner, from: name, to: newname, tag })
    if (owner !== undefined && !isPart)
      throw new PgError('42809', `"${name}" is not ${RELATION_NOUNS[objectType]?.article}`)
    if (owner !== undefined) throw refuse(scope, 'RENAME of a part of an index')
    if (!missingOk && schema !== undefined && !statement.catalog.hasSchema(schema))
      throw new PgError('3F000', `schema "${schema}" does not exist`)
    if (!missingOk) throw new PgError('42P01', `relation "${name}" does not exist`)
    statement.notice('00000', `relation "${name}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, tag) }
  }
  if (renameType === 'OBJECT_COLUMN')
    return renameColumn(context, scope, relation, subname, newname, tag, !(range.inh ?? false))
  if (renameType === 'OBJECT_TABCONSTRAINT')
    return renameConstraint({ context, scope, relation, from: subname, to: newname, tag }, range.inh ?? false)
  requireKind(relation, objectType)
  if (relation.oid < FIRST_USER_OID) throw refuse(scope, `RENAME of "${name}"`)
  return renameRelation(context, scope, relation, newname, tag)
}
