/** Names of tables and views. */
import type { RangeVar } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import { schemasFor } from '../catalog/search-path.ts'
import { requireSchemaUsage } from './permission.ts'
import { errorAt, refuse, type Scope, type Statement } from './scope.ts'

/** The relation that a name means, by the search path. @param at where it is named @throws PgError 42501 */
export const findRelation = (
  statement: Statement,
  schema: string | undefined,
  name: string,
  at?: number,
): RelationInfo | undefined => {
  const { catalog, settings } = statement
  requireSchemaUsage(statement, schema, at)
  for (const each of schemasFor(schema === undefined ? [name] : [schema, name], settings.searchPath)) {
    const relation = catalog.relationNamed(each, name)
    if (relation !== undefined) return relation
  }
  return undefined
}

export const nameOfRange = ({ catalogname, schemaname, relname = '' }: RangeVar): string =>
  [catalogname, schemaname, relname].filter((part) => part !== undefined && part !== '').join('.')

/** What is no table where one is wanted (errdetail_relkind_not_supported). @param kinds what it is one of */
export const unopened = (name: string, kinds: string, position?: number): PgError =>
  new PgError('42809', `cannot open relation "${name}"`, {
    detail: `This operation is not supported for ${kinds}.`,
    ...(position === undefined ? {} : { position }),
  })

/** @throws PgError 42P01, 42809 for an index */
export const requireRelation = (scope: Scope, range: RangeVar): RelationInfo => {
  const { catalogname, schemaname, relname = '', location } = range
  const { catalog, settings } = scope.statement
  if (catalogname !== undefined && catalogname !== '' && catalogname !== settings.database)
    throw errorAt(scope, location, '0A000', `cross-database references are not implemented: "${nameOfRange(range)}"`)
  const schema = schemaname === '' ? undefined : schemaname
  const relation = findRelation(scope.statement, schema, relname, location)
  if (relation !== undefined) return relation
  if (findIndexOf(catalog, settings.searchPath, schema, relname) !== undefined)
    throw unopened(relname, 'indexes', scope.statement.position(location))
  if (schema === 'pg_catalog' || schema === 'information_schema' || (schema === undefined && relname.startsWith('pg_')))
    throw refuse(scope, `the catalog ${nameOfRange(range)}`, location)
  // Utility statements look the schema up first; they know no position.
  if (location === -1 && schema !== undefined && !catalog.hasSchema(schema) && !schema.startsWith('pg_temp'))
    throw errorAt(scope, location, '3F000', `schema "${schema}" does not exist`)
  throw errorAt(scope, location, '42P01', `relation "${nameOfRange(range)}" does not exist`)
}
