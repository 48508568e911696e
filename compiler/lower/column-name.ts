/** The names of columns in SQLite, which does not tell `a` from `A`. */
import type { OutputColumn, RangeEntry } from '../tree/query.ts'

/** Names made different from each other without regard to case. */
export const distinctNames = (columns: readonly Pick<OutputColumn, 'name'>[]): string[] => {
  const taken = new Set<string>()
  return columns.map(({ name }) => {
    const wanted = name === '' || name === '?column?' ? 'column' : name
    let unique = wanted
    for (let count = 2; taken.has(unique.toLowerCase()); count++) unique = `${wanted}_${count}`
    taken.add(unique.toLowerCase())
    return unique
  })
}

const cache = new WeakMap<object, string[]>()

const namesOf = (columns: readonly OutputColumn[]): string[] => {
  const known = cache.get(columns) ?? distinctNames(columns)
  cache.set(columns, known)
  return known
}

/** The SQLite name of a column of a range. */
export const columnName = ({ source, columns }: RangeEntry, index: number): string => {
  if (source.kind === 'table') return source.relation.columns[index]?.physical ?? ''
  if (source.kind === 'values') return `column${index + 1}`
  if (source.kind === 'cte') return namesOf(source.cte.columns)[index] ?? ''
  if (source.kind === 'row') return source.names[index] ?? ''
  return namesOf(columns)[index] ?? ''
}
