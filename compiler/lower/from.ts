/** FROM: tables, subqueries, functions, VALUES and joins. */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { argumentTypes } from '../bind/argument-type.ts'
import { recordShape } from '../bind/record-shape.ts'
import { OID } from '../catalog/oid.ts'
import { RECORD_FUNCTIONS, recordRows, takesBase } from '../functions/json-record.ts'
import { setReturningOf } from '../functions/registry.ts'
import {
  type Body,
  type Core,
  call,
  column,
  core,
  type From,
  literal,
  type Select,
  type Sql,
  select,
} from '../sqlite/tree.ts'
import type { Call, Expr } from '../tree/expression.ts'
import {
  type FromNode,
  type OutputColumn,
  type Query,
  type RangeEntry,
  sameTypes,
  type TableFunction,
} from '../tree/query.ts'
import type { Value } from '../tree/value.ts'
import { hasVolatile, rangeOf, some } from '../tree/walk.ts'
import { ownExpressions, visitQuery } from '../tree/walk-query.ts'
import { storeArray } from '../types/array.ts'
import { codecOf } from '../types/codec.ts'
import type { Environment } from '../types/environment.ts'
import { inputError } from '../types/input-error.ts'
import { loadRecord, storeRecord } from '../types/record.ts'
import { uniqueName } from './alias.ts'
import { columnName } from './column-name.ts'
import { callUser, ROUTINE_PREFIX, refuseAt } from './context.ts'
import { lowerCondition, lowerFolded, type Place, shapeId } from './expression.ts'
import { familyTable } from './family.ts'
import { isComputed } from './join-order.ts'
import { withMark } from './presence.ts'
import { lowerQuery } from './query.ts'
import { lowerSet } from './set-operation.ts'
import { ordered } from './subquery.ts'

/** More rows than this are not made in memory at once. */
const MAX_ROWS = 10_000_000

/** How often it is asked whether there is time for more. */
const ROWS_BETWEEN_CHECKS = 1000

const namesOf = (range: RangeEntry): string[] => range.columns.map((_, index) => columnName(range, index))

/** Whether a query refers to the FROM items beside it. */
export const refersToSiblings = (query: Query, depth: number): boolean => {
  let found = false
  visitQuery(query, (expr) => {
    if (rangeOf(expr)?.depth === depth) found = true
  })
  return found
}

const volatileOf = (query: Query): Expr | undefined => ownExpressions(query).find(hasVolatile)

/** SQLite may compute the columns of a subquery again for each use, which shows when they are volatile. */
const onceComputed = (place: Place, query: Query, names: readonly string[]): Select => {
  const inner = ordered(lowerQuery(place, query, names))
  if (volatileOf(query) === undefined) return inner
  const name = uniqueName(place, 'once')
  const targets = names.map((each) => ({ expr: column(name, each), alias: each }))
  const body = core({ targets, from: [{ kind: 'table', name, alias: name }] })
  return select(body, { with: [{ name, columns: names, materialized: true, select: inner }] })
}

const rowJson = (row: readonly Value[]): string => `[${row.map(scalarJson).join(',')}]`

const recordFunction = (place: Place, { fn, args, position }: Call, columns: readonly OutputColumn[]): Sql => {
  const [row] = args
  const shape =
    takesBase(fn.name) && row?.type === OID.record && row.kind !== 'const'
      ? recordShape(place.env.catalog, row)
      : undefined
  for (const { type } of [...columns, ...(shape ?? [])]) codecOf(place.env, type)
  return callUser(
    place,
    `pg_${fn.name}#${shapeId(columns)}${shape === undefined ? '' : `#${shapeId(shape)}`}`,
    args.map((arg) => lowerFolded(place, arg)),
    (env, values) => {
      const [base, json] = takesBase(fn.name) ? [values[0] ?? null, values[1] ?? null] : [null, values[0] ?? null]
      // A row that is given says what the columns are; they must be those that the query expects.
      const own = base === null ? undefined : shape
      const rows = json === null ? [] : recordRows(env, fn.name, String(json), own ?? columns, base)
      if (own !== undefined && !sameTypes(own, columns))
        throw new PgError('42804', 'function return row and query-specified return row do not match')
      if (json !== null) return `[${rows.map(rowJson).join(',')}]`
      if (fn.set || !takesBase(fn.name)) return '[]'
      return `[${rowJson(base === null ? columns.map(() => null) : loadRecord(base))}]`
    },
    { position, feature: `the function ${fn.name}()` },
  )
}

/** pg_input_error_info(): the error that a text would be as a type's input. */
const inputErrorInfo = (place: Place, { args, position }: Call): Sql =>
  callUser(
    place,
    'pg_input_error_info',
    args.map((arg) => lowerFolded(place, arg)),
    (env, [text = null, name = null]) =>
      text === null || name === null ? '[]' : `[${rowJson(inputErrorRow(env, String(text), String(name)))}]`,
    { position, feature: 'the function pg_input_error_info()' },
  )

/** @throws PgError 0A000 for JSON, whose details say where a text ends */
const inputErrorRow = (env: Environment, text: string, name: string): Value[] => {
  const error = inputError(env, text, name)
  if (error === undefined) return [null, null, null, null]
  if (/json/.test(error.message)) throw unsupported(`pg_input_error_info() of type ${name}`)
  return [error.message, error.fields.detail ?? null, error.fields.hint ?? null, error.code]
}

/** What these return is known only when the statement runs, in the function of an event trigger. */
const OF_EVENTS: ReadonlySet<string> = new Set(['pg_event_trigger_ddl_commands', 'pg_event_trigger_dropped_objects'])

/** A JSON array of the rows that a set-returning call yields. */
export const rowsOf = (place: Place, { call: expr, composite, columns, record = false }: TableFunction): Sql => {
  if (expr.kind === 'sqlJson') return lowerFolded(place, expr)
  if (expr.kind === 'call' && RECORD_FUNCTIONS.has(expr.fn.name)) return recordFunction(place, expr, columns)
  if (expr.kind === 'call' && expr.fn.name === 'pg_input_error_info') return inputErrorInfo(place, expr)
  if (expr.kind === 'call' && expr.fn.body !== undefined)
    return routineRows(place, expr, columns, record ? 'record' : composite ? 'row' : 'value')
  if (expr.kind === 'call' && (expr.fn.set || setReturningOf(place.env, expr.fn) !== undefined)) {
    const { fn, args, type } = expr
    const implementation = setReturningOf(place.env, fn)
    if (implementation === undefined) throw refuseAt(`the function ${fn.name}() in FROM`, expr.position)
    const types = args.map((arg) => arg.type)
    const run = (env: Environment, values: readonly Value[]): Value => {
      if (fn.strict && values.includes(null)) return fn.set ? '[]' : `[${rowJson(columns.map(() => null))}]`
      const rows: string[] = []
      // an element of an array is a row already
      const isElement = fn.result === OID.anyelement
      const spread = ([row = null]: readonly Value[]): readonly Value[] =>
        row === null ? columns.map(() => null) : loadRecord(row)
      for (const row of implementation.apply({ ...env, args: types, result: type }, values as never[])) {
        if (composite) rows.push(rowJson(isElement ? spread(row) : row))
        else rows.push(scalarJson(record && !isElement ? storeRecord(row) : (row[0] ?? null)))
        if (rows.length % ROWS_BETWEEN_CHECKS === 0) env.requireTime?.()
        if (rows.length > MAX_ROWS) throw unsupported(`more than ${MAX_ROWS} rows of ${fn.name}()`)
      }
      return `[${rows.join(',')}]`
    }
    const lowered = args.map((arg) => lowerFolded(place, arg))
    const isSettled = !OF_EVENTS.has(fn.name) && lowered.every((arg) => arg.kind === 'literal')
    if (!place.target.has('functions') && isSettled)
      return literal(
        run(
          place.env,
          lowered.map((arg) => (arg.kind === 'literal' ? arg.value : null)),
        ),
      )
    return callUser(place, `pg_${fn.name}_${record ? 'records' : 'rows'}(${types.join()})`, lowered, run, {
      position: expr.position,
      feature: `the function ${fn.name}() in FROM`,
      deterministic: fn.volatility !== 'v',
    })
  }
  if (composite) throw refuseAt('a function that returns a row in FROM', expr.position)
  return callUser(place, 'pg_one_row', [lowerFolded(place, expr)], (_env, [value = null]) => `[${scalarJson(value)}]`, {
    position: expr.position,
    feature: 'a function that is not set-returning in FROM',
  })
}

/** The rows of a function that a user has written. */
const routineRows = (
  place: Place,
  expr: Call,
  given: readonly OutputColumn[],
  form: 'row' | 'record' | 'value',
): Sql => {
  const columns = form === 'record' ? (recordShape(place.env.catalog, expr) ?? given) : given
  const written = (row: readonly Value[]): string =>
    form === 'row' ? rowJson(row) : form === 'record' ? scalarJson(storeRecord(row)) : scalarJson(row[0] ?? null)
  const { fn, args } = expr
  const types = argumentTypes(place.env.catalog, expr)
  for (const { type } of columns) codecOf(place.env, type)
  return callUser(
    place,
    `${ROUTINE_PREFIX}rows:${fn.oid}:${shapeId([types, columns, form])}`,
    args.map((arg) => lowerFolded(place, arg)),
    (env, values) => {
      const { routines } = env
      if (routines === undefined) throw unsupported('a function of a user here')
      const current = env.catalog.fn(fn.oid)
      if (current.strict && values.includes(null))
        return fn.set ? '[]' : `[${form === 'row' ? rowJson(columns.map(() => null)) : 'null'}]`
      const rows = routines.rows(current, types, columns, values)
      return `[${rows.map(written).join(',')}]`
    },
    { position: expr.position, feature: `the function ${fn.name}() in FROM`, deterministic: false },
  )
}

const scalarJson = (value: Value): string =>
  storeArray({ dimensions: [1], bounds: [1], elements: [value] }).slice(1, -1)

/** ROWS FROM: the rows of several functions side by side, the shorter ones filled up with NULLs. */
const zipped = (place: Place, functions: readonly TableFunction[]): Sql => {
  const widths = functions.map(({ columns, composite }) => (composite ? columns.length : 0))
  return callUser(
    place,
    `pg_rows_from:${shapeId(widths)}`,
    functions.map((fn) => rowsOf(place, fn)),
    (_env, lists) => {
      const parsed = lists.map((list) => splitRows(String(list)))
      const count = Math.max(...parsed.map((list) => list.length))
      const rows = Array.from({ length: count }, (_, at) => {
        const cells = parsed.flatMap((list, which) => {
          const width = widths[which] ?? 0
          const row = list[at]
          if (width === 0) return [row ?? 'null']
          return row === undefined ? Array.from({ length: width }, () => 'null') : splitRows(row)
        })
        return `[${cells.join(',')}]`
      })
      return `[${rows.join(',')}]`
    },
    { feature: 'ROWS FROM' },
  )
}

/** The elements of a JSON array as the texts that they are. */
const splitRows = (json: string): string[] => {
  const items: string[] = []
  let depth = 0
  let quoted = false
  let start = 1
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (quoted) {
      if (character === '\\') at++
      else if (character === '"') quoted = false
    } else if (character === '"') quoted = true
    else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') {
      depth--
      if (depth === 0 && at > start) items.push(json.slice(start, at))
    } else if (character === ',' && depth === 1) {
      items.push(json.slice(start, at))
      start = at + 1
    }
  }
  return items
}

/** Set-returning calls as one table with a column for each. */
export const functionTable = (place: Place, functions: readonly TableFunction[], alias: string): From => {
  const [first, second] = functions
  if (first === undefined) throw new Error('no function')
  place.rules.add('functions in FROM as JSON')
  const rows = second === undefined ? rowsOf(place, first) : zipped(place, functions)
  return { kind: 'function', call: call('json_each', rows), alias }
}

/** A LATERAL subquery: its rows, gathered as JSON, one table for each row on its left. */
const lateral = (place: Place, range: RangeEntry, query: Query): From => {
  const volatile = volatileOf(query)
  if (volatile !== undefined) throw refuseAt('a volatile function in a LATERAL subquery', volatile.position)
  place.rules.add('LATERAL as JSON')
  for (const { type } of range.columns)
    if (place.env.catalog.baseType(type) === OID.bytea) throw refuseAt('bytea in a LATERAL subquery', undefined)
  const alias = uniqueName(place, 'lateral')
  const names = namesOf(range)
  const name = 'pg_json_rows'
  if (!place.target.has('functions')) throw refuseAt('LATERAL', undefined)
  place.functions.set(name, {
    kind: 'aggregate',
    name,
    run: (_env, rows) => `[${rows.map((row) => `[${row.map(scalarJson).join(',')}]`).join(',')}]`,
  })
  const inner = ordered(lowerQuery(place, query, names))
  const gathered: Sql = {
    kind: 'subquery',
    select: select(
      core({
        targets: [
          {
            expr: call(name, ...names.map((each): Sql => ({ kind: 'column', table: alias, name: each }))),
            alias: undefined,
          },
        ],
        from: [{ kind: 'subquery', select: inner, alias }],
      }),
    ),
  }
  return { kind: 'function', call: call('json_each', gathered), alias: range.alias }
}

/** Whether what SQLite reads for a range are, in the end, several rows of VALUES. */
const isOfValues = ({ source }: RangeEntry): boolean => {
  if (source.kind === 'values') return source.rows.length > 1
  if (source.kind !== 'subquery') return false
  const [node, second] = source.query.from
  return node?.kind === 'range' && second === undefined && isOfValues(node.range)
}

/**
 * A subquery that SQLite computes by itself. What it computes of VALUES within an outer join stays NULL from the first row on
 * that has found no other (3.53: the null row of a co-routine is not taken back).
 */
const whole = (rows: Select): Select => ({ ...rows, limit: rows.limit ?? literal(-1n) })

const lowerRange = (place: Place, range: RangeEntry): From => {
  const rows = lowerRows(place, range)
  if (!place.marked?.has(range)) return rows
  const { alias } = range
  const marked = withMark(rows, namesOf(range), alias)
  return { kind: 'subquery', select: isOfValues(range) ? whole(marked) : marked, alias }
}

const lowerRows = (place: Place, range: RangeEntry): From => {
  const { source, alias } = range
  const prepared = place.prepared?.get(range)
  if (prepared !== undefined) return { kind: 'subquery', select: prepared, alias }
  switch (source.kind) {
    case 'table':
      if (source.family !== undefined) {
        place.rules.add('tables of a family as one')
        return familyTable(place, source.relation, source.family, alias)
      }
      place.reads.add(source.relation.oid)
      return { kind: 'table', name: source.relation.physical, alias }
    case 'cte':
      return { kind: 'table', name: source.cte.alias, alias }
    case 'subquery': {
      if (refersToSiblings(source.query, range.depth)) return lateral(place, range, source.query)
      const rows = onceComputed(place, source.query, namesOf(range))
      return { kind: 'subquery', select: range.nullable && isOfValues(range) ? whole(rows) : rows, alias }
    }
    case 'set':
      return { kind: 'subquery', select: lowerSet(place, source.set, namesOf(range)), alias }
    case 'values': {
      const rows = source.rows.map((row) => row.map((expr) => lowerFolded(place, expr)))
      if (rows[0]?.length === 0) throw refuseAt('VALUES without columns', undefined)
      // SQLite calls the columns of VALUES after what is in the first row, where that is a column.
      const isPlain = source.rows.every((row) => row.every((expr) => !some(expr, ({ kind }) => kind === 'column')))
      if (isPlain) return { kind: 'subquery', select: select({ kind: 'values', rows }), alias }
      const names = namesOf(range)
      const [first, ...others] = rows.map((row) =>
        core({ targets: row.map((expr, at) => ({ expr, alias: names[at] })) }),
      )
      const all = others.reduce<Body>(
        (left, right) => ({ kind: 'compound', operator: 'UNION ALL', left, right }),
        first as Core,
      )
      return { kind: 'subquery', select: select(all), alias }
    }
    case 'functions':
      return functionTable(place, source.functions, alias)
    case 'row':
      throw refuseAt('this use of a row', undefined)
    default:
      return source satisfies never
  }
}

const JOINS = { inner: 'JOIN', left: 'LEFT JOIN', right: 'RIGHT JOIN', full: 'FULL JOIN', cross: 'CROSS JOIN' } as const

export const lowerFrom = (place: Place, node: FromNode): From => {
  if (node.kind === 'range') return lowerRange(place, node.range)
  const on = node.on && lowerCondition(place, node.on)
  const left = lowerFrom(place, node.left)
  return {
    kind: 'join',
    join: node.join === 'inner' && isComputed(left) ? JOINS.cross : JOINS[node.join],
    left,
    right: lowerFrom(place, node.right),
    on: on ?? (node.join === 'cross' ? undefined : literal(1n)),
  }
}
