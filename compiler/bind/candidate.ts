/**
 * Choosing among functions or operators of one name. Manual, "Operator Type Resolution" and "Function Type Resolution";
 * after func_match_argtypes and func_select_candidate.
 */
import type { Catalog } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import { canCoerce } from './coerce.ts'
import { resolvePolymorphic } from './polymorphic.ts'

export interface Candidate {
  readonly args: readonly number[]
}

/** Whether arguments of these types could be passed. */
export const accepts = (catalog: Catalog, declared: readonly number[], actual: readonly number[]): boolean => {
  for (const [at, type] of actual.entries()) if (!canCoerce(catalog, type, declared[at] ?? 0, 'implicit')) return false
  // What the arguments leave open is an error of the call, not a reason to look elsewhere.
  const used = declared.slice(0, actual.length)
  return resolvePolymorphic(catalog, used, actual, OID.any, true) !== undefined
}

const best = <C extends Candidate>(candidates: readonly C[], score: (candidate: C) => number): C[] => {
  const scores = candidates.map(score)
  const top = Math.max(...scores)
  return candidates.filter((_, at) => scores[at] === top)
}

/** The one candidate that fits better than all others, or none. */
export const selectCandidate = <C extends Candidate>(
  catalog: Catalog,
  actual: readonly number[],
  all: readonly C[],
): C | undefined => {
  const types = actual.map((type) => (type === OID.unknown ? type : catalog.baseType(type)))
  const unknowns = types.filter((type) => type === OID.unknown).length
  const exact = ({ args }: Candidate): number =>
    types.filter((type, at) => type !== OID.unknown && args[at] === type).length
  let candidates = best(all, exact)
  if (candidates.length === 1) return candidates[0]

  const isPreferred = (type: number, category: string): boolean => {
    const info = catalog.type(type)
    return info.category === category && info.preferred
  }
  candidates = best(
    candidates,
    ({ args }) =>
      types.filter(
        (type, at) =>
          type !== OID.unknown && (args[at] === type || isPreferred(args[at] ?? 0, catalog.type(type).category)),
      ).length,
  )
  if (candidates.length === 1) return candidates[0]
  if (unknowns === 0) return undefined

  // Unknown literals: a category that all agree on, strings first.
  const categories: (string | undefined)[] = []
  const preferredSlots: boolean[] = []
  let resolved = true
  for (const [at, type] of types.entries()) {
    if (type !== OID.unknown) continue
    let category: string | undefined
    let hasPreferred = false
    let conflict = false
    for (const { args } of candidates) {
      const info = catalog.type(args[at] ?? 0)
      if (category === undefined) {
        category = info.category
        hasPreferred = info.preferred
      } else if (info.category === category) hasPreferred ||= info.preferred
      else if (info.category === 'S') {
        category = 'S'
        hasPreferred = info.preferred
      } else if (category !== 'S') conflict = true
    }
    if (conflict && category !== 'S') {
      resolved = false
      break
    }
    categories[at] = category
    preferredSlots[at] = hasPreferred
  }
  if (resolved) {
    const kept = candidates.filter(({ args }) =>
      types.every((type, at) => {
        if (type !== OID.unknown) return true
        const info = catalog.type(args[at] ?? 0)
        return info.category === categories[at] && (!preferredSlots[at] || info.preferred)
      }),
    )
    if (kept.length > 0) candidates = kept
    if (candidates.length === 1) return candidates[0]
  }
  if (unknowns < types.length) {
    const known = new Set(types.filter((type) => type !== OID.unknown))
    if (known.size === 1) {
      const [type = 0] = known
      const assumed = types.map(() => type)
      const fitting = candidates.filter(({ args }) => accepts(catalog, args, assumed))
      if (fitting.length === 1) return fitting[0]
    }
  }
  return undefined
}
