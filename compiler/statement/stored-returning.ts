/** RETURNING of rows whose values are known only when they have been stored. */
import type * as Ast from '@pgsql/types'
import { addRange } from '../bind/from.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { rowRange } from '../bind/target-range.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { lowerFolded } from '../lower/expression.ts'
import { column, core, type From, infix, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry } from '../tree/query.ts'
import { some } from '../tree/walk.ts'
import { newPlace, queryOf, type StatementContext } from './context.ts'
import { bindReturning, withXmax } from './returning.ts'
import { namedItem, type WriteOperation, type WriteTarget } from './write-target.ts'

/** The row as it was, given as :o0 …; all of it is NULL, and :present too, when there was none. */
const before = (relation: RelationInfo): { readonly range: RangeEntry; readonly from: From } => {
  const names = relation.columns.map((_, at) => `o${at}`)
  const targets = [...names, 'present'].map((name) => ({ expr: { kind: 'parameter', name } as const, alias: name }))
  const range = rowRange(relation, 'old$row', 0, names)
  return {
    range: { ...range, nullable: true, source: { kind: 'row', names, rowType: relation.rowType, present: 'present' } },
    from: { kind: 'subquery', select: select(core({ targets })), alias: range.alias },
  }
}

/** What is NULL where there was no row before. */
const presenceOf = (old: RangeEntry): Expr => {
  const columns = [{ name: 'present', type: OID.int4, typmod: -1 }]
  const range: RangeEntry = { ...old, columns, nullable: false, source: { kind: 'row', names: ['present'] } }
  return { kind: 'column', range, index: 0, type: OID.int4, typmod: -1 }
}

/**
 * RETURNING over the row as it is stored, for rows that ON CONFLICT or triggers have changed.
 * @param operation what has been done to it; an upsert has inserted or updated it
 */
export const storedReturning = (
  context: StatementContext,
  goal: WriteTarget,
  target: Ast.RangeVar | undefined,
  clause: Ast.ReturningClause | undefined,
  operation: 'insert' | 'update' | 'upsert',
) => {
  if (clause === undefined) return undefined
  const scope = rootScope(context.statement)
  const relation = goal.table
  const columns = relation.columns.map(({ name, type, typmod }) => ({ name, type, typmod }))
  const name = target?.alias?.aliasname ?? goal.named.name
  const { range } = addRange(scope, name, columns, { kind: 'table', relation })
  const old = before(relation)
  const item = namedItem(goal, range, target?.alias?.aliasname)
  scope.items = [
    operation === 'update' ? item : withXmax(item, operation === 'upsert' ? presenceOf(old.range) : undefined),
  ]
  const returning = bindReturning(scope, clause, goal, {
    old: operation === 'insert' ? undefined : old.range,
    new: range,
  })
  const place = newPlace(context)
  const targets = (returning?.exprs ?? []).map((expr) => {
    if (some(expr, (it) => it.kind === 'scalar' || it.kind === 'exists'))
      throw refuse(scope, 'a subquery in RETURNING over a stored row')
    return { expr: lowerFolded(place, expr), alias: undefined }
  })
  return queryOf(
    place,
    select(
      core({
        targets,
        from: [
          { kind: 'table', name: relation.physical, alias: range.alias },
          ...(operation === 'insert' ? [] : [old.from]),
        ],
        where: infix('=', column(range.alias, 'rowid'), { kind: 'parameter', name: 'rowid' }),
      }),
    ),
  )
}

/** RETURNING over the rows that INSTEAD OF triggers give: new values as :v0 …, old ones as :o0 …. */
export const insteadReturning = (
  context: StatementContext,
  goal: WriteTarget,
  target: Ast.RangeVar | undefined,
  clause: Ast.ReturningClause | undefined,
  operation: WriteOperation,
) => {
  if (clause === undefined) return undefined
  const scope = rootScope(context.statement)
  const rows = (prefix: string): RangeEntry =>
    rowRange(
      goal.table,
      prefix,
      0,
      goal.table.columns.map((_, at) => `${prefix}${at}`),
    )
  const [old, fresh] = [rows('o'), rows('v')]
  scope.items = [namedItem(goal, operation === 'delete' ? old : fresh, target?.alias?.aliasname)]
  const place = newPlace(context)
  const substitute = (expr: Expr) =>
    expr.kind === 'column' && (expr.range === old || expr.range === fresh)
      ? ({ kind: 'parameter', name: `${expr.range.alias}${expr.index}` } as const)
      : undefined
  const returning = bindReturning(scope, clause, goal, {
    old: operation === 'insert' ? undefined : old,
    new: operation === 'delete' ? undefined : fresh,
  })
  const targets = (returning?.exprs ?? []).map((expr) => ({
    expr: lowerFolded({ ...place, substitute }, expr),
    alias: undefined,
  }))
  return queryOf(place, select(core({ targets })))
}
