/** DROP TYPE and DROP DOMAIN. Manual: "DROP TYPE", "Dependency Tracking". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { missingType, typeNamed } from '../bind/type-name.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo, TypeInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { OID } from '../catalog/oid.ts'
import { RELATION_NOUNS } from '../catalog/owned-object.ts'
import type { DefinitionPlan, DefinitionStep } from '../plan.ts'
import type { Work } from './alter-family.ts'
import { dropColumn } from './alter-table.ts'
import { viewsOn } from './altered-table.ts'
import type { StatementContext } from './context.ts'
import { definition, pathOf, scopeOf } from './definition.ts'
import { dependents, dropRelations } from './drop.ts'
import { isCalled, signature } from './drop-function.ts'
import { isAmbiguous, type TypeUsers, usersOf } from './type-users.ts'

const hasUsers = ({ columns, views, functions, types, isNamed }: TypeUsers): boolean =>
  isNamed || [columns, views, functions, types].some(({ length }) => length > 0)

/** @throws PgError 42809, 2BP01 */
const requireDroppable = (scope: Scope, catalog: Catalog, type: TypeInfo, isDomain: boolean): void => {
  if (type.category === 'A' && type.element !== 0) throw refuse(scope, 'DROP TYPE of an array type')
  if (isDomain && type.kind !== 'd') throw new PgError('42809', `"${type.name}" is not a domain`)
  if (type.schema === 'pg_catalog')
    throw new PgError('2BP01', `cannot drop type ${type.name} because it is required by the database system`)
  if (type.relation !== undefined && catalog.relation(type.relation).kind !== 'c')
    throw new PgError('2BP01', `cannot drop type ${type.name} because table ${type.name} requires it`)
}

/** Views with those that read them. */
const withReaders = (catalog: Catalog, views: readonly RelationInfo[]): Set<RelationInfo> => {
  const all = new Set(views)
  for (const view of all) for (const reader of dependents(catalog, view)) all.add(reader)
  return all
}

/** A built-in type whose values have the same length and alignment: of arrays, that of what they are aligned like. */
const formOf = (catalog: Catalog, type: number): number => {
  if (type < FIRST_USER_OID) return type
  const { kind, domain, element } = catalog.type(type)
  if (domain !== undefined) return formOf(catalog, domain.base)
  if (kind === 'e') return OID.oid
  if (kind === 'c') return OID.record
  const { length } = catalog.type(formOf(catalog, element))
  if (length === 8 || catalog.type(element).kind === 'c') return OID.recordArray
  return catalog.type(type).collation === 0 ? OID.int4Array : OID.textArray
}

/** Drops what depends on a type; a notice tells of it. @throws PgError 0A000 */
const dropUsers = (
  context: StatementContext,
  scope: Scope,
  before: Catalog,
  { columns, views, functions, types, isNamed }: TypeUsers,
): { readonly catalog: Catalog; readonly steps: DefinitionStep[] } => {
  if (isNamed || types.length > 0)
    throw refuse(scope, 'DROP TYPE … CASCADE of a type that more than columns, views and functions use')
  if (functions.some(({ name }) => isCalled(before, name)))
    throw refuse(scope, 'DROP TYPE … CASCADE of a type that a function in use takes')
  if (columns.some(({ relation }) => relation.kind === 'p'))
    throw refuse(scope, 'DROP TYPE … CASCADE of a type that partitioned tables use')
  if (columns.some(({ relation }) => (relation.parents ?? []).length > 0 || childrenOf(before, relation).length > 0))
    throw refuse(scope, 'DROP TYPE … CASCADE of a type that tables with parents or children use')
  const steps: DefinitionStep[] = []
  const readers = columns.flatMap(({ relation, column }) =>
    viewsOn(context, { catalog: before, relation, steps }, column),
  )
  const doomed = withReaders(before, [...views, ...readers])
  const dropped = dropRelations(before, [...doomed])
  steps.push(...dropped.steps.map((sql) => ({ sql, functions: [] })))
  let { catalog } = dropped
  for (const { relation, column } of columns) {
    const work: Work = { catalog, relation: catalog.relation(relation.oid), steps }
    dropColumn(context, work, { name: column.name, behavior: 'DROP_CASCADE' })
    // what its values take up stays known
    const dropped = (work.relation.dropped ?? []).map((each) => ({ ...each, type: formOf(before, each.type) }))
    catalog = work.catalog.withRelation({ ...work.relation, dropped })
  }
  const left = new Map(catalog.contents.functions)
  for (const { oid } of functions) left.delete(oid)
  const gone = [
    ...columns.map(({ relation, column }) => `column ${column.name} of table ${relation.name}`),
    ...[...doomed].map(({ kind, name }) => `${RELATION_NOUNS[kind]} ${name}`),
    ...functions.map(({ name, args }) => `function ${signature(before, name, args)}`),
  ]
  scope.statement.notice('00000', `drop cascades to ${gone.length === 1 ? gone[0] : `${gone.length} other objects`}`)
  return { catalog: catalog.with({ functions: left }), steps }
}

export const planDropTypes = (context: StatementContext, node: Ast.DropStmt): DefinitionPlan => {
  const { objects = [], removeType, behavior, missing_ok: missingOk = false } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const isDomain = removeType === 'OBJECT_DOMAIN'
  let { catalog } = statement
  const steps: DefinitionStep[] = []
  for (const object of objects) {
    const path = pathOf(object)
    const found = typeNamed({ ...statement, catalog }, path)
    if (found === undefined) {
      const missing = missingType({ catalog }, path)
      if (!missingOk) throw missing
      statement.notice('00000', `${missing.message}, skipping`)
      continue
    }
    requireDroppable(scope, catalog, found, isDomain)
    const users = usersOf(catalog, found)
    if (hasUsers(users)) {
      const isSure = users.columns.length + users.functions.length + users.types.length > 0
      if (!isSure && isAmbiguous(catalog, found)) throw refuse(scope, 'DROP of a type that something may use')
      if (behavior !== 'DROP_CASCADE')
        throw new PgError('2BP01', `cannot drop type ${found.name} because other objects depend on it`, {
          hint: 'Use DROP ... CASCADE to drop the dependent objects too.',
        })
      const dropped = dropUsers({ ...context, statement: { ...statement, catalog } }, scope, catalog, users)
      catalog = dropped.catalog
      steps.push(...dropped.steps)
    }
    const types = new Map(catalog.contents.types)
    const relations = new Map(catalog.contents.relations)
    types.delete(found.oid)
    types.delete(found.array)
    if (found.relation !== undefined) relations.delete(found.relation)
    catalog = catalog.with({ types, relations })
  }
  return { ...definition(context, isDomain ? 'DROP DOMAIN' : 'DROP TYPE', catalog), steps }
}
