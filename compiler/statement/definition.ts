/** What schema changes share. */
import type { Node, RangeVar } from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { requireCreate } from '../bind/permission.ts'
import { findRelation } from '../bind/relation.ts'
import { errorAt, refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type {
  ColumnInfo,
  ConstraintInfo,
  DomainInfo,
  IndexInfo,
  PartitionBound,
  PartitionScheme,
  RelationInfo,
  SequenceInfo,
  TypeInfo,
} from '../catalog/entries.ts'
import { findIndexOf, indexNamed } from '../catalog/named-index.ts'
import { rememberLost } from '../catalog/possession.ts'
import type { DefinitionPlan } from '../plan.ts'
import type { Environment } from '../types/environment.ts'
import { truncateName } from '../types/text.ts'
import { common, type StatementContext } from './context.ts'
import { physicalName } from './physical.ts'

/** The schema in which a new object goes. @throws PgError 3F000 */
export const creationSchema = (
  scope: Scope,
  range: Pick<RangeVar, 'schemaname' | 'relpersistence' | 'location'>,
  isTable = false,
): string => {
  const schema = namedSchema(scope, range, isTable)
  requireCreate(scope, schema, isTable ? range.location : undefined)
  return schema
}

const namedSchema = (
  scope: Scope,
  range: Pick<RangeVar, 'schemaname' | 'relpersistence' | 'location'>,
  isTable: boolean,
): string => {
  const { catalog, settings } = scope.statement
  const { schemaname, relpersistence } = range
  if (schemaname === 'pg_temp') {
    if (relpersistence === 'u')
      throw errorAt(scope, range.location, '42P16', 'only temporary relations may be created in temporary schemas')
    return 'pg_temp_0'
  }
  if (schemaname !== undefined && schemaname !== '') {
    if (!catalog.hasSchema(schemaname))
      throw errorAt(scope, range.location, '3F000', `schema "${schemaname}" does not exist`)
    if (schemaname === 'pg_catalog' || schemaname === 'information_schema')
      throw refuse(scope, `objects in ${schemaname}`)
    if (relpersistence === 't')
      throw errorAt(scope, range.location, '42P16', 'cannot create temporary relation in non-temporary schema')
    return schemaname
  }
  if (relpersistence === 't') return 'pg_temp_0'
  const schema = settings.searchPath.find((each) => catalog.hasSchema(each))
  if (schema === undefined || schema === 'pg_catalog')
    throw errorAt(scope, isTable ? range.location : undefined, '3F000', 'no schema has been selected to create in')
  return schema
}

export interface NewRelation {
  readonly schema: string
  readonly name: string
  readonly kind: RelationInfo['kind']
  readonly columns: readonly ColumnInfo[]
  readonly constraints?: readonly ConstraintInfo[]
  readonly indexes?: readonly IndexInfo[]
  readonly query?: NonNullable<RelationInfo['query']>
  readonly searchPath?: readonly string[]
  readonly dependsOn?: readonly number[]
  readonly populated?: boolean
  readonly options?: readonly string[]
  readonly unlogged?: boolean
  readonly sequence?: SequenceInfo
  readonly parents?: readonly number[]
  readonly partitioning?: PartitionScheme
  readonly bound?: PartitionBound
}

/** A catalog with a new relation, its row type and that type's array; sequences have none (heap_create_with_catalog). */
export const addRelation = (
  catalog: Catalog,
  fresh: NewRelation,
): { readonly catalog: Catalog; readonly relation: RelationInfo } => {
  const oid = catalog.contents.nextOid
  const hasRows = fresh.kind !== 'S'
  const [rowType, arrayType] = hasRows ? [oid + 1, oid + 2] : [0, 0]
  const relation: RelationInfo = {
    oid,
    rowType,
    physical: physicalName(catalog, fresh.schema, fresh.name),
    constraints: [],
    indexes: [],
    ...fresh,
  }
  const relations = new Map(catalog.contents.relations).set(oid, relation)
  const nextOid = oid + 3
  if (!hasRows) return { catalog: catalog.with({ nextOid, relations }), relation }
  const types = new Map(catalog.contents.types)
  const base: Omit<TypeInfo, 'oid' | 'name' | 'kind' | 'category' | 'element' | 'array' | 'subscript'> = {
    schema: fresh.schema,
    length: -1,
    preferred: false,
    delimiter: ',',
    collation: 0,
    input: 'record_in',
    output: 'record_out',
  }
  types.set(rowType, {
    ...base,
    oid: rowType,
    name: fresh.name,
    kind: 'c',
    category: 'C',
    element: 0,
    array: arrayType,
    subscript: '-',
    relation: oid,
  })
  types.set(arrayType, {
    ...base,
    oid: arrayType,
    name: arrayName(fresh.name),
    kind: 'b',
    category: 'A',
    element: rowType,
    array: 0,
    subscript: 'array_subscript_handler',
  })
  return { catalog: catalog.with({ nextOid, relations, types }), relation }
}

export const arrayName = (name: string): string => truncateName(`_${name}`)

/** A catalog with a new type and its array. */
export const addType = (
  catalog: Catalog,
  type: Omit<TypeInfo, 'oid' | 'array' | 'element' | 'subscript' | 'delimiter' | 'preferred'>,
): { readonly catalog: Catalog; readonly oid: number } => {
  if (catalog.typeNamed(type.schema, arrayName(type.name)) !== undefined)
    throw unsupported(`the name "${type.name}", whose array type's name is taken,`)
  const oid = catalog.contents.nextOid
  const shared = { delimiter: ',', preferred: false } as const
  const types = new Map(catalog.contents.types)
  types.set(oid, { ...shared, ...type, oid, array: oid + 1, element: 0, subscript: '-' })
  types.set(oid + 1, {
    ...shared,
    oid: oid + 1,
    schema: type.schema,
    name: arrayName(type.name),
    length: -1,
    kind: 'b',
    category: 'A',
    element: oid,
    array: 0,
    subscript: 'array_subscript_handler',
    collation: type.collation,
    input: 'array_in',
    output: 'array_out',
  })
  return { catalog: catalog.with({ nextOid: oid + 2, types }), oid }
}

/** @throws PgError 42P07 when a relation of the name exists */
export const checkFree = (scope: Scope, schema: string, name: string): void => {
  const { catalog } = scope.statement
  if (catalog.relationNamed(schema, name) !== undefined || indexNamed(catalog, schema, name) !== undefined)
    throw new PgError('42P07', `relation "${name}" already exists`)
  const type = catalog.typeNamed(schema, name)
  if (type?.category === 'A' && type.element !== 0) throw unsupported(`the name "${name}", which an array type has,`)
  if (type !== undefined) throw new PgError('42710', `type "${name}" already exists`)
}

/** A name is qualified by a schema that there is not. */
export const isSchemaMissing = (catalog: Catalog, schema: string | undefined): schema is string =>
  schema !== undefined && schema !== 'pg_temp' && !catalog.hasSchema(schema)

/** @throws PgError 3F000 where there is no such schema */
export const requireSchema = (catalog: Catalog, name: string): string => {
  if (!catalog.hasSchema(name)) throw new PgError('3F000', `schema "${name}" does not exist`)
  return name
}

/** The parts of the name that a command's object has, as the grammar gives them. */
export const pathOf = (object: Node | undefined): string[] => {
  if (object === undefined) return []
  const items =
    'List' in object ? (object.List.items ?? []) : 'TypeName' in object ? (object.TypeName.names ?? []) : [object]
  return items.map((item) => ('String' in item ? (item.String.sval ?? '') : ''))
}

/**
 * The table of an index that must be there.
 * @throws PgError 42P01, 42809, 3F000
 */
export const requireIndexOf = ({ statement }: Scope, schema: string | undefined, name: string): RelationInfo => {
  const { catalog, settings } = statement
  const found = findIndexOf(catalog, settings.searchPath, schema, name)
  if (found !== undefined) return found
  if (findRelation(statement, schema, name) !== undefined) throw new PgError('42809', `"${name}" is not an index`)
  if (isSchemaMissing(catalog, schema)) throw new PgError('3F000', `schema "${schema}" does not exist`)
  throw new PgError('42P01', `relation "${schema === undefined ? '' : `${schema}.`}${name}" does not exist`)
}

export const definition = (
  context: StatementContext,
  tag: string,
  catalog: Catalog,
  steps: readonly string[] = [],
  fill?: DefinitionPlan['fill'],
): DefinitionPlan => {
  requirePlainIndexes(context, steps)
  return {
    kind: 'definition',
    catalog: tag.startsWith('CREATE') ? catalog : rememberLost(context.statement.catalog, catalog),
    steps: steps.map((sql) => ({ sql, functions: [] })),
    ...(fill === undefined ? {} : { fill }),
    ...common(context, tag),
  }
}

/** Where SQLite takes no functions, no index can go by a key that one computes. */
export const requirePlainIndexes = ({ target, position }: StatementContext, steps: readonly string[]): void => {
  if (!target.has('functions') && steps.some((sql) => sql.includes('"pg_key:')))
    throw unsupported('an index over a type that SQLite does not sort', { position })
}

export const scopeOf = (context: StatementContext): Scope => rootScope(context.statement)

/** A name that PostgreSQL would choose: `t_a_b_key`, with a number when it is taken (ChooseRelationName). */
export const chooseName = (
  taken: (name: string) => boolean,
  table: string,
  columns: readonly string[],
  label: string,
): string => {
  const middle = columns.join('_')
  const base = makeObjectName(table, middle, label)
  let name = base
  for (let count = 1; taken(name); count++) name = makeObjectName(table, middle, `${label}${count}`)
  return name
}

/** What a column's NOT NULL is called. */
export const notNullName = ({ name }: Pick<RelationInfo, 'name'>, column: ColumnInfo): string =>
  column.notNullName ?? makeObjectName(name, column.name, 'not_null')

export const domainNotNullName = (name: string, { notNullName }: DomainInfo): string =>
  notNullName ?? makeObjectName(name, '', 'not_null')

/** makeObjectName: the longer of both parts is cut until all fits into a name. */
export const makeObjectName = (first: string, second: string, label: string): string => {
  const encoder = new TextEncoder()
  const length = (text: string): number => encoder.encode(text).length
  let [a, b] = [first, second]
  const overhead = (b === '' ? 0 : 1) + length(label) + 1
  while (length(a) + length(b) + overhead > 63) {
    if (length(a) > length(b)) a = a.slice(0, -1)
    else b = b.slice(0, -1)
  }
  return [a, b, label].filter((part) => part !== '').join('_')
}

/** What a statement's expressions are bound and written in. */
export const environmentOf = ({ statement: { catalog, settings, clock } }: Scope): Environment => ({
  catalog,
  settings,
  clock,
})
