/** Aggregates: SQLite's own where they are exact, ours elsewhere; ours sort and make distinct themselves. */
import { unsupported } from '../../wire/protocol/error.ts'
import { typedArguments } from '../bind/argument-type.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { fold } from '../evaluate/fold.ts'
import type { AggregateFunction } from '../functions/implementation.ts'
import { aggregateOf } from '../functions/registry.ts'
import type { Over, Sql } from '../sqlite/tree.ts'
import type { Aggregate, Expr, SortItem } from '../tree/expression.ts'
import type { Value } from '../tree/value.ts'
import { some } from '../tree/walk.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { refuseAt } from './context.ts'
import { lowerExpression, type Place, shapeId } from './expression.ts'
import { isNative } from './key.ts'
import { lowerRowJson } from './row-json.ts'

/** Their zeros are equal and look different. */
const FLOATS: ReadonlySet<number> = new Set([OID.float4, OID.float8])

const SMALL_INTEGERS: ReadonlySet<number> = new Set([OID.int2, OID.int4])

/** SQLite's aggregate of the same result, if there is one. */
const builtin = (place: Place, name: string, args: readonly Expr[], star: boolean): string | undefined => {
  const [first] = args
  if (name === 'count') return star || first !== undefined ? 'count' : undefined
  if (first === undefined || args.length !== 1) return undefined
  const type = place.env.catalog.baseType(first.type)
  if (name === 'sum' && SMALL_INTEGERS.has(type)) return 'sum'
  if ((name === 'min' || name === 'max') && isNative(place, type))
    return FLOATS.has(type) && place.target.has('functions') ? undefined : name
  if (name === 'bool_and' || name === 'every') return 'min'
  if (name === 'bool_or') return 'max'
  return undefined
}

/** A row's sort keys compared item by item. */
export const compareSorted =
  (items: readonly SortItem[]) =>
  (env: Environment, left: readonly Value[], right: readonly Value[]): number => {
    for (const [at, { expr, descending, nullsFirst }] of items.entries()) {
      const [a, b] = [left[at] ?? null, right[at] ?? null]
      if (a === null || b === null) {
        if (a === b) continue
        return (a === null) === nullsFirst ? -1 : 1
      }
      const order = codecOf(env, expr.type).compare(a, b, env)
      if (order !== 0) return descending ? -order : order
    }
    return 0
  }

/**
 * Rows that differ in an argument.
 * @param counted and nothing else: how they look does not matter
 * @throws PgError 0A000 where rows are equal and look different: which of them is left, a plan decides
 */
const distinctRows = (
  env: Environment,
  types: readonly number[],
  rows: readonly (readonly Value[])[],
  counted: boolean,
): (readonly Value[])[] => {
  const sorted = rows.toSorted((left, right) => compareArguments(env, types, left, right))
  return sorted.filter((row, at) => {
    const before = sorted[at - 1]
    if (before === undefined || compareArguments(env, types, before, row) !== 0) return true
    if (!counted && types.some((_, column) => !looksAlike(before[column], row[column])))
      throw unsupported('DISTINCT in an aggregate of values that are equal and look different')
    return false
  })
}

const looksAlike = (left: Value | undefined, right: Value | undefined): boolean =>
  Object.is(left, right) || (left instanceof Uint8Array && right instanceof Uint8Array)

const compareArguments = (
  env: Environment,
  types: readonly number[],
  left: readonly Value[],
  right: readonly Value[],
): number => {
  for (const [at, type] of types.entries()) {
    const [a, b] = [left[at] ?? null, right[at] ?? null]
    if (a === null || b === null) {
      if (a === b) continue
      return a === null ? 1 : -1
    }
    const order = codecOf(env, type).compare(a, b, env)
    if (order !== 0) return order
  }
  return 0
}

interface Shape {
  readonly fn: Aggregate['fn']
  readonly args: readonly Expr[]
  readonly direct: readonly Expr[]
  readonly orderBy: readonly SortItem[]
  readonly distinct: boolean
  readonly type: number
}

/** The value of what follows from the statement alone, or NULL. */
const constantOf = (env: Environment, expr: Expr): Value => {
  const folded = fold(env, expr)
  return folded.kind === 'const' ? folded.value : null
}

/** The SQLite aggregate that gathers the rows and computes the result. */
const register = (place: Place, shape: Shape, implementation: AggregateFunction): string => {
  const { fn, args, direct, orderBy, distinct, type } = shape
  const types = args.map((arg) => arg.type)
  for (const it of types) if (it !== OID.record) codecOf(place.env, it)
  const plain = !distinct && orderBy.length === 0 && direct.length === 0
  const suffix = plain
    ? `(${types.join()})`
    : `#${shapeId([types, distinct, direct.map(({ type }) => type), direct.map((it) => constantOf(place.env, it)), orderBy.map((item) => [item.expr.type, item.descending, item.nullsFirst])])}`
  const name = `pg_${fn.name}${suffix}`
  const compare = compareSorted(orderBy)
  place.functions.set(name, {
    kind: 'aggregate',
    name,
    run: (env, all) => {
      const width = args.length
      let rows: readonly (readonly Value[])[] = all
      if (implementation.strict) rows = rows.filter((row) => row.slice(0, width).every((value) => value !== null))
      if (distinct) rows = distinctRows(env, types, rows, fn.name === 'count')
      if (orderBy.length > 0)
        rows = rows.toSorted((left, right) =>
          compare(env, left.slice(width, width + orderBy.length), right.slice(width, width + orderBy.length)),
        )
      // Without a row there is none that brings them: what they are must follow from the statement alone.
      const directs = all[0]?.slice(width + orderBy.length) ?? direct.map((it) => constantOf(env, it))
      const call = { ...env, args: types, result: type }
      return implementation.result.call(call, rows, directs, (left, right) => compare(env, left, right))
    },
  })
  return name
}

/** Whether the order in which rows come changes nothing. */
const ORDERLESS: ReadonlySet<string> = new Set([
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'bool_and',
  'bool_or',
  'every',
  'bit_and',
  'bit_or',
  'bit_xor',
])

export const lowerAggregate = (place: Place, expr: Aggregate): Sql => {
  const { fn, direct, star, orderBy, position } = expr
  const args = typedArguments(place.env.catalog, expr)
  const distinct = expr.distinct && !['min', 'max', 'bool_and', 'bool_or', 'every'].includes(fn.name)
  const inner: Place = { ...place, substitute: place.rows }
  const lower = (it: Expr): Sql => lowerExpression(inner, it)
  const filter = expr.filter && lower(expr.filter)
  const types = args.map(({ type }) => formatType(place.env.catalog, type)).join(', ')
  const feature = `the aggregate ${fn.name}(${star ? '*' : types})`
  const orderless = ORDERLESS.has(fn.name) && direct.length === 0
  const own = fn.schema === 'pg_catalog' && orderless ? builtin(place, fn.name, args, star) : undefined
  if (own !== undefined) {
    const [first] = args
    if (!distinct) return { kind: 'call', name: own, args: args.map(lower), star, filter }
    if (first !== undefined && args.length === 1 && isNative(place, first.type))
      return { kind: 'call', name: own, args: [lower(first)], distinct: true, filter }
  }
  const [row] = expr.args
  if (
    (fn.name === 'json_agg' || fn.name === 'jsonb_agg') &&
    row !== undefined &&
    (row.kind === 'wholeRow' || row.kind === 'row') &&
    !distinct
  ) {
    // The row is made into JSON here, where its fields are known, rather than stored and read again.
    const json: Expr = { kind: 'placeholder', index: 0, type: OID.json, typmod: -1 }
    const jsonb = fn.name === 'jsonb_agg'
    const substitute = (it: Expr): Sql | undefined =>
      it === json ? lowerRowJson(inner, row, jsonb) : inner.substitute?.(it)
    return lowerAggregate(
      { ...place, rows: substitute },
      { ...expr, fn: { ...fn, name: `${fn.name}_rows` }, args: [json] },
    )
  }
  const implementation = aggregateOf(fn)
  if (implementation === undefined || !place.target.has('functions')) throw refuseAt(feature, position)
  if (expr.variadic) throw refuseAt(`VARIADIC in ${feature}`, position)
  if (direct.some((it) => some(it, ({ kind }) => kind === 'aggregate')))
    throw refuseAt(`${feature} of an aggregate`, position)
  const name = register(
    place,
    { fn, args, direct, orderBy: orderless ? [] : orderBy, distinct, type: expr.type },
    implementation,
  )
  const sorting = orderless ? [] : orderBy.map((item) => lower(item.expr))
  // Direct arguments are the same for all rows of a group, and NULL where a grouping set leaves their column out.
  const grouped = (it: Expr): Sql | undefined => {
    const sql = place.substitute?.(it)
    return sql?.kind === 'literal' && sql.value === null ? sql : inner.substitute?.(it)
  }
  const directs = direct.map((it) => lowerExpression({ ...inner, substitute: grouped }, it))
  const all = [...args.map(lower), ...sorting, ...directs]
  return { kind: 'call', name, args: all, filter }
}

/** An aggregate over a window. */
export const lowerWindowAggregate = (
  place: Place,
  expr: Pick<Aggregate, 'fn' | 'args' | 'star' | 'type' | 'position'> & { readonly filter?: Expr | undefined },
  over: Over,
): Sql => {
  const { fn, star, position } = expr
  const args = typedArguments(place.env.catalog, expr)
  const lower = (it: Expr): Sql => lowerExpression(place, it)
  const filter = expr.filter && lower(expr.filter)
  const own = fn.schema === 'pg_catalog' ? builtin(place, fn.name, args, star) : undefined
  if (own !== undefined) return { kind: 'call', name: own, args: args.map(lower), star, filter, over }
  const implementation = aggregateOf(fn)
  if (implementation === undefined || !place.target.has('functions'))
    throw refuseAt(`the aggregate ${fn.name} over a window`, position)
  const name = register(place, { fn, args, direct: [], orderBy: [], distinct: false, type: expr.type }, implementation)
  return { kind: 'call', name, args: args.map(lower), filter, over }
}
