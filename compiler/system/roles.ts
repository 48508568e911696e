/** pg_authid, pg_auth_members and pg_default_acl. */
import { OWNER_ROLE, type RoleInfo } from '../catalog/role.ts'
import { spelledSetting } from '../setting/spelling.ts'
import { aclText } from '../types/aclitem.ts'
import type { Environment } from '../types/environment.ts'
import { databaseOid } from './database.ts'
import { arrayText } from './functions.ts'
import { type SystemRow, text } from './row.ts'
import { schemaOid } from './schema.ts'

const roleRow = (role: RoleInfo): SystemRow => ({
  oid: text(role.oid),
  rolname: role.name,
  rolsuper: text(role.superuser),
  rolinherit: text(role.inherit),
  rolcreaterole: text(role.createRole),
  rolcreatedb: text(role.createDatabase),
  rolcanlogin: text(role.login),
  rolreplication: text(role.replication),
  rolbypassrls: text(role.bypassRls),
  rolconnlimit: text(role.connectionLimit),
  rolpassword: role.password ?? null,
  rolvaliduntil: role.validUntil ?? null,
})

export const roleRows = ({ catalog }: Environment): SystemRow[] => [...catalog.contents.roles.values()].map(roleRow)

export const membershipRows = ({ catalog }: Environment): SystemRow[] =>
  catalog.contents.memberships.map(({ oid, role, member, admin, inherit, set }) => ({
    oid: text(oid),
    roleid: text(role),
    member: text(member),
    grantor: text(OWNER_ROLE),
    admin_option: text(admin),
    inherit_option: text(inherit),
    set_option: text(set),
  }))

/** What they are called there (DEFACLOBJ_…). */
const DEFAULT_ACL_KINDS: Readonly<Record<string, string>> = { s: 'S' }

export const defaultAclRows = (env: Environment): SystemRow[] =>
  env.catalog.contents.defaultAcls.map(({ oid, role, schema, kind, acl }) => ({
    oid: text(oid),
    defaclrole: text(role),
    defaclnamespace: schema === undefined ? '0' : schemaOid(env.catalog, schema),
    defaclobjtype: DEFAULT_ACL_KINDS[kind] ?? kind,
    defaclacl: aclText(env, acl),
  }))

export const roleSettingRows = ({ catalog, settings }: Environment): SystemRow[] =>
  catalog.contents.roleSettings.map(({ role, here, settings: kept }) => ({
    setdatabase: text(here ? databaseOid(settings.database) : 0),
    setrole: text(role),
    setconfig: arrayText(kept.map(([name, value]) => `${spelledSetting(name)}=${value}`)),
  }))
