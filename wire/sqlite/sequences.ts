/** The state of a database's sequences, and what this session has drawn from them. Manual: "Sequence Functions". */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { RelationInfo, SequenceInfo } from '../../compiler/catalog/entries.ts'
import type { Sequences } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'

interface State {
  last: bigint
  called: boolean
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
    const known = this.#states.get(key) ?? { last: start, called: false }
    this.#states.set(key, known)
    return known
  }

  change(oid: number, { incarnation = 0 }: SequenceInfo): void {
    this.#changed.add(`${oid} ${incarnation}`)
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0
  }

  load(oid: number, incarnation: number, last: bigint, called: boolean): void {
    this.#states.set(`${oid} ${incarnation}`, { last, called })
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
  readonly #drawn = new Map<number, bigint>()
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

  /** What this session has drawn is no longer known to it. */
  forget(): void {
    this.#drawn.clear()
    this.#latest = undefined
  }

  next(oid: number): bigint {
    const { relation, info, state } = this.#find(oid)
    let value = state.last
    if (state.called) {
      value += info.increment
      if (value > info.max || value < info.min) {
        const up = info.increment > 0n
        if (!info.cycle)
          throw new PgError(
            '2200H',
            `nextval: reached ${up ? 'maximum' : 'minimum'} value of sequence "${relation.name}" (${up ? info.max : info.min})`,
          )
        value = up ? info.min : info.max
      }
    }
    state.last = value
    state.called = true
    this.#shared.change(oid, info)
    this.#drawn.set(oid, value)
    this.#latest = oid
    return value
  }

  current(oid: number): bigint {
    const { relation } = this.#find(oid)
    const value = this.#drawn.get(oid)
    if (value === undefined)
      throw new PgError('55000', `currval of sequence "${relation.name}" is not yet defined in this session`)
    return value
  }

  last(): bigint {
    const value = this.#latest === undefined ? undefined : this.#drawn.get(this.#latest)
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
    this.#shared.change(oid, info)
    if (called) this.#drawn.set(oid, value)
    return value
  }
}
