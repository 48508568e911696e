/** Whether a relation lasts, and whether it is a part of the WAL (relpersistence). Manual: "pg_class", "CREATE TABLE". */
import type { RangeVar } from '@pgsql/types'
import type { RelationInfo } from './entries.ts'

/** Permanent, unlogged or temporary. */
export const persistence = ({ schema, unlogged }: Pick<RelationInfo, 'schema' | 'unlogged'>): 'p' | 'u' | 't' =>
  schema === 'pg_temp_0' ? 't' : unlogged === true ? 'u' : 'p'

/** What a new relation is by its declaration. */
export const declaredPersistence = (range: Pick<RangeVar, 'relpersistence'> | undefined): { unlogged?: true } =>
  range?.relpersistence === 'u' ? { unlogged: true } : {}
