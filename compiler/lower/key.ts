/** What a value is compared, grouped and sorted by, where SQLite's own comparison is not PostgreSQL's. */
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { call, literal, type OrderTerm, type Sql } from '../sqlite/tree.ts'
import { codecOf, findCodec } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { callUser, type Lowering, refuseAt } from './context.ts'

/** Whether SQLite compares the stored values of a type as PostgreSQL does. */
export const isNative = (lowering: Lowering, type: number): boolean => findCodec(lowering.env, type)?.native ?? false

/** Whether values are equal just where they are stored as the same: in arrays and records there is one way for each value. */
const isStoredAlike = (env: Environment, type: number): boolean => {
  const { catalog } = env
  const base = catalog.baseType(type)
  const fields = catalog.fields(base)
  if (fields !== undefined) return fields.every((field) => isStoredAlike(env, field.type))
  const element = catalog.elementType(base)
  if (element !== 0) return isStoredAlike(env, element)
  return base !== OID.float4 && base !== OID.float8 && (findCodec(env, base)?.native ?? false)
}

/** Whether SQLite tells values apart where PostgreSQL does. */
export const isComparedAsStored = (lowering: Lowering, type: number): boolean =>
  isNative(lowering, type) || isStoredAlike(lowering.env, type)

/** Types whose values are stored in one way. */
const ALIKE: readonly ReadonlySet<number>[] = [
  new Set([OID.int2, OID.int4, OID.int8, OID.oid]),
  new Set([OID.text, OID.varchar, OID.name]),
]

/** Whether values are equal in SQLite just where PostgreSQL's operator for their types says so. */
export const comparesAlike = (lowering: Lowering, values: readonly { readonly type: number }[]): boolean => {
  const types = values.map(({ type }) => lowering.env.catalog.baseType(type))
  return (
    types.every((type) => isNative(lowering, type)) &&
    (types.every((type) => type === types[0]) || ALIKE.some((alike) => types.every((type) => alike.has(type))))
  )
}

/**
 * Whether equal values of a type can look different, as 1.0 and 1.00 do, or 0 and -0: where several become one,
 * PostgreSQL shows the first.
 */
export const isAmbiguous = (
  lowering: Lowering,
  { type, typmod }: { readonly type: number; readonly typmod: number },
): boolean => {
  const base = lowering.env.catalog.baseType(type)
  if (base === OID.numeric || base === OID.bpchar) return typmod < 0
  return base === OID.float4 || base === OID.float8 || !isNative(lowering, base)
}

/** @throws PgError 0A000 for a type without a key */
export const keyOf = (lowering: Lowering, sql: Sql, type: number, position?: number): Sql => {
  const base = lowering.env.catalog.baseType(type)
  if (isNative(lowering, base)) return sql
  lowering.rules.add('sort key')
  if (base === OID.bpchar) return call('rtrim', sql, literal(' '))
  const { key } = codecOf(lowering.env, base)
  const name = formatType(lowering.env.catalog, base)
  if (key === undefined) throw refuseAt(`sorting or grouping by type ${name}`, position)
  return callUser(
    lowering,
    `pg_key:${base}`,
    [sql],
    (env, [value = null]) => (value === null ? null : key(value, env)),
    { position, feature: `sorting or grouping by type ${name}` },
  )
}

export const orderTerm = (
  lowering: Lowering,
  sql: Sql,
  type: number,
  { descending, nullsFirst }: { readonly descending: boolean; readonly nullsFirst: boolean },
): OrderTerm => ({ expr: keyOf(lowering, sql, type), descending, nullsFirst })
