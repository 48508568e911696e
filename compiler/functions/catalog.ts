/** Functions about the catalog. Manual: "System Catalog Information Functions" and "Access Privilege Inquiry Functions". */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { typeOfText } from '../bind/type-string.ts'
import { typesByOid } from '../catalog/builtin.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import builtinIndexes from '../catalog/data/indexes.json' with { type: 'json' }
import recordedVersion from '../catalog/data/version.json' with { type: 'json' }
import { identityIndex } from '../catalog/publication.ts'
import { type Recorded, rowsOf } from '../catalog/recorded.ts'
import { isFunctionVisible, isRelationVisible, isTypeVisible } from '../catalog/search-path.ts'
import { COLUMN_EVENTS, updatability } from '../statement/updatability.ts'
import { CLASSES, commentKey } from '../system/comments.ts'
import { findIndex, indexesOf } from '../system/indexes.ts'
import { isToast } from '../system/toast.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { regclassIn, regnamespaceIn, regroleIn, regtypeIn, relationIn } from '../types/registered.ts'
import { regoperatorIn, regoperIn, regprocedureIn, regprocIn } from '../types/registered-routine.ts'
import { bool, type Call, type Scalars } from './implementation.ts'

/** Those of pg_catalog; other built-in relations without columns of their own are in pg_toast. */
const BUILTIN_INDEXES: ReadonlySet<number> = new Set(
  rowsOf<{ readonly oid: number }>(builtinIndexes as Recorded).map(({ oid }) => oid),
)

/** Tables and views of pg_catalog, also those that are not known otherwise. */
const WITH_ROW_TYPES: ReadonlySet<number> = new Set(
  [...typesByOid.values()].flatMap(({ schema, relation }) =>
    schema === 'pg_catalog' && relation !== undefined ? [relation] : [],
  ),
)

/** By number (pg_enc in pg_wchar.h). */
const ENCODINGS: readonly string[] = [
  ...['SQL_ASCII', 'EUC_JP', 'EUC_CN', 'EUC_KR', 'EUC_TW', 'EUC_JIS_2004', 'UTF8', 'MULE_INTERNAL', 'LATIN1', 'LATIN2'],
  ...['LATIN3', 'LATIN4', 'LATIN5', 'LATIN6', 'LATIN7', 'LATIN8', 'LATIN9', 'LATIN10', 'WIN1256', 'WIN1258', 'WIN866'],
  ...['WIN874', 'KOI8R', 'WIN1251', 'WIN1252', 'ISO_8859_5', 'ISO_8859_6', 'ISO_8859_7', 'ISO_8859_8', 'WIN1250'],
  ...['WIN1253', 'WIN1254', 'WIN1255', 'WIN1257', 'KOI8U', 'SJIS', 'BIG5', 'GBK', 'UHC', 'GB18030', 'JOHAB'],
  'SHIFT_JIS_2004',
]

/** Roles that every database has; the superuser is the one who has made it. */
const SUPERUSER = 10n

const comment = (env: Environment, key: string, oid: bigint): Value => {
  const known = env.catalog.contents.comments.get(key)
  if (known === undefined && oid < BigInt(FIRST_USER_OID)) throw unsupported('the description of a built-in object')
  return known ?? null
}

const orNull = (read: () => Value, isAbsence: (error: PgError) => boolean = () => true): Value => {
  try {
    return read()
  } catch (error) {
    if (error instanceof PgError && error.code !== '0A000' && error.code !== '42501' && isAbsence(error)) return null
    throw error
  }
}

/** What the grammar takes for no type is an error even so. */
const typeOrNull = (read: () => Value): Value =>
  orNull(read, ({ code, message }) => code !== '42601' || message.startsWith('invalid type name'))

/** What a name means, NULL where it means nothing. */
const namesOf = (name: string, read: (text: string, env: Environment) => bigint): Scalars => ({
  [name]: function (this: Call, text: string) {
    return orNull(() => read(text, this))
  },
})

export const catalogFunctions: Scalars = {
  pg_get_replica_identity_index: function (this: Call, oid: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    const name = relation && identityIndex(relation)?.name
    const index = relation && indexesOf(relation).find((each) => each.name === name)
    return index === undefined ? null : BigInt(index.oid)
  },
  // There are no extended statistics.
  pg_get_statisticsobjdef_columns: () => null,
  pg_get_userbyid: (oid: bigint) => {
    if (oid === SUPERUSER) return 'postgres'
    if (oid === 6171n) return 'pg_database_owner'
    throw unsupported('the name of this role')
  },
  pg_get_serial_sequence: function (this: Call, table: string, column: string) {
    const relation = this.catalog.relation(Number(relationIn(table, this)))
    const found = relation.columns.find(({ name }) => name === column)
    if (found === undefined)
      throw new PgError('42703', `column "${column}" of relation "${relation.name}" does not exist`)
    const owned = [...this.catalog.contents.relations.values()].filter(
      ({ sequence }) => sequence?.ownedBy?.relation === relation.oid && sequence.ownedBy.column === found.number,
    )
    if (owned.length > 1) throw unsupported('pg_get_serial_sequence() of a column with several sequences')
    const [sequence] = owned
    return sequence === undefined ? null : `${quoteIdentifier(sequence.schema)}.${quoteIdentifier(sequence.name)}`
  },
  pg_table_is_visible: function (this: Call, oid: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    const index = relation === undefined ? findIndex(this.catalog, Number(oid)) : undefined
    const [schema, name] = [(relation ?? index?.relation)?.schema, (relation ?? index)?.name]
    if (schema !== undefined && name !== undefined)
      return bool(isRelationVisible(this.catalog, this.settings.searchPath, schema, name))
    if (BUILTIN_INDEXES.has(Number(oid)) || WITH_ROW_TYPES.has(Number(oid))) return 1n
    return oid < BigInt(FIRST_USER_OID) || isToast(this.catalog, Number(oid)) ? 0n : null
  },
  pg_type_is_visible: function (this: Call, oid: bigint) {
    const type = this.catalog.findType(Number(oid))
    return type === undefined
      ? null
      : bool(isTypeVisible(this.catalog, this.settings.searchPath, type.schema, type.name))
  },
  pg_function_is_visible: function (this: Call, oid: bigint) {
    const fn = this.catalog.findFn(Number(oid))
    return fn === undefined ? null : bool(isFunctionVisible(this.catalog, this.settings.searchPath, fn))
  },
  pg_relation_is_updatable: function (this: Call, oid: bigint, withTriggers: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    return BigInt(relation === undefined ? 0 : updatability(this, relation, withTriggers === 1n))
  },
  pg_column_is_updatable: function (this: Call, oid: bigint, column: bigint, withTriggers: bigint) {
    const relation = this.catalog.findRelation(Number(oid))
    const at = relation?.columns.findIndex(({ number }) => BigInt(number) === column) ?? -1
    if (relation === undefined || column <= 0n) return 0n
    const events = updatability(this, relation, withTriggers === 1n, [at])
    return bool((events & COLUMN_EVENTS) === COLUMN_EVENTS)
  },
  nameconcatoid: (name: string, oid: bigint) => {
    const suffix = `_${oid}`
    return name.slice(0, 63 - suffix.length) + suffix
  },
  pg_is_other_temp_schema: () => 0n,
  pg_my_temp_schema: () => 0n,
  pg_relation_is_publishable: function (this: Call, oid: bigint) {
    const relation = this.catalog.contents.relations.get(Number(oid))
    return relation?.kind === 'r' ? 1n : 0n
  },
  PG_encoding_to_char: (encoding: bigint) => ENCODINGS[Number(encoding)] ?? '',
  pg_operator_is_visible: function (this: Call, oid: bigint) {
    return this.catalog.findOperator(Number(oid)) === undefined ? null : 1n
  },
  // The two that every cluster has lie in its own folder.
  pg_tablespace_location: (oid: bigint) => {
    if (oid === 1663n || oid === 1664n) return ''
    throw new PgError('58P01', `could not stat file "pg_tblspc/${oid}": No such file or directory`)
  },
  set_config_by_name: function (this: Call, name: string | null, value: string | null, local: bigint | null) {
    if (name === null) throw new PgError('22004', 'SET requires parameter name')
    if (this.configure === undefined) throw unsupported('set_config() here')
    return this.configure(name, value ?? undefined, local === 1n)
  },
  pg_encoding_max_length_sql: (encoding: bigint) => {
    if (encoding === 6n) return 4n
    throw unsupported('the length of characters of this encoding')
  },
  pg_is_in_recovery: () => 0n,
  pgsql_version: () => rowsOf<{ readonly version: string }>(recordedVersion as Recorded)[0]?.version ?? '',
  text_regclass: function (this: Call, name: string) {
    return relationIn(name, this)
  },
  ...namesOf('to_regclass', regclassIn),
  to_regtype: function (this: Call, text: string) {
    return typeOrNull(() => regtypeIn(text, this))
  },
  to_regtypemod: function (this: Call, text: string) {
    return typeOrNull(() => BigInt(typeOfText(this, text).typmod))
  },
  ...namesOf('to_regproc', regprocIn),
  ...namesOf('to_regprocedure', regprocedureIn),
  ...namesOf('to_regoper', regoperIn),
  ...namesOf('to_regoperator', regoperatorIn),
  ...namesOf('to_regnamespace', regnamespaceIn),
  ...namesOf('to_regrole', regroleIn),
  pg_client_encoding: () => 'UTF8',
  getdatabaseencoding: () => 'UTF8',
  // obj_description(oid, name), col_description and obj_description(oid) are written in SQL.
  'sql:1215': function (this: Call, oid: bigint, catalog: string) {
    if (!['pg_class', 'pg_type', 'pg_proc', 'pg_namespace', 'pg_constraint', 'pg_trigger'].includes(catalog))
      throw unsupported(`the descriptions of ${catalog}`)
    return comment(this, commentKey(catalog as 'pg_class', Number(oid)), oid)
  },
  'sql:1348': function (this: Call, oid: bigint) {
    if (oid < BigInt(FIRST_USER_OID)) throw unsupported('the description of a built-in object')
    const all = Object.keys(CLASSES).flatMap(
      (catalog) => this.catalog.contents.comments.get(commentKey(catalog as keyof typeof CLASSES, Number(oid))) ?? [],
    )
    if (all.length > 1) throw unsupported('the description of an oid that several objects have')
    return all[0] ?? null
  },
  // shobj_description(oid, name): of what all databases share, only initdb says anything.
  'sql:1993': function (this: Call, oid: bigint, catalog: string) {
    const recorded = this.recorded?.('pg_shdescription')
    if (recorded === undefined) throw unsupported('the descriptions of what databases share here')
    const [object, type, text] = ['objoid', 'classoid', 'description'].map((name) => recorded.columns.indexOf(name))
    const of = catalog === 'pg_database' ? '1262' : catalog === 'pg_tablespace' ? '1213' : '1260'
    const row = recorded.rows.find((each) => each[object ?? 0] === String(oid) && each[type ?? 0] === of)
    return row?.[text ?? 0] ?? null
  },
  'sql:1216': function (this: Call, oid: bigint, column: bigint) {
    return comment(this, commentKey('pg_class', Number(oid), Number(column)), oid)
  },
}
