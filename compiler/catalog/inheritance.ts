/** Tables that inherit from others, and partitions, which do so too: `pg_inherits`. */
import type { Catalog } from './catalog.ts'
import type { RelationInfo } from './entries.ts'

const known = new WeakMap<Catalog, ReadonlyMap<number, readonly RelationInfo[]>>()

const childrenByParent = (catalog: Catalog): ReadonlyMap<number, readonly RelationInfo[]> => {
  const before = known.get(catalog)
  if (before !== undefined) return before
  const result = new Map<number, RelationInfo[]>()
  for (const relation of catalog.contents.relations.values())
    for (const parent of relation.parents ?? []) result.set(parent, [...(result.get(parent) ?? []), relation])
  for (const children of result.values()) children.sort((a, b) => a.oid - b.oid)
  known.set(catalog, result)
  return result
}

/** The tables directly below one, by oid. */
export const childrenOf = (catalog: Catalog, { oid }: Pick<RelationInfo, 'oid'>): readonly RelationInfo[] =>
  childrenByParent(catalog).get(oid) ?? []

/** A table and all below it, each once (find_all_inheritors). */
export const familyOf = (catalog: Catalog, relation: RelationInfo): readonly RelationInfo[] => {
  const family = [relation]
  for (let at = 0; at < family.length; at++)
    for (const child of childrenOf(catalog, family[at] as RelationInfo))
      if (!family.some(({ oid }) => oid === child.oid)) family.push(child)
  return family
}

/** The tables whose rows a query of a table sees: a partitioned table has none of its own. */
export const tablesBelow = (catalog: Catalog, relation: RelationInfo): readonly RelationInfo[] =>
  familyOf(catalog, relation).filter(({ kind }) => kind !== 'p')

export const isParent = (catalog: Catalog, relation: RelationInfo): boolean =>
  relation.kind === 'p' || childrenOf(catalog, relation).length > 0

/** The table that another is a partition of. */
export const partitionedParent = (catalog: Catalog, { bound, parents = [] }: RelationInfo): RelationInfo | undefined =>
  bound === undefined ? undefined : catalog.relation(parents[0] ?? 0)

/** For each column of a table, where the other has the column of that name; -1 where it has none. */
export const columnMap = (from: RelationInfo, to: RelationInfo): number[] =>
  from.columns.map(({ name }) => to.columns.findIndex((column) => column.name === name))

/** The numbers of the same columns in another table of the family; what that has not is left out. */
export const sameColumns = (from: RelationInfo, to: RelationInfo, numbers: readonly number[]): number[] =>
  numbers.flatMap((number) => {
    const name = from.columns.find((column) => column.number === number)?.name
    const found = to.columns.find((column) => column.name === name)
    return found === undefined ? [] : [found.number]
  })
