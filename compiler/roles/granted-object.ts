/** The objects that GRANT and REVOKE name. Manual: "GRANT". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { FunctionInfo, RelationInfo } from '../catalog/entries.ts'
import {
  type OwnedObject,
  ownedDatabase,
  ownedFunction,
  ownedRelation,
  ownedSchema,
  ownedTypeOf,
} from '../catalog/owned-object.ts'
import type { AclKind } from '../catalog/privilege.ts'
import { requireSchema } from '../statement/definition.ts'
import { findRoutine } from '../statement/drop-function.ts'

/** As errors call them (privilege types are invalid "for relation"). */
export const KIND_NAMES: Readonly<Record<AclKind, string>> = {
  r: 'relation',
  s: 'sequence',
  d: 'database',
  f: 'function',
  l: 'language',
  n: 'schema',
  T: 'type',
}

const nameOf = (node: Ast.Node): string => ('String' in node ? (node.String.sval ?? '') : '')

const relationOf = (scope: Scope, node: Ast.Node, isSequence: boolean): OwnedObject => {
  const range = 'RangeVar' in node ? node.RangeVar : {}
  const relation = requireRelation(scope, { ...range, location: -1 })
  if (relation.oid < FIRST_USER_OID) throw refuse(scope, 'GRANT and REVOKE on system catalogs')
  if (isSequence && relation.kind !== 'S') throw new PgError('42809', `"${relation.name}" is not a sequence`)
  if (relation.kind === 'c') throw new PgError('42809', `"${relation.name}" is a composite type`)
  return ownedRelation(relation)
}

const routineOf = (scope: Scope, node: Ast.Node, objtype: string): OwnedObject => {
  if (!('ObjectWithArgs' in node)) throw refuse(scope, 'GRANT on this routine')
  const fn = findRoutine(scope, node.ObjectWithArgs, objtype.replace('OBJECT_', '').toLowerCase(), false)
  if (fn === undefined || fn.oid < FIRST_USER_OID) throw refuse(scope, 'GRANT and REVOKE on built-in functions')
  return ownedFunction(fn)
}

const typeOf = (scope: Scope, node: Ast.Node, isDomain: boolean): OwnedObject => {
  const names = 'List' in node ? (node.List.items ?? []) : []
  const { type: oid } = resolveTypeName(scope, { names, typemod: -1, location: -1 })
  const type = scope.statement.catalog.type(oid)
  if (isDomain && type.domain === undefined) throw new PgError('42809', `"${type.name}" is not a domain`)
  if (oid < FIRST_USER_OID || type.relation !== undefined) throw refuse(scope, 'GRANT and REVOKE on this type')
  if (type.subscript === 'array_subscript_handler')
    throw new PgError('0LP01', 'cannot set privileges of array types', {
      hint: 'Set the privileges of the element type instead.',
    })
  return ownedTypeOf(scope.statement.catalog, type)
}

const inSchemas = (scope: Scope, schemas: readonly string[], objtype: string): OwnedObject[] => {
  const { relations, functions } = scope.statement.catalog.contents
  const within = (each: { readonly schema: string }): boolean => schemas.includes(each.schema)
  const ofRelations = (kinds: string): OwnedObject[] =>
    [...relations.values()].filter((each: RelationInfo) => within(each) && kinds.includes(each.kind)).map(ownedRelation)
  const ofFunctions = (is: (fn: FunctionInfo) => boolean): OwnedObject[] =>
    [...functions.values()].filter((each) => within(each) && is(each)).map(ownedFunction)
  switch (objtype) {
    case 'OBJECT_TABLE':
      return ofRelations('rvmp')
    case 'OBJECT_SEQUENCE':
      return ofRelations('S')
    case 'OBJECT_FUNCTION':
      return ofFunctions(({ kind }) => kind !== 'p')
    case 'OBJECT_PROCEDURE':
      return ofFunctions(({ kind }) => kind === 'p')
    case 'OBJECT_ROUTINE':
      return ofFunctions(() => true)
    default:
      throw refuse(scope, `GRANT ON ALL ${objtype.replace('OBJECT_', '')}`)
  }
}

/** @throws PgError 42P01, 42883, 42704, 3F000 for what does not exist */
export const grantedObjects = (
  scope: Scope,
  { targtype, objtype = 'OBJECT_TABLE', objects = [] }: Ast.GrantStmt,
): OwnedObject[] => {
  const { catalog, settings } = scope.statement
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA')
    return inSchemas(
      scope,
      objects.map((each) => requireSchema(catalog, nameOf(each))),
      objtype,
    )
  return objects.map((object) => {
    switch (objtype) {
      case 'OBJECT_TABLE':
      case 'OBJECT_SEQUENCE':
        return relationOf(scope, object, objtype === 'OBJECT_SEQUENCE')
      case 'OBJECT_SCHEMA':
        return ownedSchema(catalog, requireSchema(catalog, nameOf(object)))
      case 'OBJECT_FUNCTION':
      case 'OBJECT_PROCEDURE':
      case 'OBJECT_ROUTINE':
        return routineOf(scope, object, objtype)
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
        return typeOf(scope, object, objtype === 'OBJECT_DOMAIN')
      case 'OBJECT_DATABASE':
        if (nameOf(object) === settings.database) return ownedDatabase(catalog, settings.database)
        throw refuse(scope, 'GRANT and REVOKE on another database')
      default:
        throw refuse(scope, `GRANT ON ${objtype.replace('OBJECT_', '')}`)
    }
  })
}
