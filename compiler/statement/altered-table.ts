/** What the commands of ALTER TABLE ask of the table that they change. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import type { Statement } from '../bind/scope.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { ColumnInfo, IndexInfo, RelationInfo } from '../catalog/entries.ts'
import { column as columnSql, type Sql } from '../sqlite/tree.ts'
import type { Work } from './alter-family.ts'
import type { StatementContext } from './context.ts'
import { viewsMentioning } from './rewrite-views.ts'

/** Errors in what an ALTER TABLE adds carry no position, but for names of types. */
export const statementOf = ({ statement }: StatementContext, { catalog }: Work, positioned = false): Statement => ({
  ...statement,
  catalog,
  ...(positioned ? {} : { position: () => undefined }),
})

export const findColumn = ({ relation }: Work, name: string): ColumnInfo => {
  const found = relation.columns.find((column) => column.name === name)
  if (found === undefined) throw new PgError('42703', `column "${name}" of relation "${relation.name}" does not exist`)
  return found
}

/** Whether an index is one on expressions, or with a predicate, and has a column in it. */
export const hasColumn = ({ computed, keys, predicate }: IndexInfo, { name, number }: ColumnInfo): boolean =>
  computed !== undefined && (keys.includes(number) || mentionsColumn([keys, predicate], name))

/** Whether a parse tree has a column of a name in it. */
export const mentionsColumn = (tree: unknown, name: string): boolean => {
  if (Array.isArray(tree)) return tree.some((item) => mentionsColumn(item, name))
  if (typeof tree !== 'object' || tree === null) return false
  const { ColumnRef } = tree as { ColumnRef?: Ast.ColumnRef }
  if (ColumnRef?.fields?.some((field) => 'String' in field && field.String.sval === name)) return true
  return Object.values(tree).some((value) => mentionsColumn(value, name))
}

export const usedAsType = (catalog: Catalog, relation: RelationInfo): boolean =>
  [...catalog.contents.relations.values()].some(({ columns }) =>
    columns.some((column) => column.type === relation.rowType || column.type === relation.rowType + 1),
  )

/** Columns stay as they are, read from the old table. */
export const keep =
  (before: RelationInfo) =>
  (column: ColumnInfo): Sql =>
    columnSql(before.physical, column.physical)

/** The views in which a column occurs. */
export const viewsOn = (
  { statement }: StatementContext,
  { catalog, relation }: Work,
  column: ColumnInfo,
): RelationInfo[] =>
  viewsMentioning({ catalog, settings: statement.settings, clock: statement.clock }, relation, column.number)
