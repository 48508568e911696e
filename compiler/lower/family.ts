/** A table with children as one table: its rows and theirs, under its columns' names. */
import type { RelationInfo } from '../catalog/entries.ts'
import { columnMap } from '../catalog/inheritance.ts'
import { type Body, column, core, type From, infix, literal, select } from '../sqlite/tree.ts'
import type { Place } from './expression.ts'

/** Which table a row of the family is in, and that with the row's id, as `oid:rowid`. */
export const TABLE = 'tableoid$'
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
