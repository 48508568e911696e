/** COPY FROM STDIN and TO STDOUT. Manual: "COPY". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { columnOf } from '../bind/column.ts'
import { needRelation } from '../bind/permission.ts'
import { requireRelation } from '../bind/relation.ts'
import { nothingElse, refuse, type Scope } from '../bind/scope.ts'
import { rowRange } from '../bind/target-range.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { tablesBelow } from '../catalog/inheritance.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { CopyInPlan, CopyOutPlan, SqliteQuery } from '../plan.ts'
import { core, NULL, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { copyFormat } from './copy-format.ts'
import { scopeOf } from './definition.ts'
import { columnNode } from './index-key.ts'
import { planSelect } from './select.ts'
import { memberPlan, statementTriggers, triggerPlans, withInheritedTriggers } from './trigger-plans.ts'
import { checksOf, defaultOf, generatedOf, requireTable, storedColumns } from './write.ts'

/** What kinds of relations are called, of which COPY TO wants a query. */
const QUERIED: Readonly<Record<string, string>> = { v: 'view', p: 'partitioned table', S: 'sequence' }

const ofGenerated = (name: string): PgError =>
  new PgError('42P10', `column "${name}" is a generated column`, {
    detail: 'Generated columns cannot be used in COPY.',
  })

const namesIn = (nodes: readonly Ast.Node[]): string[] =>
  nodes.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))

/** The columns that a list names, or all that are not generated (CopyGetAttnums). @throws PgError 42703, 42P10, 42701 */
const namedColumns = ({ name: table, columns }: RelationInfo, names: readonly string[]): readonly string[] => {
  if (names.length === 0) return columns.filter(({ generated }) => generated === undefined).map(({ name }) => name)
  for (const [at, name] of names.entries()) {
    const column = columns.find((each) => each.name === name)
    if (column === undefined) throw new PgError('42703', `column "${name}" of relation "${table}" does not exist`)
    if (column.generated !== undefined) throw ofGenerated(name)
    if (names.indexOf(name) < at) throw new PgError('42701', `column "${name}" specified more than once`)
  }
  return names
}

/** The table that COPY names; its errors have no position. */
const requireNamed = (scope: Scope, range: Ast.RangeVar | undefined): RelationInfo =>
  requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })

/** The query that COPY of a table stands for: of its own rows alone. @throws PgError 42809, 42703, 42701 */
const ofTable = (relation: RelationInfo, range: Ast.RangeVar, attlist: readonly Ast.Node[]): Ast.SelectStmt => {
  const kind = QUERIED[relation.kind]
  if (kind !== undefined)
    throw new PgError('42809', `cannot copy from ${kind} "${relation.name}"`, {
      ...(kind === 'sequence' ? {} : { hint: 'Try the COPY (SELECT ...) TO variant.' }),
    })
  return {
    targetList: namedColumns(relation, namesIn(attlist)).map((name) => ({ ResTarget: { val: columnNode(name) } })),
    fromClause: [{ RangeVar: { ...range, inh: false } }],
    limitOption: 'LIMIT_OPTION_DEFAULT',
    op: 'SETOP_NONE',
  }
}

/**
 * Columns that an option names are columns of the table, and of the data (BeginCopyTo, BeginCopyFrom).
 * @param table undefined for those of a query
 * @throws PgError 42703, 42701, 42P10
 */
const requireForced = (
  table: RelationInfo | undefined,
  names: readonly string[],
  forced: readonly string[] | 'all' = [],
  option: string,
): void => {
  if (forced === 'all' || forced.length === 0) return
  if (table === undefined) {
    const unknown = forced.find((name) => !names.includes(name))
    if (unknown !== undefined) throw new PgError('42703', `column "${unknown}" does not exist`)
  } else {
    for (const name of namedColumns(table, forced))
      if (!names.includes(name)) throw new PgError('42P10', `${option} column "${name}" not referenced by COPY`)
  }
}

const copyOut = (context: StatementContext, scope: Scope, node: Ast.CopyStmt): CopyOutPlan => {
  const { relation: range, query, attlist = [], options = [] } = node
  const format = copyFormat(scope, options, false)
  if (query !== undefined && !('SelectStmt' in query)) throw refuse(scope, 'COPY of a query that changes rows')
  const table = query === undefined ? requireNamed(scope, range) : undefined
  const select = query === undefined ? ofTable(table as RelationInfo, range as Ast.RangeVar, attlist) : query.SelectStmt
  if (select.intoClause !== undefined) throw new PgError('0A000', 'COPY (SELECT INTO) is not supported')
  const plan = planSelect(context, select)
  if (plan.kind !== 'query') throw refuse(scope, 'COPY of this query')
  const names = plan.columns.map(({ name }) => name)
  requireForced(table, names, format.forceQuote, 'FORCE_QUOTE')
  return { kind: 'copy out', query: plan, format, ...common(context, 'COPY') }
}

const valueNames = ({ columns }: RelationInfo): string[] => columns.map((_, at) => `v${at}`)

/** A row of the values that data give: their types' input functions have read them; here defaults and checks join them. */
const rowsOf = (
  context: StatementContext,
  relation: RelationInfo,
  columns: readonly number[],
  checks: readonly Expr[],
): SqliteQuery => {
  const place = newPlace(context)
  const names = valueNames(relation)
  const source = core({
    targets: relation.columns.map((column, at) => ({
      expr: columns.includes(at)
        ? { kind: 'parameter' as const, name: `v${at}` }
        : column.generated === undefined
          ? lowerFolded(place, defaultOf(context.statement, relation, column))
          : NULL,
      alias: names[at],
    })),
  })
  const given = rowRange(relation, 'given$', 0, names)
  const generated = relation.kind === 'p' ? new Map<number, Expr>() : generatedOf(context.statement, relation, given)
  const whole =
    generated.size === 0
      ? source
      : core({
          targets: relation.columns.map((column, at) => ({
            expr: lowerFolded(place, generated.get(column.number) ?? columnOf(given, at)),
            alias: names[at],
          })),
          from: [{ kind: 'subquery', select: select(source), alias: 'given$' }],
        })
  const row = rowRange(relation, 'row$', 0, names)
  const rows = select(
    core({
      targets: [...storedColumns(relation, row), ...checks].map((expr) => ({
        expr: lowerFolded(place, expr),
        alias: undefined,
      })),
      from: [{ kind: 'subquery', select: select(whole), alias: 'row$' }],
    }),
  )
  return queryOf(place, rows)
}

export const planCopy = (context: StatementContext, node: Ast.CopyStmt): CopyInPlan | CopyOutPlan => {
  const {
    relation: range,
    query: _query,
    attlist = [],
    is_from: isFrom = false,
    is_program: program = false,
    filename,
    options = [],
    whereClause,
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'COPY', rest)
  if (program || (filename ?? '') !== '' || whereClause !== undefined)
    throw refuse(scope, isFrom ? 'this COPY' : 'COPY TO')
  if (!isFrom) return copyOut(context, scope, node)
  const relation = requireNamed(scope, range)
  if (relation.kind === 'v') throw refuse(scope, 'COPY to a view')
  requireTable(scope, relation, 'COPY to')
  needRelation(scope, relation, 'a')
  const format = copyFormat(scope, options, true)
  const names = namedColumns(relation, namesIn(attlist))
  const columns = names.map((name) => relation.columns.findIndex((column) => column.name === name))
  requireForced(relation, names, format.forceNotNull, 'FORCE_NOT_NULL')
  requireForced(relation, names, format.forceNull, 'FORCE_NULL')
  const hasGenerated = relation.columns.some((column) => column.generated !== undefined)
  if (hasGenerated && relation.kind === 'p') throw refuse(scope, 'COPY to a partitioned table with generated columns')
  const parted = relation.kind === 'p'
  const checks = parted
    ? []
    : checksOf(context.statement, relation, rowRange(relation, 'row$', 0, valueNames(relation)))
  const rowsWithout = (missing: readonly number[]): SqliteQuery =>
    rowsOf(
      context,
      relation,
      columns.filter((at) => !missing.includes(at)),
      checks.map(({ expr }) => expr),
    )
  const hasDefault = (at: number): boolean => {
    const value = defaultOf(context.statement, relation, relation.columns[at] as ColumnInfo)
    return value.kind !== 'const' || value.value !== null
  }
  return {
    kind: 'copy in',
    relation,
    columns,
    format,
    rows: rowsWithout([]),
    rowsWithout,
    defaults: format.default === undefined ? [] : columns.filter(hasDefault),
    checks: checks.map(({ name }) => name),
    ...(parted
      ? {
          members: tablesBelow(context.statement.catalog, relation).map((member) =>
            memberPlan(context, relation, member, ['insert'], []),
          ),
          triggers: statementTriggers(triggerPlans(context, relation, ['insert'])),
        }
      : { triggers: triggerPlans(context, withInheritedTriggers(context, relation), ['insert']) }),
    ...common(context, 'COPY'),
  }
}
