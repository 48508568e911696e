/** ON CONFLICT. Manual: "INSERT"; after infer_arbiter_indexes and transformOnConflictClause. */
import type * as Ast from '@pgsql/types'
import { coerceToBoolean } from '../bind/coerce.ts'
import { columnOf } from '../bind/column.ts'
import { bindExpression } from '../bind/expression.ts'
import { addRange } from '../bind/from.ts'
import { sameExpression } from '../bind/function.ts'
import { errorAt, inClause, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { lowerCondition, lowerFolded } from '../lower/expression.ts'
import { lowerCtes } from '../lower/query.ts'
import type { ConflictPlan } from '../plan.ts'
import { column, core, infix, literal, select, when } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { Cte, Query, RangeEntry } from '../tree/query.ts'
import { innerQueries, queryRanges, rangesRead, subqueriesOf, visitQuery } from '../tree/walk-query.ts'
import { newPlace, queryOf, type StatementContext } from './context.ts'
import { bindOverRow } from './index-key.ts'
import { bindAssignments } from './update.ts'
import { checksOf, generatedOf, storedColumns, withGenerated } from './write.ts'
import { writeTarget } from './write-target.ts'

/**
 * The arbiter constraints, and for DO UPDATE the query that computes a conflicting row's new values.
 * @param isOneRow no other row is inserted, and nothing happens before it is
 * @returns what makes the plan: RETURNING is understood before anything is lowered
 */
export const bindConflict = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  clause: Ast.OnConflictClause,
  alias: string | undefined,
  isOneRow: boolean,
): (() => ConflictPlan) => {
  if (clause.action !== 'ONCONFLICT_UPDATE') {
    const found = findArbiters(scope, relation, clause, alias)
    return () => ({ action: 'nothing', ...found })
  }
  if (clause.infer === undefined)
    throw errorAt(
      scope,
      clause.location,
      '42601',
      'ON CONFLICT DO UPDATE requires inference specification or constraint name',
      {
        hint: 'For example, ON CONFLICT (column_name).',
      },
    )
  const { statement } = context
  const own = rootScope(statement, { ctes: scope.ctes })
  const name = alias ?? relation.name
  const columns = relation.columns.map(({ name: each, type, typmod }) => ({ name: each, type, typmod }))
  const existing = addRange(own, name, columns, { kind: 'table', relation })
  const excluded = rowRange(
    relation,
    'excluded$',
    0,
    relation.columns.map((_, at) => `e${at}`),
  )
  own.items = [{ ...existing.item, schema: alias === undefined ? relation.schema : undefined }]
  addItem(own, excluded, 'excluded')
  const assignments = bindAssignments(
    own,
    writeTarget(own, relation, 'update', false),
    existing.range,
    clause.targetList ?? [],
  )
  const where =
    clause.whereClause &&
    inClause(own, 'where', () =>
      coerceToBoolean(statement, bindExpression(own, clause.whereClause as Ast.Node), 'WHERE'),
    )
  // They see the table as it was before the statement, not the rows that it has stored so far.
  // A single row comes before all that it does.
  for (const expr of isOneRow ? [] : [...assignments.values(), ...(where === undefined ? [] : [where])])
    if (rangesRead(expr).some(({ source }) => source.kind === 'table' && source.relation.oid === relation.oid))
      throw refuse(own, 'a subquery over the table itself in ON CONFLICT DO UPDATE', clause.location)
  const { arbiters } = findArbiters(scope, relation, clause, alias)
  const ctes = [...scope.ctes.values()]
  // They are computed once for each row in the way, and once it is changed.
  const read = [...assignments.values(), ...(where === undefined ? [] : [where])].flatMap(rangesRead)
  if (read.some(({ source }) => source.kind === 'cte') && ctes.some(({ query }) => query && !isSteady(query, relation)))
    throw refuse(own, 'a WITH query over the table itself in ON CONFLICT DO UPDATE', clause.location)
  return () => lowerUpdate(context, relation, existing.range, assignments, where, arbiters, ctes)
}

/** DO UPDATE as the query that computes a row's new values. @param existing the row in the way */
const lowerUpdate = (
  context: StatementContext,
  relation: RelationInfo,
  existing: RangeEntry,
  assignments: ReadonlyMap<number, Expr>,
  where: Expr | undefined,
  arbiters: ConflictPlan['arbiters'],
  ctes: readonly Cte[],
): ConflictPlan => {
  const { statement } = context
  const place = newPlace(context)
  const changed = rowRange(
    relation,
    'changed$',
    0,
    relation.columns.map((_, at) => `n${at}`),
  )
  const given = rowRange(
    relation,
    'given$',
    0,
    relation.columns.map((_, at) => `n${at}`),
  )
  const generated = generatedOf(statement, relation, given)
  const checks = checksOf(statement, relation, changed)
  const values = relation.columns.map((each, at) => {
    const value = assignments.get(each.number)
    return { expr: lowerFolded(place, value ?? columnOf(existing, at)), alias: `n${at}` }
  })
  const proposed = select(
    core({
      targets: relation.columns.map((_, at) => ({ expr: { kind: 'parameter', name: `e${at}` }, alias: `e${at}` })),
    }),
  )
  const byId = infix('=', column(existing.alias, 'rowid'), { kind: 'parameter', name: 'rowid' })
  const inner = select(
    core({
      targets: values,
      from: [
        { kind: 'table', name: relation.physical, alias: existing.alias },
        { kind: 'subquery', select: proposed, alias: 'excluded$' },
      ],
      where:
        where === undefined ? byId : infix('AND', byId, when(lowerCondition(place, where), literal(1n), literal(0n))),
    }),
  )
  const outer = select(
    core({
      targets: [...storedColumns(relation, changed), ...checks.map(({ expr }) => expr)].map((expr) => ({
        expr: lowerFolded(place, expr),
        alias: undefined,
      })),
      from: [{ kind: 'table', name: 'changed$', alias: 'changed$' }],
    }),
    {
      with: [
        ...lowerCtes(place, ctes),
        { name: given.alias, columns: values.map((it) => it.alias), materialized: true, select: inner },
        {
          name: changed.alias,
          columns: values.map((it) => it.alias),
          materialized: true,
          select: withGenerated(place, relation, given, generated),
        },
      ],
    },
  )
  return { action: 'update', arbiters, update: queryOf(place, outer), updated: [...assignments.keys()] }
}

/** Whether a query has the same rows whenever it is computed while a table is being changed. */
const isSteady = (query: Query, relation: RelationInfo): boolean => {
  let steady = true
  const visit = (inner: Query): void => {
    for (const { source } of queryRanges(inner))
      if (source.kind === 'table' && (source.relation.oid === relation.oid || source.family !== undefined))
        steady = false
    for (const deeper of innerQueries(inner)) visit(deeper)
  }
  visit(query)
  visitQuery(query, (expr) => {
    if (expr.kind === 'call' && (expr.fn.volatility === 'v' || expr.fn.body !== undefined)) steady = false
    for (const inner of subqueriesOf(expr)) visit(inner)
  })
  return steady
}

const findArbiters = (
  scope: Scope,
  relation: RelationInfo,
  clause: Ast.OnConflictClause,
  alias: string | undefined,
): Pick<ConflictPlan, 'arbiters'> => {
  const { infer } = clause
  if (uniqueConstraints(relation).some(({ deferrable }) => deferrable))
    throw refuse(scope, 'ON CONFLICT of a table with deferrable unique constraints', clause.location)
  if (infer === undefined) return { arbiters: [] }
  const { indexElems = [], whereClause, conname } = infer
  const uniques = [
    ...uniqueConstraints(relation).map(({ name, columns }) => ({ name, columns: [...columns] })),
    ...relation.indexes
      .filter((index) => index.unique && index.computed === undefined)
      .map(({ name, keys }) => ({ name, columns: keys as number[] })),
  ]
  if (conname !== undefined && conname !== '') {
    const found = uniques.find(({ name }) => name === conname)
    if (found === undefined)
      throw errorAt(scope, undefined, '42704', `constraint "${conname}" for table "${relation.name}" does not exist`)
    return { arbiters: [found.columns] }
  }
  const wanted = indexElems.map((elem) => {
    if (!('IndexElem' in elem)) throw refuse(scope, 'this ON CONFLICT', infer.location)
    const { name, expr, opclass = [], collation = [] } = elem.IndexElem
    if (opclass.length > 0 || collation.length > 0) throw refuse(scope, 'ON CONFLICT with a class', infer.location)
    if (expr !== undefined) return bindOverRow(scope, relation, expr, 'index expression', alias).expr
    const found = relation.columns.find((column) => column.name === name)
    if (found === undefined) throw errorAt(scope, infer.location, '42703', `column "${name}" does not exist`)
    return found.number
  })
  const test = whereClause && bindOverRow(scope, relation, whereClause, 'index predicate', alias).expr
  const numbers = wanted.filter((key) => typeof key === 'number')
  const key = [...new Set(numbers)].sort((a, b) => a - b).join()
  const plain =
    numbers.length === wanted.length
      ? uniques.find(({ columns }) => columns.toSorted((a, b) => a - b).join() === key)
      : undefined
  if (plain !== undefined) return { arbiters: [plain.columns] }
  const sameKeys = relation.indexes.filter(
    (index) => index.unique && index.computed !== undefined && hasKeys(scope, relation, index, wanted),
  )
  const arbiters = sameKeys.filter(({ predicate }) => {
    if (predicate === undefined) return true
    if (test === undefined) return false
    const wantedTest = bindOverRow(scope, relation, predicate, 'index predicate').expr
    const parts = test.kind === 'and' ? test.args : [test]
    if ([test, ...parts].some((part) => sameExpression(wantedTest, part))) return true
    // PostgreSQL may prove that one follows from the other.
    throw refuse(scope, 'ON CONFLICT with another predicate than that of the index', infer.location)
  })
  if (arbiters.length > 0) return { arbiters }
  const none = errorAt(
    scope,
    undefined,
    '42P10',
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
  )
  // PostgreSQL's planner looks for it after it has computed all constants.
  if (scope.statement.planningErrors === undefined) throw none
  scope.statement.planningErrors.push(none)
  return { arbiters: [] }
}

/** Whether an index is over just these columns and expressions, in any order. */
const hasKeys = (
  scope: Scope,
  relation: RelationInfo,
  { keys }: IndexInfo,
  wanted: readonly (number | Expr)[],
): boolean => {
  const own = keys.map((key) =>
    typeof key === 'number' ? key : bindOverRow(scope, relation, key, 'index expression').expr,
  )
  const same = (a: number | Expr, b: number | Expr): boolean =>
    typeof a === 'number' || typeof b === 'number' ? a === b : sameExpression(a, b)
  return own.every((a) => wanted.some((b) => same(a, b))) && wanted.every((b) => own.some((a) => same(a, b)))
}
