/**
 * The SQLite of a Durable Object. It takes no functions, has no BEGIN, and its integers come and go as doubles: they cross
 * as text here.
 */
import type { Value } from '../../compiler/tree/value.ts'
import type { Bindings, Deadline, SqliteDatabase, TransactionControl } from '../../wire/sqlite/database.ts'

/** What is used of `ctx.storage`. */
export interface DurableStorage {
  readonly sql: {
    exec(sql: string, ...bindings: unknown[]): { raw(): Iterable<unknown[]>; readonly columnNames: readonly string[] }
  }
  transactionSync<Outcome>(work: () => Outcome): Outcome
}

/** Texts, names, and the parameters between them. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|:([A-Za-z_]\w*)/g

/** Parameters by number, integers as text that becomes one again. */
const withNumbers = (sql: string, bindings: Bindings): { readonly text: string; readonly values: unknown[] } => {
  const names: string[] = []
  const text = sql.replaceAll(PIECES, (piece, name?: string) => {
    if (name === undefined) return piece
    if (!names.includes(name)) names.push(name)
    const parameter = `?${names.indexOf(name) + 1}`
    return typeof bindings[name] === 'bigint' ? `CAST(${parameter} AS INTEGER)` : parameter
  })
  const values = names.map((name) => {
    const value = bindings[name] ?? null
    if (typeof value === 'bigint') return String(value)
    return value instanceof Uint8Array ? value.slice().buffer : value
  })
  return { text, values }
}

/** A value as it has crossed: integers and texts with a letter in front. */
const received = (value: unknown): Value => {
  if (typeof value === 'string') return value.startsWith('i') ? BigInt(value.slice(1)) : value.slice(1)
  return value instanceof ArrayBuffer ? new Uint8Array(value) : (value as number | null)
}

export class DurableSqlite implements SqliteDatabase {
  deadline: Deadline | undefined
  readonly temporary = 'TABLE'
  readonly endsAtOnce = false
  readonly #storage: DurableStorage
  /** How many columns a query has. */
  readonly #widths = new Map<string, number>()
  /** What the client's transaction has asked for and the host is still to do. */
  readonly #asked: TransactionControl[] = []

  constructor(storage: DurableStorage) {
    this.#storage = storage
  }

  define(functions: readonly unknown[]): void {
    if (functions.length > 0) throw new Error('a Durable Object takes no functions')
  }

  /** All rows of a statement; workerd puts SQLite's code behind its messages. */
  #rows(text: string, values: readonly unknown[]): { readonly columns: readonly string[]; readonly rows: unknown[][] } {
    try {
      const cursor = this.#storage.sql.exec(text, ...values)
      return { columns: cursor.columnNames, rows: Array.from(cursor.raw()) }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new Error(message.replace(/: SQLITE_\w+( \([^)]*\))?$/, ''), { cause: error })
    }
  }

  #width(sql: string, text: string, values: readonly unknown[]): number {
    const known = this.#widths.get(sql)
    if (known !== undefined) return known
    const { columns } = this.#rows(`SELECT * FROM (${text}) LIMIT 0`, values)
    this.#widths.set(sql, columns.length)
    return columns.length
  }

  all(sql: string, bindings: Bindings = {}): Value[][] {
    const { text, values } = withNumbers(sql, bindings)
    const columns = Array.from({ length: this.#width(sql, text, values) }, (_, at) => `c${at}`)
    const sent = columns.map(
      (name) =>
        `CASE typeof(${name}) WHEN 'integer' THEN 'i' || ${name} WHEN 'text' THEN 't' || ${name} ELSE ${name} END`,
    )
    const { rows } = this.#rows(
      `WITH "result$"(${columns.join(', ')}) AS (${text}) SELECT ${sent.join(', ')} FROM "result$"`,
      values,
    )
    return rows.map((row) => row.map(received))
  }

  run(sql: string, bindings: Bindings = {}): { readonly changes: number; readonly rowid: bigint } {
    const { text, values } = withNumbers(sql, bindings)
    this.#rows(text, values)
    const [row = []] = this.#rows('SELECT changes(), last_insert_rowid()', []).rows
    return { changes: Number(row[0]), rowid: BigInt(Number(row[1])) }
  }

  transact<Outcome>(work: () => Outcome): Outcome {
    return this.#storage.transactionSync(work)
  }

  control(command: TransactionControl): void {
    this.#asked.push(command)
  }

  /** The next thing that the client's transaction has asked for. */
  takeControl(): TransactionControl | undefined {
    return this.#asked.shift()
  }

  close(): void {
    this.#widths.clear()
  }
}
