/**
 * ENABLE and FORCE ROW LEVEL SECURITY. There are no policies: whom it concerns may see no row and store none, which is left to
 * PostgreSQL, but superusers, owners and whoever bypasses it are not concerned. Manual: "Row Security Policies".
 */
import type * as Ast from '@pgsql/types'
import { refuse, rootScope } from '../bind/scope.ts'
import { update, type Work } from './alter-family.ts'
import type { StatementContext } from './context.ts'

export const setRowSecurity = ({ statement }: StatementContext, work: Work, { subtype }: Ast.AlterTableCmd): void => {
  const { kind } = work.relation
  if (kind !== 'r' && kind !== 'p') throw refuse(rootScope(statement), 'row security of what is no table')
  switch (subtype) {
    case 'AT_EnableRowSecurity':
      return update(work, { rowSecurity: true })
    case 'AT_DisableRowSecurity':
      return update(work, { rowSecurity: false })
    case 'AT_ForceRowSecurity':
      return update(work, { forcesRowSecurity: true })
    default:
      return update(work, { forcesRowSecurity: false })
  }
}
