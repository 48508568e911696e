/** CREATE INDEX. Manual: "CREATE INDEX"; after DefineIndex. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireOrdering } from '../bind/operator.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse, type Scope } from '../bind/scope.ts'
import { figureName } from '../bind/target.ts'
import { accessMethodOids, operatorClassesByMethod } from '../catalog/builtin.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { IndexInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { findOperatorClass } from '../catalog/operator-class.ts'
import type { DefinitionPlan, DefinitionStep } from '../plan.ts'
import type { Expr } from '../tree/expression.ts'
import { findCodec } from '../types/codec.ts'
import type { StatementContext } from './context.ts'
import { chooseName, definition, indexNamed, scopeOf } from './definition.ts'
import { bindOverRow, columnNode, computedIndex } from './index-key.ts'
import { cloneIntoPartition, requireKeysInUnique } from './partition.ts'
import { indexSql } from './physical.ts'

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

/** The operator class that a key asks for; undefined for the default one. @throws PgError 42704 */
const classOf = (catalog: Catalog, method: string, type: number, asked: readonly Ast.Node[]): string | undefined => {
  const [name] = asked.map((node) => ('String' in node ? (node.String.sval ?? '') : ''))
  const found = findOperatorClass(catalog, method, type, name)
  const shown = formatType(catalog, type)
  if (found === undefined && name === undefined)
    throw new PgError('42704', `data type ${shown} has no default operator class for access method "${method}"`, {
      hint: 'You must specify an operator class for the index or define a default operator class for the data type.',
    })
  if (found === undefined) {
    const exists = operatorClassesByMethod.get(method)?.some((each) => each.name === name)
    throw exists
      ? new PgError('42804', `operator class "${name}" does not accept data type ${shown}`)
      : new PgError('42704', `operator class "${name}" does not exist for access method "${method}"`)
  }
  return found.default ? undefined : found.name
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
    accessMethod = 'btree',
    options: storage = [],
  } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  if (!['r', 'p', 'm'].includes(relation.kind)) throw refuse(scope, 'an index on this relation')
  const keys: (number | Ast.Node)[] = []
  const exprs: Expr[] = []
  const names: string[] = []
  const options: number[] = []
  const classes: (string | undefined)[] = []
  if (!accessMethodOids.has(accessMethod)) throw new PgError('42704', `access method "${accessMethod}" does not exist`)
  const isBtree = accessMethod === 'btree'
  if (!isBtree) requirePlain(scope, node)
  let plain = true
  for (const param of indexParams) {
    if (!('IndexElem' in param)) throw refuse(scope, 'this index')
    const { name, expr, opclass = [], collation = [], ordering, nulls_ordering: nulls } = param.IndexElem
    if (collation.length > 0) plain = false
    if (opclass.length > 0 && (isBtree || opclass.length > 1)) plain = false
    const descending = ordering === 'SORTBY_DESC'
    const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (descending && nulls !== 'SORTBY_NULLS_LAST')
    options.push((descending ? 1 : 0) + (nullsFirst ? 2 : 0))
    const key = expr ?? columnNode(name ?? '')
    const found = expr === undefined ? relation.columns.find((column) => column.name === name) : undefined
    if (expr === undefined && found === undefined)
      throw errorAt(scope, undefined, '42703', `column "${name}" does not exist`)
    const { expr: bound } = bindOverRow(scope, relation, key, 'index expression')
    if (isBtree) requireOrdering(statement.catalog, bound.type)
    else classes.push(classOf(statement.catalog, accessMethod, bound.type, opclass))
    const codec = findCodec({ catalog: statement.catalog }, bound.type)
    if (isBtree && (codec === undefined || (!codec.native && codec.key === undefined))) plain = false
    keys.push(found?.number ?? key)
    exprs.push(bound)
    names.push(name ?? (figureName(key) === '?column?' ? 'expr' : figureName(key)))
  }
  const predicate = whereClause && bindOverRow(scope, relation, whereClause, 'index predicate').expr
  if (indexIncludingParams.length > 0 || storage.length > 0) plain = false
  if (nullsNotDistinct || !plain) throw refuse(scope, unique ? 'this unique index' : 'an index of this kind')
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
  const computed = isComputed ? computedIndex(context, exprs, distinct(names), predicate) : undefined
  const index: IndexInfo = {
    name,
    physical,
    unique,
    nullsNotDistinct: false,
    keys,
    options,
    ...(isBtree ? {} : { method: accessMethod, classes }),
    ...(whereClause === undefined ? {} : { predicate: whereClause }),
    ...(computed === undefined ? {} : { computed }),
  }
  const indexed = { ...relation, indexes: [...relation.indexes, index] }
  let catalog = statement.catalog.withRelation(indexed)
  const steps: DefinitionStep[] = []
  if (relation.kind === 'p') {
    if (!(range?.inh ?? false)) throw refuse(scope, 'an index of ONLY a partitioned table')
    requireKeysInUnique(scope, indexed)
    for (const { oid } of childrenOf(catalog, indexed)) {
      const cloned = cloneIntoPartition(scope, catalog, indexed, catalog.relation(oid))
      catalog = cloned.catalog
      steps.push(...cloned.steps)
    }
  }
  const sql = isBtree ? [indexSql(statement.catalog, relation, index)] : []
  const made = definition(context, 'CREATE INDEX', catalog, sql)
  const own = made.steps.map((step) => ({
    ...step,
    functions: [...step.functions, ...(computed?.functions ?? [])],
    duplicate: `could not create unique index "${name}"`,
  }))
  return { ...made, steps: [...own, ...steps] }
}
