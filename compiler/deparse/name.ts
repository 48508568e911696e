/** Names as they are shown: quoted where they must be, qualified where the search path does not find them. */
import type { RelationInfo } from '../catalog/entries.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'

export const isVisible = ({ settings }: Environment, schema: string): boolean =>
  schema === 'pg_catalog' || schema === 'pg_temp_0' || settings.searchPath.includes(schema)

/** A relation's name, qualified where the search path does not find it. */
export const qualifiedName = (env: Environment, { schema, name }: Pick<RelationInfo, 'schema' | 'name'>): string =>
  isVisible(env, schema) ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`

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
