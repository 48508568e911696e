/** What a session cannot change while it reads it. After CheckTableNotInUse() in tablecmds.c. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import type { DefinitionPlan } from '../../compiler/plan.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import type { Cursors } from './cursors.ts'
import type { Deferral } from './deferral.ts'

/** Whether a foreign key to a relation is there no longer. */
const losesReference = (before: Catalog, after: Catalog, { oid }: RelationInfo): boolean => {
  const references = ({ contents }: Catalog): number =>
    [...contents.relations.values()].flatMap(({ constraints }) =>
      constraints.filter((constraint) => constraint.kind === 'foreign' && constraint.target === oid),
    ).length
  return references(after) < references(before)
}

/** The command that a relation is not safe from; undefined where a definition leaves it alone. */
const commandOn = (plan: DefinitionPlan, before: Catalog, relation: RelationInfo): string | undefined => {
  const { catalog: after, truncated, fill, altered, tag } = plan
  const now = after.findRelation(relation.oid)
  if (truncated?.tables.includes(relation.oid)) return 'TRUNCATE'
  if (now === undefined) return 'DROP TABLE'
  if (fill?.refresh !== undefined && fill.relation.oid === relation.oid) return fill.command
  if (altered !== undefined) {
    // attaching and detaching are about the whole only
    const isChanged = now !== relation && now.bound === relation.bound
    if (altered === relation.oid || isChanged || losesReference(before, after, relation)) return 'ALTER TABLE'
  }
  // what is read may be the index that goes
  if (tag === 'DROP INDEX' && now !== relation) throw unsupported(`${tag} of "${relation.name}", which is being read,`)
  return tag === 'CREATE INDEX' && now !== relation ? tag : undefined
}

/**
 * @param before what the definition changes
 * @throws PgError 55006, or 0A000 where what it concerns waits to be checked
 */
export const requireUnused = (plan: DefinitionPlan, before: Catalog, cursors: Cursors, deferral: Deferral): void => {
  for (const oid of cursors.reads) {
    const relation = before.findRelation(oid)
    const command = relation && commandOn(plan, before, relation)
    if (command === undefined) continue
    throw new PgError(
      '55006',
      `cannot ${command} "${relation?.name}" because it is being used by active queries in this session`,
    )
  }
  deferral.requireUntouched(plan, before)
}
