/**
 * Turns entries of the change log into the pgoutput messages one subscriber gets: its publications decide
 * which rows, columns and operations it sees. Follows pgoutput.c (get_rel_sync_entry, pgoutput_row_filter).
 */
import { PgError } from '../protocol/error.ts'
import type { Message, RowChange, Truncation } from '../replication/change.ts'
import {
  type Encoded,
  encodeDelete,
  encodeInsert,
  encodeMessage,
  encodeRelation,
  encodeTruncate,
  encodeType,
  encodeUpdate,
  type OldTuple,
  type SentTuple,
  type Tuple,
  UNCHANGED,
} from './encode.ts'
import type { CapturedRelation, Column, Published, Relation } from './relation.ts'
import type { TruncateOptions } from './truncate-options.ts'

export interface StreamOptions {
  readonly publications: readonly string[]
  /** Send logical messages. */
  readonly messages: boolean
  /** Send values in binary format: how a column's text becomes that. @throws PgError 0A000 */
  readonly binary?: ((column: Column) => (text: string) => Buffer) | undefined
}

type Operation = 'insert' | 'update' | 'delete' | 'truncate'

const OPERATIONS: Readonly<Record<(RowChange | Truncation)['kind'], Operation>> = {
  I: 'insert',
  U: 'update',
  D: 'delete',
  T: 'truncate',
}

/** How a subscriber sees one version of a relation. */
interface View {
  readonly relation: Relation
  readonly columns: readonly Column[]
  /** Where a published column's value stands in the captured row, by published position. */
  readonly positions: readonly number[]
  /** The same for the key's own record, -1 for columns outside of it. */
  readonly keyPositions: readonly number[]
  /** How the published columns are sent where they are not sent as text. */
  readonly binary: readonly ((text: string) => Buffer)[] | undefined
  /** Bits of the publications that publish an operation, and whether one of them has no row filter. */
  readonly bits: Readonly<Record<Operation, number>>
}

/** The state of one subscriber's stream: which relations it has been told about. */
export class PgoutputStream {
  readonly #options: StreamOptions
  readonly #views = new Map<number, View | undefined>()
  /** The relation version last announced, by the OID that the subscriber knows. */
  readonly #announced = new Map<number, number>()

  /** Tables of one TRUNCATE, of which more may come. */
  #truncation: { group: string; options: TruncateOptions; relations: number[] } | undefined

  constructor(options: StreamOptions) {
    this.#options = options
  }

  /** A message outside of any transaction, or inside one. */
  message({ lsn, kind, prefix, content }: Message): Encoded[] {
    if (!this.#options.messages) return []
    return [...this.finish(), encodeMessage(lsn, kind === 'M', prefix, content)]
  }

  /**
   * The messages for one row change or TRUNCATE; none when the subscriber does not see it.
   * @param captured the relation version that the change refers to
   */
  change(change: RowChange | Truncation, captured: CapturedRelation): Encoded[] {
    const operation = OPERATIONS[change.kind]
    const version = change.relation
    if (!this.#views.has(version)) this.#views.set(version, this.#view(captured))
    const view = this.#views.get(version)
    if (view === undefined || view.bits[operation] === 0) return []
    if (change.kind === 'T') return this.#truncate(change, captured, view)
    const before = this.finish()
    return [...before, ...this.#row(change, captured, view)]
  }

  /** What is still to be said of the transaction's changes so far. */
  finish(): Encoded[] {
    const truncation = this.#truncation
    this.#truncation = undefined
    if (truncation === undefined) return []
    return [encodeTruncate(truncation.relations, truncation.options)]
  }

  #truncate({ group, options, relation }: Truncation, captured: CapturedRelation, view: View): Encoded[] {
    const before = this.#truncation?.group === group ? [] : this.finish()
    // a partition that is published as its root is truncated with it
    if (view.relation.oid !== captured.oid) return before
    this.#truncation ??= { group, options, relations: [] }
    this.#truncation.relations.push(view.relation.oid)
    return [...before, ...this.#announce(relation, view, captured)]
  }

  #row(change: RowChange, captured: CapturedRelation, view: View): Encoded[] {
    const { relation: version } = change
    const operation = OPERATIONS[change.kind]
    const passes = (bits: number | undefined): boolean => bits === undefined || (bits & view.bits[operation]) !== 0
    const oid = view.relation.oid
    switch (change.kind) {
      case 'I':
        if (!passes(change.afterPasses)) return []
        return [...this.#announce(version, view, captured), encodeInsert(oid, this.#tuple(view, change.after))]
      case 'D':
        if (!passes(change.beforePasses)) return []
        return [...this.#announce(version, view, captured), encodeDelete(oid, this.#old(view, change.before))]
      case 'U': {
        const isNew = passes(change.afterPasses)
        const wasOld = change.before === undefined ? isNew : passes(change.beforePasses)
        if (!isNew && !wasOld) return []
        const announcement = this.#announce(version, view, captured)
        if (!isNew) return [...announcement, encodeDelete(oid, this.#old(view, change.before))]
        if (!wasOld) {
          // new to the subscriber; values that are stored apart are taken from the old row where there is all of it
          const known = view.relation.identity === 'f' ? undefined : change.unchanged
          return [...announcement, encodeInsert(oid, this.#tuple(view, change.after, known))]
        }
        const after = this.#tuple(view, change.after, change.unchanged)
        const before = change.before === undefined ? undefined : this.#old(view, change.before)
        return [...announcement, encodeUpdate(oid, before, after)]
      }
    }
  }

  /** Tells the subscriber of a relation it has not been told of; a partition comes after its root. */
  #announce(version: number, view: View, captured: CapturedRelation): Encoded[] {
    if (this.#announced.get(captured.oid) === version) return []
    this.#announced.set(captured.oid, version)
    const describe = (relation: Relation, columns: readonly Column[]): Encoded[] => {
      const types = new Map(columns.map((column) => [column.type, column.typeName]))
      return [
        ...[...types].flatMap(([oid, name]) => (name === null ? [] : [encodeType(oid, name.schema, name.name)])),
        encodeRelation(relation, columns),
      ]
    }
    const root = describe(view.relation, view.columns)
    if (view.relation.oid === captured.oid) return root
    const names = new Set(view.columns.map((column) => column.name))
    return [
      ...root,
      ...describe(
        captured,
        captured.columns.filter((column) => names.has(column.name)),
      ),
    ]
  }

  #tuple(view: View, row: Tuple = [], unchanged?: readonly number[]): SentTuple {
    return sent(view, view.positions, row, unchanged)
  }

  #old(view: View, row: Tuple = []): OldTuple {
    const whole = view.relation.identity === 'f'
    const positions = whole ? view.positions : view.keyPositions
    return { whole, tuple: sent(view, positions, row) }
  }

  #view(captured: CapturedRelation): View | undefined {
    const wanted = captured.publications
      ?.map((published, bit) => ({ published, bit }))
      .filter(({ published }) => this.#options.publications.includes(published.name))
    const [first, ...rest] = wanted ?? []
    if (first === undefined) return undefined
    // several publications may name different ancestors: the topmost wins, as in get_rel_sync_entry
    const relation = [first, ...rest].map(({ published }) => published.as).find((as) => as !== null) ?? captured
    const sameTarget = [first, ...rest].filter(({ published }) => (published.as ?? captured).oid === relation.oid)
    const list = (published: Published): string => [...published.columns].sort((a, b) => a - b).join(',')
    const chosen = sameTarget[0] ?? first
    if (sameTarget.some(({ published }) => list(published) !== list(chosen.published))) {
      throw new PgError(
        '0A000',
        `cannot use different column lists for table "${relation.schema}.${relation.name}" in different publications`,
      )
    }
    const columns = relation.columns.filter((column) => chosen.published.columns.includes(column.number))
    const names = captured.columns.map((column) => column.name)
    const keyNames = captured.columns.filter((column) => column.key).map((column) => column.name)
    const bitsOf = (operation: Operation): number =>
      sameTarget.reduce((bits, { published, bit }) => (published[operation] ? bits | (1 << bit) : bits), 0)
    return {
      relation,
      columns,
      positions: columns.map((column) => names.indexOf(column.name)),
      keyPositions: columns.map((column) => keyNames.indexOf(column.name)),
      binary: this.#options.binary && columns.map(this.#options.binary),
      bits: {
        insert: bitsOf('insert'),
        update: bitsOf('update'),
        delete: bitsOf('delete'),
        truncate: bitsOf('truncate'),
      },
    }
  }
}

/** The values at some positions, -1 for none, one for each published column. */
const sent = (
  { binary }: View,
  positions: readonly number[],
  row: Tuple,
  unchanged?: readonly number[] | undefined,
): SentTuple =>
  positions.map((at, column) => {
    if (unchanged?.includes(at)) return UNCHANGED
    const value = row[at] ?? null
    const send = binary?.[column]
    return value === null || send === undefined
      ? value
      : { binary: send(typeof value === 'string' ? value : Buffer.from(value).toString()) }
  })
