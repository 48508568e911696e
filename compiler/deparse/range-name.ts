/** The names that FROM items have in SQL that is shown: each one once, also among queries in each other. After set_rtable_names. */
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { madeName } from '../tree/made-name.ts'
import type { Query, RangeEntry } from '../tree/query.ts'
import { queryRanges } from '../tree/walk-query.ts'

export interface RangeNames {
  readonly of: ReadonlyMap<RangeEntry, string>
  /** Columns are shown with the name of what they are of. */
  readonly prefixed: boolean
}

export const NO_RANGES: RangeNames = { of: new Map(), prefixed: false }

/** The table or view that a range was bound as. */
const boundAs = ({ source }: RangeEntry): RelationInfo | undefined =>
  source.kind === 'table' ? source.relation : source.kind === 'subquery' ? source.view : undefined

/** The table or view that a range is, as the catalog has it now: it may have got another name. */
export const relationOf = (catalog: Catalog, range: RangeEntry): RelationInfo | undefined => {
  const bound = boundAs(range)
  return bound && (catalog.findRelation(bound.oid) ?? bound)
}

const columnNow = (catalog: Catalog, range: RangeEntry, index: number): ColumnInfo | undefined => {
  const number = boundAs(range)?.columns[index]?.number
  return relationOf(catalog, range)?.columns.find((column) => column.number === number)
}

/** Whether a column of a table has been dropped. */
export const isGone = (catalog: Catalog, range: RangeEntry, index: number): boolean =>
  boundAs(range) !== undefined && columnNow(catalog, range, index) === undefined

/** The name of a column of a range, unless an alias has given it one, as the catalog has it now. */
export const columnName = (catalog: Catalog, range: RangeEntry, index: number): string => {
  const name = range.columns[index]?.name ?? ''
  return boundAs(range)?.columns[index]?.name === name ? (columnNow(catalog, range, index)?.name ?? name) : name
}

const countJoins = (from: Query['from']): number =>
  from.reduce((sum, node) => sum + (node.kind === 'join' ? 1 + countJoins([node.left, node.right]) : 0), 0)

/** What a range is called when nothing says otherwise. */
const ownName = (catalog: Catalog, range: RangeEntry): string => {
  const { written, source } = range
  if (written?.aliased === false) {
    const relation = relationOf(catalog, range)
    if (relation !== undefined) return relation.name
    if (source.kind === 'subquery') return 'unnamed_subquery'
  }
  return written?.name ?? ''
}

/**
 * The names of a query's FROM items beside those of the queries around it.
 * @param reread they are for a text that is read again
 */
export const rangeNames = (
  catalog: Catalog,
  query: Query,
  outer: RangeNames | undefined,
  reread = false,
): RangeNames => {
  const names = new Map(outer?.of)
  const taken = new Set(names.values())
  const ranges = queryRanges(query)
  const numbers = new Map<string, number>()
  for (const range of ranges) {
    const own = ownName(catalog, range)
    let name = own
    while (taken.has(name)) {
      const number = (numbers.get(own) ?? 0) + 1
      numbers.set(own, number)
      name = reread ? madeName(own, range.written?.aliased === true, number) : `${own}_${number}`
    }
    taken.add(name)
    names.set(range, name)
  }
  return { of: names, prefixed: outer !== undefined || ranges.length + countJoins(query.from) !== 1 }
}
