/** The statements that read and store single rows of a relation. They are the same for every row, so their texts are kept. */
import type { RelationInfo } from '../../compiler/catalog/entries.ts'
import { quoteName } from '../../compiler/sqlite/print.ts'

const kept = (make: (relation: RelationInfo) => string): ((relation: RelationInfo) => string) => {
  const texts = new WeakMap<RelationInfo, string>()
  return (relation) => {
    const known = texts.get(relation)
    if (known !== undefined) return known
    const text = make(relation)
    texts.set(relation, text)
    return text
  }
}

/** Its parameters are :v0, :v1 … */
export const insertSql = kept(({ physical, columns }) =>
  columns.length === 0
    ? `INSERT INTO ${quoteName(physical)} DEFAULT VALUES`
    : `INSERT INTO ${quoteName(physical)} (${columns.map((column) => quoteName(column.physical)).join(', ')}) VALUES (${columns.map((_, at) => `:v${at}`).join(', ')})`,
)

/** Its parameters are :v0, :v1 … and :id. For a relation with columns. */
export const updateSql = kept(
  ({ physical, columns }) =>
    `UPDATE ${quoteName(physical)} SET ${columns.map((column, at) => `${quoteName(column.physical)} = :v${at}`).join(', ')} WHERE rowid = :id`,
)

/** Its parameter is :id. */
export const deleteSql = kept(({ physical }) => `DELETE FROM ${quoteName(physical)} WHERE rowid = :id`)

/** Its parameter is :id. */
export const selectSql = kept(
  ({ physical, columns }) =>
    `SELECT ${columns.map((column) => quoteName(column.physical)).join(', ') || '1'} FROM ${quoteName(physical)} WHERE rowid = :id`,
)
