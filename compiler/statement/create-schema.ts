/** CREATE SCHEMA, with what is in it. Manual: "CREATE SCHEMA"; after CreateSchemaCommand and transformCreateSchemaStmtElements. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { roleOf } from '../bind/role.ts'
import { open, refuse, type Scope } from '../bind/scope.ts'
import { roleName } from '../catalog/role.ts'
import type { ParsedStatement } from '../parse.ts'
import type { DefinitionPlan, Plan } from '../plan.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'

/** Kinds of elements, in the order in which they are made, and where each names what it makes. */
const KINDS = ['CreateSeqStmt', 'CreateStmt', 'ViewStmt', 'IndexStmt', 'CreateTrigStmt', 'GrantStmt'] as const

const NAMED_BY: Readonly<Record<string, string>> = { CreateSeqStmt: 'sequence', ViewStmt: 'view' }

/** An element within the schema. @throws PgError 42P15 where it names another one */
const inSchema = (schema: string, tag: string, node: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  if (tag === 'GrantStmt') return node
  const key = NAMED_BY[tag] ?? 'relation'
  const range = node[key] as Ast.RangeVar
  const { schemaname: given = '' } = range
  if (given !== '' && given !== schema)
    throw new PgError('42P15', `CREATE specifies a schema (${given}) different from the one being created (${schema})`)
  return { ...node, [key]: { ...range, schemaname: schema } }
}

const elementsOf = (scope: Scope, schema: string, elements: readonly Ast.Node[]) => {
  const opened = elements.map((element) => {
    const [tag, node] = open(element)
    if (!KINDS.some((kind) => kind === tag)) throw refuse(scope, `${tag} in CREATE SCHEMA`)
    return { tag, node: inSchema(schema, tag, node) }
  })
  return KINDS.flatMap((kind) => opened.filter(({ tag }) => tag === kind))
}

/** @param planElement plans a statement on its own */
export const planCreateSchema = (
  context: StatementContext,
  node: Ast.CreateSchemaStmt,
  planElement: (context: StatementContext, parsed: ParsedStatement) => Plan,
): DefinitionPlan => {
  const { plan, name } = planSchema(context, node)
  const { schemaElts = [] } = node
  if (schemaElts.length === 0) return plan
  const scope = scopeOf(context)
  const { statement } = context
  if (statement.catalog.contents.eventTriggers.size > 0)
    throw refuse(scope, 'CREATE SCHEMA with elements beside event triggers')
  if (node.authrole !== undefined) throw refuse(scope, 'CREATE SCHEMA … AUTHORIZATION with elements')
  const settings = { ...statement.settings, searchPath: [name, ...statement.settings.searchPath] }
  let whole = plan
  for (const { tag, node: element } of elementsOf(scope, name, schemaElts)) {
    const within = { ...context, statement: { ...statement, catalog: whole.catalog, settings } }
    const made = planElement(within, { tag, node: element, position: context.position })
    if (made.kind !== 'definition' || made.fill !== undefined) throw refuse(scope, `this ${tag} in CREATE SCHEMA`)
    if (made.denied !== undefined) throw made.denied
    whole = { ...whole, catalog: made.catalog, steps: [...whole.steps, ...made.steps] }
  }
  return whole
}

/** CREATE SCHEMA by itself. */
const planSchema = (
  context: StatementContext,
  node: Ast.CreateSchemaStmt,
): { readonly plan: DefinitionPlan; readonly name: string } => {
  const { schemaname: named = '', authrole, if_not_exists: ifNotExists = false } = node
  const scope = scopeOf(context)
  const { catalog, notice } = scope.statement
  const owner = authrole === undefined ? undefined : roleOf(scope, authrole)
  const schemaname = named === '' && owner !== undefined ? (roleName(scope.statement, owner) ?? '') : named
  if (catalog.hasSchema(schemaname)) {
    if (!ifNotExists) throw new PgError('42P06', `schema "${schemaname}" already exists`)
    notice('42P06', `schema "${schemaname}" already exists, skipping`)
    return { plan: definition(context, 'CREATE SCHEMA', catalog), name: schemaname }
  }
  if (schemaname.startsWith('pg_'))
    throw new PgError('42939', `unacceptable schema name "${schemaname}"`, {
      detail: 'The prefix "pg_" is reserved for system schemas.',
    })
  const schemas = new Map(catalog.contents.schemas).set(schemaname, catalog.contents.nextOid)
  const schemaOwners = new Map(catalog.contents.schemaOwners)
  if (owner !== undefined) schemaOwners.set(schemaname, { owner })
  const made = catalog.with({ schemas, schemaOwners, nextOid: catalog.contents.nextOid + 1 })
  return { plan: definition(context, 'CREATE SCHEMA', made), name: schemaname }
}
