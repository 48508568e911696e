/** The input and output functions of ranges and multiranges, and their order, by those of their bounds. */
import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import { type Codec, codecOf, compareTexts, elementForm } from './codec.ts'
import { END_DATE_DAYS, isFiniteDate } from './datetime.ts'
import type { Environment } from './environment.ts'
import { INT4, INT8, inRange } from './integer.ts'
import { numericKey } from './numeric.ts'
import {
  loadMultirange,
  loadRange,
  multirangeTexts,
  type RangeKind,
  rangeIn,
  rangeKey,
  rangeOut,
  storeMultirange,
  storeRange,
  unite,
} from './range.ts'

/** What follows a value of a type whose ranges are discrete. @throws PgError 22003, 22008 */
const nextOf = (subtype: number): RangeKind['next'] => {
  switch (subtype) {
    case OID.int4:
      return (value) => inRange(INT4, (value as bigint) + 1n)
    case OID.int8:
      return (value) => inRange(INT8, (value as bigint) + 1n)
    case OID.date:
      return (value) => {
        if (!isFiniteDate(value as bigint)) return value
        if ((value as bigint) + 1n >= END_DATE_DAYS) throw new PgError('22008', 'date out of range')
        return (value as bigint) + 1n
      }
    default:
      return undefined
  }
}

/** @param oid of a type of ranges or of multiranges, or of a domain over one */
export const rangeKindOf = (env: Environment, oid: number): RangeKind => {
  const base = env.catalog.baseType(oid)
  const subtype = env.catalog.rangeSubtype(env.catalog.multirangeRange(base) || base)
  const codec = codecOf(env, subtype)
  return {
    form: elementForm(env, subtype),
    compare: (left, right) => codec.compare(left, right, env),
    input: (text) => codec.input(text, -1, env),
    output: (value) => codec.output(value, env),
    next: nextOf(subtype),
  }
}

/** Text of one length, or with an end, that sorts as the bounds of ranges do. */
const boundKey = (value: Value): string =>
  typeof value === 'bigint' ? (value + 2n ** 63n).toString(16).padStart(16, '0') : `${numericKey(value)} `

export const rangeCodec = (oid: number): Codec => ({
  input: (text, _typmod, env) => storeRange(rangeIn(rangeKindOf(env, oid), text)),
  output: (value, env) => {
    const kind = rangeKindOf(env, oid)
    return rangeOut(kind, loadRange(kind.form, value))
  },
  compare: (left, right, env) => {
    const { form } = rangeKindOf(env, oid)
    return compareTexts(rangeKey(loadRange(form, left), boundKey), rangeKey(loadRange(form, right), boundKey))
  },
  native: false,
  key: (value, env) => rangeKey(loadRange(rangeKindOf(env, oid).form, value), boundKey),
})

const multirangeKey = (value: Value, env: Environment, oid: number): string =>
  `${loadMultirange(rangeKindOf(env, oid).form, value)
    .map((range) => rangeKey(range, boundKey))
    .join('')}a`

export const multirangeCodec = (oid: number): Codec => ({
  input: (text, _typmod, env) => {
    const kind = rangeKindOf(env, oid)
    return storeMultirange(
      unite(
        kind,
        multirangeTexts(text).map((range) => rangeIn(kind, range)),
      ),
    )
  },
  output: (value, env) => {
    const kind = rangeKindOf(env, oid)
    const ranges = loadMultirange(kind.form, value).map((range) => rangeOut(kind, range))
    return `{${ranges.join(',')}}`
  },
  compare: (left, right, env) => compareTexts(multirangeKey(left, env, oid), multirangeKey(right, env, oid)),
  native: false,
  key: (value, env) => multirangeKey(value, env, oid),
})
