/**
 * The input and output functions of every type, and its order. A type that is not here cannot be stored: it is refused.
 */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { requireCommitted } from '../catalog/uncommitted-enum.ts'
import type { Value } from '../tree/value.ts'
import { aclItemIn, aclItemOut } from './aclitem.ts'
import { type ArrayValue, arrayIn, arrayOut, type ElementForm, loadArray, storeArray } from './array.ts'
import { coerceStored } from './assign.ts'
import { bitIn, varbitIn } from './bit.ts'
import {
  dateIn,
  dateOut,
  loadTimeTz,
  storeTimeTz,
  timeIn,
  timeOut,
  timestampIn,
  timestampOut,
  timestamptzIn,
  timestamptzOut,
  timetzIn,
  timetzKey,
  timetzOut,
} from './datetime.ts'
import type { Environment } from './environment.ts'
import { compareFloats, float4In, float4Out, float8In, float8Out } from './float.ts'
import { INT2, INT4, INT8, integerIn, oidIn, unsignedIn } from './integer.ts'
import { intervalIn, intervalKey, intervalOut, loadInterval, span, storeInterval } from './interval.ts'
import { compareJson, jsonbIn, jsonIn, jsonKey, loadJsonb } from './json.ts'
import { formatPath } from './jsonpath.ts'
import { parsePath } from './jsonpath-parse.ts'
import { lsnIn, lsnOut } from './lsn.ts'
import { inetOut, networkIn, networkKey } from './network.ts'
import { applyTypmod, compareDecimals, formatDecimal, numericKey, parseDecimal, toDecimal } from './numeric.ts'
import { multirangeCodec, rangeCodec } from './range-codec.ts'
import { loadRecord, recordIn, recordOut, storeRecord } from './record.ts'
import {
  REGISTERED,
  regclassIn,
  regclassOut,
  regnamespaceIn,
  regnamespaceOut,
  regroleIn,
  regroleOut,
  regtypeIn,
  regtypeOut,
} from './registered.ts'
import {
  regoperatorIn,
  regoperatorOut,
  regoperIn,
  regoperOut,
  regprocedureIn,
  regprocedureOut,
  regprocIn,
  regprocOut,
} from './registered-routine.ts'
import { sortKey } from './sort-key.ts'
import {
  boolIn,
  byteaIn,
  byteaOut,
  charIn,
  charOut,
  compareBytes,
  compareText,
  limitLength,
  padTo,
  truncateName,
  uuidIn,
} from './text.ts'

export interface Codec {
  /** The type's input function. @throws PgError 22P02 and others of class 22 */
  input(text: string, typmod: number, env: Environment): Value
  /** The type's output function. */
  output(value: Value, env: Environment): string
  compare(left: Value, right: Value, env: Environment): number
  /** SQLite's own comparison of stored values is PostgreSQL's. */
  readonly native: boolean
  /** Otherwise: what to compare, group and sort by instead. */
  key?(value: Value, env: Environment): Value
}

const compareInts = (left: Value, right: Value): number => {
  const [a, b] = [left as bigint, right as bigint]
  return a < b ? -1 : a > b ? 1 : 0
}
/** By code points, as the collation C does. */
export const compareTexts = (left: Value, right: Value): number => Math.sign(compareText(String(left), String(right)))

const integers = (input: (text: string, typmod: number, env: Environment) => bigint): Codec => ({
  input,
  output: String,
  compare: compareInts,
  native: true,
})
/** A type that is stored as the oid of what it names. */
const registered = (
  input: (text: string, env: Environment) => bigint,
  output: (oid: bigint, env: Environment) => string,
): Codec => ({
  ...integers((text, _typmod, env) => input(text, env)),
  output: (value, env) => output(value as bigint, env),
})
const texts = (input: (text: string, typmod: number) => string): Codec => ({
  input,
  output: String,
  compare: compareTexts,
  native: true,
})
/** Elements of arrays are compared by it when there are two (array_cmp). @throws PgError 42883 */
const withoutOrder = (type: string) => (): never => {
  throw new PgError('42883', `could not identify a comparison function for type ${type}`)
}

/** int2vector and oidvector: arrays from 0 on, written without braces. */
const vectorCodec = (item: (text: string) => bigint): Codec => ({
  input: (text) => {
    const elements = text
      .split(/\s+/)
      .filter((part) => part !== '')
      .map(item)
    return storeArray(
      elements.length === 0
        ? { dimensions: [], bounds: [], elements }
        : { dimensions: [elements.length], bounds: [0], elements },
    )
  },
  output: (value) => loadArray(value, 'integer').elements.join(' '),
  compare: (left, right) => compareTexts(left, right),
  native: false,
})
const networks = (type: 'inet' | 'cidr'): Codec => ({
  input: (text) => networkIn(text, type),
  output: inetOut,
  compare: (left, right) => compareTexts(networkKey(left), networkKey(right)),
  native: false,
  key: networkKey,
})
const stripped = (value: Value): string => String(value).replace(/ +$/, '')

const CODECS: Readonly<Record<number, Codec>> = {
  [OID.pg_ddl_command]: {
    ...texts(() => {
      throw new PgError('0A000', 'cannot accept a value of type pg_ddl_command')
    }),
    output: () => {
      throw new PgError('0A000', 'cannot output a value of type pg_ddl_command')
    },
  },
  [OID.bool]: { ...integers(boolIn), output: (value) => (value === 1n ? 't' : 'f') },
  [OID.int2]: integers((text) => integerIn(INT2, text)),
  [OID.int4]: integers((text) => integerIn(INT4, text)),
  [OID.int8]: integers((text) => integerIn(INT8, text)),
  [OID.oid]: integers(oidIn),
  [OID.xid]: integers((text) => unsignedIn(text, 'xid')),
  [OID.float4]: {
    input: float4In,
    output: (value, env) => float4Out(value, env.settings.extraFloatDigits),
    compare: compareFloats,
    native: true,
  },
  [OID.float8]: {
    input: float8In,
    output: (value, env) => float8Out(value, env.settings.extraFloatDigits),
    compare: compareFloats,
    native: true,
  },
  [OID.numeric]: {
    input: (text, typmod) => formatDecimal(applyTypmod(parseDecimal(text), typmod)),
    output: String,
    compare: (left, right) => compareDecimals(toDecimal(left), toDecimal(right)),
    native: false,
    key: numericKey,
  },
  [OID.text]: texts(String),
  [OID.unknown]: texts(String),
  [OID.cstring]: texts(String),
  [OID.void]: { ...texts(String), output: () => '' },
  [OID.refcursor]: texts(String),
  [OID.name]: texts(truncateName),
  [OID.char]: { ...texts(charIn), output: (value) => charOut(String(value)) },
  [OID.varchar]: texts((text, typmod) =>
    typmod < 4 ? text : limitLength(text, typmod - 4, false, 'character varying'),
  ),
  [OID.bpchar]: {
    input: (text, typmod) => (typmod < 4 ? text : padTo(limitLength(text, typmod - 4, false, 'character'), typmod - 4)),
    output: String,
    compare: (left, right) => compareTexts(stripped(left), stripped(right)),
    native: false,
    key: stripped,
  },
  [OID.bytea]: {
    input: byteaIn,
    output: (value, env) => byteaOut(value as Uint8Array, env.settings.byteaOutput),
    compare: (left, right) => compareBytes(left as Uint8Array, right as Uint8Array),
    native: true,
  },
  [OID.uuid]: texts(uuidIn),
  [OID.bit]: texts(bitIn),
  [OID.varbit]: texts(varbitIn),
  // Only pg_attribute.attmissingval, which is always NULL here.
  [OID.anyarray]: {
    ...texts(() => {
      throw new PgError('0A000', 'cannot accept a value of type anyarray')
    }),
    native: false,
  },
  [OID.aclitem]: {
    ...texts(String),
    input: aclItemIn,
    output: (value, env) => aclItemOut(String(value), env),
    native: false,
  },
  [OID.inet]: networks('inet'),
  [OID.cidr]: { ...networks('cidr'), output: String },
  [OID.pg_lsn]: { ...texts(lsnIn), output: (value) => lsnOut(String(value)) },
  [OID.json]: { ...texts(jsonIn), native: false, compare: withoutOrder('json') },
  [OID.jsonb]: {
    input: jsonbIn,
    output: String,
    compare: (left, right) => compareJson(loadJsonb(String(left)), loadJsonb(String(right))),
    native: false,
    key: (value) => jsonKey(loadJsonb(String(value))),
  },
  [OID.jsonpath]: { ...texts((text) => formatPath(parsePath(text))), native: false },
  [OID.date]: {
    input: (text, _typmod, env) => dateIn(text, env),
    output: (value, env) => dateOut(value as bigint, env),
    compare: compareInts,
    native: true,
  },
  [OID.time]: { ...integers(timeIn), output: (value) => timeOut(value as bigint) },
  [OID.timestamp]: { ...integers(timestampIn), output: (value, env) => timestampOut(value as bigint, env) },
  [OID.timestamptz]: { ...integers(timestamptzIn), output: (value, env) => timestamptzOut(value as bigint, env) },
  [OID.regclass]: registered(regclassIn, regclassOut),
  [OID.regtype]: registered(regtypeIn, regtypeOut),
  [OID.regproc]: registered(regprocIn, regprocOut),
  [OID.regprocedure]: registered(regprocedureIn, regprocedureOut),
  [OID.regoper]: registered(regoperIn, regoperOut),
  [OID.regoperator]: registered(regoperatorIn, regoperatorOut),
  [OID.regnamespace]: registered(regnamespaceIn, regnamespaceOut),
  [OID.regrole]: registered(regroleIn, regroleOut),
  [OID.cid]: integers((text) => unsignedIn(text, 'cid')),
  // It has no order but that of arrays.
  [OID.int2vector]: {
    ...vectorCodec((text) => integerIn(INT2, text)),
    compare: (left, right, env) => arrayCodec(OID.int2).compare(left, right, env),
    key: (value, env) => arrayCodec(OID.int2).key?.(value, env) ?? null,
  },
  [OID.oidvector]: vectorCodec(oidIn),
  [OID.timetz]: {
    input: (text, typmod, env) => storeTimeTz(timetzIn(text, typmod, env)),
    output: (value) => timetzOut(loadTimeTz(value)),
    compare: (left, right) => compareTexts(timetzKey(left), timetzKey(right)),
    native: false,
    key: timetzKey,
  },
  [OID.interval]: {
    input: (text, typmod, env) => storeInterval(intervalIn(text, typmod, env.settings.intervalStyle)),
    output: (value, env) => intervalOut(loadInterval(value), env.settings.intervalStyle),
    compare: (left, right) => compareInts(span(loadInterval(left)), span(loadInterval(right))),
    native: false,
    key: intervalKey,
  },
}

/** How the elements of an array of a type are read back from its JSON. */
export const elementForm = (env: Environment, oid: number): ElementForm => {
  const base = env.catalog.baseType(oid)
  if (env.catalog.type(base).kind === 'e' || base === OID.float4 || base === OID.float8) return 'float'
  if (base === OID.bytea) return 'bytes'
  return CODECS[base]?.compare === compareInts || REGISTERED.has(base) ? 'integer' : 'text'
}

export const loadElements = (env: Environment, arrayType: number, stored: Value): ArrayValue =>
  loadArray(stored, elementForm(env, env.catalog.elementType(env.catalog.baseType(arrayType))))

const arrayCodec = (element: number): Codec => ({
  input: (text, typmod, env) => {
    const { delimiter, domain } = env.catalog.type(element)
    if (domain !== undefined) {
      const array = arrayIn(text, (item) => coerceStored(env, item, element, typmod), delimiter)
      if (array.elements.includes(null)) coerceStored(env, null, element, typmod)
      return storeArray(array)
    }
    const codec = codecOf(env, element)
    return storeArray(arrayIn(text, (item) => codec.input(item, typmod, env), delimiter))
  },
  output: (value, env) => {
    const codec = codecOf(env, element)
    const array = loadArray(value, elementForm(env, element))
    return arrayOut(array, (item) => codec.output(item, env), env.catalog.type(element).delimiter)
  },
  compare: (left, right, env) => {
    const form = elementForm(env, element)
    const codec = codecOf(env, element)
    const [a, b] = [loadArray(left, form), loadArray(right, form)]
    for (let at = 0; at < Math.min(a.elements.length, b.elements.length); at++) {
      const [x, y] = [a.elements[at] ?? null, b.elements[at] ?? null]
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1
        continue
      }
      const order = codec.compare(x, y, env)
      if (order !== 0) return order
    }
    const difference =
      a.elements.length - b.elements.length ||
      a.dimensions.length - b.dimensions.length ||
      a.dimensions.map((length, at) => length - (b.dimensions[at] ?? 0)).find((it) => it !== 0) ||
      a.bounds.map((bound, at) => bound - (b.bounds[at] ?? 0)).find((it) => it !== 0)
    return Math.sign(difference ?? 0)
  },
  native: false,
  key: (value, env) => {
    const { elements, dimensions, bounds } = loadArray(value, elementForm(env, element))
    const keys = elements.map((item) => keyWithin(env, element, item))
    return sortKey(keys, [dimensions.length, ...dimensions, ...bounds])
  },
})

/** A value as a part of a key. */
const keyWithin = (env: Environment, type: number, value: Value): Value => {
  if (value === null) return null
  const { key, native } = codecOf(env, type)
  if (key === undefined && !native) throw unsupported(`sorting by the type ${formatType(env.catalog, type)}`)
  return key === undefined ? value : key(value, env)
}

const enumCodec: (oid: number) => Codec = (oid) => ({
  input: (text, _typmod, env) => {
    const label = env.catalog.type(oid).labels?.find((it) => it.label === text)
    if (label === undefined)
      throw new PgError('22P02', `invalid input value for enum ${formatType(env.catalog, oid)}: "${text}"`)
    requireCommitted(env.catalog, oid, label)
    return label.order
  },
  output: (value, env) => env.catalog.type(oid).labels?.find((it) => it.order === Number(value))?.label ?? '',
  compare: (left, right) => Math.sign(Number(left) - Number(right)),
  native: true,
})

const compositeCodec = (oid: number): Codec => ({
  input: (text, _typmod, env) => {
    const fields = env.catalog.fields(oid) ?? []
    if (fields.length === 0) throw unsupported('a literal of a composite type without columns')
    const texts = recordIn(text, fields.length)
    return storeRecord(fields.map(({ type, typmod }, at) => coerceStored(env, texts[at] ?? null, type, typmod)))
  },
  output: (value, env) => {
    const fields = env.catalog.fields(oid)
    if (fields === undefined) throw unsupported('a value of this composite type')
    // A value that has been stored before an attribute was added has no field for it.
    const stored = loadRecord(value)
    return recordOut(
      fields.map(({ type }, at) => {
        const field = stored[at] ?? null
        return field === null ? null : codecOf(env, type).output(field, env)
      }),
    )
  },
  compare: (left, right, env) => {
    const fields = env.catalog.fields(oid) ?? []
    const [a, b] = [loadRecord(left), loadRecord(right)]
    for (const [at, { type }] of fields.entries()) {
      const [x, y] = [a[at] ?? null, b[at] ?? null]
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1
        continue
      }
      const order = codecOf(env, type).compare(x, y, env)
      if (order !== 0) return order
    }
    return 0
  },
  native: false,
  key: (value, env) => {
    const fields = loadRecord(value)
    const types = env.catalog.fields(oid) ?? []
    return sortKey(types.map(({ type }, at) => keyWithin(env, type, fields[at] ?? null)))
  },
})

/** The codec of a type, if it has one. */
export const findCodec = (env: Pick<Environment, 'catalog'>, oid: number): Codec | undefined => {
  const base = env.catalog.baseType(oid)
  const known = CODECS[base]
  if (known !== undefined) return known
  const element = env.catalog.elementType(base)
  if (element !== 0) return findCodec(env, element) === undefined ? undefined : arrayCodec(element)
  const { kind } = env.catalog.type(base)
  if (kind === 'e') return enumCodec(base)
  if (kind === 'c') return compositeCodec(base)
  if (kind === 'r' && env.catalog.rangeSubtype(base) !== 0) return rangeCodec(base)
  if (kind === 'm' && env.catalog.multirangeRange(base) !== 0) return multirangeCodec(base)
  return undefined
}

/** @throws PgError 0A000 for a type that is not supported */
export const codecOf = (env: Pick<Environment, 'catalog'>, oid: number): Codec => {
  const codec = findCodec(env, oid)
  if (codec === undefined) throw unsupported(`the type ${formatType(env.catalog, oid)}`)
  return codec
}
