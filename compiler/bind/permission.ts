/**
 * What a statement must be allowed to. It is noted while the statement is bound, and looked at when all else about it has
 * been understood, as PostgreSQL does when it starts to execute it (ExecCheckPermissions in execMain.c).
 */
import { type ErrorFields, PgError, unsupported } from '../../wire/protocol/error.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { FunctionInfo, RelationInfo } from '../catalog/entries.ts'
import { type OwnedObject, ownedFunction, ownedRelation, ownedSchema } from '../catalog/owned-object.ts'
import { may, ownerOf, rightsOn } from '../catalog/privilege.ts'
import { currentRole, hasRightsOf, isSuperuser } from '../catalog/role.ts'
import { requireUsage } from '../catalog/schema-usage.ts'
import type { Cte } from '../tree/query.ts'
import { refuse, type Scope, type Statement } from './scope.ts'

export interface Need {
  readonly object: OwnedObject
  /** Letters. */
  readonly rights: string
  readonly role: number
  /** The WITH queries that it stands in: one that nobody reads is not executed (SS_process_ctes). */
  readonly within: readonly Cte[]
}

/** What everybody cannot read of the system catalogs and their views. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...['pg_aios', 'pg_authid', 'pg_backend_memory_contexts', 'pg_config', 'pg_file_settings', 'pg_hba_file_rules'],
  ...['pg_ident_file_mappings', 'pg_largeobject', 'pg_replication_origin_status', 'pg_shadow', 'pg_shmem_allocations'],
  ...['pg_shmem_allocations_numa', 'pg_statistic', 'pg_statistic_ext_data', 'pg_subscription', 'pg_user_mapping'],
  ...['_pg_foreign_data_wrappers', '_pg_foreign_servers', '_pg_foreign_table_columns', '_pg_foreign_tables'],
  ...['_pg_user_mappings', 'sql_parts', 'transforms'],
])

/** Whether not everybody may read a system catalog. */
export const isHidden = (name: string): boolean => HIDDEN.has(name)

const note = (statement: Statement, object: OwnedObject, rights: string, role: number): void => {
  if (!isSuperuser(statement.catalog, role))
    statement.needs.push({ object, rights, role, within: [...statement.withQueries] })
}

/** check_enable_rls */
const concernsRowSecurity = (
  { catalog }: Statement,
  relation: Pick<RelationInfo, 'rowSecurity' | 'forcesRowSecurity' | 'owner'>,
  role: number,
): boolean =>
  relation.rowSecurity === true &&
  catalog.contents.roles.get(role)?.bypassRls !== true &&
  (relation.forcesRowSecurity === true || !hasRightsOf(catalog, role, ownerOf(relation)))

/** A relation is read or changed by what is being bound. @param rights letters */
export const needRelation = (scope: Scope, relation: RelationInfo, rights: string): void => {
  const { statement } = scope
  const { checkAs: role } = statement
  if (isSuperuser(statement.catalog, role)) return
  if (concernsRowSecurity(statement, relation, role))
    throw refuse(scope, `row security for a role that does not own "${relation.name}"`)
  if (relation.oid >= FIRST_USER_OID) return note(statement, ownedRelation(relation), rights, role)
  if (relation.name === 'pg_subscription') throw refuse(scope, 'pg_subscription for a role that is no superuser')
  // Everybody may read the others.
  const acl = HIDDEN.has(relation.name) || rights !== 'r' ? { acl: [] } : undefined
  if (acl !== undefined) note(statement, ownedRelation({ ...relation, ...acl }), rights, role)
}

/** A view is changed: what that changes of a table, its owner must be allowed to. @throws PgError 0A000 */
const requireSimpleView = (scope: Scope, view: RelationInfo): void => {
  if (view.kind !== 'v' || isSuperuser(scope.statement.catalog, ownerOf(view))) return
  throw refuse(scope, 'a change through a view whose owner is no superuser')
}

/** MERGE reads its table, and may change rows in every way. @throws PgError 0A000 where the role may not */
export const needMerge = (scope: Scope, relation: RelationInfo): void => {
  const { catalog, checkAs } = scope.statement
  requireSimpleView(scope, relation)
  if (rightsOn(catalog, checkAs, relation, 'r', 'rawd') !== 'rawd')
    throw refuse(scope, 'MERGE into a table with which the role may not do all that')
}

/** Whether a node names a column, or might do so in a query of its own. */
const namesColumn = (node: unknown): 'yes' | 'perhaps' | 'no' => {
  if (typeof node !== 'object' || node === null) return 'no'
  let found: 'perhaps' | 'no' = 'no'
  for (const [key, value] of Object.entries(node)) {
    if (key === 'ColumnRef') return 'yes'
    const inside = key === 'SelectStmt' ? 'perhaps' : namesColumn(value)
    if (inside === 'yes') return 'yes'
    if (inside === 'perhaps') found = inside
  }
  return found
}

/**
 * A table that is changed needs to be readable as well where its columns are read.
 * @param parts of the statement, in which columns are those of the table unless it has others
 * @throws PgError 0A000 where that is not certain
 */
export const needTarget = (
  scope: Scope,
  relation: RelationInfo,
  rights: string,
  parts: readonly unknown[],
  hasOthers: boolean,
): void => {
  const { statement } = scope
  requireSimpleView(scope, relation)
  needRelation(scope, relation, rights)
  if (isSuperuser(statement.catalog, statement.checkAs)) return
  if (may(statement.catalog, statement.checkAs, relation, 'r', 'r')) return
  const reads = parts.map(namesColumn)
  if (!reads.some((each) => each !== 'no')) return
  const isCertain = reads.includes('yes') && !hasOthers && statement.variables === undefined
  if (!isCertain) throw refuse(scope, 'a change of a table that may not be read')
  needRelation(scope, relation, 'r')
}

/** Functions that ask for the REPLICATION attribute, or for what only a superuser has. */
const RESERVED = /^pg_(create|copy)_(logical|physical)_replication_slot$|^pg_(drop_replication_slot|replication_slot_)/

/** A function is called. @throws PgError 0A000 */
export const needFunction = (scope: Scope, fn: FunctionInfo): void => {
  const { statement } = scope
  const role = currentRole(statement.settings)
  if (fn.oid >= FIRST_USER_OID) return note(statement, ownedFunction(fn), 'X', role)
  if (RESERVED.test(fn.name) && !isSuperuser(statement.catalog, role))
    throw refuse(scope, `${fn.name}() by a role that is no superuser`)
}

const positioned = (position: number | undefined): ErrorFields => (position === undefined ? {} : { position })

/** @param at where the schema is named @throws PgError 42501 */
export const requireSchemaUsage = (statement: Statement, schema: string | undefined, at?: number): void =>
  requireUsage(statement, schema, positioned(statement.position(at)))

/** What the role of a statement must be able to before anything is looked up. @throws PgError 0A000 */
export const requireKnownRole = ({ catalog, settings }: Statement): void => {
  const role = currentRole(settings)
  if (isSuperuser(catalog, role)) return
  // The schemas of a search path that a role may not use are passed over, which is not known here.
  for (const schema of settings.searchPath)
    if (catalog.hasSchema(schema) && !may(catalog, role, ownedSchema(catalog, schema).owned, 'n', 'U'))
      throw unsupported(`a search path with the schema "${schema}", which the role may not use,`)
}

/** The error of the first thing that the role may not do, if there is one. */
export const denial = (statement: Statement): PgError | undefined => {
  const { catalog } = statement
  const needs = statement.needs.filter(({ within }) => within.every(({ uses }) => uses > 0))
  const ofRelations = needs.filter(({ object }) => object.kind !== 'f')
  for (const { object, rights, role } of [...ofRelations, ...needs.filter(({ object }) => object.kind === 'f')]) {
    if (rightsOn(catalog, role, object.owned, object.kind, rights) !== rights)
      return new PgError('42501', `permission denied for ${object.noun} ${object.name}`)
  }
  return undefined
}

/** Something new goes into a schema. @param location where the relation is named @throws PgError 42501 */
export const requireCreate = ({ statement }: Scope, schema: string, location?: number): void => {
  const { catalog, settings, position } = statement
  const role = currentRole(settings)
  if (isSuperuser(catalog, role)) return
  const { database } = settings
  if (schema === 'pg_temp_0') {
    if (!may(catalog, role, catalog.contents.database, 'd', 'T'))
      throw new PgError('42501', `permission denied to create temporary tables in database "${database}"`)
  } else if (!may(catalog, role, ownedSchema(catalog, schema).owned, 'n', 'C'))
    throw new PgError('42501', `permission denied for schema ${schema}`, positioned(position(location)))
}

/** LOCK TABLE: which rights are enough depends on the mode. @throws PgError 0A000 */
export const requireLockable = (scope: Scope, relation: RelationInfo): void => {
  const { catalog, settings } = scope.statement
  if (!hasRightsOf(catalog, currentRole(settings), ownerOf(relation)))
    throw refuse(scope, 'LOCK TABLE by a role that does not own the table')
}
