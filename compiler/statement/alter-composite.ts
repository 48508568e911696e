/** ALTER TYPE of composite types: their attributes. Manual: "ALTER TYPE"; after ATExecAddColumn and its kin for composite types. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { nothingElse, refuse, type Scope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import type { DefinitionPlan } from '../plan.ts'
import { findCodec } from '../types/codec.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'
import { isMentioned } from './mentions.ts'

/** Where a type is used: first as that of an array, then as itself, as pg_depend lists it. */
const columnOfType = (catalog: Catalog, type: number): string | undefined => {
  const { array } = catalog.type(type)
  for (const wanted of [array, type])
    for (const relation of catalog.contents.relations.values())
      for (const column of relation.columns)
        if (wanted !== 0 && catalog.baseType(column.type) === wanted) return `${relation.name}.${column.name}`
  return undefined
}

const requireComposite = (scope: Scope, range: Ast.RangeVar): RelationInfo => {
  const relation = requireRelation(scope, { ...range, location: -1 })
  if (relation.kind !== 'c') throw new PgError('42809', `"${relation.name}" is not a composite type`)
  return relation
}

const missing = (name: string, { name: relation }: RelationInfo): string =>
  `column "${name}" of relation "${relation}" does not exist`

const add = (scope: Scope, relation: RelationInfo, def: Ast.ColumnDef): RelationInfo => {
  const { colname: name = '', typeName } = def
  if (def.collClause !== undefined) throw refuse(scope, 'COLLATE of an attribute')
  if (relation.columns.some((column) => column.name === name))
    throw new PgError('42701', `column "${name}" of relation "${relation.name}" already exists`)
  const column = { name, ...attributeType(scope, name, typeName as Ast.TypeName) }
  const number = 1 + Math.max(0, ...[...relation.columns, ...(relation.dropped ?? [])].map((each) => each.number))
  const fresh: ColumnInfo = { ...column, number, physical: name, notNull: false }
  return { ...relation, columns: [...relation.columns, fresh] }
}

const attributeType = (scope: Scope, name: string, typeName: Ast.TypeName): Pick<ColumnInfo, 'type' | 'typmod'> => {
  const { catalog } = scope.statement
  const { type, typmod } = resolveTypeName(scope, typeName)
  if (catalog.type(type).kind === 'p')
    throw new PgError('42P16', `column "${name}" has pseudo-type ${formatType(catalog, type)}`)
  if (findCodec({ catalog }, type) === undefined)
    throw refuse(scope, `an attribute of type ${formatType(catalog, type)}`)
  return { type, typmod }
}

/** Whether anything says an attribute's name, and was read already: functions that nobody has run find what is there then. */
const isInUse = ({ statement, host }: StatementContext, name: string): boolean =>
  isMentioned(statement.catalog, name, true, host?.hasRun)

const drop = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  { name = '', missing_ok: missingOk }: Ast.AlterTableCmd,
): RelationInfo => {
  const { statement } = scope
  const found = relation.columns.find((column) => column.name === name)
  if (found === undefined) {
    if (!missingOk) throw new PgError('42703', missing(name, relation))
    statement.notice('00000', `${missing(name, relation)}, skipping`)
    return relation
  }
  if (columnOfType(statement.catalog, relation.rowType) !== undefined || isInUse(context, name))
    throw refuse(scope, 'DROP ATTRIBUTE of a type in use')
  return {
    ...relation,
    columns: relation.columns.filter((column) => column !== found),
    dropped: [...(relation.dropped ?? []), found],
  }
}

const retype = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  { name = '', def }: Ast.AlterTableCmd,
): RelationInfo => {
  const { catalog } = scope.statement
  const found = relation.columns.find((column) => column.name === name)
  if (found === undefined) throw new PgError('42703', missing(name, relation))
  if (def === undefined || !('ColumnDef' in def) || def.ColumnDef.collClause !== undefined)
    throw refuse(scope, 'this ALTER ATTRIBUTE')
  const changed = attributeType(scope, name, def.ColumnDef.typeName as Ast.TypeName)
  const user = columnOfType(catalog, relation.rowType)
  if (user !== undefined)
    throw new PgError('0A000', `cannot alter type "${relation.name}" because column "${user}" uses it`)
  if (isInUse(context, name)) throw refuse(scope, 'ALTER ATTRIBUTE of a type in use')
  return {
    ...relation,
    columns: relation.columns.map((column) => (column === found ? { ...column, ...changed } : column)),
  }
}

/** @throws PgError 42P01, 42809, 42701, 42703 */
export const planAlterComposite = (context: StatementContext, node: Ast.AlterTableStmt): DefinitionPlan => {
  const { relation: range, cmds = [], objtype: _type, missing_ok: _missing, ...rest } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'ALTER TYPE', rest)
  let relation = requireComposite(scope, range ?? {})
  for (const cmd of cmds) {
    const command = 'AlterTableCmd' in cmd ? cmd.AlterTableCmd : {}
    const { subtype, def } = command
    if (subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def)
      relation = add(scope, relation, def.ColumnDef)
    else if (subtype === 'AT_DropColumn') relation = drop(context, scope, relation, command)
    else if (subtype === 'AT_AlterColumnType') relation = retype(context, scope, relation, command)
    else throw refuse(scope, `${(subtype ?? '').replace('AT_', '')} of ALTER TYPE`)
  }
  return definition(context, 'ALTER TYPE', scope.statement.catalog.withRelation(relation))
}

/** ALTER TYPE … RENAME ATTRIBUTE. @throws PgError 42703, 42701 */
export const renameAttribute = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan => {
  const { relation: range = {}, subname: from = '', newname: to = '' } = node
  const scope = scopeOf(context)
  const relation = requireComposite(scope, range)
  const found = relation.columns.find((column) => column.name === from)
  if (found === undefined) throw new PgError('42703', `column "${from}" does not exist`)
  if (relation.columns.some((column) => column.name === to))
    throw new PgError('42701', `column "${to}" of relation "${relation.name}" already exists`)
  if (isInUse(context, from)) throw refuse(scope, 'RENAME ATTRIBUTE of a type in use')
  const columns = relation.columns.map((column) => (column === found ? { ...column, name: to, physical: to } : column))
  return definition(context, 'ALTER TYPE', scope.statement.catalog.withRelation({ ...relation, columns }))
}
