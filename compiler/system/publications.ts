/** pg_publication, pg_publication_rel and pg_publication_namespace, and pg_get_publication_tables(). */
import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import { isPublished, publishedTables } from '../catalog/publication.ts'
import { OWNER_ROLE } from '../catalog/role.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { filterText } from './definition.ts'
import { oidOf } from './numbering.ts'
import { type SystemRow, text, vector } from './row.ts'
import { schemaOid } from './schema.ts'

export const publicationRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.publications.values()].map(
    ({ oid, name, allTables, publish, viaRoot, generated, owner = OWNER_ROLE }) => ({
      oid: text(oid),
      pubname: name,
      pubowner: text(owner),
      puballtables: text(allTables),
      pubinsert: text(publish.includes('insert')),
      pubupdate: text(publish.includes('update')),
      pubdelete: text(publish.includes('delete')),
      pubtruncate: text(publish.includes('truncate')),
      pubviaroot: text(viaRoot),
      pubgencols: generated ? 's' : 'n',
    }),
  )

export const publicationTableRows = (env: Environment): SystemRow[] =>
  [...env.catalog.contents.publications.values()].flatMap((publication) =>
    publication.tables.map(({ relation, columns, filter }) => ({
      oid: text(oidOf('published table', publication.oid, relation)),
      prpubid: text(publication.oid),
      prrelid: text(relation),
      prqual: filter === undefined ? null : filterText(env, env.catalog.relation(relation), filter),
      prattrs: columns === undefined ? null : vector(columns),
    })),
  )

export const publicationSchemaRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.publications.values()].flatMap((publication) =>
    publication.schemas.map((schema) => ({
      oid: text(oidOf('published schema', publication.oid, schema)),
      pnpubid: text(publication.oid),
      pnnspid: schemaOid(catalog, schema),
    })),
  )

/** The rows of pg_get_publication_tables(): publication, table, columns, filter. @throws PgError 42704 */
export const publishedTableRows = (env: Environment, names: readonly Value[]): Value[][] => {
  const { catalog } = env
  const stored = (numbers: readonly number[]): Value => codecOf(env, OID.int2vector).input(vector(numbers), -1, env)
  return names.flatMap((name) => {
    const publication = [...catalog.contents.publications.values()].find((each) => each.name === name)
    if (publication === undefined) throw new PgError('42704', `publication "${name}" does not exist`)
    return publishedTables(catalog, publication).map(({ relation, columns, filter }) => {
      const all = relation.columns.filter((column) => isPublished(column, publication)).map(({ number }) => number)
      const shown = columns ?? all
      return [
        BigInt(publication.oid),
        BigInt(relation.oid),
        shown.length === 0 ? null : stored(shown),
        filter === undefined ? null : filterText(env, relation, filter),
      ]
    })
  })
}
