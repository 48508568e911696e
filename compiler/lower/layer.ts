/**
 * Queries in layers: what must be known first is computed by a query below, which hands it out as columns, and the rest
 * is computed from them by the query above.
 */
import { sameExpression } from '../bind/function.ts'
import type { Select, With } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query, RangeEntry } from '../tree/query.ts'
import { children, hasVolatile } from '../tree/walk.ts'
import { uniqueName } from './alias.ts'
import { lowerExpression, type Place, type Substitution } from './expression.ts'
import { overFrameRows, searchesFrames } from './frame.ts'
import { overGrouping } from './outer-aggregate.ts'
import { lowerQuery } from './query.ts'

/** A query and where it is lowered. */
export interface Layered {
  readonly place: Place
  readonly query: Query
  /** What stands in WITH beside what the query has there itself. */
  readonly with?: readonly With[]
}

/** A query that only makes rows: not sorted, not cut, not told apart. */
export const unsorted = (query: Query): Query => ({
  ...query,
  ctes: [],
  distinct: undefined,
  orderBy: [],
  limit: undefined,
  offset: undefined,
  withTies: false,
  setReturning: false,
  outerAggregates: false,
})

/** Which of some expressions one is. What is volatile is nothing but itself. */
export const indexAmong = (exprs: readonly Expr[], expr: Expr): number => {
  const at = exprs.indexOf(expr)
  return at >= 0 || hasVolatile(expr) ? at : exprs.findIndex((other) => sameExpression(other, expr))
}

/** Whether `test` holds for an expression or a part of it that has not been computed below. */
export const occurs = (place: Place, expr: Expr, test: (expr: Expr) => boolean): boolean =>
  place.keep?.(expr) !== true && (test(expr) || children(expr).some((child) => occurs(place, child, test)))

/** The parts of expressions that are computed below: the largest that have nothing in them which `isLater`. */
export const computedBelow = (
  place: Place,
  exprs: readonly Expr[],
  isLater: (expr: Expr) => boolean,
  keys: readonly Expr[] = [],
): Expr[] => {
  const found: Expr[] = [...keys]
  const visit = (expr: Expr): void => {
    if (expr.kind === 'const' || expr.kind === 'default' || indexAmong(found, expr) >= 0) return
    if (occurs(place, expr, isLater)) children(expr).forEach(visit)
    else found.push(expr)
  }
  exprs.forEach(visit)
  return found
}

/** A range of rows that are computed below. @param name what they are called in SQLite */
export const layerRange = (place: Place, { depth }: Query, exprs: readonly Expr[], name: string): RangeEntry => {
  const names = exprs.map((_, at) => `${name}$${at}`)
  return {
    alias: uniqueName(place, name),
    columns: exprs.map(({ type, typmod }, at) => ({ name: names[at] ?? '', type, typmod })),
    source: { kind: 'row', names },
    depth,
    nullable: false,
  }
}

/** The rows of such a range. @param below the query that has FROM, WHERE and GROUP BY done */
export const layerRows = (place: Place, below: Query, range: RangeEntry, exprs: readonly Expr[]): Select => {
  const names = range.columns.map(({ name }) => name)
  const targets = exprs.map((expr, at) => ({
    // An aggregate of this query is at home here, wherever it stood.
    expr: expr.kind === 'aggregate' && expr.outer === range.depth ? { ...expr, outer: undefined } : expr,
    name: names[at] ?? '',
    hidden: false,
  }))
  return lowerQuery(place, { ...below, targets }, names)
}

/** Where a range stands for the expressions that it has computed. */
export const handOut = (place: Place, range: RangeEntry, exprs: readonly Expr[]): Place => {
  const substitute: Substitution = (expr) => {
    const index = indexAmong(exprs, expr)
    if (index < 0) return place.substitute?.(expr)
    return lowerExpression(place, { kind: 'column', range, index, type: expr.type, typmod: -1 })
  }
  return {
    ...place,
    substitute,
    rows: (expr) => place.rows?.(expr) ?? substitute(expr),
    keep: (expr) => indexAmong(exprs, expr) >= 0 || place.keep?.(expr) === true,
  }
}

/** What is left of a query above the rows of a range. */
export const above = (query: Query, range: RangeEntry): Query => ({
  ...query,
  from: [{ kind: 'range', range }],
  where: undefined,
  having: undefined,
  group: undefined,
  aggregated: false,
  outerAggregates: false,
})

export const withRows = (place: Place, range: RangeEntry, rows: Select): Place => ({
  ...place,
  prepared: new Map([...(place.prepared ?? []), [range, rows]]),
})

/**
 * A query above another one, which has FROM, WHERE and GROUP BY done.
 * @param below the query that computes `exprs`
 * @param name what its rows are called in SQLite
 */
export const overLayer = (place: Place, query: Query, below: Query, exprs: readonly Expr[], name: string): Layered => {
  const range = layerRange(place, query, exprs, name)
  const rows = layerRows(place, below, range, exprs)
  return { place: withRows(handOut(place, range, exprs), range, rows), query: above(query, range) }
}

export const isSetCall = (expr: Expr): boolean => expr.kind === 'call' && expr.fn.set

/** The layers of a query that groups by what set-returning functions yield: that is computed before it is grouped. */
const groupedSets = (place: Place, query: Query, keys: readonly Expr[]): Layered => {
  const { group, having, aggregated, windows } = query
  const all = query.targets.map(({ expr }) => expr)
  const ofWindows = windows.flatMap(({ partitionBy, orderBy }) => [...partitionBy, ...orderBy.map(({ expr }) => expr)])
  const isLater = (expr: Expr): boolean =>
    expr.kind === 'aggregate' || expr.kind === 'grouping' || expr.kind === 'window' || isSetCall(expr)
  const inputs = [...all, ...(having === undefined ? [] : [having]), ...ofWindows]
  const below = { ...unsorted(query), group: undefined, having: undefined, windows: [], aggregated: false }
  const layered = overLayer(
    place,
    query,
    { ...below, windowed: false, setReturning: true },
    computedBelow(place, inputs, isLater, keys),
    'row',
  )
  const setReturning = all.some((expr) => occurs(layered.place, expr, isSetCall))
  return { ...layered, query: { ...layered.query, group, having, aggregated, setReturning } }
}

/** The layers of a query that has set-returning functions beside what is computed before or after them. */
const setsInLayers = (place: Place, query: Query): Layered | undefined => {
  const all = query.targets.map(({ expr }) => expr)
  const keys = query.group?.expressions ?? []
  if (keys.some((expr) => occurs(place, expr, isSetCall))) return groupedSets(place, query, keys)
  if (query.aggregated || query.windowed) {
    const layered = overLayer(place, query, unsorted(query), computedBelow(place, all, isSetCall), 'row')
    return { ...layered, query: { ...layered.query, windows: [], windowed: false } }
  }
  const below = { ...unsorted(query), setReturning: true }
  /** Those among the arguments of others advance first, at a level of their own. */
  const isOuter = (expr: Expr): boolean =>
    isSetCall(expr) && children(expr).some((arg) => occurs(place, arg, isSetCall))
  if (all.some((expr) => occurs(place, expr, isOuter)))
    return overLayer(place, query, below, computedBelow(place, all, isOuter), 'row')
  if (query.distinct === undefined && !query.withTies) return undefined
  const layered = overLayer(
    place,
    query,
    below,
    computedBelow(place, all, () => false),
    'row',
  )
  return { ...layered, query: { ...layered.query, setReturning: false } }
}

/** The layers of a query that SQLite cannot compute in one go, or undefined. */
export const inLayers = (place: Place, query: Query): Layered | undefined => {
  if (query.outerAggregates || (query.windowed && (query.group?.sets.length ?? 1) > 1))
    return overGrouping(place, query)
  if (query.setReturning) return setsInLayers(place, query)
  if (query.windowed && place.frames?.windows !== query.windows && searchesFrames(place, query))
    return overFrameRows(place, query)
  return undefined
}
