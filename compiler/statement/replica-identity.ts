/** ALTER TABLE … REPLICA IDENTITY. Manual: "ALTER TABLE"; after ATExecReplicaIdentity. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { indexNamed } from '../catalog/named-index.ts'
import { indexesOf } from '../system/indexes.ts'

/** @throws PgError 42704, 42809, 0A000 */
const requireIndex = (scope: Scope, relation: RelationInfo, name: string): void => {
  const index = indexesOf(relation).find((each) => each.name === name)
  if (index === undefined) {
    if (indexNamed(scope.statement.catalog, relation.schema, name) !== undefined)
      throw new PgError('42809', `"${name}" is not an index for table "${relation.name}"`)
    if (findRelation(scope.statement, relation.schema, name) !== undefined)
      throw new PgError('42809', `"${name}" is not an index`)
    throw new PgError('42704', `index "${name}" for table "${relation.name}" does not exist`)
  }
  if (!index.unique) throw new PgError('42809', `cannot use non-unique index "${name}" as replica identity`)
  if (index.deferrable) throw new PgError('0A000', `cannot use non-immediate index "${name}" as replica identity`)
  if (index.keys.includes(0)) throw new PgError('0A000', `cannot use expression index "${name}" as replica identity`)
  if (index.index?.predicate !== undefined)
    throw new PgError('0A000', `cannot use partial index "${name}" as replica identity`)
  for (const number of index.keys) {
    const column = relation.columns.find((each) => each.number === number)
    if (column?.notNull === false)
      throw new PgError(
        '42809',
        `index "${name}" cannot be used as replica identity because column "${column.name}" is nullable`,
      )
  }
}

/** The relation with what the command says of it. */
export const withReplicaIdentity = (
  scope: Scope,
  relation: RelationInfo,
  { identity_type: kind = 'd', name = '' }: Ast.ReplicaIdentityStmt,
): RelationInfo => {
  const { replicaIdentity: _identity, replicaIndex: _index, ...rest } = relation
  switch (kind) {
    case 'd':
      return rest
    case 'f':
    case 'n':
      return { ...rest, replicaIdentity: kind }
    case 'i':
      requireIndex(scope, relation, name)
      return { ...rest, replicaIdentity: kind, replicaIndex: name }
    default:
      throw refuse(scope, 'this REPLICA IDENTITY')
  }
}
