/** The types of a call's arguments; of one that is declared as any record, what record it is. */
import type { Catalog } from '../catalog/catalog.ts'
import { OID } from '../catalog/oid.ts'
import { recordType } from '../catalog/record-type.ts'
import type { Call, Expr } from '../tree/expression.ts'
import { recordShape } from './record-shape.ts'

/** The record type itself where only the value will tell, or where it is NULL. */
const recordTypeOf = (catalog: Catalog, arg: Expr): number => {
  const inner = arg.kind === 'relabel' ? arg.arg : arg
  if (inner.type !== OID.record) return inner.type
  const shape = recordShape(catalog, inner)
  return shape === undefined ? OID.record : recordType(shape)
}

export const argumentTypes = (catalog: Catalog, { fn, args }: Pick<Call, 'fn' | 'args'>): number[] =>
  args.map((arg, at) => (fn.body !== undefined && fn.args[at] === OID.record ? recordTypeOf(catalog, arg) : arg.type))
