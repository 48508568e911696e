/** Starts a function, trigger function, procedure or block in PL/pgSQL. */
import type { FunctionBody, FunctionInfo, RelationInfo, TriggerInfo } from '../../../compiler/catalog/entries.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import { blockFunction } from '../../../compiler/plpgsql/block.ts'
import { parsePlpgsql } from '../../../compiler/plpgsql/parse.ts'
import type { PlpgsqlFunction } from '../../../compiler/plpgsql/tree.ts'
import { outputColumnsOf } from '../../../compiler/routine/sql-function.ts'
import type { OutputColumn } from '../../../compiler/tree/query.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { arrayOf, storeArray } from '../../../compiler/types/array.ts'
import type { FiredEvent } from '../../../compiler/types/environment.ts'
import { loadRecord, loadShaped, storeRecord } from '../../../compiler/types/record.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import type { RoutineHost } from '../routine/host.ts'
import type { RoutineRows } from '../routine/sql-function.ts'
import { Frame } from './frame.ts'
import { Interpreter } from './interpreter.ts'
import { type Declared, Returns } from './returns.ts'

const noReturn = (kind: string): PgError => new PgError('2F005', `control reached end of ${kind} without RETURN`)

const scalar = (name: string, type: number, value: Value) =>
  ({ kind: 'scalar', name, type, typmod: -1, constant: false, notNull: false, value }) as const

/** A record that knows its shape itself is one of that shape. */
const argument = (type: number, value: Value): { readonly type: number; readonly value: Value } => {
  const shaped = type === OID.record && value !== null ? loadShaped(value) : undefined
  if (shaped !== undefined) return { type: shaped.type, value: storeRecord(shaped.fields) }
  if (type === OID.record && value !== null) throw unsupported('an argument of type record')
  return { type, value }
}

/** The variables that are there before the first block: arguments and FOUND. */
const prepare = (
  frame: Frame,
  tree: PlpgsqlFunction,
  fn: Pick<FunctionInfo, 'name' | 'names' | 'modes' | 'allArgs' | 'args'>,
  types: readonly number[],
  args: readonly Value[],
): void => {
  const modes = fn.modes ?? fn.args.map(() => 'i')
  const all = fn.allArgs ?? fn.args
  const numbers: number[] = []
  let input = 0
  let next = 0
  for (const number of tree.given) {
    const datum = frame.datum(number)
    if (datum.kind !== 'var' && datum.kind !== 'record') continue
    numbers.push(number)
    if (datum.name === 'found' && number === tree.given.at(-1)) {
      frame.slots.set(number, scalar('found', OID.bool, 0n))
      continue
    }
    const at = next++
    const isInput = 'ibv'.includes(modes[at] ?? 'i')
    const given = (isInput ? types[input] : all[at]) ?? OID.text
    const { type, value } = argument(given, isInput ? (args[input++] ?? null) : null)
    const name = fn.names?.[at] ?? ''
    const fields = frame.host.environment.catalog.fields(type)
    frame.slots.set(
      number,
      fields === undefined
        ? scalar(name, type, value)
        : {
            kind: 'record',
            name,
            rowType: type,
            columns: fields,
            values: value === null ? null : loadRecord(value),
          },
    )
  }
  frame.enter(fn.name, numbers)
}

/** The numbers of the input arguments, for `$1`. */
const argumentNumbers = (tree: PlpgsqlFunction, modes: readonly string[] | null): number[] => {
  const parameters = tree.given.slice(0, -1)
  return parameters.filter((_, at) => 'ibv'.includes(modes?.[at] ?? 'i'))
}

export const runPlpgsqlFunction = (
  host: RoutineHost,
  fn: FunctionInfo,
  types: readonly number[],
  result: number,
  args: readonly Value[],
): RoutineRows => {
  const { catalog } = host.environment
  const tree = parsePlpgsql(catalog, fn, 'function')
  const frame = new Frame(host, tree, argumentNumbers(tree, fn.modes))
  prepare(frame, tree, fn, types, args)
  const outputs = outputColumnsOf(fn)
  const columns =
    outputs.length > 1 || fn.kind === 'p' ? outputs : result === OID.record ? undefined : catalog.fields(result)
  const declared: Declared = {
    type: result,
    columns: columns?.length === 0 ? undefined : columns,
    set: fn.set,
    trigger: false,
  }
  const returns = new Returns(declared)
  const returned = new Interpreter(frame, returns).run()
  if (fn.set) return { rows: returns.found, columns: declared.columns ?? returns.columns }
  if (result === OID.void) return { rows: [['']], columns: undefined }
  if (!returned && fn.kind !== 'p') throw noReturn('function')
  if (fn.kind === 'p' && !returned && declared.columns !== undefined) throw noReturn('procedure')
  if (declared.columns !== undefined || result === OID.record) {
    const row = returns.row ?? (fn.kind === 'p' ? (declared.columns ?? []).map(() => null) : undefined)
    return { rows: row === undefined ? [] : [row], columns: declared.columns ?? returns.columns ?? [] }
  }
  return { rows: returns.found.length === 0 ? [[null]] : returns.found, columns: undefined }
}

export const runBlock = (host: RoutineHost, body: FunctionBody): void => {
  const fn = blockFunction(body)
  const tree = parsePlpgsql(host.environment.catalog, fn, 'block')
  const frame = new Frame(host, tree, [])
  prepare(frame, tree, { ...fn, name: 'inline_code_block' }, [], [])
  new Interpreter(frame, new Returns({ type: OID.void, columns: undefined, set: false, trigger: false })).run()
}

/** Calls the function of an event trigger; its result means nothing. */
export const runEventTrigger = (host: RoutineHost, fn: FunctionInfo, { event, tag }: FiredEvent): void => {
  const tree = parsePlpgsql(host.environment.catalog, fn, 'event trigger')
  const frame = new Frame(host, tree, [])
  const given: Readonly<Record<string, Value>> = { tg_event: event, tg_tag: tag }
  for (const number of tree.given) {
    const datum = frame.datum(number)
    if (datum.kind !== 'var') continue
    frame.slots.set(
      number,
      datum.name === 'found' ? scalar('found', OID.bool, 0n) : scalar(datum.name, OID.text, given[datum.name] ?? null),
    )
  }
  frame.enter(fn.name, tree.given)
  const returns = new Returns({ type: OID.void, columns: undefined, set: false, trigger: false })
  new Interpreter(frame, returns).run()
}

/** One firing of a trigger. */
export interface Firing {
  readonly trigger: TriggerInfo
  readonly relation: RelationInfo
  readonly operation: TriggerInfo['events'][number]
  readonly old: readonly Value[] | undefined
  readonly new: readonly Value[] | undefined
}

/** @returns the row that a trigger before each row gives, null for none */
export const runTrigger = (host: RoutineHost, fn: FunctionInfo, firing: Firing): readonly Value[] | null => {
  const { trigger, relation, operation } = firing
  const tree = parsePlpgsql(host.environment.catalog, fn, 'trigger')
  const frame = new Frame(host, tree, [])
  const columns: readonly OutputColumn[] = relation.columns
  const given: Readonly<Record<string, readonly [type: number, value: Value]>> = {
    tg_name: [OID.name, trigger.name],
    tg_when: [OID.text, trigger.timing === 'instead' ? 'INSTEAD OF' : trigger.timing.toUpperCase()],
    tg_level: [OID.text, trigger.row ? 'ROW' : 'STATEMENT'],
    tg_op: [OID.text, operation.toUpperCase()],
    tg_relid: [OID.oid, BigInt(relation.oid)],
    tg_relname: [OID.name, relation.name],
    tg_table_name: [OID.name, relation.name],
    tg_table_schema: [OID.name, relation.schema],
    tg_nargs: [OID.int4, BigInt(trigger.args.length)],
    tg_argv: [OID.textArray, storeArray({ ...arrayOf(trigger.args), bounds: trigger.args.length === 0 ? [] : [0] })],
    found: [OID.bool, 0n],
  }
  for (const number of tree.given) {
    const datum = frame.datum(number)
    if (datum.kind === 'record') {
      const values = datum.name === 'old' ? firing.old : firing.new
      frame.slots.set(number, {
        kind: 'record',
        name: datum.name,
        rowType: relation.rowType,
        ofTrigger: true,
        columns,
        values: values ?? null,
      })
    } else if (datum.kind === 'var') {
      const [type, value] = given[datum.name] ?? [OID.text, null]
      frame.slots.set(number, scalar(datum.name, type, value))
    }
  }
  frame.enter(fn.name, tree.given)
  const returns = new Returns({ type: relation.rowType, columns, set: false, trigger: true })
  if (!new Interpreter(frame, returns).run()) throw noReturn('trigger procedure')
  return returns.row
}
