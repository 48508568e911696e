/** COMMENT ON. Manual: "COMMENT"; pg_description shows what it says. */
import type { CommentStmt, Node } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { DefinitionPlan } from '../plan.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'

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
  let key: string
  switch (objtype) {
    case 'OBJECT_TABLE': {
      const found = relation(path)
      if (found.kind !== 'r' && found.kind !== 'p') throw new PgError('42809', `"${found.name}" is not a table`)
      key = commentKey('pg_class', found.oid)
      break
    }
    case 'OBJECT_VIEW': {
      const found = relation(path)
      if (found.kind !== 'v') throw new PgError('42809', `"${found.name}" is not a view`)
      key = commentKey('pg_class', found.oid)
      break
    }
    case 'OBJECT_MATVIEW': {
      const found = relation(path)
      if (found.kind !== 'm') throw new PgError('42809', `"${found.name}" is not a materialized view`)
      key = commentKey('pg_class', found.oid)
      break
    }
    case 'OBJECT_COLUMN': {
      const found = relation(path.slice(0, -1))
      const name = path.at(-1)
      const column = found.columns.find((each) => each.name === name)
      if (column === undefined)
        throw new PgError('42703', `column "${name}" of relation "${found.name}" does not exist`)
      key = commentKey('pg_class', found.oid, column.number)
      break
    }
    case 'OBJECT_TABCONSTRAINT': {
      const found = relation(path.slice(0, -1))
      const name = path.at(-1)
      if (!found.constraints.some((constraint) => constraint.name === name)) {
        if (name?.includes('not_null')) throw refuse(scope, 'COMMENT ON a NOT NULL constraint')
        throw new PgError('42704', `constraint "${name}" for table "${found.name}" does not exist`)
      }
      key = commentKey('pg_constraint', oidOf('constraint', found.oid, name ?? ''))
      break
    }
    default:
      throw refuse(scope, `COMMENT ON ${(objtype ?? '').replace('OBJECT_', '')}`)
  }
  const { catalog } = context.statement
  const comments = new Map(catalog.contents.comments)
  if (comment === undefined || comment === '') comments.delete(key)
  else comments.set(key, comment)
  return definition(context, 'COMMENT', catalog.with({ comments }))
}
