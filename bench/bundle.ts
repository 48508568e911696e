/** How large the compiler is for a browser that has PostgreSQL's grammar already. */
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'
import { columnarData } from '../runtimes/columnar-data.ts'
import { printGoal } from './report.ts'

/** Kilobytes, brotli. */
const GOAL = 250

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
  // esbuild shortens names; terser also folds and inlines, as bundlers of applications do
  const { code = '' } = await minify(outputFiles[0]?.text ?? '', { module: true, ecma: 2020, compress: { passes: 3 } })
  const size = brotliCompressSync(code).length
  printGoal('compiler for a browser, without the parser', size / 1000, GOAL, 'KB brotli')
}
