/** COPY FROM STDIN. Manual: "COPY". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { columnOf } from '../bind/column.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt, nothingElse, refuse } from '../bind/scope.ts'
import { rowRange } from '../bind/target-range.ts'
import { tablesBelow } from '../catalog/inheritance.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { CopyFormat, CopyInPlan } from '../plan.ts'
import { core, select } from '../sqlite/tree.ts'
import { common, newPlace, queryOf, type StatementContext } from './context.ts'
import { scopeOf } from './definition.ts'
import { memberPlan, statementTriggers, triggerPlans, withInheritedTriggers } from './trigger-plans.ts'
import { checksOf, defaultOf, requireTable } from './write.ts'

const optionText = (node: Ast.Node | undefined): string | undefined => {
  if (node === undefined) return undefined
  if ('String' in node) return node.String.sval ?? ''
  if ('Boolean' in node) return String(node.Boolean.boolval ?? false)
  if ('Integer' in node) return String(node.Integer.ival ?? 0)
  return undefined
}

export const planCopy = (context: StatementContext, node: Ast.CopyStmt): CopyInPlan => {
  const {
    relation: range,
    query,
    attlist = [],
    is_from: isFrom = false,
    is_program: program,
    filename,
    options = [],
    whereClause,
    ...rest
  } = node
  const scope = scopeOf(context)
  nothingElse(scope, 'COPY', rest)
  if (!isFrom || query !== undefined || program || (filename ?? '') !== '' || whereClause !== undefined)
    throw refuse(scope, isFrom ? 'this COPY' : 'COPY TO')
  const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
  if (relation.kind === 'v') throw refuse(scope, 'COPY to a view')
  requireTable(scope, relation, 'COPY to')
  const given = new Map<string, string | undefined>()
  for (const option of options) {
    if (!('DefElem' in option)) continue
    const { defname = '', arg, location } = option.DefElem
    if (given.has(defname)) throw errorAt(scope, location, '42601', 'conflicting or redundant options')
    if (!['format', 'delimiter', 'null', 'header', 'quote', 'escape', 'freeze'].includes(defname))
      throw refuse(scope, `${defname} of COPY`, location)
    if (defname === 'freeze') throw refuse(scope, 'FREEZE of COPY', location)
    given.set(defname, arg === undefined ? 'true' : optionText(arg))
  }
  const kind = given.get('format') ?? 'text'
  if (kind !== 'text' && kind !== 'csv') throw refuse(scope, `COPY in format ${kind}`)
  const csv = kind === 'csv'
  if (!csv && (given.has('quote') || given.has('escape'))) throw refuse(scope, 'quotes in COPY text')
  const format: CopyFormat = {
    kind,
    delimiter: given.get('delimiter') ?? (csv ? ',' : '\t'),
    null: given.get('null') ?? (csv ? '' : '\\N'),
    header: given.get('header') === 'true' || given.get('header') === 'on',
    quote: given.get('quote') ?? '"',
    escape: given.get('escape') ?? given.get('quote') ?? '"',
  }
  if (format.delimiter.length !== 1) throw new PgError('0A000', 'COPY delimiter must be a single one-byte character')
  const names = attlist.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  const columns =
    names.length === 0
      ? relation.columns.map((_, at) => at).filter((at) => relation.columns[at]?.generated === undefined)
      : names.map((name, at) => {
          const found = relation.columns.findIndex((column) => column.name === name)
          if (found < 0) throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
          if (names.indexOf(name) < at) throw new PgError('42701', `column "${name}" specified more than once`)
          return found
        })
  if (relation.columns.some((column) => column.generated !== undefined))
    throw refuse(scope, 'COPY to a table with generated columns')
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
        : lowerFolded(place, defaultOf(context.statement, relation, column)),
      alias: valueNames[at],
    })),
  })
  const rows = select(
    core({
      targets: [...relation.columns.map((_, at) => columnOf(range0, at)), ...checks.map(({ expr }) => expr)].map(
        (expr) => ({ expr: lowerFolded(place, expr), alias: undefined }),
      ),
      from: [{ kind: 'subquery', select: select(source), alias: 'row$' }],
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
