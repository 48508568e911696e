/** The relations that changes refer to, each as it was from some moment on. */
import type { Catalog } from '../../../compiler/catalog/catalog.ts'
import type { RelationInfo } from '../../../compiler/catalog/entries.ts'
import type { CapturedRelation } from '../../pgoutput/relation.ts'
import { captured } from './captured.ts'

export interface RelationVersion {
  readonly id: number
  readonly description: CapturedRelation
}

type Contents = Catalog['contents']

interface Known {
  readonly version: RelationVersion | undefined
  /** What the description was made of beside the relation itself. */
  readonly types: Contents['types']
  readonly relations: Contents['relations']
}

export class RelationVersions {
  #last: number
  readonly #known = new WeakMap<Contents['publications'], WeakMap<RelationInfo, Known>>()

  /** @param last the highest id that has been given out */
  constructor(last: number) {
    this.#last = last
  }

  /**
   * A new one whenever the table or any publication has changed: subscribers are then told of it again, as
   * PostgreSQL does when a cache entry is invalid. Undefined for a table that is not published.
   */
  of(catalog: Catalog, relation: RelationInfo): RelationVersion | undefined {
    const { publications, types, relations } = catalog.contents
    if (publications.size === 0) return undefined
    const all = this.#known.get(publications) ?? new WeakMap<RelationInfo, Known>()
    this.#known.set(publications, all)
    const known = all.get(relation)
    if (known?.types === types && known.relations === relations) return known.version
    const description = captured(catalog, relation)
    const version = known !== undefined && isSame(known.version?.description, description) ? known.version : undefined
    const current = version ?? (description && { id: ++this.#last, description })
    all.set(relation, { version: current, types, relations })
    return current
  }
}

const isSame = (a: CapturedRelation | undefined, b: CapturedRelation | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b)
