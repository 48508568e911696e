/** Set-returning functions. Manual: "Set Returning Functions", "JSON Processing Functions", "Array Functions". */

import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { RelationInfo } from '../catalog/entries.ts'
import { familyOf, partitionedParent } from '../catalog/inheritance.ts'
import { OID } from '../catalog/oid.ts'
import { may } from '../catalog/privilege.ts'
import { currentRole } from '../catalog/role.ts'
import { publishedTableRows } from '../system/publications.ts'
import type { Value } from '../tree/value.ts'
import { loadElements } from '../types/codec.ts'
import { isFiniteTimestamp } from '../types/datetime.ts'
import type { Sequences } from '../types/environment.ts'
import { isInfinite, loadInterval, span } from '../types/interval.ts'
import { formatJsonb, loadJsonb, parseJson } from '../types/json.ts'
import { add, compareDecimals, type Decimal, formatDecimal, toDecimal } from '../types/numeric.ts'
import { loadMultirange, storeRange } from '../types/range.ts'
import { rangeKindOf } from '../types/range-codec.ts'
import { splitText } from './array.ts'
import { addInZone, addToTimestamp, addToTimestamptz } from './datetime.ts'
import { bool, type Call, type SetReturning } from './implementation.ts'
import { jsonbText, type Slice, sliceJson } from './json.ts'
import { pathRows } from './jsonpath.ts'
import { listeningChannels } from './notification.ts'
import { matchRows, splitRows } from './regexp.ts'

/** A sequence is read as the table that it is: no function of PostgreSQL. */
export const SEQUENCE_ROW = 'sequence_row'

const sequenceRow = (call: Call, sequence: bigint): ReturnType<Sequences['row']> => {
  if (call.sequences === undefined) throw unsupported('a sequence here')
  return call.sequences.row(Number(sequence))
}

const zeroStep = (): PgError => new PgError('22023', 'step size cannot equal zero')

function* integers(start: bigint, stop: bigint, step: bigint): Iterable<readonly Value[]> {
  if (step === 0n) throw zeroStep()
  for (let at = start; step > 0n ? at <= stop : at >= stop; at += step) yield [at]
}

function* numerics(from: string, to: string, by: string): Iterable<readonly Value[]> {
  const [start, stop, step] = [toDecimal(from), toDecimal(to), toDecimal(by)]
  for (const [name, value] of [
    ['start', start],
    ['stop', stop],
    ['step size', step],
  ] as const) {
    if (value.special === 'NaN')
      throw new PgError('22023', `${name}${name === 'step size' ? '' : ' value'} cannot be NaN`)
    if (value.special !== undefined)
      throw new PgError('22023', `${name}${name === 'step size' ? '' : ' value'} cannot be infinity`)
  }
  if (step.digits === 0n) throw zeroStep()
  const within = (at: Decimal): boolean =>
    step.digits > 0n ? compareDecimals(at, stop) <= 0 : compareDecimals(at, stop) >= 0
  for (let at = start; within(at); ) {
    yield [formatDecimal(at)]
    try {
      at = add(at, step)
    } catch {
      // What no numeric can hold lies beyond the end.
      return
    }
  }
}

function* moments(start: bigint, stop: bigint, by: string, next: (at: bigint) => bigint): Iterable<readonly Value[]> {
  const step = loadInterval(by)
  if (isInfinite(step)) throw new PgError('22023', 'step size cannot be infinite')
  if (!isFiniteTimestamp(stop) || !isFiniteTimestamp(start)) throw unsupported('generate_series() without end')
  const direction = span(step)
  if (direction === 0n) throw zeroStep()
  for (let at = start; direction > 0n ? at <= stop : at >= stop; at = next(at)) yield [at]
}

function* members(slice: Slice, text: boolean): Iterable<readonly Value[]> {
  if (slice.kind !== 'object')
    throw new PgError(
      '22023',
      slice.kind === 'array' ? `cannot deconstruct an array as an object` : 'cannot deconstruct a scalar',
    )
  for (const { key, value } of slice.items) yield [key ?? '', text ? sliceText(value) : value.text]
}

const sliceText = (slice: Slice): Value =>
  slice.kind === 'null' ? null : slice.kind === 'string' ? (parseJson(slice.text, false) as string) : slice.text

function* items(slice: Slice, text: boolean, name: string): Iterable<readonly Value[]> {
  if (slice.kind !== 'array')
    throw new PgError(
      '22023',
      slice.kind === 'object' ? `cannot call ${name} on a non-array` : `cannot call ${name} on a scalar`,
    )
  for (const { value } of slice.items) yield [text ? sliceText(value) : value.text]
}

function* jsonbMembers(text: string, asText: boolean): Iterable<readonly Value[]> {
  const json = loadJsonb(text)
  if (!(json instanceof Map))
    throw new PgError('22023', `cannot call ${asText ? 'jsonb_each_text' : 'jsonb_each'} on a non-object`)
  for (const [key, value] of json) yield [key, asText ? jsonbText(value) : formatJsonb(value)]
}

function* jsonbItems(text: string, asText: boolean): Iterable<readonly Value[]> {
  const json = loadJsonb(text)
  if (!Array.isArray(json))
    throw new PgError(
      '22023',
      json instanceof Map ? 'cannot extract elements from an object' : 'cannot extract elements from a scalar',
    )
  for (const value of json) yield [asText ? jsonbText(value) : formatJsonb(value)]
}

function* keys(names: Iterable<string> | undefined, name: string, array: boolean): Iterable<readonly Value[]> {
  if (names === undefined) throw new PgError('22023', `cannot call ${name} on ${array ? 'an array' : 'a scalar'}`)
  for (const key of names) yield [key]
}

const outsideOfEvent = (name: string, where: string): PgError =>
  new PgError('39P03', `${name}() can only be called in ${where} function`)

function eventCommands(this: Call): Value[][] {
  if (this.fired === undefined) throw outsideOfEvent('pg_event_trigger_ddl_commands', 'an event trigger')
  if (this.fired.commands === undefined) throw unsupported(`pg_event_trigger_ddl_commands() of ${this.fired.tag}`)
  return this.fired.commands.map(({ catalog, object, part, tag, type, schema, identity }) => [
    BigInt(catalog),
    BigInt(object),
    BigInt(part),
    tag,
    type,
    schema,
    identity,
    0n,
    '',
  ])
}

/** By the C symbol of the function. */
export const setReturningFunctions: Readonly<Record<string, SetReturning>> = {
  ...pathRows,
  pg_event_trigger_ddl_commands: eventCommands,
  pg_event_trigger_dropped_objects: function (this: Call) {
    if (this.fired?.event === 'sql_drop') throw unsupported('pg_event_trigger_dropped_objects()')
    throw outsideOfEvent('pg_event_trigger_dropped_objects', 'a sql_drop event trigger')
  },
  pg_listening_channels: listeningChannels,
  pg_get_sequence_data: function (this: Call, sequence: bigint) {
    const relation = this.catalog.contents.relations.get(Number(sequence))
    if (relation?.kind !== 'S' || !may(this.catalog, currentRole(this.settings), relation, 's', 'r'))
      return [[null, null]]
    const { last, called } = sequenceRow(this, sequence)
    return [[last, bool(called)]]
  },
  [SEQUENCE_ROW]: function (this: Call, sequence: bigint) {
    const { last, log, called } = sequenceRow(this, sequence)
    return [[last, log, bool(called)]]
  },
  pg_options_to_table: function* (this: Call, options: string) {
    for (const option of loadElements(this, this.args[0] ?? 0, options).elements) {
      const [, name = '', value = null] = /^([^=]*)(?:=(.*))?$/s.exec(String(option)) ?? []
      yield [name, value]
    }
  },
  generate_series_int4: (start: bigint, stop: bigint) => integers(start, stop, 1n),
  generate_series_step_int4: integers,
  generate_series_int8: (start: bigint, stop: bigint) => integers(start, stop, 1n),
  generate_series_step_int8: integers,
  generate_series_numeric: (start: string, stop: string) => numerics(start, stop, '1'),
  generate_series_step_numeric: numerics,
  generate_series_timestamp: (start: bigint, stop: bigint, step: string) =>
    moments(start, stop, step, (at) => addToTimestamp(at, loadInterval(step))),
  generate_series_timestamptz_at_zone: function (this: Call, start: bigint, stop: bigint, step: string, zone: string) {
    return moments(start, stop, step, (at) => addInZone(zone, at, loadInterval(step), this))
  },
  generate_series_timestamptz: function (this: Call, start: bigint, stop: bigint, step: string) {
    return moments(start, stop, step, (at) => addToTimestamptz(this, at, loadInterval(step)))
  },
  *generate_subscripts_nodir(this: Call, array: Value, dimension: bigint) {
    const { bounds, dimensions } = loadElements(this, this.args[0] ?? 0, array)
    const at = Number(dimension) - 1
    for (let index = 0; index < (dimensions[at] ?? 0); index++) yield [BigInt((bounds[at] ?? 1) + index)]
  },
  *generate_subscripts(this: Call, array: Value, dimension: bigint, reverse: bigint) {
    const { bounds, dimensions } = loadElements(this, this.args[0] ?? 0, array)
    const at = Number(dimension) - 1
    const all = Array.from({ length: dimensions[at] ?? 0 }, (_, index) => BigInt((bounds[at] ?? 1) + index))
    for (const index of reverse === 1n ? all.reverse() : all) yield [index]
  },
  *array_unnest(this: Call, array: Value) {
    for (const element of loadElements(this, this.args[0] ?? 0, array).elements) yield [element]
  },
  *multirange_unnest(this: Call, value: Value) {
    const { form } = rangeKindOf(this, this.args[0] ?? 0)
    for (const range of loadMultirange(form, value)) yield [storeRange(range)]
  },
  pg_get_publication_tables: function (this: Call, names: Value) {
    return publishedTableRows(this, loadElements(this, OID.textArray, names).elements)
  },
  *pg_partition_ancestors(this: Call, oid: bigint) {
    // A table that is neither a partition nor has some is not even its own.
    let relation = this.catalog.findRelation(Number(oid))
    if (relation?.bound === undefined && relation?.kind !== 'p') return
    for (; relation !== undefined; relation = partitionedParent(this.catalog, relation)) yield [BigInt(relation.oid)]
  },
  *pg_partition_tree(this: Call, oid: bigint) {
    const { catalog } = this
    const root = catalog.findRelation(Number(oid))
    if (root?.bound === undefined && root?.kind !== 'p') return
    const above = (relation: RelationInfo): RelationInfo[] => {
      const parent = partitionedParent(catalog, relation)
      return parent === undefined ? [] : [parent, ...above(parent)]
    }
    const depth = above(root).length
    for (const relation of familyOf(catalog, root)) {
      const line = above(relation)
      const parent = line[0] === undefined ? null : BigInt(line[0].oid)
      yield [BigInt(relation.oid), parent, bool(relation.kind !== 'p'), BigInt(line.length - depth)]
    }
  },
  json_each: (json: string) => members(sliceJson(json), false),
  json_each_text: (json: string) => members(sliceJson(json), true),
  jsonb_each: (json: string) => jsonbMembers(json, false),
  jsonb_each_text: (json: string) => jsonbMembers(json, true),
  json_array_elements: (json: string) => items(sliceJson(json), false, 'json_array_elements'),
  json_array_elements_text: (json: string) => items(sliceJson(json), true, 'json_array_elements_text'),
  jsonb_array_elements: (json: string) => jsonbItems(json, false),
  jsonb_array_elements_text: (json: string) => jsonbItems(json, true),
  json_object_keys: (json: string) => {
    const slice = sliceJson(json)
    return keys(
      slice.kind === 'object' ? slice.items.map(({ key }) => key ?? '') : undefined,
      'json_object_keys',
      slice.kind === 'array',
    )
  },
  jsonb_object_keys: (text: string) => {
    const json = loadJsonb(text)
    return keys(json instanceof Map ? json.keys() : undefined, 'jsonb_object_keys', Array.isArray(json))
  },
  *text_to_table(text: Value, delimiter: Value) {
    if (text !== null) for (const part of splitText(String(text), delimiter, null)) yield [part]
  },
  *text_to_table_null(text: Value, delimiter: Value, missing: Value) {
    if (text !== null) for (const part of splitText(String(text), delimiter, missing)) yield [part]
  },
  regexp_matches_no_flags: (text: string, pattern: string) => matchRows(text, pattern),
  regexp_matches: (text: string, pattern: string, flags: string) => matchRows(text, pattern, flags),
  regexp_split_to_table_no_flags: (text: string, pattern: string) => splitRows(text, pattern),
  regexp_split_to_table: (text: string, pattern: string, flags: string) => splitRows(text, pattern, flags),
}
