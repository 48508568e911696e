/** REINDEX: SQLite keeps its indexes right by itself. Manual: "REINDEX"; after ExecReindex (indexcmds.c). */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { refuse } from '../bind/scope.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import type { NothingPlan } from '../plan.ts'
import { common, outsideTransaction, type StatementContext } from './context.ts'
import { requireIndexOf, requireSchema, scopeOf } from './definition.ts'

/** What is said of several things at once, each of which is done by itself. */
const ALONE: Readonly<Record<string, string>> = {
  REINDEX_OBJECT_SCHEMA: 'REINDEX SCHEMA',
  REINDEX_OBJECT_SYSTEM: 'REINDEX SYSTEM',
  REINDEX_OBJECT_DATABASE: 'REINDEX DATABASE',
}

/** @throws PgError 42P01, 42809, 3F000, 0A000, 25001 */
export const planReindex = (
  context: StatementContext,
  { kind = 'REINDEX_OBJECT_INDEX', relation: range, name = '', params = [] }: Ast.ReindexStmt,
): NothingPlan => {
  const scope = scopeOf(context)
  const { catalog, settings } = scope.statement
  for (const param of params)
    if ('DefElem' in param && param.DefElem.defname === 'concurrently')
      outsideTransaction(context, 'REINDEX CONCURRENTLY')
    else if ('DefElem' in param && param.DefElem.defname === 'verbose') throw refuse(scope, 'REINDEX (VERBOSE)')
  const alone = ALONE[kind]
  if (alone !== undefined) outsideTransaction(context, alone)
  switch (kind) {
    case 'REINDEX_OBJECT_INDEX': {
      requireIndexOf(scope, range?.schemaname || undefined, range?.relname ?? '')
      break
    }
    case 'REINDEX_OBJECT_TABLE': {
      if (findIndexOf(catalog, settings.searchPath, range?.schemaname || undefined, range?.relname ?? '') !== undefined)
        throw new PgError('42809', `"${range?.relname}" is not a table or materialized view`)
      const relation = requireRelation(scope, { ...(range as Ast.RangeVar), location: -1 })
      if (!['r', 'p', 'm', 't'].includes(relation.kind))
        throw new PgError('42809', `"${relation.name}" is not a table or materialized view`)
      if (
        relation.indexes.length === 0 &&
        !relation.constraints.some((each) => each.kind === 'primary' || each.kind === 'unique')
      )
        scope.statement.notice('00000', `table "${relation.name}" has no indexes to reindex`)
      break
    }
    case 'REINDEX_OBJECT_SCHEMA':
      requireSchema(catalog, name)
      break
    default:
      if (name !== '' && name !== settings.database)
        throw new PgError('0A000', 'can only reindex the currently open database')
  }
  return { kind: 'nothing', ...common(context, 'REINDEX') }
}
