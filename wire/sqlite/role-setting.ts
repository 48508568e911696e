/** SET ROLE and SET SESSION AUTHORIZATION, and the schema that a search path calls `"$user"`. After variable.c of PostgreSQL's source. */
import type { Settings } from '../../compiler/bind/settings.ts'
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { canBecome, currentRole, findRole, isSuperuser, roleName } from '../../compiler/catalog/role.ts'
import { splitIdentifiers } from '../../compiler/types/identifier.ts'
import { PgError } from '../protocol/error.ts'

const requireRole = (settings: Settings, catalog: Catalog, name: string): number => {
  const role = findRole({ catalog, settings }, name)
  if (role === undefined) throw new PgError('22023', `role "${name}" does not exist`)
  return role
}

/** @throws PgError 22023, 42501 */
export const withRole = (settings: Settings, name: string | undefined, catalog: Catalog): Settings => {
  if (name === undefined || name === 'none') return { ...settings, setRole: undefined }
  const setRole = requireRole(settings, catalog, name)
  if (!canBecome(catalog, settings.sessionRole, setRole))
    throw new PgError('42501', `permission denied to set role "${name}"`)
  return { ...settings, setRole }
}

/** @throws PgError 22023, 42501 */
export const withSessionRole = (settings: Settings, name: string | undefined, catalog: Catalog): Settings => {
  const sessionRole = name === undefined ? settings.loginRole : requireRole(settings, catalog, name)
  if (sessionRole !== settings.loginRole && !isSuperuser(catalog, settings.loginRole))
    throw new PgError('42501', `permission denied to set session authorization "${name}"`)
  return { ...settings, sessionRole, setRole: undefined }
}

/** The settings with the schemas that their search path means. @throws PgError 22023 */
export const withUserSchema = (settings: Settings, catalog: Catalog): Settings => {
  const { searchPathText: text } = settings
  const path = splitIdentifiers(text)
  if (path === undefined)
    throw new PgError('22023', `invalid value for parameter "search_path": "${text}"`, {
      detail: 'List syntax is invalid.',
    })
  const user = roleName({ catalog, settings }, currentRole(settings)) ?? ''
  const searchPath = path.map((schema) => (schema === '$user' ? user : schema)).filter((schema) => schema !== '')
  return { ...settings, searchPath }
}

/** What ALTER ROLE and ALTER DATABASE have set for sessions of a role: what is more particular comes last (process_settings). */
export const settingsAtLogin = (
  { contents: { roleSettings } }: Catalog,
  role: number,
): readonly (readonly [name: string, value: string])[] =>
  [
    { of: 0, in: false },
    { of: 0, in: true },
    { of: role, in: false },
    { of: role, in: true },
  ].flatMap((wanted) => roleSettings.find((each) => each.role === wanted.of && each.here === wanted.in)?.settings ?? [])
