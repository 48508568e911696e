/** How a table is partitioned, and which rows a partition holds: pg_get_partkeydef(), `relpartbound`. */
import type { PartitionBound, RangeDatum, RelationInfo } from '../catalog/entries.ts'
import { keyText, known } from '../system/definition.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'
import { constantText } from './expression.ts'
import { keyExpression } from './index-definition.ts'
import { columnNames } from './name.ts'

/** @returns null for a table without partitions */
export const partitionKey = (env: Environment, relation: RelationInfo): string | null => {
  const { partitioning } = relation
  if (partitioning === undefined) return null
  const keys = partitioning.keys.map((key) =>
    typeof key === 'number'
      ? columnNames(relation, [key])
      : keyExpression(key, known(keyText(env, relation, key), false)),
  )
  return `${partitioning.strategy.toUpperCase()} (${keys.join(', ')})`
}

/** @param parent the partitioned table */
export const boundText = (env: Environment, parent: RelationInfo, bound: PartitionBound): string => {
  const types = parent.partitioning?.types ?? []
  const datum = (value: Value, at: number): string => constantText(env, value, types[at] ?? 0)
  const limits = (data: readonly RangeDatum[]): string =>
    data
      .map((each, at) => (each === 'min' ? 'MINVALUE' : each === 'max' ? 'MAXVALUE' : datum(each.value, at)))
      .join(', ')
  switch (bound.kind) {
    case 'default':
      return 'DEFAULT'
    case 'list':
      return `FOR VALUES IN (${bound.values.map((value) => datum(value, 0)).join(', ')})`
    case 'range':
      return `FOR VALUES FROM (${limits(bound.from)}) TO (${limits(bound.to)})`
    case 'hash':
      return `FOR VALUES WITH (modulus ${bound.modulus}, remainder ${bound.remainder})`
    default:
      return bound satisfies never
  }
}
