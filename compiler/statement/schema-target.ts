/** The schema that SET SCHEMA moves an object to (CheckSetNamespace). */
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { requireSchema } from './definition.ts'

const isTemporary = (schema: string): boolean => schema === 'pg_temp' || schema.startsWith('pg_temp_')

/** @param from the schema that the object is in @throws PgError 3F000, 0A000 */
export const requireTarget = (scope: Scope, from: string, to: string): void => {
  if (isTemporary(to) || isTemporary(from))
    throw new PgError('0A000', 'cannot move objects into or out of temporary schemas')
  requireSchema(scope.statement.catalog, to)
  if (to.startsWith('pg_') || to === 'information_schema') throw refuse(scope, `SET SCHEMA ${to}`)
}
