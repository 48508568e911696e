/** Whether relations can be written to: pg_relation_is_updatable() and pg_column_is_updatable(). After rewriteHandler.c. */
import { rootScope } from '../bind/scope.ts'
import { ownStatement } from '../bind/statement.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import type { Environment } from '../types/environment.ts'
import { type Below, openView } from './write-target.ts'

const opened = new WeakMap<Catalog, Map<RelationInfo, string | Below>>()

/** The same, remembered: it is asked for every column of every view. */
const openedView = (env: Environment, view: RelationInfo): string | Below => {
  const known = opened.get(env.catalog) ?? new Map<RelationInfo, string | Below>()
  opened.set(env.catalog, known)
  const found = known.get(view) ?? openView(rootScope(ownStatement(env)), view)
  known.set(view, found)
  return found
}

/** The bits of pg_relation_is_updatable() (1 << CMD_UPDATE, CMD_INSERT and CMD_DELETE). */
const EVENTS = { update: 4, insert: 8, delete: 16 } as const
const ALL_EVENTS = EVENTS.update | EVENTS.insert | EVENTS.delete

/** What must be possible for a column to count as updatable. */
export const COLUMN_EVENTS = EVENTS.update | EVENTS.delete

/**
 * What can be done to a relation, as bits (relation_is_updatable).
 * @param withTriggers INSTEAD OF triggers count
 * @param columns only what can be done to one of these, by index
 */
export const updatability = (
  env: Environment,
  relation: RelationInfo,
  withTriggers: boolean,
  columns?: readonly number[],
): number => {
  if (relation.kind === 'r' || relation.kind === 'p') return ALL_EVENTS
  // A rule makes an UPDATE of it do nothing.
  if (relation.physical === 'pg_catalog.pg_settings') return EVENTS.update
  // Those of PostgreSQL's own whose queries are not known count what others have, in groups and joins.
  if (relation.kind !== 'v' || relation.query === undefined) return 0
  const instead = (relation.triggers ?? []).filter(({ timing }) => timing === 'instead')
  const byTriggers = withTriggers
    ? instead
        .flatMap(({ events }) => events)
        .reduce((bits, event) => bits | (event === 'truncate' ? 0 : EVENTS[event]), 0)
    : 0
  if (byTriggers === ALL_EVENTS) return byTriggers
  const below = openedView(env, relation)
  if (typeof below === 'string') return byTriggers
  const updatable = below.columns.flatMap((each, at) =>
    'below' in each && (columns === undefined || columns.includes(at)) ? [each.below] : [],
  )
  const own = updatable.length === 0 ? EVENTS.delete : ALL_EVENTS
  return byTriggers | (own & updatability(env, below.relation, withTriggers, updatable))
}
