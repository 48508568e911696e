/** PARTITION OF, ATTACH and DETACH PARTITION: the keys, indexes and foreign keys that a partition has of its parent. */
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { foreignKeys, uniqueConstraints } from '../catalog/constraint.ts'
import type { ForeignKey, IndexInfo, RelationInfo, UniqueConstraint } from '../catalog/entries.ts'
import { childrenOf, sameColumns, tablesBelow } from '../catalog/inheritance.ts'
import { indexNamed } from '../catalog/named-index.ts'
import { fitsPartition } from '../partition/route.ts'
import type { DefinitionStep } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { chooseCloneName } from './constraint-name.ts'
import { chooseName } from './definition.ts'
import { indexSql, uniqueIndexSql } from './physical.ts'
import { addReferencedPartition } from './referenced-partition.ts'

/** A unique constraint of a partitioned table must hold the keys that its rows are parted by. @throws PgError 0A000 */
export const requireKeysInUnique = (scope: Scope, table: RelationInfo): void => {
  const { partitioning } = table
  if (partitioning === undefined) return
  const unique = [
    ...uniqueConstraints(table).map((each) => ({ columns: each.columns, primary: each.kind === 'primary' })),
    ...table.indexes
      .filter((each) => each.unique && each.computed === undefined)
      .map(({ keys }) => ({ columns: keys, primary: false })),
  ]
  for (const { columns, primary } of unique)
    for (const key of partitioning.keys) {
      if (typeof key !== 'number')
        throw new PgError(
          '0A000',
          `unsupported ${primary ? 'PRIMARY KEY' : 'UNIQUE'} constraint with partition key definition`,
        )
      if (!columns.includes(key))
        throw new PgError('0A000', 'unique constraint on partitioned table must include all partitioning columns')
    }
  if (uniqueConstraints(table).length > 0 && table.columns.some(({ generated }) => generated !== undefined))
    throw refuse(scope, 'generated columns of a partitioned table')
}

interface Cloned {
  readonly catalog: Catalog
  readonly relation: RelationInfo
  readonly steps: readonly DefinitionStep[]
}

const nameFor = (catalog: Catalog, relation: RelationInfo, columns: readonly string[], label: string): string =>
  chooseName(
    (name) =>
      catalog.relationNamed(relation.schema, name) !== undefined ||
      indexNamed(catalog, relation.schema, name) !== undefined,
    relation.name,
    columns,
    label,
  )

const namesOf = (relation: RelationInfo, numbers: readonly number[]): string[] =>
  numbers.map((number) => relation.columns.find((column) => column.number === number)?.name ?? '')

const sameKeys = (left: readonly unknown[], right: readonly unknown[]): boolean => left.join() === right.join()

/**
 * Gives a partition the keys, indexes and foreign keys of its parent that it has not yet; those that it has become
 * inherited. The catalog must hold the partition already.
 */
export const cloneIntoPartition = (
  scope: Scope,
  before: Catalog,
  parent: RelationInfo,
  partition: RelationInfo,
): Cloned => {
  let catalog = before
  let relation = partition
  const steps: DefinitionStep[] = []
  const put = (changes: Partial<RelationInfo>): void => {
    relation = { ...relation, ...changes }
    catalog = catalog.withRelation(relation)
  }
  for (const key of uniqueConstraints(parent)) {
    const columns = sameColumns(parent, relation, key.columns)
    const existing = uniqueConstraints(relation).find(
      (each) => each.kind === key.kind && sameKeys(each.columns, columns),
    )
    if (existing !== undefined) {
      if ((existing.inherited ?? 0) > 0) continue
      put({
        constraints: relation.constraints.map((each) =>
          each === existing ? { ...existing, inherited: 1, onlyInherited: true } : each,
        ),
      })
      continue
    }
    if (key.kind === 'primary' && relation.constraints.some((each) => each.kind === 'primary'))
      throw new PgError('42P16', `multiple primary keys for table "${relation.name}" are not allowed`)
    const primary = key.kind === 'primary'
    const name = nameFor(catalog, relation, primary ? [] : namesOf(relation, columns), primary ? 'pkey' : 'key')
    const included = sameColumns(parent, relation, key.included ?? [])
    const { unattached: _unattached, ...whole } = key
    const clone: UniqueConstraint = {
      ...whole,
      name,
      columns,
      ...(included.length === 0 ? {} : { included }),
      inherited: 1,
      handed: true,
      onlyInherited: true,
    }
    put({
      constraints: [...relation.constraints, clone],
      columns: relation.columns.map((column) =>
        primary && columns.includes(column.number) ? { ...column, notNull: true } : column,
      ),
    })
    const [sql = ''] = uniqueIndexSql(catalog, { ...relation, constraints: [clone] })
    steps.push({ sql, functions: [], duplicate: `could not create unique index "${name}"` })
  }
  for (const index of parent.indexes) {
    if (index.keys.some((key) => typeof key !== 'number')) throw refuse(scope, 'an index of expressions of a parent')
    const keys = sameColumns(parent, relation, index.keys as number[])
    const included = sameColumns(parent, relation, index.included ?? [])
    const existing = relation.indexes.find(
      (each) =>
        each.computed === undefined &&
        each.unique === index.unique &&
        sameKeys(each.keys, keys) &&
        sameKeys(each.included ?? [], included),
    )
    if (existing !== undefined) continue
    const name = nameFor(catalog, relation, namesOf(relation, [...keys, ...included]), 'idx')
    const { unattached: _unattached, ...whole } = index
    const clone: IndexInfo = {
      ...whole,
      name,
      physical: `${relation.physical}.${name}`,
      keys,
      ...(included.length === 0 ? {} : { included }),
    }
    put({ indexes: [...relation.indexes, clone] })
    steps.push({
      sql: indexSql(catalog, relation, clone),
      functions: [],
      duplicate: `could not create unique index "${name}"`,
    })
  }
  catalog = addReferencedPartition(scope, catalog, parent, relation)
  relation = catalog.relation(relation.oid)
  // one of the partition's belongs to one of the parent's (tryAttachPartitionForeignKey)
  const taken = new Set<string>()
  for (const key of foreignKeys(parent)) {
    const columns = sameColumns(parent, relation, key.columns)
    const sets = key.deleteSets && { deleteSets: sameColumns(parent, relation, key.deleteSets) }
    const alike = foreignKeys(relation).filter(
      (each) =>
        !taken.has(each.name) &&
        each.target === key.target &&
        sameKeys(each.columns, columns) &&
        sameKeys(each.targetColumns, key.targetColumns) &&
        each.onDelete === key.onDelete &&
        each.onUpdate === key.onUpdate &&
        each.match === key.match &&
        each.deleteSets?.join() === sets?.deleteSets.join() &&
        each.deferrable === key.deferrable &&
        each.deferred === key.deferred,
    )
    const existing = alike.find(({ inherited = 0 }) => inherited > 0) ?? alike[0]
    if (existing !== undefined && existing.notEnforced !== key.notEnforced)
      throw refuse(scope, 'a foreign key of a partition that is enforced otherwise than that of its parent')
    if (existing?.parts !== undefined) throw refuse(scope, 'a foreign key of a partition to a partitioned table')
    if (existing !== undefined) {
      taken.add(existing.name)
      if ((existing.inherited ?? 0) > 0) continue
      put({
        constraints: relation.constraints.map((each) =>
          each === existing ? { ...existing, inherited: 1, onlyInherited: true } : each,
        ),
      })
      continue
    }
    const name = chooseCloneName(catalog, relation, key.name)
    taken.add(name)
    // those for the partitions that it refers to are the parent's
    const { parts: _parts, ...whole } = key
    const clone: ForeignKey = { ...whole, name, columns, ...sets, inherited: 1, onlyInherited: true, handed: true }
    put({ constraints: [...relation.constraints, clone] })
  }
  // A partition that is partitioned itself hands them on.
  for (const child of childrenOf(catalog, relation)) {
    const cloned = cloneIntoPartition(scope, catalog, relation, child)
    catalog = cloned.catalog
    steps.push(...cloned.steps)
  }
  return { catalog, relation: catalog.relation(relation.oid), steps }
}

/** Rows that are in a table already must fit its place in the tree. */
export const requireFitting = (
  catalog: Catalog,
  relation: RelationInfo,
  code: string,
  message: (table: RelationInfo) => string,
): DefinitionStep[] =>
  tablesBelow(catalog, relation).map((table) => ({
    sql: `SELECT ${table.columns.map(({ physical }) => quoteName(physical)).join(', ') || '1'} FROM ${quoteName(table.physical)}`,
    functions: [],
    reject: { test: (env, row) => !fitsPartition(env, table, row), code, message: message(table) },
  }))

/** A new partition takes rows from the default one, which may hold none of them. */
export const requireNothingInDefault = (catalog: Catalog, parent: RelationInfo, fresh: number): DefinitionStep[] => {
  const other = childrenOf(catalog, parent).find(({ oid, bound }) => bound?.kind === 'default' && oid !== fresh)
  if (other === undefined) return []
  return requireFitting(
    catalog,
    other,
    '23514',
    ({ name }) => `updated partition constraint for default partition "${name}" would be violated by some row`,
  )
}
