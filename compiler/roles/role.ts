/** CREATE, ALTER and DROP ROLE, and GRANT and REVOKE of membership. Manual: "CREATE ROLE" and its neighbours. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { readSecret } from '../../wire/protocol/scram-secret.ts'
import { roleOf } from '../bind/role.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import {
  currentRole,
  findRole,
  GRANTABLE_ROLES,
  isMemberOf,
  isSuperuser,
  type Membership,
  noSuchRole,
  OWNER_ROLE,
  type RoleInfo,
  requireRole,
  roleName,
} from '../catalog/role.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from '../statement/context.ts'
import { definition, scopeOf } from '../statement/definition.ts'
import { timestamptzIn, timestamptzOut } from '../types/datetime.ts'
import { dependentsOfRole } from './dependents.ts'

/** What only superusers do here: others may, by CREATEROLE and ADMIN OPTION, which is more than is known of. */
const requireSuperuser = ({ statement }: Scope, action: string): void => {
  const role = currentRole(statement.settings)
  if (isSuperuser(statement.catalog, role)) return
  const mayCreate = statement.catalog.contents.roles.get(role)?.createRole === true
  if (mayCreate) throw refuse({ statement } as Scope, 'CREATEROLE')
  throw new PgError('42501', `permission denied to ${action}`)
}

const checkName = (name: string): void => {
  if (name === 'public' || name === 'none') throw new PgError('42939', `role name "${name}" is reserved`)
  if (name.startsWith('pg_'))
    throw new PgError('42939', `role name "${name}" is reserved`, {
      detail: 'Role names starting with "pg_" are reserved.',
    })
}

type Changes = { -readonly [Key in keyof RoleInfo]?: RoleInfo[Key] | undefined }

interface Options {
  readonly changes: Changes
  /** IN ROLE; ROLE or USER of ALTER GROUP; ADMIN. */
  readonly lists: Readonly<Record<'addroleto' | 'rolemembers' | 'adminmembers', readonly Ast.RoleSpec[]>>
}

const FLAGS: Readonly<Record<string, keyof RoleInfo>> = {
  superuser: 'superuser',
  inherit: 'inherit',
  createrole: 'createRole',
  createdb: 'createDatabase',
  canlogin: 'login',
  isreplication: 'replication',
  bypassrls: 'bypassRls',
}

/** As catalogs have moments. */
const PLAIN = { timeZone: 'UTC', dateStyle: 'ISO, MDY' } as const

const specsOf = (node: Ast.Node | undefined): Ast.RoleSpec[] =>
  (node !== undefined && 'List' in node ? (node.List.items ?? []) : []).flatMap((item) =>
    'RoleSpec' in item ? [item.RoleSpec] : [],
  )

const flagOf = (node: Ast.Node | undefined): boolean =>
  node === undefined || ('Boolean' in node && node.Boolean.boolval === true)

const stringOf = (node: Ast.Node | undefined): string | undefined =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : undefined

/** @throws PgError 42601, 22023 */
const optionsOf = (scope: Scope, nodes: readonly Ast.Node[] | undefined): Options => {
  const changes: Changes = {}
  const lists = { addroleto: [], rolemembers: [], adminmembers: [] } as Record<keyof Options['lists'], Ast.RoleSpec[]>
  const seen = new Set<string>()
  for (const node of nodes ?? []) {
    if (!('DefElem' in node)) continue
    const { defname = '', arg, location } = node.DefElem
    if (seen.has(defname)) {
      const position = scope.statement.position(location)
      throw new PgError('42601', 'conflicting or redundant options', position === undefined ? {} : { position })
    }
    seen.add(defname)
    const flag = FLAGS[defname]
    if (flag !== undefined) Object.assign(changes, { [flag]: flagOf(arg) })
    else if (defname in lists) lists[defname as keyof typeof lists] = specsOf(arg)
    else if (defname === 'connectionlimit') {
      const limit = arg !== undefined && 'Integer' in arg ? (arg.Integer.ival ?? 0) : -2
      if (limit < -1) throw new PgError('22023', `invalid connection limit: ${limit}`)
      changes.connectionLimit = limit
    } else if (defname === 'validUntil') {
      const { settings } = scope.statement
      const until = timestamptzIn(stringOf(arg) ?? '', -1, scope.statement)
      changes.validUntil = timestamptzOut(until, { ...scope.statement, settings: { ...settings, ...PLAIN } })
    } else if (defname === 'password') {
      const password = stringOf(arg)
      changes.isPlain = password !== undefined && password !== '' && readSecret(password) === undefined
      changes.password = password === '' ? undefined : password
      if (password === '') scope.statement.notice('00000', 'empty string is not a valid password, clearing password')
      if (password?.startsWith('md5')) throw refuse(scope, 'a password as an MD5 digest', location)
    } else throw refuse(scope, `${defname} of CREATE ROLE`, location)
  }
  return { changes, lists }
}

export const planCreateRole = (context: StatementContext, node: Ast.CreateRoleStmt): DefinitionPlan => {
  const { stmt_type: kind, role: name = '', options } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  const { changes, lists } = optionsOf(scope, options)
  requireSuperuser(scope, 'create role')
  checkName(name)
  if (findRole(scope.statement, name) !== undefined) throw new PgError('42710', `role "${name}" already exists`)
  const oid = catalog.contents.nextOid
  const role: RoleInfo = {
    oid,
    name,
    superuser: false,
    inherit: true,
    createRole: false,
    createDatabase: false,
    login: kind === 'ROLESTMT_USER',
    replication: false,
    bypassRls: false,
    connectionLimit: -1,
    ...(changes as Partial<RoleInfo>),
  }
  const roles = new Map(catalog.contents.roles).set(oid, role)
  let after = catalog.with({ roles, nextOid: oid + 1 })
  const members = (specs: readonly Ast.RoleSpec[]): number[] =>
    specs.map((spec) => roleOf({ ...scope, statement: { ...scope.statement, catalog: after } }, spec))
  for (const group of members(lists.addroleto)) after = withMember(scope, after, group, oid, {})
  for (const member of members(lists.rolemembers)) after = withMember(scope, after, oid, member, {})
  for (const member of members(lists.adminmembers)) after = withMember(scope, after, oid, member, { admin: true })
  return definition(context, 'CREATE ROLE', after)
}

const nameOf = (scope: Scope, catalog: Catalog, oid: number): string =>
  roleName({ catalog, settings: scope.statement.settings }, oid) ?? String(oid)

/** AddRoleMems. @throws PgError 0LP01 */
const withMember = (
  scope: Scope,
  catalog: Catalog,
  role: number,
  member: number,
  options: Partial<Pick<Membership, 'admin' | 'inherit' | 'set'>>,
): Catalog => {
  const [roleText, memberText] = [nameOf(scope, catalog, role), nameOf(scope, catalog, member)]
  if (role < FIRST_USER_OID && role !== OWNER_ROLE && !GRANTABLE_ROLES.has(role))
    throw refuse(scope, `the role "${roleText}"`)
  if (member < FIRST_USER_OID && member !== OWNER_ROLE) throw refuse(scope, `membership of the role "${memberText}"`)
  if (isMemberOf(catalog, role, member))
    throw new PgError('0LP01', `role "${roleText}" is a member of role "${memberText}"`)
  const { memberships, nextOid, roles } = catalog.contents
  const known = memberships.find((each) => each.role === role && each.member === member)
  const same = known !== undefined && Object.entries(options).every(([key, value]) => known[key as 'admin'] === value)
  if (same) {
    const by = scope.statement.settings.user
    scope.statement.notice(
      '00000',
      `role "${memberText}" has already been granted membership in role "${roleText}" by role "${by}"`,
    )
    return catalog
  }
  if (known !== undefined)
    return catalog.with({ memberships: memberships.map((each) => (each === known ? { ...known, ...options } : each)) })
  const inherit = member === OWNER_ROLE || roles.get(member)?.inherit === true
  const fresh: Membership = { oid: nextOid, role, member, admin: false, inherit, set: true, ...options }
  return catalog.with({ memberships: [...memberships, fresh], nextOid: nextOid + 1 })
}

/** A role that a session of its own, or the database, cannot do without. */
const requireOther = ({ statement }: Scope, oid: number, what: string): void => {
  const { settings } = statement
  if (oid === currentRole(settings)) throw new PgError('55006', `current user cannot be ${what}`)
  if (oid === settings.loginRole || oid === settings.sessionRole)
    throw new PgError('55006', `session user cannot be ${what}`)
}

/** What everybody may: to change nothing of a role that is no superuser, or the own password (AlterRole). */
const isOwnPassword = (
  { statement }: Scope,
  oid: number,
  changed: readonly string[],
  lists: Options['lists'],
): boolean =>
  !isSuperuser(statement.catalog, oid) &&
  lists.rolemembers.length === 0 &&
  (changed.length === 0 ||
    (oid === currentRole(statement.settings) && changed.every((key) => key === 'password' || key === 'isPlain')))

export const planAlterRole = (context: StatementContext, node: Ast.AlterRoleStmt): DefinitionPlan => {
  const { role: spec = {}, options, action = 0 } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  const { changes, lists } = optionsOf(scope, options)
  const { rolename = '' } = spec
  if (rolename.startsWith('pg_')) checkName(rolename)
  const oid = roleOf(scope, spec)
  if (!isOwnPassword(scope, oid, Object.keys(changes), lists)) requireSuperuser(scope, 'alter role')
  if (lists.rolemembers.length > 0) {
    if (action < 0) throw refuse(scope, 'ALTER GROUP … DROP USER')
    const after = lists.rolemembers.reduce(
      (known, each) => withMember(scope, known, oid, roleOf(scope, each), {}),
      catalog,
    )
    return definition(context, 'ALTER ROLE', after)
  }
  const role = catalog.contents.roles.get(oid)
  if (role === undefined) throw refuse(scope, 'ALTER ROLE of the superuser of the database')
  const changed = { ...role, ...changes }
  if ('password' in changes && changes.password === undefined) delete changed.password
  const roles = new Map(catalog.contents.roles).set(oid, changed as RoleInfo)
  return definition(context, 'ALTER ROLE', catalog.with({ roles }))
}

/** ALTER ROLE … RENAME TO. */
export const planRenameRole = (
  context: StatementContext,
  { subname: from = '', newname: to = '' }: Ast.RenameStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  const oid = requireRole(scope.statement, from)
  const { settings } = scope.statement
  if (oid === settings.sessionRole) throw new PgError('0A000', 'session user cannot be renamed')
  if (oid === currentRole(settings)) throw new PgError('0A000', 'current user cannot be renamed')
  checkName(from)
  checkName(to)
  if (findRole(scope.statement, to) !== undefined) throw new PgError('42710', `role "${to}" already exists`)
  requireSuperuser(scope, 'rename role')
  const role = catalog.contents.roles.get(oid)
  if (role === undefined) throw refuse(scope, 'ALTER ROLE of the superuser of the database')
  const roles = new Map(catalog.contents.roles).set(oid, { ...role, name: to })
  return definition(context, 'ALTER ROLE', catalog.with({ roles }))
}

/** @throws PgError 42704, 55006, 2BP01 */
export const planDropRole = (context: StatementContext, node: Ast.DropRoleStmt): DefinitionPlan => {
  const { roles: specs = [], missing_ok: missingOk } = node
  const scope = scopeOf(context)
  let { catalog } = scope.statement
  requireSuperuser(scope, 'drop role')
  const dropped: number[] = []
  for (const each of specs) {
    if (!('RoleSpec' in each)) continue
    const { roletype, rolename = '' } = each.RoleSpec
    if (roletype !== 'ROLESPEC_CSTRING') throw new PgError('22023', 'cannot use special role specifier in DROP ROLE')
    const oid = findRole(scope.statement, rolename)
    if (oid === undefined) {
      if (!missingOk) throw noSuchRole(rolename)
      scope.statement.notice('00000', `role "${rolename}" does not exist, skipping`)
      continue
    }
    requireOther(scope, oid, 'dropped')
    if (oid < FIRST_USER_OID)
      throw new PgError('2BP01', `cannot drop role ${rolename} because it is required by the database system`)
    dropped.push(oid)
  }
  const { contents } = catalog
  const memberships = contents.memberships.filter(
    ({ role, member }) => !dropped.includes(role) && !dropped.includes(member),
  )
  for (const oid of dropped) {
    const dependents = dependentsOfRole(scope, oid)
    if (dependents.length > 0)
      throw new PgError(
        '2BP01',
        `role "${nameOf(scope, catalog, oid)}" cannot be dropped because some objects depend on it`,
        { detail: dependents.join('\n') },
      )
  }
  const roles = new Map([...contents.roles].filter(([oid]) => !dropped.includes(oid)))
  const roleSettings = contents.roleSettings.filter(({ role }) => !dropped.includes(role))
  catalog = catalog.with({ roles, memberships, roleSettings })
  return definition(context, 'DROP ROLE', catalog)
}

const OPTIONS: Readonly<Record<string, 'admin' | 'inherit' | 'set'>> = {
  admin: 'admin',
  inherit: 'inherit',
  set: 'set',
}

/** GRANT and REVOKE of roles. */
export const planGrantRole = (context: StatementContext, node: Ast.GrantRoleStmt): DefinitionPlan => {
  const { granted_roles: granted = [], grantee_roles: grantees = [], is_grant: isGrant, opt = [], grantor } = node
  const scope = scopeOf(context)
  const tag = isGrant ? 'GRANT ROLE' : 'REVOKE ROLE'
  let { catalog } = scope.statement
  const options: Partial<Record<'admin' | 'inherit' | 'set', boolean>> = {}
  for (const each of opt) {
    if (!('DefElem' in each)) continue
    const name = OPTIONS[each.DefElem.defname ?? '']
    if (name === undefined) throw refuse(scope, `${each.DefElem.defname} of ${tag}`)
    options[name] = flagOf(each.DefElem.arg)
  }
  if (grantor !== undefined) throw refuse(scope, `GRANTED BY of ${tag}`)
  const members = grantees.flatMap((each) => ('RoleSpec' in each ? [roleOf(scope, each.RoleSpec)] : []))
  for (const each of granted) {
    const name = 'AccessPriv' in each ? (each.AccessPriv.priv_name ?? '') : ''
    const role = requireRole(scope.statement, name)
    if (!isSuperuser(catalog, currentRole(scope.statement.settings)))
      throw refuse(scope, `${tag} by a role that is no superuser`)
    for (const member of members)
      catalog = isGrant
        ? withMember(scope, catalog, role, member, options)
        : withoutMember(context, scope, catalog, role, member, options)
  }
  return definition(context, tag, catalog)
}

/** DelRoleMems. */
const withoutMember = (
  context: StatementContext,
  scope: Scope,
  catalog: Catalog,
  role: number,
  member: number,
  options: Partial<Record<'admin' | 'inherit' | 'set', boolean>>,
): Catalog => {
  const { memberships } = catalog.contents
  const known = memberships.find((each) => each.role === role && each.member === member)
  if (known === undefined) {
    const [roleText, memberText] = [nameOf(scope, catalog, role), nameOf(scope, catalog, member)]
    context.notices.push({
      severity: 'WARNING',
      code: '01000',
      message: `role "${memberText}" has not been granted membership in role "${roleText}" by role "${scope.statement.settings.user}"`,
    })
    return catalog
  }
  const lost = Object.keys(options) as ('admin' | 'inherit' | 'set')[]
  if (lost.length === 0) return catalog.with({ memberships: memberships.filter((each) => each !== known) })
  const fewer = { ...known, ...Object.fromEntries(lost.map((option) => [option, false])) }
  return catalog.with({ memberships: memberships.map((each) => (each === known ? fewer : each)) })
}
