/** The relation whose rows a range has. */
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { RangeEntry } from '../tree/query.ts'

/** Of a table in FROM, or of a row that a write makes or changes; undefined for what is computed. */
export const rangeRelation = (catalog: Catalog, { source }: RangeEntry): RelationInfo | undefined => {
  if (source.kind === 'table') return source.relation
  const row = source.kind === 'row' && source.rowType !== undefined ? catalog.findType(source.rowType) : undefined
  return row?.relation === undefined ? undefined : catalog.findRelation(row.relation)
}
