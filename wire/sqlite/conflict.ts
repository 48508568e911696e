/** Stored rows that are in the way of a proposed one: they have the same unique key. */
import type { Catalog } from '../../compiler/catalog/catalog.ts'
import { uniqueConstraints } from '../../compiler/catalog/constraint.ts'
import type { ColumnInfo, ComputedIndex, RelationInfo } from '../../compiler/catalog/entries.ts'
import type { Arbiter } from '../../compiler/plan.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import { indexKey } from '../../compiler/statement/physical.ts'
import type { Value } from '../../compiler/tree/value.ts'
import type { SqliteDatabase } from './database.ts'

/** Whether rows with NULL in some columns that are unique are in each other's way. */
const nullsAreAlike = (relation: RelationInfo, key: readonly number[]): boolean =>
  [
    ...uniqueConstraints(relation),
    ...relation.indexes.map(({ keys, nullsNotDistinct }) => ({ columns: keys, nullsNotDistinct })),
  ].some(({ columns, nullsNotDistinct }) => nullsNotDistinct && columns.join() === key.join())

/** The id of a stored row that has the same key in some columns as a proposed one. */
const conflictInColumns = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  key: readonly number[],
  values: readonly Value[],
): Value | undefined => {
  const indexes = key.map((number) => relation.columns.findIndex((column) => column.number === number))
  const alike = nullsAreAlike(relation, key)
  if (!alike && indexes.some((at) => values[at] === null)) return undefined
  const condition = indexes.map((at) => {
    const column = relation.columns[at] as ColumnInfo
    return `${indexKey(catalog, column)} ${alike ? 'IS' : '='} ${indexKey(catalog, { ...column, physical: '' }).replace('""', `:v${at}`)}`
  })
  return db.all(
    `SELECT rowid FROM ${quoteName(relation.physical)} WHERE ${condition.join(' AND ')}`,
    Object.fromEntries(indexes.map((at) => [`v${at}`, values[at] ?? null])),
  )[0]?.[0]
}

/** The same by what an index computes of rows. */
const conflictInIndex = (
  db: SqliteDatabase,
  { physical, columns }: RelationInfo,
  { keys, predicate }: ComputedIndex,
  alike: boolean,
  values: readonly Value[],
): Value | undefined => {
  const row = columns.map((column, at) => `:v${at} AS ${quoteName(column.physical)}`).join(', ')
  const where = predicate === undefined ? '' : ` WHERE ${predicate}`
  const [key] = db.all(
    `SELECT ${keys.join(', ')} FROM (SELECT ${row})${where}`,
    Object.fromEntries(columns.map((_, at) => [`v${at}`, values[at] ?? null])),
  )
  if (key === undefined || (!alike && key.includes(null))) return undefined
  const same = keys.map((text, at) => `${text} ${alike ? 'IS' : '='} :k${at}`).join(' AND ')
  return db.all(
    `SELECT rowid FROM ${quoteName(physical)} WHERE ${same}${predicate === undefined ? '' : ` AND (${predicate})`}`,
    Object.fromEntries(key.map((value, at) => [`k${at}`, value])),
  )[0]?.[0]
}

const conflictWith = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  arbiter: Arbiter,
  values: readonly Value[],
): Value | undefined =>
  'physical' in arbiter
    ? arbiter.computed && conflictInIndex(db, relation, arbiter.computed, arbiter.nullsNotDistinct, values)
    : conflictInColumns(db, catalog, relation, arbiter, values)

/** A unique constraint or index: its name, and its columns where it has nothing else. */
export interface UniqueKey {
  readonly name: string
  readonly columns: readonly number[] | undefined
}

interface Key extends UniqueKey {
  readonly arbiter: Arbiter
  /** It is looked at later. */
  readonly deferrable: boolean
}

/** Every unique key in the order in which PostgreSQL looks at them, the primary key first. */
export const uniqueKeys = (relation: RelationInfo): readonly Key[] => [
  ...uniqueConstraints(relation)
    .toSorted((a, b) => Number(b.kind === 'primary') - Number(a.kind === 'primary'))
    .map(({ name, columns, deferrable }) => ({ name, columns, arbiter: columns, deferrable: deferrable === true })),
  ...relation.indexes
    .filter(({ unique }) => unique)
    .map((index) => {
      const columns = index.keys.every((key) => typeof key === 'number') ? (index.keys as readonly number[]) : undefined
      const arbiter = index.computed === undefined && columns !== undefined ? columns : index
      return { name: index.name, columns, arbiter, deferrable: false }
    }),
]

/** The id of a stored row that has the same key as a proposed one. */
export const findConflict = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  arbiters: readonly Arbiter[],
  values: readonly Value[],
): bigint | undefined => {
  const all = arbiters.length > 0 ? arbiters : uniqueKeys(relation).map(({ arbiter }) => arbiter)
  for (const arbiter of all) {
    const found = conflictWith(db, catalog, relation, arbiter, values)
    if (found !== undefined) return found as bigint
  }
  return undefined
}

/** The first unique key that a row has in common with another one. @param own its own id, if it is there already */
export const firstViolated = (
  db: SqliteDatabase,
  catalog: Catalog,
  relation: RelationInfo,
  values: readonly Value[],
  own: bigint | undefined,
): UniqueKey | undefined =>
  uniqueKeys(relation).find(({ arbiter, deferrable }) => {
    if (deferrable) return false
    const found = conflictWith(db, catalog, relation, arbiter, values)
    return found !== undefined && found !== own
  })
