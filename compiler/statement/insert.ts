/** INSERT. Manual: "INSERT"; after transformInsertStmt. */

import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { columnOf } from '../bind/column.ts'
import { bindExpression } from '../bind/expression.ts'
import { addRange } from '../bind/from.ts'
import { locationOf } from '../bind/location.ts'
import { assignPart, type PartAssignment } from '../bind/part-assignment.ts'
import { needRelation, needTarget } from '../bind/permission.ts'
import { requireRelation } from '../bind/relation.ts'
import { childScope, errorAt, nothingElse, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { bindSelect } from '../bind/select.ts'
import { withFieldsOfVariables } from '../bind/target.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import { bindWith } from '../bind/with.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { sameColumns, tablesBelow } from '../catalog/inheritance.ts'
import { callsRoutines } from '../lower/context.ts'
import { lowerFolded } from '../lower/expression.ts'
import { lowerCtes, lowerQuery } from '../lower/query.ts'
import type { ConflictPlan, WritePlan } from '../plan.ts'
import { column, core, type Select, select } from '../sqlite/tree.ts'
import { withSequenceColumns } from '../system/relations.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query, RangeEntry } from '../tree/query.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { bindConflict } from './on-conflict.ts'
import { bindReturning, withXmax } from './returning.ts'
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
import { namedItem, partitionTarget, type WriteTarget, writeTarget } from './write-target.ts'

interface TargetColumn extends PartAssignment {
  /** Why it cannot be written to. */
  readonly error?: PgError
}

/** The columns named, or the first ones. @throws PgError 42703, 42701 */
const targetColumns = (scope: Scope, goal: WriteTarget, nodes: readonly Ast.Node[]): TargetColumn[] => {
  if (nodes.length === 0) return goal.columns.map((each) => ({ ...each, path: [], location: undefined }))
  /** Columns that have been named, and whether only parts of them. */
  const seen = new Map<string, boolean>()
  return nodes.map((node) => {
    if (!('ResTarget' in node)) throw refuse(scope, 'this target')
    const { name = '', indirection = [], location } = node.ResTarget
    const found = goal.columns.find(({ column: each }) => each.name === name)
    if (found === undefined)
      throw errorAt(scope, location, '42703', `column "${name}" of relation "${goal.named.name}" does not exist`)
    const isPart = indirection.length > 0
    if (seen.has(name) && !(isPart && seen.get(name)))
      throw errorAt(scope, location, '42701', `column "${name}" specified more than once`)
    seen.set(name, isPart)
    return { ...found, path: indirection, location }
  })
}

const isDefault = (node: Ast.Node): boolean => 'SetToDefault' in node

/** 428C9 for a value given to a column that is always generated, told when all values are understood (rewriteTargetListIU). */
const unassignable = ({ name, identity, generated }: ColumnInfo, overriding: string): PgError | undefined => {
  const message = `cannot insert a non-DEFAULT value into column "${name}"`
  if (identity === 'a' && overriding !== 'OVERRIDING_SYSTEM_VALUE' && overriding !== 'OVERRIDING_USER_VALUE')
    return new PgError('428C9', message, {
      detail: `Column "${name}" is an identity column defined as GENERATED ALWAYS.`,
      hint: 'Use OVERRIDING SYSTEM VALUE to override.',
    })
  if (generated === undefined) return undefined
  return new PgError('428C9', message, { detail: `Column "${name}" is a generated column.` })
}

interface Source {
  readonly query: Query
  readonly types: readonly (readonly [target: TargetColumn, index: number])[]
}

/** Columns behind those of the table in the rows of the query, for RETURNING to show: the source of a MERGE. */
export interface Carried {
  readonly name: string
  /** The index of the first one. */
  readonly from: number
}

export const planInsert = (context: StatementContext, node: Ast.InsertStmt, carried?: Carried): WritePlan => {
  const {
    relation: target,
    cols = [],
    selectStmt,
    onConflictClause,
    returningClause,
    withClause,
    override = 'OVERRIDING_NOT_SET',
    ...rest
  } = node
  const { statement } = context
  const scope = rootScope(statement)
  nothingElse(scope, 'INSERT', rest)
  const ctes = bindWith(scope, withClause)
  const named = withSequenceColumns(requireRelation(scope, target as Ast.RangeVar))
  requireTable(scope, named, 'INSERT into', target?.location)
  needTarget(scope, named, onConflictClause?.action === 'ONCONFLICT_UPDATE' ? 'aw' : 'a', [returningClause], false)
  if (onConflictClause?.infer !== undefined) needRelation(scope, named, 'r')
  const goal = writeTarget(scope, named, 'insert', true)
  const relation = goal.table
  const columns = targetColumns(scope, goal, cols)
  let unwritable: PgError | undefined
  let late: PgError | undefined
  const place = newPlace(context)
  const inner = childScope(scope)

  /** Lowers the rows as a query with one column for each column of the table. */
  const valueFor = (columnInfo: ColumnInfo, given: ReadonlyMap<number, Expr>): Expr => {
    if (columnInfo.generated !== undefined)
      return { kind: 'const', value: null, type: columnInfo.type, typmod: columnInfo.typmod }
    return given.get(columnInfo.number) ?? defaultOf(statement, relation, columnInfo)
  }
  const names = relation.columns.map((_, at) => `new$${at}`)
  let beside: RangeEntry | undefined
  let rowsSql: Select
  const values =
    selectStmt !== undefined && 'SelectStmt' in selectStmt
      ? ((selectStmt.SelectStmt as Ast.SelectStmt).valuesLists ?? [])
      : []
  const plainValues =
    values.length > 0 &&
    (selectStmt as { SelectStmt: Ast.SelectStmt }).SelectStmt.sortClause === undefined &&
    (selectStmt as { SelectStmt: Ast.SelectStmt }).SelectStmt.limitCount === undefined &&
    (selectStmt as { SelectStmt: Ast.SelectStmt }).SelectStmt.withClause === undefined
  if (selectStmt === undefined) {
    const targets = relation.columns.map((each, at) => ({
      expr: lowerFolded(place, valueFor(each, new Map())),
      alias: names[at],
    }))
    rowsSql = select(
      core({ targets: targets.length === 0 ? [{ expr: { kind: 'literal', value: null }, alias: 'none$' }] : targets }),
    )
  } else if (plainValues) {
    // Each value is converted to its column by itself, as PostgreSQL does for VALUES in INSERT.
    inner.clause = 'values'
    const lists = values.map((list) => ('List' in list ? withFieldsOfVariables(inner, list.List.items ?? []) : []))
    const [firstRow = []] = lists
    if (lists.some((list) => list.length !== firstRow.length))
      throw errorAt(
        scope,
        undefined,
        '42601',
        'VALUES lists must all be the same length',
        firstPosition(
          context,
          lists.find((list) => list.length !== firstRow.length),
        ),
      )
    const given = lists.map((items) => {
      checkCount(scope, items, columns, cols)
      const row = new Map<number, Expr>()
      for (const [at, item] of items.entries()) {
        const part = columns[at] as TargetColumn
        const { column: each } = part
        const isDefaultValue = isDefault(item)
        if (isDefaultValue && part.path.length > 0)
          throw errorAt(scope, part.location, '0A000', 'cannot set a subfield to DEFAULT')
        if (!isDefaultValue) late ??= unassignable(each, override)
        unwritable ??= part.error
        if (isDefaultValue || (override === 'OVERRIDING_USER_VALUE' && each.identity !== undefined)) continue
        give(inner, row, relation, part, bindExpression(inner, item))
      }
      return row
    })
    if (late !== undefined && returningClause === undefined && onConflictClause === undefined) throw late
    const rows = given.map((row) => relation.columns.map((each) => lowerFolded(place, valueFor(each, row))))
    if (inner.setReturning) throw refuse(scope, 'a set-returning function in VALUES')
    rowsSql = select(
      core({
        targets: names.map((name, at) => ({ expr: column('values$', `column${at + 1}`), alias: name })),
        from: [{ kind: 'subquery', select: select({ kind: 'values', rows }), alias: 'values$' }],
      }),
    )
  } else {
    const query = bindSelect(inner, (selectStmt as { SelectStmt: Ast.SelectStmt }).SelectStmt, { keepUnknown: true })
    const all = query.targets.filter(({ hidden }) => !hidden)
    const visible = all.slice(0, carried?.from)
    beside = carried && carriedRange(all.slice(carried.from))
    if (visible.length > columns.length)
      throw errorAt(
        scope,
        undefined,
        '42601',
        'INSERT has more expressions than target columns',
        positionField(visible[columns.length]?.expr.position),
      )
    if (cols.length > 0 && visible.length < columns.length)
      throw errorAt(
        scope,
        undefined,
        '42601',
        'INSERT has more target columns than expressions',
        positionField(context.statement.position(locationOf(cols[visible.length]))),
      )
    const source: Source = { query, types: visible.map((_, at) => [columns[at] as TargetColumn, at] as const) }
    for (const [part] of source.types) unwritable ??= part.error
    for (const [{ column: each }] of source.types) late ??= unassignable(each, override)
    rowsSql = fromQuery(context, scope, relation, source, valueFor, [...names, ...namesOf(beside)], place, override)
  }
  const withs = lowerCtes(place, ctes)
  const alias = 'new$row'
  const range = rowRange(relation, alias, 0, names)
  const parted = relation.kind === 'p'
  // Generated columns are computed of the given ones; checks and RETURNING see them all.
  const given = rowRange(relation, 'new$given', 0, names)
  const generated = parted ? new Map<number, Expr>() : generatedOf(statement, relation, given)
  const ofViews = goal.checks(range)
  if (ofViews.length > 0 && (parted || mayChangeRows(withInheritedTriggers(context, relation), ['insert'])))
    throw refuse(scope, 'WITH CHECK OPTION beside partitions or triggers that may change the row')
  const checks = parted ? [] : [...checksOf(statement, relation, range), ...ofViews]
  if (onConflictClause !== undefined && (named !== relation || goal.instead))
    throw refuse(scope, 'ON CONFLICT of a view')
  const isOneRow =
    (selectStmt === undefined || (plainValues && values.length === 1)) &&
    ctes.length === 0 &&
    (relation.triggers ?? []).length === 0 &&
    !callsRoutines(place)
  const conflictOf =
    onConflictClause && bindConflict(context, scope, relation, onConflictClause, target?.alias?.aliasname, isOneRow)
  const updates = onConflictClause?.action === 'ONCONFLICT_UPDATE'
  const returnScope = rootScope(statement, { ctes: scope.ctes })
  const item = namedItem(goal, range, target?.alias?.aliasname)
  returnScope.items = [parted || goal.instead ? item : withXmax(item, undefined)]
  if (beside !== undefined && carried !== undefined) addItem(returnScope, beside, carried.name)
  const returning = bindReturning(returnScope, returningClause, goal, { old: undefined, new: range })
  const conflict = conflictOf?.()
  const leaf = withInheritedTriggers(context, relation)
  // What is returned is of rows that are stored, not of all that are proposed.
  const returningQuery = goal.instead
    ? insteadReturning(context, goal, target, returningClause, 'insert')
    : !parted && (conflict !== undefined || mayChangeRows(leaf, ['insert']))
      ? storedReturning(context, goal, target, returningClause, updates ? 'upsert' : 'insert')
      : undefined
  const exports = new Exports([])
  const outer = lowerOuter(place, exports, alias, [
    ...storedColumns(relation, range),
    ...checks.map(({ expr }) => expr),
    ...(returningQuery === undefined ? (returning?.exprs ?? []) : []),
  ])
  const all = [...names, ...namesOf(beside)]
  const rows: Select = select(
    core({
      targets:
        outer.length === 0
          ? [{ expr: { kind: 'literal', value: null }, alias: undefined }]
          : outer.map((expr) => ({ expr, alias: undefined })),
      from: [{ kind: 'table', name: alias, alias }],
    }),
    {
      with: [
        ...withs,
        ...(generated.size === 0
          ? [{ name: alias, columns: all.length === 0 ? ['none$'] : all, materialized: true, select: rowsSql }]
          : [
              { name: given.alias, columns: all, materialized: true, select: rowsSql },
              {
                name: alias,
                columns: [...namesOf(beside), ...names],
                materialized: true,
                select: withGenerated(place, relation, given, generated, namesOf(beside)),
              },
            ]),
      ],
    },
  )
  const failure = goal.error ?? unwritable ?? late
  if (failure !== undefined) throw failure
  return {
    kind: 'write',
    operation: 'insert',
    relation,
    rows: queryOf(place, rows),
    checks: checks.map(({ name }) => name),
    returning: returning?.columns,
    ...(parted
      ? partitionPlans(context, scope, relation, conflict, returning !== undefined, node)
      : {
          returningQuery,
          ...(goal.instead ? { instead: true } : {}),
          conflict,
          triggers: triggerPlans(
            context,
            leaf,
            conflict?.action === 'update' ? ['insert', 'update'] : ['insert'],
            conflict?.updated,
          ),
        }),
    ...common(context, 'INSERT'),
  }
}

const carriedRange = (targets: Query['targets']): RangeEntry => ({
  alias: 'new$row',
  columns: targets.map(({ name, expr: { type, typmod } }) => ({ name, type, typmod })),
  source: { kind: 'row', names: targets.map((_, at) => `carried$${at}`) },
  depth: 0,
  nullable: false,
})

const namesOf = (range: RangeEntry | undefined): readonly string[] =>
  range?.source.kind === 'row' ? range.source.names : []

/** What each partition does with the rows that are its. */
const partitionPlans = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  conflict: ConflictPlan | undefined,
  returns: boolean,
  { onConflictClause, relation: target, returningClause }: Ast.InsertStmt,
): Pick<WritePlan, 'members' | 'triggers'> => {
  if (conflict?.action === 'update' && onConflictClause !== undefined) {
    if ((onConflictClause.infer?.conname ?? '') !== '')
      throw refuse(scope, 'ON CONFLICT ON CONSTRAINT … DO UPDATE of a partitioned table')
    const name = target?.alias?.aliasname ?? relation.name
    const members = tablesBelow(context.statement.catalog, relation).map((member) => {
      const own = bindConflict(context, scope, member, onConflictClause, name, false)()
      return {
        ...memberPlan(context, member, member, ['insert', 'update'], own.updated ?? []),
        conflict: own,
        returningQuery: storedReturning(context, partitionTarget(relation, member), target, returningClause, 'upsert'),
      }
    })
    return { members, triggers: statementTriggers(triggerPlans(context, relation, ['insert', 'update'])) }
  }
  const members = tablesBelow(context.statement.catalog, relation).map((member) => ({
    ...memberPlan(context, relation, member, ['insert'], []),
    conflict: conflict && {
      ...conflict,
      arbiters: conflict.arbiters.map((arbiter) =>
        'physical' in arbiter ? arbiter : sameColumns(relation, member, arbiter),
      ),
    },
  }))
  if (
    returns &&
    members.some(({ triggers: { triggers } }) => triggers.some(({ trigger }) => trigger.timing === 'before'))
  )
    throw refuse(scope, 'RETURNING beside triggers of partitions')
  if (returns && relation.columns.some((column) => column.generated !== undefined))
    throw refuse(scope, 'RETURNING beside generated columns')
  return { members, triggers: statementTriggers(triggerPlans(context, relation, ['insert'])) }
}

const positionField = (position: number | undefined): { position?: number } =>
  position === undefined ? {} : { position }

const firstPosition = (context: StatementContext, items: readonly Ast.Node[] | undefined): { position?: number } => {
  const [first] = items ?? []
  const [body] = first === undefined ? [] : Object.values(first as Record<string, { location?: number }>)
  return positionField(context.statement.position(body?.location ?? 0))
}

/** Gives a column, or a part of it, its value. */
const give = (
  scope: Scope,
  given: Map<number, Expr>,
  relation: RelationInfo,
  part: PartAssignment,
  value: Expr,
): void => {
  const { column: each, path } = part
  const none: Expr = { kind: 'const', value: null, type: each.type, typmod: each.typmod }
  given.set(
    each.number,
    path.length === 0
      ? assigned(scope, value, relation, each)
      : assignPart(scope, part, given.get(each.number) ?? none, value),
  )
}

const checkCount = (
  scope: Scope,
  items: readonly Ast.Node[],
  columns: readonly PartAssignment[],
  named: readonly Ast.Node[],
): void => {
  if (items.length > columns.length)
    throw errorAt(scope, locationOf(items[columns.length]), '42601', 'INSERT has more expressions than target columns')
  if (named.length > items.length)
    throw errorAt(scope, locationOf(named[items.length]), '42601', 'INSERT has more target columns than expressions')
}

const fromQuery = (
  context: StatementContext,
  scope: Scope,
  relation: RelationInfo,
  source: Source,
  valueFor: (columnInfo: ColumnInfo, given: ReadonlyMap<number, Expr>) => Expr,
  names: readonly string[],
  place: ReturnType<typeof newPlace>,
  override: string,
): Select => {
  const { query } = source
  const simple =
    query.distinct === undefined &&
    query.orderBy.length === 0 &&
    query.group === undefined &&
    !query.setReturning &&
    query.from.every((from) => from.kind !== 'range' || from.range.source.kind !== 'set')
  const visible = query.targets.filter(({ hidden }) => !hidden)
  // Literals take the column's type itself; everything else is converted behind the query.
  const typed: Query = {
    ...query,
    targets: query.targets.map((target) => {
      const at = visible.indexOf(target)
      const { column: each, path = [] } = source.types[at]?.[0] ?? {}
      if (each === undefined || path.length > 0) return target
      if (target.expr.type !== 705 && !simple) return target
      return { ...target, expr: assigned(scope, target.expr, relation, each) }
    }),
  }
  const select_ = lowerQuery(
    place,
    typed,
    visible.map((_, at) => `source$${at}`),
  )
  const outer = rootScope(context.statement)
  const columns = typed.targets
    .filter(({ hidden }) => !hidden)
    .map(({ name, expr: { type, typmod } }) => ({ name, type, typmod }))
  const { range } = addRange(outer, 'source$', columns, { kind: 'row', names: visible.map((_, at) => `source$${at}`) })
  const given = new Map<number, Expr>()
  for (const [part, at] of source.types) {
    if (override === 'OVERRIDING_USER_VALUE' && part.column.identity !== undefined) continue
    give(outer, given, relation, part, columnOf(range, at, visible[at]?.expr.position))
  }
  const ordered: Select =
    select_.orderBy.length > 0 && select_.limit === undefined
      ? { ...select_, limit: { kind: 'literal', value: -1n } }
      : select_
  return select(
    core({
      targets: [
        ...relation.columns.map((each, at) => ({
          expr: lowerFolded(place, valueFor(each, given)),
          alias: names[at],
        })),
        ...names.slice(relation.columns.length).map((alias, at) => ({
          expr: column(range.alias, `source$${source.types.length + at}`),
          alias,
        })),
      ],
      from: [{ kind: 'subquery', select: ordered, alias: range.alias }],
    }),
  )
}
