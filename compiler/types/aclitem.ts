/** Rights on objects, `grantee=privileges/grantor`. Manual: "Privileges"; after acl.c. */
import { unsupported } from '../../wire/protocol/error.ts'

/** In the order in which they are shown (ACL_ALL_RIGHTS_STR), each perhaps with the right to grant it. */
const PRIVILEGES = new RegExp(`^${[...'arwdDxtXUCTcsAm'].map((right) => `(?:${right}\\*?)?`).join('')}$`)

/** The roles that rights of a new database name; nobody is everybody. */
const GRANTEES: ReadonlySet<string> = new Set([
  ...['', 'postgres', 'pg_database_owner', 'pg_monitor', 'pg_read_all_stats'],
])

/** @throws PgError 0A000 for what no new database has */
export const aclItemIn = (text: string): string => {
  const [grantee = '', rest = ''] = text.split('=', 2)
  const [privileges = '', grantor = ''] = rest.split('/', 2)
  const isKnown = GRANTEES.has(grantee) && grantor !== '' && GRANTEES.has(grantor) && PRIVILEGES.test(privileges)
  if (!isKnown || `${grantee}=${privileges}/${grantor}` !== text) throw unsupported(`the access privilege "${text}"`)
  return text
}
