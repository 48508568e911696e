/** The variables of a running PL/pgSQL function, by number, and the names that are visible where it stands. */
import type { FoundVariable, Variables } from '../../../compiler/bind/variable.ts'
import { OID } from '../../../compiler/catalog/oid.ts'
import { recordType } from '../../../compiler/catalog/record-type.ts'
import type { Datum, PlpgsqlFunction } from '../../../compiler/plpgsql/tree.ts'
import type { OutputColumn } from '../../../compiler/tree/query.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { loadRecord, storeRecord } from '../../../compiler/types/record.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { castValue } from '../routine/cast.ts'
import type { RoutineHost } from '../routine/host.ts'

export interface ScalarSlot {
  readonly kind: 'scalar'
  readonly name: string
  readonly type: number
  readonly typmod: number
  readonly constant: boolean
  readonly notNull: boolean
  value: Value
}

export interface RecordSlot {
  readonly kind: 'record'
  readonly name: string
  /** The composite type that it is declared as, or 0. */
  readonly rowType: number
  /** NEW or OLD: a row of the table until INTO gives it another shape. */
  readonly ofTrigger?: true
  /** Undefined while it has been assigned no row. */
  columns: readonly OutputColumn[] | undefined
  /** Null when the row itself is NULL. */
  values: readonly Value[] | null
}

export type Slot = ScalarSlot | RecordSlot

interface Level {
  readonly label: string | undefined
  readonly names: ReadonlyMap<string, number>
}

export class Frame {
  readonly tree: PlpgsqlFunction
  readonly host: RoutineHost
  readonly slots = new Map<number, Slot>()
  readonly #levels: Level[] = []
  /** Arguments by position, for `$1`. */
  readonly #arguments: readonly number[]

  constructor(host: RoutineHost, tree: PlpgsqlFunction, args: readonly number[]) {
    this.host = host
    this.tree = tree
    this.#arguments = args
    this.variables = {
      conflict: tree.conflict,
      argument: (number) => {
        const slot = this.slots.get(this.#arguments[number - 1] ?? -1)
        return slot?.kind === 'scalar'
          ? { type: slot.type, typmod: slot.typmod, id: String(this.#arguments[number - 1]) }
          : undefined
      },
      find: (path) => {
        const found = this.find(path)
        // behind a field there are no names (resolve_column_ref)
        return found === undefined || found.fields.length > 0 ? undefined : found
      },
    }
  }

  enter(label: string | undefined, numbers: readonly number[], extra: ReadonlyMap<string, number> = new Map()): void {
    const names = new Map(extra)
    for (const number of numbers) {
      const slot = this.slots.get(number)
      if (slot !== undefined && slot.name !== '') names.set(slot.name, number)
    }
    this.#levels.push({ label, names })
  }

  leave(): void {
    this.#levels.pop()
  }

  datum(number: number): Datum {
    const datum = this.tree.datums[number]
    if (datum === undefined) throw new Error(`no variable ${number}`)
    return datum
  }

  slot(number: number): Slot {
    const slot = this.slots.get(number)
    if (slot === undefined) throw unsupported('this variable of PL/pgSQL')
    return slot
  }

  #number(path: readonly string[]): { readonly number: number; readonly rest: readonly string[] } | undefined {
    const [first = '', second] = path
    for (const { label, names } of this.#levels.toReversed()) {
      const number = names.get(first)
      if (number !== undefined) return { number, rest: path.slice(1) }
      if (label === first && second !== undefined) {
        const labelled = names.get(second)
        if (labelled !== undefined) return { number: labelled, rest: path.slice(2) }
      }
    }
    return undefined
  }

  /** What statements of the function see. */
  readonly variables: Variables

  /** What names mean. @throws PgError 42703, 55000 */
  find(path: readonly string[]): FoundVariable | undefined {
    const found = this.#number(path)
    if (found === undefined) return undefined
    const { number, rest } = found
    const slot = this.slot(number)
    const id = String(number)
    if (slot.kind === 'scalar' && slot.type === OID.record && rest.length > 0)
      throw unsupported('a field of an argument of type record')
    if (slot.kind === 'scalar') return { variable: { type: slot.type, typmod: slot.typmod, id }, fields: rest }
    const [field, ...fields] = rest
    if (field === undefined) {
      return { variable: { type: typeOf(slot), typmod: -1, id }, fields: [] }
    }
    const column = columnsOf(slot).find(({ name }) => name === field)
    if (column === undefined) throw new PgError('42703', `record "${slot.name}" has no field "${field}"`)
    return { variable: { type: column.type, typmod: column.typmod, id: `${id}.${field}` }, fields }
  }

  /** The type that a captured variable has now, and its value. */
  captured(id: string): { readonly type: number; readonly value: Value } {
    const [number = '', ...path] = id.split('.')
    const field = path.length === 0 ? undefined : path.join('.')
    const slot = this.slot(Number(number))
    if (slot.kind === 'scalar') return { type: slot.type, value: slot.value }
    if (field === undefined)
      return { type: typeOf(slot), value: slot.values === null ? null : storeRecord(slot.values) }
    const at = columnsOf(slot).findIndex(({ name }) => name === field)
    return { type: slot.columns?.[at]?.type ?? -1, value: slot.values?.[at] ?? null }
  }

  /** Puts a value of some type into a variable. @throws PgError 22005 for a constant, 22004 for NULL where it may not be */
  assign(number: number, value: Value, type: number): void {
    const datum = this.datum(number)
    const env = this.host.environment
    if (datum.kind === 'field') {
      const slot = this.slot(datum.record)
      if (slot.kind !== 'record') throw unsupported('this assignment')
      const columns = columnsOf(slot)
      const at = columns.findIndex(({ name }) => name === datum.field)
      const column = columns[at]
      if (column === undefined) throw new PgError('42703', `record "${slot.name}" has no field "${datum.field}"`)
      const cast = castValue(env, value, type, column.type, column.typmod)
      slot.values = columns.map((_, index) => (index === at ? cast : (slot.values?.[index] ?? null)))
      return
    }
    const slot = this.slot(number)
    if (slot.kind === 'record') {
      if (value === null) {
        slot.columns ??= undefined
        slot.values = null
        return
      }
      const fields = env.catalog.fields(type)
      if (fields === undefined) throw unsupported('the assignment of this value to a record')
      this.assignRow(number, loadRecord(value), fields)
      return
    }
    this.requireAssignable(slot)
    this.set(slot, castValue(env, value, type, slot.type, slot.typmod))
  }

  /** @throws PgError 22005 */
  requireAssignable(slot: Slot): void {
    if (slot.kind === 'scalar' && slot.constant)
      throw new PgError('22005', `variable "${slot.name}" is declared CONSTANT`)
  }

  set(slot: ScalarSlot, value: Value): void {
    if (value === null && slot.notNull)
      throw new PgError('22004', `null value cannot be assigned to variable "${slot.name}" declared NOT NULL`)
    slot.value = value
  }

  /** Puts a row, or the absence of one, into a record or a list of variables (exec_move_row). */
  assignRow(number: number, row: readonly Value[] | undefined, columns: readonly OutputColumn[]): void {
    const env = this.host.environment
    const datum = this.datum(number)
    if (datum.kind === 'row') {
      const [only] = datum.fields
      const single = datum.fields.length === 1 && only !== undefined ? this.slots.get(only.varno) : undefined
      if (single?.kind === 'record') return this.assignRow(only?.varno ?? 0, row, columns)
      for (const [at, { varno }] of datum.fields.entries())
        this.assign(varno, row?.[at] ?? null, columns[at]?.type ?? OID.text)
      return
    }
    if (datum.kind === 'field' || this.slot(number).kind === 'scalar') {
      this.assign(number, row?.[0] ?? null, columns[0]?.type ?? OID.text)
      return
    }
    const slot = this.slot(number)
    if (slot.kind !== 'record') throw unsupported('this target')
    if (slot.rowType === 0 || slot.ofTrigger) {
      this.slots.set(number, { ...slot, rowType: 0, columns, values: row ?? columns.map(() => null) })
      return
    }
    const fields = env.catalog.fields(slot.rowType) ?? []
    slot.values = fields.map(({ type, typmod }, at) =>
      castValue(env, row?.[at] ?? null, columns[at]?.type ?? OID.text, type, typmod),
    )
  }
}

/** The type of a whole record; one that has been assigned no row is a simple NULL (exec_eval_datum). */
const typeOf = ({ rowType, columns }: RecordSlot): number =>
  rowType !== 0 ? rowType : columns === undefined ? OID.record : recordType(columns)

const notAssigned = (name: string): PgError =>
  new PgError('55000', `record "${name}" is not assigned yet`, {
    detail: 'The tuple structure of a not-yet-assigned record is indeterminate.',
  })

export const columnsOf = (slot: RecordSlot): readonly OutputColumn[] => {
  if (slot.columns === undefined) throw notAssigned(slot.name)
  return slot.columns
}
