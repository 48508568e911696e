/** The transition tables of triggers: rows as a temporary table that is found before all others. Manual: "CREATE TRIGGER". */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { addRelation } from '../../compiler/statement/definition.ts'
import { unsupported } from '../protocol/error.ts'

/** @throws PgError 0A000 where a temporary table has the name */
export const transitionTable = (
  catalog: Catalog,
  name: string,
  like: RelationInfo,
): { readonly catalog: Catalog; readonly relation: RelationInfo } => {
  if (catalog.relationNamed('pg_temp_0', name) !== undefined)
    throw unsupported(`the transition table "${name}", whose name a temporary table has,`)
  return addRelation(catalog, {
    schema: 'pg_temp_0',
    name,
    kind: 'r',
    columns: like.columns.map(({ default: _default, notNull: _notNull, ...column }) => ({ ...column, notNull: false })),
  })
}

export const withoutTable = (catalog: Catalog, { oid, rowType }: RelationInfo): Catalog => {
  const relations = new Map(catalog.contents.relations)
  const types = new Map(catalog.contents.types)
  relations.delete(oid)
  types.delete(rowType)
  types.delete(rowType + 1)
  return catalog.with({ relations, types })
}
