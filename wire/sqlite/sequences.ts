/** The state of a database's sequences, and what this session has drawn from them. Manual: "Sequence Functions". */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import type { RelationInfo, SequenceInfo } from '../../compiler/catalog/entries.ts'
import type { Sequences } from '../../compiler/types/environment.ts'
import { PgError } from '../protocol/error.ts'

interface State {
  last: bigint
  called: boolean
}

export class SequenceStates implements Sequences {
  readonly #catalog: () => Catalog
  readonly #states = new Map<string, State>()
  readonly #drawn = new Map<number, bigint>()
  #latest: number | undefined

  constructor(catalog: () => Catalog) {
    this.#catalog = catalog
  }

  #find(oid: number): { readonly relation: RelationInfo; readonly info: SequenceInfo; readonly state: State } {
    const relation = this.#catalog().contents.relations.get(oid)
    if (relation === undefined) throw new PgError('42P01', `relation with OID ${oid} does not exist`)
    const info = relation.sequence
    if (info === undefined) throw new PgError('42809', `cannot open relation "${relation.name}"`)
    const key = `${oid} ${info.incarnation ?? 0}`
    const state = this.#states.get(key) ?? { last: info.start, called: false }
    this.#states.set(key, state)
    return { relation, info, state }
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
    if (called) this.#drawn.set(oid, value)
    return value
  }
}
