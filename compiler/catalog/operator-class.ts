/** Operator classes: what an index of an access method needs to know of a type. After GetDefaultOpClass. */
import { type OperatorClass, operatorClassesByMethod } from './builtin.ts'
import type { Catalog } from './catalog.ts'
import { OID } from './oid.ts'

/** The type whose class serves a type: its base, or what all arrays, enums or rows are. */
const served = (catalog: Catalog, type: number): number => {
  const base = catalog.baseType(type)
  const { kind } = catalog.type(base)
  if (base === OID.varchar) return OID.text
  if (catalog.isArray(base)) return OID.anyarray
  return kind === 'e' ? OID.anyenum : kind === 'c' ? OID.record : base
}

/** The class of a type by its name, or the default one. */
export const findOperatorClass = (
  catalog: Catalog,
  method: string,
  type: number,
  name?: string,
): OperatorClass | undefined =>
  operatorClassesByMethod
    .get(method)
    ?.find((each) => each.type === served(catalog, type) && (name === undefined ? each.default : each.name === name))

/** Its oid, or 0 for none. */
export const operatorClassOid = (catalog: Catalog, type: number, method = 'btree', name?: string): number =>
  findOperatorClass(catalog, method, type, name)?.oid ?? 0

/** The type that an index keeps for a column. */
export const keyType = (catalog: Catalog, { method, key }: OperatorClass, type: number): number => {
  // A hash index keeps the hashes.
  if (method === 'hash') return OID.int4
  if (key === OID.anyelement) return catalog.elementType(catalog.baseType(type))
  return key === 0 ? type : key
}
