/** pg_get_partition_constraintdef(): what holds for the rows of a partition. After get_qual_from_partbound in partbounds.c. */
import { unsupported } from '../../wire/protocol/error.ts'
import type { PartitionBound, RangeDatum, RelationInfo } from '../catalog/entries.ts'
import { childrenOf, partitionedParent } from '../catalog/inheritance.ts'
import { OID } from '../catalog/oid.ts'
import { compareByColumn } from '../partition/bound.ts'
import { comparePartitionValues } from '../partition/route.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { deparseExpression } from './expression.ts'

interface Key {
  readonly column: string
  readonly type: number
}

/** Types whose keys are compared by operators of other types. */
const RELABELLED: ReadonlySet<number> = new Set([OID.varchar, OID.cidr])

const keysOf = ({ catalog }: Environment, parent: RelationInfo): Key[] =>
  (parent.partitioning?.keys ?? []).map((key, at) => {
    const column = parent.columns.find(({ number }) => number === key)
    const type = parent.partitioning?.types[at] ?? 0
    const { kind, element } = catalog.type(type)
    if (column === undefined || column.typmod >= 0 || RELABELLED.has(type) || kind !== 'b' || element !== 0)
      throw unsupported('the text of the constraint of such a partition')
    return { column: quoteIdentifier(column.name), type }
  })

const conjoined = (parts: readonly string[]): string =>
  parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' AND ')})`
const either = (parts: readonly string[]): string => (parts.length === 1 ? (parts[0] ?? '') : `(${parts.join(' OR ')})`)
const notNull = ({ column }: Key): string => `(${column} IS NOT NULL)`

class Bounds {
  readonly #env: Environment
  readonly #keys: readonly Key[]
  readonly #parent: RelationInfo

  constructor(env: Environment, parent: RelationInfo) {
    this.#env = env
    this.#parent = parent
    this.#keys = keysOf(env, parent)
  }

  #constant(value: Value, { type }: Key): string {
    return deparseExpression(this.#env, { kind: 'const', value, type, typmod: -1 })
  }

  /** What holds for a bound, to be joined by AND. */
  of(bound: PartitionBound): string[] {
    switch (bound.kind) {
      case 'list':
        return this.#list(bound.values)
      case 'range':
        return [...this.#keys.map(notNull), ...this.#range(bound)]
      case 'default':
        return this.#others()
      case 'hash':
        throw unsupported('the text of the constraint of a hash partition')
      default:
        return bound satisfies never
    }
  }

  #list(values: readonly Value[]): string[] {
    const [key] = this.#keys
    if (key === undefined) return []
    const given = values.filter((value) => value !== null).map((value) => this.#constant(value, key))
    const test =
      given.length === 0
        ? []
        : [`(${key.column} = ${given.length > 1 ? `ANY (ARRAY[${given.join(', ')}])` : given[0]})`]
    if (given.length === values.length) return [notNull(key), ...test]
    return [either([`(${key.column} IS NULL)`, ...test])]
  }

  /** A default partition has what none of the others has. */
  #others(): string[] {
    const others = childrenOf(this.#env.catalog, this.#parent).flatMap(({ bound }) =>
      bound === undefined || bound.kind === 'default' ? [] : [bound],
    )
    if (others.length === 0) return []
    const types = this.#keys.map(({ type }) => type)
    if (others.every(({ kind }) => kind === 'list')) {
      const all = others.flatMap((bound) => (bound.kind === 'list' ? bound.values : []))
      const values = all
        .filter((value) => value !== null)
        .toSorted((a, b) => comparePartitionValues(this.#env, types[0] ?? 0, a, b))
      return [`(NOT ${conjoined(this.#list(all.includes(null) ? [...values, null] : values))})`]
    }
    const ranges = others
      .flatMap((bound) => (bound.kind === 'range' ? [bound] : []))
      .toSorted((a, b) => compareByColumn(this.#env, types, [a.from, true], [b.from, true]))
      .map((bound) => this.#range(bound))
      .map((parts) => conjoined(parts.length === 0 ? this.#keys.map(notNull) : parts))
    return [`(NOT ${conjoined([...this.#keys.map(notNull), either(ranges)])})`]
  }

  /** Columns with one value first, then one arm for each column that decides when those before it are equal. */
  #range({ from, to }: PartitionBound & { kind: 'range' }): string[] {
    const result: string[] = []
    let first = 0
    for (; first < this.#keys.length; first++) {
      const [low, high] = [this.#text(from, first), this.#text(to, first)]
      if (low === undefined || low !== high) break
      result.push(`(${this.#keys[first]?.column} = ${low})`)
    }
    for (const [data, strict, loose, open] of [
      [from, '>', '>=', 'min'],
      [to, '<', '<=', 'max'],
    ] as const) {
      const arms: string[] = []
      for (let last = first; last < this.#keys.length && this.#text(data, last) !== undefined; last++) {
        const isLoose = data[last + 1] === open || (open === 'min' && last === this.#keys.length - 1)
        const arm = this.#keys.slice(first, last + 1).map(({ column }, at) => {
          const operator = first + at < last ? '=' : isLoose ? loose : strict
          return `(${column} ${operator} ${this.#text(data, first + at)})`
        })
        arms.push(conjoined(arm))
      }
      if (arms.length > 0) result.push(either(arms))
    }
    return result
  }

  #text(data: readonly RangeDatum[], at: number): string | undefined {
    const datum = data[at]
    return typeof datum === 'object' ? this.#constant(datum.value, this.#keys[at] as Key) : undefined
  }
}

const parts = (env: Environment, relation: RelationInfo): string[] => {
  const parent = partitionedParent(env.catalog, relation)
  if (parent === undefined || relation.bound === undefined) return []
  return [...parts(env, parent), ...new Bounds(env, parent).of(relation.bound)]
}

/** @returns null for what is no partition @throws PgError 0A000 for what its text is not known of */
export const partitionConstraint = (env: Environment, oid: bigint): string | null => {
  const relation = env.catalog.findRelation(Number(oid))
  const all = relation === undefined ? [] : parts(env, relation)
  return all.length === 0 ? null : conjoined(all)
}
