/** VACUUM and ANALYZE. Manual: "VACUUM", "ANALYZE". */
import type * as Ast from '@pgsql/types'
import { requireRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { Possession, RelationInfo } from '../catalog/entries.ts'
import { tablesBelow } from '../catalog/inheritance.ts'
import { forgetLost } from '../catalog/possession.ts'
import type { NothingPlan } from '../plan.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { scopeOf } from './definition.ts'

/** All that they do is to see which indexes, triggers and children tables have (vac_update_relstats). */
export const planVacuum = (
  context: StatementContext,
  { is_vacuumcmd: isVacuum = false, rels = [], options = [] }: Ast.VacuumStmt,
): NothingPlan => {
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  if (isVacuum) outsideTransaction(context, 'VACUUM')
  const named = rels.flatMap((rel): RelationInfo[] => {
    const { relation, va_cols: columns = [] } = 'VacuumRelation' in rel ? rel.VacuumRelation : {}
    if (columns.length > 0) throw refuse(scope, 'columns of VACUUM')
    return relation === undefined ? [] : [requireRelation(scope, { ...relation, location: -1 })]
  })
  const all = [...catalog.contents.relations.values()].filter(({ oid }) => oid >= FIRST_USER_OID)
  const looked = rels.length === 0 ? all : named.flatMap((each) => [each, ...tablesBelow(catalog, each)])
  const analyzes = !isVacuum || options.some((option) => 'DefElem' in option && option.DefElem.defname === 'analyze')
  const lost: Possession[] = [
    ...(context.inTransaction ? [] : (['index', 'trigger'] as const)),
    ...(analyzes ? (['child'] as const) : []),
  ]
  return {
    kind: 'nothing',
    catalog: forgetLost(catalog, looked, lost),
    ...common(context, isVacuum ? 'VACUUM' : 'ANALYZE'),
  }
}
