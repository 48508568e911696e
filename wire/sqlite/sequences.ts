/** The state of a database's sequences, and what this session has drawn from them. Manual: "Sequence Functions". */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { RelationInfo, SequenceInfo } from '../../compiler/catalog/entries.ts'
import type { Sequences } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'

interface State {
  last: bigint
  called: boolean
  /** How many values may still be drawn before PostgreSQL would log the next ones (log_cnt). */
  log: bigint
}

/** SEQ_LOG_VALS: how many values PostgreSQL logs in advance. */
const LOGGED = 32n

/** What a session has drawn of a sequence: the last value, and up to where it may go on by itself. */
interface Drawn {
  /** As the sequence was then: when it has been altered, what was taken in advance is forgotten. */
  readonly info: SequenceInfo
  last: bigint
  readonly cached: bigint
}

/** The value after one; undefined beyond the end. */
const after = (value: bigint, { increment, max, min }: SequenceInfo): bigint | undefined => {
  const next = value + increment
  return next > max || next < min ? undefined : next
}

/** A sequence of one incarnation. */
type Key = `${number} ${number}`

/** The states of a database's sequences, which all of its sessions share. */
export class SharedSequences {
  readonly #states = new Map<Key, State>()
  /** What has changed since it was stored. */
  readonly #changed = new Set<Key>()

  state(oid: number, { incarnation = 0, start }: SequenceInfo): State {
    const key: Key = `${oid} ${incarnation}`
    const known = this.#states.get(key) ?? { last: start, called: false, log: 0n }
    this.#states.set(key, known)
    return known
  }

  /** A sequence has been made: what there was with its oid has been rolled back. */
  begin(oid: number, info: SequenceInfo): void {
    this.#states.delete(`${oid} ${info.incarnation ?? 0}`)
    this.state(oid, info)
    this.change(oid, info)
  }

  change(oid: number, { incarnation = 0 }: SequenceInfo): void {
    this.#changed.add(`${oid} ${incarnation}`)
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0
  }

  load(oid: number, incarnation: number, last: bigint, called: boolean): void {
    this.#states.set(`${oid} ${incarnation}`, { last, called, log: 0n })
  }

  /** What has changed since it was stored. */
  changed(): { readonly oid: number; readonly incarnation: number; readonly last: bigint; readonly called: boolean }[] {
    return [...this.#changed].flatMap((key) => {
      const [oid = 0, incarnation = 0] = key.split(' ').map(Number)
      const state = this.#states.get(key)
      return state === undefined ? [] : [{ oid, incarnation, ...state }]
    })
  }

  /** All that has changed is stored now. */
  stored(): void {
    this.#changed.clear()
  }
}

export class SequenceStates implements Sequences {
  readonly #catalog: () => Catalog
  readonly #shared: SharedSequences
  readonly #drawn = new Map<number, Drawn>()
  #latest: number | undefined

  constructor(catalog: () => Catalog, shared = new SharedSequences()) {
    this.#catalog = catalog
    this.#shared = shared
  }

  #find(oid: number): { readonly relation: RelationInfo; readonly info: SequenceInfo; readonly state: State } {
    const relation = this.#catalog().contents.relations.get(oid)
    if (relation === undefined) throw new PgError('42P01', `relation with OID ${oid} does not exist`)
    const info = relation.sequence
    if (info === undefined) throw new PgError('42809', `cannot open relation "${relation.name}"`)
    return { relation, info, state: this.#shared.state(oid, info) }
  }

  /** A sequence has been made. */
  begin(oid: number, info: SequenceInfo): void {
    this.#shared.begin(oid, info)
    this.#drawn.delete(oid)
  }

  /** What this session has drawn is no longer known to it. */
  forget(): void {
    this.#drawn.clear()
    this.#latest = undefined
  }

  /** After nextval_internal of PostgreSQL's sequence.c. */
  next(oid: number): bigint {
    const { relation, info, state } = this.#find(oid)
    const { increment, cache = 1n } = info
    this.#latest = oid
    const own = this.#drawn.get(oid)
    if (own !== undefined && own.info === info && own.last !== own.cached) {
      own.last += increment
      return own.last
    }
    let { last, log } = state
    let [next, result] = [last, last]
    let [taken, fetch] = state.called ? [0n, cache] : [1n, cache - 1n]
    if (log < fetch || !state.called) {
      fetch += LOGGED
      log = fetch
    }
    while (fetch > 0n) {
      const following = after(next, info)
      if (following === undefined && taken > 0n) break
      if (following === undefined && !info.cycle) {
        const up = increment > 0n
        throw new PgError(
          '2200H',
          `nextval: reached ${up ? 'maximum' : 'minimum'} value of sequence "${relation.name}" (${up ? info.max : info.min})`,
        )
      }
      next = following ?? (increment > 0n ? info.min : info.max)
      fetch--
      if (taken >= cache) continue
      log--
      taken++
      last = next
      if (taken === 1n) result = next
    }
    Object.assign(state, { last, called: true, log: log - fetch })
    this.#shared.change(oid, info)
    this.#drawn.set(oid, { info, last: result, cached: last })
    return result
  }

  row(oid: number): { readonly last: bigint; readonly log: bigint; readonly called: boolean } {
    return this.#find(oid).state
  }

  current(oid: number): bigint {
    const { relation } = this.#find(oid)
    const value = this.#drawn.get(oid)?.last
    if (value === undefined)
      throw new PgError('55000', `currval of sequence "${relation.name}" is not yet defined in this session`)
    return value
  }

  last(): bigint {
    const value = this.#latest === undefined ? undefined : this.#drawn.get(this.#latest)?.last
    if (value === undefined || !this.#catalog().contents.relations.has(this.#latest ?? 0))
      throw new PgError('55000', 'lastval is not yet defined in this session')
    return value
  }

  set(oid: number, value: bigint, called: boolean): bigint {
    const { relation, info, state } = this.#find(oid)
    if (value < info.min || value > info.max)
      throw new PgError(
        '22003',
        `setval: value ${value} is out of bounds for sequence "${relation.name}" (${info.min}..${info.max})`,
      )
    state.last = value
    state.called = called
    state.log = 0n
    this.#shared.change(oid, info)
    const before = this.#drawn.get(oid)
    // Values that have been taken in advance are forgotten.
    const drawn = called ? value : before?.last
    if (drawn !== undefined) this.#drawn.set(oid, { info, last: drawn, cached: drawn })
    return value
  }
}
