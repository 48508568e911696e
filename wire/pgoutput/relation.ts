/**
 * A captured relation as it was when a change was made: what orez.captured() describes.
 */

/** pg_class.relreplident: default, nothing, full, index. */
export type ReplicaIdentity = 'd' | 'n' | 'f' | 'i'

export interface Column {
  /** pg_attribute.attnum */
  readonly number: number
  readonly name: string
  /** Type OID */
  readonly type: number
  readonly typmod: number
  /** Part of the replica identity's index. */
  readonly key: boolean
  /** Set for types that are not built in: subscribers are told their names. */
  readonly typeName: { readonly schema: string; readonly name: string } | null
  /** Over PGlite, of a domain: the type beneath it. */
  readonly base?: number
  /** Over PGlite: it is, or is based on, an enum. */
  readonly enumerated?: boolean
}

export interface Relation {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly identity: ReplicaIdentity
  readonly columns: readonly Column[]
}

/** What one publication publishes of a relation. */
export interface Published {
  readonly name: string
  readonly insert: boolean
  readonly update: boolean
  readonly delete: boolean
  readonly truncate: boolean
  /** Attribute numbers of the published columns. */
  readonly columns: readonly number[]
  readonly filter: string | null
  /** The root that a partition's changes are published as. */
  readonly as: Relation | null
}

export interface CapturedRelation extends Relation {
  readonly publications: readonly Published[]
}
