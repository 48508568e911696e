/** COPY FROM STDIN and TO STDOUT. Manual: "COPY". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { columnOf } from '../bind/column.ts'
import { needRelation } from '../bind/permission.ts'
import { requireRelation } from '../bind/relation.ts'
import { nothingElse, refuse, type Scope } from '../bind/scope.ts'
import { rowRange } from '../bind/target-range.ts'
import { tablesBelow } from '../catalog/inheritance.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { CopyInPlan, CopyOutPlan } from '../plan.ts'
import { core, NULL, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { copyFormat } from './copy-format.ts'
import { scopeOf } from './definition.ts'
import { columnNode } from './index-key.ts'
import { planSelect } from './select.ts'
import { memberPlan, statementTriggers, triggerPlans, withInheritedTriggers } from './trigger-plans.ts'
import { checksOf, defaultOf, generatedOf, requireTable } from './write.ts'

/** What kinds of relations are called, of which COPY TO wants a query. */
const QUERIED: Readonly<Record<string, string>> = { v: 'view', p: 'partitioned table', S: 'sequence' }

const ofGenerated = (name: string): PgError =>
  new PgError('42P10', `column "${name}" is a generated column`, {
    detail: 'Generated columns cannot be used in COPY.',
  })

/** The query that COPY of a table stands for: of its own rows alone. @throws PgError 42809, 42703, 42701 */
const ofTable = (scope: Scope, range: Ast.RangeVar, attlist: readonly Ast.Node[]): Ast.SelectStmt => {
  const relation = requireRelation(scope, { ...range, location: -1 })
  const kind = QUERIED[relation.kind]
  if (kind !== undefined)
    throw new PgError('42809', `cannot copy from ${kind} "${relation.name}"`, {
      ...(kind === 'sequence' ? {} : { hint: 'Try the COPY (SELECT ...) TO variant.' }),
    })
  const given = attlist.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  for (const [at, name] of given.entries()) {
    const column = relation.columns.find((each) => each.name === name)
    if (column === undefined)
      throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
    if (column.generated !== undefined) throw ofGenerated(name)
    if (given.indexOf(name) < at) throw new PgError('42701', `column "${name}" specified more than once`)
  }
  const plain = relation.columns.filter(({ generated }) => generated === undefined).map(({ name }) => name)
  const names = given.length > 0 ? given : plain
  return {
    targetList: names.map((name) => ({ ResTarget: { val: columnNode(name) } })),
    fromClause: [{ RangeVar: { ...range, inh: false } }],
    limitOption: 'LIMIT_OPTION_DEFAULT',
    op: 'SETOP_NONE',
  }
}

const copyOut = (context: StatementContext, scope: Scope, node: Ast.CopyStmt): CopyOutPlan => {
  const { relation, query, attlist = [], options = [] } = node
  const format = copyFormat(scope, options, false)
  if (query !== undefined && !('SelectStmt' in query)) throw refuse(scope, 'COPY of a query that changes rows')
  const select =
    query !== undefined && 'SelectStmt' in query ? query.SelectStmt : ofTable(scope, relation as Ast.RangeVar, attlist)
  if (select.intoClause !== undefined) throw new PgError('0A000', 'COPY (SELECT INTO) is not supported')
  const plan = planSelect(context, select)
  if (plan.kind !== 'query') throw refuse(scope, 'COPY of this query')
  return { kind: 'copy out', query: plan, format, ...common(context, 'COPY') }
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
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  if (relation.kind === 'v') throw refuse(scope, 'COPY to a view')
  requireTable(scope, relation, 'COPY to')
  needRelation(scope, relation, 'a')
  const format = copyFormat(scope, options, true)
  const names = attlist.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const columns =
    names.length === 0
      ? relation.columns.map((_, at) => at).filter((at) => relation.columns[at]?.generated === undefined)
      : names.map((name, at) => {
          const found = relation.columns.findIndex((column) => column.name === name)
          if (found < 0) throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
          if (relation.columns[found]?.generated !== undefined) throw ofGenerated(name)
          if (names.indexOf(name) < at) throw new PgError('42701', `column "${name}" specified more than once`)
          return found
        })
  const hasGenerated = relation.columns.some((column) => column.generated !== undefined)
  if (hasGenerated && relation.kind === 'p') throw refuse(scope, 'COPY to a partitioned table with generated columns')
  const place = newPlace(context)
  // The values are read by their types' input functions outside; here defaults and checks join them.
  const valueNames = relation.columns.map((_, at) => `v${at}`)
  const range0 = rowRange(relation, 'row$', 0, valueNames)
  const parted = relation.kind === 'p'
  const checks = parted ? [] : checksOf(context.statement, relation, range0)
  const source = core({
    targets: relation.columns.map((column, at) => ({
      expr: columns.includes(at)
        ? { kind: 'parameter' as const, name: `v${at}` }
        : column.generated === undefined
          ? lowerFolded(place, defaultOf(context.statement, relation, column))
          : NULL,
      alias: valueNames[at],
    })),
  })
  const given = rowRange(relation, 'given$', 0, valueNames)
  const generated = parted ? new Map<number, Expr>() : generatedOf(context.statement, relation, given)
  const whole =
    generated.size === 0
      ? source
      : core({
          targets: relation.columns.map((column, at) => ({
            expr: lowerFolded(place, generated.get(column.number) ?? columnOf(given, at)),
            alias: valueNames[at],
          })),
          from: [{ kind: 'subquery', select: select(source), alias: 'given$' }],
        })
  const rows = select(
    core({
      targets: [...relation.columns.map((_, at) => columnOf(range0, at)), ...checks.map(({ expr }) => expr)].map(
        (expr) => ({ expr: lowerFolded(place, expr), alias: undefined }),
      ),
      from: [{ kind: 'subquery', select: select(whole), alias: 'row$' }],
    }),
  )
  return {
    kind: 'copy in',
    relation,
    columns,
    format,
    rows: queryOf(place, rows),
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
