/** DROP. Manual: "DROP TABLE", "Dependency Tracking". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation } from '../bind/relation.ts'
import { nothingElse, refuse, type Scope } from '../bind/scope.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import { foreignKeys } from '../catalog/constraint.ts'
import { withClones } from '../catalog/constraint-clones.ts'
import type { ColumnInfo, ForeignKey, RelationInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import { RELATION_NOUNS } from '../catalog/owned-object.ts'
import { refersTo } from '../catalog/referenced.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { CLASSES } from '../system/comments.ts'
import { defaultExpression } from '../system/definition.ts'
import { mentionedIn, type Reference } from '../system/reference.ts'
import type { Environment } from '../types/environment.ts'
import { outsideTransaction, type StatementContext } from './context.ts'
import { definition, environmentOf, isSchemaMissing, pathOf, scopeOf } from './definition.ts'
import { planDropFunction, planDropTrigger } from './drop-function.ts'
import { planDropSchema } from './drop-schema.ts'
import { planDropTypes } from './drop-type.ts'
import { planDropEventTrigger } from './event-trigger.ts'
import { planDropPublication } from './publication.ts'

/** Views that read a relation, and tables that inherit from it. */
export const dependents = (catalog: Catalog, relation: RelationInfo): RelationInfo[] =>
  [...catalog.contents.relations.values()].filter(
    (other) =>
      other.oid !== relation.oid &&
      ((other.query !== undefined && (other.dependsOn ?? []).includes(relation.oid)) ||
        (other.bound === undefined && (other.parents ?? []).includes(relation.oid))),
  )

export const dropRelations = (
  catalog: Catalog,
  doomed: readonly RelationInfo[],
): { readonly catalog: Catalog; readonly steps: string[] } => {
  const relations = new Map(catalog.contents.relations)
  const types = new Map(catalog.contents.types)
  const steps: string[] = []
  for (const relation of doomed) {
    if (!relations.delete(relation.oid)) continue
    types.delete(relation.rowType)
    types.delete(relation.rowType + 1)
    if (relation.kind === 'r' || relation.kind === 'p' || relation.kind === 'm')
      steps.push(`DROP TABLE ${quoteName(relation.physical)}`)
  }
  const publications = new Map(
    [...catalog.contents.publications].map(([oid, publication]) => [
      oid,
      { ...publication, tables: publication.tables.filter(({ relation }) => relations.has(relation)) },
    ]),
  )
  return { catalog: catalog.with({ relations, types, publications }), steps }
}

/** The catalog without some foreign keys. */
const withoutKeys = (
  catalog: Catalog,
  keys: readonly { readonly other: RelationInfo; readonly key: ForeignKey }[],
): Catalog => {
  const relations = new Map(catalog.contents.relations)
  for (const { relation, name } of keys.flatMap(({ other, key }) => withClones(catalog, other, key))) {
    const { constraints, ...table } = relations.get(relation) ?? catalog.relation(relation)
    relations.set(relation, { ...table, constraints: constraints.filter((each) => each.name !== name) })
  }
  return catalog.with({ relations })
}

const usesType = (catalog: Catalog, type: number): boolean => {
  const { array } = catalog.type(type)
  const uses = (each: number): boolean => each === type || (array !== 0 && each === array)
  return (
    [...catalog.contents.relations.values()].some(({ columns }) => columns.some((column) => uses(column.type))) ||
    [...catalog.contents.types.values()].some((other) => other.domain !== undefined && uses(other.domain.base))
  )
}

/** @throws PgError 42501; 0A000 for PostgreSQL's views, which can be dropped */
export const requireUserRelation = (scope: Scope, { oid, name, kind }: RelationInfo): void => {
  if (oid >= FIRST_USER_OID) return
  if (kind !== 'r') throw refuse(scope, `DROP of "${name}"`)
  throw new PgError('42501', `permission denied: "${name}" is a system catalog`)
}

const KINDS: Readonly<Record<string, readonly [tag: string, noun: string, kinds: string]>> = {
  OBJECT_TABLE: ['DROP TABLE', 'table', 'rp'],
  OBJECT_VIEW: ['DROP VIEW', 'view', 'v'],
  OBJECT_MATVIEW: ['DROP MATERIALIZED VIEW', 'materialized view', 'm'],
  OBJECT_SEQUENCE: ['DROP SEQUENCE', 'sequence', 'S'],
}

/** DropErrorMsgWrongType. */
const wrongKind = (name: string, wanted: string, found: string): PgError =>
  new PgError('42809', `"${name}" is not a ${wanted}`, {
    hint: `Use DROP ${found.toUpperCase()} to remove ${/^[aeiou]/.test(found) ? 'an' : 'a'} ${found}.`,
  })

interface Drawing {
  readonly relation: RelationInfo
  readonly column: ColumnInfo
}

/** What is in an expression that names a sequence. */
const NAMING = ['nextval', 'currval', 'setval', 'regclass'] as const

/** The columns whose values are drawn from a sequence: serial ones, identities, and those with a default that names it. */
const drawingFrom = (env: Environment, sequence: RelationInfo): Drawing[] => {
  const isDrawing = (relation: RelationInfo, column: ColumnInfo): boolean => {
    if (column.sequence === sequence.oid) return true
    const tree = JSON.stringify(column.default ?? '')
    if (!NAMING.some((word) => tree.includes(word))) return false
    const expr = defaultExpression(env, relation, column)
    const isIt = ({ catalog, object }: Reference): boolean => catalog === CLASSES.pg_class && object === sequence.oid
    return expr !== undefined && mentionedIn(env.catalog, [expr]).some(isIt)
  }
  return [...env.catalog.contents.relations.values()].flatMap((relation) =>
    relation.columns.filter((column) => isDrawing(relation, column)).map((column) => ({ relation, column })),
  )
}

/** The catalog without some defaults. */
const withoutDefaults = (catalog: Catalog, drawing: readonly Drawing[]): Catalog =>
  drawing.reduce((known, { relation: { oid }, column }) => {
    const relation = known.relation(oid)
    const columns = relation.columns.map((each) => {
      if (each.number !== column.number) return each
      const { default: _default, sequence: _sequence, ...rest } = each
      return rest
    })
    return known.withRelation({ ...relation, columns })
  }, catalog)

/** The sequence of an identity is a part of its column. */
const ofIdentity = ({ name }: RelationInfo, { relation, column }: Drawing): PgError =>
  new PgError(
    '2BP01',
    `cannot drop sequence ${name} because column ${column.name} of table ${relation.name} requires it`,
    { hint: `You can drop column ${column.name} of table ${relation.name} instead.` },
  )

/** What DROP INDEX CONCURRENTLY does not do (RemoveRelations). @throws PgError 0A000, 25001 */
const requireConcurrent = (context: StatementContext, { objects = [], behavior }: Ast.DropStmt): void => {
  const not = (what: string): PgError => new PgError('0A000', `DROP INDEX CONCURRENTLY does not support ${what}`)
  if (objects.length > 1) throw not('dropping multiple objects')
  if (behavior === 'DROP_CASCADE') throw not('CASCADE')
  outsideTransaction(context, 'DROP INDEX CONCURRENTLY')
}

export const planDrop = (context: StatementContext, node: Ast.DropStmt): DefinitionPlan | NothingPlan => {
  const {
    objects = [],
    removeType = 'OBJECT_TABLE',
    behavior = 'DROP_RESTRICT',
    missing_ok: missingOk = false,
    concurrent = false,
    ...rest
  } = node
  const scope = scopeOf(context)
  if (concurrent) requireConcurrent(context, node)
  nothingElse(scope, 'DROP', rest)
  const { statement } = scope
  if (removeType === 'OBJECT_TYPE' || removeType === 'OBJECT_DOMAIN') return planDropTypes(context, node)
  if (removeType === 'OBJECT_INDEX') return dropIndexes(context, node)
  if (['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE'].includes(removeType))
    return planDropFunction(context, node)
  if (removeType === 'OBJECT_TRIGGER') return planDropTrigger(context, node)
  if (removeType === 'OBJECT_SCHEMA') return planDropSchema(context, node)
  if (removeType === 'OBJECT_PUBLICATION') return planDropPublication(context, node)
  if (removeType === 'OBJECT_EVENT_TRIGGER') return planDropEventTrigger(context, node)
  const known = KINDS[removeType]
  if (known === undefined) throw refuse(scope, `DROP ${removeType.replace('OBJECT_', '')}`)
  const [tag, noun, kinds] = known
  const doomed: RelationInfo[] = []
  const owned: RelationInfo[] = []
  for (const object of objects) {
    const path = pathOf(object)
    const name = path.at(-1) ?? ''
    const relation = findRelation(statement, path.length > 1 ? path.at(-2) : undefined, name)
    if (relation === undefined) {
      const schema = path.length > 1 ? path.at(-2) : undefined
      if (findIndexOf(statement.catalog, statement.settings.searchPath, schema, name) !== undefined)
        throw wrongKind(name, noun, 'index')
      if (missingOk) {
        if (schema !== undefined && !statement.catalog.hasSchema(schema))
          statement.notice('00000', `schema "${schema}" does not exist, skipping`)
        else statement.notice('00000', `${noun} "${name}" does not exist, skipping`)
        continue
      }
      if (schema !== undefined && !statement.catalog.hasSchema(schema))
        throw new PgError('3F000', `schema "${schema}" does not exist`)
      throw new PgError('42P01', `${noun} "${name}" does not exist`)
    }
    if (!kinds.includes(relation.kind)) throw wrongKind(name, noun, RELATION_NOUNS[relation.kind])
    requireUserRelation(scope, relation)
    doomed.push(relation)
  }
  const all = new Set(doomed)
  const env = environmentOf(scope)
  const needed = (): PgError =>
    new PgError(
      '2BP01',
      doomed.length === 1
        ? `cannot drop ${noun} ${doomed[0]?.name} because other objects depend on it`
        : 'cannot drop desired object(s) because other objects depend on them',
      { hint: 'Use DROP ... CASCADE to drop the dependent objects too.' },
    )
  const drawing: Drawing[] = []
  for (const relation of doomed) {
    // A column's own sequence goes with its table.
    const sequences = [...statement.catalog.contents.relations.values()].filter(
      ({ sequence }) => sequence?.ownedBy?.relation === relation.oid,
    )
    owned.push(...sequences)
    if (relation.kind === 'S') sequences.push(relation)
    for (const sequence of sequences)
      for (const user of drawingFrom(env, sequence)) {
        if (all.has(user.relation) || drawing.some(({ column }) => column === user.column)) continue
        if (user.column.identity !== undefined) throw ofIdentity(relation, user)
        drawing.push(user)
      }
  }
  if (drawing.length > 0 && behavior !== 'DROP_CASCADE') throw needed()
  const partitions = new Set<RelationInfo>()
  for (const relation of all) {
    // Partitions go with the whole.
    for (const child of childrenOf(statement.catalog, relation))
      if (child.bound !== undefined && !all.has(child)) {
        all.add(child)
        partitions.add(child)
      }
    for (const view of dependents(statement.catalog, relation)) {
      if (all.has(view)) continue
      if (behavior !== 'DROP_CASCADE') throw needed()
      all.add(view)
    }
    if (relation.rowType !== 0 && usesType(statement.catalog, relation.rowType))
      throw refuse(scope, `DROP of "${relation.name}", whose row type is used,`)
  }
  const referring = [...statement.catalog.contents.relations.values()].flatMap((other) =>
    all.has(other)
      ? []
      : foreignKeys(other).flatMap((key) => {
          const target = [...all].find(({ oid }) => refersTo(key, oid))
          return target === undefined ? [] : [{ other, key, target }]
        }),
  )
  if (referring.length > 0 && behavior !== 'DROP_CASCADE') throw needed()
  const cascaded = [
    ...[...all]
      .filter((relation) => !doomed.includes(relation) && !partitions.has(relation))
      .map(({ kind, name }) => `${RELATION_NOUNS[kind]} ${name}`),
    // those of partitions go with their parent's
    ...referring
      .filter(({ other, key }) => other.bound === undefined || (key.inherited ?? 0) === 0)
      .map(({ other, key }) => `constraint ${key.name} on table ${other.name}`),
    ...drawing
      .filter(({ relation }) => !all.has(relation))
      .map(({ relation, column }) => `default value for column ${column.name} of table ${relation.name}`),
  ]
  const [only] = cascaded
  if (cascaded.length === 1) statement.notice('00000', `drop cascades to ${only}`)
  else if (cascaded.length > 1) statement.notice('00000', `drop cascades to ${cascaded.length} other objects`)
  const left = withoutDefaults(withoutKeys(statement.catalog, referring), drawing)
  const result = dropRelations(left, [...all, ...owned])
  return definition(context, tag, result.catalog, result.steps)
}

const dropIndexes = (
  context: StatementContext,
  { objects = [], missing_ok: missingOk = false }: Ast.DropStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  const { statement } = scope
  let { catalog } = statement
  const steps: string[] = []
  for (const object of objects) {
    const path = pathOf(object)
    const name = path.at(-1) ?? ''
    const schema = path.length > 1 ? path.at(-2) : undefined
    const relation = findIndexOf(catalog, statement.settings.searchPath, schema, name)
    if (relation === undefined && findRelation({ ...statement, catalog }, schema, name) !== undefined)
      throw new PgError('42809', `"${name}" is not an index`)
    const index = relation?.indexes.find((it) => it.name === name)
    if (relation !== undefined && index === undefined)
      throw new PgError(
        '2BP01',
        `cannot drop index ${name} because constraint ${name} on table ${relation.name} requires it`,
      )
    if (relation === undefined || index === undefined) {
      const noSchema = isSchemaMissing(catalog, schema)
      const missing = `${noSchema ? `schema "${schema}"` : `index "${name}"`} does not exist`
      if (!missingOk) throw new PgError(noSchema ? '3F000' : '42704', missing)
      statement.notice('00000', `${missing}, skipping`)
      continue
    }
    catalog = catalog.withRelation({ ...relation, indexes: relation.indexes.filter((it) => it !== index) })
    if (index.physical !== '') steps.push(`DROP INDEX ${quoteName(index.physical)}`)
  }
  return definition(context, 'DROP INDEX', catalog, steps)
}
