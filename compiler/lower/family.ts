/** A table with children as one table: its rows and theirs, under its columns' names. */
import type { RelationInfo } from '../catalog/entries.ts'
import { columnMap } from '../catalog/inheritance.ts'
import { type Body, column, core, type From, infix, literal, type Sql, select, when } from '../sqlite/tree.ts'
import type { RangeEntry } from '../tree/query.ts'
import { refuseAt } from './context.ts'
import type { Place } from './expression.ts'

/** Which table a row of the family is in, and that with the row's id, as `oid:rowid`. */
const TABLE = 'tableoid$'
export const FAMILY_ID = 'id$'

export const familyTable = (
  place: Place,
  relation: RelationInfo,
  family: readonly RelationInfo[],
  alias: string,
  withIds = false,
): From => {
  const bodies = family.map((member): Body => {
    place.reads.add(member.oid)
    const map = columnMap(relation, member)
    const ids = withIds
      ? [{ expr: infix('||', literal(`${member.oid}:`), column(undefined, 'rowid')), alias: FAMILY_ID }]
      : []
    return core({
      targets: [
        ...relation.columns.map((each, at) => ({
          expr: column(undefined, member.columns[map[at] ?? -1]?.physical ?? ''),
          alias: each.physical,
        })),
        { expr: literal(BigInt(member.oid)), alias: TABLE },
        ...ids,
      ],
      from: [{ kind: 'table', name: member.physical, alias: member.physical }],
    })
  })
  const empty = core({
    targets: [...relation.columns.map(({ physical }) => physical), TABLE, ...(withIds ? [FAMILY_ID] : [])].map(
      (name) => ({ expr: literal(null), alias: name }),
    ),
    where: literal(0n),
  })
  const [first = empty, ...others] = bodies
  const rows = others.reduce<Body>((left, right) => ({ kind: 'compound', operator: 'UNION ALL', left, right }), first)
  return { kind: 'subquery', select: select(rows), alias }
}

/** What of a row is never NULL but in one that an outer join has made up; undefined where there is no such thing. */
const mark = ({ source, alias }: RangeEntry): Sql | undefined => {
  if (source.kind === 'row' && source.present !== undefined) return column(alias, source.present)
  return source.kind === 'table' ? column(alias, source.family === undefined ? 'rowid' : TABLE) : undefined
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
