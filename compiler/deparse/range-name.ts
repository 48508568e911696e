/** The names that FROM items have in SQL that is shown: each one once, also among queries in each other. After set_rtable_names. */
import type { Query, RangeEntry } from '../tree/query.ts'
import { queryRanges } from '../tree/walk-query.ts'

export interface RangeNames {
  readonly of: ReadonlyMap<RangeEntry, string>
  /** Columns are shown with the name of what they are of. */
  readonly prefixed: boolean
}

export const NO_RANGES: RangeNames = { of: new Map(), prefixed: false }

const countJoins = (from: Query['from']): number =>
  from.reduce((sum, node) => sum + (node.kind === 'join' ? 1 + countJoins([node.left, node.right]) : 0), 0)

/** What a range is called when nothing says otherwise. */
const ownName = ({ written, source }: RangeEntry): string =>
  source.kind === 'subquery' && source.view === undefined && written?.aliased === false
    ? 'unnamed_subquery'
    : (written?.name ?? '')

/** The names of a query's FROM items beside those of the queries around it. */
export const rangeNames = (query: Query, outer: RangeNames | undefined): RangeNames => {
  const names = new Map(outer?.of)
  const taken = new Set(names.values())
  const ranges = queryRanges(query)
  const numbers = new Map<string, number>()
  for (const range of ranges) {
    const own = ownName(range)
    let name = own
    while (taken.has(name)) {
      const number = (numbers.get(own) ?? 0) + 1
      numbers.set(own, number)
      name = `${own}_${number}`
    }
    taken.add(name)
    names.set(range, name)
  }
  return { of: names, prefixed: outer !== undefined || ranges.length + countJoins(query.from) !== 1 }
}
