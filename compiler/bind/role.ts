/** Roles as statements name them. */
import type { Node, RoleSpec } from '@pgsql/types'
import { currentRole, noSuchRole, PUBLIC, requireRole } from '../catalog/role.ts'
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

/** Those that GRANT and REVOKE name, of whom PUBLIC may be one. @throws PgError 42704 */
export const granteesOf = (scope: Scope, nodes: readonly Node[]): number[] =>
  nodes.flatMap((each) => {
    if (!('RoleSpec' in each)) return []
    return [each.RoleSpec.roletype === 'ROLESPEC_PUBLIC' ? PUBLIC : roleOf(scope, each.RoleSpec)]
  })
