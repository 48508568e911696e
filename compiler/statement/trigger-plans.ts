/** What a write compiles of the triggers of its table. */
import { rowRange } from '../bind/target-range.ts'
import { enforcedChecks } from '../catalog/constraint.ts'
import type { RelationInfo, TriggerInfo } from '../catalog/entries.ts'
import { partitionedParent, sameColumns } from '../catalog/inheritance.ts'
import { lowerFolded } from '../lower/expression.ts'
import type { MemberPlan, SqliteQuery, TriggerPlans } from '../plan.ts'
import { core, literal, select } from '../sqlite/tree.ts'
import { newPlace, queryOf, type StatementContext } from './context.ts'
import { whenQuery } from './trigger-when.ts'
import { checksOf, generatedOf, storedColumns, withGenerated } from './write.ts'

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
  const given = rowRange(relation, 'given$', 0, names)
  const range = rowRange(relation, 'row$', 0, names)
  const generated = generatedOf(context.statement, relation, given)
  const checks = checksOf(context.statement, relation, range)
  const place = newPlace(context)
  const source = core({
    targets: names.map((name) => ({ expr: { kind: 'parameter' as const, name }, alias: name })),
  })
  const targets = [...storedColumns(relation, range), ...checks.map(({ expr }) => expr)].map((expr) => ({
    expr: lowerFolded(place, expr),
    alias: undefined,
  }))
  if (names.length === 0) return queryOf(place, select(core({ targets: [{ expr: literal(null), alias: undefined }] })))
  return queryOf(
    place,
    select(core({ targets, from: [{ kind: 'table', name: range.alias, alias: range.alias }] }), {
      with: [
        { name: given.alias, columns: names, materialized: true, select: select(source) },
        {
          name: range.alias,
          columns: names,
          materialized: true,
          select: withGenerated(place, relation, given, generated),
        },
      ],
    }),
  )
}

/** The row triggers of a table: its own, and those of what it is a partition of. */
const rowTriggers = (context: StatementContext, relation: RelationInfo): TriggerInfo[] => {
  const parent = partitionedParent(context.statement.catalog, relation)
  const inherited =
    parent === undefined
      ? []
      : rowTriggers(context, parent).map((trigger) => ({
          ...trigger,
          columns: sameColumns(parent, relation, trigger.columns),
        }))
  return [...(relation.triggers ?? []).filter(({ row }) => row), ...inherited].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )
}

/** A partition with the row triggers of the tables above it. */
export const withInheritedTriggers = (context: StatementContext, relation: RelationInfo): RelationInfo =>
  relation.bound === undefined
    ? relation
    : {
        ...relation,
        triggers: [...(relation.triggers ?? []).filter(({ row }) => !row), ...rowTriggers(context, relation)],
      }

/** One table of a family: its own checks and row triggers. @param updated columns of the named table that are set */
export const memberPlan = (
  context: StatementContext,
  named: RelationInfo,
  member: RelationInfo,
  events: readonly Event[],
  updated: readonly number[],
): MemberPlan => {
  const relation = { ...member, triggers: rowTriggers(context, member) }
  const plans = triggerPlans(context, relation, events, sameColumns(named, relation, updated))
  const checks = enforcedChecks(relation)
    .map(({ name }) => name)
    .toSorted((a, b) => (a < b ? -1 : 1))
  const generated = relation.columns.some((column) => column.generated !== undefined)
  const finish = checks.length > 0 || generated ? finishQuery(context, relation) : plans.finish
  return { relation: member, checks, triggers: { ...plans, finish } }
}

/** Triggers of the statement, for a write whose rows are in other tables. */
export const statementTriggers = ({ triggers, updated }: TriggerPlans): TriggerPlans => ({
  triggers: triggers.filter(({ trigger }) => !trigger.row),
  updated,
  finish: undefined,
})

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
