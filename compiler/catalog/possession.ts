/**
 * Indexes, triggers and children of relations. pg_class goes on telling of those that were dropped until VACUUM or
 * ANALYZE has looked. Manual: "pg_class" (relhasindex, relhastriggers, relhassubclass).
 */
import type { Catalog } from './catalog.ts'
import type { Possession, RelationInfo } from './entries.ts'
import { childrenOf } from './inheritance.ts'

const known = new WeakMap<Catalog, ReadonlySet<number>>()

/** Tables that foreign keys point to: those have triggers. */
const referenced = (catalog: Catalog): ReadonlySet<number> => {
  const before = known.get(catalog)
  if (before !== undefined) return before
  const result = new Set<number>()
  for (const { constraints } of catalog.contents.relations.values())
    for (const each of constraints)
      if (each.kind === 'foreign' && !each.notEnforced)
        for (const oid of [each.target, ...(each.parts ?? []).map(({ relation }) => relation)]) result.add(oid)
  known.set(catalog, result)
  return result
}

/** Indexes have partitions too, and never forget. */
const PARTED = ['child', 'index partition'] as const

const current = (catalog: Catalog, relation: RelationInfo): Possession[] => {
  const { oid, constraints, indexes, triggers = [] } = relation
  const isIndexed = indexes.length > 0 || constraints.some(({ kind }) => kind === 'primary' || kind === 'unique')
  const isChecked = constraints.some((each) =>
    each.kind === 'foreign' ? !each.notEnforced : each.kind !== 'check' && each.deferrable,
  )
  return [
    ...(isIndexed ? (['index'] as const) : []),
    ...(triggers.length > 0 || isChecked || referenced(catalog).has(oid) ? (['trigger'] as const) : []),
    ...(childrenOf(catalog, relation).length === 0 ? [] : relation.kind === 'p' ? PARTED : (['child'] as const)),
  ]
}

/** What a relation has, or had not long ago. */
export const possessionsOf = (catalog: Catalog, relation: RelationInfo): ReadonlySet<Possession> =>
  new Set([...current(catalog, relation), ...(relation.had ?? [])])

const withHad = ({ had: _had, ...relation }: RelationInfo, had: readonly Possession[]): RelationInfo =>
  had.length === 0 ? relation : { ...relation, had }

/** The catalog after a change, knowing what relations have lost by it. */
export const rememberLost = (before: Catalog, after: Catalog): Catalog => {
  if (before.contents.relations === after.contents.relations) return after
  const changed: RelationInfo[] = []
  for (const relation of after.contents.relations.values()) {
    const old = before.contents.relations.get(relation.oid)
    if (old === undefined) continue
    const has = current(after, relation)
    const lost = [...possessionsOf(before, old)].filter((each) => !has.includes(each))
    if (lost.join() !== (relation.had ?? []).join()) changed.push(withHad(relation, lost))
  }
  return changed.reduce((catalog, relation) => catalog.withRelation(relation), after)
}

/** The catalog when some relations have been looked at. */
export const forgetLost = (catalog: Catalog, looked: readonly RelationInfo[], lost: readonly Possession[]): Catalog => {
  let result = catalog
  for (const relation of looked) {
    const kept = relation.had?.filter((each) => !lost.includes(each))
    if (kept?.length !== relation.had?.length) result = result.withRelation(withHad(relation, kept ?? []))
  }
  return result
}
