/** Tables as they have been recorded from a running PostgreSQL: row by row, or in a bundle column by column. */
export interface Recorded {
  readonly columns: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly values?: readonly (readonly unknown[])[]
}

/** The rows of one recorded file as objects. */
export const rowsOf = <Row>({ columns, rows, values = [] }: Recorded): Row[] => {
  const lists = rows ?? (values[0] ?? []).map((_, at) => values.map((column) => column[at]))
  return lists.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])) as Row)
}
