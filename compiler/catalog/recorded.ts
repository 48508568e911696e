/** Tables as they have been recorded from a running PostgreSQL: row by row, or in a bundle column by column. */
export interface Recorded {
  readonly columns: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly values?: readonly (readonly unknown[])[]
  /** Which columns of `values` ascend, and hold how much more each is than the one before. */
  readonly ascending?: readonly number[]
}

const summed = (steps: readonly unknown[]): number[] => {
  let sum = 0
  return steps.map((step) => (sum += Number(step)))
}

/** The rows of one recorded file as objects. */
export const rowsOf = <Row>({ columns, rows, values = [], ascending = [] }: Recorded): Row[] => {
  const full = values.map((column, at) => (ascending.includes(at) ? summed(column) : column))
  const lists = rows ?? (full[0] ?? []).map((_, at) => full.map((column) => column[at]))
  return lists.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])) as Row)
}
