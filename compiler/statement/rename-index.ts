/** ALTER INDEX … RENAME and RENAME CONSTRAINT: a key and its index have one name. After rename_constraint_internal. */
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { ConstraintInfo, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { isParent } from '../catalog/inheritance.ts'
import type { DefinitionPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import { isCalled, isPartName } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { checkFree, definition, notNullName } from './definition.ts'
import { indexSql, uniqueIndexSql } from './physical.ts'

type Key = ConstraintInfo & { readonly kind: 'primary' | 'unique' }

export const isKey = (constraint: ConstraintInfo): constraint is Key =>
  constraint.kind === 'primary' || constraint.kind === 'unique'

const requireAlone = (scope: Scope, relation: RelationInfo, name: string): void => {
  const { catalog } = scope.statement
  if (isParent(catalog, relation) || (relation.parents ?? []).length > 0)
    throw refuse(scope, 'RENAME of an index or a constraint beside parents or children')
  // What has been said of it is kept under its oid, which is made of its name.
  for (const kind of ['index', 'constraint'] as const) {
    const catalogName = kind === 'index' ? 'pg_class' : 'pg_constraint'
    if (catalog.contents.comments.has(commentKey(catalogName, oidOf(kind, relation.oid, name))))
      throw refuse(scope, 'RENAME of an index or a constraint with a comment')
  }
}

/** What is asked to be renamed, and into what. */
interface Renaming {
  readonly context: StatementContext
  readonly scope: Scope
  readonly relation: RelationInfo
  readonly from: string
  readonly to: string
  readonly tag: string
}

/** The replica identity goes on to use an index under its new name. */
const identity = ({ replicaIndex }: RelationInfo, from: string, to: string): Pick<RelationInfo, 'replicaIndex'> =>
  replicaIndex === from ? { replicaIndex: to } : {}

/** A key, whose index SQLite knows by its name. */
const renameKey = ({ context, scope, relation, to: name, tag }: Renaming, key: Key): DefinitionPlan => {
  checkFree(scope, relation.schema, name)
  const { catalog } = scope.statement
  const renamed = { ...key, name }
  const only = (constraint: Key): string[] => uniqueIndexSql(catalog, { ...relation, constraints: [constraint] })
  const steps =
    only(key).length === 0 ? [] : [`DROP INDEX ${quoteName(`${relation.physical}.${key.name}`)}`, ...only(renamed)]
  const constraints = relation.constraints.map((each) => (each === key ? renamed : each))
  return definition(
    context,
    tag,
    catalog.withRelation({ ...relation, ...identity(relation, key.name, name), constraints }),
    steps,
  )
}

const renamePlainIndex = ({ context, scope, relation, to: name, tag }: Renaming, index: IndexInfo): DefinitionPlan => {
  checkFree(scope, relation.schema, name)
  const { catalog } = scope.statement
  const renamed = { ...index, name, physical: index.physical === '' ? '' : `${relation.physical}.${name}` }
  const steps =
    index.physical === '' ? [] : [`DROP INDEX ${quoteName(index.physical)}`, indexSql(catalog, relation, renamed)]
  const indexes = relation.indexes.map((each) => (each === index ? renamed : each))
  const made = definition(
    context,
    tag,
    catalog.withRelation({ ...relation, ...identity(relation, index.name, name), indexes }),
    steps,
  )
  const functions = index.computed?.functions ?? []
  return { ...made, steps: made.steps.map((step) => ({ ...step, functions: [...step.functions, ...functions] })) }
}

/** An index, by itself or with its key. */
export const renameIndex = (renaming: Renaming): DefinitionPlan => {
  const { scope, relation, from } = renaming
  requireAlone(scope, relation, from)
  const index = relation.indexes.find(({ name }) => name === from)
  if (index !== undefined) return renamePlainIndex(renaming, index)
  const key = relation.constraints.filter(isKey).find(({ name }) => name === from)
  if (key === undefined) throw refuse(scope, 'RENAME of this index')
  return renameKey(renaming, key)
}

export const renameConstraint = (renaming: Renaming): DefinitionPlan => {
  const { context, scope, relation, from, to, tag } = renaming
  const constraint = relation.constraints.find(({ name }) => name === from)
  if (constraint === undefined) {
    if (isPartName(relation, from)) throw refuse(scope, 'RENAME of a part of a foreign key')
    if (relation.columns.some((column) => column.notNull && notNullName(relation, column) === from))
      throw refuse(scope, 'RENAME of NOT NULL')
    throw new PgError('42704', `constraint "${from}" for table "${relation.name}" does not exist`)
  }
  requireAlone(scope, relation, from)
  if (isKey(constraint)) return renameKey(renaming, constraint)
  const taken =
    relation.constraints.some((each) => isCalled(each, to)) ||
    relation.columns.some((column) => column.notNull && notNullName(relation, column) === to)
  if (taken) throw new PgError('42710', `constraint "${to}" for relation "${relation.name}" already exists`)
  const constraints = relation.constraints.map((each) => (each === constraint ? { ...each, name: to } : each))
  return definition(context, tag, scope.statement.catalog.withRelation({ ...relation, constraints }))
}
