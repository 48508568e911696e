/** ATTACH and DETACH PARTITION, INHERIT and NO INHERIT. Manual: "ALTER TABLE"; after tablecmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { enforcedKeys, foreignKeys } from '../catalog/constraint.ts'
import type { ForeignKey, RelationInfo } from '../catalog/entries.ts'
import { childrenOf, familyOf, tablesBelow } from '../catalog/inheritance.ts'
import { bindBound, checkBound } from '../partition/bound.ts'
import type { DefinitionStep } from '../plan.ts'
import { mergeIntoChild, type Rule, releaseFromParent, update, type Work } from './alter-family.ts'
import { cloneIntoPartition, requireFitting, requireKeysInUnique, requireNothingInDefault } from './partition.ts'
import { removeReferencedPartition } from './referenced-partition.ts'
import { validateReferences } from './validate-constraint.ts'

const scopeFor = (statement: Scope['statement'], work: Work): Scope =>
  rootScope({ ...statement, catalog: work.catalog })

const relationOf = (scope: Scope, range: Ast.RangeVar | undefined): RelationInfo =>
  requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })

const partitionCommand = (scope: Scope, def: Ast.Node | undefined): Ast.PartitionCmd => {
  if (def === undefined || !('PartitionCmd' in def)) throw refuse(scope, 'this partition')
  return def.PartitionCmd
}

const wrong = (message: string): PgError => new PgError('42809', message)

export const attachPartition: Rule = ({ statement }, work, { def }) => {
  const scope = scopeFor(statement, work)
  const { name, bound: node } = partitionCommand(scope, def)
  const parent = work.relation
  if (parent.kind !== 'p') throw wrong(`ALTER action ATTACH PARTITION cannot be performed on relation "${parent.name}"`)
  if (node === undefined) throw refuse(scope, 'this partition')
  const bound = bindBound(scope, parent, node)
  const table = relationOf(scope, name)
  if (table.kind !== 'r' && table.kind !== 'p') throw refuse(scope, `ATTACH PARTITION of "${table.name}"`)
  if (table.bound !== undefined) throw wrong(`"${table.name}" is already a partition`)
  if ((table.parents ?? []).length > 0) throw wrong('cannot attach inheritance child as partition')
  if (table.kind === 'r' && childrenOf(work.catalog, table).length > 0)
    throw wrong('cannot attach inheritance parent as partition')
  if (familyOf(work.catalog, table).some(({ oid }) => oid === parent.oid))
    throw new PgError('42P07', 'circular inheritance not allowed')
  const temporary = table.schema === 'pg_temp_0'
  if (temporary !== (parent.schema === 'pg_temp_0'))
    throw wrong(
      temporary
        ? `cannot attach a temporary relation as partition of permanent relation "${parent.name}"`
        : `cannot attach a permanent relation as partition of temporary relation "${parent.name}"`,
    )
  for (const column of table.columns) {
    if (column.identity !== undefined) throw refuse(scope, 'ATTACH PARTITION of a table with an identity column')
    if (!parent.columns.some((each) => each.name === column.name))
      throw new PgError(
        '42804',
        `table "${table.name}" contains column "${column.name}" not found in parent "${parent.name}"`,
      )
  }
  if (parent.columns.some(({ identity }) => identity !== undefined))
    throw refuse(scope, 'ATTACH PARTITION to a table with an identity column')
  if ((table.triggers ?? []).length > 0 || (parent.triggers ?? []).length > 0)
    throw refuse(scope, 'ATTACH PARTITION beside triggers')
  const child: Work = { catalog: work.catalog, relation: table, steps: work.steps }
  mergeIntoChild(scope, child, parent)
  checkBound(scope, table.name, parent, bound, node)
  update(child, { bound })
  const cloned = cloneIntoPartition(scope, child.catalog, parent, child.relation)
  requireKeysInUnique(scope, cloned.relation)
  work.catalog = cloned.catalog
  work.steps.push(
    ...cloned.steps,
    ...requireFitting(
      cloned.catalog,
      cloned.relation,
      '23514',
      ({ name }) => `partition constraint of relation "${name}" is violated by some row`,
    ),
    ...requireNothingInDefault(cloned.catalog, parent, table.oid),
    ...validateFreshKeys(child.catalog, cloned.catalog, cloned.relation),
  )
}

/** Rows that come along have what the foreign keys of the parent ask for, where that was not asked of them before. */
const validateFreshKeys = (before: Catalog, after: Catalog, partition: RelationInfo): DefinitionStep[] =>
  tablesBelow(after, partition).flatMap((table) => {
    const known = new Set(enforcedKeys(before.relation(table.oid)).map(({ name }) => name))
    return enforcedKeys(table)
      .filter(({ name }) => !known.has(name))
      .map((key) => validateReferences({ catalog: after, relation: table }, key))
  })

const isToPartitioned = (catalog: Catalog, { target }: ForeignKey): boolean => catalog.relation(target).kind === 'p'

export const detachPartition: Rule = ({ statement }, work, { def }) => {
  const scope = scopeFor(statement, work)
  const { name, concurrent = false } = partitionCommand(scope, def)
  const parent = work.relation
  if (parent.kind !== 'p') throw wrong(`ALTER action DETACH PARTITION cannot be performed on relation "${parent.name}"`)
  if (concurrent) throw refuse(scope, 'DETACH PARTITION CONCURRENTLY')
  const table = relationOf(scope, name)
  if (table.bound === undefined || !(table.parents ?? []).includes(parent.oid))
    throw new PgError('42P01', `relation "${table.name}" is not a partition of relation "${parent.name}"`)
  if ((parent.triggers ?? []).some(({ row }) => row)) throw refuse(scope, 'DETACH PARTITION beside triggers')
  if (parent.columns.some(({ identity }) => identity !== undefined))
    throw refuse(scope, 'DETACH PARTITION of a table with an identity column')
  if (familyOf(work.catalog, table).some((each) => foreignKeys(each).some((key) => isToPartitioned(work.catalog, key))))
    throw refuse(scope, 'DETACH PARTITION of a table with a foreign key to a partitioned one')
  const { bound: _bound, ...rest } = table
  const released = removeReferencedPartition(work.catalog, table)
  work.steps.push(...released.steps)
  const child: Work = { catalog: released.catalog.withRelation(rest), relation: rest, steps: work.steps }
  releaseFromParent(child, parent)
  work.catalog = child.catalog
}

const parentOf = (scope: Scope, def: Ast.Node | undefined): RelationInfo => {
  if (def === undefined || !('RangeVar' in def)) throw refuse(scope, 'this parent')
  return relationOf(scope, def.RangeVar)
}

export const addInherit: Rule = ({ statement }, work, { def }) => {
  const scope = scopeFor(statement, work)
  const child = work.relation
  if (child.bound !== undefined) throw wrong('cannot change inheritance of a partition')
  if (child.kind === 'p') throw wrong('cannot change inheritance of partitioned table')
  const parent = parentOf(scope, def)
  if (parent.kind === 'p') throw wrong(`cannot inherit from partitioned table "${parent.name}"`)
  if (parent.bound !== undefined) throw wrong('cannot inherit from a partition')
  if (parent.kind !== 'r') throw refuse(scope, `inheritance from "${parent.name}"`)
  if (parent.schema === 'pg_temp_0' && child.schema !== 'pg_temp_0')
    throw wrong(`cannot inherit from temporary relation "${parent.name}"`)
  if ((child.parents ?? []).includes(parent.oid))
    throw new PgError('42P07', `relation "${parent.name}" would be inherited from more than once`)
  if (familyOf(work.catalog, child).some(({ oid }) => oid === parent.oid))
    throw new PgError('42P07', 'circular inheritance not allowed')
  mergeIntoChild(scope, work, parent)
}

export const dropInherit: Rule = ({ statement }, work, { def }) => {
  const scope = scopeFor(statement, work)
  const child = work.relation
  if (child.bound !== undefined) throw wrong('cannot change inheritance of a partition')
  const parent = parentOf(scope, def)
  if (!(child.parents ?? []).includes(parent.oid))
    throw new PgError('42P01', `relation "${parent.name}" is not a parent of relation "${child.name}"`)
  releaseFromParent(work, parent)
}
