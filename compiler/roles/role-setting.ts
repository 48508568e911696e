/** ALTER ROLE … SET, ALTER DATABASE … SET: what sessions begin with. Manual: "Setting Parameters"; after AlterSetting. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { roleOf } from '../bind/role.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { RoleSettings } from '../catalog/role.ts'
import { currentRole, isSuperuser } from '../catalog/role.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from '../statement/context.ts'
import { definition, scopeOf } from '../statement/definition.ts'
import { changedSettings, settingChange } from '../statement/setting-change.ts'

const planned = (
  context: StatementContext,
  scope: Scope,
  { role, here }: Pick<RoleSettings, 'role' | 'here'>,
  statement: Ast.VariableSetStmt | undefined,
  tag: string,
): DefinitionPlan => {
  const { catalog } = scope.statement
  const change = statement && settingChange(statement)
  if (change === undefined) throw refuse(scope, `this SET of ${tag}`)
  const { name, value } = change
  if (name !== undefined) context.host?.server?.checkSetting(scope.statement, name, value)
  const { roleSettings } = catalog.contents
  const isOne = (each: RoleSettings): boolean => each.role === role && each.here === here
  const settings = changedSettings(roleSettings.find(isOne)?.settings ?? [], [change])
  const others = roleSettings.filter((each) => !isOne(each))
  return definition(
    context,
    tag,
    catalog.with({ roleSettings: settings.length === 0 ? others : [...others, { role, here, settings }] }),
  )
}

/** Those that initdb makes. */
const FIRST_DATABASES: ReadonlySet<string> = new Set(['postgres', 'template0', 'template1'])

/** The names of databases that are not this one. @throws PgError 3D000, 0A000 */
const requireHere = (scope: Scope, name: string): void => {
  const { catalog, settings } = scope.statement
  if (name === settings.database) return
  if (!catalog.contents.databases.has(name) && !FIRST_DATABASES.has(name))
    throw new PgError('3D000', `database "${name}" does not exist`)
  throw refuse(scope, 'settings of another database')
}

/** @throws PgError 42704, 42501, 22023 */
export const planAlterRoleSet = (context: StatementContext, node: Ast.AlterRoleSetStmt): DefinitionPlan => {
  const { role: spec, database = '', setstmt } = node
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  const role = spec === undefined ? 0 : roleOf(scope, spec)
  if (database !== '') requireHere(scope, database)
  const own = currentRole(settings)
  if (!isSuperuser(catalog, own)) throw refuse(scope, 'ALTER ROLE … SET by a role that is no superuser')
  return planned(context, scope, { role, here: database !== '' }, setstmt, 'ALTER ROLE')
}

/** @throws PgError 3D000, 42501, 22023 */
export const planAlterDatabaseSet = (context: StatementContext, node: Ast.AlterDatabaseSetStmt): DefinitionPlan => {
  const { dbname = '', setstmt } = node
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  requireHere(scope, dbname)
  if (!isSuperuser(catalog, currentRole(settings)))
    throw refuse(scope, 'ALTER DATABASE … SET by a role that is no superuser')
  return planned(context, scope, { role: 0, here: true }, setstmt, 'ALTER DATABASE')
}
