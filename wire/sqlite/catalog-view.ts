/**
 * The catalog as one session has it: what has been committed, and what is temporary, which is the session's alone.
 */
import type { Catalog } from '../../compiler/catalog/catalog.ts'

type Contents = Catalog['contents']

const TEMPORARY = 'pg_temp_0'

const isTemporary = ({ schema }: { readonly schema: string }): boolean => schema === TEMPORARY

const split = <Entry extends { readonly schema: string }>(
  entries: ReadonlyMap<number, Entry>,
  temporary: boolean,
): [number, Entry][] => [...entries].filter(([, entry]) => isTemporary(entry) === temporary)

const hasTemporary = ({ relations, types, functions }: Contents): boolean =>
  [relations, types, functions].some((entries) => [...entries.values()].some(isTemporary))

/** What others may see of a catalog. */
const shared = (catalog: Catalog): Catalog => {
  const { contents } = catalog
  if (!hasTemporary(contents)) return catalog
  return catalog.with({
    relations: new Map(split(contents.relations, false)),
    types: new Map(split(contents.types, false)),
    functions: new Map(split(contents.functions, false)),
  })
}

/** A catalog with what is temporary in another one. */
const withTemporary = (catalog: Catalog, own: Catalog): Catalog => {
  if (!hasTemporary(own.contents)) return catalog
  const { contents } = catalog
  return catalog.with({
    nextOid: Math.max(contents.nextOid, own.contents.nextOid),
    relations: new Map([...contents.relations, ...split(own.contents.relations, true)]),
    types: new Map([...contents.types, ...split(own.contents.types, true)]),
    functions: new Map([...contents.functions, ...split(own.contents.functions, true)]),
  })
}

export class CatalogView {
  /** What the session's catalog was made of. */
  #base: Catalog
  /** Its version, as it was then: with another one, the session has changed something. */
  #version: number

  constructor(committed: Catalog) {
    this.#base = committed
    this.#version = committed.version
  }

  /** The session's catalog over what has been committed last; undefined where it is that already. */
  refreshed(own: Catalog, committed: Catalog): Catalog | undefined {
    if (this.#base === committed && this.#version === own.version) return undefined
    const fresh = withTemporary(committed, own)
    this.#base = committed
    this.#version = fresh.version
    return fresh
  }

  /** What is to be committed of the session's catalog. */
  toCommit(own: Catalog): Catalog {
    return own.version === this.#version ? this.#base : shared(own)
  }

  committed(own: Catalog, committed: Catalog): void {
    this.#base = committed
    this.#version = own.version
  }
}
