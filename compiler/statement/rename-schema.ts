/** ALTER SCHEMA … RENAME TO. After RenameSchema in schemacmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { refuse } from '../bind/scope.ts'
import type { DefinitionPlan } from '../plan.ts'
import { BUILTIN_SCHEMAS } from '../system/schema.ts'
import type { StatementContext } from './context.ts'
import { definition, requireSchema, scopeOf } from './definition.ts'
import { type Name, withMovedNames } from './moved-names.ts'

/** The entries of a map that are in a schema, in another one. */
const inSchema = <Entry extends { readonly schema: string }>(
  entries: ReadonlyMap<number, Entry>,
  from: string,
  schema: string,
): ReadonlyMap<number, Entry> =>
  new Map([...entries].map(([oid, entry]) => [oid, entry.schema === from ? { ...entry, schema } : entry]))

/** @throws PgError 3F000, 42P06, 42939 */
export const renameSchema = (context: StatementContext, node: Ast.RenameStmt): DefinitionPlan => {
  const { subname: from = '', newname: to = '' } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  requireSchema(catalog, from)
  if (catalog.hasSchema(to)) throw new PgError('42P06', `schema "${to}" already exists`)
  if (to.startsWith('pg_'))
    throw new PgError('42939', `unacceptable schema name "${to}"`, {
      detail: 'The prefix "pg_" is reserved for system schemas.',
    })
  if (BUILTIN_SCHEMAS[from] !== undefined) throw refuse(scope, `RENAME of the schema "${from}"`)
  const { contents } = catalog
  const keyed = <Value>(map: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> =>
    new Map([...map].map(([name, value]) => [name === from ? to : name, value]))
  const renamed = catalog.with({
    schemas: keyed(contents.schemas),
    schemaOwners: keyed(contents.schemaOwners),
    relations: inSchema(contents.relations, from, to),
    types: inSchema(contents.types, from, to),
    functions: inSchema(contents.functions, from, to),
    publications: new Map(
      [...contents.publications].map(([oid, publication]) => [
        oid,
        { ...publication, schemas: publication.schemas.map((name) => (name === from ? to : name)) },
      ]),
    ),
    defaultAcls: contents.defaultAcls.map((each) => (each.schema === from ? { ...each, schema: to } : each)),
  })
  const change = ({ schema, name }: Name): Name | undefined => (schema === from ? { schema: to, name } : undefined)
  return definition(
    context,
    'ALTER SCHEMA',
    withMovedNames(renamed, { relation: change, type: change, function: change }),
  )
}
