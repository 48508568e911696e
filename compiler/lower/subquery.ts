/** Subqueries in expressions. */
import { PgError } from '../../wire/protocol/error.ts'
import { mayFail } from '../sqlite/operand-order.ts'
import { exists } from '../sqlite/semi-join.ts'
import { call, core, literal, NULL, postfix, prefix, type Select, type Sql, select, when } from '../sqlite/tree.ts'
import type { Expr, Subquery, SubqueryTest } from '../tree/expression.ts'
import { outputColumns, type Query } from '../tree/query.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import { uniqueName } from './alias.ts'
import { distinctNames } from './column-name.ts'
import { refuseAt } from './context.ts'
import { lowerExpression, type Place } from './expression.ts'
import { comparesAlike } from './key.ts'
import { lowerQuery } from './query.ts'

/** Whether a query can have no second row. */
const atMostOne = ({ aggregated, group, limit, from, setReturning, having: _having }: Query): boolean =>
  (aggregated && group === undefined && !setReturning) ||
  (limit?.kind === 'const' && (limit.value === 1n || limit.value === 0n)) ||
  (from.length === 0 && !setReturning)

const derived = (query: Select, alias: string, expr: Sql, where?: Sql): Select =>
  select(core({ targets: [{ expr, alias: undefined }], from: [{ kind: 'subquery', select: query, alias }], where }))

/** What scalar subqueries may not have: a second row. */
const checkSingle = (place: Place, query: Select): Sql => {
  const alias = uniqueName(place, 'scalar')
  const value: Sql = { kind: 'column', table: alias, name: 'value' }
  const named: Select = { ...query, body: nameTargets(query, ['value']) }
  const name = 'pg_single'
  if (!place.target.has('functions')) throw refuseAt('a scalar subquery that may have several rows', undefined)
  place.functions.set(name, {
    kind: 'aggregate',
    name,
    run: (_env, rows) => {
      if (rows.length > 1) throw new PgError('21000', 'more than one row returned by a subquery used as an expression')
      return rows[0]?.[0] ?? null
    },
  })
  return { kind: 'subquery', select: derived(named, alias, call(name, value)) }
}

/** Gives the columns of a query known names. */
const nameTargets = (query: Select, names: readonly string[]): Select['body'] => {
  const { body } = query
  if (body.kind === 'core')
    return { ...body, targets: body.targets.map(({ expr }, at) => ({ expr, alias: names[at] ?? `extra_${at}` })) }
  throw refuseAt('this subquery', undefined)
}

export const lowerSubquery = (place: Place, expr: Subquery): Sql => {
  const { query } = expr
  const inner = lowerQuery(place, query)
  switch (expr.kind) {
    case 'exists':
      return exists(inner)
    case 'scalar':
      if (atMostOne(query)) return { kind: 'subquery', select: inner }
      place.rules.add('check for a single row')
      return checkSingle(place, inner)
    case 'arrayOf': {
      const name = 'pg_array_agg'
      if (!place.target.has('functions')) throw refuseAt('ARRAY of a subquery', expr.position)
      place.functions.set(name, {
        kind: 'aggregate',
        name,
        run: (_env, rows) => storeArray(arrayOf(rows.map(([value = null]) => value))),
      })
      const alias = uniqueName(place, 'elements')
      const own = inner.body.kind === 'core' ? inner.body.targets[0]?.alias : undefined
      const named: Select = { ...ordered(inner), body: own === undefined ? nameTargets(inner, ['value']) : inner.body }
      return {
        kind: 'subquery',
        select: derived(named, alias, call(name, { kind: 'column', table: alias, name: own ?? 'value' })),
      }
    }
    default:
      return expr.kind satisfies never
  }
}

/** SQLite drops the ORDER BY of a subquery that has no LIMIT when it thinks that nobody sees it. */
export const ordered = (query: Select): Select =>
  query.orderBy.length > 0 && query.limit === undefined ? { ...query, limit: literal(-1n) } : query

/** ANY and ALL by three-valued logic: found, not found, or not known. */
export const lowerSubqueryTest = (place: Place, expr: SubqueryTest): Sql => {
  const columns = outputColumns(expr.query)
  const inner = lowerQuery(place, expr.query)
  const [left] = expr.lefts
  const native = comparesAlike(place, [...expr.lefts, ...columns])
  const test = expr.test
  if (
    !expr.all &&
    expr.operator === '=' &&
    expr.lefts.length === 1 &&
    left !== undefined &&
    native &&
    test.kind === 'call'
  ) {
    const [a, b] = test.args
    if (b?.kind === 'placeholder' && a !== undefined) {
      const value = lowerExpression(place, a)
      const found: Sql = { kind: 'in', left: value, items: inner, negated: false }
      // Where there are no rows, the value is not computed, and cannot fail.
      return mayFail(value) ? when({ kind: 'exists', select: inner }, found, literal(0n)) : found
    }
  }
  place.rules.add('ANY and ALL by three-valued logic')
  const alias = uniqueName(place, 'any')
  const names = distinctNames(columns)
  const rows: Select = inner.body.kind === 'core' ? { ...inner, body: nameTargets(inner, names) } : inner
  const within: Place = {
    ...place,
    substitute: (it: Expr) =>
      it.kind === 'placeholder'
        ? { kind: 'column', table: alias, name: names[it.index] ?? '' }
        : place.substitute?.(it),
  }
  const condition = lowerExpression(within, test)
  // What may fail is only computed for rows that are there: a LIMIT keeps SQLite from doing it before it looks.
  const named = mayFail(condition) && rows.limit === undefined ? { ...rows, limit: literal(-1n) } : rows
  const found = (where: Sql): Sql => ({ kind: 'exists', select: derived(named, alias, literal(1n), where) })
  const decisive = expr.all ? prefix('NOT', condition) : condition
  const outcome: Sql = {
    kind: 'case',
    whens: [
      { when: found(decisive), result: literal(expr.all ? 0n : 1n) },
      { when: found(postfix(condition, 'IS NULL')), result: NULL },
    ],
    otherwise: literal(expr.all ? 1n : 0n),
  }
  // What is compared is computed before rows are looked for, where there is an index that SQLite makes for it.
  return mayFail(condition) ? when({ kind: 'exists', select: inner }, outcome, literal(expr.all ? 1n : 0n)) : outcome
}
