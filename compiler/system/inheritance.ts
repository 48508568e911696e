/** pg_inherits and pg_partitioned_table. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { operatorClassOid } from '../catalog/operator-class.ts'
import type { Environment } from '../types/environment.ts'
import { UNKNOWN_TEXT } from './definition.ts'
import { indexesOf, parentIndex } from './indexes.ts'
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

const partitionedRow = (catalog: Catalog, relation: RelationInfo): SystemRow | undefined => {
  const { partitioning } = relation
  if (partitioning === undefined) return undefined
  const { strategy, keys, types } = partitioning
  return {
    partrelid: text(relation.oid),
    partstrat: strategy[0] ?? '',
    partnatts: text(keys.length),
    partdefid: text(childrenOf(catalog, relation).find(({ bound }) => bound?.kind === 'default')?.oid ?? 0),
    partattrs: vector(keys.map((key) => (typeof key === 'number' ? key : 0))),
    partclass: vector(types.map((type) => operatorClassOid(catalog, type, strategy === 'hash' ? 'hash' : 'btree'))),
    partcollation: vector(types.map((type) => catalog.type(type).collation)),
    partexprs: keys.every((key) => typeof key === 'number') ? null : UNKNOWN_TEXT,
  }
}

export const partitionedRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.relations.values()].flatMap((relation) => {
    const row = partitionedRow(catalog, relation)
    return row === undefined ? [] : [row]
  })
