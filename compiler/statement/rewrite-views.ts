/**
 * Views when something that they read gets another name. PostgreSQL keeps their trees, in which names do not occur; here
 * their queries are written anew.
 */
import { unsupported } from '../../wire/protocol/error.ts'
import { writtenQuery } from '../bind/view.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { storedText } from '../deparse/query.ts'
import { parse } from '../parse.ts'
import { CLASSES } from '../system/comments.ts'
import { mentionedIn, type Reference } from '../system/reference.ts'
import type { Environment } from '../types/environment.ts'

/** The views that read a relation themselves. */
export const viewsOf = (catalog: Catalog, { oid }: RelationInfo): RelationInfo[] =>
  [...catalog.contents.relations.values()].filter(({ dependsOn }) => dependsOn?.includes(oid))

/** The views that mention a column. @throws PgError 0A000 where that is not known */
export const viewsMentioning = (env: Environment, relation: RelationInfo, column: number): RelationInfo[] => {
  const isColumn = ({ catalog, object, part }: Reference): boolean =>
    catalog === CLASSES.pg_class && object === relation.oid && part === column
  return viewsOf(env.catalog, relation).filter((view) =>
    mentionedIn(env.catalog, [], [writtenQuery(env, view)]).some(isColumn),
  )
}

/**
 * The query of a view as it was understood, all names with their schemas.
 * @param env with the catalog before a change of names
 * @param after the catalog with it
 * @throws PgError 0A000 for one that cannot be written
 */
export const rewrittenQuery = (
  env: Environment,
  after: Catalog,
  view: RelationInfo,
): NonNullable<RelationInfo['query']> => {
  const qualified: Environment = { ...env, catalog: after, settings: { ...env.settings, searchPath: [] } }
  const text = storedText(
    qualified,
    writtenQuery(env, view),
    view.columns.map(({ name }) => name),
  )
  const [parsed] = parse(text)
  if (parsed?.tag !== 'SelectStmt') throw unsupported(`the view "${view.name}" once more`)
  return { SelectStmt: parsed.node } as NonNullable<RelationInfo['query']>
}

/**
 * The views of a relation with queries that mean the same after a change of names, and of a star what it has meant.
 * @param env with the catalog before the change
 * @param after the catalog with it
 * @throws PgError 0A000 for a view whose query cannot be written
 */
export const rewriteViews = (env: Environment, after: Catalog, relation: RelationInfo): Catalog => {
  return viewsOf(env.catalog, relation).reduce((catalog, view) => {
    const rewritten: RelationInfo = {
      ...(catalog.findRelation(view.oid) ?? view),
      query: rewrittenQuery(env, after, view),
      searchPath: ['pg_catalog'],
    }
    const next = catalog.withRelation(rewritten)
    writtenQuery({ ...env, catalog: next }, rewritten)
    return next
  }, after)
}
