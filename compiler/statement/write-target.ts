/** What a statement writes to: a table, or a view that stands for one. Manual: "Updatable Views"; after rewriteTargetView. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { coerceToBoolean } from '../bind/coerce.ts'
import { columnOf } from '../bind/column.ts'
import { bindExpression } from '../bind/expression.ts'
import { requireRelation } from '../bind/relation.ts'
import { inClause, type NamespaceItem, refuse, rootScope, type Scope, type Statement } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { bindTargets } from '../bind/target.ts'
import { rowRange } from '../bind/target-range.ts'
import { viewQuery } from '../bind/view.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { ColumnInfo, RelationInfo, TriggerInfo } from '../catalog/entries.ts'
import type { ViewCheck } from '../plan.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry } from '../tree/query.ts'

export type WriteOperation = 'insert' | 'update' | 'delete'

const VERBS = { insert: 'insert into', update: 'update', delete: 'delete from' } as const
const GERUNDS = { insert: 'inserting into', update: 'updating', delete: 'deleting from' } as const

export const NO_COLUMNS = 'Views that have no updatable columns are not automatically updatable.'
const NOT_A_COLUMN = 'View columns that are not columns of their base relation are not updatable.'

/** A column of a view: the one below that it is, or why it is none. */
type ViewColumn = { readonly below: number } | { readonly reason: string }

/** The relation that a view selects from, and how it names its columns. */
export interface Below {
  readonly relation: RelationInfo
  readonly source: Ast.RangeVar
  readonly columns: readonly ViewColumn[]
}

/** A view's own statement: names in it mean what they meant when it was made. */
const viewStatement = (statement: Statement, view: RelationInfo): Statement => ({
  ...storedStatement(statement),
  settings: { ...statement.settings, searchPath: view.searchPath ?? statement.settings.searchPath },
})

const selectOf = (view: RelationInfo): Ast.SelectStmt | undefined =>
  view.query !== undefined && 'SelectStmt' in view.query ? (view.query.SelectStmt as Ast.SelectStmt) : undefined

const itemFor = (source: Ast.RangeVar, relation: RelationInfo, exprs: readonly Expr[]): NamespaceItem => {
  const names = (source.alias?.colnames ?? []).map((name) => ('String' in name ? (name.String.sval ?? '') : ''))
  return {
    name: source.alias?.aliasname ?? relation.name,
    schema: source.alias === undefined ? relation.schema : undefined,
    columns: exprs.map((expr, at) => ({ name: names[at] ?? relation.columns[at]?.name ?? '', expr })),
    range: undefined,
    columnsVisible: true,
    nameVisible: true,
    lateralOnly: false,
    lateralOk: true,
  }
}

const targetsOver = (statement: Statement, view: RelationInfo, item: NamespaceItem, depth: number): Expr[] => {
  const scope = rootScope(viewStatement(statement, view), { items: [item], depth })
  return bindTargets(scope, selectOf(view)?.targetList ?? []).map(({ expr }) => expr)
}

/** view_query_is_auto_updatable. @returns why a view is not updatable, or what it stands for */
export const openView = (scope: Scope, view: RelationInfo): string | Below => {
  const { statement } = scope
  const select = selectOf(view)
  if (select === undefined) throw refuse(scope, `the view "${view.name}"`)
  const containing = (what: string): string => `Views containing ${what} are not automatically updatable.`
  const returning = (what: string): string => `Views that return ${what} are not automatically updatable.`
  const several = 'Views that do not select from a single table or view are not automatically updatable.'
  const query = viewQuery(scope, view)
  if ((select.distinctClause ?? []).length > 0) return containing('DISTINCT')
  if ((select.groupClause ?? []).length > 0) return containing('GROUP BY')
  if (select.havingClause !== undefined) return containing('HAVING')
  if (select.op !== 'SETOP_NONE') return containing('UNION, INTERSECT, or EXCEPT')
  if (select.withClause !== undefined) return containing('WITH')
  if (select.limitCount !== undefined || select.limitOffset !== undefined) return containing('LIMIT or OFFSET')
  if (query.aggregated) return returning('aggregate functions')
  if (query.windowed) return returning('window functions')
  if (query.setReturning) return returning('set-returning functions')
  const [from, ...others] = select.fromClause ?? []
  if (from === undefined || others.length > 0 || !('RangeVar' in from)) return several
  const relation = requireRelation(rootScope(viewStatement(statement, view)), from.RangeVar)
  if (!['r', 'p', 'v'].includes(relation.kind)) return several
  const row = rowRange(
    relation,
    'below$',
    0,
    relation.columns.map(() => ''),
  )
  const item = {
    ...itemFor(
      from.RangeVar,
      relation,
      row.columns.map((_, at) => columnOf(row, at)),
    ),
    range: row,
  }
  const columns = targetsOver(statement, view, item, 0).map((expr): ViewColumn => {
    if (expr.kind === 'tableoid') return { reason: 'View columns that refer to system columns are not updatable.' }
    if (expr.kind === 'wholeRow') return { reason: 'View columns that return whole-row references are not updatable.' }
    return expr.kind === 'column' && expr.range === row ? { below: expr.index } : { reason: NOT_A_COLUMN }
  })
  return { relation, source: from.RangeVar, columns }
}

/** A column that is written to. */
interface Assignable {
  /** As the table has it, under the name that it was written with. */
  readonly column: ColumnInfo
  /** Why it cannot be written to, told when the statement is known to be right otherwise. */
  readonly error?: PgError
}

export interface WriteTarget {
  /** What the statement names. */
  readonly named: RelationInfo
  readonly table: RelationInfo
  /** Tables below are written to as well. */
  readonly withChildren: boolean
  /** The columns that can be given values, by their places. */
  readonly columns: readonly Assignable[]
  /** The columns of what is named, over the rows of the table. */
  over(range: RangeEntry): Expr[]
  /** What must hold of the table's rows for what is named to have them. */
  conditions(range: RangeEntry): Expr[]
  /** WITH CHECK OPTION: what must hold of rows that are written, by the view that says so, those below first. */
  checks(range: RangeEntry): { readonly name: ViewCheck; readonly expr: Expr }[]
  /** Why nothing can be written, told when the statement is known to be right otherwise. */
  readonly error?: PgError
  /** INSTEAD OF triggers of the view do it. */
  readonly instead?: boolean
}

const ofTable = (table: RelationInfo, withChildren: boolean): WriteTarget => ({
  named: table,
  table,
  withChildren,
  columns: table.columns.map((column) => ({ column })),
  over: (range) => table.columns.map((_, at) => columnOf(range, at)),
  conditions: () => [],
  checks: () => [],
})

/** What the check option of a view is called among the checks of a write. */
const checkOption = (view: RelationInfo): string | undefined =>
  view.options
    ?.find((option) => option.startsWith('check_option='))
    ?.slice('check_option='.length)
    .toLowerCase()

const ofView = (
  scope: Scope,
  view: RelationInfo,
  below: Below,
  operation: WriteOperation,
  cascaded: boolean,
): WriteTarget => {
  const { statement } = scope
  const checked = cascaded ? 'cascaded' : checkOption(view)
  const inner = writeTarget(scope, below.relation, operation, below.source.inh ?? false, checked === 'cascaded')
  const item = (range: RangeEntry): NamespaceItem => itemFor(below.source, below.relation, inner.over(range))
  const where = selectOf(view)?.whereClause
  const ownCondition = (range: RangeEntry): Expr[] => {
    if (where === undefined) return []
    const own = rootScope(viewStatement(statement, view), { items: [item(range)], depth: range.depth })
    return [inClause(own, 'where', () => coerceToBoolean(own.statement, bindExpression(own, where), 'WHERE'))]
  }
  return {
    ...inner,
    named: view,
    columns: below.columns.map((each, at): Assignable => {
      const own = view.columns[at] as ColumnInfo
      if ('below' in each) {
        const found = inner.columns[each.below] as Assignable
        return { ...found, column: { ...found.column, name: own.name } }
      }
      const what = `cannot ${operation === 'insert' ? 'insert into' : 'update'} column "${own.name}" of view "${view.name}"`
      return { column: own, error: new PgError('0A000', what, { detail: each.reason }) }
    }),
    over: (range) => targetsOver(statement, view, item(range), range.depth),
    conditions: (range) => [...inner.conditions(range), ...ownCondition(range)],
    checks: (range) => [
      ...inner.checks(range),
      ...(checked === undefined ? [] : ownCondition(range)).map((expr) => ({ name: { view: view.name }, expr })),
    ],
  }
}

/**
 * @param withChildren false for ONLY
 * @param cascaded a view above has WITH CASCADED CHECK OPTION
 * @throws PgError 0A000 for a system view
 */
export const writeTarget = (
  scope: Scope,
  relation: RelationInfo,
  operation: WriteOperation,
  withChildren: boolean,
  cascaded = false,
): WriteTarget => {
  if (relation.kind !== 'v') return ofTable(relation, withChildren)
  if (relation.oid < FIRST_USER_OID) throw refuse(scope, 'a write to a system view')
  const isInstead = ({ timing, enabled, events }: TriggerInfo): boolean =>
    timing === 'instead' && enabled && events.includes(operation)
  if (relation.triggers?.some(isInstead)) return { ...ofTable(relation, false), instead: true }
  const below = openView(scope, relation)
  const isEmpty = typeof below !== 'string' && !below.columns.some((each) => 'below' in each)
  if (typeof below !== 'string' && !(isEmpty && operation !== 'delete'))
    return ofView(scope, relation, below, operation, cascaded)
  const verb = VERBS[operation]
  // Until then, it is taken for a table.
  return {
    ...ofTable(relation, false),
    error: new PgError('55000', `cannot ${verb} view "${relation.name}"`, {
      detail: typeof below === 'string' ? below : NO_COLUMNS,
      hint: `To enable ${GERUNDS[operation]} the view, provide an INSTEAD OF ${operation.toUpperCase()} trigger or an unconditional ON ${operation.toUpperCase()} DO INSTEAD rule.`,
    }),
  }
}

/** A partition under the name of the table that it is of, with that one's columns. */
export const partitionTarget = (named: RelationInfo, table: RelationInfo): WriteTarget => ({
  ...ofTable(table, false),
  named,
  over: (range) =>
    named.columns.map(({ name }) =>
      columnOf(
        range,
        table.columns.findIndex((column) => column.name === name),
      ),
    ),
})

/** What is written to under the name that it has in the statement. */
export const namedItem = (target: WriteTarget, range: RangeEntry, alias: string | undefined): NamespaceItem =>
  targetItem(target, range, alias ?? target.named.name, {
    schema: alias === undefined ? target.named.schema : undefined,
  })

/** A name for what is written to, with its columns over rows of the table. */
export const targetItem = (
  target: WriteTarget,
  range: RangeEntry,
  name: string,
  options: { readonly schema?: string | undefined; readonly columnsVisible?: boolean } = {},
): NamespaceItem => ({
  name,
  schema: options.schema,
  columns: target.over(range).map((expr, at) => ({ name: target.named.columns[at]?.name ?? '', expr })),
  range: target.named === target.table ? range : undefined,
  columnsVisible: options.columnsVisible ?? true,
  nameVisible: true,
  lateralOnly: false,
  lateralOk: true,
})
