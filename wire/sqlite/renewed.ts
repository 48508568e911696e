/** Tables whose rows are all the transaction's own: it has created or truncated them. COPY FREEZE wants one. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { CopyInPlan, DefinitionPlan } from '../../compiler/plan.ts'
import { PgError } from '../protocol/error.ts'

/** By oid: how many savepoints there were. */
export type Renewed = ReadonlyMap<number, number>

export const NONE_RENEWED: Renewed = new Map()

/** What has been renewed once a definition is executed. @param depth how many savepoints there are */
export const renewedBy = (known: Renewed, before: Catalog, plan: DefinitionPlan, depth: number): Renewed => {
  const created = [...plan.catalog.contents.relations.keys()].filter((oid) => !before.contents.relations.has(oid))
  const oids = [...created, ...(plan.truncated?.tables ?? [])]
  return oids.length === 0 ? known : new Map([...known, ...oids.map((oid) => [oid, depth] as const)])
}

/** @throws PgError 55000, 0A000 (CopyFrom) */
export const requireFreezable = ({ relation, format, members }: CopyInPlan, known: Renewed, depth: number): void => {
  if (!format.freeze) return
  if (members !== undefined) throw new PgError('0A000', 'cannot perform COPY FREEZE on a partitioned table')
  if ((known.get(relation.oid) ?? -1) < depth)
    throw new PgError(
      '55000',
      'cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction',
    )
}
