/** The tables that PostgreSQL keeps long values in, with their indexes: `pg_toast.pg_toast_…`. */
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { operatorClassOid } from '../catalog/operator-class.ts'
import { PLAIN_INDEX } from './indexes.ts'
import { oidOf } from './numbering.ts'
import { type SystemRow, text } from './row.ts'
import { schemaOid } from './schema.ts'

/** What pg_type says of how values of a type lie in memory. */
export interface TypeStorage {
  readonly byValue: boolean
  readonly align: string
  readonly storage: string
}

/** TOAST_TUPLE_THRESHOLD, in bytes: no row is as long that has no such table. */
const THRESHOLD = 2032
const ALIGNMENTS: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 }

const aligned = (length: number, to: number): number => Math.ceil(length / to) * to

/** The longest that a value can be, in bytes (type_maximum_size); undefined where there is no limit. */
const longest = (type: number, typmod: number): number | undefined => {
  if (typmod < 0) return undefined
  switch (type) {
    case OID.bpchar:
    case OID.varchar:
      return (typmod - 4) * 4 + 4
    case OID.numeric:
      return 8 + Math.floor(((((typmod - 4) >> 16) & 0xffff) + 6) / 4) * 2
    default:
      return undefined
  }
}

/** needs_toast_table. @param storageOf what pg_type says of a type */
export const hasToast = (
  catalog: Catalog,
  { kind, columns, dropped = [] }: RelationInfo,
  storageOf: (type: number) => TypeStorage,
): boolean => {
  if (kind !== 'r' && kind !== 'm') return false
  const all: readonly ColumnInfo[] = [...columns, ...dropped].filter(({ type }) => catalog.findType(type) !== undefined)
  let length = 0
  let toastable = false
  for (const { type, typmod } of all) {
    const { align, storage } = storageOf(type)
    const { length: fixed } = catalog.type(type)
    length = aligned(length, ALIGNMENTS[align] ?? 4)
    if (fixed > 0) length += fixed
    else {
      if (storage === 'p') return false
      toastable = true
      const most = longest(catalog.baseType(type), typmod)
      if (most === undefined) return true
      length += most
    }
  }
  return toastable && aligned(23 + Math.ceil(all.length / 8), 8) + aligned(length, 8) > THRESHOLD
}

export const toastOid = ({ oid }: RelationInfo): number => oidOf('toast', oid, '')
const toastIndexOid = ({ oid }: RelationInfo): number => oidOf('toast', oid, 'index')

/** Whether an oid is one of such a table, or of its index. */
export const isToast = (catalog: Catalog, oid: number): boolean =>
  [...catalog.contents.relations.values()].some(
    (relation) => toastOid(relation) === oid || toastIndexOid(relation) === oid,
  )

/**
 * The rows of pg_class.
 * @param row of the table that it belongs to
 * @param options its own storage parameters
 */
export const toastClassRows = (
  catalog: Catalog,
  relation: RelationInfo,
  row: SystemRow,
  options: string | null,
): SystemRow[] => {
  const { oid, schema } = relation
  const common = {
    ...row,
    relnamespace: schemaOid(catalog, schema === 'pg_temp_0' ? 'pg_toast_temp_0' : 'pg_toast'),
    reltype: '0',
    relacl: null,
    reltoastrelid: '0',
    relchecks: '0',
    relhasrules: 'false',
    relhastriggers: 'false',
    relhassubclass: 'false',
    relispartition: 'false',
    relpartbound: null,
    reloptions: null,
    relreplident: 'n',
  }
  const [table, index] = [text(toastOid(relation)), text(toastIndexOid(relation))]
  return [
    {
      ...common,
      oid: table,
      relname: `pg_toast_${oid}`,
      relkind: 't',
      relnatts: '3',
      relhasindex: 'true',
      reloptions: options,
    },
    {
      ...common,
      oid: index,
      relname: `pg_toast_${oid}_index`,
      relfrozenxid: '0',
      relminmxid: '0',
      relam: '403',
      relpages: '1',
      reltuples: '0',
      relkind: 'i',
      relnatts: '2',
      relhasindex: 'false',
    },
  ]
}

const column = (number: number, name: string, type: number): ColumnInfo => ({
  number,
  name,
  physical: name,
  type,
  typmod: -1,
  notNull: false,
})

/** The columns of the table and of the index, by the oid that they are of. */
export const toastColumns = (
  relation: RelationInfo,
): readonly (readonly [oid: number, columns: readonly ColumnInfo[]])[] => {
  const columns = [column(1, 'chunk_id', OID.oid), column(2, 'chunk_seq', OID.int4), column(3, 'chunk_data', OID.bytea)]
  return [
    [toastOid(relation), columns],
    [toastIndexOid(relation), columns.slice(0, 2)],
  ]
}

/** The row of pg_index. */
export const toastIndexRow = (catalog: Catalog, relation: RelationInfo): SystemRow => ({
  indexrelid: text(toastIndexOid(relation)),
  indrelid: text(toastOid(relation)),
  indnatts: '2',
  indnkeyatts: '2',
  indisunique: 'true',
  indnullsnotdistinct: 'false',
  indisprimary: 'true',
  ...PLAIN_INDEX,
  indkey: '1 2',
  indcollation: '0 0',
  indclass: `${operatorClassOid(catalog, OID.oid)} ${operatorClassOid(catalog, OID.int4)}`,
  indoption: '0 0',
  indexprs: null,
  indpred: null,
})
