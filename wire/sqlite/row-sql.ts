/** The statements that read and store single rows of a relation. They are the same for every row, so their texts are kept. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'
import { kept } from './kept.ts'

/** Its parameters are :v0, :v1 … */
export const insertSql = kept(({ physical, columns }: RelationInfo) =>
  columns.length === 0
    ? `INSERT INTO ${quoteName(physical)} DEFAULT VALUES`
    : `INSERT INTO ${quoteName(physical)} (${columns.map((column) => quoteName(column.physical)).join(', ')}) VALUES (${columns.map((_, at) => `:v${at}`).join(', ')})`,
)

/** Its parameters are :v0, :v1 … and :id. For a relation with columns. */
export const updateSql = kept(
  ({ physical, columns }: RelationInfo) =>
    `UPDATE ${quoteName(physical)} SET ${columns.map((column, at) => `${quoteName(column.physical)} = :v${at}`).join(', ')} WHERE rowid = :id`,
)

/** Its parameter is :id. */
export const deleteSql = kept(({ physical }: RelationInfo) => `DELETE FROM ${quoteName(physical)} WHERE rowid = :id`)

/** Its parameter is :id. */
export const selectSql = kept(
  ({ physical, columns }: RelationInfo) =>
    `SELECT ${columns.map((column) => quoteName(column.physical)).join(', ') || '1'} FROM ${quoteName(physical)} WHERE rowid = :id`,
)
