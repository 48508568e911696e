/** OWNER TO. Manual: "ALTER TABLE", "ALTER TYPE" …; after the AlterOwner functions of PostgreSQL's source. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation, requireRelation } from '../bind/relation.ts'
import { roleOf } from '../bind/role.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { missingType, typeNamed } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import {
  aclOfNewOwner,
  type OwnedObject,
  ownedDatabase,
  ownedFunction,
  ownedRelation,
  ownedSchema,
  ownedTypeOf,
} from '../catalog/owned-object.ts'
import { may, ownerOf } from '../catalog/privilege.ts'
import { canBecome, currentRole, isSuperuser, roleName } from '../catalog/role.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'
import { definition, pathOf, requireSchema, scopeOf } from './definition.ts'
import { requireUserRelation } from './drop.ts'
import { findRoutine } from './drop-function.ts'

/** A catalog in which an object has another owner. */
export const withOwner = (catalog: Catalog, object: OwnedObject, owner: number): Catalog => {
  const before = ownerOf(object.owned)
  if (before === owner) return catalog
  const { acl } = object.owned
  return object.changed(catalog, {
    owner,
    ...(acl === undefined ? {} : { acl: aclOfNewOwner(acl, before, owner) }),
  })
}

/** What only superusers do freely. @throws PgError 42501 */
const requireRightTo = ({ statement }: Scope, object: OwnedObject, owner: number): void => {
  const { catalog, settings } = statement
  const role = currentRole(settings)
  if (isSuperuser(catalog, role)) return
  if (!canBecome(catalog, role, owner))
    throw new PgError('42501', `must be able to SET ROLE "${roleName(statement, owner)}"`)
  const schema = object.schema
  if (schema !== undefined && !may(catalog, owner, ownedSchema(catalog, schema).owned, 'n', 'C'))
    throw new PgError('42501', `permission denied for schema ${schema}`)
}

/** The object and its command's tag. @throws PgError 42704, 3F000, 42883 */
const objectOf = (scope: Scope, objectType: string, object: Ast.Node | undefined): readonly [OwnedObject, string] => {
  const { catalog, settings } = scope.statement
  const path = pathOf(object)
  const [name = ''] = path
  switch (objectType) {
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const type = typeNamed(scope.statement, path)
      const isDomain = objectType === 'OBJECT_DOMAIN'
      if (type === undefined || (isDomain && type.domain === undefined)) throw missingType(scope.statement, path)
      return [ownedTypeOf(catalog, type), isDomain ? 'ALTER DOMAIN' : 'ALTER TYPE']
    }
    case 'OBJECT_SCHEMA':
      return [ownedSchema(catalog, requireSchema(catalog, name)), 'ALTER SCHEMA']
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE': {
      const noun = objectType.replace('OBJECT_', '')
      const fn =
        object !== undefined && 'ObjectWithArgs' in object
          ? findRoutine(scope, object.ObjectWithArgs, noun.toLowerCase(), false)
          : undefined
      if (fn === undefined) throw refuse(scope, `OWNER TO of this ${noun.toLowerCase()}`)
      return [ownedFunction(fn), `ALTER ${noun}`]
    }
    case 'OBJECT_DATABASE':
      if (name !== settings.database) throw refuse(scope, 'OWNER TO of another database')
      return [ownedDatabase(catalog, name), 'ALTER DATABASE']
    default:
      throw refuse(scope, `OWNER TO of ${objectType.replace('OBJECT_', '')}`)
  }
}

const planPublicationOwner = (context: StatementContext, name: string, owner: number): DefinitionPlan => {
  const { catalog } = context.statement
  const found = [...catalog.contents.publications.values()].find((each) => each.name === name)
  if (found === undefined) throw new PgError('42704', `publication "${name}" does not exist`)
  const publications = new Map(catalog.contents.publications).set(found.oid, { ...found, owner })
  return definition(context, 'ALTER PUBLICATION', catalog.with({ publications }))
}

/** @throws PgError 42704, 42501 */
const planEventTriggerOwner = (context: StatementContext, name: string, owner: number): DefinitionPlan => {
  const { catalog } = context.statement
  const found = [...catalog.contents.eventTriggers.values()].find((each) => each.name === name)
  if (found === undefined) throw new PgError('42704', `event trigger "${name}" does not exist`)
  if (!isSuperuser(catalog, owner))
    throw new PgError('42501', `permission denied to change owner of event trigger "${name}"`, {
      hint: 'The owner of an event trigger must be a superuser.',
    })
  const eventTriggers = new Map(catalog.contents.eventTriggers).set(found.oid, { ...found, owner })
  return definition(context, 'ALTER EVENT TRIGGER', catalog.with({ eventTriggers }))
}

export const planAlterOwner = (context: StatementContext, node: Ast.AlterOwnerStmt): DefinitionPlan => {
  const { objectType = '', object, newowner = {} } = node
  const scope = scopeOf(context)
  const owner = roleOf(scope, newowner)
  if (objectType === 'OBJECT_PUBLICATION') return planPublicationOwner(context, pathOf(object)[0] ?? '', owner)
  if (objectType === 'OBJECT_EVENT_TRIGGER') return planEventTriggerOwner(context, pathOf(object)[0] ?? '', owner)
  const [owned, tag] = objectOf(scope, objectType, object)
  requireRightTo(scope, owned, owner)
  return definition(context, tag, withOwner(scope.statement.catalog, owned, owner))
}

/** ALTER TABLE … OWNER TO: the sequences of its columns go with it. @throws PgError 42704, 42501 */
export const withRelationOwner = (scope: Scope, oid: number, spec: Ast.RoleSpec): Catalog => {
  const owner = roleOf(scope, spec)
  const { catalog } = scope.statement
  requireRightTo(scope, ownedRelation(catalog.relation(oid)), owner)
  const owned = [...catalog.contents.relations.values()].filter(
    (each) => each.oid === oid || each.sequence?.ownedBy?.relation === oid,
  )
  return owned.reduce((known, each) => withOwner(known, ownedRelation(each), owner), catalog)
}

const RELATION_TAGS: Readonly<Record<string, string>> = {
  OBJECT_TABLE: 'ALTER TABLE',
  OBJECT_VIEW: 'ALTER VIEW',
  OBJECT_MATVIEW: 'ALTER MATERIALIZED VIEW',
  OBJECT_SEQUENCE: 'ALTER SEQUENCE',
  OBJECT_TYPE: 'ALTER TYPE',
}
const RELATION_KINDS: Readonly<Record<string, string>> = {
  OBJECT_VIEW: 'v',
  OBJECT_MATVIEW: 'm',
  OBJECT_SEQUENCE: 'S',
  OBJECT_TYPE: 'c',
}

/** A statement that changes the owner of a relation and nothing else: that is done in the same way for all kinds. */
export const isOwnerChange = ({ cmds = [], objtype = 'OBJECT_TABLE' }: Ast.AlterTableStmt): boolean =>
  cmds.length === 1 &&
  RELATION_TAGS[objtype] !== undefined &&
  cmds.every((each) => 'AlterTableCmd' in each && each.AlterTableCmd.subtype === 'AT_ChangeOwner')

/** @throws PgError 42P01, 42809 */
export const planRelationOwner = (
  context: StatementContext,
  node: Ast.AlterTableStmt,
): DefinitionPlan | NothingPlan => {
  const { relation: range = {}, cmds = [], objtype = 'OBJECT_TABLE', missing_ok: missingOk } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const tag = RELATION_TAGS[objtype] ?? ''
  const { schemaname, relname = '' } = range
  if (missingOk && findRelation(statement, schemaname === '' ? undefined : schemaname, relname) === undefined) {
    statement.notice('00000', `relation "${relname}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, tag) }
  }
  const relation = requireRelation(scope, { ...range, location: -1 })
  requireUserRelation(scope, relation)
  const kinds = RELATION_KINDS[objtype]
  if (kinds !== undefined && !kinds.includes(relation.kind))
    throw new PgError('42809', `"${relname}" is not a ${tag.slice('ALTER '.length).toLowerCase()}`)
  if (kinds === undefined && relation.kind === 'c')
    throw new PgError('42809', `"${relname}" is a composite type`, { hint: 'Use ALTER TYPE instead.' })
  const by = relation.sequence?.ownedBy
  if (by !== undefined)
    throw new PgError('0A000', `cannot change owner of sequence "${relname}"`, {
      detail: `Sequence "${relname}" is linked to table "${statement.catalog.findRelation(by.relation)?.name}".`,
    })
  const [cmd] = cmds
  const spec = cmd !== undefined && 'AlterTableCmd' in cmd ? (cmd.AlterTableCmd.newowner ?? {}) : {}
  return { ...definition(context, tag, withRelationOwner(scope, relation.oid, spec)), altered: relation.oid }
}
