/** CREATE, ALTER and DROP PUBLICATION. Manual: "Logical Replication", "Publication"; after publicationcmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { bindRowFilter, columnsOfFilter } from '../bind/row-filter.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import { type Catalog, FIRST_USER_OID } from '../catalog/catalog.ts'
import type { PublicationInfo, PublishedTable, RelationInfo } from '../catalog/entries.ts'
import { familyOf } from '../catalog/inheritance.ts'
import { persistence } from '../catalog/persistence.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import { booleanOption } from '../setting/boolean-option.ts'
import { common, type StatementContext } from './context.ts'
import { definition, requireSchema, scopeOf } from './definition.ts'

const OPERATIONS = ['insert', 'update', 'delete', 'truncate'] as const

const optionText = (arg: Ast.Node | undefined): string => {
  if (arg === undefined) return 'true'
  if ('String' in arg) return arg.String.sval ?? ''
  if ('Integer' in arg) return String(arg.Integer.ival ?? 0)
  if ('Boolean' in arg) return String(arg.Boolean.boolval ?? false)
  const [name] = 'TypeName' in arg ? (arg.TypeName.names ?? []) : []
  return name !== undefined && 'String' in name ? (name.String.sval ?? '') : ''
}

type Options = Pick<PublicationInfo, 'publish' | 'viaRoot' | 'generated'>

/** @throws PgError 42601, 22023 */
const bindOptions = (scope: Scope, nodes: readonly Ast.Node[], before: Options): Options => {
  let result = before
  const seen = new Set<string>()
  for (const node of nodes) {
    if (!('DefElem' in node)) throw refuse(scope, 'this option of a publication')
    const { defname = '', arg, location } = node.DefElem
    if (seen.has(defname))
      throw new PgError('42601', 'conflicting or redundant options', {
        ...(scope.statement.position(location) === undefined
          ? {}
          : { position: scope.statement.position(location) ?? 0 }),
      })
    seen.add(defname)
    const text = optionText(arg)
    switch (defname) {
      case 'publish': {
        const words = text.split(',').map((word) => word.trim())
        const unknown = words.find((word) => word !== '' && !OPERATIONS.some((operation) => operation === word))
        if (unknown !== undefined)
          throw new PgError('42601', `unrecognized value for publication option "publish": "${unknown}"`)
        result = { ...result, publish: OPERATIONS.filter((operation) => words.includes(operation)) }
        break
      }
      case 'publish_via_partition_root':
        result = { ...result, viaRoot: booleanOption(defname, text) }
        break
      case 'publish_generated_columns': {
        const word = text.toLowerCase()
        if (arg !== undefined && (word === 'stored' || word === 'none'))
          result = { ...result, generated: word === 'stored' }
        else {
          const given = arg === undefined ? '' : text
          throw new PgError('42601', `invalid value for publication parameter "${defname}": "${given}"`, {
            detail: 'Valid values are "none" and "stored".',
          })
        }
        break
      }
      default:
        throw new PgError('42601', `unrecognized publication parameter: "${defname}"`)
    }
  }
  return result
}

interface Objects {
  readonly tables: readonly PublishedTable[]
  readonly schemas: readonly string[]
}

/** check_publication_add_relation. @throws PgError 22023 */
const requirePublishable = (relation: RelationInfo): void => {
  const { oid, name, kind } = relation
  const lasts = persistence(relation)
  const why =
    kind !== 'r' && kind !== 'p'
      ? 'This operation is not supported for this kind of relation.'
      : oid < FIRST_USER_OID
        ? 'This operation is not supported for system tables.'
        : lasts !== 'p'
          ? `This operation is not supported for ${lasts === 't' ? 'temporary' : 'unlogged'} tables.`
          : undefined
  if (why !== undefined) throw new PgError('22023', `cannot add relation "${name}" to publication`, { detail: why })
}

const bindColumns = (relation: RelationInfo, nodes: readonly Ast.Node[]): number[] => {
  const numbers = nodes.map((node) => {
    const name = 'String' in node ? (node.String.sval ?? '') : ''
    const found = relation.columns.find((column) => column.name === name)
    if (found === undefined)
      throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
    if (found.generated === 'v')
      throw new PgError('42P10', `cannot use virtual generated column "${name}" in publication column list`)
    return found.number
  })
  const twice = numbers.find((number, at) => numbers.indexOf(number) < at)
  if (twice !== undefined) {
    const name = relation.columns.find(({ number }) => number === twice)?.name
    throw new PgError('42710', `duplicate column "${name}" in publication column list`)
  }
  return numbers.toSorted((a, b) => a - b)
}

const bindFilter = (scope: Scope, relation: RelationInfo, filter: Ast.Node): Omit<PublishedTable, 'relation'> => {
  const read = columnsOfFilter(bindRowFilter(scope, relation, filter))
  return { filter, filtered: relation.columns.flatMap(({ number }, at) => (read.has(at) ? [number] : [])) }
}

const WITHOUT_ROOT = 'when publish_via_partition_root is false.'

/** What a partitioned table is published with counts only where its changes are published as its own. @throws PgError 22023 */
const requireOwnRows = (
  { kind, schema, name }: RelationInfo,
  publication: string,
  columns: readonly number[] | undefined,
  filter: Ast.Node | undefined,
): void => {
  if (kind !== 'p') return
  if (filter !== undefined)
    throw new PgError('22023', `cannot use publication WHERE clause for relation "${name}"`, {
      detail: `WHERE clause cannot be used for a partitioned table ${WITHOUT_ROOT}`,
    })
  if (columns !== undefined)
    throw new PgError(
      '22023',
      `cannot use column list for relation "${schema}.${name}" of publication "${publication}"`,
      {
        detail: `Column lists cannot be specified for partitioned tables ${WITHOUT_ROOT}`,
      },
    )
}

/** The same where the option is taken from a publication. @throws PgError 22023 */
const requireNoOwnRows = (catalog: Catalog, { name, tables }: PublicationInfo): void => {
  for (const { relation: oid, filter, columns } of tables) {
    const relation = catalog.relation(oid)
    if (relation.kind !== 'p' || (filter === undefined && columns === undefined)) continue
    const what = filter === undefined ? 'column list' : 'WHERE clause'
    throw new PgError('22023', `cannot set parameter "publish_via_partition_root" to false for publication "${name}"`, {
      detail: `The publication contains a ${what} for partitioned table "${relation.name}", which is not allowed when "publish_via_partition_root" is false.`,
    })
  }
}

/** @param adding undefined for a DROP */
const bindObjects = (
  scope: Scope,
  nodes: readonly Ast.Node[],
  adding: { readonly publication: string; readonly viaRoot: boolean } | undefined,
): Objects => {
  const { catalog, settings } = scope.statement
  const tables: PublishedTable[] = []
  const schemas: string[] = []
  for (const node of nodes) {
    if (!('PublicationObjSpec' in node)) throw refuse(scope, 'this object of a publication')
    const { pubobjtype, name = '', pubtable, location } = node.PublicationObjSpec
    if (pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA' || pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA') {
      const current = settings.searchPath.find((schema) => catalog.hasSchema(schema))
      const schema = pubobjtype === 'PUBLICATIONOBJ_TABLES_IN_SCHEMA' ? name : current
      if (schema === undefined) throw new PgError('3F000', 'no schema has been selected for CURRENT_SCHEMA')
      requireSchema(catalog, schema)
      if (schema === 'pg_catalog' || schema === 'information_schema')
        throw refuse(scope, `publishing the schema ${schema}`, location)
      if (!schemas.includes(schema)) schemas.push(schema)
      continue
    }
    if (pubtable?.relation === undefined) throw refuse(scope, 'this object of a publication', location)
    const relation = requireRelation(scope, { ...pubtable.relation, location: -1 })
    if (adding !== undefined) requirePublishable(relation)
    const columns = pubtable.columns === undefined ? undefined : bindColumns(relation, pubtable.columns)
    const { whereClause: filter } = pubtable
    if (filter !== undefined && adding === undefined)
      throw new PgError('42601', 'cannot use a WHERE clause when removing a table from a publication')
    if (adding?.viaRoot === false) requireOwnRows(relation, adding.publication, columns, filter)
    const family = relation.kind === 'r' && pubtable.relation.inh ? familyOf(catalog, relation) : [relation]
    for (const member of family) {
      const known = tables.find(({ relation: oid }) => oid === member.oid)
      if (known === undefined)
        tables.push({
          relation: member.oid,
          ...(columns === undefined ? {} : { columns }),
          ...(filter === undefined ? {} : bindFilter(scope, member, filter)),
        })
      else if (known.filter !== undefined || filter !== undefined)
        throw new PgError('42710', `conflicting or redundant WHERE clauses for table "${member.name}"`)
      else if (known.columns !== undefined || columns !== undefined)
        throw new PgError('42710', `conflicting or redundant column lists for table "${member.name}"`)
    }
  }
  if (schemas.length > 0 && tables.some(({ columns }) => columns !== undefined))
    throw refuse(scope, 'a column list beside schemas in a publication')
  return { tables, schemas }
}

const publicationNamed = (catalog: Catalog, name: string): PublicationInfo | undefined =>
  [...catalog.contents.publications.values()].find((each) => each.name === name)

const withPublication = (catalog: Catalog, publication: PublicationInfo): Catalog =>
  catalog.with({ publications: new Map(catalog.contents.publications).set(publication.oid, publication) })

export const planCreatePublication = (context: StatementContext, node: Ast.CreatePublicationStmt): DefinitionPlan => {
  const { pubname: name = '', options = [], pubobjects = [], for_all_tables: allTables = false } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  if (publicationNamed(catalog, name) !== undefined) throw new PgError('42710', `publication "${name}" already exists`)
  const chosen = bindOptions(scope, options, { publish: OPERATIONS, viaRoot: false, generated: false })
  const objects = bindObjects(scope, pubobjects, { publication: name, viaRoot: chosen.viaRoot })
  const oid = catalog.contents.nextOid
  return definition(
    context,
    'CREATE PUBLICATION',
    withPublication(catalog.with({ nextOid: oid + 1 }), { oid, name, allTables, ...chosen, ...objects }),
  )
}

/** @throws PgError 42704, 42710, 55000 */
export const planAlterPublication = (context: StatementContext, node: Ast.AlterPublicationStmt): DefinitionPlan => {
  const { pubname: name = '', options = [], pubobjects = [], action, for_all_tables: all } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  const publication = publicationNamed(catalog, name)
  if (publication === undefined) throw new PgError('42704', `publication "${name}" does not exist`)
  if (all) throw refuse(scope, 'ALTER PUBLICATION … FOR ALL TABLES')
  const done = (changes: Partial<PublicationInfo>): DefinitionPlan =>
    definition(context, 'ALTER PUBLICATION', withPublication(catalog, { ...publication, ...changes }))
  if (options.length > 0) {
    const chosen = bindOptions(scope, options, publication)
    if (!chosen.viaRoot) requireNoOwnRows(catalog, publication)
    return done(chosen)
  }
  if (publication.allTables)
    throw new PgError('55000', `publication "${name}" is defined as FOR ALL TABLES`, {
      detail: 'Tables cannot be added to or dropped from FOR ALL TABLES publications.',
    })
  const { tables, schemas } = bindObjects(
    scope,
    pubobjects,
    action === 'AP_DropObjects' ? undefined : { publication: name, viaRoot: publication.viaRoot },
  )
  if (action === 'AP_SetObjects') return done({ tables, schemas })
  if (action === 'AP_DropObjects') {
    for (const { relation, columns } of tables) {
      const table = catalog.relation(relation)
      if (columns !== undefined)
        throw new PgError('42601', 'column list must not be specified in ALTER PUBLICATION ... DROP')
      if (!publication.tables.some((each) => each.relation === relation))
        throw new PgError('42704', `relation "${table.name}" is not part of the publication`)
    }
    for (const schema of schemas)
      if (!publication.schemas.includes(schema))
        throw new PgError('42704', `tables from schema "${schema}" are not part of the publication`)
    return done({
      tables: publication.tables.filter((each) => !tables.some(({ relation }) => relation === each.relation)),
      schemas: publication.schemas.filter((schema) => !schemas.includes(schema)),
    })
  }
  if (schemas.length > 0 && [...publication.tables, ...tables].some(({ columns }) => columns !== undefined))
    throw new PgError('22023', `cannot add schema to publication "${name}"`, {
      detail: 'Schemas cannot be added if any tables that specify a column list are already part of the publication.',
    })
  for (const { relation } of tables)
    if (publication.tables.some((each) => each.relation === relation))
      throw new PgError(
        '42710',
        `relation "${catalog.relation(relation).name}" is already member of publication "${name}"`,
      )
  for (const schema of schemas)
    if (publication.schemas.includes(schema))
      throw new PgError('42710', `schema "${schema}" is already member of publication "${name}"`)
  return done({
    tables: [...publication.tables, ...tables],
    schemas: [...publication.schemas, ...schemas],
  })
}

/** @throws PgError 42704 */
export const planDropPublication = (
  context: StatementContext,
  { objects = [], missing_ok: missingOk = false }: Ast.DropStmt,
): DefinitionPlan | NothingPlan => {
  const { statement } = scopeOf(context)
  const publications = new Map(statement.catalog.contents.publications)
  for (const object of objects) {
    const name = 'String' in object ? (object.String.sval ?? '') : ''
    const found = publicationNamed(statement.catalog, name)
    if (found === undefined) {
      if (!missingOk) throw new PgError('42704', `publication "${name}" does not exist`)
      statement.notice('00000', `publication "${name}" does not exist, skipping`)
      continue
    }
    publications.delete(found.oid)
  }
  if (publications.size === statement.catalog.contents.publications.size)
    return { kind: 'nothing', ...common(context, 'DROP PUBLICATION') }
  return definition(context, 'DROP PUBLICATION', statement.catalog.with({ publications }))
}
