/** Which partition a row belongs to. Manual: "Table Partitioning"; after execPartition.c and partbounds.c. */
import { bindExpression } from '../bind/expression.ts'
import { rootScope } from '../bind/scope.ts'
import { ownStatement } from '../bind/statement.ts'
import { addOwnRow, rowRange } from '../bind/target-range.ts'
import type { PartitionBound, RangeDatum, RelationInfo } from '../catalog/entries.ts'
import { childrenOf, columnMap, partitionedParent } from '../catalog/inheritance.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import type { Expr } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { mapChildren } from '../tree/walk.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { hashOf } from './hash.ts'

type Row = readonly Value[]

const expressions = new WeakMap<RelationInfo, readonly (number | Expr)[]>()

const toPlaceholder = (expr: Expr): Expr =>
  expr.kind === 'column'
    ? { kind: 'placeholder', index: expr.index, type: expr.type, typmod: expr.typmod }
    : mapChildren(expr, toPlaceholder)

/** The key's columns as indexes, its expressions bound with placeholders for the columns. */
const boundKeys = (env: Environment, relation: RelationInfo): readonly (number | Expr)[] => {
  const known = expressions.get(relation)
  if (known !== undefined) return known
  const keys = (relation.partitioning?.keys ?? []).map((key) => {
    if (typeof key === 'number') return relation.columns.findIndex(({ number }) => number === key)
    const scope = rootScope(ownStatement(env))
    addOwnRow(scope, rowRange(relation, 'row$', 0, []), relation)
    return toPlaceholder(bindExpression(scope, key))
  })
  expressions.set(relation, keys)
  return keys
}

const keyOf = (env: Environment, relation: RelationInfo, row: Row): Value[] =>
  boundKeys(env, relation).map((key) => (typeof key === 'number' ? (row[key] ?? null) : evaluate(env, key, row)))

export const comparePartitionValues = (env: Environment, type: number, left: Value, right: Value): number =>
  left === null || right === null ? NaN : codecOf(env, env.catalog.baseType(type)).compare(left, right, env)

/** How a key compares with one end of a range: negative when it lies before it. */
export const compareWithEnd = (
  env: Environment,
  types: readonly number[],
  key: Row,
  end: readonly RangeDatum[],
): number => {
  for (const [at, datum] of end.entries()) {
    if (datum === 'min') return 1
    if (datum === 'max') return -1
    const order = comparePartitionValues(env, types[at] ?? 0, key[at] ?? null, datum.value)
    if (order !== 0) return order
  }
  return 0
}

/** Whether a bound other than DEFAULT holds a key. */
const holds = (env: Environment, types: readonly number[], bound: PartitionBound, key: Row): boolean => {
  switch (bound.kind) {
    case 'list': {
      const [value = null] = key
      return bound.values.some((each) =>
        each === null || value === null
          ? each === value
          : comparePartitionValues(env, types[0] ?? 0, value, each) === 0,
      )
    }
    case 'range':
      return (
        !key.includes(null) &&
        compareWithEnd(env, types, key, bound.from) >= 0 &&
        compareWithEnd(env, types, key, bound.to) < 0
      )
    case 'hash':
      return hashOf(env, types, key) % BigInt(bound.modulus) === BigInt(bound.remainder)
    case 'default':
      return false
    default:
      return bound satisfies never
  }
}

/** The partition of a partitioned table that a row of it goes to. */
export const partitionFor = (env: Environment, parent: RelationInfo, row: Row): RelationInfo | undefined => {
  const types = parent.partitioning?.types ?? []
  const key = keyOf(env, parent, row)
  const partitions = childrenOf(env.catalog, parent)
  return (
    partitions.find(({ bound }) => bound !== undefined && holds(env, types, bound, key)) ??
    partitions.find(({ bound }) => bound?.kind === 'default')
  )
}

/** A row in the layout of another table of the family. */
export const convertRow = (from: RelationInfo, to: RelationInfo, row: Row): Value[] => {
  const map = columnMap(to, from)
  return map.map((at) => row[at] ?? null)
}

/** Whether a row satisfies the constraints of a partition, and of what that is a partition of. */
export const fitsPartition = (env: Environment, relation: RelationInfo, row: Row): boolean => {
  const parent = partitionedParent(env.catalog, relation)
  if (parent === undefined) return true
  const converted = convertRow(relation, parent, row)
  return partitionFor(env, parent, converted)?.oid === relation.oid && fitsPartition(env, parent, converted)
}
