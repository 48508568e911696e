/** Names as they are shown: quoted where they must be, qualified where the search path does not find them. */
import type { FunctionInfo, RelationInfo } from '../catalog/entries.ts'
import { isFunctionVisible, isRelationVisible } from '../catalog/search-path.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'

/** A relation's name, qualified where the search path does not find it. */
export const qualifiedName = (
  { catalog, settings }: Pick<Environment, 'catalog' | 'settings'>,
  { schema, name }: Pick<RelationInfo, 'schema' | 'name'>,
): string =>
  isRelationVisible(catalog, settings.searchPath, schema, name)
    ? quoteIdentifier(name)
    : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`

/** A relation's name as pretty printing shows it, or always with its schema. */
export const shownName = (
  env: Environment,
  relation: Pick<RelationInfo, 'schema' | 'name'>,
  pretty: boolean,
): string =>
  pretty ? qualifiedName(env, relation) : `${quoteIdentifier(relation.schema)}.${quoteIdentifier(relation.name)}`

/** Names of columns, by their numbers. */
export const columnNames = (relation: RelationInfo, numbers: readonly number[]): string =>
  numbers
    .map((number) => quoteIdentifier(relation.columns.find((each) => each.number === number)?.name ?? ''))
    .join(', ')

/** A function's name, qualified where its bare name would mean another (generate_function_name). */
export const functionName = ({ catalog, settings }: Environment, fn: FunctionInfo): string =>
  isFunctionVisible(catalog, settings.searchPath, fn)
    ? quoteIdentifier(fn.name)
    : `${quoteIdentifier(fn.schema)}.${quoteIdentifier(fn.name)}`
