/** DROP SCHEMA. Manual: "DROP SCHEMA"; after dependency.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { foreignKeys } from '../catalog/constraint.ts'
import type { FunctionInfo, RelationInfo, TypeInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { RELATION_NOUNS } from '../catalog/owned-object.ts'
import { refersTo } from '../catalog/referenced.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'
import { dropRelations } from './drop.ts'
import { isMentioned } from './mentions.ts'

interface Content {
  readonly relations: readonly RelationInfo[]
  readonly types: readonly TypeInfo[]
  readonly functions: readonly FunctionInfo[]
}

const contentOf = ({ contents }: Catalog, schemas: readonly string[]): Content => ({
  relations: [...contents.relations.values()].filter(({ schema }) => schemas.includes(schema)),
  types: [...contents.types.values()].filter(({ schema }) => schemas.includes(schema)),
  functions: [...contents.functions.values()].filter(({ schema }) => schemas.includes(schema)),
})

/** What depends on the content from outside would have to go in part. */
const isUsedOutside = (catalog: Catalog, { relations, types, functions }: Content): boolean => {
  const oids = new Set(relations.map(({ oid }) => oid))
  const typeOids = new Set(types.map(({ oid }) => oid))
  const outside = [...catalog.contents.relations.values()].filter(({ oid }) => !oids.has(oid))
  const others = [...catalog.contents.functions.values()].filter((fn) => !functions.includes(fn))
  const rest = catalog.with({
    relations: new Map(outside.map((relation) => [relation.oid, relation])),
    functions: new Map(others.map((fn) => [fn.oid, fn])),
  })
  return (
    outside.some(
      (relation) =>
        relation.columns.some(
          ({ type, sequence }) => typeOids.has(type) || (sequence !== undefined && oids.has(sequence)),
        ) ||
        foreignKeys(relation).some((key) => [...oids].some((oid) => refersTo(key, oid))) ||
        [...(relation.dependsOn ?? []), ...(relation.parents ?? [])].some((oid) => oids.has(oid)) ||
        (relation.triggers ?? []).some((trigger) => functions.some(({ oid }) => oid === trigger.function)) ||
        (relation.sequence?.ownedBy !== undefined && oids.has(relation.sequence.ownedBy.relation)),
    ) ||
    others.some((fn) => [...fn.args, ...(fn.allArgs ?? []), fn.result].some((type) => typeOids.has(type))) ||
    [...catalog.contents.types.values()].some(
      (type) => !typeOids.has(type.oid) && type.domain !== undefined && typeOids.has(type.domain.base),
    ) ||
    [...catalog.contents.eventTriggers.values()].some((trigger) =>
      functions.some(({ oid }) => oid === trigger.function),
    ) ||
    [...functions, ...relations, ...types].some(({ name }) => isMentioned(rest, name))
  )
}

/** What the notice names: what goes with something else is not. */
const reported = (catalog: Catalog, { relations, types, functions }: Content, visible: boolean): string[] => {
  const named = (schema: string, name: string): string => (visible ? name : `${schema}.${name}`)
  return [
    ...relations
      .filter(({ kind, bound, sequence }) => kind !== 'c' && bound === undefined && sequence?.ownedBy === undefined)
      .map(({ kind, schema, name }) => `${RELATION_NOUNS[kind]} ${named(schema, name)}`),
    ...types
      .filter(
        (type) =>
          !(type.category === 'A' && type.element !== 0) &&
          (type.relation === undefined || catalog.relation(type.relation).kind === 'c'),
      )
      .map(({ schema, name }) => `type ${named(schema, name)}`),
    ...functions.map(
      ({ schema, name, args }) =>
        `function ${named(schema, name)}(${args.map((type) => formatType(catalog, type)).join(',')})`,
    ),
  ]
}

/** @throws PgError 3F000, 2BP01 */
export const planDropSchema = (context: StatementContext, node: Ast.DropStmt): DefinitionPlan | NothingPlan => {
  const { objects = [], missing_ok: missingOk = false, behavior } = node
  const scope = scopeOf(context)
  const { catalog, settings, notice } = scope.statement
  const names: string[] = []
  for (const object of objects) {
    const name = 'String' in object ? (object.String.sval ?? '') : ''
    if (!catalog.hasSchema(name)) {
      if (!missingOk) throw new PgError('3F000', `schema "${name}" does not exist`)
      notice('00000', `schema "${name}" does not exist, skipping`)
    } else if (name.startsWith('pg_'))
      throw new PgError('2BP01', `cannot drop schema ${name} because it is required by the database system`)
    else if (name === 'information_schema') throw refuse(scope, 'DROP SCHEMA information_schema')
    else names.push(name)
  }
  if (names.length === 0) return { kind: 'nothing', ...common(context, 'DROP SCHEMA') }
  const content = contentOf(catalog, names)
  const visible = names.some((name) => settings.searchPath.includes(name))
  const list = reported(catalog, content, visible)
  if (list.length > 0) {
    if (behavior !== 'DROP_CASCADE')
      throw new PgError(
        '2BP01',
        names.length === 1
          ? `cannot drop schema ${names[0]} because other objects depend on it`
          : 'cannot drop desired object(s) because other objects depend on them',
        { hint: 'Use DROP ... CASCADE to drop the dependent objects too.' },
      )
    if (isUsedOutside(catalog, content)) throw refuse(scope, 'DROP SCHEMA … CASCADE of what is used outside')
    if (list.length === 1) notice('00000', `drop cascades to ${list[0]}`)
    else notice('00000', `drop cascades to ${list.length} other objects`)
  }
  const dropped = dropRelations(catalog, content.relations)
  const remaining = dropped.catalog.contents
  const without = <Of>(map: ReadonlyMap<number, Of>, gone: readonly { readonly oid: number }[]): Map<number, Of> =>
    new Map([...map].filter(([oid]) => !gone.some((each) => each.oid === oid)))
  return definition(
    context,
    'DROP SCHEMA',
    dropped.catalog.with({
      schemas: new Map([...remaining.schemas].filter(([name]) => !names.includes(name))),
      types: without(remaining.types, content.types),
      functions: without(remaining.functions, content.functions),
      publications: new Map(
        [...remaining.publications].map(([oid, publication]) => [
          oid,
          { ...publication, schemas: publication.schemas.filter((schema) => !names.includes(schema)) },
        ]),
      ),
    }),
    dropped.steps,
  )
}
