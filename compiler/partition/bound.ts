/** FOR VALUES …. Manual: "CREATE TABLE"; after transformPartitionBound and check_new_partition_bound. */
import type * as Ast from '@pgsql/types'
import { coerceToTarget } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { errorAt, refuse, rootScope, type Scope } from '../bind/scope.ts'
import type { PartitionBound, RangeDatum, RelationInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { childrenOf } from '../catalog/inheritance.ts'
import { evaluate, NotComputable } from '../evaluate/evaluate.ts'
import type { Value } from '../tree/value.ts'
import { some } from '../tree/walk.ts'
import type { Environment } from '../types/environment.ts'
import { comparePartitionValues } from './route.ts'

const environment = ({ statement: { catalog, settings, now } }: Scope): Environment => ({ catalog, settings, now })

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
      throw errorAt(scope, locationOf(node), '42P10', 'cannot use column reference in partition bound expression')
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
  if (some(value, (it) => it.kind === 'call' && it.fn.volatility === 'v'))
    throw refuse(scope, 'a volatile function in a partition bound', locationOf(node))
  try {
    return evaluate(environment(scope), value)
  } catch (error) {
    if (error instanceof NotComputable) throw refuse(scope, 'this partition bound', locationOf(node))
    throw error
  }
}

const locationOf = (node: Ast.Node): number | undefined => {
  const [body] = Object.values(node as Record<string, { location?: number; arg?: Ast.Node }>)
  return body?.location ?? (body?.arg === undefined ? undefined : locationOf(body.arg))
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

/** How two ends of ranges compare. */
const compareEnds = (
  env: Environment,
  types: readonly number[],
  left: readonly RangeDatum[],
  right: readonly RangeDatum[],
): number => {
  const rank = (datum: RangeDatum | undefined): number => (datum === 'min' ? -1 : datum === 'max' ? 1 : 0)
  for (const [at, datum] of left.entries()) {
    const other = right[at]
    const order = rank(datum) - rank(other)
    if (order !== 0) return order
    if (datum === 'min' || datum === 'max') return 0
    if (typeof other !== 'object') return 0
    const values = comparePartitionValues(env, types[at] ?? 0, datum.value, other.value)
    if (values !== 0) return values
  }
  return 0
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
  if (left.kind === 'range' && right.kind === 'range')
    return compareEnds(env, types, left.from, right.to) < 0 && compareEnds(env, types, right.from, left.to) < 0
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
  if (bound.kind === 'range' && compareEnds(env, types, bound.from, bound.to) >= 0)
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
        '42P16',
        'every hash partition modulus must be a factor of the next larger modulus',
      )
  }
  const conflicts = partitions.filter((each) => each.bound !== undefined && overlaps(env, types, bound, each.bound))
  const [first] = sortByBound(env, types, conflicts)
  if (first === undefined) return
  throw errorAt(
    scope,
    overlapLocation(env, types, bound, first.bound as PartitionBound, node),
    '42P17',
    `partition "${name}" would overlap partition "${first.name}"`,
  )
}

const sortByBound = (env: Environment, types: readonly number[], relations: readonly RelationInfo[]): RelationInfo[] =>
  relations.toSorted((a, b) =>
    a.bound?.kind === 'range' && b.bound?.kind === 'range' ? compareEnds(env, types, a.bound.from, b.bound.from) : 0,
  )

/** The datum that an overlap is seen by. */
const overlapLocation = (
  env: Environment,
  types: readonly number[],
  bound: PartitionBound,
  other: PartitionBound,
  node: Ast.PartitionBoundSpec,
): number | undefined => {
  if (bound.kind === 'list' && other.kind === 'list') {
    const at = (node.listdatums ?? []).findIndex((_, index) => {
      const value = bound.values[index]
      return other.values.some((each) =>
        each === null || value === null || value === undefined
          ? each === value
          : comparePartitionValues(env, types[0] ?? 0, value, each) === 0,
      )
    })
    return locationOf((node.listdatums ?? [])[at] as Ast.Node)
  }
  if (bound.kind === 'range' && other.kind === 'range') {
    // The lower end lies in the other's range, or else the upper end reaches into it.
    const inside = compareEnds(env, types, bound.from, other.from) >= 0
    const [data = [], ends] = inside ? [node.lowerdatums, other.from] : [node.upperdatums, other.from]
    const own = inside ? bound.from : bound.to
    const differs = own.findIndex((datum, at) => {
      const theirs = ends[at]
      if (typeof datum !== 'object' || typeof theirs !== 'object') return datum !== theirs
      return comparePartitionValues(env, types[at] ?? 0, datum.value, theirs.value) !== 0
    })
    return locationOf(data[Math.max(differs, 0)] as Ast.Node)
  }
  return node.location
}
