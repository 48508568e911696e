/** The keys that partitions have because the partitioned table has one: `conparentid`. */
import type { Catalog } from './catalog.ts'
import type { ConstraintInfo, RelationInfo } from './entries.ts'
import { childrenOf } from './inheritance.ts'

/** The names of a key's columns, by which those of a partition are told to be the same. */
export const columnNames = (
  { columns }: RelationInfo,
  constraint: Exclude<ConstraintInfo, { kind: 'check' }>,
): string => constraint.columns.map((number) => columns.find((column) => column.number === number)?.name).join()

/** A constraint, and those that partitions have because of it. */
export const withClones = (
  catalog: Catalog,
  relation: RelationInfo,
  constraint: Exclude<ConstraintInfo, { kind: 'check' }>,
): { readonly relation: number; readonly name: string }[] => {
  const own = columnNames(relation, constraint)
  const clones = childrenOf(catalog, relation).flatMap((child) => {
    const clone = child.constraints.find(
      (each) =>
        each.kind !== 'check' &&
        each.kind === constraint.kind &&
        (each.inherited ?? 0) > 0 &&
        columnNames(child, each) === own,
    )
    return clone === undefined || clone.kind === 'check' ? [] : withClones(catalog, child, clone)
  })
  return [{ relation: relation.oid, name: constraint.name }, ...clones]
}
