/** Array subscripts and slices. Manual: "Accessing Arrays"; after array_get_element and array_get_slice. */

import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import { assignPath } from '../functions/jsonb-assign.ts'
import { NULL, postfix, type Sql, when } from '../sqlite/tree.ts'
import type { Expr, Subscript } from '../tree/expression.ts'
import { EMPTY_ARRAY, storeArray } from '../types/array.ts'
import { characterAt, elementAt, slice, withElement, withSlice } from '../types/array-subscript.ts'
import { loadElements } from '../types/codec.ts'
import { formatJsonb, type Json, loadJsonb } from '../types/json.ts'
import { callUser } from './context.ts'
import { lowerExpression, type Place, shapeId } from './expression.ts'

/** SET a[1:2] = …: the array with that slice. */
const lowerSliceAssignment = (place: Place, { base, lower, upper, position }: Subscript, value: Expr): Sql => {
  const { type } = base
  const bounds = [...lower, ...upper]
  const given = bounds.map((bound) => bound !== undefined)
  return callUser(
    place,
    `pg_set_slice:${shapeId([place.env.catalog.baseType(type), given])}`,
    [base, value, ...bounds].map((part) => (part === undefined ? NULL : lowerExpression(place, part))),
    (env, [array = null, source = null, ...values]) => {
      if (values.some((bound, at) => given[at] && bound === null))
        throw new PgError('22004', 'array subscript in assignment must not be null')
      if (source === null) return array
      const read = values.map((bound, at) => (given[at] ? (bound as bigint) : undefined))
      const before = array === null ? EMPTY_ARRAY : loadElements(env, type, array)
      const [low, high] = [read.slice(0, lower.length), read.slice(lower.length)]
      return storeArray(withSlice(before, low, high, loadElements(env, type, source)))
    },
    { position, feature: 'assignment to an array slice' },
  )
}

/** SET j['a'] = …: the jsonb value with that part (jsonb_subscript_assign). */
const lowerJsonAssignment = (place: Place, { base, upper, inArray, position }: Subscript, value: Expr): Sql =>
  callUser(
    place,
    `pg_set_jsonb:${inArray === true}`,
    [base, value, ...upper].map((part) => (part === undefined ? NULL : lowerExpression(place, part))),
    (_env, [json = null, part = null, ...path]) => {
      if (path.includes(null)) throw new PgError('22004', 'jsonb subscript in assignment must not be null')
      const before = json === null ? (inArray ? [] : new Map<string, Json>()) : loadJsonb(String(json))
      const after = part === null ? null : loadJsonb(String(part))
      return formatJsonb(assignPath(before, path.map(String), after))
    },
    { position, feature: 'assignment to a part of a jsonb value' },
  )

/** SET a[1] = …: the array with that element. */
const lowerAssignment = (place: Place, expr: Subscript, value: Expr): Sql => {
  const { base, upper, slice: isSlice, position } = expr
  if (isSlice) return lowerSliceAssignment(place, expr, value)
  if (base.type === OID.jsonb) return lowerJsonAssignment(place, expr, value)
  const type = base.type
  const subscripts = upper.map((bound) => (bound === undefined ? NULL : lowerExpression(place, bound)))
  return callUser(
    place,
    `pg_set_element:${place.env.catalog.baseType(type)}`,
    [lowerExpression(place, base), lowerExpression(place, value), ...subscripts],
    (env, [array = null, element = null, ...at]) => {
      if (at.includes(null)) throw new PgError('22004', 'array subscript in assignment must not be null')
      return storeArray(
        withElement(array === null ? EMPTY_ARRAY : loadElements(env, type, array), at as bigint[], element),
      )
    },
    { position, feature: 'assignment to an array element' },
  )
}

export const lowerSubscript = (place: Place, expr: Subscript): Sql => {
  if (expr.assign !== undefined) return lowerAssignment(place, expr, expr.assign)
  const arrayType = expr.base.type
  const base = lowerExpression(place, expr.base)
  const lowers = expr.lower.map((bound) => (bound === undefined ? NULL : lowerExpression(place, bound)))
  const uppers = expr.upper.map((bound) => (bound === undefined ? NULL : lowerExpression(place, bound)))
  const count = expr.upper.length
  // Subscripts of NULL are not computed.
  const unlessNull = (element: Sql): Sql =>
    expr.upper.every((bound) => bound === undefined || bound.kind === 'const' || bound.kind === 'column')
      ? element
      : when(postfix(base, 'IS NULL'), NULL, element)
  if (!expr.slice)
    return unlessNull(
      callUser(
        place,
        `pg_element:${place.env.catalog.baseType(arrayType)}`,
        [base, ...uppers],
        (env, [array = null, ...subscripts]) =>
          array === null || subscripts.includes(null)
            ? null
            : arrayType === OID.name
              ? characterAt(String(array), subscripts[0] as bigint)
              : elementAt(loadElements(env, arrayType, array), subscripts as bigint[]),
        { position: expr.position, feature: 'an array subscript' },
      ),
    )
  const given = [...expr.lower, ...expr.upper].map((bound) => bound !== undefined)
  return callUser(
    place,
    `pg_slice:${shapeId([place.env.catalog.baseType(arrayType), given])}`,
    [base, ...lowers, ...uppers],
    (env, [array = null, ...bounds]) => {
      if (array === null || bounds.some((bound, at) => given[at] && bound === null)) return null
      const read = (at: number): bigint | undefined => (given[at] ? (bounds[at] as bigint) : undefined)
      const low = Array.from({ length: count }, (_, at) => read(at))
      const high = Array.from({ length: count }, (_, at) => read(at + count))
      return storeArray(slice(loadElements(env, arrayType, array), low, high))
    },
    { position: expr.position, feature: 'an array slice' },
  )
}
