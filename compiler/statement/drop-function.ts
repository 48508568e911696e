/** DROP FUNCTION, DROP PROCEDURE, DROP ROUTINE and DROP TRIGGER. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation, unopened } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import { requireUsage } from '../catalog/schema-usage.ts'
import { functionSchemasFor } from '../catalog/search-path.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { definition, isSchemaMissing, scopeOf } from './definition.ts'

const stringOf = (node: Ast.Node | undefined): string =>
  node !== undefined && 'String' in node ? (node.String.sval ?? '') : ''

/** A type's name as it was written (TypeNameToString). */
const writtenType = (node: Ast.Node): string =>
  'TypeName' in node
    ? (node.TypeName.names ?? []).map(stringOf).join('.') + ((node.TypeName.arrayBounds ?? []).length > 0 ? '[]' : '')
    : ''

const NOUNS: Readonly<Record<string, string>> = {
  OBJECT_FUNCTION: 'function',
  OBJECT_PROCEDURE: 'procedure',
  OBJECT_ROUTINE: 'routine',
}

/** The argument types that a name with arguments says. @throws PgError 42704 */
const namedTypes = (scope: Scope, { objargs = [] }: Ast.ObjectWithArgs): number[] =>
  objargs.map((arg) => {
    if (!('TypeName' in arg)) throw refuse(scope, 'this argument')
    return resolveTypeName(scope, { ...arg.TypeName, location: -1 }).type
  })

export const signature = (catalog: Catalog, name: string, types: readonly number[]): string =>
  `${name}(${types.map((type) => formatType(catalog, type)).join(', ')})`

/** LookupFuncWithArgs. @throws PgError 42883, 42725, 42809 */
export const findRoutine = (
  scope: Scope,
  object: Ast.ObjectWithArgs,
  noun: string,
  missingOk: boolean,
): FunctionInfo | undefined => {
  const { catalog, settings } = scope.statement
  const path = (object.objname ?? []).map(stringOf)
  const name = path.at(-1) ?? ''
  requireUsage(scope.statement, path.at(-2))
  if (isSchemaMissing(catalog, path.at(-2))) {
    if (missingOk) return undefined
    throw new PgError('3F000', `schema "${path.at(-2)}" does not exist`)
  }
  const schemas = functionSchemasFor(path, settings.searchPath)
  const candidates = schemas
    .flatMap((schema) => catalog.functionsNamed(schema, name))
    .filter((fn) => noun === 'routine' || (noun === 'procedure') === (fn.kind === 'p') || !object.args_unspecified)
  const shown = path.join('.')
  if (object.args_unspecified) {
    const [only] = candidates
    if (only === undefined) {
      if (missingOk) return undefined
      throw new PgError('42883', `could not find a ${noun} named "${shown}"`)
    }
    if (candidates.length > 1)
      throw new PgError('42725', `${noun} name "${shown}" is not unique`, {
        hint: `Specify the argument list to select the ${noun} unambiguously.`,
      })
    return only
  }
  const types = namedTypes(scope, object)
  const fn = candidates.find((each) => each.args.join() === types.join())
  if (fn === undefined) {
    if (missingOk) return undefined
    throw new PgError('42883', `${noun} ${signature(catalog, shown, types)} does not exist`)
  }
  const isAggregate = fn.kind === 'a'
  if ((noun === 'function' && fn.kind === 'p') || (noun === 'procedure' && fn.kind !== 'p') || isAggregate)
    throw new PgError('42809', `${signature(catalog, shown, types)} is not a ${noun}`)
  return fn
}

/** Whether a parse tree calls a function of a name. */
const calls = (tree: unknown, name: string): boolean => {
  if (Array.isArray(tree)) return tree.some((item) => calls(item, name))
  if (typeof tree !== 'object' || tree === null) return false
  const { FuncCall } = tree as { FuncCall?: Ast.FuncCall }
  if (FuncCall !== undefined && stringOf(FuncCall.funcname?.at(-1)) === name) return true
  return Object.values(tree).some((value) => calls(value, name))
}

/** Whether anything that a table, a view or an index is made of calls a function of a name. */
export const isCalled = (catalog: Catalog, name: string): boolean =>
  [...catalog.contents.relations.values()].some(({ query, columns, constraints, indexes }) =>
    calls([query, columns, constraints, indexes], name),
  )

/** Triggers that call a function, as `trigger x on table y`. */
const dependentTriggers = (
  catalog: Catalog,
  fn: FunctionInfo,
): { readonly relation: RelationInfo; readonly name: string }[] =>
  [...catalog.contents.relations.values()].flatMap((relation) =>
    (relation.triggers ?? []).filter((trigger) => trigger.function === fn.oid).map(({ name }) => ({ relation, name })),
  )

/** A catalog without the triggers that depend on a function. @throws PgError 2BP01; 0A000 for other dependencies */
const withoutDependents = (
  scope: Scope,
  catalog: Catalog,
  fn: FunctionInfo,
  noun: string,
  cascade: boolean,
): Catalog => {
  if (isCalled(catalog, fn.name)) throw refuse(scope, `DROP of a ${noun} in use`)
  const triggers = dependentTriggers(catalog, fn)
  const [only] = triggers
  if (only === undefined) return catalog
  if (!cascade)
    throw new PgError(
      '2BP01',
      `cannot drop ${noun} ${signature(catalog, fn.name, fn.args)} because other objects depend on it`,
      { hint: 'Use DROP ... CASCADE to drop the dependent objects too.' },
    )
  if (triggers.length === 1)
    scope.statement.notice('00000', `drop cascades to trigger ${only.name} on table ${only.relation.name}`)
  else scope.statement.notice('00000', `drop cascades to ${triggers.length} other objects`)
  return [...new Set(triggers.map(({ relation }) => relation))].reduce(
    (reduced, relation) =>
      reduced.withRelation({
        ...relation,
        triggers: (relation.triggers ?? []).filter((trigger) => trigger.function !== fn.oid),
      }),
    catalog,
  )
}

export const planDropFunction = (
  context: StatementContext,
  { objects = [], removeType = 'OBJECT_FUNCTION', behavior, missing_ok: missingOk = false }: Ast.DropStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  const noun = NOUNS[removeType] ?? 'function'
  let { catalog } = scope.statement
  for (const object of objects) {
    if (!('ObjectWithArgs' in object)) throw refuse(scope, `DROP of this ${noun}`)
    const fn = findRoutine(scope, object.ObjectWithArgs, noun, missingOk)
    if (fn === undefined) {
      const path = (object.ObjectWithArgs.objname ?? []).map(stringOf)
      const shown = path.join('.')
      const { statement } = scope
      if (path.length > 1 && !statement.catalog.hasSchema(path.at(-2) ?? ''))
        statement.notice('00000', `schema "${path.at(-2)}" does not exist, skipping`)
      else
        statement.notice(
          '00000',
          object.ObjectWithArgs.args_unspecified
            ? `${noun} ${shown}() does not exist, skipping`
            : `${noun} ${shown}(${(object.ObjectWithArgs.objargs ?? []).map(writtenType).join(',')}) does not exist, skipping`,
        )
      continue
    }
    if (fn.schema === 'pg_catalog')
      throw new PgError(
        '2BP01',
        `cannot drop function ${signature(scope.statement.catalog, fn.name, fn.args)} because it is required by the database system`,
      )
    catalog = withoutDependents(scope, catalog, fn, noun, behavior === 'DROP_CASCADE')
    const functions = new Map(catalog.contents.functions)
    functions.delete(fn.oid)
    catalog = catalog.with({ functions })
  }
  return definition(context, `DROP ${noun.toUpperCase()}`, catalog)
}

export const planDropTrigger = (
  context: StatementContext,
  { objects = [], missing_ok: missingOk = false }: Ast.DropStmt,
): DefinitionPlan => {
  const scope = scopeOf(context)
  let { catalog } = scope.statement
  for (const object of objects) {
    const path = 'List' in object ? (object.List.items ?? []).map(stringOf) : []
    const name = path.at(-1) ?? ''
    const table = path.slice(0, -1)
    const schema = table.length > 1 ? table.at(-2) : undefined
    const relation = findRelation({ ...scope.statement, catalog }, schema, table.at(-1) ?? '')
    const { searchPath } = scope.statement.settings
    if (relation === undefined && findIndexOf(catalog, searchPath, schema, table.at(-1) ?? '') !== undefined)
      throw unopened(table.at(-1) ?? '', 'indexes')
    if (relation === undefined) {
      if (missingOk) {
        if (schema !== undefined && !catalog.hasSchema(schema))
          scope.statement.notice('00000', `schema "${schema}" does not exist, skipping`)
        else scope.statement.notice('00000', `relation "${table.join('.')}" does not exist, skipping`)
        continue
      }
      if (schema !== undefined && !catalog.hasSchema(schema))
        throw new PgError('3F000', `schema "${schema}" does not exist`)
      throw new PgError('42P01', `relation "${table.join('.')}" does not exist`)
    }
    const triggers = relation.triggers ?? []
    if (!triggers.some((trigger) => trigger.name === name)) {
      if (!missingOk) throw new PgError('42704', `trigger "${name}" for table "${relation.name}" does not exist`)
      scope.statement.notice('00000', `trigger "${name}" for relation "${relation.name}" does not exist, skipping`)
      continue
    }
    catalog = catalog.withRelation({ ...relation, triggers: triggers.filter((trigger) => trigger.name !== name) })
  }
  return definition(context, 'DROP TRIGGER', catalog)
}
