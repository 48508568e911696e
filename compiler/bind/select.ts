/** SELECT. Manual: "SELECT"; after transformSelectStmt in analyze.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import type { Query, RangeEntry, SortKey, Target } from '../tree/query.ts'
import { rangeOf, some } from '../tree/walk.ts'
import { findTarget } from './clause-target.ts'
import {
  coerceToBoolean,
  coerceToCommon,
  coerceToSpecific,
  coerceToTarget,
  commonType,
  commonTypmod,
} from './coerce.ts'
import { commonCollation, requireCollations } from './collation.ts'
import { columnOf } from './column.ts'
import { bindExpression } from './expression.ts'
import { addRange, bindFrom } from './from.ts'
import { bindGroup, checkGrouping } from './group.ts'
import { checkLocking } from './locking.ts'
import { requireEquality } from './operator.ts'
import { errorAt, inClause, nothingElse, refuse, type Scope } from './scope.ts'
import { bindSetOperation } from './set-operation.ts'
import { directionOf, groupable, openSort, sortable } from './sort.ts'
import { bindExpressionList, bindTargets } from './target.ts'
import { bindWindowClause } from './window.ts'
import { bindWith } from './with.ts'

export interface SelectOptions {
  /** Columns whose type is open stay so: INSERT and set operations decide. */
  readonly keepUnknown?: boolean
}

const EMPTY = {
  windows: [],
  withTies: false,
  aggregated: false,
  windowed: false,
  setReturning: false,
  locking: false,
} as const

/** Literals that nothing has given a type are text. */
export const resolveUnknown = (scope: Scope, targets: readonly Target[]): Target[] =>
  targets.map((target) => ({
    ...target,
    expr:
      target.expr.type === OID.unknown
        ? (coerceToTarget(scope.statement, target.expr, OID.text, -1, 'implicit') ?? target.expr)
        : target.expr,
  }))

const bindOrderBy = (scope: Scope, targets: Target[], nodes: readonly Ast.Node[]): SortKey[] => {
  const keys: SortKey[] = []
  for (const node of nodes) {
    const sort = openSort(node)
    const target = inClause(scope, 'order by', () => findTarget(scope, targets, sort.node as Ast.Node, 'ORDER BY'))
    const expr = sortable(scope, targets[target]?.expr as Expr, sort)
    targets[target] = { ...(targets[target] as Target), expr }
    if (keys.some((key) => key.target === target)) continue
    keys.push({ target, ...directionOf(scope, sort, expr.type) })
  }
  return keys
}

const bindLimit = (scope: Scope, node: Ast.Node | undefined, construct: 'LIMIT' | 'OFFSET'): Expr | undefined => {
  if (node === undefined) return undefined
  const clause = construct === 'LIMIT' ? 'limit' : 'offset'
  const bound = inClause(scope, clause, () => bindExpression(scope, node))
  const limit = coerceToSpecific(scope.statement, bound, OID.int8, construct)
  if (some(limit, (it) => rangeOf(it)?.depth === scope.depth))
    throw errorAt(scope, undefined, '42P10', `argument of ${construct} must not contain variables`, {
      ...(limit.position === undefined ? {} : { position: limit.position }),
    })
  return limit
}

/** @throws PgError 2201W */
const requireCount = (limit: Expr | undefined, option: Ast.LimitOption | undefined): void => {
  if (option === 'LIMIT_OPTION_WITH_TIES' && limit?.kind === 'const' && limit.value === null)
    throw new PgError('2201W', 'row count cannot be null in FETCH FIRST ... WITH TIES clause')
}

const bindDistinct = (
  scope: Scope,
  targets: Target[],
  nodes: readonly Ast.Node[],
  orderBy: readonly SortKey[],
): Query['distinct'] => {
  if (nodes.length === 0) return undefined
  const on = nodes.some((node) => Object.keys(node).length > 0)
  if (!on) {
    const visible = targets.flatMap((target, at) => (target.hidden ? [] : [at]))
    for (const { target } of orderBy)
      if (targets[target]?.hidden)
        throw errorAt(
          scope,
          undefined,
          '42P10',
          'for SELECT DISTINCT, ORDER BY expressions must appear in select list',
          {
            ...(targets[target]?.expr.position === undefined ? {} : { position: targets[target].expr.position }),
          },
        )
    for (const at of visible)
      requireEquality(scope.statement.catalog, targets[at]?.expr.type ?? 0, targets[at]?.expr.position)
    return { on: false, targets: visible }
  }
  const chosen = nodes.map((node) =>
    inClause(scope, 'distinct on', () => findTarget(scope, targets, node, 'DISTINCT ON')),
  )
  for (const [which, at] of chosen.entries()) {
    const target = targets[at] as Target
    targets[at] = { ...target, expr: groupable(scope, target.expr, nodes[which] as Ast.Node) }
  }
  const distinct = [...new Set(chosen)]
  const mismatch = (target: number): never => {
    const [body] = Object.values((nodes[chosen.indexOf(target)] ?? {}) as Record<string, { location?: number }>)
    throw errorAt(
      scope,
      body?.location ?? 0,
      '42P10',
      'SELECT DISTINCT ON expressions must match initial ORDER BY expressions',
    )
  }
  let skipped = false
  for (const { target } of orderBy) {
    if (!distinct.includes(target)) skipped = true
    else if (skipped) mismatch(target)
  }
  const unsorted = distinct.find((at) => !orderBy.some((key) => key.target === at))
  if (skipped && unsorted !== undefined) mismatch(unsorted)
  return { on: true, targets: distinct }
}

const bindPlain = (scope: Scope, select: Ast.SelectStmt, options: SelectOptions): Query => {
  const {
    distinctClause = [],
    intoClause,
    targetList = [],
    fromClause = [],
    whereClause,
    groupClause = [],
    groupDistinct = false,
    havingClause,
    windowClause = [],
    sortClause = [],
    limitOffset,
    limitCount,
    limitOption,
    lockingClause = [],
    withClause,
    op: _op,
    ...rest
  } = select as Ast.SelectStmt & Record<string, unknown>
  nothingElse(scope, 'SELECT', rest)
  if (intoClause !== undefined)
    throw errorAt(scope, intoClause.rel?.location, '42601', 'SELECT ... INTO is not allowed here')
  const { statement } = scope
  const ctes = bindWith(scope, withClause)
  const from = bindFrom(scope, fromClause)
  bindWindowClause(scope, windowClause)
  let targets = bindTargets(scope, targetList)
  const where =
    whereClause &&
    inClause(scope, 'where', () => coerceToBoolean(statement, bindExpression(scope, whereClause), 'WHERE'))
  const having =
    havingClause &&
    inClause(scope, 'having', () => coerceToBoolean(statement, bindExpression(scope, havingClause), 'HAVING'))
  const orderBy = bindOrderBy(scope, targets, sortClause)
  if (groupDistinct && scope.statement.written) throw refuse(scope, 'the text of GROUP BY DISTINCT')
  const group = bindGroup(scope, targets, groupClause, groupDistinct)
  if (options.keepUnknown !== true || distinctClause.length > 0) targets = resolveUnknown(scope, targets)
  const distinct = bindDistinct(scope, targets, distinctClause, orderBy)
  const offset = bindLimit(scope, limitOffset, 'OFFSET')
  const limit = bindLimit(scope, limitCount, 'LIMIT')
  requireCount(limit, limitOption)
  const withTies = limitOption === 'LIMIT_OPTION_WITH_TIES'
  if (withTies && orderBy.length === 0)
    throw errorAt(scope, undefined, '42601', 'WITH TIES cannot be specified without ORDER BY clause')
  const aggregated = scope.aggregated || group !== undefined || having !== undefined
  if (aggregated) {
    const names = new Map<RangeEntry, string>()
    for (const { range, name } of scope.items) if (range !== undefined) names.set(range, name ?? '')
    const windows = scope.windows.flatMap(({ partitionBy, orderBy: order }) => [
      ...partitionBy,
      ...order.map(({ expr }) => expr),
    ])
    checkGrouping(scope, [...targets.map(({ expr }) => expr), ...windows, ...(having ? [having] : [])], group, names)
  }
  const query: Omit<Query, 'locking'> = {
    kind: 'query',
    depth: scope.depth,
    ctes,
    from,
    where,
    group,
    having,
    windows: scope.windows,
    targets,
    distinct,
    orderBy,
    limit,
    offset,
    withTies,
    aggregated,
    ...(scope.outerAggregates ? { outerAggregates: true } : {}),
    ...(withClause?.recursive ? { recursive: true } : {}),
    windowed: scope.windowed,
    setReturning: scope.setReturning,
  }
  return { ...query, locking: checkLocking(scope, lockingClause, query) }
}

/** A query whose rows come from one range: VALUES, or set operations; sorted and cut as the clauses say. */
const overRange = (
  scope: Scope,
  range: RangeEntry,
  ctes: Query['ctes'],
  select: Ast.SelectStmt,
  columnsOnly: boolean,
): Query => {
  const targets: Target[] = range.columns.map(({ name }, index) => ({
    expr: columnOf(range, index),
    name,
    hidden: false,
  }))
  const visible = targets.length
  const orderBy = bindOrderBy(scope, targets, select.sortClause ?? [])
  if (columnsOnly && targets.length > visible)
    throw errorAt(scope, undefined, '0A000', 'invalid UNION/INTERSECT/EXCEPT ORDER BY clause', {
      detail: 'Only result column names can be used, not expressions or functions.',
      hint: 'Add the expression/function to every SELECT, or move the UNION into a FROM clause.',
      ...(targets[visible]?.expr.position === undefined ? {} : { position: targets[visible].expr.position }),
    })
  if ((select.lockingClause ?? []).length > 0)
    throw errorAt(
      scope,
      undefined,
      '0A000',
      `FOR UPDATE is not allowed with ${columnsOnly ? 'UNION/INTERSECT/EXCEPT' : 'VALUES'}`,
    )
  const offset = bindLimit(scope, select.limitOffset, 'OFFSET')
  const limit = bindLimit(scope, select.limitCount, 'LIMIT')
  requireCount(limit, select.limitOption)
  const withTies = select.limitOption === 'LIMIT_OPTION_WITH_TIES'
  return {
    ...EMPTY,
    kind: 'query',
    depth: scope.depth,
    ctes,
    ...(select.withClause?.recursive ? { recursive: true } : {}),
    from: [{ kind: 'range', range }],
    targets,
    orderBy,
    offset,
    limit,
    withTies,
  }
}

/** The rows of a VALUES list with the types that they share. */
export const bindValuesRows = (
  scope: Scope,
  lists: readonly Ast.Node[],
  options: SelectOptions,
): { readonly rows: Expr[][]; readonly types: { readonly type: number; readonly typmod: number }[] } => {
  const rows = lists.map((list) =>
    inClause(scope, 'values', () => bindExpressionList(scope, 'List' in list ? (list.List.items ?? []) : [])),
  )
  const width = rows[0]?.length ?? 0
  const uneven = rows.find((row) => row.length !== width)
  if (uneven !== undefined)
    throw errorAt(scope, undefined, '42601', 'VALUES lists must all be the same length', {
      ...(uneven[0]?.position === undefined ? {} : { position: uneven[0].position }),
    })
  const types = Array.from({ length: width }, (_, at) => {
    const column = rows.map((row) => row[at] as Expr)
    if (options.keepUnknown === true && column.every(({ type }) => type === OID.unknown))
      return { type: OID.unknown as number, typmod: -1 }
    const type = commonType(scope.statement, column, 'VALUES')
    for (const row of rows) row[at] = coerceToCommon(scope.statement, row[at] as Expr, type, 'VALUES')
    if (scope.statement.collations.areOfInterest)
      commonCollation(
        scope.statement,
        rows.map((row) => row[at] as Expr),
        false,
      )
    return {
      type,
      typmod: commonTypmod(
        rows.map((row) => row[at] as Expr),
        type,
      ),
    }
  })
  return { rows, types }
}

const bindValues = (scope: Scope, select: Ast.SelectStmt, options: SelectOptions): Query => {
  const {
    valuesLists = [],
    sortClause: _s,
    limitOffset: _o,
    limitCount: _c,
    limitOption: _l,
    lockingClause: _k,
    withClause,
    op: _op,
    ...rest
  } = select as Ast.SelectStmt & Record<string, unknown>
  nothingElse(scope, 'VALUES', rest)
  const ctes = bindWith(scope, withClause)
  const { rows, types } = bindValuesRows(scope, valuesLists, options)
  if (scope.setReturning) throw refuse(scope, 'a set-returning function in VALUES')
  const columns = types.map((typed, at) => ({ name: `column${at + 1}`, ...typed }))
  const { range, item } = addRange(scope, '*VALUES*', columns, { kind: 'values', rows, lateral: false })
  scope.items = [item]
  return overRange(scope, range, ctes, select, false)
}

const bindSet = (scope: Scope, select: Ast.SelectStmt): Query => {
  const {
    op: _op,
    all: _all,
    larg: _left,
    rarg: _right,
    sortClause: _s,
    limitOffset: _o,
    limitCount: _c,
    limitOption: _l,
    lockingClause: _k,
    withClause,
    ...rest
  } = select as Ast.SelectStmt & Record<string, unknown>
  nothingElse(scope, 'set operation', rest)
  const ctes = bindWith(scope, withClause)
  const set = bindSetOperation(scope, select)
  const { range, item } = addRange(scope, 'set', set.columns, { kind: 'set', set }, { named: false })
  scope.items = [item]
  return overRange(scope, range, ctes, select, true)
}

/** @param scope a scope of the query's own */
export const bindSelect = (scope: Scope, select: Ast.SelectStmt, options: SelectOptions = {}): Query => {
  const query = bindAnySelect(scope, select, options)
  if (scope.statement.collations.areOfInterest) requireCollations(scope.statement, query)
  return query
}

const bindAnySelect = (scope: Scope, select: Ast.SelectStmt, options: SelectOptions): Query => {
  if (select.op !== undefined && select.op !== 'SETOP_NONE') return bindSet(scope, select)
  if ((select.valuesLists ?? []).length > 0) return bindValues(scope, select, options)
  return bindPlain(scope, select, options)
}
