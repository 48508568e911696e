/** What a write compiles of the triggers of its table. */
import { columnOf } from '../bind/column.ts'
import { refuse, rootScope } from '../bind/scope.ts'
import { rowRange } from '../bind/target-range.ts'
import type { RelationInfo, TriggerInfo } from '../catalog/entries.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { SqliteQuery, TriggerPlans } from '../plan.ts'
import { core, literal, select } from '../sqlite/tree.ts'
import { newPlace, queryOf, type StatementContext } from './context.ts'
import { whenQuery } from './create-trigger.ts'
import { checksOf, generatedOf } from './write.ts'

type Event = TriggerInfo['events'][number]

/** The enabled triggers of a relation for some events, in the order in which they fire: by name. */
export const triggersFor = (relation: RelationInfo, events: readonly Event[]): TriggerInfo[] =>
  (relation.triggers ?? []).filter(
    (trigger) => trigger.enabled && trigger.events.some((event) => events.includes(event)),
  )

/** A trigger may give a row other values before it is stored. */
export const mayChangeRows = (relation: RelationInfo, events: readonly Event[]): boolean =>
  triggersFor(relation, events).some((trigger) => trigger.row && trigger.timing === 'before')

/** The values of a row with its generated columns, and what its checks say, from :v0, :v1 …. */
export const finishQuery = (context: StatementContext, relation: RelationInfo): SqliteQuery => {
  const names = relation.columns.map((_, at) => `v${at}`)
  const range = rowRange(relation, 'row$', 0, names)
  const generated = generatedOf(context.statement, relation, range)
  const checks = checksOf(context.statement, relation, range)
  if (generated.size > 0 && checks.length > 0)
    throw refuse(rootScope(context.statement), 'checks beside generated columns')
  const place = newPlace(context)
  const source = core({
    targets: names.map((name) => ({ expr: { kind: 'parameter' as const, name }, alias: name })),
  })
  const targets = [
    ...relation.columns.map((column, at) => generated.get(column.number) ?? columnOf(range, at)),
    ...checks.map(({ expr }) => expr),
  ].map((expr) => ({ expr: lowerFolded(place, expr), alias: undefined }))
  if (names.length === 0) return queryOf(place, select(core({ targets: [{ expr: literal(null), alias: undefined }] })))
  return queryOf(
    place,
    select(core({ targets, from: [{ kind: 'subquery', select: select(source), alias: range.alias }] })),
  )
}

export const triggerPlans = (
  context: StatementContext,
  relation: RelationInfo,
  events: readonly Event[],
  updated: readonly number[] = [],
): TriggerPlans => {
  const triggers = triggersFor(relation, events).map((trigger) => ({
    trigger,
    when: whenQuery(context, relation, trigger),
  }))
  const changes = events.filter((event) => event === 'insert' || event === 'update')
  return { triggers, updated, finish: mayChangeRows(relation, changes) ? finishQuery(context, relation) : undefined }
}
