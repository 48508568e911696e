/** ALTER … SET SCHEMA. Manual: "ALTER TABLE"; after AlterTableNamespace. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { isParent } from '../catalog/inheritance.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { definition, indexNamed, requireSchema, scopeOf } from './definition.ts'
import { isMentioned } from './mentions.ts'
import { setTypeSchema } from './rename-type.ts'
import { rewriteViews } from './rewrite-views.ts'

const TAGS: Readonly<Record<string, readonly [tag: string, kinds: string]>> = {
  OBJECT_TABLE: ['ALTER TABLE', 'r'],
  OBJECT_VIEW: ['ALTER VIEW', 'v'],
  OBJECT_MATVIEW: ['ALTER MATERIALIZED VIEW', 'm'],
  OBJECT_SEQUENCE: ['ALTER SEQUENCE', 'S'],
}

/** @throws PgError 3F000, 42P07 */
export const planSetSchema = (context: StatementContext, node: Ast.AlterObjectSchemaStmt): DefinitionPlan => {
  const { objectType = '', relation: range, newschema: schema = '', missing_ok: missingOk = false } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  if (objectType === 'OBJECT_TYPE' || objectType === 'OBJECT_DOMAIN') return setTypeSchema(context, node)
  const known = TAGS[objectType]
  if (known === undefined || range === undefined || missingOk)
    throw refuse(scope, `SET SCHEMA of ${objectType.replace('OBJECT_', '')}`)
  const [tag, kinds] = known
  const relation = requireRelation(scope, { ...range, location: -1 })
  if (!kinds.includes(relation.kind) || relation.oid < FIRST_USER_OID)
    throw refuse(scope, `SET SCHEMA of "${relation.name}"`)
  if (schema === 'pg_temp') throw new PgError('0A000', 'cannot move objects into or out of temporary schemas')
  requireSchema(catalog, schema)
  if (schema === relation.schema || schema.startsWith('pg_') || relation.schema === 'pg_temp_0')
    throw refuse(scope, `SET SCHEMA ${schema}`)
  if (relation.sequence?.ownedBy !== undefined) throw refuse(scope, 'SET SCHEMA of an owned sequence')
  if (isMentioned(catalog, relation.name, false)) throw refuse(scope, 'SET SCHEMA of a relation that others mention')
  if ((relation.parents ?? []).length > 0 || isParent(catalog, relation))
    throw refuse(scope, 'SET SCHEMA of a table with parents or children')
  const owned = [...catalog.contents.relations.values()].filter(
    ({ sequence }) => sequence?.ownedBy?.relation === relation.oid,
  )
  const relations = new Map(catalog.contents.relations)
  const types = new Map(catalog.contents.types)
  for (const each of [relation, ...owned]) {
    requireFree(each, schema)
    relations.set(each.oid, { ...each, schema })
    for (const oid of [each.rowType, each.rowType + 1]) {
      const type = types.get(oid)
      if (type !== undefined) types.set(oid, { ...type, schema })
    }
  }
  const { settings, clock } = scope.statement
  const moved = rewriteViews({ catalog, settings, clock }, catalog.with({ relations, types }), relation)
  return definition(context, tag, moved)

  function requireFree({ name, indexes, constraints }: RelationInfo, into: string): void {
    const own = [name, ...indexes.map((index) => index.name), ...constraints.map((each) => each.name)]
    for (const each of own)
      if (catalog.relationNamed(into, each) !== undefined || indexNamed(catalog, into, each) !== undefined)
        throw new PgError('42P07', `relation "${each}" already exists in schema "${into}"`)
  }
}
