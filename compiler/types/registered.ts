/** regclass, regtype, regnamespace and regrole: oids that read and print as names. Manual: "Object Identifier Types". */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { typeOfText } from '../bind/type-string.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { requireRole, roleName } from '../catalog/role.ts'
import { requireUsage } from '../catalog/schema-usage.ts'
import { schemasFor } from '../catalog/search-path.ts'
import { qualifiedName } from '../deparse/name.ts'
import { indexesOf } from '../system/indexes.ts'
import { schemaOid } from '../system/schema.ts'
import type { Environment } from './environment.ts'
import { quoteIdentifier } from './identifier.ts'

/** A possibly qualified name, split as SQL reads it. */
export const splitName = (text: string): string[] => {
  const parts = text.trim().match(/"(?:[^"]|"")*"|[^.\s"]+/g) ?? []
  return parts.map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase()))
}

export const isNumber = (text: string): boolean => /^\d+$/.test(text)

const missingSchema = (schema: string | undefined): PgError => new PgError('3F000', `schema "${schema}" does not exist`)

/** regclassin: to it a relation of no schema is one that is not there. @throws PgError 42P01, 42601, 0A000 */
export const regclassIn = (text: string, env: Environment): bigint => {
  try {
    return relationIn(text, env)
  } catch (error) {
    if (!(error instanceof PgError) || error.code !== '3F000') throw error
    throw new PgError('42P01', `relation "${splitName(text).join('.')}" does not exist`)
  }
}

/** The relation of a name, as functions take it. @throws PgError 42P01, 3F000, 42601, 0A000 */
export const relationIn = (text: string, env: Environment): bigint => {
  const { catalog, settings } = env
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const path = splitName(text)
  if (path.length > 3) throw new PgError('42601', `improper relation name (too many dotted names): ${path.join('.')}`)
  if (path.length === 3 && path[0] !== settings.database)
    throw new PgError('0A000', `cross-database references are not implemented: "${path.join('.')}"`)
  requireUsage(env, path.at(-2))
  const name = path.at(-1) ?? ''
  const schemas = schemasFor(path, settings.searchPath)
  for (const schema of schemas) {
    const found = catalog.relationNamed(schema, name)
    if (found !== undefined) return BigInt(found.oid)
    for (const relation of catalog.contents.relations.values()) {
      const index = relation.schema === schema && indexesOf(relation).find((each) => each.name === name)
      if (index) return BigInt(index.oid)
    }
  }
  if (name.startsWith('pg_') || schemas[0] === 'information_schema') throw unsupported(`the relation ${text}`)
  if (path.length > 1 && !catalog.hasSchema(path.at(-2) ?? '')) throw missingSchema(path.at(-2))
  throw new PgError('42P01', `relation "${path.join('.')}" does not exist`)
}

export const regclassOut = (value: bigint, env: Environment): string => {
  const { catalog } = env
  if (value === 0n) return '-'
  const relation = catalog.findRelation(Number(value))
  if (relation !== undefined) return qualifiedName(env, relation)
  if (value < 16_384n) throw unsupported('the name of a built-in relation')
  for (const owner of catalog.contents.relations.values()) {
    const index = indexesOf(owner).find((each) => BigInt(each.oid) === value)
    if (index !== undefined) return qualifiedName(env, { schema: owner.schema, name: index.name })
  }
  return String(value)
}

/** @throws PgError 3F000 */
export const regnamespaceIn = (text: string, { catalog }: Environment): bigint => {
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const [name = '', ...others] = splitName(text)
  if (others.length > 0) throw new PgError('42602', 'invalid name syntax')
  if (!catalog.hasSchema(name)) throw new PgError('3F000', `schema "${name}" does not exist`)
  return BigInt(schemaOid(catalog, name))
}

export const regnamespaceOut = (value: bigint, { catalog }: Environment): string => {
  if (value === 0n) return '-'
  const name = [...catalog.contents.schemas.keys(), 'pg_toast'].find(
    (each) => schemaOid(catalog, each) === String(value),
  )
  return name === undefined ? String(value) : quoteIdentifier(name)
}

/** @throws PgError 42601, 42704, 3F000, 42501 */
export const regtypeIn = (text: string, env: Environment): bigint => {
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  return BigInt(typeOfText(env, text).type)
}

export const regtypeOut = (value: bigint, { catalog, settings }: Environment): string =>
  value === 0n
    ? '-'
    : catalog.findType(Number(value)) === undefined
      ? String(value)
      : formatType(catalog, Number(value), -1, settings.searchPath)

/** @throws PgError 42704 */
export const regroleIn = (text: string, env: Environment): bigint => {
  if (text === '-') return 0n
  if (isNumber(text)) return BigInt(text)
  const [name = '', ...others] = splitName(text)
  if (others.length > 0) throw new PgError('42602', 'invalid name syntax')
  return BigInt(requireRole(env, name))
}

export const regroleOut = (value: bigint, env: Environment): string => {
  if (value === 0n) return '-'
  const name = roleName(env, Number(value))
  return name === undefined ? String(value) : quoteIdentifier(name)
}

/** Types that are stored as the oid of what they name. */
export const REGISTERED: ReadonlySet<number> = new Set([
  OID.regclass,
  OID.regtype,
  OID.regproc,
  OID.regprocedure,
  OID.regoper,
  OID.regoperator,
  OID.regnamespace,
  OID.regrole,
])
