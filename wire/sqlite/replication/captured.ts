/** What subscribers are told of a relation, and what publications want of it. After get_rel_sync_entry (pgoutput.c). */
import type { Catalog } from '../../../compiler/catalog/catalog.ts'
import type { ColumnInfo, PublicationInfo, RelationInfo } from '../../../compiler/catalog/entries.ts'
import { familyOf } from '../../../compiler/catalog/inheritance.ts'
import { persistence } from '../../../compiler/catalog/persistence.ts'
import {
  identityKey,
  isPublished,
  type Published as PublishedTable,
  publishedTables,
} from '../../../compiler/catalog/publication.ts'
import type { CapturedRelation, Column, Published, Relation } from '../../pgoutput/relation.ts'

/** FirstUnpinnedObjectId: names of types before it are known to every subscriber (logicalrep_write_typ). */
const FIRST_UNPINNED = 12_000

const describeColumn = (catalog: Catalog, { number, name, type, typmod }: ColumnInfo, key: boolean): Column => {
  const { schema, name: typeName } = catalog.type(catalog.baseType(type))
  return { number, name, type, typmod, key, typeName: type < FIRST_UNPINNED ? null : { schema, name: typeName } }
}

const describe = (catalog: Catalog, relation: RelationInfo): Relation => {
  const key = identityKey(relation) ?? []
  return {
    oid: relation.oid,
    schema: relation.schema,
    name: relation.name,
    identity: relation.replicaIdentity ?? 'd',
    columns: relation.columns.map((column) => describeColumn(catalog, column, key.includes(column.number))),
  }
}

const publishedBy = (
  catalog: Catalog,
  publication: PublicationInfo,
  { relation: as, columns, filter }: PublishedTable,
  own: RelationInfo,
): Published => ({
  name: publication.name,
  insert: publication.publish.includes('insert'),
  update: publication.publish.includes('update'),
  delete: publication.publish.includes('delete'),
  truncate: publication.publish.includes('truncate'),
  columns: columns ?? as.columns.filter((column) => isPublished(column, publication)).map(({ number }) => number),
  filter: filter === undefined ? null : JSON.stringify(filter),
  as: as.oid === own.oid ? null : describe(catalog, as),
})

/** A table as it is captured; undefined where no publication publishes it. */
export const captured = (catalog: Catalog, relation: RelationInfo): CapturedRelation | undefined => {
  if (persistence(relation) !== 'p') return undefined
  const publications = [...catalog.contents.publications.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((publication) => {
      const found = publishedTables(catalog, publication).find(
        ({ relation: as }) =>
          as.oid === relation.oid || (as.kind === 'p' && familyOf(catalog, as).some(({ oid }) => oid === relation.oid)),
      )
      return found === undefined ? [] : [publishedBy(catalog, publication, found, relation)]
    })
  return publications.length === 0 ? undefined : { ...describe(catalog, relation), publications }
}
