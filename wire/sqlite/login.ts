/** Roles that log in: what is kept of their passwords, and whether they may. Manual: "Client Authentication", "CREATE ROLE". */

import { DEFAULT_SETTINGS } from '../../compiler/bind/settings.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { findRole, OWNER_ROLE, type RoleInfo } from '../../compiler/catalog/role.ts'
import { fatal } from '../protocol/error.ts'
import { scramSecret, secretText } from '../protocol/scram-secret.ts'

const sealed = ({ isPlain: _isPlain, ...role }: RoleInfo): RoleInfo =>
  role.password === undefined ? role : { ...role, password: secretText(scramSecret(role.password)) }

/** A catalog that knows no password itself. */
export const withSecrets = (catalog: Catalog): Catalog => {
  const roles = [...catalog.contents.roles]
  if (!roles.some(([, { isPlain }]) => isPlain)) return catalog
  return catalog.with({ roles: new Map(roles.map(([oid, role]) => [oid, role.isPlain ? sealed(role) : role])) })
}

/**
 * The role that somebody would log in as.
 * @param owner the name of the superuser that the database was made with
 * @throws PgError 28000 where there is none, or one that may not
 */
export const loginRole = (catalog: Catalog, owner: string, name: string): RoleInfo | undefined => {
  const oid = findRole({ catalog, settings: { ...DEFAULT_SETTINGS, user: owner } }, name)
  if (oid === undefined) throw fatal('28000', `role "${name}" does not exist`)
  if (oid === OWNER_ROLE) return undefined
  const role = catalog.contents.roles.get(oid)
  if (role?.login !== true) throw fatal('28000', `role "${name}" is not permitted to log in`)
  return role
}

/** Whether a password that was good until some time is good no more. @param now in milliseconds since 1970 */
export const isExpired = ({ validUntil }: RoleInfo, now: number): boolean =>
  validUntil !== undefined && Date.parse(validUntil.replace(' ', 'T').replace(/\+00$/, 'Z')) < now
