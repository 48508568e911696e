/** Ranges for the rows that a write makes or changes: `new`, `old`, `excluded`, and a table's own name in its checks. */
import type { RelationInfo } from '../catalog/entries.ts'
import type { RangeEntry } from '../tree/query.ts'
import { noteCollations } from './collation.ts'
import { columnOf } from './column.ts'
import { rangeRelation } from './range-relation.ts'
import type { NamespaceItem, Scope } from './scope.ts'

/** A range whose columns stand under given names in the SQLite query around. */
export const rowRange = (
  relation: RelationInfo,
  alias: string,
  depth: number,
  names: readonly string[],
): RangeEntry => ({
  alias,
  columns: relation.columns.map(({ name, type, typmod }) => ({ name, type, typmod })),
  source: { kind: 'row', names, rowType: relation.rowType },
  depth,
  nullable: false,
})

/** A name for a row that there is not: it is NULL, and so are all its columns. */
export const absentItem = (relation: RelationInfo, name: string): NamespaceItem => ({
  name,
  schema: undefined,
  columns: relation.columns.map((column) => ({
    name: column.name,
    expr: { kind: 'const', value: null, type: column.type, typmod: column.typmod },
  })),
  range: undefined,
  row: { kind: 'const', value: null, type: relation.rowType, typmod: -1 },
  columnsVisible: false,
  nameVisible: true,
  lateralOnly: false,
  lateralOk: true,
})

/** Makes a table's row known under the table's own name. */
export const addOwnRow = (
  scope: Scope,
  range: RangeEntry,
  { name, schema }: Pick<RelationInfo, 'name'> & { readonly schema?: string },
): NamespaceItem => addItem(scope, range, name, { schema })

/** Makes a range known under a name. */
export const addItem = (
  scope: Scope,
  range: RangeEntry,
  name: string,
  options: { readonly columnsVisible?: boolean; readonly schema?: string | undefined } = {},
): NamespaceItem => {
  noteCollations(scope.statement, rangeRelation(scope.statement.catalog, range))
  const item: NamespaceItem = {
    name,
    schema: options.schema,
    columns: range.columns.map((column, index) => ({ name: column.name, expr: columnOf(range, index) })),
    range,
    columnsVisible: options.columnsVisible ?? true,
    nameVisible: true,
    lateralOnly: false,
    lateralOk: true,
  }
  scope.items = [...scope.items, item]
  return item
}
