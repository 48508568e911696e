/** The order in which PostgreSQL keeps the partitions of a table (partition_bounds_create). */
import type { PartitionBound, RelationInfo } from '../catalog/entries.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'
import { comparePartitionValues, compareWithEnd } from './route.ts'

/** A list with NULL alone comes behind the others, DEFAULT last. */
const rank = (bound: PartitionBound | undefined): number => {
  if (bound === undefined || bound.kind === 'default') return 2
  return bound.kind === 'list' && bound.values.every((value) => value === null) ? 1 : 0
}

const compareBounds = (
  env: Environment,
  types: readonly number[],
  left: PartitionBound | undefined,
  right: PartitionBound | undefined,
): number => {
  const byRank = rank(left) - rank(right)
  if (byRank !== 0 || left === undefined || right === undefined) return byRank
  if (left.kind === 'list' && right.kind === 'list') {
    const compare = (one: Value, other: Value): number => comparePartitionValues(env, types[0] ?? 0, one, other)
    const least = ({ values }: typeof left): Value =>
      values.filter((value) => value !== null).toSorted(compare)[0] ?? null
    return compare(least(left), least(right))
  }
  if (left.kind === 'range' && right.kind === 'range') {
    const [first] = left.from
    if (first === 'min') return -1
    const key = left.from.map((datum) => (typeof datum === 'string' ? null : datum.value))
    return compareWithEnd(env, types, key, right.from)
  }
  if (left.kind === 'hash' && right.kind === 'hash')
    return left.modulus - right.modulus || left.remainder - right.remainder
  return 0
}

/** The partitions of a table, in its order. */
export const partitionsOf = (env: Environment, parent: RelationInfo): RelationInfo[] => {
  const types = parent.partitioning?.types ?? []
  return childrenOf(env.catalog, parent).toSorted((a, b) => compareBounds(env, types, a.bound, b.bound))
}
