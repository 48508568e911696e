/** ALTER … SET SCHEMA. Manual: "ALTER TABLE"; after AlterTableNamespace. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation, requireRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { indexNamed } from '../catalog/named-index.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { setFunctionSchema } from './alter-function.ts'
import { common, type StatementContext } from './context.ts'
import { arrayName, definition, scopeOf } from './definition.ts'
import { withMovedNames } from './moved-names.ts'
import { RELATION_NOUNS, requireKind } from './relation-noun.ts'
import { setTypeSchema } from './rename-type.ts'
import { requireTarget } from './schema-target.ts'

/** @throws PgError 42P07 */
const requireFree = ({ statement: { catalog } }: Scope, relation: RelationInfo, into: string): void => {
  const { name, indexes, constraints } = relation
  for (const each of [name, ...indexes.map((index) => index.name), ...constraints.map((key) => key.name)])
    if (catalog.relationNamed(into, each) !== undefined || indexNamed(catalog, into, each) !== undefined)
      throw new PgError('42P07', `relation "${each}" already exists in schema "${into}"`)
}

/** A relation with the sequences of its columns. */
const moved = (context: StatementContext, scope: Scope, relation: RelationInfo, schema: string, tag: string) => {
  const { catalog } = scope.statement
  const owned = [...catalog.contents.relations.values()].filter(
    ({ sequence }) => sequence?.ownedBy?.relation === relation.oid,
  )
  const all = [relation, ...owned]
  const relations = new Map(catalog.contents.relations)
  const types = new Map(catalog.contents.types)
  for (const each of all) {
    requireFree(scope, each, schema)
    relations.set(each.oid, { ...each, schema })
    for (const oid of [each.rowType, each.rowType + 1]) {
      const type = types.get(oid)
      if (type !== undefined) types.set(oid, { ...type, schema })
    }
  }
  const isOne = (name: string): boolean => all.some((each) => each.name === name)
  const isType = (name: string): boolean => name === relation.name || name === arrayName(relation.name)
  const after = withMovedNames(catalog.with({ relations, types }), {
    relation: (each) => (each.schema === relation.schema && isOne(each.name) ? { ...each, schema } : undefined),
    type: (each) => (each.schema === relation.schema && isType(each.name) ? { ...each, schema } : undefined),
  })
  return definition(context, tag, after)
}

/** @throws PgError 3F000, 42P01, 42P07, 42809 */
export const planSetSchema = (
  context: StatementContext,
  node: Ast.AlterObjectSchemaStmt,
): DefinitionPlan | NothingPlan => {
  const { objectType = '', relation: range, newschema: schema = '', missing_ok: missingOk = false } = node
  const scope = scopeOf(context)
  const { statement } = scope
  if (objectType === 'OBJECT_TYPE' || objectType === 'OBJECT_DOMAIN') return setTypeSchema(context, node)
  if (['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE'].includes(objectType))
    return setFunctionSchema(context, node)
  const noun = RELATION_NOUNS[objectType]
  if (noun === undefined || range === undefined)
    throw refuse(scope, `SET SCHEMA of ${objectType.replace('OBJECT_', '')}`)
  const { schemaname = '', relname = '' } = range
  if (missingOk && findRelation(statement, schemaname === '' ? undefined : schemaname, relname) === undefined) {
    statement.notice('00000', `relation "${relname}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, noun.tag) }
  }
  const relation = requireRelation(scope, { ...range, location: -1 })
  if (relation.oid < FIRST_USER_OID) throw refuse(scope, `SET SCHEMA of "${relation.name}"`)
  requireKind(relation, objectType)
  const by = relation.sequence?.ownedBy
  if (by !== undefined)
    throw new PgError('0A000', 'cannot move an owned sequence into another schema', {
      detail: `Sequence "${relation.name}" is linked to table "${statement.catalog.findRelation(by.relation)?.name}".`,
    })
  requireTarget(scope, relation.schema, schema)
  if (schema === relation.schema) return definition(context, noun.tag, statement.catalog)
  return moved(context, scope, relation, schema, noun.tag)
}
