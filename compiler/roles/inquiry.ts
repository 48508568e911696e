/** Who may do what. Manual: "Access Privilege Inquiry Functions", "aclitem Functions"; after acl.c of PostgreSQL's source. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { isHidden } from '../bind/permission.ts'
import { functionsByOid } from '../catalog/builtin.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { ownedSchema } from '../catalog/owned-object.ts'
import { type AclKind, defaultAcl, type Owned, ordered, RIGHT_NAMES, RIGHTS, rightsOn } from '../catalog/privilege.ts'
import {
  canBecome,
  currentRole,
  hasRightsOf,
  isAdminOf,
  isMemberOf,
  isSuperuser,
  PUBLIC,
  requireRole,
} from '../catalog/role.ts'
import { bool, type Call, type Scalar, type Scalars, type SetReturning } from '../functions/implementation.ts'
import { databaseOid } from '../system/database.ts'
import { findIndex } from '../system/indexes.ts'
import { schemaOid } from '../system/schema.ts'
import { isToast } from '../system/toast.ts'
import type { Value } from '../tree/value.ts'
import { loadAclItem, storeAclItem } from '../types/aclitem.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import { loadElements } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { regtypeIn, relationIn } from '../types/registered.ts'
import { regprocedureIn } from '../types/registered-routine.ts'

/** An object by its oid or its name; undefined where there is none of the oid. */
type Find = (env: Environment, key: bigint | string) => { readonly owned: Owned; readonly kind: AclKind } | undefined

const numbered = (key: bigint | string, read: () => bigint): number => Number(typeof key === 'bigint' ? key : read())

/** @throws PgError 42P01 */
const findRelationOf = (env: Environment, key: bigint | string): RelationInfo | undefined => {
  const oid = numbered(key, () => relationIn(String(key), env))
  return env.catalog.findRelation(oid)
}

/** Indexes and tables for long values have no privileges: they are their owners'. @throws PgError 0A000 */
const partOf = (env: Environment, oid: number): Owned | undefined => {
  const { relation } = findIndex(env.catalog, oid) ?? {}
  if (relation !== undefined) return { ...(relation.owner === undefined ? {} : { owner: relation.owner }) }
  if (oid >= FIRST_USER_OID) return isToast(env.catalog, oid) ? {} : undefined
  const recorded = env.recorded?.('pg_class')
  if (recorded === undefined) throw unsupported('the privileges of an index here')
  const at = recorded.columns.indexOf('oid')
  return recorded.rows.some((row) => row[at] === String(oid)) ? {} : undefined
}

/** Everybody may read the system catalogs that are not hidden. */
const BUILTIN: Owned = { acl: [{ grantee: PUBLIC, grantor: 10, rights: 'r', grantable: '' }] }

const relation: Find = (env, key) => {
  const found = findRelationOf(env, key)
  if (found === undefined) {
    const part = typeof key === 'bigint' ? partOf(env, Number(key)) : undefined
    return part && { owned: part, kind: 'r' }
  }
  const isOpen = found.oid < FIRST_USER_OID && !isHidden(found.name)
  return { owned: isOpen ? BUILTIN : found, kind: found.kind === 'S' ? 's' : 'r' }
}

const KINDS: Readonly<Record<string, { readonly find: Find; readonly names: readonly string[] }>> = {
  table: {
    find: relation,
    names: ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'],
  },
  column: { find: relation, names: ['select', 'insert', 'update', 'references'] },
  any_column: { find: relation, names: ['select', 'insert', 'update', 'references'] },
  sequence: {
    find: (env, key) => {
      const found = findRelationOf(env, key)
      if (found === undefined) return undefined
      if (found.kind !== 'S') throw new PgError('42809', `"${found.name}" is not a sequence`)
      return { owned: found, kind: 's' }
    },
    names: ['usage', 'select', 'update'],
  },
  schema: {
    find: ({ catalog }, key) => {
      const named = typeof key === 'string' ? key : undefined
      const name =
        named ?? [...catalog.contents.schemas.keys()].find((each) => schemaOid(catalog, each) === String(key))
      if (named !== undefined && !catalog.hasSchema(named))
        throw new PgError('3F000', `schema "${named}" does not exist`)
      return name === undefined ? undefined : { owned: ownedSchema(catalog, name).owned, kind: 'n' }
    },
    names: ['create', 'usage'],
  },
  database: {
    find: ({ catalog, settings }, key) => {
      const own = settings.database
      if (key === own || key === databaseOid(own)) return { owned: catalog.contents.database, kind: 'd' }
      if (typeof key === 'bigint') throw unsupported('the privileges of another database')
      const exists = ['template0', 'template1', 'postgres'].includes(key) || catalog.contents.databases.has(key)
      throw exists
        ? unsupported('the privileges of another database')
        : new PgError('3D000', `database "${key}" does not exist`)
    },
    names: ['create', 'temporary', 'temp', 'connect'],
  },
  function: {
    find: (env, key) => {
      const oid = numbered(key, () => regprocedureIn(String(key), env))
      const fn = env.catalog.contents.functions.get(oid)
      if (fn !== undefined) return { owned: fn, kind: 'f' }
      if (!functionsByOid.has(oid)) return undefined
      if (!isSuperuser(env.catalog, currentRole(env.settings)))
        throw unsupported('the privileges of built-in functions')
      return { owned: {}, kind: 'f' }
    },
    names: ['execute'],
  },
  type: {
    find: (env, key) => {
      const found = env.catalog.findType(numbered(key, () => regtypeIn(String(key), env)))
      return found && { owned: found, kind: 'T' }
    },
    names: ['usage'],
  },
  language: {
    find: (_env, key) => {
      if (typeof key === 'string' && !['internal', 'c', 'sql', 'plpgsql'].includes(key))
        throw new PgError('42704', `language "${key}" does not exist`)
      return { owned: {}, kind: 'l' }
    },
    names: ['usage'],
  },
  tablespace: {
    find: (_env, key) => {
      const [byDefault, shared] = ['pg_default', 'pg_global']
      if (typeof key === 'bigint') return key === 1663n || key === 1664n ? { owned: { acl: [] }, kind: 'd' } : undefined
      if (key === byDefault || key === shared) return { owned: { acl: [] }, kind: 'd' }
      throw new PgError('42704', `tablespace "${key}" does not exist`)
    },
    names: ['create'],
  },
}

/** A list of privileges, any of which is asked for (convert_any_priv_string). @throws PgError 22023 */
const requested = (text: string, names: readonly string[]): { rights: string; passingOn: string } => {
  const found = { rights: '', passingOn: '' }
  for (const part of text.split(',')) {
    const word = part.trim()
    const lower = word.toLowerCase()
    const plain = lower.replace(/ with grant option$/, '')
    const right = names.includes(plain) ? RIGHT_NAMES[plain] : undefined
    if (right === undefined) throw new PgError('22023', `unrecognized privilege type: "${word}"`)
    found[plain === lower ? 'rights' : 'passingOn'] += right
  }
  return found
}

/** @throws PgError 42704 */
const roleOf = (env: Environment, key: Value): number =>
  typeof key === 'bigint' ? Number(key) : key === 'public' ? PUBLIC : requireRole(env, String(key))

/** @param withRole the first argument is a role @param withColumn the one before the last is a column */
const inquiry = (kind: string, withRole: boolean, withColumn: boolean): Scalar => {
  const { find, names } = KINDS[kind] ?? { find: relation, names: [] }
  return function (this: Call, ...args: Value[]): Value {
    const role = withRole ? roleOf(this, args[0] ?? null) : currentRole(this.settings)
    const [key, column] = withRole ? args.slice(1) : args
    const { rights, passingOn } = requested(String(args.at(-1)), names)
    const object = find(this, key as bigint | string)
    if (object === undefined) return null
    if (withColumn) {
      const { columns, name } = object.owned as RelationInfo
      const isThere = columns?.some((each) =>
        typeof column === 'bigint' ? each.number === Number(column) : each.name === column,
      )
      if (columns !== undefined && !isThere) {
        if (typeof column === 'bigint') return null
        throw new PgError('42703', `column "${column}" of relation "${name}" does not exist`)
      }
    }
    const { catalog } = this
    return bool(
      rightsOn(catalog, role, object.owned, object.kind, rights) !== '' ||
        rightsOn(catalog, role, object.owned, object.kind, passingOn, true) !== '',
    )
  }
}

/** @throws PgError 22023 */
const hasRole = (withRole: boolean): Scalar =>
  function (this: Call, ...args: Value[]): Value {
    const member = withRole ? roleOf(this, args[0] ?? null) : currentRole(this.settings)
    const role = roleOf(this, args.at(-2) ?? null)
    const { catalog } = this
    return bool(
      String(args.at(-1))
        .split(',')
        .some((part) => {
          const word = part.trim().toLowerCase()
          const [, kind = '', option] = /^(usage|member|set)( with (?:grant|admin) option)?$/.exec(word) ?? []
          if (kind === '') throw new PgError('22023', `unrecognized privilege type: "${part.trim()}"`)
          if (option !== undefined) return isAdminOf(catalog, member, role)
          if (kind === 'usage') return hasRightsOf(catalog, member, role)
          if (kind === 'set') return canBecome(catalog, member, role)
          return isSuperuser(catalog, member) || isMemberOf(catalog, member, role)
        }),
    )
  }

const FORMS: Readonly<Record<string, boolean>> = {
  name: false,
  id: false,
  name_name: true,
  name_id: true,
  id_name: true,
  id_id: true,
}

const inquiries = Object.fromEntries(
  Object.keys(KINDS).flatMap((kind) =>
    kind === 'column'
      ? Object.keys(FORMS).flatMap((form) =>
          ['name', 'attnum'].map(
            (column) => [`has_column_privilege_${form}_${column}`, inquiry(kind, FORMS[form] ?? false, true)] as const,
          ),
        )
      : Object.entries(FORMS).map(
          ([form, withRole]) => [`has_${kind}_privilege_${form}`, inquiry(kind, withRole, false)] as const,
        ),
  ),
)

/** Kinds of objects that have no privileges here, but default ones in PostgreSQL: those of the owner. */
const OTHER_DEFAULTS: Readonly<Record<string, string>> = { c: '', L: 'rw', p: 'sA', t: 'C', F: 'U', S: 'U' }

export const privilegeFunctions: Scalars = {
  ...inquiries,
  ...Object.fromEntries(
    Object.entries(FORMS).map(([form, withRole]) => [`pg_has_role_${form}`, hasRole(withRole)] as const),
  ),
  acldefault_sql: (kind: string, owner: bigint) => {
    const others = OTHER_DEFAULTS[kind]
    if (others === undefined && !'rsdflnT'.includes(kind))
      throw new PgError('XX000', `unrecognized object type abbreviation: ${kind}`)
    const own = { grantee: Number(owner), grantor: Number(owner), grantable: '' }
    const items =
      others === undefined
        ? defaultAcl(kind as AclKind, Number(owner))
        : others === ''
          ? []
          : [{ ...own, rights: ordered(others) }]
    return storeArray(arrayOf(items.map(storeAclItem)))
  },
  makeaclitem: (grantee: bigint, grantor: bigint, text: string, isGrantable: bigint) => {
    const { rights } = requested(text, Object.keys(RIGHT_NAMES))
    const both = ordered(rights)
    return storeAclItem({
      grantee: Number(grantee),
      grantor: Number(grantor),
      rights: both,
      grantable: isGrantable === 1n ? both : '',
    })
  },
  aclitem_eq: (one: string, other: string) => bool(one === other),
}

const NAMES: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(RIGHT_NAMES)
    .filter(([name]) => name !== 'temp')
    .map(([name, right]) => [right, name.toUpperCase()]),
)

export const privilegeRows: Readonly<Record<string, SetReturning>> = {
  aclexplode: function (this: Call, acl: string) {
    return loadElements(this, this.args[0] ?? 0, acl).elements.flatMap((item) => {
      const { grantee, grantor, rights, grantable } = loadAclItem(String(item))
      return [...RIGHTS]
        .filter((right) => rights.includes(right))
        .map((right): Value[] => [
          BigInt(grantor),
          BigInt(grantee),
          NAMES[right] ?? '',
          bool(grantable.includes(right)),
        ])
    })
  },
}
