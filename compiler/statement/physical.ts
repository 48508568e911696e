/** What a relation is in SQLite. */

import type { Catalog } from '../catalog/catalog.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { ColumnInfo, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import type { Target } from '../lower/context.ts'
import { quoteName } from '../sqlite/print.ts'
import { findCodec } from '../types/codec.ts'

const INTEGERS: ReadonlySet<number> = new Set([
  OID.bool,
  OID.int2,
  OID.int4,
  OID.int8,
  OID.oid,
  OID.date,
  OID.time,
  OID.timestamp,
  OID.timestamptz,
])

/** STRICT's type for a column; floats may hold the text 'NaN'. */
const storageType = (catalog: Catalog, type: number): string => {
  const base = catalog.baseType(type)
  if (INTEGERS.has(base)) return 'INTEGER'
  if (base === OID.bytea) return 'BLOB'
  if (base === OID.float4 || base === OID.float8 || catalog.type(base).kind === 'e') return 'ANY'
  return 'TEXT'
}

export const createTableSql = (
  catalog: Catalog,
  { physical, schema, columns }: RelationInfo,
  target: Target,
): string => {
  const kind = schema === 'pg_temp_0' && target.has('temporary tables') ? 'TEMP TABLE' : 'TABLE'
  const list = columns.map(
    (column) =>
      `${quoteName(column.physical)} ${storageType(catalog, column.type)}${column.notNull ? ' NOT NULL' : ''}`,
  )
  // SQLite has no tables without columns.
  return `CREATE ${kind} ${quoteName(physical)} (${list.length === 0 ? '"none$" TEXT' : list.join(', ')}) STRICT`
}

/** Columns by their numbers, as they are called in SQLite. */
export const physicalColumns = ({ columns }: RelationInfo, numbers: readonly number[]): string[] =>
  numbers.map((number) => quoteName(columns.find((column) => column.number === number)?.physical ?? ''))

/** What an index compares of a column. */
export const indexKey = (catalog: Catalog, { physical, type }: ColumnInfo): string => {
  const base = catalog.baseType(type)
  const name = quoteName(physical)
  if (base === OID.bpchar) return `rtrim(${name}, ' ')`
  if (findCodec({ catalog }, base)?.native) return name
  return `${quoteName(`pg_key:${base}`)}(${name})`
}

/** A key for which NULLs are the same, which SQLite takes for different. */
const nullsAlike = (key: string): string[] => [`${key} IS NULL`, `ifnull(${key}, 0)`]

export const indexSql = (
  catalog: Catalog,
  relation: RelationInfo,
  { physical, unique, keys, computed, nullsNotDistinct }: IndexInfo,
): string => {
  const list =
    computed?.keys ??
    keys.map((number) => indexKey(catalog, relation.columns.find((column) => column.number === number) as ColumnInfo))
  const where = computed?.predicate === undefined ? '' : ` WHERE ${computed.predicate}`
  const compared = nullsNotDistinct ? list.flatMap(nullsAlike) : list
  return `CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoteName(physical)} ON ${quoteName(relation.physical)} (${compared.join(', ')})${where}`
}

/** Indexes that enforce a relation's unique constraints. */
export const uniqueIndexSql = (catalog: Catalog, relation: RelationInfo): string[] =>
  uniqueConstraints(relation).map(({ name, columns, deferrable, nullsNotDistinct }) => {
    const keys = columns.map((number) =>
      indexKey(catalog, relation.columns.find((column) => column.number === number) as ColumnInfo),
    )
    const compared = nullsNotDistinct ? keys.flatMap(nullsAlike) : keys
    // What may be violated for a while is checked by the session.
    return `CREATE ${deferrable ? '' : 'UNIQUE '}INDEX ${quoteName(`${relation.physical}.${name}`)} ON ${quoteName(relation.physical)} (${compared.join(', ')})`
  })

/** The SQLite name of a relation: as in PostgreSQL, outside `public` behind its schema. */
export const physicalName = (catalog: Catalog, schema: string, name: string): string => {
  const wanted = schema === 'public' ? name : `${schema}.${name}`
  const taken = new Set([...catalog.contents.relations.values()].map((relation) => relation.physical.toLowerCase()))
  let unique = /^sqlite_|^_cf_/i.test(wanted) ? `~${wanted}` : wanted
  for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${wanted}~${count}`
  return unique
}

/** Column names made different from each other without regard to case. */
export const physicalColumn = (taken: readonly { readonly physical: string }[], name: string): string => {
  const used = new Set(taken.map(({ physical }) => physical.toLowerCase()))
  let unique = /^(rowid|oid|_rowid_)$/i.test(name) ? `${name}~` : name
  for (let count = 2; used.has(unique.toLowerCase()); count++) unique = `${name}~${count}`
  return unique
}
