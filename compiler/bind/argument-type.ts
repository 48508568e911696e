/** The types of a call's arguments; of one that is declared as any record, what record it is. */
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
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

/** What makes JSON of values of any type. */
const MAKES_JSON = /^(row_to_json|to_jsonb?|jsonb?_(build_object|build_array|agg|object_agg)\w*)$/

const asksForFields = ({ schema, name, body, args }: FunctionInfo, at: number): boolean =>
  body === undefined ? schema === 'pg_catalog' && MAKES_JSON.test(name) : args[at] === OID.record

export const argumentTypes = (catalog: Catalog, { fn, args }: Pick<Call, 'fn' | 'args'>): number[] =>
  args.map((arg, at) => (asksForFields(fn, at) ? recordTypeOf(catalog, arg) : arg.type))

/** The arguments with these types. */
export const typedArguments = (catalog: Catalog, call: Pick<Call, 'fn' | 'args'>): readonly Expr[] => {
  const types = argumentTypes(catalog, call)
  return call.args.map((arg, at) => {
    const type = types[at] ?? arg.type
    return type === arg.type ? arg : { kind: 'relabel', arg, type, typmod: -1, position: arg.position }
  })
}
