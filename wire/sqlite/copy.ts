/** COPY FROM STDIN: the rows that its data make. Manual: "COPY"; after CopyFrom (copyfrom.c). */
import type { ColumnInfo } from '../../compiler/catalog/entries.ts'
import type { CopyInPlan, SqliteQuery } from '../../compiler/plan.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { coerceStored } from '../../compiler/types/assign.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { type Notice, PgError } from '../protocol/error.ts'
import { binaryFields } from './copy-binary.ts'
import { type CopyField, DEFAULT, textRows } from './copy-text.ts'
import type { Bindings, SqliteDatabase } from './database.ts'
import { startWrite, withEvents } from './family-write.ts'
import type { Result } from './result.ts'
import { finish, type Runner } from './write.ts'

/** What the client has sent, in pieces of any size. */
export type CopyData = Iterable<Uint8Array>

/** A field that its column's type does not take, in a row that is then left out (a soft error). */
class Unfitting extends Error {}

/** The values of a row's columns as they are stored; undefined for those that take their defaults. */
type Fields = readonly (Value | undefined)[]

/** The rows of the data, one by one. */
class CopyRows {
  readonly #env: Environment
  readonly #plan: CopyInPlan
  readonly #targets: readonly ColumnInfo[]
  readonly #notices: Notice[] = []
  #leftOut = 0

  constructor(env: Environment, plan: CopyInPlan) {
    this.#env = env
    this.#plan = plan
    this.#targets = plan.columns.map((at) => plan.relation.columns[at] as ColumnInfo)
  }

  /** @throws PgError 22P04, 22021, 22P02 and what else the types' input functions throw */
  *read(data: CopyData): Generator<Fields, void> {
    const { format } = this.#plan
    if (format.kind === 'binary') {
      const types = this.#targets.map(({ type }) => type)
      for (const values of binaryFields(this.#env, joined(data), types))
        yield values.map((value, at) => this.#fitted(value, this.#targets[at] as ColumnInfo))
      return
    }
    const names = this.#targets.map(({ name }) => name)
    for (const { fields, line } of textRows(data, format, names)) {
      for (const [at, field] of fields.entries()) if (field === DEFAULT) this.#requireDefault(at)
      if (fields.length > names.length) throw new PgError('22P04', 'extra data after last expected column')
      try {
        yield this.#targets.map((column, at) => this.#value(column, fields[at], line))
      } catch (error) {
        if (!(error instanceof Unfitting)) throw error
        this.#leaveOut()
      }
    }
  }

  /** What is told of rows that have been left out. */
  get notices(): readonly Notice[] {
    if (this.#leftOut === 0 || this.#plan.format.verbosity === 'silent') return this.#notices
    const rows = this.#leftOut === 1 ? '1 row was' : `${this.#leftOut} rows were`
    const message = `${rows} skipped due to data type incompatibility`
    return [...this.#notices, { severity: 'NOTICE', code: '00000', message }]
  }

  #requireDefault(at: number): void {
    const index = this.#plan.columns[at]
    if (index !== undefined && !this.#plan.defaults.includes(index))
      throw new PgError('22P04', 'unexpected default marker in COPY data', {
        detail: `Column "${this.#targets[at]?.name}" has no default value.`,
      })
  }

  #value({ name, type, typmod }: ColumnInfo, given: CopyField | undefined, line: number): Value | undefined {
    if (given === undefined) throw new PgError('22P04', `missing data for column "${name}"`)
    if (given === DEFAULT) return undefined
    const field = this.#forced(name, given)
    const { onError, verbosity } = this.#plan.format
    try {
      return coerceStored(this.#env, field, type, typmod)
    } catch (error) {
      if (onError !== 'ignore' || !isSoft(error)) throw error
      if (verbosity === 'verbose') {
        const what = field === null ? 'null input' : `"${shortened(field)}"`
        const message = `skipping row due to data type incompatibility at line ${line} for column "${name}": ${what}`
        this.#notices.push({ severity: 'NOTICE', code: '00000', message })
      }
      throw new Unfitting()
    }
  }

  /** FORCE_NOT_NULL and FORCE_NULL. */
  #forced(name: string, field: string | null): string | null {
    const { null: none, forceNotNull = [], forceNull = [] } = this.#plan.format
    const isIn = (names: readonly string[] | 'all'): boolean => names === 'all' || names.includes(name)
    if (field === null) return isIn(forceNotNull) ? none : null
    return field === none && isIn(forceNull) ? null : field
  }

  #leaveOut(): void {
    this.#leftOut++
    const { rejectLimit } = this.#plan.format
    if (rejectLimit !== undefined && this.#leftOut > rejectLimit)
      throw new PgError(
        '22P02',
        `skipped more than REJECT_LIMIT (${rejectLimit}) rows due to data type incompatibility`,
      )
  }

  /** A value as its column's modifier wants it, which the receive function applies as the input function does. */
  #fitted(value: Value, { type, typmod }: ColumnInfo): Value {
    if (value === null || typmod < 0) return value
    return coerceStored(this.#env, codecOf(this.#env, type).output(value, this.#env), type, typmod)
  }
}

/** Errors that input functions report softly: of data, and of a domain's constraints. */
const isSoft = (error: unknown): boolean =>
  error instanceof PgError && (error.code.startsWith('22') || error.code === '23514' || error.code === '23502')

/** CopyLimitPrintoutLength */
const LONGEST = 100
const shortened = (text: string): string => (text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`)

const joined = (data: CopyData): Buffer => Buffer.concat([...data])

/** The bindings :v0, :v1 … of the columns that a row has values for. */
const bindingsOf = (columns: readonly number[], fields: Fields): Bindings =>
  Object.fromEntries(
    columns.flatMap((index, at) => (fields[at] === undefined ? [] : [[`v${index}`, fields[at] as Value]])),
  )

export const executeCopyIn = (
  db: SqliteDatabase,
  runner: Runner,
  env: Environment,
  plan: CopyInPlan,
  data: CopyData,
): Result => {
  const { relation, columns, checks } = plan
  const { members, triggers } = plan
  const rows = new CopyRows(env, plan)
  const queries = new Map<string, SqliteQuery>()
  const queryFor = (fields: Fields): SqliteQuery => {
    const missing = columns.filter((_, at) => fields[at] === undefined)
    if (missing.length === 0) return plan.rows
    const known = queries.get(missing.join()) ?? plan.rowsWithout(missing)
    queries.set(missing.join(), known)
    return known
  }
  // values of all columns in their order that nothing checks are stored as they come
  const isPlain =
    checks.length === 0 && columns.length === relation.columns.length && columns.every((index, at) => index === at)
  const write = withEvents(db, runner, (events) => {
    const started = startWrite(
      db,
      runner,
      { operation: 'insert', relation, checks, triggers, ...(members === undefined ? {} : { members }) },
      {},
      events,
    )
    started.begin()
    for (const fields of rows.read(data)) {
      if (isPlain && !fields.includes(undefined)) {
        started.insert(fields as Value[], [])
        continue
      }
      const row = runner.query(queryFor(fields), bindingsOf(columns, fields))[0] ?? []
      started.insert(row.slice(0, relation.columns.length), row.slice(relation.columns.length))
    }
    finish(started)
    return started
  })
  return { tag: `COPY ${write.count}`, rows: [], notices: [...plan.notices, ...rows.notices] }
}
