/** The rows of every system catalog: those that PostgreSQL is made with, and those of what users have made. */
import { OWNER_ROLE } from '../catalog/role.ts'
import type { Environment } from '../types/environment.ts'
import { FIXED_CATALOGS } from './catalogs.ts'
import { commentRows } from './comments.ts'
import { constraintRows, triggerRows } from './constraints.ts'
import { databaseOid } from './database.ts'
import { dependencyRows } from './dependencies.ts'
import { eventTriggerRows } from './event-triggers.ts'
import { functionRows } from './functions.ts'
import { indexRows } from './indexes.ts'
import { inheritsRows, partitionedRows } from './inheritance.ts'
import { publicationRows, publicationSchemaRows, publicationTableRows } from './publications.ts'
import { attrdefRows, attributeRows, classRows, namespaceRows, sequenceRows } from './relations.ts'
import { rewriteRows } from './rewrite.ts'
import { defaultAclRows, membershipRows, roleRows, roleSettingRows } from './roles.ts'
import { ownership, type SystemRow } from './row.ts'
import { hasToast, type TypeStorage, toastIndexRow } from './toast.ts'
import { enumRows, typeRows } from './types.ts'

/** Recorded rows of a catalog; undefined for one that a new database has none of. */
export type Recorded = (
  catalog: string,
) => { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] } | undefined

export interface SystemSource {
  readonly env: Environment
  readonly recorded: Recorded
}

const recordedRows = (recorded: Recorded, catalog: string): SystemRow[] => {
  const found = recorded(catalog)
  return (found?.rows ?? []).map((row) =>
    Object.fromEntries((found?.columns ?? []).map((name, at) => [name, row[at] ?? null])),
  )
}

const indexes = new WeakMap<Recorded, Map<string, Map<string, SystemRow>>>()

/** A recorded row by its oid. */
const byKey = (recorded: Recorded, catalog: string, key: string): Map<string, SystemRow> => {
  const known = indexes.get(recorded) ?? new Map<string, Map<string, SystemRow>>()
  indexes.set(recorded, known)
  const name = `${catalog} ${key}`
  const index = known.get(name) ?? new Map(recordedRows(recorded, catalog).map((row) => [row[key] ?? '', row]))
  known.set(name, index)
  return index
}

const functionOid =
  (recorded: Recorded) =>
  (name: string): string =>
    byKey(recorded, 'pg_proc', 'proname').get(name)?.oid ?? '0'

const typeRow =
  (recorded: Recorded) =>
  (oid: number): SystemRow | undefined =>
    byKey(recorded, 'pg_type', 'oid').get(String(oid))

const userTypes = ({ env, recorded }: SystemSource): SystemRow[] =>
  typeRows(env, typeRow(recorded), functionOid(recorded))

const storage = (source: SystemSource): ((type: number) => TypeStorage) => {
  const own = new Map(userTypes(source).map((row) => [row.oid, row]))
  return (type) => {
    const row = typeRow(source.recorded)(type) ?? own.get(String(type))
    return {
      byValue: row?.typbyval === 'true',
      align: row?.typalign ?? 'i',
      storage: row?.typstorage ?? 'x',
    }
  }
}

const toastIndexRows = (source: SystemSource): SystemRow[] => {
  const { catalog } = source.env
  const storageOf = storage(source)
  return [...catalog.contents.relations.values()]
    .filter((relation) => hasToast(catalog, relation, storageOf))
    .map((relation) => toastIndexRow(catalog, relation))
}

/** The columns of pg_database are named in ways of their own. */
const ownershipOfDatabase = (env: Environment): SystemRow => {
  const { dataowner = null, dataacl = null } = ownership(env, 'data', env.catalog.contents.database)
  return { datdba: dataowner, datacl: dataacl }
}

/** The databases beside those that a server begins with: the one at hand, and what has been made since. */
const databaseRows = ({ env, recorded }: SystemSource): SystemRow[] => {
  const rows = recordedRows(recorded, 'pg_database')
  const model = rows.find(({ datname }) => datname === 'postgres')
  const own = env.settings.database
  const names = [own, ...env.catalog.contents.databases]
  return names
    .filter((name) => model !== undefined && (name === own || !rows.some(({ datname }) => datname === name)))
    .map((name) => ({
      ...(rows.find(({ datname }) => datname === name) ?? { ...model, oid: String(databaseOid(name)), datname: name }),
      ...(name === own ? ownershipOfDatabase(env) : {}),
    }))
}

const NONE = (): SystemRow[] => []

/** Catalogs that what users make has rows in. */
const USER_ROWS: Readonly<Record<string, (source: SystemSource) => SystemRow[]>> = {
  pg_namespace: ({ env }) => namespaceRows(env),
  pg_class: (source) => classRows(source.env, storage(source)),
  pg_attribute: (source) => attributeRows(source.env, storage(source)),
  pg_attrdef: ({ env }) => attrdefRows(env),
  pg_sequence: ({ env }) => sequenceRows(env),
  pg_index: (source) => [...indexRows(source.env), ...toastIndexRows(source)],
  pg_inherits: ({ env }) => inheritsRows(env),
  pg_partitioned_table: ({ env }) => partitionedRows(env),
  pg_constraint: ({ env }) => constraintRows(env),
  pg_trigger: ({ env, recorded }) => triggerRows(env, functionOid(recorded)),
  pg_publication: ({ env }) => publicationRows(env),
  pg_publication_rel: ({ env }) => publicationTableRows(env),
  pg_publication_namespace: ({ env }) => publicationSchemaRows(env),
  pg_event_trigger: ({ env }) => eventTriggerRows(env),
  pg_database: databaseRows,
  pg_authid: ({ env }) => roleRows(env),
  pg_auth_members: ({ env }) => membershipRows(env),
  pg_db_role_setting: ({ env }) => roleSettingRows(env),
  pg_default_acl: ({ env }) => defaultAclRows(env),
  pg_type: userTypes,
  pg_enum: ({ env }) => enumRows(env),
  pg_depend: (source) => dependencyRows(source.env, (catalog) => userRows(source, catalog)),
  pg_rewrite: ({ env }) => rewriteRows(env),
  pg_description: ({ env }) => commentRows(env),
  pg_proc: ({ env, recorded }) =>
    functionRows(env, (name) => byKey(recorded, 'pg_language', 'lanname').get(name)?.oid ?? '0'),
  // What cannot be made, has no rows but the recorded ones.
  ...Object.fromEntries(FIXED_CATALOGS.map((name) => [name, NONE])),
}

/** Whether a catalog's rows are the same in every database. */
export const isFixed = (catalog: string): boolean => USER_ROWS[catalog] === NONE

/** Whether a recorded row tells of what users change: such rows are among those of the users. */
const isUsers = ({ settings }: Environment, catalog: string, { nspname, datname }: SystemRow): boolean =>
  (catalog === 'pg_namespace' && nspname === 'public') || (catalog === 'pg_database' && datname === settings.database)

export const builtinRows = ({ env, recorded }: SystemSource, catalog: string): SystemRow[] =>
  recordedRows(recorded, catalog)
    .filter((row) => !isUsers(env, catalog, row))
    .map((row) =>
      row.rolname !== undefined && row.oid === String(OWNER_ROLE) ? { ...row, rolname: env.settings.user } : row,
    )

export const userRows = (source: SystemSource, catalog: string): SystemRow[] => USER_ROWS[catalog]?.(source) ?? []
