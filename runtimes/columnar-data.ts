/** Recorded tables in a bundle: column by column they compress better than row by row, which is how they are kept for people to read. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

interface Recorded {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** How much more each number of a column, such as an oid, is than the one before; undefined where they do not all go up. */
const steps = (column: readonly unknown[]): readonly number[] | undefined => {
  const numbers = column.filter((value) => typeof value === 'number')
  const each = numbers.map((value, at) => value - (at === 0 ? 0 : (numbers[at - 1] ?? 0)))
  const ascends = numbers.length === column.length && each.slice(1).every((step) => step > 0)
  return ascends && numbers.length > 1 ? each : undefined
}

const plain = (value: unknown): boolean => value === null || typeof value !== 'object'

/** A column in which one value is by far the most frequent: where the others are, and what. */
const exceptions = (column: readonly unknown[]): object | undefined => {
  const [usual] = [...Map.groupBy(column.filter(plain), (value) => value)].toSorted((a, b) => b[1].length - a[1].length)
  if (usual === undefined || usual[1].length < column.length * 0.6) return undefined
  const others = column.flatMap((value, at) => (value === usual[0] ? [] : [at]))
  return {
    usual: usual[0],
    at: others.map((at, which) => at - (others[which - 1] ?? 0)),
    values: others.map((at) => column[at]),
  }
}

/** What `rowsOf` in `compiler/catalog/recorded.ts` takes as well. */
const byColumn = ({ columns, rows }: Recorded): object => {
  const values = columns.map((_, at) => rows.map((row) => row[at]))
  return {
    columns,
    count: rows.length,
    values: values.map((column) => steps(column) ?? exceptions(column) ?? column),
    ascending: values.flatMap((column, at) => (steps(column) === undefined ? [] : [at])),
  }
}

export const columnarData: Plugin = {
  name: 'columnar data',
  setup(bundler) {
    bundler.onLoad({ filter: /compiler\/catalog\/data\/.*\.json$/ }, ({ path }) => ({
      loader: 'json',
      contents: JSON.stringify(byColumn(JSON.parse(readFileSync(path, 'utf8')) as Recorded)),
    }))
  },
}
