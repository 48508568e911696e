/** The open cursors of a session: SQL's and PL/pgSQL's. Manual: "DECLARE", "FETCH", "MOVE", "CLOSE". */
import type { CursorDirection, CursorPlan, QueryPlan, SqliteQuery } from '../../compiler/plan.ts'
import type { OutputColumn } from '../../compiler/tree/query.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { PgError, toPgError, unsupported } from '../protocol/error.ts'
import type { Result } from './result.ts'
import { fromSqlite } from './sqlite-error.ts'

export interface Cursor {
  readonly name: string
  readonly columns: readonly OutputColumn[]
  /** The rows as they were when the cursor was opened. */
  readonly rows: readonly (readonly Value[])[]
  /** Undefined where neither SCROLL nor NO SCROLL was said: then it depends on PostgreSQL's plan. */
  readonly scroll: boolean | undefined
  readonly hold: boolean
  /** The relations that they have been read from. */
  readonly reads: readonly number[]
  /** What opened it, and when. */
  readonly text: string
  readonly opened: bigint
  /** The transaction that opened it has been committed. */
  held?: boolean
  /** Its query fails somewhere, which PostgreSQL says when it gets there. */
  readonly broken?: boolean
  /** 0 before the first row, `rows.length + 1` behind the last one. */
  position: number
}

/** Rows as they are when a cursor is opened; an error in one of them is for FETCH to say. */
const rowsOf = (query: QueryPlan, run: RunQuery): { readonly rows: Value[][]; readonly broken: boolean } => {
  try {
    return { rows: run(query.query), broken: false }
  } catch (error) {
    if (toPgError(fromSqlite(error)).code.startsWith('22')) return { rows: [], broken: true }
    throw error
  }
}

type Opening = Pick<Cursor, 'text' | 'opened'>

type RunQuery = (query: SqliteQuery) => Value[][]

const missing = (name: string): PgError => new PgError('34000', `cursor "${name}" does not exist`)

/** Portals that are no cursors of SQL, which it can fetch from and close as well. */
export interface OtherPortals {
  has(name: string): boolean
  find(name: string): Cursor | undefined
  /** @returns whether there was one */
  close(name: string): boolean
  closeAll(): void
  /** All but the one that is being executed. */
  closeOthers(): void
  /** The relations that are being read. */
  readonly reads: readonly number[]
}

export class Cursors {
  readonly #cursors = new Map<string, Cursor>()
  others: OtherPortals | undefined
  #unnamed = 0
  /** What the loops read that are being executed. */
  readonly #loops: (readonly number[])[] = []

  /** A name that PostgreSQL would give to a cursor without one. */
  freshName(): string {
    return `<unnamed portal ${++this.#unnamed}>`
  }

  /** All of them, in the order of their opening. */
  get all(): readonly Cursor[] {
    return [...this.#cursors.values()]
  }

  /** The relations that something of the session is reading. */
  get reads(): ReadonlySet<number> {
    const own = this.all.filter(({ held }) => !held).flatMap(({ reads }) => reads)
    return new Set([...own, ...this.#loops.flat(), ...(this.others?.reads ?? [])])
  }

  /** Work for each row of a query. @param reads the relations that they have been read from */
  during<Outcome>(reads: readonly number[], work: () => Outcome): Outcome {
    this.#loops.push(reads)
    try {
      return work()
    } finally {
      this.#loops.pop()
    }
  }

  has(name: string): boolean {
    return this.#cursors.has(name) || this.others?.has(name) === true
  }

  /** @throws PgError 42P03 */
  open(cursor: Omit<Cursor, 'position'>): void {
    if (this.has(cursor.name)) throw new PgError('42P03', `cursor "${cursor.name}" already exists`)
    this.#cursors.set(cursor.name, { ...cursor, position: 0 })
  }

  /** @throws PgError 34000 */
  find(name: string): Cursor {
    const cursor = this.#cursors.get(name) ?? this.others?.find(name)
    if (cursor === undefined) throw missing(name)
    return cursor
  }

  /** @throws PgError 34000 */
  close(name: string): void {
    if (!this.#cursors.delete(name) && !this.others?.close(name)) throw missing(name)
  }

  closeAll(): void {
    this.#cursors.clear()
    this.others?.closeOthers()
  }

  /**
   * DECLARE, FETCH, MOVE and CLOSE.
   * @param alone the statement is a transaction of its own
   * @param opening the text of the statement, and when it has come
   */
  perform({ action, tag, notices }: CursorPlan, run: RunQuery, alone: boolean, { text, opened }: Opening): Result {
    switch (action.action) {
      case 'declare': {
        const { name, query, scroll, hold } = action
        const { reads = [] } = query.query
        this.open({ name, columns: query.columns, scroll, hold, text, opened, reads, ...rowsOf(query, run) })
        if (alone) this.endTransaction(true)
        return { tag, rows: [], notices }
      }
      case 'fetch': {
        const cursor = this.find(action.name)
        const rows = this.fetch(cursor, action.direction, action.count)
        return { tag: `FETCH ${rows.length}`, columns: cursor.columns, rows, notices }
      }
      case 'move': {
        const cursor = this.find(action.name)
        return { tag: `MOVE ${this.move(cursor, action.direction, action.count)}`, rows: [], notices }
      }
      case 'close':
        this.close(action.name)
        return { tag, rows: [], notices }
      case 'close all':
        this.closeAll()
        return { tag, rows: [], notices }
      default:
        return action satisfies never
    }
  }

  /** Cursors WITH HOLD outlive the transaction that opens them, once it is committed. */
  endTransaction(committed: boolean, inProcedure = false): void {
    // What a procedure runs in goes on.
    if (inProcedure) this.others?.closeOthers()
    else this.others?.closeAll()
    for (const [name, cursor] of this.#cursors)
      if (!cursor.held && !(committed && cursor.hold)) this.#cursors.delete(name)
      else cursor.held = true
  }

  /** Forgets what has been opened since; what has been closed since comes back. */
  snapshot(): () => void {
    const before = new Map(this.#cursors)
    return () => {
      for (const name of this.#cursors.keys()) if (!before.has(name)) this.#cursors.delete(name)
    }
  }

  /**
   * The rows that FETCH gives, in its order; the cursor then stands on the last of them, or beyond (DoPortalRunFetch).
   * @throws PgError 55000 for going back in a cursor that is NO SCROLL
   */
  fetch(cursor: Cursor, direction: CursorDirection, count: number): readonly (readonly Value[])[] {
    const { rows } = cursor
    if (cursor.broken) throw unsupported('a cursor whose query fails')
    switch (direction) {
      case 'forward':
        if (count < 0) return this.fetch(cursor, 'backward', -count)
        if (count === 0) return this.#again(cursor)
        return this.#forward(cursor, count)
      case 'backward':
        if (count < 0) return this.fetch(cursor, 'forward', -count)
        if (count === 0) return this.#again(cursor)
        return this.#backward(cursor, count)
      case 'absolute': {
        const target = count >= 0 ? count : Math.max(rows.length + 1 + count, 0)
        if (target <= cursor.position) this.#requireScroll(cursor)
        return this.#to(cursor, target)
      }
      case 'relative': {
        if (count === 0) return this.#again(cursor)
        if (count < 0) this.#requireScroll(cursor)
        return this.#to(cursor, cursor.position + count)
      }
      default:
        return direction satisfies never
    }
  }

  #requireScroll({ scroll }: Cursor): void {
    if (scroll === undefined) throw unsupported('going back in a cursor that is not declared with SCROLL')
    if (!scroll)
      throw new PgError('55000', 'cursor can only scan forward', {
        hint: 'Declare it with SCROLL option to enable backward scan.',
      })
  }

  #to(cursor: Cursor, target: number): readonly (readonly Value[])[] {
    cursor.position = Math.min(Math.max(target, 0), cursor.rows.length + 1)
    const row = cursor.rows[cursor.position - 1]
    return row === undefined ? [] : [row]
  }

  /** MOVE: how many rows FETCH would give. */
  move(cursor: Cursor, direction: CursorDirection, count: number): number {
    if (count === 0 && direction !== 'absolute') return cursor.rows[cursor.position - 1] === undefined ? 0 : 1
    return this.fetch(cursor, direction, count).length
  }

  #again(cursor: Cursor): readonly (readonly Value[])[] {
    const row = cursor.rows[cursor.position - 1]
    if (row !== undefined) this.#requireScroll(cursor)
    return row === undefined ? [] : [row]
  }

  #forward(cursor: Cursor, count: number): readonly (readonly Value[])[] {
    const end = Math.min(cursor.position + count, cursor.rows.length)
    const found = cursor.rows.slice(cursor.position, end)
    cursor.position = found.length < count ? cursor.rows.length + 1 : end
    return found
  }

  #backward(cursor: Cursor, count: number): readonly (readonly Value[])[] {
    this.#requireScroll(cursor)
    const last = Math.max(cursor.position - 1, 0)
    const found = cursor.rows.slice(Math.max(last - count, 0), last).toReversed()
    cursor.position = found.length < count ? 0 : last - count + 1
    return found
  }
}
