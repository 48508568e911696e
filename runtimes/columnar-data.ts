/** Recorded tables in a bundle: column by column they compress better than row by row, which is how they are kept for people to read. */
import { readFileSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import type { Plugin } from 'esbuild'
import type { Column, Recorded } from '../compiler/catalog/recorded.ts'

interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

type Encoding = (column: readonly unknown[]) => Column | undefined

const plain = (value: unknown): boolean => value === null || typeof value !== 'object'

/** Numbers, by how much more each is than the one before. */
const steps: Encoding = (column) => {
  if (!column.every((value) => typeof value === 'number')) return undefined
  return { steps: column.map((value, at) => value - (at === 0 ? 0 : (column[at - 1] ?? 0))) }
}

/** A column in which one value is by far the most frequent: where the others are, and what. */
const exceptions: Encoding = (column) => {
  const [usual] = [...Map.groupBy(column.filter(plain), (value) => value)].toSorted((a, b) => b[1].length - a[1].length)
  if (usual === undefined || usual[1].length < column.length * 0.6) return undefined
  const others = column.flatMap((value, at) => (value === usual[0] ? [] : [at]))
  return {
    usual: usual[0],
    at: others.map((at, which) => at - (others[which - 1] ?? 0)),
    values: others.map((at) => column[at]),
  }
}

/** Lists of numbers, in base 36, in one string. */
const lists: Encoding = (column) =>
  column.every((value) => Array.isArray(value) && value.every(Number.isInteger))
    ? { lists: (column as number[][]).map((list) => list.map((each) => each.toString(36)).join(' ')).join('|') }
    : undefined

const ENCODINGS: readonly Encoding[] = [(column) => column, steps, exceptions, lists]

const sizeOf = (column: Column): number => brotliCompressSync(JSON.stringify(column)).length

const smallest = (column: readonly unknown[]): Column =>
  ENCODINGS.map((encode) => encode(column))
    .filter((encoded) => encoded !== undefined)
    .map((encoded) => ({ encoded, size: sizeOf(encoded) }))
    .reduce((best, each) => (each.size < best.size ? each : best)).encoded

/** What `rowsOf` in `compiler/catalog/recorded.ts` takes as well. */
const byColumn = ({ columns, rows }: Table): Recorded => ({
  columns,
  count: rows.length,
  values: columns.map((_, at) => smallest(rows.map((row) => row[at]))),
})

export const columnarData: Plugin = {
  name: 'columnar data',
  setup(bundler) {
    bundler.onLoad({ filter: /compiler\/catalog\/data\/.*\.json$/ }, ({ path }) => ({
      loader: 'json',
      contents: JSON.stringify(byColumn(JSON.parse(readFileSync(path, 'utf8')) as Table)),
    }))
  },
}
