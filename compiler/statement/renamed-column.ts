/** What a table's own expressions say of a column that gets another name. PostgreSQL keeps trees without names. */
import type * as Ast from '@pgsql/types'
import { unsupported } from '../../wire/protocol/error.ts'

const nameOf = (field: Ast.Node | undefined): string | undefined =>
  field !== undefined && 'String' in field ? field.String.sval : undefined

/**
 * A tree with the new name where it names the column: by itself, or after the name of a row.
 * @param rows the table's name; those of the rows that a trigger's WHEN is about
 * @throws PgError 0A000 where the name may be that of something else
 */
export const withRenamedColumn = <Tree>(tree: Tree, rows: readonly string[], from: string, to: string): Tree => {
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed)
    if (typeof value !== 'object' || value === null) return value
    const { ColumnRef } = value as { ColumnRef?: Ast.ColumnRef }
    if (ColumnRef === undefined)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner)]))
    const fields = ColumnRef.fields ?? []
    const at = fields.findIndex((field) => nameOf(field) === from)
    if (at < 0) return value
    const isColumn = at === fields.length - 1 && (at === 0 || (at === 1 && rows.includes(nameOf(fields[0]) ?? '')))
    if (!isColumn) throw unsupported(`RENAME of a column in an expression that names "${from}" otherwise`)
    return { ColumnRef: { ...ColumnRef, fields: fields.with(at, { String: { sval: to } }) } }
  }
  return renamed(tree) as Tree
}
