/** Recorded tables in a bundle: column by column they compress better than row by row, which is how they are kept for people to read. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'esbuild'

interface Recorded {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** What `rowsOf` in `compiler/catalog/recorded.ts` takes as well. */
const byColumn = ({ columns, rows }: Recorded): object => ({
  columns,
  values: columns.map((_, at) => rows.map((row) => row[at])),
})

export const columnarData: Plugin = {
  name: 'columnar data',
  setup(bundler) {
    bundler.onLoad({ filter: /compiler\/catalog\/data\/.*\.json$/ }, ({ path }) => ({
      loader: 'json',
      contents: JSON.stringify(byColumn(JSON.parse(readFileSync(path, 'utf8')) as Recorded)),
    }))
  },
}
