/** UPDATE and DELETE. Manual: "UPDATE", "DELETE"; after transformUpdateStmt. */

import type * as Ast from '@pgsql/types'
import type { PgError } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { columnOf } from '../bind/column.ts'
import { bindExpression } from '../bind/expression.ts'
import { addRange, bindFrom, tableSource } from '../bind/from.ts'
import { locationOf } from '../bind/location.ts'
import { assignPart } from '../bind/part-assignment.ts'
import { needTarget } from '../bind/permission.ts'
import { requireRelation } from '../bind/relation.ts'
import {
  childScope,
  errorAt,
  inClause,
  type NamespaceItem,
  nothingElse,
  refuse,
  rootScope,
  type Scope,
} from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { rowRange } from '../bind/target-range.ts'
import { viewQuery } from '../bind/view.ts'
import { bindWith } from '../bind/with.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { lowerColumn, lowerCondition, lowerFolded } from '../lower/expression.ts'
import { FAMILY_ID, familyTable } from '../lower/family.ts'
import { lowerFrom } from '../lower/from.ts'
import { lowerCtes } from '../lower/query.ts'
import type { WritePlan } from '../plan.ts'
import { column, core, type From, literal, NULL, type Sql, select } from '../sqlite/tree.ts'
import { withSequenceColumns } from '../system/relations.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry, RangeSource, Target } from '../tree/query.ts'
import { isVolatile } from '../tree/walk.ts'
import { fromRanges, visitQuery } from '../tree/walk-query.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { bindReturning } from './returning.ts'
import { insteadReturning, storedReturning } from './stored-returning.ts'
import { mayChangeRows, memberPlan, statementTriggers, triggerPlans, withInheritedTriggers } from './trigger-plans.ts'
import {
  assigned,
  checksOf,
  defaultOf,
  Exports,
  generatedOf,
  lowerOuter,
  requireTable,
  storedColumns,
  withGenerated,
} from './write.ts'
import { namedItem, type WriteTarget, writeTarget } from './write-target.ts'

/** The new values of SET. @throws PgError 42703, 42601 */
export const bindAssignments = (
  scope: Scope,
  goal: WriteTarget,
  range: RangeEntry,
  nodes: readonly Ast.Node[],
): Map<number, Expr> => {
  const relation = goal.table
  const result = new Map<number, Expr>()
  let unwritable: PgError | undefined
  let late: PgError | undefined
  /** Columns of which only parts have been set. */
  const partly = new Set<number>()
  for (const [at, node] of nodes.entries()) {
    if (!('ResTarget' in node)) throw refuse(scope, 'this SET')
    const { name = '', indirection = [], val, location } = node.ResTarget
    const found = goal.columns.find(({ column: each }) => each.name === name)
    const target = found?.column
    unwritable ??= found?.error
    if (target === undefined) {
      // PostgreSQL looks at the values first.
      for (const later of nodes.slice(at))
        if ('ResTarget' in later && later.ResTarget.val !== undefined) {
          const value = later.ResTarget.val
          if (!('SetToDefault' in value || 'MultiAssignRef' in value))
            inClause(scope, 'update target', () => bindExpression(scope, value))
        }
      throw errorAt(scope, location, '42703', `column "${name}" of relation "${goal.named.name}" does not exist`)
    }
    const before = result.get(target.number)
    if (indirection.length > 0 && (before === undefined || partly.has(target.number))) {
      if (val === undefined || 'SetToDefault' in val || 'MultiAssignRef' in val)
        throw refuse(scope, 'this value of a part of a column', location)
      const base =
        before ??
        columnOf(
          range,
          relation.columns.findIndex(({ number }) => number === target.number),
        )
      const value = inClause(scope, 'update target', () => bindExpression(scope, val))
      result.set(target.number, assignPart(scope, { column: target, path: indirection, location }, base, value))
      partly.add(target.number)
      continue
    }
    if (result.has(target.number))
      throw errorAt(scope, undefined, '42601', `multiple assignments to same column "${name}"`)
    const isDefault = val !== undefined && ('SetToDefault' in val || isDefaultOfRow(val))
    // told when all values are understood (rewriteTargetListIU)
    if (!isDefault && (target.generated !== undefined || target.identity === 'a'))
      late ??= errorAt(scope, undefined, '428C9', `column "${name}" can only be updated to DEFAULT`)
    // A generated column is computed anyway.
    if (isDefault && target.generated !== undefined) continue
    if (isDefault) {
      result.set(target.number, defaultOf(scope.statement, relation, target))
      continue
    }
    if (val !== undefined && 'MultiAssignRef' in val) {
      result.set(target.number, bindMultiple(scope, relation, target, val.MultiAssignRef))
      continue
    }
    result.set(
      target.number,
      assigned(
        scope,
        inClause(scope, 'update target', () => bindExpression(scope, val as Ast.Node)),
        relation,
        target,
      ),
    )
  }
  if (late !== undefined) throw late
  if (unwritable !== undefined && goal.error === undefined) throw unwritable
  return result
}

/** Of `SET (a, b) = (1, DEFAULT)`, what is set to its default. */
const isDefaultOfRow = (value: Ast.Node): boolean => {
  if (!('MultiAssignRef' in value)) return false
  const { source, colno = 0 } = value.MultiAssignRef
  const field = source !== undefined && 'RowExpr' in source ? source.RowExpr.args?.[colno - 1] : undefined
  return field !== undefined && 'SetToDefault' in field
}

/** One column of `SET (a, b) = (SELECT …)`, which is a subquery by itself: it has the same rows for each of them. */
const columnOfQuery = (scope: Scope, { subselect, location }: Ast.SubLink, colno: number, ncolumns: number): Expr => {
  if (subselect === undefined || !('SelectStmt' in subselect)) throw refuse(scope, 'this subquery', location)
  const query = inClause(scope, 'update target', () =>
    bindSelect(childScope(scope), subselect.SelectStmt as Ast.SelectStmt),
  )
  const visible = query.targets.filter(({ hidden }) => !hidden)
  if (visible.length !== ncolumns)
    throw errorAt(scope, location, '42601', 'number of columns does not match number of values')
  visitQuery(query, (it) => {
    if (isVolatile(it)) throw refuse(scope, 'SET of several columns to a query with a volatile function', location)
  })
  const own = visible[colno - 1] as Target
  if (query.distinct !== undefined) throw refuse(scope, 'SET of several columns to a query with DISTINCT', location)
  const targets = query.targets.map((each) => (each === own ? each : { ...each, hidden: true }))
  const { type, typmod } = own.expr
  return { kind: 'scalar', query: { ...query, targets }, type, typmod, position: own.expr.position }
}

/** One column of `SET (a, b) = ROW(…)`. */
const bindMultiple = (
  scope: Scope,
  relation: RelationInfo,
  target: ColumnInfo,
  { source, colno = 1, ncolumns = 1 }: Ast.MultiAssignRef,
): Expr => {
  if (source !== undefined && 'SubLink' in source)
    return assigned(scope, columnOfQuery(scope, source.SubLink, colno, ncolumns), relation, target)
  if (source === undefined || !('RowExpr' in source))
    throw errorAt(
      scope,
      source === undefined ? undefined : locationOf(source),
      '0A000',
      'source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression',
    )
  const args = source.RowExpr.args ?? []
  if (args.some((arg) => 'ColumnRef' in arg && (arg.ColumnRef.fields ?? []).some((field) => 'A_Star' in field)))
    throw refuse(scope, 'a star in ROW')
  if (args.length !== ncolumns)
    throw errorAt(scope, undefined, '42601', 'number of columns does not match number of values')
  const value = args[colno - 1] as Ast.Node
  return assigned(
    scope,
    inClause(scope, 'update target', () => bindExpression(scope, value)),
    relation,
    target,
  )
}

interface Parts {
  readonly operation: 'update' | 'delete'
  readonly target: Ast.RangeVar
  readonly from: readonly Ast.Node[]
  readonly where: Ast.Node | undefined
  readonly returning: Ast.ReturningClause | undefined
  readonly with: Ast.WithClause | undefined
  readonly assignments: readonly Ast.Node[]
}

/** What a column is set to. */
const setValue = (node: Ast.Node): unknown =>
  'ResTarget' in node ? [node.ResTarget.val, node.ResTarget.indirection] : node

const planChange = (context: StatementContext, parts: Parts): WritePlan => {
  const { statement } = context
  const { operation, target } = parts
  const scope = rootScope(statement)
  const ctes = bindWith(scope, parts.with)
  const named = withSequenceColumns(requireRelation(scope, target))
  requireTable(scope, named, operation === 'update' ? 'UPDATE of' : 'DELETE from', target.location)
  needTarget(
    scope,
    named,
    operation === 'update' ? 'w' : 'd',
    [parts.where, parts.returning, parts.assignments.map(setValue)],
    parts.from.length > 0,
  )
  const goal = writeTarget(scope, named, operation, target.inh ?? false)
  const relation = goal.table
  const name = target.alias?.aliasname ?? named.name
  const columns = relation.columns.map(({ name: each, type, typmod }) => ({ name: each, type, typmod }))
  const source: RangeSource = goal.instead
    ? { kind: 'subquery', query: viewQuery(scope, relation), lateral: false, view: relation }
    : tableSource(scope, relation, goal.withChildren)
  const { range } = addRange(scope, name, columns, source)
  const item = namedItem(goal, range, target.alias?.aliasname)
  const family = range.source.kind === 'table' ? range.source.family : undefined
  scope.items = [item]
  // What is written to cannot be seen from within FROM.
  item.lateralOk = false
  const from = bindFrom(scope, parts.from)
  item.lateralOk = true
  const given = parts.where
  const conditions = [
    ...(given === undefined
      ? []
      : [inClause(scope, 'where', () => coerceToBoolean(statement, bindExpression(scope, given), 'WHERE'))]),
    ...goal.conditions(range),
  ]
  const [only] = conditions
  const where: Expr | undefined =
    conditions.length > 1 ? { kind: 'and', args: conditions, type: OID.bool, typmod: -1 } : only
  const place = newPlace(context)

  // The inner layer: the row's id, its old and its new values.
  const oldNames = relation.columns.map((_, at) => `old$${at}`)
  const newNames = relation.columns.map((_, at) => `new$${at}`)
  const alias = 'change$'
  const changed = rowRange(relation, alias, 0, operation === 'update' ? newNames : oldNames)
  const old = rowRange(relation, alias, 0, oldNames)
  const others = fromRanges(from)
  const exports = new Exports(others)

  const own = operation === 'update' && family === undefined && !goal.instead
  // Generated columns are computed of the given ones; checks and RETURNING see them all.
  const computed = rowRange(relation, 'change$given', 0, newNames)
  const generated = own ? generatedOf(statement, relation, computed) : new Map<number, Expr>()
  const ofViews = operation === 'update' ? goal.checks(changed) : []
  if (ofViews.length > 0 && (!own || mayChangeRows(withInheritedTriggers(context, relation), ['update'])))
    throw refuse(scope, 'WITH CHECK OPTION beside partitions, children or triggers that may change the row')
  const checks = own ? [...checksOf(statement, relation, changed), ...ofViews] : []
  const returning = bindReturningOf(context, scope, item, changed, old, goal, parts)
  // PostgreSQL looks at SET after RETURNING: of two errors, the one there is told.
  const assignments =
    operation === 'update' ? bindAssignments(scope, goal, range, parts.assignments) : new Map<number, Expr>()
  const outer = lowerOuter(place, exports, alias, [
    ...(operation === 'update' ? storedColumns(relation, changed) : []),
    ...checks.map(({ expr }) => expr),
    ...(goal.instead ? relation.columns.map((_, at) => columnOf(old, at)) : (returning?.exprs ?? [])),
  ])
  const lower = (expr: Expr): Sql => lowerFolded(place, expr)
  const table: From = goal.instead
    ? lowerFrom(place, { kind: 'range', range })
    : family === undefined
      ? { kind: 'table', name: relation.physical, alias: range.alias }
      : familyTable(place, relation, family, range.alias, true)
  const id = goal.instead ? literal(null) : column(range.alias, family === undefined ? 'rowid' : FAMILY_ID)
  const stored = (at: number): Sql => (relation.columns[at]?.generated === 'v' ? NULL : lowerColumn(place, range, at))
  const targets = [
    { expr: id, alias: 'id$' },
    ...relation.columns.map((_, at) => ({ expr: stored(at), alias: oldNames[at] })),
    ...exports.exprs.map(({ expr, name: as }) => ({ expr: lower(expr), alias: as })),
    ...(operation === 'update'
      ? relation.columns.map((each, at) => {
          const value = assignments.get(each.number)
          return { expr: value === undefined ? stored(at) : lower(value), alias: newNames[at] }
        })
      : []),
  ]
  const inner = select(
    core({
      targets,
      from: [table, ...from.map((node) => lowerFrom(place, node))],
      where: where && lowerCondition(place, where),
    }),
  )
  const later = () => {
    if (returning !== undefined && (parts.from.length > 0 || exports.exprs.length > 0))
      throw refuse(scope, 'RETURNING of other tables beside a trigger that may change the row')
    if (goal.instead) return insteadReturning(context, goal, target, parts.returning, operation)
    return storedReturning(context, goal, target, parts.returning, 'update')
  }
  const updated = [...assignments.keys()]
  const names = [
    'id$',
    ...oldNames,
    ...exports.exprs.map(({ name: as }) => as),
    ...(operation === 'update' ? newNames : []),
  ]
  const withs = lowerCtes(place, ctes)
  const rows = select(
    core({
      targets: [{ expr: column(alias, 'id$'), alias: undefined }, ...outer.map((expr) => ({ expr, alias: undefined }))],
      from: [{ kind: 'table', name: alias, alias }],
    }),
    {
      with: [
        ...withs,
        ...(generated.size === 0
          ? [{ name: alias, columns: names, materialized: true, select: inner }]
          : [
              { name: computed.alias, columns: names, materialized: true, select: inner },
              {
                name: alias,
                columns: names,
                materialized: true,
                select: withGenerated(
                  place,
                  relation,
                  computed,
                  generated,
                  names.filter((each) => !newNames.includes(each)),
                ),
              },
            ]),
      ],
    },
  )
  if (goal.error !== undefined) throw goal.error
  return {
    kind: 'write',
    operation,
    relation,
    rows: queryOf(place, rows),
    checks: checks.map(({ name: check }) => check),
    returning: returning?.columns,
    ...(goal.instead ? { instead: true } : {}),
    assigned: updated.filter((number) => !isItself(relation, range, number, assignments.get(number))),
    returningQuery:
      goal.instead ||
      (family === undefined &&
        operation === 'update' &&
        mayChangeRows(withInheritedTriggers(context, relation), ['update']))
        ? later()
        : undefined,
    ...(family === undefined
      ? { triggers: triggerPlans(context, withInheritedTriggers(context, relation), [operation], updated) }
      : familyPlans(context, relation, family, operation, updated, returning !== undefined)),
    ...common(context, operation.toUpperCase()),
  }
}

/** Whether a column is set to what it is. */
const isItself = (relation: RelationInfo, range: RangeEntry, number: number, value: Expr | undefined): boolean =>
  value?.kind === 'column' && value.range === range && relation.columns[value.index]?.number === number

/** What each table of a family does with its rows. */
const familyPlans = (
  context: StatementContext,
  relation: RelationInfo,
  family: readonly RelationInfo[],
  operation: 'update' | 'delete',
  updated: readonly number[],
  returns: boolean,
): Pick<WritePlan, 'members' | 'triggers'> => {
  const members = family.map((member) =>
    memberPlan(
      context,
      relation,
      member,
      operation === 'update' ? ['update', 'insert', 'delete'] : ['delete'],
      updated,
    ),
  )
  if (
    returns &&
    members.some(({ triggers: { triggers } }) => triggers.some(({ trigger }) => trigger.timing === 'before'))
  )
    throw refuse(rootScope(context.statement), 'RETURNING beside triggers of partitions or children')
  if (returns && members.some((member) => member.relation.columns.some(({ generated }) => generated !== undefined)))
    throw refuse(rootScope(context.statement), 'RETURNING beside generated columns')
  return { members, triggers: statementTriggers(triggerPlans(context, relation, [operation], updated)) }
}

/** RETURNING sees the new row (the old one of a DELETE), `old` and `new`, and the other tables. */
const bindReturningOf = (
  { statement }: StatementContext,
  scope: Scope,
  own: NamespaceItem,
  changed: RangeEntry,
  old: RangeEntry,
  goal: WriteTarget,
  { returning, target, operation }: Parts,
) => {
  if (returning === undefined) return undefined
  const inner = rootScope(statement, { ctes: scope.ctes })
  const renamed = namedItem(goal, changed, target.alias?.aliasname)
  inner.items = [renamed, ...scope.items.filter((item) => item !== own)]
  return bindReturning(inner, returning, goal, { old, new: operation === 'update' ? changed : undefined })
}

export const planUpdate = (context: StatementContext, node: Ast.UpdateStmt): WritePlan => {
  const { relation, targetList = [], whereClause, fromClause = [], returningClause, withClause, ...rest } = node
  nothingElse(rootScope(context.statement), 'UPDATE', rest)
  return planChange(context, {
    operation: 'update',
    target: relation as Ast.RangeVar,
    from: fromClause,
    where: whereClause,
    returning: returningClause,
    with: withClause,
    assignments: targetList,
  })
}

export const planDelete = (context: StatementContext, node: Ast.DeleteStmt): WritePlan => {
  const { relation, usingClause = [], whereClause, returningClause, withClause, ...rest } = node
  nothingElse(rootScope(context.statement), 'DELETE', rest)
  return planChange(context, {
    operation: 'delete',
    target: relation as Ast.RangeVar,
    from: usingClause,
    where: whereClause,
    returning: returningClause,
    with: withClause,
    assignments: [],
  })
}
