/** pg_class, pg_attribute, pg_attrdef, pg_sequence and pg_namespace: what tables, views and sequences are. */
import { unsupported } from '../../wire/protocol/error.ts'
import { accessMethodOids } from '../catalog/builtin.ts'
import { collationOid } from '../catalog/collation.ts'
import type { ColumnInfo, RelationInfo, TypeInfo } from '../catalog/entries.ts'
import { partitionedParent } from '../catalog/inheritance.ts'
import { OID } from '../catalog/oid.ts'
import { findOperatorClass, keyType } from '../catalog/operator-class.ts'
import { persistence } from '../catalog/persistence.ts'
import { possessionsOf } from '../catalog/possession.ts'
import { boundText } from '../deparse/partition.ts'
import type { Environment } from '../types/environment.ts'
import { defaultText } from './definition.ts'
import { indexesOf, parentIndex, type SystemIndex } from './indexes.ts'
import { oidOf } from './numbering.ts'
import { list, ownership, type SystemRow, text } from './row.ts'
import { BUILTIN_SCHEMAS, schemaOid } from './schema.ts'
import { hasToast, type TypeStorage, toastClassRows, toastColumns, toastOid } from './toast.ts'

export const namespaceRows = (env: Environment): SystemRow[] => {
  const { catalog } = env
  return [
    ...new Set([
      ...catalog.contents.schemas.keys(),
      ...([...catalog.contents.relations.values()].some(({ schema }) => schema === 'pg_temp_0')
        ? ['pg_temp_0', 'pg_toast_temp_0']
        : []),
    ]),
  ]
    .filter((name) => name === 'public' || BUILTIN_SCHEMAS[name] === undefined)
    .map((name) => ({
      oid: schemaOid(catalog, name),
      nspname: name,
      ...ownership(env, 'nsp', catalog.contents.schemaOwners.get(name) ?? {}),
    }))
}

const partitionBound = (env: Environment, relation: RelationInfo): string | null => {
  const parent = partitionedParent(env.catalog, relation)
  return parent === undefined || relation.bound === undefined ? null : boundText(env, parent, relation.bound)
}

const optionList = (options: readonly string[]): string | null => (options.length === 0 ? null : list(options))

/** The first transaction that there can be, and the first MultiXactId: nothing older needs to be looked for. */
const NEVER_FROZEN = { relfrozenxid: '3', relminmxid: '1' } as const

const relationRow = (env: Environment, relation: RelationInfo): SystemRow => {
  const { catalog } = env
  const { oid, name, schema, kind, columns, constraints, rowType, dropped = [] } = relation
  const isTable = kind === 'r' || kind === 'm'
  const isPartitioned = kind === 'p'
  const has = possessionsOf(catalog, relation)
  return {
    oid: text(oid),
    relname: name,
    relnamespace: schemaOid(catalog, schema),
    reltype: kind === 'S' ? '0' : text(rowType),
    reloftype: '0',
    ...ownership(env, 'rel', relation),
    relam: isTable ? '2' : '0',
    relfilenode: isTable || kind === 'S' ? text(oid) : '0',
    reltablespace: '0',
    relpages: kind === 'S' ? '1' : '0',
    reltuples: kind === 'S' ? '1' : isTable || isPartitioned ? '-1' : '0',
    relallvisible: '0',
    relallfrozen: '0',
    reltoastrelid: '0',
    relhasindex: text(has.has('index')),
    relisshared: 'false',
    relpersistence: persistence(relation),
    relkind: kind,
    relnatts: text([...columns, ...dropped].reduce((most, { number }) => Math.max(most, number), 0)),
    relchecks: text(constraints.filter((each) => each.kind === 'check').length),
    relhasrules: text(kind === 'v' || kind === 'm'),
    relhastriggers: text(has.has('trigger')),
    relhassubclass: text(has.has('child')),
    relrowsecurity: text(relation.rowSecurity ?? false),
    relforcerowsecurity: text(relation.forcesRowSecurity ?? false),
    relispopulated: text(relation.populated !== false),
    relreplident: isTable || isPartitioned ? (relation.replicaIdentity ?? 'd') : 'n',
    relispartition: text(relation.bound !== undefined),
    relpartbound: partitionBound(env, relation),
    reloptions: optionList((relation.options ?? []).filter((option) => !option.startsWith('toast.'))),
    relrewrite: '0',
    ...(isTable ? NEVER_FROZEN : { relfrozenxid: '0', relminmxid: '0' }),
  }
}

const indexRow = (env: Environment, index: SystemIndex): SystemRow => {
  const { catalog } = env
  const { oid, name, relation, keys, included, storage } = index
  return {
    ...relationRow(env, relation),
    oid: text(oid),
    relname: name,
    relacl: null,
    reltype: '0',
    relam: text(accessMethodOids.get(index.index?.method ?? 'btree') ?? 0),
    relfilenode: relation.kind === 'p' ? '0' : text(oid),
    relpages: relation.kind === 'p' ? '0' : '1',
    reltuples: '0',
    relhasindex: 'false',
    relkind: relation.kind === 'p' ? 'I' : 'i',
    relhassubclass: text(possessionsOf(catalog, relation).has('index partition')),
    relispartition: text(parentIndex(catalog, index) !== undefined),
    relfrozenxid: '0',
    relminmxid: '0',
    relpartbound: null,
    reloptions: optionList(storage),
    relnatts: text(keys.length + included.length),
    relchecks: '0',
    relhasrules: 'false',
    relhastriggers: 'false',
    relreplident: 'n',
  }
}

/** A relation with the columns that can be named. */
export const withSequenceColumns = (relation: RelationInfo): RelationInfo =>
  relation.kind === 'S' ? { ...relation, columns: SEQUENCE_COLUMNS } : relation

/** Those of the table that keeps its long values. */
const toastOptions = ({ options = [] }: RelationInfo): string[] =>
  options.flatMap((option) => (option.startsWith('toast.') ? [option.slice('toast.'.length)] : []))

/** What a sequence has when it is read as a table. */
export const SEQUENCE_COLUMNS: readonly ColumnInfo[] = (
  [
    ['last_value', OID.int8],
    ['log_cnt', OID.int8],
    ['is_called', OID.bool],
  ] as const
).map(([name, type], at) => ({ number: at + 1, name, physical: name, type, typmod: -1, notNull: true }))

/** @param storageOf what pg_type says of a type */
export const classRows = (env: Environment, storageOf: (type: number) => TypeStorage): SystemRow[] =>
  [...env.catalog.contents.relations.values()].flatMap((relation) => {
    const row = relationRow(env, withSequenceColumns(relation))
    const indexes = indexesOf(relation).map((index) => indexRow(env, index))
    if (!hasToast(env.catalog, relation, storageOf)) return [row, ...indexes]
    return [
      { ...row, reltoastrelid: text(toastOid(relation)) },
      ...toastClassRows(env.catalog, relation, row, optionList(toastOptions(relation))),
      ...indexes,
    ]
  })

const attribute = (
  relation: number,
  { number, name, type, typmod, dimensions = 0, notNull, inherited = 0, onlyInherited = false, ...column }: ColumnInfo,
  info: TypeInfo,
  { byValue, align, storage }: TypeStorage,
): SystemRow => ({
  attrelid: text(relation),
  attname: name,
  atttypid: text(type),
  attlen: text(info.length),
  attnum: text(number),
  atttypmod: text(typmod),
  attndims: text(dimensions),
  attbyval: text(byValue),
  attalign: align,
  attstorage: column.storage ?? storage,
  attcompression: column.compression ?? '',
  attnotnull: text(notNull),
  atthasdef: 'false',
  atthasmissing: 'false',
  attidentity: '',
  attgenerated: '',
  attisdropped: 'false',
  attislocal: text(!onlyInherited),
  attinhcount: text(inherited),
  attcollation: text(column.collation ?? info.collation),
  attstattarget: column.statistics === undefined ? null : text(column.statistics),
})

/** ctid, xmin and their kin, which every table has. */
const SYSTEM_ATTRIBUTES = [
  ['ctid', OID.tid, -1],
  ['xmin', OID.xid, -2],
  ['cmin', OID.cid, -3],
  ['xmax', OID.xid, -4],
  ['cmax', OID.cid, -5],
  ['tableoid', OID.oid, -6],
] as const

/** @param storageOf what pg_type says of a type */
export const attributeRows = (env: Environment, storageOf: (type: number) => TypeStorage): SystemRow[] => {
  const { catalog } = env
  const rowOf = (relation: number, column: ColumnInfo): SystemRow =>
    attribute(relation, column, catalog.type(column.type), storageOf(column.type))
  const systemRows = (relation: number): SystemRow[] =>
    SYSTEM_ATTRIBUTES.map(([name, type, number]) =>
      rowOf(relation, { number, name, physical: name, type, typmod: -1, notNull: true }),
    )
  return [...catalog.contents.relations.values()].flatMap((relation) => {
    const { oid, kind, columns } = withSequenceColumns(relation)
    const own = columns.map((column) => ({
      ...rowOf(oid, column),
      atthasdef: text(defaultText(env, relation, column) !== undefined),
      attidentity: column.identity ?? '',
      attgenerated: column.generated ?? '',
    }))
    const isTable = kind === 'r' || kind === 'p' || kind === 'm' || kind === 'S'
    const indexed = indexesOf(relation).flatMap((index) =>
      [...index.keys, ...index.included].map((number, at) => {
        const computed = number === 0 ? index.index?.computed?.columns[at] : undefined
        const column = columns.find((each) => each.number === number)
        const row = (type: number): SystemRow =>
          rowOf(index.oid, {
            ...((column ?? { ...computed, physical: '' }) as ColumnInfo),
            type,
            number: at + 1,
            notNull: false,
            dimensions: 0,
            inherited: 0,
            onlyInherited: false,
          })
        const type = column?.type ?? computed?.type ?? 0
        const { method = 'btree', classes = [] } = index.index ?? {}
        const known = findOperatorClass(catalog, method, type, classes[at])
        const kept = known === undefined ? type : keyType(catalog, known, type)
        const ofIndex = collationOid(index.index?.collations?.[at]) ?? index.index?.derived?.[at]
        return {
          ...row(kept),
          attcollation: text(ofIndex ?? column?.collation ?? catalog.type(type).collation),
          attstattarget: null,
        }
      }),
    )
    // A dropped column keeps what its values take up in rows that have one.
    const dropped = (relation.dropped ?? []).map((column) => {
      if (catalog.findType(column.type) === undefined) throw unsupported('pg_attribute beside columns of dropped types')
      return {
        ...rowOf(oid, column),
        attname: `........pg.dropped.${column.number}........`,
        atttypid: '0',
        attnotnull: 'false',
        attisdropped: 'true',
      }
    })
    const toast = hasToast(catalog, relation, storageOf)
      ? toastColumns(relation).flatMap(([of, list]) => list.map((each) => ({ ...rowOf(of, each), attstorage: 'p' })))
      : []
    const toastSystem = toast.length === 0 ? [] : systemRows(toastOid(relation))
    return [...own, ...dropped, ...(isTable ? systemRows(oid) : []), ...indexed, ...toast, ...toastSystem]
  })
}

export const attrdefRows = (env: Environment): SystemRow[] =>
  [...env.catalog.contents.relations.values()].flatMap((relation) =>
    relation.columns.flatMap((column) => {
      const shown = defaultText(env, relation, column)
      return shown === undefined
        ? []
        : [
            {
              oid: text(oidOf('default', relation.oid, column.number)),
              adrelid: text(relation.oid),
              adnum: text(column.number),
              adbin: shown,
            },
          ]
    }),
  )

export const sequenceRows = ({ catalog }: Environment): SystemRow[] =>
  [...catalog.contents.relations.values()].flatMap(({ oid, sequence }) =>
    sequence === undefined
      ? []
      : [
          {
            seqrelid: text(oid),
            seqtypid: text(sequence.type),
            seqstart: text(sequence.start),
            seqincrement: text(sequence.increment),
            seqmax: text(sequence.max),
            seqmin: text(sequence.min),
            seqcache: text(sequence.cache ?? 1n),
            seqcycle: text(sequence.cycle),
          },
        ],
  )
