/** ALTER INDEX … ATTACH PARTITION. Manual: "ALTER INDEX"; after ATExecAttachPartitionIdx in tablecmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { findRelation } from '../bind/relation.ts'
import { refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { Attachable, RelationInfo } from '../catalog/entries.ts'
import { indexesOf, parentIndex, type SystemIndex } from '../system/indexes.ts'
import { requireIndexOf } from './definition.ts'

const indexOf = (relation: RelationInfo, name: string): SystemIndex => {
  const found = indexesOf(relation).find((each) => each.name === name)
  if (found === undefined) throw new Error(`no index ${name}`)
  return found
}

const namesOf = ({ relation, keys }: SystemIndex): string =>
  keys.map((number) => relation.columns.find((column) => column.number === number)?.name).join()

/** An index with one partition less that is not attached to it. */
const attached = <Index extends Attachable & { readonly name: string }>(
  index: Index,
  name: string,
  oid: number,
): Index => {
  if (index.name !== name) return index
  const { unattached = [], ...rest } = index
  const left = unattached.filter((each) => each !== oid)
  return (left.length === 0 ? rest : { ...rest, unattached: left }) as Index
}

/** @throws PgError 42P01, 42809, 55000, 42P17 */
export const withAttachedIndex = (
  scope: Scope,
  catalog: Catalog,
  table: RelationInfo,
  parentName: string,
  command: Ast.PartitionCmd,
): Catalog => {
  const { schemaname, relname = '' } = command.name ?? {}
  const named = findRelation({ ...scope.statement, catalog }, schemaname || undefined, relname)
  if (named !== undefined) throw new PgError('42P17', `"${relname}" is not an index`)
  const partition = requireIndexOf(
    { ...scope, statement: { ...scope.statement, catalog } },
    schemaname || undefined,
    relname,
  )
  const [parent, child] = [indexOf(table, parentName), indexOf(partition, relname)]
  const cannot = (code: string, detail: string): PgError =>
    new PgError(code, `cannot attach index "${relname}" as a partition of index "${parentName}"`, { detail })
  const current = parentIndex(catalog, child)
  if (current?.oid === parent.oid) return catalog
  if (current !== undefined) throw cannot('55000', `Index "${relname}" is already attached to another index.`)
  if (!partition.parents?.includes(table.oid))
    throw cannot('55000', `Index "${relname}" is not an index on any partition of table "${table.name}".`)
  const isKey = (index: SystemIndex): boolean => index.index === undefined
  if (isKey(parent) && !isKey(child))
    throw cannot(
      '42P17',
      `The index "${parentName}" belongs to a constraint in table "${table.name}" but no constraint exists for index "${relname}".`,
    )
  const same = parent.unique === child.unique && parent.primary === child.primary && namesOf(parent) === namesOf(child)
  if (!same) throw cannot('42P17', 'The index definitions do not match.')
  if (isKey(child) && !isKey(parent)) throw refuse(scope, 'the index of a constraint as a partition of a plain index')
  const ofTable = catalog.relation(table.oid)
  const changed = catalog.withRelation({
    ...ofTable,
    indexes: ofTable.indexes.map((each) => attached(each, parentName, partition.oid)),
    constraints: ofTable.constraints.map((each) =>
      each.kind === 'primary' || each.kind === 'unique' ? attached(each, parentName, partition.oid) : each,
    ),
  })
  if (!isKey(child)) return changed
  const constraints = partition.constraints.map((each) =>
    each.name === relname ? { ...each, inherited: 1, onlyInherited: true } : each,
  )
  return changed.withRelation({ ...partition, constraints })
}
