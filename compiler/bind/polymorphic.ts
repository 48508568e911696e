/** Polymorphic types: what they stand for in a call. Manual: "Polymorphic Types"; after enforce_generic_type_consistency. */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'

const SIMPLE: ReadonlySet<number> = new Set([
  OID.anyelement,
  OID.anyarray,
  OID.anynonarray,
  OID.anyenum,
  OID.anyrange,
  OID.anymultirange,
])
const COMPATIBLE: ReadonlySet<number> = new Set([
  OID.anycompatible,
  OID.anycompatiblearray,
  OID.anycompatiblenonarray,
  OID.anycompatiblerange,
  OID.anycompatiblemultirange,
])

export const isPolymorphic = (type: number): boolean => SIMPLE.has(type) || COMPATIBLE.has(type)

export interface Resolution {
  /** The declared types with the polymorphic ones replaced. */
  readonly args: readonly number[]
  readonly result: number
}

/** Picks the common one of types as select_common_type does, or 0. */
const common = (catalog: Catalog, types: readonly number[]): number => {
  let chosen = OID.unknown as number
  for (const type of types.map((it) => catalog.baseType(it))) {
    if (type === OID.unknown || type === chosen) continue
    if (chosen === OID.unknown) chosen = type
    else {
      const [mine, other] = [catalog.type(chosen), catalog.type(type)]
      if (mine.category !== other.category) return 0
      const implicit = (from: number, to: number): boolean => catalog.cast(from, to)?.context === 'i'
      if (!mine.preferred && implicit(chosen, type) && !implicit(type, chosen)) chosen = type
    }
  }
  return chosen
}

const arrayTypeOf = (catalog: Catalog, element: number): number => {
  const { array } = catalog.type(element)
  if (array === 0) throw new PgError('42704', `could not find array type for data type ${formatType(catalog, element)}`)
  return array
}

/**
 * Replaces polymorphic types by what the actual arguments say.
 * @param actual the arguments' types; unknown literals are `unknown`
 * @param lenient arguments that say nothing are let through, as for judging a candidate
 * @returns undefined when the arguments contradict each other
 * @throws PgError 42804 when they say nothing
 */
export const resolvePolymorphic = (
  catalog: Catalog,
  declared: readonly number[],
  actual: readonly number[],
  result: number,
  lenient = false,
): Resolution | undefined => {
  if (!declared.some(isPolymorphic) && !isPolymorphic(result)) return { args: declared, result }
  let element = 0
  let range = 0
  let multirange = 0
  let sawElement = false
  const compatible: number[] = []
  let compatibleRange = 0
  for (const [at, type] of declared.entries()) {
    const given = actual[at] ?? OID.unknown
    if (SIMPLE.has(type)) sawElement = true
    if (given === OID.unknown || !isPolymorphic(type)) {
      if (COMPATIBLE.has(type) && given === OID.unknown) compatible.push(OID.unknown)
      continue
    }
    const base = catalog.baseType(given)
    const info = catalog.type(base)
    switch (type) {
      case OID.anyelement:
      case OID.anynonarray:
      case OID.anyenum:
        if (element !== 0 && element !== given) return undefined
        if (type === OID.anynonarray && catalog.isArray(base)) return undefined
        if (type === OID.anyenum && info.kind !== 'e') return undefined
        element = given
        break
      case OID.anyarray: {
        const of = catalog.elementType(base)
        if (of === 0 || (element !== 0 && element !== of)) return undefined
        element = of
        break
      }
      case OID.anyrange: {
        const of = catalog.rangeSubtype(base)
        if (of === 0 || (range !== 0 && range !== base)) return undefined
        range = base
        break
      }
      case OID.anymultirange: {
        if (catalog.multirangeRange(base) === 0 || (multirange !== 0 && multirange !== base)) return undefined
        multirange = base
        break
      }
      case OID.anycompatible:
      case OID.anycompatiblenonarray:
        compatible.push(given)
        break
      case OID.anycompatiblearray: {
        const of = catalog.elementType(base)
        if (of === 0) return undefined
        compatible.push(of)
        break
      }
      case OID.anycompatiblerange: {
        const of = catalog.rangeSubtype(base)
        if (of === 0) return undefined
        compatibleRange = base
        compatible.push(of)
        break
      }
      default:
        return undefined
    }
  }
  if (multirange !== 0) {
    const of = catalog.multirangeRange(multirange)
    if (range !== 0 && range !== of) return undefined
    range = of
  }
  if (range !== 0) {
    const of = catalog.rangeSubtype(range)
    if (element !== 0 && element !== of) return undefined
    element = of
  }
  if (sawElement && element === 0) {
    if (lenient) return { args: declared, result }
    throw new PgError('42804', 'could not determine polymorphic type because input has type unknown')
  }
  let family = 0
  if (compatible.length > 0) {
    family = common(catalog, compatible)
    if (family === 0) return undefined
    if (family === OID.unknown) family = OID.text
  }
  if (lenient) return { args: declared, result }
  const replace = (type: number): number => {
    switch (type) {
      case OID.anyelement:
      case OID.anynonarray:
      case OID.anyenum:
        return element
      case OID.anyarray:
        return arrayTypeOf(catalog, element)
      case OID.anyrange:
        return range || catalog.rangeOf(element)
      case OID.anymultirange:
        return multirange || catalog.rangeMultirange(range)
      case OID.anycompatible:
      case OID.anycompatiblenonarray:
        return family
      case OID.anycompatiblearray:
        return arrayTypeOf(catalog, family)
      case OID.anycompatiblerange:
        return compatibleRange
      case OID.anycompatiblemultirange:
        throw unsupported('anycompatiblemultirange')
      default:
        return type
    }
  }
  return { args: declared.map(replace), result: replace(result) }
}
