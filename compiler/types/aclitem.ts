/**
 * Rights on objects, `grantee=privileges/grantor`; stored with the oids of the roles. Manual: "Privileges"; after acl.c of
 * PostgreSQL's source.
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { type AclItem, RIGHTS } from '../catalog/privilege.ts'
import { OWNER_ROLE, PUBLIC, requireRole, roleName } from '../catalog/role.ts'
import type { Environment } from './environment.ts'

/** In the order in which they are shown, each perhaps with the right to grant it. */
const PRIVILEGES = new RegExp(`^${[...RIGHTS].map((right) => `(?:${right}\\*?)?`).join('')}$`)

export const storeAclItem = ({ grantee, grantor, rights, grantable }: AclItem): string =>
  `${grantee}=${[...rights].map((right) => (grantable.includes(right) ? `${right}*` : right)).join('')}/${grantor}`

export const loadAclItem = (stored: string): AclItem => {
  const [grantee = '', rest = ''] = stored.split('=', 2)
  const [letters = '', grantor = ''] = rest.split('/', 2)
  return {
    grantee: Number(grantee),
    grantor: Number(grantor),
    rights: letters.replaceAll('*', ''),
    grantable: [...letters.matchAll(/(.)\*/g)].map(([, right]) => right).join(''),
  }
}

/** What catalogs are recorded with has the name of the superuser of another database. */
const RECORDED_OWNER = 'postgres'

/** @throws PgError 42704 for an unknown role, 0A000 for what is not written as PostgreSQL writes it */
export const aclItemIn = (text: string, _typmod: number, env: Environment): string => {
  const [grantee = '', rest = ''] = text.split('=', 2)
  const [privileges = '', grantor = ''] = rest.split('/', 2)
  const isKnown = grantor !== '' && PRIVILEGES.test(privileges) && /^\w*$/.test(grantee) && /^\w+$/.test(grantor)
  if (!isKnown || `${grantee}=${privileges}/${grantor}` !== text) throw unsupported(`the access privilege "${text}"`)
  const oidOf = (name: string): number => {
    try {
      return name === '' ? PUBLIC : requireRole(env, name)
    } catch (error) {
      if (name === RECORDED_OWNER && error instanceof PgError) return OWNER_ROLE
      throw error
    }
  }
  return `${oidOf(grantee)}=${privileges}/${oidOf(grantor)}`
}

/** putid: a name that is more than letters, digits and underscores is quoted. */
const shownRole = (env: Environment, oid: number): string => {
  const name = oid === PUBLIC ? '' : (roleName(env, oid) ?? String(oid))
  return /^[\w\u0080-\uffff]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`
}

export const aclItemOut = (stored: string, env: Environment): string => {
  const [grantee = '', rest = ''] = stored.split('=', 2)
  const [privileges = '', grantor = ''] = rest.split('/', 2)
  return `${shownRole(env, Number(grantee))}=${privileges}/${shownRole(env, Number(grantor))}`
}

/** The privileges of an object as its catalog shows them; NULL for the default ones. */
export const aclText = (env: Environment, acl: readonly AclItem[] | undefined): string | null => {
  if (acl === undefined) return null
  const items = acl.map((item) => aclItemOut(storeAclItem(item), env))
  return `{${items.map((text) => (/["\\{},\s]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text)).join(',')}}`
}
