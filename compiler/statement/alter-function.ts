/** ALTER FUNCTION, PROCEDURE and ROUTINE: attributes, RENAME TO and SET SCHEMA. After AlterFunction in functioncmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { FunctionBody, FunctionInfo } from '../catalog/entries.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { withFunction } from './create-function.ts'
import { definition, scopeOf } from './definition.ts'
import { findRoutine, signature } from './drop-function.ts'
import { type FunctionOptions, hintsOf, readOptions } from './function-options.ts'
import { type Name, withMovedNames } from './moved-names.ts'
import { requireTarget } from './schema-target.ts'
import { changedSettings } from './setting-change.ts'

/** @param objectType as the grammar has it @throws PgError 42883, 42725, 42809 */
const requireRoutine = (scope: Scope, objectType: string, object: Ast.ObjectWithArgs): FunctionInfo => {
  const noun = objectType.replace('OBJECT_', '').toLowerCase()
  const fn = findRoutine(scope, object, noun, false)
  if (fn === undefined || fn.oid < FIRST_USER_OID || fn.body === undefined)
    throw refuse(scope, `ALTER ${noun.toUpperCase()} of a built-in function`)
  return fn
}

const tagOf = (objectType: string): string => `ALTER ${objectType.replace('OBJECT_', '')}`

const changed = (fn: FunctionInfo, options: FunctionOptions): FunctionInfo => {
  const { volatility, strict, asOwner } = options
  const { planning: hints = {}, ...plain } = fn
  const given = Object.entries(options.planning).filter(([hint, value]) => value !== undefined || hint === 'parallel')
  const planning = hintsOf({ planning: { ...hints, ...Object.fromEntries(given) } }, fn.set)
  const { settings: before = [], asOwner: isOwners = false, ...body } = fn.body as FunctionBody
  const settings = changedSettings(before, options.settings)
  return {
    ...plain,
    ...(planning === undefined ? {} : { planning }),
    ...(volatility === undefined ? {} : { volatility }),
    ...(strict === undefined ? {} : { strict }),
    body: {
      ...body,
      ...((asOwner ?? isOwners) ? { asOwner: true } : {}),
      ...(settings.length === 0 ? {} : { settings }),
    },
  }
}

export const planAlterFunction = (context: StatementContext, node: Ast.AlterFunctionStmt): DefinitionPlan => {
  const { objtype = 'OBJECT_FUNCTION', func = {}, actions = [] } = node
  const scope = scopeOf(context)
  const fn = requireRoutine(scope, objtype, func)
  const options = readOptions(scope, actions, fn.kind === 'p')
  return definition(context, tagOf(objtype), withFunction(scope.statement.catalog, changed(fn, options)))
}

const withArguments = (object: Ast.Node | undefined): Ast.ObjectWithArgs =>
  object !== undefined && 'ObjectWithArgs' in object ? object.ObjectWithArgs : {}

/** The function under another name, in what names it as well. @throws PgError 42723 where there is one */
const moved = (context: StatementContext, scope: Scope, fn: FunctionInfo, to: Name, tag: string): DefinitionPlan => {
  const { catalog } = scope.statement
  const others = catalog.functionsNamed(to.schema, to.name)
  if (others.some(({ args }) => args.join() === fn.args.join()))
    throw new PgError(
      '42723',
      `function ${signature(catalog, to.name, fn.args)} already exists in schema "${to.schema}"`,
    )
  // Which of several functions of a name a tree means follows from its arguments.
  const isShared = catalog.functionsNamed(fn.schema, fn.name).length > 1 || others.length > 0
  const renamed = withFunction(catalog, { ...fn, ...to })
  const after = withMovedNames(renamed, {
    function: ({ schema, name }) => (schema === fn.schema && name === fn.name ? to : undefined),
  })
  if (isShared && after !== renamed) throw refuse(scope, 'another name for one of several functions of a name')
  return definition(context, tag, after)
}

export const renameFunction = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan => {
  const { renameType = '', object, newname: name = '' } = node
  const scope = scopeOf(context)
  const fn = requireRoutine(scope, renameType, withArguments(object))
  return moved(context, scope, fn, { schema: fn.schema, name }, tagOf(renameType))
}

/** @throws PgError 3F000, 42723 */
export const setFunctionSchema = (context: StatementContext, node: Ast.AlterObjectSchemaStmt): DefinitionPlan => {
  const { objectType = '', object, newschema: schema = '' } = node
  const scope = scopeOf(context)
  const fn = requireRoutine(scope, objectType, withArguments(object))
  const { catalog } = scope.statement
  requireTarget(scope, fn.schema, schema)
  if (schema === fn.schema) return definition(context, tagOf(objectType), catalog)
  return moved(context, scope, fn, { schema, name: fn.name }, tagOf(objectType))
}
