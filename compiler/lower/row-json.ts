/** Rows as JSON: row_to_json(t), to_jsonb(t), json_agg(t). The names and types of the fields are known here. */
import { rowJson } from '../functions/json-value.ts'
import type { Sql } from '../sqlite/tree.ts'
import type { Call, Expr, Subquery } from '../tree/expression.ts'
import type { RangeEntry, Target } from '../tree/query.ts'
import { codecOf } from '../types/codec.ts'
import { callUser } from './context.ts'
import { lowerColumn, lowerExpression, type Place, shapeId } from './expression.ts'
import { unlessAbsent } from './presence.ts'

const ROW_FUNCTIONS: ReadonlySet<string> = new Set(['row_to_json', 'to_json', 'to_jsonb'])

interface Fields {
  readonly columns: readonly { readonly name: string; readonly type: number }[]
  readonly values: readonly Sql[]
  /** What the row is of. */
  readonly range?: RangeEntry
}

/** The fields of an expression that is a row of no declared type. */
const fieldsOf = (place: Place, given: Expr): Fields | undefined => {
  const expr = given.kind === 'relabel' ? given.arg : given
  if (expr.kind === 'wholeRow') {
    const { columns } = expr.range
    // an alias names the columns anew for the statement, not for the type
    const named = place.env.catalog.fields(expr.type)
    return {
      range: expr.range,
      columns: columns.map(({ name, type }, at) => ({ name: named?.[at]?.name ?? name, type })),
      values: expr.range.columns.map((_, index) => lowerColumn(place, expr.range, index)),
    }
  }
  if (expr.kind === 'row')
    return {
      columns: expr.fields.map(({ type }, at) => ({ name: expr.names[at] ?? `f${at + 1}`, type })),
      values: expr.fields.map((field) => lowerExpression(place, field)),
    }
  return undefined
}

/** A row as the text of a JSON object; undefined for what is not a row. */
export const lowerRowJson = (place: Place, expr: Expr, jsonb: boolean): Sql | undefined => {
  const fields = fieldsOf(place, expr)
  if (fields === undefined) return undefined
  for (const { type } of fields.columns) codecOf(place.env, type)
  const json = callUser(
    place,
    `pg_row_json${jsonb ? 'b' : ''}#${shapeId(fields.columns.map(({ name, type }) => [name, type]))}`,
    fields.values,
    (env, values) => rowJson(env, values, fields.columns, jsonb, false),
    { position: expr.position, feature: 'a row as JSON' },
  )
  return fields.range === undefined ? json : unlessAbsent(fields.range, json, expr.position)
}

/** A strict function of the row that a subquery gives, computed where the fields of the row are known: within it. */
const withinSubquery = (expr: Call, subquery: Subquery): Expr | undefined => {
  const { query } = subquery
  const isRow = ({ expr: of }: Target): boolean => of.kind === 'wholeRow' || of.kind === 'row'
  const [target, second] = query.targets.filter(({ hidden }) => !hidden)
  if (target === undefined || second !== undefined || !isRow(target) || query.distinct !== undefined) return undefined
  const { type, typmod } = expr
  const targets = query.targets.map((each) =>
    each === target ? { ...each, expr: { ...expr, args: [each.expr] } } : each,
  )
  return { ...subquery, query: { ...query, targets }, type, typmod }
}

/** row_to_json and its kin of a row. */
export const lowerRowFunction = (place: Place, expr: Call): Sql | undefined => {
  const { fn, args } = expr
  const [first] = args
  if (first === undefined || args.length !== 1 || !ROW_FUNCTIONS.has(fn.source ?? '')) return undefined
  const moved = first.kind === 'scalar' ? withinSubquery(expr, first) : undefined
  if (moved !== undefined) return lowerExpression(place, moved)
  return lowerRowJson(place, first, fn.source === 'to_jsonb')
}
