/** What a function returns: one value, the rows of a set, or the row of a trigger. */
import { OID } from '../../../compiler/catalog/oid.ts'
import type { StatementKinds } from '../../../compiler/plpgsql/tree.ts'
import { type OutputColumn, sameTypes } from '../../../compiler/tree/query.ts'
import type { Value } from '../../../compiler/tree/value.ts'
import { loadRecord, loadShaped } from '../../../compiler/types/record.ts'
import { PgError, unsupported } from '../../protocol/error.ts'
import { castValue } from '../routine/cast.ts'
import { evaluateExpression } from './expressions.ts'
import { columnsOf, type Frame } from './frame.ts'

/** The declared result. */
export interface Declared {
  readonly type: number
  /** The columns of a composite result; undefined for a single value, or for a record of any shape. */
  readonly columns: readonly OutputColumn[] | undefined
  readonly set: boolean
  readonly trigger: boolean
}

interface Row {
  readonly values: readonly Value[] | null
  readonly columns: readonly OutputColumn[]
}

export class Returns {
  readonly #declared: Declared
  readonly found: (readonly Value[])[] = []
  /** Of a function that returns one row or a trigger: null for NULL. */
  row: readonly Value[] | null = null
  /** What it consists of. */
  columns: readonly OutputColumn[] | undefined

  constructor(declared: Declared) {
    this.#declared = declared
  }

  get #composite(): boolean {
    const { columns, type, trigger } = this.#declared
    return trigger || columns !== undefined || type === OID.record
  }

  /** RETURN. */
  one(frame: Frame, { expr, retvarno }: StatementKinds['return']): void {
    const { set, type } = this.#declared
    if (set || type === OID.void) return
    if (this.#composite) {
      const row = this.#rowOf(frame, expr === undefined ? undefined : { expr }, retvarno)
      this.columns = row?.columns
      const message = this.#declared.trigger
        ? 'returned row structure does not match the structure of the triggering table'
        : 'returned record type does not match expected record type'
      this.row = row === undefined ? null : this.#fitted(frame, row, message)
      return
    }
    const { value, type: from } =
      retvarno === undefined || retvarno < 0
        ? expr === undefined
          ? { value: null, type }
          : evaluateExpression(frame, expr.PLpgSQL_expr)
        : frame.captured(String(retvarno))
    this.found.splice(0, 1, [castValue(frame.host.environment, value, from, type)])
  }

  /** RETURN NEXT. */
  next(frame: Frame, { expr, retvarno }: StatementKinds['return_next']): void {
    if (!this.#declared.set) throw new PgError('42804', 'cannot use RETURN NEXT in a non-SETOF function')
    if (this.#composite) {
      const row = this.#rowOf(frame, expr === undefined ? undefined : { expr }, retvarno)
      if (row !== undefined && this.#declared.columns === undefined) this.#isOfOneShape(row.columns)
      this.found.push(
        row === undefined
          ? (this.#declared.columns ?? []).map(() => null)
          : (this.#fitted(frame, row, 'wrong record type supplied in RETURN NEXT') ??
              (this.#declared.columns ?? []).map(() => null)),
      )
      return
    }
    const { value, type: from } =
      expr === undefined ? frame.captured(String(retvarno ?? 0)) : evaluateExpression(frame, expr.PLpgSQL_expr)
    this.found.push([castValue(frame.host.environment, value, from, this.#declared.type)])
  }

  /** RETURN QUERY. @throws PgError 42804 */
  rows(_frame: Frame, rows: readonly (readonly Value[])[], columns: readonly OutputColumn[]): void {
    if (!this.#declared.set) throw new PgError('42804', 'cannot use RETURN QUERY in a non-SETOF function')
    if (this.#declared.columns === undefined && this.#declared.type === OID.record) this.#isOfOneShape(columns)
    const wanted = this.#declared.columns ?? this.columns ?? [{ name: '', type: this.#declared.type, typmod: -1 }]
    if (!sameTypes(columns, wanted))
      throw new PgError('42804', 'structure of query does not match function result type')
    for (const row of rows) this.found.push(row)
  }

  /** The rows of a set of records are alike: what they are to consist of is known to the query alone. */
  #isOfOneShape(columns: readonly OutputColumn[]): void {
    this.columns ??= columns
    if (!sameTypes(columns, this.columns)) throw unsupported('records of different types in one set')
  }

  /** A record, a list of variables or an expression as a row; undefined for NULL. */
  #rowOf(
    frame: Frame,
    given: { readonly expr: NonNullable<StatementKinds['return']['expr']> } | undefined,
    number: number | undefined,
  ): Row | undefined {
    if (given !== undefined) {
      const { value, type } = evaluateExpression(frame, given.expr.PLpgSQL_expr)
      if (value === null) return undefined
      if (this.#declared.trigger) throw unsupported('a trigger function that returns an expression')
      const shaped = type === OID.record ? loadShaped(value) : undefined
      if (shaped !== undefined)
        return { values: shaped.fields, columns: frame.host.environment.catalog.fields(shaped.type) ?? [] }
      const columns = frame.host.environment.catalog.fields(type)
      if (columns === undefined)
        throw new PgError('42804', 'cannot return non-composite value from function returning composite type')
      return { values: loadRecord(value), columns }
    }
    if (number === undefined || number < 0) return undefined
    const datum = frame.datum(number)
    if (datum.kind === 'row') {
      const parts = datum.fields.map(({ name, varno }) => ({ name, ...frame.captured(String(varno)) }))
      return {
        values: parts.map(({ value }) => value),
        columns: parts.map(({ name, type }) => ({ name, type, typmod: -1 })),
      }
    }
    const slot = frame.slot(number)
    if (slot.kind === 'record')
      return slot.values === null ? undefined : { values: slot.values, columns: columnsOf(slot) }
    if (slot.value === null) return undefined
    const columns = frame.host.environment.catalog.fields(slot.type)
    if (columns === undefined)
      throw new PgError('42804', 'cannot return non-composite value from function returning composite type')
    return { values: loadRecord(slot.value), columns }
  }

  /** @throws PgError 42804 when the row is not of the declared type */
  #fitted(frame: Frame, { values, columns }: Row, message: string): readonly Value[] | null {
    const wanted = this.#declared.columns
    if (wanted === undefined || values === null) return values
    if (!sameTypes(columns, wanted)) throw new PgError('42804', message)
    return wanted.map(({ type, typmod }, at) =>
      castValue(frame.host.environment, values[at] ?? null, columns[at]?.type ?? type, type, typmod),
    )
  }
}
