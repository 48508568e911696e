/** Whether a row is there, or an outer join has made it up: what is made of a whole row is NULL then. */
import { column, core, type From, infix, literal, type Select, type Sql, select, when } from '../sqlite/tree.ts'
import type { Query, RangeEntry } from '../tree/query.ts'
import { fromRanges, visitQuery } from '../tree/walk-query.ts'
import { refuseAt } from './context.ts'
import { TABLE } from './family.ts'
import { refersToSiblings } from './from.ts'

/** The column that tells that a row of a subquery is there, where somebody asks. */
const HERE = 'here$'

/** What SQLite reads as the table function json_each, whose rows have keys. */
const isRowsOfJson = ({ source, depth }: RangeEntry): boolean =>
  source.kind === 'functions' || (source.kind === 'subquery' && refersToSiblings(source.query, depth))

/** What of a row is never NULL but in one that an outer join has made up; undefined where there is no such thing. */
const mark = (range: RangeEntry): Sql | undefined => {
  const { source, alias } = range
  if (source.kind === 'row') return source.present === undefined ? undefined : column(alias, source.present)
  if (source.kind === 'table') return column(alias, source.family === undefined ? 'rowid' : TABLE)
  return column(alias, isRowsOfJson(range) ? 'key' : HERE)
}

/** The ranges of a query whose rows must tell that they are there, as whole rows of them are asked for. */
export const askedFor = (query: Query): ReadonlySet<RangeEntry> => {
  const found = new Set<RangeEntry>()
  const canBe = fromRanges(query.from).filter(
    (range) => range.nullable && !['table', 'row'].includes(range.source.kind) && !isRowsOfJson(range),
  )
  if (canBe.length > 0)
    visitQuery(query, (expr) => {
      if (expr.kind === 'wholeRow' && canBe.includes(expr.range)) found.add(expr.range)
    })
  return found
}

/** Rows of a range that tell that they are there. @param names of its columns */
export const withMark = (rows: From, names: readonly string[], alias: string): Select => {
  const own = names.map((name) => ({ expr: column(alias, name), alias: name }))
  return select(core({ targets: [...own, { expr: literal(1n), alias: HERE }], from: [rows] }))
}

/**
 * What is made of a row, or NULL for a row that an outer join has made up.
 * @param position of it
 */
export const unlessAbsent = (range: RangeEntry, made: Sql, position: number | undefined): Sql => {
  if (!range.nullable) return made
  const present = mark(range)
  if (present === undefined) throw refuseAt('a whole row of the nullable side of a join', position)
  return when(infix('IS NOT', present, literal(null)), made, literal(null))
}

/** The oid of the table that a row is in; NULL for a row that an outer join has made up. */
export const tableOid = (range: RangeEntry): Sql => {
  const { source, alias } = range
  if (source.kind !== 'table') throw new Error('tableoid of what is no table')
  if (source.family !== undefined) return column(alias, TABLE)
  return unlessAbsent(range, literal(BigInt(source.relation.oid)), undefined)
}
