/** Tables as they have been recorded from a running PostgreSQL: row by row, or in a bundle column by column. */
export interface Recorded {
  readonly columns: readonly string[]
  readonly rows?: readonly (readonly unknown[])[]
  readonly count?: number
  readonly values?: readonly (readonly unknown[] | Exceptions)[]
  /** Which columns of `values` ascend, and hold how much more each is than the one before. */
  readonly ascending?: readonly number[]
}

/** A column of one value but in some places, which are told by how far each is from the one before. */
interface Exceptions {
  readonly usual: unknown
  readonly at: readonly number[]
  readonly values: readonly unknown[]
}

const summed = (steps: readonly unknown[]): number[] => {
  let sum = 0
  return steps.map((step) => (sum += Number(step)))
}

/** The rows of one recorded file as objects. */
export const rowsOf = <Row>({ columns, rows, count = 0, values = [], ascending = [] }: Recorded): Row[] => {
  const full = values.map((column, at): readonly unknown[] => {
    if (!('usual' in column)) return ascending.includes(at) ? summed(column) : column
    const list: unknown[] = Array.from({ length: count }, () => column.usual)
    for (const [which, place] of summed(column.at).entries()) list[place] = column.values[which]
    return list
  })
  const lists = rows ?? Array.from({ length: count }, (_, at) => full.map((column) => column[at]))
  return lists.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]])) as Row)
}
