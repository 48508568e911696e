/** NOT NULL as a constraint with a name of its own, which children take over. After AddRelationNotNullConstraints in heap.c. */
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import { notNullName } from './definition.ts'

/** What a child's column has of a parent's. */
export const inheritedNotNull = (parent: RelationInfo, column: ColumnInfo): Partial<ColumnInfo> =>
  column.notNull && !column.notNullNoInherit
    ? {
        notNull: true,
        notNullName: notNullName(parent, column),
        notNullInherited: 1,
        notNullOnlyInherited: true,
      }
    : {}

/** A column without what is known of its NOT NULL. */
export const withoutNotNull = ({
  notNullName: _name,
  notNullInherited: _inherited,
  notNullOnlyInherited: _only,
  notNullNoInherit: _alone,
  ...rest
}: ColumnInfo): ColumnInfo => ({ ...rest, notNull: false })

/** A column that the table itself says to be NOT NULL, whatever its parents say. @param name of the constraint */
export const declaredNotNull = (column: ColumnInfo, name?: string): ColumnInfo => {
  const { notNullInherited: inherited } = column
  return {
    ...withoutNotNull(column),
    notNull: true,
    ...(inherited === undefined ? {} : { notNullInherited: inherited }),
    ...(name === undefined ? {} : { notNullName: name }),
  }
}

/** The same of a constraint that there is already, which keeps its name. */
export const localNotNull = ({ notNullOnlyInherited: _only, ...rest }: ColumnInfo): ColumnInfo => rest

/** One more parent says so. */
export const oneMoreNotNull = (column: ColumnInfo): ColumnInfo => ({
  ...column,
  notNullInherited: (column.notNullInherited ?? 0) + 1,
})

/** A parent says so no more: what no parent says is the table's own. */
export const oneLessNotNull = (column: ColumnInfo): ColumnInfo => {
  const left = Math.max((column.notNullInherited ?? 0) - 1, 0)
  const { notNullInherited: _inherited, ...rest } = left > 0 ? column : localNotNull(column)
  return left > 0 ? { ...rest, notNullInherited: left } : rest
}
