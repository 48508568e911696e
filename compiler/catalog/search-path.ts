/** Where names are looked up. Manual: "The Schema Search Path". */
import { indexesOf } from '../system/indexes.ts'
import type { Catalog } from './catalog.ts'
import type { FunctionInfo, RelationInfo } from './entries.ts'

const SEARCHED = new WeakMap<readonly string[], readonly string[]>()

const stored = (schema: string): string => (schema === 'pg_temp' ? 'pg_temp_0' : schema)

/**
 * The schemas that are searched for relations and types, in order: what is temporary comes first and pg_catalog second,
 * unless the path itself says where.
 */
export const searchedSchemas = (path: readonly string[]): readonly string[] => {
  const known = SEARCHED.get(path)
  if (known !== undefined) return known
  const schemas = [...['pg_temp', 'pg_catalog'].filter((schema) => !path.includes(schema)), ...path].map(stored)
  SEARCHED.set(path, schemas)
  return schemas
}

/** Where a relation or type of a name, qualified or not, may be. */
export const schemasFor = (name: readonly string[], path: readonly string[]): readonly string[] =>
  name.length > 1 ? name.slice(-2, -1).map(stored) : searchedSchemas(path)

/** Where a function of a name may be: without a schema, one that is temporary is never meant. */
export const functionSchemasFor = (name: readonly string[], path: readonly string[]): readonly string[] =>
  name.length > 1 ? name.slice(-2, -1).map(stored) : searchedSchemas(path).filter((schema) => schema !== 'pg_temp_0')

/** The functions that a bare name can mean: of several with the same arguments the first (FuncnameGetCandidates). */
export const visibleFunctionsNamed = (catalog: Catalog, path: readonly string[], name: string): FunctionInfo[] => {
  const all = functionSchemasFor([name], path).flatMap((schema) => catalog.functionsNamed(schema, name))
  return [...new Map(all.toReversed().map((fn) => [fn.args.join(), fn])).values()].toReversed()
}

type Relations = ReadonlyMap<number, RelationInfo>
const namesBySchema = new WeakMap<Relations, ReadonlyMap<string, ReadonlySet<string>>>()

/** The names of relations and indexes in each schema. */
const namesOf = (relations: Relations): ReadonlyMap<string, ReadonlySet<string>> => {
  const known = namesBySchema.get(relations)
  if (known !== undefined) return known
  const names = new Map<string, Set<string>>()
  for (const relation of relations.values()) {
    const list = names.get(relation.schema) ?? new Set()
    names.set(relation.schema, list.add(relation.name))
    for (const index of indexesOf(relation)) list.add(index.name)
  }
  namesBySchema.set(relations, names)
  return names
}

/** Whether a relation or index of a schema is what its bare name means (RelationIsVisible). */
export const isRelationVisible = (catalog: Catalog, path: readonly string[], schema: string, name: string): boolean => {
  const names = namesOf(catalog.contents.relations)
  return (
    searchedSchemas(path).find(
      (each) => each === schema || names.get(each)?.has(name) || catalog.relationNamed(each, name) !== undefined,
    ) === schema
  )
}

/** TypeIsVisible. */
export const isTypeVisible = (catalog: Catalog, path: readonly string[], schema: string, name: string): boolean =>
  searchedSchemas(path).find((each) => each === schema || catalog.typeNamed(each, name) !== undefined) === schema

/** FunctionIsVisible. */
export const isFunctionVisible = (catalog: Catalog, path: readonly string[], fn: FunctionInfo): boolean =>
  visibleFunctionsNamed(catalog, path, fn.name).includes(fn)
