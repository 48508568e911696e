/** Roles as statements name them. */
import type { RoleSpec } from '@pgsql/types'
import { currentRole, noSuchRole, requireRole } from '../catalog/role.ts'
import type { Scope } from './scope.ts'

/** @throws PgError 42704 */
export const roleOf = ({ statement }: Scope, { roletype = 'ROLESPEC_CSTRING', rolename = '' }: RoleSpec): number => {
  const { settings } = statement
  switch (roletype) {
    case 'ROLESPEC_CURRENT_ROLE':
    case 'ROLESPEC_CURRENT_USER':
      return currentRole(settings)
    case 'ROLESPEC_SESSION_USER':
      return settings.sessionRole
    case 'ROLESPEC_PUBLIC':
      throw noSuchRole('public')
    default:
      return requireRole(statement, rolename)
  }
}
