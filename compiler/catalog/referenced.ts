/** Where the rows are that a foreign key refers to, and those that have it. */
import type { Catalog } from './catalog.ts'
import type { ForeignKey, RelationInfo } from './entries.ts'
import { sameColumns, tablesBelow } from './inheritance.ts'

interface KeyTable {
  readonly relation: RelationInfo
  /** The numbers of the key's columns in it. */
  readonly columns: readonly number[]
}

/** The tables that have the rows of a table with a key: of a partitioned table its partitions. */
export const keyTables = (catalog: Catalog, oid: number, columns: readonly number[]): readonly KeyTable[] => {
  const relation = catalog.relation(oid)
  if (relation.kind !== 'p') return [{ relation, columns }]
  return tablesBelow(catalog, relation).map((each) => ({
    relation: each,
    columns: sameColumns(relation, each, columns),
  }))
}

interface KeyPart {
  /** The key as it refers to one partition. */
  readonly key: ForeignKey
  /** What it, or the part for the partition above, is called. */
  readonly parent: string
}

/** The constraints that a key to a partitioned table has for the partitions of that. */
export const partsOf = (catalog: Catalog, { parts = [], ...key }: ForeignKey): KeyPart[] => {
  const names = new Map([[key.target, key.name], ...parts.map(({ relation, name }) => [relation, name] as const)])
  const whole = catalog.relation(key.target)
  return parts.map(({ relation: oid, name }) => {
    const partition = catalog.relation(oid)
    const targetColumns = sameColumns(whole, partition, key.targetColumns)
    const handed = { inherited: 1, onlyInherited: true, handed: true }
    return {
      key: { ...key, ...handed, name, target: oid, targetColumns },
      parent: names.get(partition.parents?.[0] ?? 0) ?? key.name,
    }
  })
}

/** Whether a foreign key refers to rows of a table, be it as those of the partitioned table above. */
export const refersTo = ({ target, parts = [] }: ForeignKey, oid: number): boolean =>
  target === oid || parts.some(({ relation }) => relation === oid)
