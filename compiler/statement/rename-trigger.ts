/** ALTER TRIGGER … RENAME TO. After renametrig in trigger.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import { isParent } from '../catalog/inheritance.ts'
import type { DefinitionPlan } from '../plan.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'

/** @throws PgError 42704, 42710, 42809 */
export const renameTrigger = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan => {
  const { relation: range, subname: from = '', newname: to = '' } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  const { triggers = [], name, kind, parents = [] } = relation
  if (!['r', 'p', 'v'].includes(kind)) throw new PgError('42809', `relation "${name}" cannot have triggers`)
  if (!triggers.some((trigger) => trigger.name === from))
    throw new PgError('42704', `trigger "${from}" for table "${name}" does not exist`)
  if (to === from) return definition(context, 'ALTER TRIGGER', catalog)
  if (triggers.some((trigger) => trigger.name === to))
    throw new PgError('42710', `trigger "${to}" for relation "${name}" already exists`)
  if (parents.length > 0 || isParent(catalog, relation))
    throw refuse(scope, 'RENAME of a trigger beside parents or children')
  if (catalog.contents.comments.has(commentKey('pg_trigger', oidOf('trigger', relation.oid, from))))
    throw refuse(scope, 'RENAME of a trigger with a comment')
  const renamed = triggers.map((trigger) => (trigger.name === from ? { ...trigger, name: to } : trigger))
  return definition(context, 'ALTER TRIGGER', catalog.withRelation({ ...relation, triggers: renamed }))
}
