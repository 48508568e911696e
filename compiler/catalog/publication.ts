/** What publications publish. After pg_publication.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { type Catalog, FIRST_USER_OID } from './catalog.ts'
import type { PublicationInfo, RelationInfo } from './entries.ts'
import { childrenOf, familyOf, partitionedParent } from './inheritance.ts'

export interface Published {
  readonly relation: RelationInfo
  /** The column list; all columns where there is none. */
  readonly columns: readonly number[] | undefined
}

const ancestors = (catalog: Catalog, relation: RelationInfo): RelationInfo[] => {
  const parent = partitionedParent(catalog, relation)
  return parent === undefined ? [] : [parent, ...ancestors(catalog, parent)]
}

/** The tables that a publication names, by itself, by their schema, or all there are. */
const named = (catalog: Catalog, publication: PublicationInfo): Published[] =>
  [...catalog.contents.relations.values()].flatMap((relation) => {
    const { oid, kind, schema } = relation
    if ((kind !== 'r' && kind !== 'p') || oid < FIRST_USER_OID || schema.startsWith('pg_')) return []
    const own = publication.tables.find((table) => table.relation === oid)
    if (own !== undefined) return [{ relation, columns: own.columns }]
    return publication.allTables || publication.schemas.includes(schema) ? [{ relation, columns: undefined }] : []
  })

/** The tables as subscribers see them: partitions or, with publish_via_partition_root, what they are partitions of. */
export const publishedTables = (catalog: Catalog, publication: PublicationInfo): Published[] => {
  const tables = named(catalog, publication)
  const isNamed = (oid: number): boolean => tables.some(({ relation }) => relation.oid === oid)
  if (publication.viaRoot)
    return tables.filter(({ relation }) => !ancestors(catalog, relation).some(({ oid }) => isNamed(oid)))
  const leaves = new Map<number, Published>()
  for (const { relation, columns } of tables)
    for (const leaf of relation.kind === 'p' ? familyOf(catalog, relation) : [relation])
      if (leaf.kind === 'r' && childrenOf(catalog, leaf).every(({ bound }) => bound === undefined))
        leaves.set(leaf.oid, leaves.get(leaf.oid) ?? { relation: leaf, columns })
  return [...leaves.values()]
}

const hasReplicaIdentity = ({ constraints, indexes, replicaIdentity, replicaIndex }: RelationInfo): boolean =>
  replicaIdentity === 'f' ||
  (replicaIdentity === 'i' && [...constraints, ...indexes].some(({ name }) => name === replicaIndex)) ||
  (replicaIdentity === undefined && constraints.some((each) => each.kind === 'primary' && !each.deferrable))

/** CheckCmdReplicaIdentity. @throws PgError 55000 */
export const requireReplicaIdentity = (
  catalog: Catalog,
  relation: RelationInfo,
  operation: 'update' | 'delete',
): void => {
  if (catalog.contents.publications.size === 0) return
  for (const table of familyOf(catalog, relation)) {
    if (table.kind !== 'r' || hasReplicaIdentity(table)) continue
    const line = [table, ...ancestors(catalog, table)].map(({ oid }) => oid)
    for (const publication of catalog.contents.publications.values())
      if (
        publication.publish.includes(operation) &&
        named(catalog, publication).some(({ relation: { oid } }) => line.includes(oid))
      )
        throw new PgError(
          '55000',
          operation === 'update'
            ? `cannot update table "${table.name}" because it does not have a replica identity and publishes updates`
            : `cannot delete from table "${table.name}" because it does not have a replica identity and publishes deletes`,
          {
            hint: `To enable ${operation === 'update' ? 'updating' : 'deleting from'} the table, set REPLICA IDENTITY using ALTER TABLE.`,
          },
        )
  }
}
