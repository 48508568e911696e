/** How large the compiler is for a browser that has PostgreSQL's grammar already. */
import { join } from 'node:path'
import { styleText } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { columnarData } from '../runtimes/columnar-data.ts'

const GOAL = 250_000

export const benchBundle = async (): Promise<void> => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../compiler/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'esnext',
    platform: 'browser',
    write: false,
    external: ['libpg-query'],
    plugins: [columnarData],
  })
  const bytes = outputFiles[0]?.contents ?? new Uint8Array()
  const size = brotliCompressSync(bytes).length
  const verdict = styleText(size <= GOAL ? 'green' : 'red', `${(size / 1000).toFixed(1)} KB`)
  console.log(`${'compiler for a browser, without the parser'.padEnd(44)} ${verdict} brotli (goal ≤ ${GOAL / 1000} KB)`)
}
