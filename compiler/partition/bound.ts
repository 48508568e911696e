/** FOR VALUES …. Manual: "CREATE TABLE"; after transformPartitionBound and check_new_partition_bound. */
import type * as Ast from '@pgsql/types'
import { coerceToTarget } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { locationOf } from '../bind/location.ts'
import { errorAt, refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { PartitionBound, RangeDatum, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import { NotComputable } from '../evaluate/not-computable.ts'
import type { Value } from '../tree/value.ts'
import { hasVolatile } from '../tree/walk.ts'
import type { Environment } from '../types/environment.ts'
import { comparePartitionValues } from './route.ts'

const environment = ({ statement: { catalog, settings, clock } }: Scope): Environment => ({ catalog, settings, clock })

const keyName = (parent: RelationInfo, at: number): string => {
  const key = parent.partitioning?.keys[at]
  return typeof key === 'number' ? (parent.columns.find(({ number }) => number === key)?.name ?? '') : ''
}

/** transformPartitionBoundValue. @throws PgError 42804 */
const boundValue = (scope: Scope, parent: RelationInfo, at: number, node: Ast.Node): Value => {
  const type = parent.partitioning?.types[at] ?? 0
  const own = rootScope(scope.statement, {
    clause: 'partition bound',
    hook: () => {
      throw errorAt(scope, locationOf(node), '0A000', 'cannot use column reference in partition bound expression')
    },
  })
  const bound = bindExpression(own, node)
  const value = coerceToTarget(scope.statement, bound, type, -1, 'assignment')
  if (value === undefined)
    throw errorAt(
      scope,
      locationOf(node),
      '42804',
      `specified value cannot be cast to type ${formatType(scope.statement.catalog, type)} for column "${keyName(parent, at)}"`,
    )
  if (hasVolatile(value)) throw refuse(scope, 'a volatile function in a partition bound', locationOf(node))
  try {
    return evaluate(environment(scope), value)
  } catch (error) {
    if (error instanceof NotComputable) throw refuse(scope, 'this partition bound', locationOf(node))
    throw error
  }
}

const rangeEnd = (scope: Scope, parent: RelationInfo, nodes: readonly Ast.Node[]): RangeDatum[] => {
  const data = nodes.map((node, at): RangeDatum => {
    const field = 'ColumnRef' in node && node.ColumnRef.fields?.length === 1 ? node.ColumnRef.fields[0] : undefined
    const name = field !== undefined && 'String' in field ? field.String.sval : undefined
    if (name === 'minvalue') return 'min'
    if (name === 'maxvalue') return 'max'
    const value = boundValue(scope, parent, at, node)
    if (value === null) throw errorAt(scope, undefined, '42P17', 'cannot specify NULL in range bound')
    return { value }
  })
  for (const [at, datum] of data.entries()) {
    const before = data[at - 1]
    if ((before === 'min' || before === 'max') && before !== datum)
      throw errorAt(
        scope,
        locationOf(nodes[at] as Ast.Node),
        '42804',
        `every bound following ${before === 'min' ? 'MINVALUE' : 'MAXVALUE'} must also be ${before === 'min' ? 'MINVALUE' : 'MAXVALUE'}`,
      )
  }
  return data
}

/** @throws PgError 42P16, 42P17, 42804 */
export const bindBound = (scope: Scope, parent: RelationInfo, node: Ast.PartitionBoundSpec): PartitionBound => {
  const { partitioning } = parent
  if (partitioning === undefined) throw errorAt(scope, undefined, '42809', `"${parent.name}" is not partitioned`)
  const { strategy: given = '', listdatums = [], lowerdatums = [], upperdatums = [], location } = node
  if (node.is_default) {
    if (partitioning.strategy === 'hash')
      throw errorAt(scope, undefined, '42P16', 'a hash-partitioned table may not have a default partition')
    return { kind: 'default' }
  }
  if (given !== partitioning.strategy[0])
    throw errorAt(scope, location, '42P16', `invalid bound specification for a ${partitioning.strategy} partition`)
  switch (partitioning.strategy) {
    case 'hash': {
      const { modulus = 0, remainder = 0 } = node
      if (modulus <= 0)
        throw errorAt(
          scope,
          undefined,
          '42P16',
          'modulus for hash partition must be an integer value greater than zero',
        )
      if (remainder < 0)
        throw errorAt(
          scope,
          undefined,
          '42P16',
          'remainder for hash partition must be an integer value greater than or equal to zero',
        )
      if (remainder >= modulus)
        throw errorAt(scope, undefined, '42P16', 'remainder for hash partition must be less than modulus')
      return { kind: 'hash', modulus, remainder }
    }
    case 'list': {
      const values: Value[] = []
      for (const each of listdatums) {
        const value = boundValue(scope, parent, 0, each)
        const again = values.some(
          (other) =>
            (other === null && value === null) ||
            comparePartitionValues(environment(scope), partitioning.types[0] ?? 0, value, other) === 0,
        )
        if (!again) values.push(value)
      }
      return { kind: 'list', values }
    }
    case 'range': {
      const width = partitioning.keys.length
      if (lowerdatums.length !== width)
        throw errorAt(scope, undefined, '42P16', 'FROM must specify exactly one value per partitioning column')
      if (upperdatums.length !== width)
        throw errorAt(scope, undefined, '42P16', 'TO must specify exactly one value per partitioning column')
      return {
        kind: 'range',
        from: rangeEnd(scope, parent, lowerdatums),
        to: rangeEnd(scope, parent, upperdatums),
      }
    }
    default:
      return partitioning.strategy satisfies never
  }
}

const overlaps = (env: Environment, types: readonly number[], left: PartitionBound, right: PartitionBound): boolean => {
  if (left.kind === 'list' && right.kind === 'list')
    return left.values.some((value) =>
      right.values.some((other) =>
        value === null || other === null
          ? value === other
          : comparePartitionValues(env, types[0] ?? 0, value, other) === 0,
      ),
    )
  if (left.kind === 'hash' && right.kind === 'hash') {
    const greatest = (a: number, b: number): number => (b === 0 ? a : greatest(b, a % b))
    return (left.remainder - right.remainder) % greatest(left.modulus, right.modulus) === 0
  }
  return false
}

/** A new partition must leave the others what is theirs. @throws PgError 42P17 */
export const checkBound = (
  scope: Scope,
  name: string,
  parent: RelationInfo,
  bound: PartitionBound,
  node: Ast.PartitionBoundSpec,
): void => {
  const env = environment(scope)
  const types = parent.partitioning?.types ?? []
  const partitions = childrenOf(scope.statement.catalog, parent)
  if (bound.kind === 'default') {
    const other = partitions.find((each) => each.bound?.kind === 'default')
    if (other !== undefined)
      throw errorAt(
        scope,
        node.location,
        '42P17',
        `partition "${name}" conflicts with existing default partition "${other.name}"`,
      )
    return
  }
  if (bound.kind === 'range' && compareByColumn(env, types, [bound.from, true], [bound.to, true]) >= 0)
    throw errorAt(
      scope,
      locationOf((node.lowerdatums ?? [])[0] as Ast.Node),
      '42P17',
      `empty range bound specified for partition "${name}"`,
    )
  if (bound.kind === 'hash') {
    const moduli = partitions.flatMap((each) => (each.bound?.kind === 'hash' ? [each.bound.modulus] : []))
    const all = [...moduli, bound.modulus].sort((a, b) => a - b)
    if (all.some((modulus, at) => at > 0 && modulus % (all[at - 1] ?? 1) !== 0))
      throw errorAt(
        scope,
        undefined,
        '42P17',
        'every hash partition modulus must be a factor of the next larger modulus',
      )
  }
  if (bound.kind === 'range') {
    checkRange(scope, env, name, parent, bound, node)
    return
  }
  const conflict = partitions.find((each) => each.bound !== undefined && overlaps(env, types, bound, each.bound))
  if (conflict === undefined) return
  const at = bound.kind === 'list' ? listConflict(env, types, bound, conflict, node) : node.location
  throw errorAt(scope, at, '42P17', `partition "${name}" would overlap partition "${conflict.name}"`)
}

/** The value that another partition has already. */
const listConflict = (
  env: Environment,
  types: readonly number[],
  bound: PartitionBound & { kind: 'list' },
  other: RelationInfo,
  node: Ast.PartitionBoundSpec,
): number | undefined => {
  const theirs = other.bound?.kind === 'list' ? other.bound.values : []
  const at = bound.values.findIndex((value) =>
    theirs.some((each) =>
      each === null || value === null ? each === value : comparePartitionValues(env, types[0] ?? 0, value, each) === 0,
    ),
  )
  return locationOf((node.listdatums ?? [])[at] as Ast.Node)
}

/** One end of a range among all those of a table. */
interface End {
  readonly data: readonly RangeDatum[]
  /** The partition that ends here; undefined where one only begins. */
  readonly closes: RelationInfo | undefined
}

const rank = (datum: RangeDatum | undefined): number => (datum === 'min' ? -1 : datum === 'max' ? 1 : 0)

/** partition_rbound_cmp: which end comes first, as the number of the column that decides, with its sign. */
export const compareByColumn = (
  env: Environment,
  types: readonly number[],
  [left, leftIsLower]: readonly [readonly RangeDatum[], boolean],
  [right, rightIsLower]: readonly [readonly RangeDatum[], boolean],
): number => {
  let column = 0
  let order = 0
  for (const [at, datum] of left.entries()) {
    column++
    const other = right[at]
    if (rank(datum) !== rank(other)) return rank(datum) < rank(other) ? -column : column
    if (typeof datum !== 'object' || typeof other !== 'object') break
    order = comparePartitionValues(env, types[at] ?? 0, datum.value, other.value)
    if (order !== 0) break
  }
  if (order === 0 && leftIsLower !== rightIsLower) order = leftIsLower ? 1 : -1
  return order === 0 ? 0 : order < 0 ? -column : column
}

/** All ends of a table's ranges in order, each once (create_range_bounds). */
const endsOf = (env: Environment, types: readonly number[], partitions: readonly RelationInfo[]): End[] => {
  const all = partitions
    .flatMap((partition) =>
      partition.bound?.kind === 'range'
        ? [
            { data: partition.bound.from, lower: true, partition },
            { data: partition.bound.to, lower: false, partition },
          ]
        : [],
    )
    .toSorted((a, b) => compareByColumn(env, types, [a.data, a.lower], [b.data, b.lower]))
  return all
    .filter((end, at) => {
      const before = all[at - 1]
      return before === undefined || compareByColumn(env, types, [before.data, true], [end.data, true]) !== 0
    })
    .map(({ data, lower, partition }) => ({ data, closes: lower ? undefined : partition }))
}

/** The search of check_new_partition_bound, which also decides what place its error names. @throws PgError 42P17 */
const checkRange = (
  scope: Scope,
  env: Environment,
  name: string,
  parent: RelationInfo,
  bound: PartitionBound & { kind: 'range' },
  node: Ast.PartitionBoundSpec,
): void => {
  const types = parent.partitioning?.types ?? []
  const ends = endsOf(env, types, childrenOf(scope.statement.catalog, parent))
  let [low, high, order] = [-1, ends.length - 1, 0]
  while (low < high) {
    const middle = Math.floor((low + high + 1) / 2)
    const end = ends[middle] as End
    order = compareByColumn(env, types, [end.data, end.closes === undefined], [bound.from, true])
    if (order <= 0) {
      low = middle
      if (order === 0) break
    } else high = middle - 1
  }
  const next = ends[low + 1]
  const fail = (data: readonly Ast.Node[] | undefined, column: number, other: RelationInfo): never => {
    throw errorAt(
      scope,
      locationOf((data ?? [])[Math.max(Math.abs(column) - 1, 0)] as Ast.Node),
      '42P17',
      `partition "${name}" would overlap partition "${other.name}"`,
    )
  }
  if (next?.closes !== undefined) fail(node.lowerdatums, order, next.closes)
  if (next === undefined) return
  const reach = compareByColumn(env, types, [next.data, true], [bound.to, false])
  const other = ends[low + 2]?.closes
  if (reach < 0 && other !== undefined) fail(node.upperdatums, reach, other)
}
