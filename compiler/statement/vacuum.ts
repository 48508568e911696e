/** VACUUM and ANALYZE. Manual: "VACUUM", "ANALYZE". */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { FIRST_USER_OID } from '../catalog/catalog.ts'
import type { Possession, RelationInfo } from '../catalog/entries.ts'
import { tablesBelow } from '../catalog/inheritance.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import { forgetLost } from '../catalog/possession.ts'
import type { NothingPlan } from '../plan.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { scopeOf } from './definition.ts'
import { stringOf } from './function-options.ts'

/** @throws PgError 42703, 42701 */
const requireColumns = ({ name, columns }: RelationInfo, wanted: readonly string[]): void => {
  for (const [at, each] of wanted.entries()) {
    if (!columns.some((column) => column.name === each))
      throw new PgError('42703', `column "${each}" of relation "${name}" does not exist`)
    if (wanted.indexOf(each) < at)
      throw new PgError('42701', `column "${each}" of relation "${name}" appears more than once`)
  }
}

/** All that they do is to see which indexes, triggers and children tables have (vac_update_relstats). */
export const planVacuum = (
  context: StatementContext,
  { is_vacuumcmd: isVacuum = false, rels = [], options = [] }: Ast.VacuumStmt,
): NothingPlan => {
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  const { searchPath } = settings
  const analyzes = !isVacuum || options.some((option) => 'DefElem' in option && option.DefElem.defname === 'analyze')
  const isListed = rels.some((rel) => 'VacuumRelation' in rel && (rel.VacuumRelation.va_cols ?? []).length > 0)
  if (isListed && !analyzes)
    throw new PgError('0A000', 'ANALYZE option must be specified when a column list is provided')
  if (isVacuum) outsideTransaction(context, 'VACUUM')
  const named = rels.flatMap((rel): RelationInfo[] => {
    const { relation, va_cols: columns = [] } = 'VacuumRelation' in rel ? rel.VacuumRelation : {}
    if (relation === undefined) return []
    const isIndex = findIndexOf(catalog, searchPath, relation.schemaname, relation.relname ?? '') !== undefined
    const found = isIndex ? undefined : requireRelation(scope, { ...relation, location: -1 })
    if (found === undefined || !['r', 'p', 'm'].includes(found.kind)) {
      const verb = isVacuum ? 'vacuum' : 'analyze'
      const message = `skipping "${relation.relname}" --- cannot ${verb} non-tables or special system tables`
      context.notices.push({ severity: 'WARNING', code: '01000', message })
      return []
    }
    requireColumns(found, columns.map(stringOf))
    return [found]
  })
  const all = [...catalog.contents.relations.values()].filter(({ oid }) => oid >= FIRST_USER_OID)
  const looked = rels.length === 0 ? all : named.flatMap((each) => [each, ...tablesBelow(catalog, each)])
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
