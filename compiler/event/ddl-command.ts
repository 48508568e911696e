/** What a command has made or changed, as pg_event_trigger_ddl_commands() tells it. After EventTriggerCollectSimpleCommand and getObjectIdentity. */
import type * as Ast from '@pgsql/types'
import type { Catalog } from '../catalog/catalog.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { FunctionInfo, RelationInfo, TypeInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { RELATION_NOUNS } from '../catalog/owned-object.ts'
import { schemasFor } from '../catalog/search-path.ts'
import type { ParsedStatement } from '../parse.ts'
import { CLASSES } from '../system/comments.ts'
import { indexesOf } from '../system/indexes.ts'
import { oidOf } from '../system/numbering.ts'
import { schemaOid } from '../system/schema.ts'
import { quoteIdentifier } from '../types/identifier.ts'

export interface DdlCommand {
  readonly catalog: number
  readonly object: number
  readonly part: number
  readonly tag: string
  readonly type: string
  readonly schema: string | null
  readonly identity: string
}

/** The catalogs on both sides of a command. */
interface Change {
  readonly before: Catalog
  readonly after: Catalog
  readonly tag: string
  readonly searchPath: readonly string[]
}

const RELATION_TYPES: Readonly<Record<RelationInfo['kind'], string>> = {
  ...RELATION_NOUNS,
  c: 'composite type',
}

const shownSchema = (schema: string): string => (schema === 'pg_temp_0' ? 'pg_temp' : schema)

const qualified = (schema: string, name: string): string =>
  `${quoteIdentifier(shownSchema(schema))}.${quoteIdentifier(name)}`

const ofRelation = (relation: RelationInfo, tag: string): DdlCommand => ({
  catalog: CLASSES.pg_class,
  object: relation.oid,
  part: 0,
  tag,
  type: RELATION_TYPES[relation.kind],
  schema: shownSchema(relation.schema),
  identity: qualified(relation.schema, relation.name),
})

const ofIndex = ({ schema }: RelationInfo, oid: number, name: string, tag: string): DdlCommand => ({
  catalog: CLASSES.pg_class,
  object: oid,
  part: 0,
  tag,
  type: 'index',
  schema: shownSchema(schema),
  identity: qualified(schema, name),
})

const ofColumn = (relation: RelationInfo, name: string, tag: string): DdlCommand => ({
  ...ofRelation(relation, tag),
  part: relation.columns.find((column) => column.name === name)?.number ?? 0,
  type: `${RELATION_TYPES[relation.kind]} column`,
  identity: `${qualified(relation.schema, relation.name)}.${quoteIdentifier(name)}`,
})

const ofType = ({ oid, schema, name }: TypeInfo, tag: string): DdlCommand => ({
  catalog: CLASSES.pg_type,
  object: oid,
  part: 0,
  tag,
  type: 'type',
  schema: shownSchema(schema),
  identity: qualified(schema, name),
})

const GRAMMAR_TYPES: ReadonlySet<number> = new Set([
  OID.bit,
  OID.bool,
  OID.bpchar,
  OID.float4,
  OID.float8,
  OID.int2,
  OID.int4,
  OID.int8,
  OID.interval,
  OID.json,
  OID.numeric,
  OID.time,
  OID.timetz,
  OID.timestamp,
  OID.timestamptz,
  OID.varbit,
  OID.varchar,
])

const ofFunction = (catalog: Catalog, fn: FunctionInfo, tag: string): DdlCommand => {
  const args = fn.args.map((type) => {
    const info = catalog.type(catalog.elementType(type) || type)
    const shown = formatType(catalog, type, -1, [])
    // Types that the grammar has words for are called so; others with their schema (format_type_be_qualified).
    return GRAMMAR_TYPES.has(info.oid) || info.schema !== 'pg_catalog' ? shown : `pg_catalog.${shown}`
  })
  return {
    catalog: CLASSES.pg_proc,
    object: fn.oid,
    part: 0,
    tag,
    type: fn.kind === 'p' ? 'procedure' : 'function',
    schema: fn.schema,
    identity: `${qualified(fn.schema, fn.name)}(${args.join(',')})`,
  }
}

const named = (
  catalog: Catalog,
  path: readonly string[],
  { schemaname, relname = '' }: Ast.RangeVar,
): RelationInfo | undefined => {
  const schemas = schemasFor(schemaname === undefined || schemaname === '' ? [relname] : [schemaname, relname], path)
  return schemas.map((schema) => catalog.relationNamed(schema, relname)).find((found) => found !== undefined)
}

/** Relations that were not there before. */
const fresh = ({ before, after }: Change): RelationInfo[] =>
  [...after.contents.relations.values()].filter(({ oid }) => !before.contents.relations.has(oid))

const freshSequences = (change: Change): RelationInfo[] => fresh(change).filter(({ kind }) => kind === 'S')

const createTable = (change: Change, node: Ast.CreateStmt): DdlCommand[] | undefined => {
  const { tag } = change
  const table = fresh(change).find(({ kind }) => kind === 'r' || kind === 'p')
  if (table === undefined) return []
  if ((node.tableElts ?? []).some((element) => 'TableLikeClause' in element)) return undefined
  const sequences = freshSequences(change)
  // Those that a partition has of the whole come unsaid.
  const keys = uniqueConstraints(table).filter(({ inherited = 0 }) => inherited === 0)
  return [
    ...sequences.map((sequence) => ofRelation(sequence, 'CREATE SEQUENCE')),
    ofRelation(table, tag),
    ...keys
      .toSorted((a, b) => Number(b.kind === 'primary') - Number(a.kind === 'primary'))
      .map(({ name }) => ofIndex(table, oidOf('index', table.oid, name), name, 'CREATE INDEX')),
    ...(table.constraints.some(({ kind }) => kind === 'foreign') ? [ofRelation(table, 'ALTER TABLE')] : []),
    ...sequences.map((sequence) => ofRelation(sequence, 'ALTER SEQUENCE')),
  ]
}

/** The one relation that a command makes. */
const created = (change: Change): DdlCommand[] => fresh(change).map((relation) => ofRelation(relation, change.tag))

/** A view that is replaced is told of twice. */
const createView = (change: Change, { view = {} }: Ast.ViewStmt): DdlCommand[] | undefined => {
  const made = created(change)
  const replaced = named(change.after, change.searchPath, view)
  return made.length > 0 || replaced === undefined
    ? made
    : [replaced, replaced].map((each) => ofRelation(each, change.tag))
}

const createIndex = (change: Change, { relation: range = {} }: Ast.IndexStmt): DdlCommand[] | undefined => {
  const table = named(change.after, change.searchPath, range)
  if (table === undefined) return undefined
  const old = new Set(change.before.relation(table.oid).indexes.map(({ name }) => name))
  const index = indexesOf(table).find((each) => each.index !== undefined && !old.has(each.name))
  return index === undefined ? [] : [ofIndex(table, index.oid, index.name, change.tag)]
}

const alterTable = (change: Change, { relation: range = {} }: Ast.AlterTableStmt): DdlCommand[] => {
  const relation = named(change.after, change.searchPath, range)
  if (relation === undefined) return []
  const sequences = freshSequences(change)
  return [
    ...sequences.map((sequence) => ofRelation(sequence, 'CREATE SEQUENCE')),
    ofRelation(relation, change.tag),
    ...sequences.map((sequence) => ofRelation(sequence, 'ALTER SEQUENCE')),
  ]
}

/** What of some entries has another name or another schema now; undefined where nothing has. */
const moved = <Entry extends { readonly oid: number; readonly schema: string; readonly name: string }>(
  before: ReadonlyMap<number, Entry>,
  after: ReadonlyMap<number, Entry>,
  told: (entry: Entry) => DdlCommand[],
): DdlCommand[] | undefined => {
  const found = [...after.values()].filter((entry) => {
    const old = before.get(entry.oid)
    return old !== undefined && (old.name !== entry.name || old.schema !== entry.schema)
  })
  return found.length === 0 ? undefined : found.flatMap(told)
}

/** Functions, types and schemas that are called otherwise. @param kind as the grammar has it */
const movedOther = (change: Change, kind: string): DdlCommand[] | undefined => {
  const [before, after] = [change.before.contents, change.after.contents]
  switch (kind) {
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
      return moved(before.functions, after.functions, (fn) => [ofFunction(change.after, fn, change.tag)])
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      return moved(before.types, after.types, (type) => (type.element === 0 ? [ofType(type, change.tag)] : []))
    case 'OBJECT_SCHEMA':
      return createSchema(change, {})
    default:
      return undefined
  }
}

const rename = (change: Change, node: Ast.RenameStmt): DdlCommand[] | undefined => {
  const { renameType = '', relation: range, newname = '' } = node
  if (range === undefined) return movedOther(change, renameType)
  const old = named(change.before, change.searchPath, range)
  const relation = old && change.after.findRelation(old.oid)
  if (relation === undefined) return undefined
  if (renameType === 'OBJECT_COLUMN') return [ofColumn(relation, newname, change.tag)]
  return renameType !== undefined &&
    ['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_SEQUENCE'].includes(renameType)
    ? [ofRelation(relation, change.tag)]
    : undefined
}

const setSchema = (change: Change, node: Ast.AlterObjectSchemaStmt): DdlCommand[] | undefined => {
  const { relation: range, objectType = '' } = node
  if (range === undefined) return movedOther(change, objectType)
  const old = named(change.before, change.searchPath, range)
  const relation = old && change.after.findRelation(old.oid)
  return relation && [ofRelation(relation, change.tag)]
}

const ofRange =
  (key: string) =>
  (change: Change, node: Readonly<Record<string, unknown>>): DdlCommand[] | undefined => {
    const relation = named(change.after, change.searchPath, (node[key] ?? {}) as Ast.RangeVar)
    return relation && [ofRelation(relation, change.tag)]
  }

const createSchema = (change: Change, { schemaElts = [] }: Ast.CreateSchemaStmt): DdlCommand[] | undefined => {
  if (schemaElts.length > 0) return undefined
  return [...change.after.contents.schemas.keys()]
    .filter((name) => !change.before.hasSchema(name))
    .map((name) => ({
      catalog: CLASSES.pg_namespace,
      object: Number(schemaOid(change.after, name)),
      part: 0,
      tag: change.tag,
      type: 'schema',
      schema: null,
      identity: quoteIdentifier(name),
    }))
}

/** Types that the command has made or changed; arrays and row types come along unsaid. */
const types = (change: Change): DdlCommand[] =>
  [...change.after.contents.types.values()]
    .filter((type) => type.element === 0 && change.before.contents.types.get(type.oid) !== type)
    .map((type) => ofType(type, change.tag))

const functions = (change: Change): DdlCommand[] =>
  [...change.after.contents.functions.values()]
    .filter((fn) => change.before.contents.functions.get(fn.oid) !== fn)
    .map((fn) => ofFunction(change.after, fn, change.tag))

const pathOf = (object: Ast.Node | undefined): string[] =>
  (object !== undefined && 'List' in object ? (object.List.items ?? []) : []).map((item) =>
    'String' in item ? (item.String.sval ?? '') : '',
  )

const rangeOf = (path: readonly string[]): Ast.RangeVar => ({
  relname: path.at(-1) ?? '',
  ...(path.length > 1 ? { schemaname: path.at(-2) ?? '' } : {}),
})

const comment = (change: Change, { objtype, object }: Ast.CommentStmt): DdlCommand[] | undefined => {
  const path = pathOf(object)
  if (objtype === 'OBJECT_COLUMN') {
    const relation = named(change.after, change.searchPath, rangeOf(path.slice(0, -1)))
    return relation && [ofColumn(relation, path.at(-1) ?? '', change.tag)]
  }
  if (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_VIEW' && objtype !== 'OBJECT_MATVIEW') return undefined
  const relation = named(change.after, change.searchPath, rangeOf(path))
  return relation && [ofRelation(relation, change.tag)]
}

const ofPublication = (oid: number, name: string, tag: string): DdlCommand => ({
  catalog: CLASSES.pg_publication,
  object: oid,
  part: 0,
  tag,
  type: 'publication',
  schema: null,
  identity: quoteIdentifier(name),
})

const createPublication = (change: Change): DdlCommand[] =>
  [...change.after.contents.publications.values()]
    .filter(({ oid }) => !change.before.contents.publications.has(oid))
    .map(({ oid, name }) => ofPublication(oid, name, change.tag))

/** The catalogs of what is in a publication. */
const PUBLICATION_REL = 6106
const PUBLICATION_NAMESPACE = 6237

const alterPublication = (change: Change, node: Ast.AlterPublicationStmt): DdlCommand[] | undefined => {
  const { pubname, action, options = [] } = node
  const find = (catalog: Catalog) => [...catalog.contents.publications.values()].find(({ name }) => name === pubname)
  const [old, now] = [find(change.before), find(change.after)]
  if (old === undefined || now === undefined) return undefined
  if (options.length > 0) return [ofPublication(now.oid, now.name, change.tag)]
  if (action !== undefined && action !== 'AP_AddObjects') return undefined
  const tables = now.tables.filter(({ relation }) => !old.tables.some((each) => each.relation === relation))
  const schemas = now.schemas.filter((schema) => !old.schemas.includes(schema))
  return [
    ...tables.map(({ relation }) => {
      const { schema, name } = change.after.relation(relation)
      return {
        catalog: PUBLICATION_REL,
        object: oidOf('published table', now.oid, relation),
        part: 0,
        tag: change.tag,
        type: 'publication relation',
        schema: null,
        identity: `${qualified(schema, name)} in publication ${now.name}`,
      }
    }),
    ...schemas.map((schema) => ({
      catalog: PUBLICATION_NAMESPACE,
      object: oidOf('published schema', now.oid, schema),
      part: 0,
      tag: change.tag,
      type: 'publication namespace',
      schema: null,
      identity: `${schema} in publication ${now.name}`,
    })),
  ]
}

type Rule = (change: Change, node: never) => DdlCommand[] | undefined

const RULES: Readonly<Record<string, Rule>> = {
  CreateStmt: createTable,
  CreateTableAsStmt: created,
  ViewStmt: createView,
  RefreshMatViewStmt: ofRange('relation'),
  IndexStmt: createIndex,
  CreateSeqStmt: created,
  AlterSeqStmt: ofRange('sequence'),
  CreateSchemaStmt: createSchema,
  CreateEnumStmt: types,
  CompositeTypeStmt: types,
  AlterEnumStmt: types,
  CreateDomainStmt: types,
  AlterDomainStmt: types,
  CreateFunctionStmt: functions,
  AlterFunctionStmt: functions,
  AlterTableStmt: alterTable,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,
  CommentStmt: comment,
  CreatePublicationStmt: createPublication,
  AlterPublicationStmt: alterPublication,
  // What is dropped is told by pg_event_trigger_dropped_objects() alone.
  DropStmt: () => [],
}

/** What a statement has made of one catalog another; undefined where it is not known what PostgreSQL would tell. */
export const ddlCommands = (
  before: Catalog,
  after: Catalog,
  tag: string,
  searchPath: readonly string[],
  parsed: ParsedStatement,
): readonly DdlCommand[] | undefined => RULES[parsed.tag]?.({ before, after, tag, searchPath }, parsed.node as never)
