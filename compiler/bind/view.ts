/** Views: a view in FROM is the query that it was made of. */
import type { SelectStmt } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { ownerOf } from '../catalog/privilege.ts'
import { outputColumns, type Query, sameTypes } from '../tree/query.ts'
import type { Environment } from '../types/environment.ts'
import { childScope, refuse, rootScope, type Scope } from './scope.ts'
import { bindSelect } from './select.ts'
import { ownStatement, storedStatement } from './statement.ts'

/** Whether the rights of whoever uses a view count, not those of its owner. */
const isInvokers = ({ options = [] }: RelationInfo): boolean =>
  options.some((option) => /^security_invoker=(true|on|yes|1)$/i.test(option))

/** @param written the tree is to be shown */
export const viewQuery = (scope: Scope, view: RelationInfo, written = false): Query => {
  if (view.query === undefined || !('SelectStmt' in view.query)) throw refuse(scope, `the view "${view.name}"`)
  const { statement } = scope
  const own = rootScope({
    ...storedStatement(statement),
    checkAs: isInvokers(view) ? statement.checkAs : ownerOf(view),
    settings: { ...statement.settings, searchPath: view.searchPath ?? statement.settings.searchPath },
    written,
  })
  const inner = { ...childScope(own), depth: scope.depth + 1 }
  let query: Query
  try {
    query = bindSelect(inner, view.query.SelectStmt as SelectStmt)
  } catch (error) {
    if (!(error instanceof PgError) || error.code === '0A000') throw error
    throw refuse(scope, `the view "${view.name}", whose tables have changed,`)
  }
  // A view means the tables as they were when it was made; what a star stands for may have changed since.
  const outputs = outputColumns(query)
  if (!sameTypes(outputs, view.columns)) throw refuse(scope, `the view "${view.name}", whose tables have changed,`)
  return query
}

/** The query of a view by itself, as it was written. @throws PgError 0A000 */
export const writtenQuery = (env: Environment, view: RelationInfo): Query =>
  viewQuery(rootScope(ownStatement(env)), view, true)
