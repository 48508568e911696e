/** CREATE and DROP DATABASE. Manual: "Managing Databases"; after dbcommands.c. What a name leads to is the host's. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse } from '../bind/scope.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'

const TEMPLATES = ['postgres', 'template0', 'template1']

/** @throws PgError 25001, 42P04 */
export const planCreateDatabase = (
  context: StatementContext,
  { dbname: name = '', options = [] }: Ast.CreatedbStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  outsideTransaction(context, 'CREATE DATABASE')
  if (options.length > 0) throw refuse(scope, 'options of CREATE DATABASE')
  if (TEMPLATES.includes(name) || settings.database === name || catalog.contents.databases.has(name))
    throw new PgError('42P04', `database "${name}" already exists`)
  const databases = new Set(catalog.contents.databases).add(name)
  return definition(context, 'CREATE DATABASE', catalog.with({ databases }))
}

/** @throws PgError 25001, 3D000, 55006 */
export const planDropDatabase = (
  context: StatementContext,
  { dbname: name = '', missing_ok: missingOk = false, options = [] }: Ast.DropdbStmt,
): DefinitionPlan | NothingPlan => {
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  outsideTransaction(context, 'DROP DATABASE')
  if (options.length > 0) throw refuse(scope, 'options of DROP DATABASE')
  if (settings.database === name) throw new PgError('55006', 'cannot drop the currently open database')
  if (TEMPLATES.includes(name)) throw refuse(scope, `DROP DATABASE of "${name}"`)
  if (!catalog.contents.databases.has(name)) {
    if (!missingOk) throw new PgError('3D000', `database "${name}" does not exist`)
    scope.statement.notice('00000', `database "${name}" does not exist, skipping`)
    return { kind: 'nothing', ...common(context, 'DROP DATABASE') }
  }
  const databases = new Set(catalog.contents.databases)
  databases.delete(name)
  return definition(context, 'DROP DATABASE', catalog.with({ databases }))
}
