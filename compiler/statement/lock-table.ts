/** LOCK TABLE. Manual: "LOCK"; after lockcmds.c. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { requireLockable } from '../bind/permission.ts'
import { requireRelation } from '../bind/relation.ts'
import { errorAt } from '../bind/scope.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { findIndexOf } from '../catalog/named-index.ts'
import type { NothingPlan } from '../plan.ts'
import { common, type StatementContext } from './context.ts'
import { scopeOf } from './definition.ts'

/** Modes that let others change rows: ACCESS SHARE and ROW SHARE. */
const STRONGEST_SHARED = 2

const UNSUPPORTED: Readonly<Partial<Record<RelationInfo['kind'], string>>> = {
  S: 'sequences',
  m: 'materialized views',
  c: 'composite types',
}

/** @throws PgError 25P01, 42P01, 42809 */
export const planLockTable = (
  context: StatementContext,
  { relations = [], mode = 0, nowait }: Ast.LockStmt,
): NothingPlan => {
  const scope = scopeOf(context)
  if (!context.inTransaction && context.statement.variables === undefined)
    throw new PgError('25P01', 'LOCK TABLE can only be used in transaction blocks')
  let first: RelationInfo | undefined
  for (const node of relations) {
    const named = 'RangeVar' in node ? node.RangeVar : {}
    const wrong = (kinds: string): PgError =>
      errorAt(scope, undefined, '42809', `cannot lock relation "${named.relname}"`, {
        detail: `This operation is not supported for ${kinds}.`,
      })
    const { catalog, settings } = scope.statement
    if (findIndexOf(catalog, settings.searchPath, named.schemaname, named.relname ?? '')) throw wrong('indexes')
    const relation = requireRelation(scope, { ...named, location: -1 })
    const kinds = UNSUPPORTED[relation.kind]
    if (kinds !== undefined) throw wrong(kinds)
    requireLockable(scope, relation)
    first ??= relation
  }
  return {
    kind: 'nothing',
    ...(mode > STRONGEST_SHARED ? { lock: { relation: first?.name ?? '', waits: nowait !== true } } : {}),
    ...common(context, 'LOCK TABLE'),
  }
}
