/** Indexes by their names, which they share with relations. */
import type { Catalog } from './catalog.ts'
import type { RelationInfo } from './entries.ts'
import { schemasFor } from './search-path.ts'

/** The table of an index, or of a constraint that has one. */
export const indexNamed = (catalog: Catalog, schema: string, name: string): RelationInfo | undefined => {
  for (const relation of catalog.contents.relations.values())
    if (
      relation.schema === schema &&
      (relation.indexes.some((index) => index.name === name) ||
        relation.constraints.some((each) => (each.kind === 'primary' || each.kind === 'unique') && each.name === name))
    )
      return relation
  return undefined
}

/** The table of an index, looked for as relations are: one that comes first in the search path hides it. */
export const findIndexOf = (
  catalog: Catalog,
  searchPath: readonly string[],
  schema: string | undefined,
  name: string,
): RelationInfo | undefined => {
  for (const each of schemasFor(schema === undefined ? [name] : [schema, name], searchPath)) {
    const found = indexNamed(catalog, each, name)
    if (found !== undefined || catalog.relationNamed(each, name) !== undefined) return found
  }
  return undefined
}
