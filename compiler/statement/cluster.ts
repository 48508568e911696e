/** CLUSTER, and CLUSTER ON of ALTER TABLE: which index a table goes by is kept; rows have no order of their own here. After cluster.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import type { DefinitionPlan, NothingPlan } from '../plan.ts'
import type { Rule } from './alter-family.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'

const withCluster = ({ clustered: _, ...relation }: RelationInfo, index: string | undefined): RelationInfo => ({
  ...relation,
  ...(index === undefined ? {} : { clustered: index }),
})

/** @throws PgError 42704, 0A000 */
const requireClusterable = (relation: RelationInfo, name: string): void => {
  const index = relation.indexes.find((each) => each.name === name)
  const isKey = relation.constraints.some(
    (each) => (each.kind === 'primary' || each.kind === 'unique') && each.name === name,
  )
  if (index === undefined && !isKey)
    throw new PgError('42704', `index "${name}" for table "${relation.name}" does not exist`)
  if (index?.predicate !== undefined) throw new PgError('0A000', `cannot cluster on partial index "${name}"`)
  if (index?.method !== undefined && index.method !== 'btree' && index.method !== 'gist')
    throw new PgError('0A000', `cannot cluster on index "${name}" because access method does not support clustering`)
}

export const clusterOn: Rule = (_context, work, { name = '' }) => {
  if (work.relation.kind === 'p') throw new PgError('0A000', 'cannot mark index clustered in partitioned table')
  requireClusterable(work.relation, name)
  work.relation = withCluster(work.relation, name)
  work.catalog = work.catalog.withRelation(work.relation)
}

export const dropCluster: Rule = (_context, work) => {
  work.relation = withCluster(work.relation, undefined)
  work.catalog = work.catalog.withRelation(work.relation)
}

/** @throws PgError 42704, 42809, 25001 */
export const planCluster = (context: StatementContext, node: Ast.ClusterStmt): DefinitionPlan | NothingPlan => {
  const { relation: range, indexname: name = '' } = node
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  if (range === undefined) {
    outsideTransaction(context, 'CLUSTER')
    return { kind: 'nothing', ...common(context, 'CLUSTER') }
  }
  const relation = requireRelation(scope, { ...range, location: -1 })
  if (relation.kind === 'p' || (relation.kind !== 'r' && relation.kind !== 'm'))
    throw refuse(scope, 'CLUSTER of this relation')
  if (name === '') {
    if (relation.clustered === undefined)
      throw new PgError('42704', `there is no previously clustered index for table "${relation.name}"`)
    return { kind: 'nothing', ...common(context, 'CLUSTER') }
  }
  const owner = findIndexOf(catalog, settings.searchPath, relation.schema, name)
  if (owner !== undefined && owner.oid !== relation.oid)
    throw new PgError('42809', `"${name}" is not an index for table "${relation.name}"`)
  requireClusterable(relation, name)
  return definition(context, 'CLUSTER', catalog.withRelation(withCluster(relation, name)))
}
