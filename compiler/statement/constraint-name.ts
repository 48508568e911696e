/**
 * Names that constraints are given: no other constraint of the schema has them, though those that users choose need only be
 * new to their table. After ChooseConstraintName in pg_constraint.c.
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, ConstraintInfo, DomainInfo, RelationInfo } from '../catalog/entries.ts'
import { chooseName, domainNotNullName, makeObjectName, notNullName } from './definition.ts'

type Naming = Pick<RelationInfo, 'name' | 'constraints' | 'columns' | 'triggers'>

const notNullNames = (relation: Pick<Naming, 'name' | 'columns'>): string[] =>
  relation.columns.filter(({ notNull }) => notNull).map((column) => notNullName(relation, column))

/** Those of its constraint triggers. */
const triggerNames = ({ triggers = [] }: Pick<Naming, 'triggers'>): string[] =>
  triggers.flatMap(({ constraint }) => (constraint === undefined ? [] : [constraint.name]))

/** Those of the parts that a foreign key has for partitions it refers to. */
const partNames = (constraint: ConstraintInfo): string[] =>
  constraint.kind === 'foreign' ? (constraint.parts ?? []).map(({ name }) => name) : []

/** Whether a constraint, or a part of it, has a name. */
export const isCalled = (constraint: ConstraintInfo, name: string): boolean =>
  constraint.name === name || partNames(constraint).includes(name)

/** Whether a foreign key of a table has a part of a name, which is not a constraint for itself. */
export const isPartName = ({ constraints }: Pick<Naming, 'constraints'>, name: string): boolean =>
  constraints.some((each) => partNames(each).includes(name))

/** Whether a table has a constraint of a name, whatever its kind. */
export const hasConstraint = (relation: Naming, name: string): boolean =>
  relation.constraints.some((each) => isCalled(each, name)) ||
  notNullNames(relation).includes(name) ||
  triggerNames(relation).includes(name)

/** @throws PgError 42710 for a name that one of the table's constraints has */
export const requireNewName = (relation: Naming, name: string): void => {
  if (hasConstraint(relation, name))
    throw new PgError('42710', `constraint "${name}" for relation "${relation.name}" already exists`)
}

/** Whether a domain has a constraint of a name. */
export const hasDomainConstraint = (type: string, domain: DomainInfo, name: string): boolean =>
  domain.checks.some((check) => check.name === name) || (domain.notNull && domainNotNullName(type, domain) === name)

const known = new WeakMap<Catalog, Map<string, ReadonlySet<string>>>()

/** The names of all constraints of a schema. */
const namesIn = (catalog: Catalog, schema: string): ReadonlySet<string> => {
  const bySchema = known.get(catalog) ?? new Map<string, ReadonlySet<string>>()
  known.set(catalog, bySchema)
  const before = bySchema.get(schema)
  if (before !== undefined) return before
  const names = new Set<string>()
  for (const relation of catalog.contents.relations.values())
    if (relation.schema === schema)
      for (const name of [
        ...relation.constraints.flatMap((each) => [each.name, ...partNames(each)]),
        ...notNullNames(relation),
        ...triggerNames(relation),
      ])
        names.add(name)
  for (const { schema: own, name, domain } of catalog.contents.types.values())
    if (own === schema && domain !== undefined) {
      for (const check of domain.checks) names.add(check.name)
      if (domain.notNull) names.add(domainNotNullName(name, domain))
    }
  bySchema.set(schema, names)
  return names
}

/** Whether a constraint of a schema has a name. */
export const isConstraintName = (catalog: Catalog, schema: string, name: string): boolean =>
  namesIn(catalog, schema).has(name)

/**
 * A name for a constraint of a table or a domain.
 * @param taken those that the catalog does not know of yet
 */
export const chooseConstraintName = (
  catalog: Catalog,
  schema: string,
  taken: (name: string) => boolean,
  ...[owner, columns, label]: [owner: string, columns: readonly string[], label: string]
): string => chooseName((name) => taken(name) || isConstraintName(catalog, schema, name), owner, columns, label)

/**
 * A name for what a partition has of another constraint: the same, or one that is made of it.
 * @param relation the table that will have it
 */
export const chooseCloneName = (catalog: Catalog, relation: RelationInfo, name: string): string => {
  if (!hasConstraint(relation, name)) return name
  let count = 1
  let chosen: string
  do chosen = makeObjectName(name, '', String(count++))
  while (isConstraintName(catalog, relation.schema, chosen) || hasConstraint(relation, chosen))
  return chosen
}

/**
 * What a relation's columns say to be NOT NULL by a name that another constraint has gets one of its own.
 * @param catalog as it was before: children have theirs from the relation
 */
const withFreeNames = (catalog: Catalog, before: RelationInfo | undefined, relation: RelationInfo): RelationInfo => {
  const wasNamed = (column: ColumnInfo): boolean =>
    before?.name === relation.name &&
    before.columns.some(({ number, notNull, name }) => number === column.number && notNull && name === column.name)
  const isFresh = (column: ColumnInfo): boolean =>
    column.notNull && column.notNullName === undefined && !wasNamed(column)
  if (!relation.columns.some(isFresh)) return relation
  const others = catalog.withRelation({ ...relation, columns: relation.columns.filter((each) => !isFresh(each)) })
  const given = new Set<string>()
  const columns = relation.columns.map((column) => {
    if (!isFresh(column)) return column
    const usual = notNullName(relation, column)
    const isTaken = (name: string): boolean => given.has(name)
    const name = chooseConstraintName(others, relation.schema, isTaken, relation.name, [column.name], 'not_null')
    given.add(name)
    return name === usual ? column : { ...column, notNullName: name }
  })
  return columns.some((column, at) => column !== relation.columns[at]) ? { ...relation, columns } : relation
}

/** The catalog that a schema change leads to, with names for what it says to be NOT NULL. */
export const withConstraintNames = (before: Catalog, after: Catalog): Catalog => {
  let catalog = after
  if (before.contents.relations === after.contents.relations) return after
  for (const relation of after.contents.relations.values()) {
    const was = before.findRelation(relation.oid)
    if (was === relation || (relation.kind !== 'r' && relation.kind !== 'p')) continue
    const named = withFreeNames(before, was, relation)
    if (named !== relation) catalog = catalog.withRelation(named)
  }
  return catalog
}
