/** CREATE INDEX. Manual: "CREATE INDEX"; after DefineIndex. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireOrdering } from '../bind/operator.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse } from '../bind/scope.ts'
import { figureName } from '../bind/target.ts'
import type { IndexInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import type { DefinitionPlan, DefinitionStep } from '../plan.ts'
import type { Expr } from '../tree/expression.ts'
import { findCodec } from '../types/codec.ts'
import type { StatementContext } from './context.ts'
import { chooseName, definition, indexNamed, scopeOf } from './definition.ts'
import { bindOverRow, computedIndex } from './index-key.ts'
import { cloneIntoPartition, requireKeysInUnique } from './partition.ts'
import { indexSql } from './physical.ts'

const columnNode = (name: string): Ast.Node => ({ ColumnRef: { fields: [{ String: { sval: name } }] } })

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

/** B-tree indexes on columns and expressions, of all rows or some. */
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
  if (relation.kind !== 'r' && relation.kind !== 'p') throw refuse(scope, 'an index on this relation')
  const keys: (number | Ast.Node)[] = []
  const exprs: Expr[] = []
  const names: string[] = []
  const options: number[] = []
  let plain = true
  for (const param of indexParams) {
    if (!('IndexElem' in param)) throw refuse(scope, 'this index')
    const { name, expr, opclass = [], collation = [], ordering, nulls_ordering: nulls } = param.IndexElem
    if (opclass.length > 0 || collation.length > 0) plain = false
    const descending = ordering === 'SORTBY_DESC'
    const nullsFirst = nulls === 'SORTBY_NULLS_FIRST' || (descending && nulls !== 'SORTBY_NULLS_LAST')
    options.push((descending ? 1 : 0) + (nullsFirst ? 2 : 0))
    const key = expr ?? columnNode(name ?? '')
    const found = expr === undefined ? relation.columns.find((column) => column.name === name) : undefined
    if (expr === undefined && found === undefined)
      throw errorAt(scope, undefined, '42703', `column "${name}" does not exist`)
    const { expr: bound } = bindOverRow(scope, relation, key, 'index expression')
    if (accessMethod === 'btree') requireOrdering(statement.catalog, bound.type)
    const codec = findCodec({ catalog: statement.catalog }, bound.type)
    if (codec === undefined || (!codec.native && codec.key === undefined)) plain = false
    keys.push(found?.number ?? key)
    exprs.push(bound)
    names.push(name ?? (figureName(key) === '?column?' ? 'expr' : figureName(key)))
  }
  const predicate = whereClause && bindOverRow(scope, relation, whereClause, 'index predicate').expr
  if (accessMethod !== 'btree' || indexIncludingParams.length > 0 || storage.length > 0) plain = false
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
  const physical = `${relation.physical}.${name}`
  const computed = isComputed ? computedIndex(context, exprs, distinct(names), predicate) : undefined
  const index: IndexInfo = {
    name,
    physical,
    unique,
    nullsNotDistinct: false,
    keys,
    options,
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
  const made = definition(context, 'CREATE INDEX', catalog, [indexSql(statement.catalog, relation, index)])
  const own = made.steps.map((step) => ({
    ...step,
    functions: [...step.functions, ...(computed?.functions ?? [])],
    duplicate: `could not create unique index "${name}"`,
  }))
  return { ...made, steps: [...own, ...steps] }
}
