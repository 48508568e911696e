/** Roles and their memberships. Manual: "Database Roles"; after user.c and acl.c of PostgreSQL's source. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Settings } from '../bind/settings.ts'
import type { Catalog } from './catalog.ts'

/** The superuser that a database is made with. */
export const OWNER_ROLE = 10
/** As a grantee: everybody. */
export const PUBLIC = 0

/** `pg_authid`. */
export interface RoleInfo {
  readonly oid: number
  readonly name: string
  readonly superuser: boolean
  readonly inherit: boolean
  readonly createRole: boolean
  readonly createDatabase: boolean
  readonly login: boolean
  readonly replication: boolean
  readonly bypassRls: boolean
  /** -1 for as many as there may be. */
  readonly connectionLimit: number
  /** What is kept of the password: a SCRAM secret; or the password itself until the host has made one of it. */
  readonly password?: string
  readonly isPlain?: boolean
  /** A timestamptz as PostgreSQL prints it. */
  readonly validUntil?: string
}

/** ALTER ROLE … SET and ALTER DATABASE … SET: what a session of a role begins with. `pg_db_role_setting`. */
export interface RoleSettings {
  /** 0 for all roles. */
  readonly role: number
  /** In this database; in all of them otherwise. */
  readonly here: boolean
  readonly settings: readonly (readonly [name: string, value: string])[]
}

/** `pg_auth_members`. */
export interface Membership {
  readonly oid: number
  readonly role: number
  readonly member: number
  readonly admin: boolean
  readonly inherit: boolean
  readonly set: boolean
}

/** PostgreSQL's own roles, which nobody logs in as. Manual: "Predefined Roles". */
const PREDEFINED: ReadonlyMap<string, number> = new Map([
  ['pg_database_owner', 6171],
  ['pg_read_all_data', 6181],
  ['pg_write_all_data', 6182],
  ['pg_monitor', 3373],
  ['pg_read_all_settings', 3374],
  ['pg_read_all_stats', 3375],
  ['pg_stat_scan_tables', 3377],
  ['pg_read_server_files', 4569],
  ['pg_write_server_files', 4570],
  ['pg_execute_server_program', 4571],
  ['pg_signal_backend', 4200],
  ['pg_checkpoint', 4544],
  ['pg_maintain', 6337],
  ['pg_use_reserved_connections', 4550],
  ['pg_create_subscription', 6304],
  ['pg_signal_autovacuum_worker', 6392],
])
const PREDEFINED_NAMES: ReadonlyMap<number, string> = new Map([...PREDEFINED].map(([name, oid]) => [oid, name]))

/** Those whose rights are known here, so that they can be given to a role. */
const READS_ALL = 6181
const WRITES_ALL = 6182
export const DATABASE_OWNER = 6171
export const GRANTABLE_ROLES: ReadonlySet<number> = new Set([READS_ALL, WRITES_ALL])

interface Roles {
  readonly catalog: Catalog
  readonly settings: Settings
}

/** The oid of a role; undefined where there is none. */
export const findRole = ({ catalog, settings }: Roles, name: string): number | undefined => {
  if (name === settings.user) return OWNER_ROLE
  for (const role of catalog.contents.roles.values()) if (role.name === name) return role.oid
  return PREDEFINED.get(name)
}

export const noSuchRole = (name: string): PgError => new PgError('42704', `role "${name}" does not exist`)

/** @throws PgError 42704 */
export const requireRole = (roles: Roles, name: string): number => {
  const oid = findRole(roles, name)
  if (oid === undefined) throw noSuchRole(name)
  return oid
}

/** The name of a role; undefined where there is none. */
export const roleName = ({ catalog, settings }: Roles, oid: number): string | undefined =>
  oid === OWNER_ROLE ? settings.user : (catalog.contents.roles.get(oid)?.name ?? PREDEFINED_NAMES.get(oid))

export const isSuperuser = (catalog: Catalog, oid: number): boolean =>
  oid === OWNER_ROLE || catalog.contents.roles.get(oid)?.superuser === true

/** The role that a statement is executed as. */
export const currentRole = ({ setRole, sessionRole }: Settings): number => setRole ?? sessionRole

/** All roles that one is a member of, itself among them, over memberships of a kind. */
const rolesOf = (catalog: Catalog, oid: number, by: 'inherit' | 'set' | undefined): ReadonlySet<number> => {
  const found = new Set([oid])
  for (const member of found) {
    for (const each of catalog.contents.memberships)
      if (each.member === member && (by === undefined || each[by])) found.add(each.role)
    if (member === (catalog.contents.database?.owner ?? OWNER_ROLE)) found.add(DATABASE_OWNER)
  }
  return found
}

/** Whether a role has the rights of another one without SET ROLE (has_privs_of_role). */
export const hasRightsOf = (catalog: Catalog, member: number, role: number): boolean =>
  member === role || isSuperuser(catalog, member) || rolesOf(catalog, member, 'inherit').has(role)

/** Whether a role may SET ROLE to another one (member_can_set_role). */
export const canBecome = (catalog: Catalog, member: number, role: number): boolean =>
  member === role || isSuperuser(catalog, member) || rolesOf(catalog, member, 'set').has(role)

/** Whether a role is a member of another one, by whatever membership (is_member_of_role_nosuper). */
export const isMemberOf = (catalog: Catalog, member: number, role: number): boolean =>
  rolesOf(catalog, member, undefined).has(role)

/** Whether a role may make others members of one (is_admin_of_role). */
export const isAdminOf = (catalog: Catalog, member: number, role: number): boolean =>
  isSuperuser(catalog, member) ||
  [...rolesOf(catalog, member, undefined)].some((each) =>
    catalog.contents.memberships.some((by) => by.member === each && by.role === role && by.admin),
  )

/** What pg_read_all_data and pg_write_all_data allow on every table, and pg_read_all_data on every schema. */
export const impliedRights = (catalog: Catalog, role: number): string => {
  const roles = rolesOf(catalog, role, 'inherit')
  return `${roles.has(READS_ALL) ? 'r' : ''}${roles.has(WRITES_ALL) ? 'awd' : ''}`
}
