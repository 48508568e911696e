/** The condition of a trigger, over the rows that it is fired for. */
import type * as Ast from '@pgsql/types'
import { coerceToBoolean } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { rootScope, type Scope, type Statement } from '../bind/scope.ts'
import { storedStatement } from '../bind/statement.ts'
import { addItem, rowRange } from '../bind/target-range.ts'
import type { RelationInfo, TriggerInfo } from '../catalog/entries.ts'
import { lowerFolded } from '../lower/expression.ts'
import { generationOf } from '../lower/virtual-column.ts'
import type { SqliteQuery } from '../plan.ts'
import { core, select } from '../sqlite/tree.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry } from '../tree/query.ts'
import { newPlace, queryOf, type StatementContext } from './context.ts'

/** @throws PgError where it is no condition over the old and the new row */
export const bindWhen = (
  statement: Statement,
  relation: RelationInfo,
  when: Ast.Node,
  row: boolean,
): { readonly scope: Scope; readonly bound: Expr; readonly old: RangeEntry; readonly fresh: RangeEntry } => {
  const scope = rootScope(statement, { clause: 'trigger when' })
  const names = (which: string): string[] => relation.columns.map((_, at) => `${which}${at}`)
  const [old, fresh] = [
    rowRange(relation, 'old$when', 0, names('o')),
    rowRange(relation, 'new$when', 0, names('n')),
  ] as const
  if (row) {
    addItem(scope, old, 'old', { columnsVisible: false })
    addItem(scope, fresh, 'new', { columnsVisible: false })
  }
  return { scope, bound: coerceToBoolean(statement, bindExpression(scope, when), 'WHEN'), old, fresh }
}

/** It as a query of one value. */
export const whenQuery = (
  context: StatementContext,
  relation: RelationInfo,
  { when, row }: TriggerInfo,
): SqliteQuery | undefined => {
  if (when === undefined) return undefined
  const { bound, old, fresh } = bindWhen(storedStatement(context.statement), relation, when, row)
  const place = newPlace(context)
  const substitute = (expr: Expr) =>
    expr.kind === 'column' &&
    (expr.range === old || expr.range === fresh) &&
    generationOf(place.env, expr.range, expr.index) === undefined
      ? ({ kind: 'parameter', name: `${expr.range === old ? 'o' : 'n'}${expr.index}` } as const)
      : undefined
  return queryOf(
    place,
    select(core({ targets: [{ expr: lowerFolded({ ...place, substitute }, bound), alias: undefined }] })),
  )
}
