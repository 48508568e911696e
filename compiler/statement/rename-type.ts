/** ALTER TYPE and ALTER DOMAIN … RENAME TO and SET SCHEMA. After RenameType and AlterTypeNamespace in typecmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { missingType, typeNamed } from '../bind/type-name.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { TypeInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { arrayName, definition, scopeOf } from './definition.ts'
import { withMovedNames } from './moved-names.ts'
import { requireTarget } from './schema-target.ts'

/** The type that the statement means. @throws PgError 42704, 42809 */
const requireType = (scope: Scope, object: Ast.Node | undefined, isDomain: boolean): TypeInfo => {
  const { statement } = scope
  const items = object !== undefined && 'List' in object ? (object.List.items ?? []) : []
  const path = items.map((item) => ('String' in item ? (item.String.sval ?? '') : ''))
  const type = typeNamed(statement, path)
  if (type === undefined) throw missingType(statement, path)
  if (type.oid < FIRST_USER_OID) throw refuse(scope, 'ALTER TYPE of a built-in type')
  if (isDomain && type.domain === undefined)
    throw new PgError('42809', `${formatType(statement.catalog, type.oid)} is not a domain`)
  if (type.relation !== undefined && statement.catalog.relation(type.relation).kind !== 'c')
    throw new PgError('42809', `${formatType(statement.catalog, type.oid)} is a table's row type`, {
      hint: 'Use ALTER TABLE instead.',
    })
  if (type.element !== 0) throw refuse(scope, 'ALTER TYPE of an array type')
  return type
}

/** A catalog where a type, its array and the relation of a composite one are called otherwise. */
const moved = (
  context: StatementContext,
  scope: Scope,
  type: TypeInfo,
  schema: string,
  name: string,
  tag: string,
): DefinitionPlan => {
  const { catalog } = scope.statement
  if (type.relation !== undefined && catalog.relationNamed(schema, name) !== undefined && schema === type.schema)
    throw new PgError('42P07', `relation "${name}" already exists`)
  if (catalog.typeNamed(schema, name) !== undefined)
    throw new PgError(
      '42710',
      schema === type.schema ? `type "${name}" already exists` : `type "${name}" already exists in schema "${schema}"`,
    )
  if (catalog.typeNamed(schema, arrayName(name)) !== undefined)
    throw refuse(scope, 'a new name for a type whose array type has a name that is used')
  const types = new Map(catalog.contents.types).set(type.oid, { ...type, schema, name })
  const array = types.get(type.array)
  if (array !== undefined) types.set(array.oid, { ...array, schema, name: arrayName(name) })
  const relations = new Map(catalog.contents.relations)
  const relation = relations.get(type.relation ?? 0)
  if (relation !== undefined) relations.set(relation.oid, { ...relation, schema, name })
  const after = withMovedNames(catalog.with({ types, relations }), {
    type: (each) => (each.schema === type.schema && each.name === type.name ? { schema, name } : undefined),
  })
  return definition(context, tag, after)
}

const tagOf = (isDomain: boolean): string => (isDomain ? 'ALTER DOMAIN' : 'ALTER TYPE')

export const renameType = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan => {
  const scope = scopeOf(context)
  const isDomain = node.renameType === 'OBJECT_DOMAIN'
  const type = requireType(scope, node.object, isDomain)
  return moved(context, scope, type, type.schema, node.newname ?? '', tagOf(isDomain))
}

/** @throws PgError 3F000 */
export const setTypeSchema = (context: StatementContext, node: Ast.AlterObjectSchemaStmt): DefinitionPlan => {
  const scope = scopeOf(context)
  const isDomain = node.objectType === 'OBJECT_DOMAIN'
  const type = requireType(scope, node.object, isDomain)
  const { newschema: schema = '' } = node
  requireTarget(scope, type.schema, schema)
  if (schema === type.schema) return definition(context, tagOf(isDomain), scope.statement.catalog)
  return moved(context, scope, type, schema, type.name, tagOf(isDomain))
}
