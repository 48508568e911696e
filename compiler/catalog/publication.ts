/** What publications publish. After pg_publication.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { type Catalog, FIRST_USER_OID } from './catalog.ts'
import type { ColumnInfo, PublicationInfo, PublishedTable, RelationInfo } from './entries.ts'
import { childrenOf, familyOf, partitionedParent, sameColumns } from './inheritance.ts'
import { persistence } from './persistence.ts'

export interface Published {
  readonly relation: RelationInfo
  /** The column list; all columns where there is none. */
  readonly columns: readonly number[] | undefined
  readonly filter?: PublishedTable['filter']
}

/** Whether a publication without a column list has a column. */
export const isPublished = ({ generated }: ColumnInfo, publication: PublicationInfo): boolean =>
  generated === undefined || (generated === 's' && publication.generated)

const ancestors = (catalog: Catalog, relation: RelationInfo): RelationInfo[] => {
  const parent = partitionedParent(catalog, relation)
  return parent === undefined ? [] : [parent, ...ancestors(catalog, parent)]
}

/** The tables that a publication names, by itself, by their schema, or all there are. */
const named = (catalog: Catalog, publication: PublicationInfo): Published[] =>
  [...catalog.contents.relations.values()].flatMap((relation) => {
    const { oid, kind, schema } = relation
    if ((kind !== 'r' && kind !== 'p') || persistence(relation) !== 'p') return []
    if (oid < FIRST_USER_OID || schema.startsWith('pg_')) return []
    const own = publication.tables.find((table) => table.relation === oid)
    if (own !== undefined)
      return [{ relation, columns: own.columns, ...(own.filter === undefined ? {} : { filter: own.filter }) }]
    return publication.allTables || publication.schemas.includes(schema) ? [{ relation, columns: undefined }] : []
  })

/** The tables as subscribers see them: partitions or, with publish_via_partition_root, what they are partitions of. */
export const publishedTables = (catalog: Catalog, publication: PublicationInfo): Published[] => {
  const tables = named(catalog, publication)
  const isNamed = (oid: number): boolean => tables.some(({ relation }) => relation.oid === oid)
  if (publication.viaRoot)
    return tables.filter(({ relation }) => !ancestors(catalog, relation).some(({ oid }) => isNamed(oid)))
  const leaves = new Map<number, Published>()
  // all tables are looked at one by one, so a partition is published as what it is itself
  for (const { relation, columns, filter } of tables)
    for (const leaf of relation.kind === 'p' && !publication.allTables ? familyOf(catalog, relation) : [relation])
      if (leaf.kind === 'r' && childrenOf(catalog, leaf).every(({ bound }) => bound === undefined))
        leaves.set(
          leaf.oid,
          leaves.get(leaf.oid) ?? { relation: leaf, columns, ...(filter === undefined ? {} : { filter }) },
        )
  return [...leaves.values()]
}

interface IdentityIndex {
  readonly name: string
  readonly columns: readonly number[]
}

/** The index that replica identity goes by (RelationGetReplicaIndex). */
export const identityIndex = ({
  constraints,
  indexes,
  replicaIdentity,
  replicaIndex,
}: RelationInfo): IdentityIndex | undefined => {
  if (replicaIdentity === 'f' || replicaIdentity === 'n') return undefined
  for (const constraint of constraints)
    if (
      (constraint.kind === 'primary' || constraint.kind === 'unique') &&
      (replicaIdentity === 'i' ? constraint.name === replicaIndex : constraint.kind === 'primary') &&
      !constraint.deferrable
    )
      return constraint
  const index = replicaIdentity === 'i' ? indexes.find(({ name }) => name === replicaIndex) : undefined
  return index && { name: index.name, columns: index.keys.filter((key) => typeof key === 'number') }
}

/** Its columns; undefined without one. */
export const identityKey = (relation: RelationInfo): readonly number[] | undefined => identityIndex(relation)?.columns

/** The columns of a table by which subscribers find a row, as numbers in another one of its family. */
const identityIn = (table: RelationInfo, other: RelationInfo): readonly number[] =>
  sameColumns(table, other, identityKey(table) ?? [])

/** What a publication leaves out of what subscribers find rows by (pub_rf_contains_invalid_column and its neighbours). */
const lackingIn = (
  publication: PublicationInfo,
  table: RelationInfo,
  line: readonly RelationInfo[],
): string | undefined => {
  const whole = table.replicaIdentity === 'f'
  // With publish_via_partition_root the topmost one that is published decides.
  const candidates = publication.viaRoot ? line.toReversed() : line.slice(0, 1)
  const as = candidates.find(({ oid }) => publication.tables.some(({ relation }) => relation === oid)) ?? table
  const own = publication.tables.find(({ relation }) => relation === as.oid)
  const key = identityIn(table, as)
  if (!whole && own?.filtered?.some((number) => !key.includes(number)))
    return 'Column used in the publication WHERE expression is not part of the replica identity.'
  if (own?.columns !== undefined && (whole || key.some((number) => !own.columns?.includes(number))))
    return 'Column list used by the publication does not cover the replica identity.'
  const identity = whole ? table.columns.map(({ number }) => number) : (identityKey(table) ?? [])
  const isLacking = (column: ColumnInfo): boolean =>
    identity.includes(column.number) && !isPublished(column, publication)
  return own?.columns === undefined && table.columns.some(isLacking)
    ? 'Replica identity must not contain unpublished generated columns.'
    : undefined
}

/** CheckCmdReplicaIdentity. @param table whose rows are about to be changed @throws PgError 42P10, 55000 */
export const requireReplicaIdentity = (catalog: Catalog, table: RelationInfo, operation: 'update' | 'delete'): void => {
  if (catalog.contents.publications.size === 0 || table.kind !== 'r' || persistence(table) !== 'p') return
  const failure = operation === 'update' ? 'cannot update table' : 'cannot delete from table'
  const line = [table, ...ancestors(catalog, table)]
  const oids = line.map(({ oid }) => oid)
  const publications = [...catalog.contents.publications.values()].filter(
    (publication) =>
      publication.publish.includes(operation) &&
      named(catalog, publication).some(({ relation: { oid } }) => oids.includes(oid)),
  )
  for (const publication of publications) {
    const detail = lackingIn(publication, table, line)
    if (detail !== undefined) throw new PgError('42P10', `${failure} "${table.name}"`, { detail })
  }
  if (publications.length > 0 && table.replicaIdentity !== 'f' && identityKey(table) === undefined)
    throw new PgError(
      '55000',
      `${failure} "${table.name}" because it does not have a replica identity and publishes ${operation}s`,
      {
        hint: `To enable ${operation === 'update' ? 'updating' : 'deleting from'} the table, set REPLICA IDENTITY using ALTER TABLE.`,
      },
    )
}
