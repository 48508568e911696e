/** All implementations, by what `pg_proc` calls them. */
import type { FunctionInfo } from '../catalog/entries.ts'
import type { Environment } from '../types/environment.ts'
import { aggregateFunctions } from './aggregate.ts'
import { arrayFunctions } from './array.ts'
import { asciiRows, asciiScalar, isByAscii } from './ascii.ts'
import { bitFunctions } from './bit.ts'
import { byteaFunctions } from './bytea.ts'
import { catalogFunctions } from './catalog.ts'
import { datetimeFunctions } from './datetime.ts'
import { degreeFunctions } from './degrees.ts'
import { floatFunctions } from './float.ts'
import { dateReading } from './from-char-date.ts'
import { numberReading } from './from-char-number.ts'
import type { AggregateFunction, Scalar, Scalars, SetReturning } from './implementation.ts'
import { inRangeFunctions } from './in-range.ts'
import { integerFunctions } from './integer.ts'
import { intervalFunctions } from './interval.ts'
import { jsonFunctions } from './json.ts'
import { objectFunctions } from './json-object.ts'
import { recordFunctions } from './json-record.ts'
import { pathFunctions } from './jsonpath.ts'
import { lsnFunctions } from './lsn.ts'
import { multirangeFunctions } from './multirange.ts'
import { networkFunctions } from './network.ts'
import { notificationFunctions } from './notification.ts'
import { numericFunctions } from './numeric.ts'
import { nameFunctions } from './qualified-name.ts'
import { rangeFunctions } from './range.ts'
import { recordComparisons } from './record.ts'
import { regexpFunctions } from './regexp.ts'
import { setReturningFunctions } from './set-returning.ts'
import { similarFunctions } from './similar.ts'
import { sizeFunctions } from './size.ts'
import { systemFunctions } from './system.ts'
import { textFunctions } from './text.ts'
import { textComparisons } from './text-comparison.ts'
import { timetzFunctions } from './timetz.ts'
import { dateFormatting } from './to-char-date.ts'
import { numberFormatting } from './to-char-number.ts'

const SCALARS: Scalars = {
  ...integerFunctions,
  ...floatFunctions,
  ...numericFunctions,
  ...textFunctions,
  ...regexpFunctions,
  ...dateFormatting,
  ...numberFormatting,
  ...dateReading,
  ...numberReading,
  ...datetimeFunctions,
  ...intervalFunctions,
  ...jsonFunctions,
  ...objectFunctions,
  ...pathFunctions,
  ...recordFunctions,
  ...recordComparisons,
  ...arrayFunctions,
  ...rangeFunctions,
  ...multirangeFunctions,
  ...bitFunctions,
  ...byteaFunctions,
  ...networkFunctions,
  ...inRangeFunctions,
  ...lsnFunctions,
  ...textComparisons,
  ...sizeFunctions,
  ...similarFunctions,
  ...degreeFunctions,
  ...timetzFunctions,
  ...nameFunctions,
  ...systemFunctions,
  ...notificationFunctions,
  ...catalogFunctions,
}

const has = <Table extends object>(table: Table, key: string): key is keyof Table & string => Object.hasOwn(table, key)

type Bringing = Pick<Environment, 'functions'>

export const scalarOf = (env: Bringing, fn: FunctionInfo): Scalar | undefined => {
  const { functions } = env
  if (isByAscii(fn)) return asciiScalar(fn, (source) => scalarOf(env, { ...fn, source }))
  const key = fn.source !== '' && has(SCALARS, fn.source) ? fn.source : `sql:${fn.oid}`
  if (has(SCALARS, key)) return SCALARS[key]
  const name = fn.source === '' ? key : fn.source
  return functions !== undefined && has(functions.scalars, name) ? functions.scalars[name] : undefined
}

export const setReturningOf = (env: Bringing, fn: FunctionInfo): SetReturning | undefined => {
  const { functions } = env
  if (isByAscii(fn)) return asciiRows(fn, (source) => setReturningOf(env, { ...fn, source }))
  if (has(setReturningFunctions, fn.source)) return setReturningFunctions[fn.source]
  return functions !== undefined && has(functions.rows, fn.source) ? functions.rows[fn.source] : undefined
}

/** Aggregates share one C symbol, so they go by name. */
export const aggregateOf = (fn: FunctionInfo): AggregateFunction | undefined =>
  fn.schema === 'pg_catalog' && has(aggregateFunctions, fn.name) ? aggregateFunctions[fn.name] : undefined
