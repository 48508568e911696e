/** TRUNCATE. Manual: "TRUNCATE"; after ExecuteTruncate (tablecmds.c). */
import type * as Ast from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { requireRelation } from '../bind/relation.ts'
import { nothingElse, refuse, type Scope } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { foreignKeys } from '../catalog/constraint.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { familyOf } from '../catalog/inheritance.ts'
import { refersTo } from '../catalog/referenced.ts'
import type { DefinitionPlan } from '../plan.ts'
import { quoteName } from '../sqlite/print.ts'
import type { StatementContext } from './context.ts'
import { definition, scopeOf } from './definition.ts'
import { requireUserRelation } from './drop.ts'

const tablesOf = (scope: Scope, range: Ast.Node): readonly RelationInfo[] => {
  if (!('RangeVar' in range)) throw refuse(scope, 'this TRUNCATE')
  const relation = requireRelation(scope, { ...range.RangeVar, location: -1 })
  if (relation.kind !== 'r' && relation.kind !== 'p') throw new PgError('42809', `"${relation.name}" is not a table`)
  requireUserRelation(scope, relation)
  const only = !(range.RangeVar.inh ?? false)
  if (only && relation.kind === 'p') throw new PgError('42809', 'cannot truncate only a partitioned table')
  return only ? [relation] : familyOf(scope.statement.catalog, relation)
}

/** Tables outside a set that refer to one in it, each with the first that it refers to. */
const referring = (
  { contents }: Catalog,
  tables: ReadonlySet<RelationInfo>,
): (readonly [table: RelationInfo, target: RelationInfo])[] =>
  [...contents.relations.values()].flatMap((table) => {
    if (tables.has(table)) return []
    const targets = foreignKeys(table).map((key) => {
      const found = [...tables].find(({ oid }) => refersTo(key, oid))
      // PostgreSQL goes by whether the table has triggers, of any kind
      if (found !== undefined && key.notEnforced)
        throw unsupported('TRUNCATE of what keys refer to that are not enforced')
      return found
    })
    const target = targets.find((each) => each !== undefined)
    return target === undefined ? [] : [[table, target] as const]
  })

export const planTruncate = (context: StatementContext, node: Ast.TruncateStmt): DefinitionPlan => {
  const { relations = [], restart_seqs: restart = false, behavior, ...rest } = node
  const scope = scopeOf(context)
  const { catalog } = scope.statement
  nothingElse(scope, 'TRUNCATE', rest)
  const tables = new Set(relations.flatMap((range) => tablesOf(scope, range)))
  for (;;) {
    const others = referring(catalog, tables)
    const [first] = others
    if (first === undefined) break
    if (behavior !== 'DROP_CASCADE')
      throw new PgError('0A000', 'cannot truncate a table referenced in a foreign key constraint', {
        detail: `Table "${first[0].name}" references "${first[1].name}".`,
        hint: `Truncate table "${first[0].name}" at the same time, or use TRUNCATE ... CASCADE.`,
      })
    for (const [table] of others) {
      scope.statement.notice('00000', `truncate cascades to table "${table.name}"`)
      tables.add(table)
    }
  }
  for (const { triggers = [] } of tables)
    if (triggers.some((trigger) => trigger.events.includes('truncate')))
      throw refuse(scope, 'TRUNCATE of a table with a trigger for it')
  const steps = [...tables].map(({ physical }) => `DELETE FROM ${quoteName(physical)}`)
  const plan = {
    ...definition(context, 'TRUNCATE TABLE', catalog, steps),
    truncated: {
      tables: [...tables].map(({ oid }) => oid),
      cascade: behavior === 'DROP_CASCADE',
      restartIdentity: restart,
    },
  }
  if (!restart) return plan
  const owned = [...catalog.contents.relations.values()].flatMap(({ oid, sequence }) =>
    [...tables].some((table) => table.oid === sequence?.ownedBy?.relation)
      ? [{ sequence: oid, value: sequence?.start ?? 1n }]
      : [],
  )
  return { ...plan, restart: owned }
}
