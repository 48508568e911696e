/** Changing a table's columns in SQLite: a new table is filled from the old one and takes its place. */

import type { Catalog } from '../catalog/catalog.ts'
import { uniqueConstraints } from '../catalog/constraint.ts'
import type { ColumnInfo, RelationInfo } from '../catalog/entries.ts'
import type { Place } from '../lower/expression.ts'
import type { DefinitionStep } from '../plan.ts'
import { printSql, quoteName } from '../sqlite/print.ts'
import type { Sql } from '../sqlite/tree.ts'
import { createTableSql, indexSql, uniqueIndexSql } from './physical.ts'

/**
 * Steps that give a table new columns.
 * @param valueFor what a column is filled with, over the old table under its physical name
 */
export const rebuild = (
  catalog: Catalog,
  before: RelationInfo,
  after: RelationInfo,
  place: Place,
  valueFor: (column: ColumnInfo) => Sql,
): DefinitionStep[] => {
  const temporary = `${after.physical}~rebuilt`
  const columns = after.columns.map((column) => quoteName(column.physical))
  const values = after.columns.map((column) => printSql(valueFor(column)))
  const functions = [...place.functions.values()]
  const step = (sql: string): DefinitionStep => ({ sql, functions })
  const fill =
    columns.length === 0
      ? `INSERT INTO ${quoteName(temporary)} SELECT NULL FROM ${quoteName(before.physical)}`
      : `INSERT INTO ${quoteName(temporary)} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${quoteName(before.physical)} ORDER BY rowid`
  return [
    step(
      createTableSql(
        catalog,
        {
          ...after,
          physical: temporary,
          columns: after.columns.map((column) => ({ ...column, notNull: false })),
        },
        place.target,
      ),
    ),
    step(fill),
    step(`DROP TABLE ${quoteName(before.physical)}`),
    step(`ALTER TABLE ${quoteName(temporary)} RENAME TO ${quoteName(after.physical)}`),
    ...uniqueConstraints(after).map((constraint): DefinitionStep => {
      const [sql = ''] = uniqueIndexSql(catalog, { ...after, constraints: [constraint] })
      return { ...step(sql), duplicate: `could not create unique index "${constraint.name}"` }
    }),
    ...after.indexes
      .filter(({ physical }) => physical !== '')
      .map((index) => ({
        sql: indexSql(catalog, after, index),
        functions: [...functions, ...(index.computed?.functions ?? [])],
        duplicate: `could not create unique index "${index.name}"`,
      })),
  ]
}
