/** ALTER INDEX … RENAME and RENAME CONSTRAINT: a key and its index have one name. After rename_constraint_internal. */
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, ConstraintInfo, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { familyOf, isParent } from '../catalog/inheritance.ts'
import type { DefinitionPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { commentKey } from '../system/comments.ts'
import { oidOf } from '../system/numbering.ts'
import { isPartName, requireNewName } from './constraint-name.ts'
import type { StatementContext } from './context.ts'
import { checkFree, definition, notNullName } from './definition.ts'
import { indexSql, uniqueIndexSql } from './physical.ts'

type Key = ConstraintInfo & { readonly kind: 'primary' | 'unique' }

export const isKey = (constraint: ConstraintInfo): constraint is Key =>
  constraint.kind === 'primary' || constraint.kind === 'unique'

/** What has been said of an index or a constraint is kept under its oid, which is made of its name. */
const requireSilent = (scope: Scope, relation: RelationInfo, name: string): void => {
  const { catalog } = scope.statement
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
  requireSilent(scope, relation, from)
  const index = relation.indexes.find(({ name }) => name === from)
  if (index !== undefined) return renamePlainIndex(renaming, index)
  const key = relation.constraints.filter(isKey).find(({ name }) => name === from)
  if (key === undefined) throw refuse(scope, 'RENAME of this index')
  return renameKey(renaming, key)
}

/** The relation with a check or a NOT NULL that is called otherwise; undefined where it has none of the name. */
const withName = (relation: RelationInfo, from: string, to: string): RelationInfo | undefined => {
  const { constraints, columns } = relation
  const isOpen = (column: ColumnInfo): boolean => column.notNull && notNullName(relation, column) === from
  if (constraints.some((each) => each.kind === 'check' && each.name === from))
    return { ...relation, constraints: constraints.map((each) => (each.name === from ? { ...each, name: to } : each)) }
  if (!columns.some(isOpen)) return undefined
  return { ...relation, columns: columns.map((each) => (isOpen(each) ? { ...each, notNullName: to } : each)) }
}

/** How often a relation has a constraint from its parents. */
const timesInherited = (relation: RelationInfo, name: string): number =>
  relation.constraints.find((each) => each.name === name)?.inherited ??
  relation.columns.find((each) => each.notNull && notNullName(relation, each) === name)?.notNullInherited ??
  0

/** A check or a NOT NULL, with those that the tables below have of it (rename_constraint_internal). */
const renameInherited = ({ scope, relation, from, to }: Renaming, recurse: boolean): Catalog => {
  const { catalog } = scope.statement
  const isOwn = relation.constraints.some((each) => each.kind === 'check' && each.name === from && each.noInherit)
  const family = isOwn ? [relation] : familyOf(catalog, relation)
  const oids = family.map(({ oid }) => oid)
  if (!recurse && family.length > 1)
    throw new PgError('42P16', `inherited constraint "${from}" must be renamed in child tables too`)
  return family.reduce((known, table) => {
    const parents = table === relation ? [] : (table.parents ?? []).filter((parent) => oids.includes(parent))
    if (timesInherited(table, from) > parents.length)
      throw new PgError('42P16', `cannot rename inherited constraint "${from}"`)
    const renamed = withName(table, from, to)
    if (renamed === undefined) return known
    requireSilent(scope, table, from)
    requireNewName(table, to)
    return known.withRelation(renamed)
  }, catalog)
}

/** @throws PgError 42809 for a sequence (renameatt_check) */
export const requireColumns = ({ kind, name }: RelationInfo): void => {
  if (kind === 'S')
    throw new PgError('42809', `cannot rename columns of relation "${name}"`, {
      detail: 'This operation is not supported for sequences.',
    })
}

/** @param recurse children's as well @throws PgError 42704, 42710, 42P16 */
export const renameConstraint = (renaming: Renaming, recurse: boolean): DefinitionPlan => {
  const { context, scope, relation, from, to, tag } = renaming
  requireColumns(relation)
  const { catalog } = scope.statement
  const constraint = relation.constraints.find(({ name }) => name === from)
  const isNotNull = relation.columns.some((column) => column.notNull && notNullName(relation, column) === from)
  if (constraint === undefined && isPartName(relation, from)) throw refuse(scope, 'RENAME of a part of a foreign key')
  if (constraint === undefined && !isNotNull)
    throw new PgError('42704', `constraint "${from}" for table "${relation.name}" does not exist`)
  if (constraint === undefined || constraint.kind === 'check')
    return definition(context, tag, renameInherited(renaming, recurse))
  requireSilent(scope, relation, from)
  if (isKey(constraint)) return renameKey(renaming, constraint)
  if (isParent(catalog, relation) || (relation.parents ?? []).length > 0)
    throw refuse(scope, 'RENAME of a foreign key beside parents or children')
  requireNewName(relation, to)
  const constraints = relation.constraints.map((each) => (each === constraint ? { ...each, name: to } : each))
  return definition(context, tag, catalog.withRelation({ ...relation, constraints }))
}
