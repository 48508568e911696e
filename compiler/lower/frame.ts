/**
 * Frames between values at a distance from the row's own, RANGE … PRECEDING and FOLLOWING, where SQLite cannot add the
 * distance or where the first or last row is asked for: each row looks for its frame among all rows of the window.
 * Manual: "Window Function Calls"; after update_frameheadpos and update_frametailpos (nodeWindowAgg.c).
 */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import { fold } from '../evaluate/fold.ts'
import { column, core, infix, literal, postfix, type Select, type Sql, select, type With } from '../sqlite/tree.ts'
import type { Expr, WindowCall } from '../tree/expression.ts'
import type { FrameBound, Query, WindowDefinition } from '../tree/query.ts'
import { some } from '../tree/walk.ts'
import { loadInterval } from '../types/interval.ts'
import { lowerAggregate } from './aggregate.ts'
import { uniqueName } from './alias.ts'
import { refuseAt } from './context.ts'
import { lowerExpression, type Place } from './expression.ts'
import { keyOf } from './key.ts'
import { above, computedBelow, handOut, type Layered, layerRange, layerRows, unsorted, withRows } from './layer.ts'
import { ordered } from './subquery.ts'
import { lowerOver } from './window.ts'

/** All rows that a query's windows see, numbered: `place$` and `peer$` with the index of the window. */
export interface FrameRows {
  readonly windows: readonly WindowDefinition[]
  readonly table: string
  readonly columns: readonly string[]
  readonly alias: string
  /** Where expressions are lowered as those of a row of the table by another name. */
  readonly at: (alias: string) => Place
}

type Frame = NonNullable<WindowDefinition['frame']>

/** Whether a frame is bounded at a distance from the value of the row at hand. */
export const hasDistance = (frame: WindowDefinition['frame']): frame is Frame =>
  frame?.mode === 'range' && (frame.start.offset ?? frame.end.offset) !== undefined

const NOT_ADDED: ReadonlySet<number> = new Set([OID.numeric, OID.interval, OID.timetz])

const isNotAdded = (place: Place, offset: Expr | undefined, key: number): boolean => {
  const folded = offset && fold(place.env, offset)
  if (folded?.kind !== 'const' || folded.value === null) return false
  if (typeof folded.value === 'number') return !Number.isFinite(folded.value)
  if (typeof folded.value === 'bigint' || folded.value === 'NaN') return false
  const { months, days } = loadInterval(folded.value)
  return months !== 0 || (days !== 0 && key === OID.timestamptz && place.env.settings.timeZone !== 'UTC')
}

/** Whether SQLite has no such frames: for the type of the key, for the distance. */
const isForeign = (place: Place, { frame, orderBy }: WindowDefinition): boolean => {
  if (!hasDistance(frame)) return false
  const key = place.env.catalog.baseType(orderBy[0]?.expr.type ?? 0)
  if (key === OID.time) return false
  return NOT_ADDED.has(key) || isNotAdded(place, frame.start.offset, key) || isNotAdded(place, frame.end.offset, key)
}

export const isValueOfFrame = ({ fn }: WindowCall): boolean =>
  fn.schema === 'pg_catalog' && ['first_value', 'last_value', 'nth_value'].includes(fn.name)

/** Whether some window of a query must be searched through. */
export const searchesFrames = (place: Place, { windows, targets }: Query): boolean =>
  windows.some((window) => isForeign(place, window)) ||
  (windows.some(({ frame }) => hasDistance(frame)) &&
    targets.some(({ expr }) =>
      some(expr, (it) => it.kind === 'window' && isValueOfFrame(it) && hasDistance(windows[it.window]?.frame)),
    ))

/** The query over the numbered rows that its windows see. */
export const overFrameRows = (place: Place, query: Query): Layered & { readonly with: readonly With[] } => {
  const { windows, targets } = query
  const seen = windows.flatMap(({ partitionBy, orderBy }) => [...partitionBy, ...orderBy.map(({ expr }) => expr)])
  const all = [...targets.map(({ expr }) => expr), ...seen]
  const exprs = computedBelow(place, all, ({ kind }) => kind === 'window')
  const range = layerRange(place, query, exprs, 'row')
  const columns = range.columns.map(({ name }) => name)
  const rows = layerRows(place, { ...unsorted(query), windows: [], windowed: false }, range, exprs)
  const within = handOut(place, range, exprs)
  const table = uniqueName(place, 'rows')
  const numbers = windows.flatMap((window, at) => {
    const over = lowerOver(within, { ...window, frame: undefined })
    return hasDistance(window.frame)
      ? [
          { expr: { kind: 'call', name: 'row_number', args: [], over } as Sql, alias: `place$${at}` },
          { expr: { kind: 'call', name: 'rank', args: [], over } as Sql, alias: `peer$${at}` },
        ]
      : []
  })
  const own = columns.map((name) => ({ expr: column(range.alias, name), alias: name }))
  const numbered = select(
    core({ targets: [...own, ...numbers], from: [{ kind: 'subquery', select: rows, alias: range.alias }] }),
  )
  const names = [...columns, ...numbers.map(({ alias }) => alias)]
  const frames: FrameRows = {
    windows,
    table,
    columns: names,
    alias: range.alias,
    at: (alias) => handOut(place, { ...range, alias }, exprs),
  }
  return {
    place: withRows({ ...within, frames }, range, tableOf(table, range.alias, names)),
    query: above(query, range),
    with: [{ name: table, columns: names, materialized: true, select: numbered }],
  }
}

const tableOf = (
  name: string,
  alias: string,
  columns: readonly string[],
  where?: Sql,
  orderBy: Select['orderBy'] = [],
): Select =>
  select(
    core({
      targets: columns.map((each) => ({ expr: column(alias, each), alias: each })),
      from: [{ kind: 'table', name, alias }],
      where,
    }),
    { orderBy },
  )

/** A placeholder for a key that is lowered already. */
const known = (type: number): Expr => ({ kind: 'placeholder', index: 0, type, typmod: -1 })

/** Whether the rows of a table lie within one bound of the frames of others. */
const within = (
  place: Place,
  frames: FrameRows,
  index: number,
  alias: string,
  bound: FrameBound,
  end: boolean,
): Sql | undefined => {
  const peer = (of: string): Sql => column(of, `peer$${index}`)
  const beside = infix(end ? '<=' : '>=', peer(alias), peer(frames.alias))
  if (bound.kind === 'current') return beside
  if (bound.offset === undefined) return undefined
  const { orderBy } = frames.windows[index] as WindowDefinition
  const [item] = orderBy
  if (item === undefined) throw new Error('a distance from nothing')
  const { catalog } = place.env
  const offset = fold(place.env, bound.offset)
  const name = end ? 'ending' : 'starting'
  if (offset.kind !== 'const') throw refuseAt('a frame offset that is not constant', offset.position)
  if (offset.value === null) throw new PgError('22004', `frame ${name} offset must not be null`)
  const type = catalog.baseType(item.expr.type)
  const fn = catalog
    .functionsNamed('pg_catalog', 'in_range')
    .find(({ args }) => args[0] === type && args[2] === offset.type)
  if (fn === undefined) throw refuseAt('RANGE with an offset of this type', offset.position)
  const [mine, other] = [known(type), known(type)]
  const keys = new Map([
    [mine, lowerExpression(place, item.expr)],
    [other, lowerExpression(frames.at(alias), item.expr)],
  ])
  const truth = (value: boolean): Expr => ({ kind: 'const', value: value ? 1n : 0n, type: OID.bool, typmod: -1 })
  const args = [
    other,
    mine,
    offset,
    truth((bound.kind === 'preceding') !== item.descending),
    truth(end !== item.descending),
  ]
  const reached = lowerExpression(
    { ...place, substitute: (expr) => keys.get(expr) ?? place.substitute?.(expr) },
    { kind: 'call', fn, args, type: OID.bool, typmod: -1 },
  )
  return {
    kind: 'case',
    whens: [
      { when: postfix(keys.get(mine) as Sql, 'IS NULL'), result: beside },
      { when: postfix(keys.get(other) as Sql, 'IS NULL'), result: literal(item.nullsFirst === end ? 1n : 0n) },
    ],
    otherwise: reached,
  }
}

const excluded = (frames: FrameRows, index: number, alias: string, { exclude }: Frame): Sql | undefined => {
  const differ = (name: string): Sql =>
    infix('<>', column(alias, `${name}$${index}`), column(frames.alias, `${name}$${index}`))
  const same = infix('=', column(alias, `place$${index}`), column(frames.alias, `place$${index}`))
  switch (exclude) {
    case 'none':
      return undefined
    case 'current':
      return differ('place')
    case 'group':
      return differ('peer')
    case 'ties':
      return infix('OR', differ('peer'), same)
    default:
      return exclude satisfies never
  }
}

/** The value of a call over the frame of a row. @param position of nth_value */
export const lowerFrameCall = (place: Place, frames: FrameRows, expr: WindowCall, position?: bigint | null): Sql => {
  if (position === null) return literal(null)
  const index = expr.window
  const window = frames.windows[index] as WindowDefinition
  const frame = window.frame as Frame
  const alias = uniqueName(place, 'frame')
  const there = frames.at(alias)
  const sameParts = window.partitionBy.map((part) =>
    infix(
      'IS',
      keyOf(there, lowerExpression(there, part), part.type, part.position),
      keyOf(place, lowerExpression(place, part), part.type, part.position),
    ),
  )
  const conditions = [
    ...sameParts,
    within(place, frames, index, alias, frame.start, false),
    within(place, frames, index, alias, frame.end, true),
    excluded(frames, index, alias, frame),
  ].filter((condition) => condition !== undefined)
  const where = conditions.reduce<Sql | undefined>(
    (all, one) => (all === undefined ? one : infix('AND', all, one)),
    undefined,
  )
  const row = { expr: column(alias, `place$${index}`), descending: false, nullsFirst: false }
  const rows = ordered(tableOf(frames.table, alias, frames.columns, where, [row]))
  const value = isValueOfFrame(expr)
    ? valueAt(there, expr, column(alias, `peer$${index}`), position)
    : lowerAggregate(there, { ...expr, kind: 'aggregate', direct: [], orderBy: [], distinct: false })
  return {
    kind: 'subquery',
    select: select(
      core({ targets: [{ expr: value, alias: undefined }], from: [{ kind: 'subquery', select: rows, alias }] }),
    ),
  }
}

/** The value of one row of a frame. Which of several rows it is that the order leaves equal, is PostgreSQL's secret. */
const valueAt = (there: Place, { fn, args }: WindowCall, peer: Sql, position = 1n): Sql => {
  const at = fn.name === 'last_value' ? -1 : Number(position) - 1
  const name = `pg_value_at(${at})`
  there.functions.set(name, {
    kind: 'aggregate',
    name,
    run: (_env, rows) => {
      const [value = null, group] = rows.at(at) ?? []
      if (rows.some(([other, itsGroup]) => itsGroup === group && !Object.is(other, value)))
        throw unsupported(`${fn.name}() of rows that the order leaves equal`)
      return value
    },
  })
  return { kind: 'call', name, args: [lowerExpression(there, args[0] as Expr), peer] }
}
