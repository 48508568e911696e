/** The catalog as it is kept in the database's own file: as JSON, with what JSON has no words for in words of its own. */
import { DEFAULT_SETTINGS } from '../../compiler/bind/settings.ts'
import { Catalog } from '../../compiler/catalog/catalog.ts'
import type { IndexInfo, RelationInfo } from '../../compiler/catalog/entries.ts'
import { functionsOfIndex } from '../../compiler/statement/index-key.ts'

type Contents = Catalog['contents']

const write = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return { $integer: String(value) }
  if (value instanceof Map) return { $map: [...value] }
  if (value instanceof Set) return { $set: [...value] }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') }
  return value
}

const read = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value
  if ('$integer' in value) return BigInt(String(value.$integer))
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][])
  if ('$set' in value) return new Set(value.$set as unknown[])
  if ('$bytes' in value) return Uint8Array.from(Buffer.from(String(value.$bytes), 'hex'))
  return value
}

/** Functions are made again when the catalog is read. */
const withoutFunctions = (index: IndexInfo): IndexInfo =>
  index.computed === undefined ? index : { ...index, computed: { ...index.computed, functions: [] } }

const mapRelations = (
  contents: Contents,
  change: (relation: RelationInfo, index: IndexInfo) => IndexInfo,
): Contents => ({
  ...contents,
  relations: new Map(
    [...contents.relations].map(([oid, relation]) => [
      oid,
      relation.indexes.some(({ computed }) => computed !== undefined)
        ? { ...relation, indexes: relation.indexes.map((index) => change(relation, index)) }
        : relation,
    ]),
  ),
})

export const storeCatalog = ({ contents }: Catalog): string =>
  JSON.stringify(
    mapRelations(contents, (_relation, index) => withoutFunctions(index)),
    write,
  )

/** @param text what `storeCatalog` has written */
export const loadCatalog = (text: string): Catalog => {
  // A file of an earlier version knows nothing of what came later.
  const bare = new Catalog().with(JSON.parse(text, read) as Partial<Contents>)
  const whole = mapRelations(bare.contents, (relation, index) =>
    index.computed === undefined
      ? index
      : {
          ...index,
          computed: { ...index.computed, functions: functionsOfIndex(bare, DEFAULT_SETTINGS, relation, index) },
        },
  )
  return new Catalog(whole)
}
