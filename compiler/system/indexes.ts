/** pg_index, and the indexes that tables and their constraints have. */
import type { Catalog } from '../catalog/catalog.ts'
import { collationOid } from '../catalog/collation.ts'
import type { IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { childrenOf, partitionedParent } from '../catalog/inheritance.ts'
import { operatorClassOid } from '../catalog/operator-class.ts'
import type { Environment } from '../types/environment.ts'
import { indexText, listed } from './definition.ts'
import { oidOf } from './numbering.ts'
import { type SystemRow, text, vector } from './row.ts'

export interface SystemIndex {
  readonly oid: number
  readonly name: string
  readonly relation: RelationInfo
  /** Numbers of the table's columns, 0 for an expression. */
  readonly keys: readonly number[]
  /** The same of what it holds beside them. */
  readonly included: readonly number[]
  readonly storage: readonly string[]
  /** The index as it was made; a constraint's has none. */
  readonly index?: IndexInfo
  readonly unique: boolean
  readonly primary: boolean
  readonly nullsNotDistinct: boolean
  /** Its constraint may be violated for a while. */
  readonly deferrable?: boolean
  /** Partitions whose indexes have not been attached to it. */
  readonly unattached: readonly number[]
}

export const indexesOf = (relation: RelationInfo): SystemIndex[] => [
  ...relation.constraints.flatMap((constraint) =>
    constraint.kind === 'primary' || constraint.kind === 'unique'
      ? [
          {
            oid: oidOf('index', relation.oid, constraint.name),
            name: constraint.name,
            relation,
            keys: constraint.columns,
            included: constraint.included ?? [],
            storage: constraint.storage ?? [],
            unique: true,
            primary: constraint.kind === 'primary',
            nullsNotDistinct: constraint.nullsNotDistinct,
            deferrable: constraint.deferrable ?? false,
            unattached: constraint.unattached ?? [],
          },
        ]
      : [],
  ),
  ...relation.indexes.map((index) => ({
    index,
    oid: oidOf('index', relation.oid, index.name),
    name: index.name,
    relation,
    keys: index.keys.map((key) => (typeof key === 'number' ? key : 0)),
    included: index.included ?? [],
    storage: index.storage ?? [],
    unique: index.unique,
    primary: false,
    nullsNotDistinct: index.nullsNotDistinct,
    unattached: index.unattached ?? [],
  })),
]

/** The index of an oid. */
export const findIndex = ({ contents }: Catalog, oid: number): SystemIndex | undefined => {
  for (const relation of contents.relations.values()) {
    const index = indexesOf(relation).find((each) => each.oid === oid)
    if (index !== undefined) return index
  }
  return undefined
}

const columnNames = ({ relation, keys }: SystemIndex): string =>
  keys.map((number) => relation.columns.find((column) => column.number === number)?.name).join()

/** The index of the partitioned table that an index of a partition belongs to. */
export const parentIndex = (catalog: Catalog, index: SystemIndex): SystemIndex | undefined => {
  const parent = partitionedParent(catalog, index.relation)
  return parent === undefined
    ? undefined
    : indexesOf(parent).find(
        (each) =>
          each.unique === index.unique &&
          each.primary === index.primary &&
          columnNames(each) === columnNames(index) &&
          !each.unattached.includes(index.relation.oid),
      )
}

/** Whether the indexes of all partitions, and of theirs, are attached (validatePartitionedIndex). */
export const isValidIndex = (catalog: Catalog, index: SystemIndex): boolean =>
  childrenOf(catalog, index.relation).every((child) => {
    if (index.relation.kind !== 'p') return true
    const own = indexesOf(child).find((each) => parentIndex(catalog, each)?.oid === index.oid)
    return own !== undefined && isValidIndex(catalog, own)
  })

/** What an index's expressions and predicate say; null for those that it has not. */
const indexTexts = (env: Environment, { relation, index }: SystemIndex) => {
  const expressions = (index?.keys ?? []).flatMap((key) =>
    typeof key === 'number' ? [] : [indexText(env, relation, key, 'index expression')],
  )
  const text_ = index?.predicate && indexText(env, relation, index.predicate, 'index predicate')
  return { indexprs: expressions.length === 0 ? null : listed(expressions), indpred: text_ ?? null }
}

/** What every index of orez is in the eyes of pg_index. */
export const PLAIN_INDEX = {
  indisexclusion: 'false',
  indimmediate: 'true',
  indisclustered: 'false',
  indisvalid: 'true',
  indcheckxmin: 'false',
  indisready: 'true',
  indislive: 'true',
  indisreplident: 'false',
} as const

export const indexRows = (env: Environment): SystemRow[] => {
  const { catalog } = env
  return [...catalog.contents.relations.values()].flatMap((relation) =>
    indexesOf(relation).map((each) => {
      const { oid, keys, included, unique, primary, nullsNotDistinct, index } = each
      const types = keys.map(
        (number, at) =>
          index?.computed?.columns[at]?.type ?? relation.columns.find((column) => column.number === number)?.type ?? 0,
      )
      return {
        indexrelid: text(oid),
        indrelid: text(relation.oid),
        indnatts: text(keys.length + included.length),
        indnkeyatts: text(keys.length),
        indisunique: text(unique),
        indnullsnotdistinct: text(nullsNotDistinct),
        indisprimary: text(primary),
        ...PLAIN_INDEX,
        indisclustered: text(relation.clustered === each.name),
        indimmediate: text(each.deferrable !== true),
        indisvalid: text(each.relation.kind !== 'p' || isValidIndex(catalog, each)),
        indisreplident: text(relation.replicaIdentity === 'i' && relation.replicaIndex === each.name),
        indkey: vector([...keys, ...included]),
        indcollation: vector(
          types.map(
            (type, at) =>
              collationOid(index?.collations?.[at]) ??
              index?.derived?.[at] ??
              relation.columns.find((column) => column.number === keys[at])?.collation ??
              catalog.type(type).collation,
          ),
        ),
        indclass: vector(types.map((type, at) => operatorClassOid(catalog, type, index?.method, index?.classes?.[at]))),
        indoption: vector(keys.map((_, at) => index?.options?.[at] ?? 0)),
        ...indexTexts(env, each),
      }
    }),
  )
}
