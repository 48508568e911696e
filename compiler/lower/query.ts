/** Queries: the stages of SELECT, in one SELECT of SQLite where it has them all, in layers where it has not. */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { sameExpression } from '../bind/function.ts'
import { fold } from '../evaluate/fold.ts'
import {
  type Core,
  call,
  column,
  core,
  infix,
  literal,
  type OrderTerm,
  type Over,
  type Select,
  type Sql,
  select,
  type With,
} from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import { outputColumns, type Query, type SortKey } from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { hasVolatile, some } from '../tree/walk.ts'
import { ownExpressions } from '../tree/walk-query.ts'
import { uniqueName } from './alias.ts'
import { distinctNames } from './column-name.ts'
import { callUser, refuseAt } from './context.ts'
import {
  lowerCondition,
  lowerExpression,
  lowerFolded,
  type Place,
  type Substitution,
  stabilityOf,
} from './expression.ts'
import { lowerFrom } from './from.ts'
import { computedFirst } from './join-order.ts'
import { isAmbiguous, isComparedAsStored, isNative, keyOf, orderTerm } from './key.ts'
import { inLayers } from './layer.ts'
import { askedFor } from './presence.ts'
import { withSetReturning } from './set-returning.ts'
import { lowerWindow, withFrameOffsets } from './window.ts'

/** An integer by itself would be the number of a column in GROUP BY and ORDER BY. */
export const asExpression = (sql: Sql): Sql =>
  sql.kind === 'literal' && typeof sql.value === 'bigint' ? infix('+', sql, literal(0n)) : sql

export const lowerCtes = (place: Place, ctes: Query['ctes']): With[] =>
  ctes.flatMap((cte): With[] => {
    if (cte.query === undefined) return []
    const columns = distinctNames(cte.columns)
    const volatile = ownExpressions(cte.query).some(hasVolatile)
    return [
      {
        name: cte.alias,
        columns,
        materialized:
          cte.materialized === 'always' || volatile
            ? true
            : cte.materialized === 'never' && !cte.recursive
              ? false
              : undefined,
        select: cte.recursive ? recursive(place, cte.query, columns) : lowerQuery(place, cte.query, columns),
      },
    ]
  })

/** The two terms of a recursive query, as one compound that SQLite takes for one. */
const recursive = (place: Place, query: Query, names: readonly string[]): Select => {
  const [from] = query.from
  const source = from?.kind === 'range' ? from.range.source : undefined
  if (source?.kind !== 'set') throw refuseAt('this recursive query', undefined)
  const { set } = source
  if (!set.all && !set.columns.every(({ type }) => isComparedAsStored(place, type)))
    throw refuseAt('UNION in a recursive query over a type that SQLite does not compare', undefined)
  if (set.left.kind !== 'query' || set.right.kind !== 'query')
    throw refuseAt('set operations in a recursive query', undefined)
  // SQLite goes on from one row at a time, PostgreSQL from all that the last step has found.
  const { distinct, group, limit, offset } = set.right
  if ((set.all && distinct !== undefined) || [group, limit, offset].some((clause) => clause !== undefined))
    throw refuseAt('DISTINCT, GROUP BY or LIMIT in a recursive term', undefined)
  const left = lowerQuery(place, set.left, names)
  const right = lowerQuery(place, set.right, names)
  if (
    left.body.kind !== 'core' ||
    right.body.kind !== 'core' ||
    right.with.length > 0 ||
    left.with.length > 0 ||
    right.orderBy.length > 0
  )
    throw refuseAt('this recursive query', undefined)
  return {
    ...select({ kind: 'compound', operator: set.all ? 'UNION ALL' : 'UNION', left: left.body, right: right.body }),
    with: lowerCtes(place, query.ctes),
    recursive: query.ctes.some((cte) => cte.recursive),
  }
}

/** @throws PgError 2201W, 2201X for a negative constant */
const lowerLimit = (
  place: Place,
  query: Query,
  expr: Expr | undefined,
  construct: 'LIMIT' | 'OFFSET',
): Sql | undefined => {
  if (expr === undefined) return undefined
  const folded = fold(place.env, expr, stabilityOf({ target: place.target }))
  const [code, none] = construct === 'LIMIT' ? ['2201W', -1n] : ['2201X', 0n]
  const negative = (): PgError => new PgError(code, `${construct} must not be negative`)
  if (folded.kind === 'const') {
    if (folded.value === null) {
      if (query.withTies && construct === 'LIMIT') throw refuseAt('WITH TIES of no number', expr.position)
      return undefined
    }
    if ((folded.value as bigint) < 0n) throw negative()
    return literal(folded.value)
  }
  return callUser(
    place,
    `pg_${construct.toLowerCase()}`,
    [lowerExpression(place, folded)],
    (_env, [value = null]) => {
      if (value === null) return none
      if ((value as bigint) < 0n) throw negative()
      return value
    },
    { position: folded.position, feature: `a ${construct} that is not constant` },
  )
}

interface Stage {
  readonly place: Place
  readonly core: Omit<Core, 'targets' | 'distinct'>
}

/** FROM, WHERE, GROUP BY and HAVING for one grouping set. */
export const lowerSource = (place: Place, query: Query, set: readonly number[] | undefined): Stage => {
  const marking = { ...place, marked: askedFor(query) }
  const from = computedFirst(query.from.map((node) => lowerFrom(marking, node)))
  const where = query.where && lowerCondition(place, query.where, true)
  const group = query.group
  const isGrouped = (index: number): boolean => set === undefined || set.includes(index)
  /** Which group expression one is. A constant is one only where it can also be NULL, as no part of a grouping set. */
  const groupOf = (expr: Expr): number =>
    group === undefined || (group.plain && expr.kind === 'const')
      ? -1
      : group.expressions.findIndex((other) => sameExpression(other, expr))
  const substitute: Substitution = (expr) => {
    if (place.keep?.(expr)) return place.substitute?.(expr)
    if (expr.kind === 'window') return lowerWindow(within, expr, query.windows)
    if (expr.kind === 'grouping' && group !== undefined) {
      const bits = expr.args.map((arg) => group.expressions.findIndex((other) => sameExpression(other, arg)))
      return literal(bits.reduce((mask, index) => (mask << 1n) | (isGrouped(index) ? 0n : 1n), 0n))
    }
    const index = groupOf(expr)
    if (index < 0) return place.substitute?.(expr)
    if (!group?.plain && !isGrouped(index)) return literal(null)
    return place.target.has('functions') && isAmbiguous(place, expr) ? firstOf(place, expr) : lowerFolded(place, expr)
  }
  const keep = (expr: Expr): boolean => groupOf(expr) >= 0 || place.keep?.(expr) === true
  const within: Place = { ...place, substitute, keep }
  const groupBy = (group?.expressions ?? [])
    .filter((_, index) => isGrouped(index))
    .map((expr) => asExpression(keyOf(place, lowerFolded(place, expr), expr.type, expr.position)))
  const all = query.targets.map(({ expr }) => expr)
  const hasAggregate = [...all, ...(query.having ? [query.having] : [])].some((expr) =>
    some(expr, ({ kind }) => kind === 'aggregate'),
  )
  // SQLite takes a query for an aggregate one only when it sees an aggregate or a GROUP BY.
  const force = query.aggregated && groupBy.length === 0 && !hasAggregate
  // What is one group whatever there is, is not read (create_degenerate_grouping_paths).
  if (force && query.having !== undefined && !all.some((expr) => some(expr, ({ kind }) => kind === 'column')))
    return { place: within, core: { kind: 'core', from: [], where: lowerCondition(within, query.having), groupBy: [] } }
  const always = infix('>=', { kind: 'call', name: 'count', args: [], star: true }, literal(0n))
  const own = query.having && lowerCondition(within, query.having)
  const having = force ? (own === undefined ? always : infix('AND', always, own)) : own
  return { place: within, core: { kind: 'core', from, where, groupBy, having } }
}

/** Which of several equal values PostgreSQL shows depends on its plan. */
const onlyLook = (rows: readonly (readonly Value[])[]): Value => {
  const value = rows[0]?.[0] ?? null
  if (rows.some(([other = null]) => !Object.is(other, value)))
    throw unsupported('a group of values that are equal and look different')
  return value
}

/** The value of a group's first row: of several that are equal, the one that is shown. */
const firstOf = (place: Place, expr: Expr): Sql => {
  const name = 'pg_first'
  place.functions.set(name, { kind: 'aggregate', name, run: (_env, rows) => onlyLook(rows) })
  return call(name, lowerFolded(place, expr))
}

export interface Output {
  readonly expr: Sql
  readonly alias: string
}

const hidden = (at: number): string => `sort$${at}`

/** Whether a query needs a layer around it to sort, number or cut its rows. */
const needsLayer = (place: Place, query: Query): boolean => {
  const { distinct, group, withTies } = query
  if (withTies || (group !== undefined && group.sets.length !== 1)) return true
  if (distinct === undefined) return false
  return (
    distinct.on ||
    distinct.targets.some((at) => {
      const expr = query.targets[at]?.expr
      return expr !== undefined && (!isNative(place, expr.type) || isAmbiguous(place, expr))
    })
  )
}

const targetNames = (query: Query, names: readonly string[] | undefined): string[] => {
  const visible = names ?? distinctNames(outputColumns(query))
  let next = 0
  return query.targets.map((target, at) => (target.hidden ? hidden(at) : (visible[next++] ?? hidden(at))))
}

/** Order over columns that already have names. */
const orderByColumns = (place: Place, query: Query, table: string | undefined, names: readonly string[]): OrderTerm[] =>
  query.orderBy.map((key: SortKey) =>
    orderTerm(place, column(table, names[key.target] ?? ''), query.targets[key.target]?.expr.type ?? 0, key),
  )

/** @param names of its visible columns; made from its targets' names otherwise */
export const lowerQuery = (outer: Place, query: Query, names?: readonly string[]): Select => {
  const withs = { with: lowerCtes(outer, query.ctes), recursive: query.ctes.some((cte) => cte.recursive) }
  const layers = inLayers(outer, query)
  if (layers !== undefined) {
    const above = lowerQuery(layers.place, { ...layers.query, ctes: [] }, names)
    return { ...above, ...withs, with: [...withs.with, ...(layers.with ?? []), ...above.with] }
  }
  const certain = outer.certain === true && query.from.length === 0 && query.where === undefined
  const base: Place = { ...outer, certain }
  const limit = withFrameOffsets(base, query.windows, lowerLimit(base, query, query.limit, 'LIMIT'))
  const offset = lowerLimit(base, query, query.offset, 'OFFSET')
  const aliases = targetNames(query, names)
  if (query.orderBy.length > 0)
    for (const { expr } of query.targets)
      if (some(expr, (it) => it.kind === 'call' && it.fn.name === 'nextval'))
        throw refuseAt('nextval() in a sorted query', expr.position)

  if (query.setReturning) {
    base.rules.add('set-returning functions as a table')
    return { ...withSetReturning(base, query, aliases), ...withs, limit, offset }
  }
  if (needsLayer(base, query)) {
    base.rules.add('grouping and DISTINCT in layers')
    return { ...layered(base, query, aliases, limit, offset), ...withs }
  }

  const stage = lowerSource(base, query, query.group?.sets[0])
  const outputs = query.targets.map(
    (target, at): Output => ({ expr: lowerFolded(stage.place, target.expr), alias: aliases[at] ?? '' }),
  )
  const distinct = query.distinct !== undefined
  const orderBy = query.orderBy.map((key) => {
    const target = query.targets[key.target]
    const type = target?.expr.type ?? 0
    const byName = target !== undefined && !target.hidden && isNative(base, type)
    const sql = byName ? column(undefined, aliases[key.target] ?? '') : (outputs[key.target]?.expr as Sql)
    return orderTerm(base, asExpression(sql), type, key)
  })
  return select(core({ ...stage.core, distinct, targets: visibleOf(query, outputs) }), {
    ...withs,
    orderBy,
    limit,
    offset,
  })
}

/** SQLite has no rows without columns. */
export const visibleOf = (query: Query, outputs: readonly Output[]): Output[] => {
  const visible = outputs.filter((_, at) => query.targets[at]?.hidden === false)
  return visible.length > 0 ? visible : [{ expr: literal(null), alias: 'none$' }]
}

/** DISTINCT ON, DISTINCT by keys, WITH TIES and grouping sets: rows computed first, then chosen, sorted and cut. */
const layered = (
  place: Place,
  query: Query,
  aliases: readonly string[],
  limit: Sql | undefined,
  offset: Sql | undefined,
): Select => {
  const sets = query.group?.sets ?? [undefined]
  const parts = sets.map((set) => {
    const stage = lowerSource(place, query, set)
    const targets = query.targets.map(
      (target, at): Output => ({ expr: lowerFolded(stage.place, target.expr), alias: aliases[at] ?? '' }),
    )
    return core({ ...stage.core, targets })
  })
  const body = parts.reduce<Select['body'] | undefined>(
    (left, right) => (left === undefined ? right : { kind: 'compound', operator: 'UNION ALL', left, right }),
    undefined,
  )
  if (body === undefined) throw refuseAt('GROUP BY of no grouping set', undefined)
  let rows: Select = select(body)
  let table = uniqueName(place, 'rows')
  const through = (where: (table: string) => Sql | undefined, extra: (table: string) => Output[] = () => []): void => {
    rows = select(
      core({
        targets: [...aliases.map((alias) => ({ expr: column(table, alias), alias })), ...extra(table)],
        from: [{ kind: 'subquery', select: rows, alias: table }],
        where: where(table),
      }),
    )
    table = uniqueName(place, 'rows')
  }
  const numbered = (name: string, over: Over): Output => ({
    expr: { kind: 'call', name, args: [], over },
    alias: `${name}$`,
  })
  if (query.distinct !== undefined) {
    const { targets } = query.distinct
    const keys = (of: string): Sql[] =>
      targets.map((at) => keyOf(place, column(of, aliases[at] ?? ''), query.targets[at]?.expr.type ?? 0))
    const on = query.distinct.on
    through(
      () => undefined,
      (of) => [
        numbered('row_number', { partitionBy: keys(of), orderBy: on ? orderByColumns(place, query, of, aliases) : [] }),
      ],
    )
    through((of) => infix('=', column(of, 'row_number$'), literal(1n)))
  }
  let cut = { limit, offset }
  if (query.withTies && limit !== undefined) {
    const over = (of: string): Over => ({ partitionBy: [], orderBy: orderByColumns(place, query, of, aliases) })
    through(
      () => undefined,
      (of) => [numbered('rank', over(of)), numbered('row_number', over(of))],
    )
    const start = offset ?? literal(0n)
    through((of) =>
      infix(
        'AND',
        infix('>', column(of, 'row_number$'), start),
        infix('<=', column(of, 'rank$'), infix('+', start, limit)),
      ),
    )
    cut = { limit: undefined, offset: undefined }
  }
  const visible = aliases.filter((_, at) => query.targets[at]?.hidden === false)
  return select(
    core({
      targets: visible.map((alias) => ({ expr: column(table, alias), alias })),
      from: [{ kind: 'subquery', select: rows, alias: table }],
    }),
    { orderBy: orderByColumns(place, query, table, aliases), ...cut },
  )
}
