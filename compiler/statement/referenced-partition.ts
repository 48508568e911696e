/**
 * Foreign keys to partitioned tables: for each partition that such a key refers to it has a constraint of its own, by whose name
 * errors call it. After addFkRecurseReferenced and CloneFkReferenced in tablecmds.c.
 */
import { refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { enforcedKeys, foreignKeys, withForeignKey } from '../catalog/constraint.ts'
import type { ForeignKey, RelationInfo } from '../catalog/entries.ts'
import { familyOf, sameColumns, tablesBelow } from '../catalog/inheritance.ts'
import { refersTo } from '../catalog/referenced.ts'
import { partitionsOf } from '../partition/bound-order.ts'
import type { DefinitionStep } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import { chooseCloneName } from './constraint-name.ts'
import { physicalColumns } from './physical.ts'

/** A partition and all below it, each before its own. */
const inOrder = (scope: Scope, catalog: Catalog, partition: RelationInfo): RelationInfo[] => {
  const { settings, clock } = scope.statement
  return [
    partition,
    ...partitionsOf({ catalog, settings, clock }, partition).flatMap((each) => inOrder(scope, catalog, each)),
  ]
}

/** A key with constraints for more partitions. @param table the one that has the key, as it is with it */
const withParts = (catalog: Catalog, table: RelationInfo, key: ForeignKey, partitions: readonly RelationInfo[]) => {
  let result = key
  for (const { oid } of partitions) {
    const constraints = table.constraints.map((each) => (each.name === key.name ? result : each))
    const name = chooseCloneName(catalog, { ...table, constraints }, key.name)
    result = { ...result, parts: [...(result.parts ?? []), { relation: oid, name }] }
  }
  return result
}

/** The partitions of what a new key refers to. @throws PgError 0A000 for a key within one family */
export const withAllParts = (scope: Scope, catalog: Catalog, table: RelationInfo, key: ForeignKey): ForeignKey => {
  const target = catalog.relation(key.target)
  if (target.kind !== 'p') return key
  const [, ...partitions] = inOrder(scope, catalog, target)
  requireApart(scope, catalog, table, [target, ...partitions])
  return withParts(catalog, { ...table, constraints: [...table.constraints, key] }, key, partitions)
}

const requireApart = (scope: Scope, catalog: Catalog, table: RelationInfo, targets: readonly RelationInfo[]): void => {
  const oids = new Set(familyOf(catalog, table).map(({ oid }) => oid))
  if (targets.some(({ oid }) => oids.has(oid)) || targets.some(({ oid }) => (table.parents ?? []).includes(oid)))
    throw refuse(scope, 'a foreign key from a partitioned table to itself')
}

/** The keys that refer to the rows of a partitioned table get constraints for a new partition of it. */
export const addReferencedPartition = (
  scope: Scope,
  catalog: Catalog,
  parent: RelationInfo,
  partition: RelationInfo,
): Catalog => {
  let result = catalog
  const partitions = inOrder(scope, catalog, partition)
  for (const { oid } of catalog.contents.relations.values())
    for (const { name } of foreignKeys(result.relation(oid))) {
      const table = result.relation(oid)
      const key = foreignKeys(table).find((each) => each.name === name)
      const isPart = (key?.inherited ?? 0) > 0 && table.bound !== undefined
      if (key === undefined || isPart || !refersTo(key, parent.oid)) continue
      requireApart(scope, catalog, table, partitions)
      const whole = withParts(result, table, key, partitions)
      result = withForeignKey(result, oid, name, () => whole)
    }
  return result
}

/** They lose those for a partition that leaves, which may have no row that they refer to (RI_PartitionRemove_Check). */
export const removeReferencedPartition = (
  catalog: Catalog,
  partition: RelationInfo,
): { readonly catalog: Catalog; readonly steps: readonly DefinitionStep[] } => {
  let result = catalog
  const steps: DefinitionStep[] = []
  const gone = new Set(familyOf(catalog, partition).map(({ oid }) => oid))
  for (const table of catalog.contents.relations.values())
    for (const key of foreignKeys(table)) {
      const part = key.parts?.find(({ relation }) => relation === partition.oid)
      if (part === undefined) continue
      const enforced = enforcedKeys(table).includes(key)
      if (enforced) steps.push(...removalChecks(catalog, table, key, partition, part.name))
      result = withForeignKey(result, table.oid, key.name, ({ parts = [], ...whole }) => ({
        ...whole,
        parts: parts.filter(({ relation }) => !gone.has(relation)),
      }))
    }
  return { catalog: result, steps }
}

const removalChecks = (
  catalog: Catalog,
  table: RelationInfo,
  key: ForeignKey,
  partition: RelationInfo,
  name: string,
): DefinitionStep[] => {
  const target = catalog.relation(key.target)
  return tablesBelow(catalog, table).flatMap((own) =>
    tablesBelow(catalog, partition).map((leaf): DefinitionStep => {
      const mine = physicalColumns(own, sameColumns(table, own, key.columns))
      const theirs = physicalColumns(leaf, sameColumns(target, leaf, key.targetColumns))
      const match = mine.map((column, at) => `c.${column} = p.${theirs[at] ?? ''}`).join(' AND ')
      return {
        sql: `SELECT 1 FROM ${quoteName(own.physical)} AS c JOIN ${quoteName(leaf.physical)} AS p ON ${match} LIMIT 1`,
        functions: [],
        raise: {
          code: '23503',
          message: `removing partition "${partition.name}" violates foreign key constraint "${name}"`,
        },
      }
    }),
  )
}
