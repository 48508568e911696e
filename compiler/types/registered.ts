/** regclass, regtype and regnamespace: oids that read and print as names. Manual: "Object Identifier Types". */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { typesByName } from '../catalog/builtin.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Environment } from './environment.ts'

const quoted = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** A possibly qualified name, split as SQL reads it. */
const splitName = (text: string): string[] => {
  const parts = text.trim().match(/"(?:[^"]|"")*"|[^.\s"]+/g) ?? []
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
}

const isNumber = (text: string): boolean => /^\d+$/.test(text)

export const regclassIn = (text: string, { catalog, settings }: Environment): bigint => {
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const path = splitName(text)
  const name = path.at(-1) ?? ''
  const schemas = path.length > 1 ? [path.at(-2) ?? ''] : ['pg_temp_0', ...settings.searchPath]
  for (const schema of schemas) {
    const found = catalog.relationNamed(schema, name)
    if (found !== undefined) return BigInt(found.oid)
  }
  if (name.startsWith('pg_') || schemas[0] === 'information_schema') throw unsupported(`the catalog ${text}`)
  for (const relation of catalog.contents.relations.values())
    if ([...relation.indexes, ...relation.constraints].some((each) => each.name === name))
      throw unsupported('the oid of an index')
  if (path.length > 1 && !catalog.hasSchema(path.at(-2) ?? ''))
    throw new PgError('3F000', `schema "${path.at(-2)}" does not exist`)
  throw new PgError('42P01', `relation "${path.join('.')}" does not exist`)
}

export const regclassOut = (value: bigint, { catalog, settings }: Environment): string => {
  if (value === 0n) return '-'
  const relation = catalog.contents.relations.get(Number(value))
  if (relation === undefined) {
    if (value < 16_384n) throw unsupported('the name of a system catalog')
    return String(value)
  }
  const visible = settings.searchPath.includes(relation.schema) || relation.schema === 'pg_temp_0'
  return `${visible ? '' : `${quoted(relation.schema)}.`}${quoted(relation.name)}`
}

/** The names that the SQL standard gives types, and PostgreSQL's grammar with it. */
const STANDARD: Readonly<Record<string, string>> = {
  integer: 'int4',
  int: 'int4',
  smallint: 'int2',
  bigint: 'int8',
  boolean: 'bool',
  real: 'float4',
  'double precision': 'float8',
  'character varying': 'varchar',
  decimal: 'numeric',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
}

export const regtypeIn = (text: string, { catalog, settings }: Environment): bigint => {
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const lower = text.trim().toLowerCase()
  const array = lower.endsWith('[]')
  const plain = array ? lower.slice(0, -2) : lower
  const standard = typesByName.get(STANDARD[plain] ?? '')
  const path = splitName(array ? text.trim().slice(0, -2) : text)
  const name = path.at(-1) ?? ''
  const schemas = path.length > 1 ? [path.at(-2) ?? ''] : ['pg_catalog', ...settings.searchPath]
  const found = standard ?? schemas.map((schema) => catalog.typeNamed(schema, name)).find((type) => type !== undefined)
  if (found === undefined) {
    if (!/^[a-z_."]+$/i.test(text)) throw unsupported(`the type name "${text}"`)
    throw new PgError('42704', `type "${text}" does not exist`)
  }
  return BigInt(array ? found.array : found.oid)
}

export const regtypeOut = (value: bigint, { catalog, settings }: Environment): string =>
  value === 0n
    ? '-'
    : catalog.findType(Number(value)) === undefined
      ? String(value)
      : formatType(catalog, Number(value), -1, settings.searchPath)

/** Types that are stored as the oid of what they name. */
export const REGISTERED: ReadonlySet<number> = new Set([OID.regclass, OID.regtype])
