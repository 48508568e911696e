/** COMMENT ON. Manual: "COMMENT"; pg_description shows what it says. */
import type { CommentStmt, Node } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation, requireRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { indexNamed } from '../catalog/named-index.ts'
import { schemasFor } from '../catalog/search-path.ts'
import type { DefinitionPlan } from '../plan.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import { schemaOid } from '../system/schema.ts'
import { requireDomain } from './alter-domain.ts'
import { hasConstraint, hasDomainConstraint } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { definition, requireSchema, scopeOf } from './definition.ts'
import { findRoutine } from './drop-function.ts'

const pathOf = (node: Node | undefined): string[] => {
  const items = node !== undefined && 'List' in node ? (node.List.items ?? []) : []
  return items.map((item) => ('String' in item ? (item.String.sval ?? '') : ''))
}

export const planComment = (context: StatementContext, { objtype, object, comment }: CommentStmt): DefinitionPlan => {
  const scope = scopeOf(context)
  const path = pathOf(object)
  const relation = (parts: readonly string[]): RelationInfo => {
    const schema = parts.at(-2)
    return requireRelation(scope, {
      relname: parts.at(-1) ?? '',
      ...(schema === undefined ? {} : { schemaname: schema }),
      location: -1,
    })
  }
  const ofKind = (kinds: string, noun: string): string => {
    const found = relation(path)
    if (!kinds.includes(found.kind)) throw new PgError('42809', `"${found.name}" is not ${noun}`)
    return commentKey('pg_class', found.oid)
  }
  const keyOf = (): string => {
    switch (objtype) {
      case 'OBJECT_TABLE':
        return ofKind('rp', 'a table')
      case 'OBJECT_VIEW':
        return ofKind('v', 'a view')
      case 'OBJECT_MATVIEW':
        return ofKind('m', 'a materialized view')
      case 'OBJECT_SEQUENCE':
        return ofKind('S', 'a sequence')
      case 'OBJECT_COLUMN':
        return columnKey(relation(path.slice(0, -1)), path.at(-1) ?? '')
      case 'OBJECT_TABCONSTRAINT':
        return constraintKey(relation(path.slice(0, -1)), path.at(-1) ?? '')
      case 'OBJECT_DOMCONSTRAINT':
        return domainConstraintKey(scope, object)
      case 'OBJECT_INDEX':
        return indexKey(scope, path)
      case 'OBJECT_TRIGGER':
        return triggerKey(relation(path.slice(0, -1)), path.at(-1) ?? '')
      case 'OBJECT_TYPE':
      case 'OBJECT_DOMAIN':
        return typeKey(scope, object, objtype === 'OBJECT_DOMAIN')
      case 'OBJECT_FUNCTION':
      case 'OBJECT_PROCEDURE':
      case 'OBJECT_ROUTINE':
        return routineKey(scope, object, objtype)
      case 'OBJECT_SCHEMA': {
        const name = stringOf(object)
        requireSchema(scope.statement.catalog, name)
        return commentKey('pg_namespace', Number(schemaOid(scope.statement.catalog, name)))
      }
      case 'OBJECT_PUBLICATION': {
        const name = stringOf(object)
        const found = [...scope.statement.catalog.contents.publications.values()].find((each) => each.name === name)
        if (found === undefined) throw new PgError('42704', `publication "${name}" does not exist`)
        return commentKey('pg_publication', found.oid)
      }
      default:
        throw refuse(scope, `COMMENT ON ${(objtype ?? '').replace('OBJECT_', '')}`)
    }
  }
  const key = keyOf()
  const { catalog } = context.statement
  const comments = new Map(catalog.contents.comments)
  if (comment === undefined || comment === '') comments.delete(key)
  else comments.set(key, comment)
  return definition(context, 'COMMENT', catalog.with({ comments }))
}

const stringOf = (node: Node | undefined): string =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''

const columnKey = (relation: RelationInfo, name: string): string => {
  const column = relation.columns.find((each) => each.name === name)
  if (column === undefined) throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
  return commentKey('pg_class', relation.oid, column.number)
}

const constraintKey = (relation: RelationInfo, name: string): string => {
  if (!hasConstraint(relation, name))
    throw new PgError('42704', `constraint "${name}" for table "${relation.name}" does not exist`)
  return commentKey('pg_constraint', oidOf('constraint', relation.oid, name))
}

/** @throws PgError 42704 */
const domainConstraintKey = (scope: Scope, object: Node | undefined): string => {
  const [ofDomain, label] = object !== undefined && 'List' in object ? (object.List.items ?? []) : []
  const names = ofDomain !== undefined && 'TypeName' in ofDomain ? (ofDomain.TypeName.names ?? []) : []
  const type = requireDomain(scope, names.map(stringOf))
  const name = label === undefined ? '' : stringOf(label)
  if (!hasDomainConstraint(type.name, type.domain, name))
    throw new PgError('42704', `constraint "${name}" for domain ${type.name} does not exist`)
  return commentKey('pg_constraint', oidOf('constraint', type.oid, name))
}

const indexKey = (scope: Scope, path: readonly string[]): string => {
  const { statement } = scope
  const name = path.at(-1) ?? ''
  const schemas = schemasFor(path, statement.settings.searchPath)
  const owner = schemas
    .map((schema) => indexNamed(statement.catalog, schema, name))
    .find((found) => found !== undefined)
  if (owner !== undefined) return commentKey('pg_class', oidOf('index', owner.oid, name))
  const other = findRelation(statement, path.length > 1 ? path.at(-2) : undefined, name)
  throw other === undefined
    ? new PgError('42P01', `relation "${path.join('.')}" does not exist`)
    : new PgError('42809', `"${name}" is not an index`)
}

const triggerKey = (relation: RelationInfo, name: string): string => {
  const trigger = (relation.triggers ?? []).find((each) => each.name === name)
  if (trigger === undefined) throw new PgError('42704', `trigger "${name}" for table "${relation.name}" does not exist`)
  return commentKey('pg_trigger', oidOf('trigger', relation.oid, name))
}

const typeKey = (scope: Scope, object: Node | undefined, isDomain: boolean): string => {
  if (object === undefined || !('TypeName' in object)) throw refuse(scope, 'COMMENT ON this type')
  const { catalog } = scope.statement
  const { type } = resolveTypeName(scope, { ...object.TypeName, location: -1 })
  if (isDomain && catalog.type(type).domain === undefined)
    throw new PgError('42809', `"${formatType(catalog, type)}" is not a domain`)
  if (type < FIRST_USER_OID) throw refuse(scope, 'COMMENT ON a built-in type')
  return commentKey('pg_type', type)
}

const routineKey = (scope: Scope, object: Node | undefined, objtype: string): string => {
  if (object === undefined || !('ObjectWithArgs' in object)) throw refuse(scope, 'COMMENT ON this routine')
  const fn = findRoutine(scope, object.ObjectWithArgs, objtype.replace('OBJECT_', '').toLowerCase(), false)
  if (fn === undefined || fn.oid < FIRST_USER_OID) throw refuse(scope, 'COMMENT ON a built-in routine')
  return commentKey('pg_proc', fn.oid)
}
