/** ON CONFLICT. Manual: "INSERT"; after infer_arbiter_indexes and transformOnConflictClause. */
import type * as Ast from '@pgsql/types'
import { coerceToBoolean } from '../bind/coerce.ts'
import { columnOf } from '../bind/column.ts'
import { bindExpression } from '../bind/expression.ts'
import { addRange } from '../bind/from.ts'
import { errorAt, inClause, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { lowerCondition, lowerFolded } from '../lower/expression.ts'
import type { ConflictPlan } from '../plan.ts'
import { column, core, infix, literal, select, when } from '../sqlite/tree.ts'
import { newPlace, queryOf, type StatementContext } from './context.ts'
import { bindAssignments } from './update.ts'
import { checksOf, generatedOf, withGenerated } from './write.ts'

/** The arbiter constraints, and for DO UPDATE the query that computes a conflicting row's new values. */
export const planConflict = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  clause: Ast.OnConflictClause,
  alias: string | undefined,
): ConflictPlan => {
  if (clause.action !== 'ONCONFLICT_UPDATE') return { action: 'nothing', ...findArbiters(scope, relation, clause) }
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
  own.items = [existing.item]
  addItem(own, excluded, 'excluded', { columnsVisible: false })
  const assignments = bindAssignments(own, relation, clause.targetList ?? [])
  const where =
    clause.whereClause &&
    inClause(own, 'where', () =>
      coerceToBoolean(statement, bindExpression(own, clause.whereClause as Ast.Node), 'WHERE'),
    )
  const { arbiters } = findArbiters(scope, relation, clause)
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
    return { expr: lowerFolded(place, value ?? columnOf(existing.range, at)), alias: `n${at}` }
  })
  const proposed = select(
    core({
      targets: relation.columns.map((_, at) => ({ expr: { kind: 'parameter', name: `e${at}` }, alias: `e${at}` })),
    }),
  )
  const byId = infix('=', column(existing.range.alias, 'rowid'), { kind: 'parameter', name: 'rowid' })
  const inner = select(
    core({
      targets: values,
      from: [
        { kind: 'table', name: relation.physical, alias: existing.range.alias },
        { kind: 'subquery', select: proposed, alias: 'excluded$' },
      ],
      where:
        where === undefined ? byId : infix('AND', byId, when(lowerCondition(place, where), literal(1n), literal(0n))),
    }),
  )
  const outer = select(
    core({
      targets: [...relation.columns.map((_, at) => columnOf(changed, at)), ...checks.map(({ expr }) => expr)].map(
        (expr) => ({ expr: lowerFolded(place, expr), alias: undefined }),
      ),
      from: [{ kind: 'table', name: 'changed$', alias: 'changed$' }],
    }),
    {
      with: [
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

const findArbiters = (
  scope: Scope,
  relation: RelationInfo,
  clause: Ast.OnConflictClause,
): Pick<ConflictPlan, 'arbiters'> => {
  const { infer } = clause
  if (infer === undefined) return { arbiters: [] }
  const { indexElems = [], whereClause, conname } = infer
  if (whereClause !== undefined) throw refuse(scope, 'ON CONFLICT with a predicate', infer.location)
  const uniques = [
    ...uniqueConstraints(relation).map(({ name, columns }) => ({ name, columns: [...columns] })),
    ...relation.indexes
      .filter(
        (index) => index.unique && index.predicate === undefined && index.keys.every((key) => typeof key === 'number'),
      )
      .map(({ name, keys }) => ({ name, columns: keys as number[] })),
  ]
  if (conname !== undefined && conname !== '') {
    const found = uniques.find(({ name }) => name === conname)
    if (found === undefined)
      throw errorAt(
        scope,
        infer.location,
        '42704',
        `constraint "${conname}" for table "${relation.name}" does not exist`,
      )
    return { arbiters: [found.columns] }
  }
  const wanted = indexElems.map((elem) => {
    if (!('IndexElem' in elem) || elem.IndexElem.name === undefined)
      throw refuse(scope, 'ON CONFLICT on an expression', infer.location)
    const found = relation.columns.find(({ name }) => name === (elem as { IndexElem: Ast.IndexElem }).IndexElem.name)
    if (found === undefined)
      throw errorAt(scope, infer.location, '42703', `column "${elem.IndexElem.name}" does not exist`)
    return found.number
  })
  const key = [...new Set(wanted)].sort((a, b) => a - b).join()
  const found = uniques.find(({ columns }) => columns.toSorted((a, b) => a - b).join() === key)
  if (found === undefined)
    throw errorAt(
      scope,
      undefined,
      '42P10',
      'there is no unique or exclusion constraint matching the ON CONFLICT specification',
    )
  return { arbiters: [found.columns] }
}
