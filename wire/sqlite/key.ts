/** The columns of a key, by their numbers, and the values that a row has in them. */
import type { ColumnInfo, RelationInfo } from '../../compiler/catalog/entries.ts'
import type { Value } from '../../compiler/tree/value.ts'

const indexOf = ({ columns }: RelationInfo, number: number): number =>
  columns.findIndex((column) => column.number === number)

export const columnsOf = (relation: RelationInfo, numbers: readonly number[]): ColumnInfo[] =>
  numbers.flatMap((number) => relation.columns[indexOf(relation, number)] ?? [])

export const keyOf = (relation: RelationInfo, values: readonly Value[], numbers: readonly number[]): Value[] =>
  numbers.map((number) => values[indexOf(relation, number)] ?? null)
