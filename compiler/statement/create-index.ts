/** CREATE INDEX. Manual: "CREATE INDEX"; after DefineIndex. */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { collationOf, derivedCollation } from '../bind/collation.ts'
import { requireCollation } from '../bind/expression.ts'
import { hasOrder } from '../bind/operator.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import { figureName } from '../bind/target.ts'
import { accessMethodOids, operatorClassesByMethod } from '../catalog/builtin.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { collationOid } from '../catalog/collation.ts'
import type { ColumnInfo, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { indexNamed } from '../catalog/named-index.ts'
import { findOperatorClass } from '../catalog/operator-class.ts'
import type { DefinitionPlan, DefinitionStep } from '../plan.ts'
import type { Expr } from '../tree/expression.ts'
import { some } from '../tree/walk.ts'
import { findCodec } from '../types/codec.ts'
import { outsideTransaction, type StatementContext } from './context.ts'
import { chooseName, definition, scopeOf } from './definition.ts'
import { bindOverRow, columnNode, computedIndex } from './index-key.ts'
import { cloneIntoPartition, requireKeysInUnique } from './partition.ts'
import { indexSql } from './physical.ts'
import { storageParameters } from './storage-parameter.ts'

/** Names of an index's columns, numbered where they come again (ChooseIndexColumnNames). */
const distinct = (names: readonly string[]): string[] => {
  const taken: string[] = []
  for (const name of names) {
    let unique = name
    for (let count = 1; taken.includes(unique); count++) unique = `${name}${count}`
    taken.push(unique)
  }
  return taken
}

/** What is known of indexes that SQLite has not: those on columns, of all rows, that guarantee nothing. */
const requirePlain = (
  scope: Scope,
  { indexParams = [], whereClause, unique, accessMethod, relation }: Ast.IndexStmt,
): void => {
  const isPlain = indexParams.every(
    (param) =>
      'IndexElem' in param &&
      param.IndexElem.name !== undefined &&
      param.IndexElem.ordering === 'SORTBY_DEFAULT' &&
      param.IndexElem.nulls_ordering === 'SORTBY_NULLS_DEFAULT',
  )
  const isSingle =
    indexParams.length === 1 || accessMethod === 'gin' || accessMethod === 'gist' || accessMethod === 'brin'
  const isPartitioned = relation !== undefined && requireRelation(scope, { ...relation, location: -1 }).kind === 'p'
  if (!isPlain || !isSingle || unique || whereClause !== undefined || isPartitioned)
    throw refuse(scope, `this ${accessMethod} index`)
}

const noDefaultClass = (catalog: Catalog, method: string, type: number): PgError =>
  new PgError(
    '42704',
    `data type ${formatType(catalog, type)} has no default operator class for access method "${method}"`,
    {
      hint: 'You must specify an operator class for the index or define a default operator class for the data type.',
    },
  )

/** What a btree is to sort. @throws PgError 42704 for a type without an order */
export const requireDefaultClass = (catalog: Catalog, type: number): void => {
  if (!hasOrder(catalog, type)) throw noDefaultClass(catalog, 'btree', type)
}

/** The operator class that a key asks for; undefined for the default one. @throws PgError 42704 */
const classOf = (catalog: Catalog, method: string, type: number, asked: readonly Ast.Node[]): string | undefined => {
  const [name] = asked.map((node) => ('String' in node ? (node.String.sval ?? '') : ''))
  const found = findOperatorClass(catalog, method, type, name)
  const shown = formatType(catalog, type)
  if (found === undefined && name === undefined) throw noDefaultClass(catalog, method, type)
  if (found === undefined) {
    const exists = operatorClassesByMethod.get(method)?.some((each) => each.name === name)
    throw exists
      ? new PgError('42804', `operator class "${name}" does not accept data type ${shown}`)
      : new PgError('42704', `operator class "${name}" does not exist for access method "${method}"`)
  }
  return found.default ? undefined : found.name
}

/** The collation that a key asks for; undefined for that which it has. @throws PgError 42804, 0A000 */
const askedCollation = (scope: Scope, key: Expr, asked: readonly Ast.Node[]): string | undefined => {
  const name = asked.map((node) => ('String' in node ? (node.String.sval ?? '') : '')).at(-1)
  if (name === undefined) return undefined
  requireCollation(scope, name, key.type, undefined)
  const oid = collationOid(name) ?? 0
  if (oid < 0) throw refuse(scope, `the collation "${name}" of an index`)
  return oid === collationOf(scope.statement, key).collation ? undefined : name
}

/** @throws PgError 0A000 */
const requireStored = (relation: RelationInfo, expr: Expr): void => {
  if (some(expr, (it) => it.kind === 'column' && relation.columns[it.index]?.generated === 'v'))
    throw new PgError('0A000', 'indexes on virtual generated columns are not supported')
}

/** Access methods whose indexes can hold more than keys. */
const INCLUDING: ReadonlySet<string> = new Set(['btree', 'gist', 'spgist'])

/** A column of INCLUDE. @throws PgError 0A000, 42703 */
const includedColumn = (scope: Scope, relation: RelationInfo, method: string, node: Ast.Node): ColumnInfo => {
  if (!INCLUDING.has(method)) throw new PgError('0A000', `access method "${method}" does not support included columns`)
  if (!('IndexElem' in node)) throw refuse(scope, 'this INCLUDE')
  const { name = '', expr, opclass = [], collation = [], ordering, nulls_ordering: nulls } = node.IndexElem
  const no = (what: string): PgError => new PgError('42P17', `including column does not support ${what}`)
  if (expr !== undefined) throw new PgError('0A000', 'expressions are not supported in included columns')
  if (collation.length > 0) throw new PgError('42P17', 'including column does not support a collation')
  if (opclass.length > 0) throw no('an operator class')
  if (ordering !== 'SORTBY_DEFAULT') throw no('ASC/DESC options')
  if (nulls !== 'SORTBY_NULLS_DEFAULT') throw no('NULLS FIRST/LAST options')
  const found = relation.columns.find((column) => column.name === name)
  if (found === undefined) throw errorAt(scope, undefined, '42703', `column "${name}" does not exist`)
  return found
}

/** Indexes on columns and expressions, of all rows or some. */
export const planCreateIndex = (context: StatementContext, node: Ast.IndexStmt): DefinitionPlan => {
  const {
    idxname,
    relation: range,
    indexParams = [],
    indexIncludingParams = [],
    whereClause,
    unique = false,
    nulls_not_distinct: nullsNotDistinct = false,
    if_not_exists: ifNotExists = false,
    concurrent = false,
    accessMethod = 'btree',
    options: storage = [],
  } = node
  const scope = scopeOf(context)
  const { statement } = scope
  if (concurrent) outsideTransaction(context, 'CREATE INDEX CONCURRENTLY')
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  if (concurrent && relation.kind === 'p')
    throw new PgError('0A000', `cannot create index on partitioned table "${relation.name}" concurrently`)
  if (!['r', 'p', 'm'].includes(relation.kind)) throw refuse(scope, 'an index on this relation')
  // it comes first (transformIndexStmt)
  const predicate = whereClause && bindOverRow(scope, relation, whereClause, 'index predicate').expr
  if (predicate !== undefined) requireStored(relation, predicate)
  const keys: (number | Ast.Node)[] = []
  const exprs: Expr[] = []
  const names: string[] = []
  const options: number[] = []
  const classes: (string | undefined)[] = []
  const collations: (string | undefined)[] = []
  const derived: (number | undefined)[] = []
  if (!accessMethodOids.has(accessMethod)) throw new PgError('42704', `access method "${accessMethod}" does not exist`)
  const isBtree = accessMethod === 'btree'
  if (!isBtree) requirePlain(scope, node)
  for (const param of indexParams) {
    if (!('IndexElem' in param)) throw refuse(scope, 'this index')
    const { name, expr, opclass = [], collation = [], ordering, nulls_ordering: nulls } = param.IndexElem
    if (opclass.length > 1) throw refuse(scope, 'a qualified operator class')
    const descending = ordering === 'SORTBY_DESC'
    const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (descending && nulls !== 'SORTBY_NULLS_LAST')
    options.push((descending ? 1 : 0) + (nullsFirst ? 2 : 0))
    const key = expr ?? columnNode(name ?? '')
    const found = expr === undefined ? relation.columns.find((column) => column.name === name) : undefined
    if (expr === undefined && found === undefined)
      throw errorAt(scope, undefined, '42703', `column "${name}" does not exist`)
    const { expr: bound } = bindOverRow(scope, relation, key, 'index expression')
    requireStored(relation, bound)
    if (isBtree && opclass.length === 0) requireDefaultClass(statement.catalog, bound.type)
    if (!isBtree || opclass.length > 0) classes.push(classOf(statement.catalog, accessMethod, bound.type, opclass))
    else classes.push(undefined)
    collations.push(askedCollation(scope, bound, collation))
    derived.push(derivedCollation(statement, bound))
    const codec = findCodec({ catalog: statement.catalog }, bound.type)
    if (isBtree && (codec === undefined || (!codec.native && codec.key === undefined)))
      throw refuse(scope, `an index on type ${formatType(statement.catalog, bound.type)}`)
    keys.push(found?.number ?? key)
    exprs.push(bound)
    names.push(name ?? (figureName(key) === '?column?' ? 'expr' : figureName(key)))
  }
  const included = indexIncludingParams.map((param) => includedColumn(scope, relation, accessMethod, param))
  names.push(...included.map(({ name }) => name))
  const parameters = storageParameters(scope, storage, { index: accessMethod })
  const isComputed = predicate !== undefined || keys.some((key) => typeof key !== 'number')
  if (isComputed && relation.kind === 'p') throw refuse(scope, 'an index of expressions on a partitioned table')
  const taken = (name: string): boolean =>
    statement.catalog.relationNamed(relation.schema, name) !== undefined ||
    indexNamed(statement.catalog, relation.schema, name) !== undefined
  const name = idxname || chooseName(taken, relation.name, distinct(names), 'idx')
  if (taken(name)) {
    if (!ifNotExists) throw new PgError('42P07', `relation "${name}" already exists`)
    statement.notice('42P07', `relation "${name}" already exists, skipping`)
    return definition(context, 'CREATE INDEX', statement.catalog)
  }
  const physical = isBtree ? `${relation.physical}.${name}` : ''
  const computed = isComputed
    ? computedIndex(context, exprs, distinct(names.slice(0, keys.length)), predicate)
    : undefined
  const index: IndexInfo = {
    name,
    physical,
    unique,
    nullsNotDistinct,
    keys,
    options,
    ...(isBtree ? {} : { method: accessMethod }),
    ...(classes.some((name) => name !== undefined) ? { classes } : {}),
    ...(collations.some((name) => name !== undefined) ? { collations } : {}),
    ...(derived.some((oid) => oid !== undefined) ? { derived } : {}),
    ...(included.length === 0 ? {} : { included: included.map(({ number }) => number) }),
    ...(parameters.length === 0 ? {} : { storage: parameters }),
    ...(whereClause === undefined ? {} : { predicate: whereClause }),
    ...(computed === undefined ? {} : { computed }),
  }
  const isAlone = relation.kind === 'p' && !(range?.inh ?? false)
  const partitions = isAlone ? childrenOf(statement.catalog, relation).map(({ oid }) => oid) : []
  const own: IndexInfo = partitions.length === 0 ? index : { ...index, unattached: partitions }
  const indexed = { ...relation, indexes: [...relation.indexes, own] }
  let catalog = statement.catalog.withRelation(indexed)
  const steps: DefinitionStep[] = []
  if (relation.kind === 'p') {
    requireKeysInUnique(scope, indexed)
    for (const { oid } of isAlone ? [] : childrenOf(catalog, indexed)) {
      const cloned = cloneIntoPartition(scope, catalog, indexed, catalog.relation(oid))
      catalog = cloned.catalog
      steps.push(...cloned.steps)
    }
  }
  const sql = isBtree ? [indexSql(statement.catalog, relation, index)] : []
  const made = definition(context, 'CREATE INDEX', catalog, sql)
  const ownSteps = made.steps.map((step) => ({
    ...step,
    functions: [...step.functions, ...(computed?.functions ?? [])],
    duplicate: `could not create unique index "${name}"`,
  }))
  return { ...made, steps: [...ownSteps, ...steps] }
}
