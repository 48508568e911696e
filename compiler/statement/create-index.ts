/** CREATE INDEX. Manual: "CREATE INDEX"; after DefineIndex. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireOrdering } from '../bind/operator.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, refuse } from '../bind/scope.ts'
import type { IndexInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import type { DefinitionPlan, DefinitionStep } from '../plan.ts'
import { findCodec } from '../types/codec.ts'
import type { StatementContext } from './context.ts'
import { chooseName, definition, indexNamed, scopeOf } from './definition.ts'
import { cloneIntoPartition, requireKeysInUnique } from './partition.ts'
import { indexSql } from './physical.ts'

/** Plain indexes on columns. Others would have to be exact in what they enforce, so unique ones of other kinds are refused. */
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
    options = [],
  } = node
  const scope = scopeOf(context)
  const { statement } = scope
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  if (relation.kind !== 'r' && relation.kind !== 'p') throw refuse(scope, 'an index on this relation')
  const keys: number[] = []
  const names: string[] = []
  let plain = true
  for (const param of indexParams) {
    if (!('IndexElem' in param)) throw refuse(scope, 'this index')
    const { name, opclass = [], collation = [] } = param.IndexElem
    if (opclass.length > 0 || collation.length > 0 || name === undefined) {
      plain = false
      names.push('expr')
      continue
    }
    const found = relation.columns.find((column) => column.name === name)
    if (found === undefined) throw errorAt(scope, undefined, '42703', `column "${name}" does not exist`)
    if (accessMethod === 'btree') requireOrdering(statement.catalog, found.type)
    const codec = findCodec({ catalog: statement.catalog }, found.type)
    if (codec === undefined || (!codec.native && codec.key === undefined)) plain = false
    keys.push(found.number)
    names.push(name)
  }
  if (whereClause !== undefined || accessMethod !== 'btree' || indexIncludingParams.length > 0 || options.length > 0)
    plain = false
  if (nullsNotDistinct || !plain) throw refuse(scope, unique ? 'this unique index' : 'an index of this kind')
  const taken = (name: string): boolean =>
    statement.catalog.relationNamed(relation.schema, name) !== undefined ||
    indexNamed(statement.catalog, relation.schema, name) !== undefined
  const name = idxname || chooseName(taken, relation.name, names, 'idx')
  if (taken(name)) {
    if (!ifNotExists) throw new PgError('42P07', `relation "${name}" already exists`)
    statement.notice('42P07', `relation "${name}" already exists, skipping`)
    return definition(context, 'CREATE INDEX', statement.catalog)
  }
  const physical = `${relation.physical}.${name}`
  const index: IndexInfo = { name, physical, unique, nullsNotDistinct: false, keys }
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
  return { ...made, steps: [...made.steps, ...steps] }
}
