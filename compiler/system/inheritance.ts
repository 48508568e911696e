/** pg_inherits and pg_partitioned_table. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import type { Environment } from '../types/environment.ts'
import { UNKNOWN_TEXT } from './definition.ts'
import { indexesOf, operatorClass, parentIndex } from './indexes.ts'
import { type SystemRow, text, vector } from './row.ts'

const inherits = (child: number, parent: number, number: number): SystemRow => ({
  inhrelid: text(child),
  inhparent: text(parent),
  inhseqno: text(number),
  inhdetachpending: 'false',
})

export const inheritsRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.relations.values()].flatMap((relation) => [
    ...(relation.parents ?? []).map((parent, at) => inherits(relation.oid, parent, at + 1)),
    ...indexesOf(relation).flatMap((index) => {
      const parent = parentIndex(catalog, index)
      return parent === undefined ? [] : [inherits(index.oid, parent.oid, 1)]
    }),
  ])

const partitionedRow = (
  catalog: Catalog,
  relation: RelationInfo,
  classes: ReadonlyMap<number, number>,
): SystemRow | undefined => {
  const { partitioning } = relation
  if (partitioning === undefined) return undefined
  const { strategy, keys, types } = partitioning
  return {
    partrelid: text(relation.oid),
    partstrat: strategy[0] ?? '',
    partnatts: text(keys.length),
    partdefid: text(childrenOf(catalog, relation).find(({ bound }) => bound?.kind === 'default')?.oid ?? 0),
    partattrs: vector(keys.map((key) => (typeof key === 'number' ? key : 0))),
    partclass: vector(types.map((type) => operatorClass(catalog, classes, type))),
    partcollation: vector(types.map((type) => catalog.type(type).collation)),
    partexprs: keys.every((key) => typeof key === 'number') ? null : UNKNOWN_TEXT,
  }
}

/** @param classes default operator classes of btree and of hash, by input type */
export const partitionedRows = (
  { catalog }: Environment,
  classes: { readonly btree: ReadonlyMap<number, number>; readonly hash: ReadonlyMap<number, number> },
): SystemRow[] =>
  [...catalog.contents.relations.values()].flatMap((relation) => {
    const isHash = relation.partitioning?.strategy === 'hash'
    const row = partitionedRow(catalog, relation, isHash ? classes.hash : classes.btree)
    return row === undefined ? [] : [row]
  })
