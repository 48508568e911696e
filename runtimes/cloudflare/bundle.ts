/** The compiler and the session as one module for workerd, PostgreSQL's grammar as a WebAssembly module beside it. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { columnarData } from '../columnar-data.ts'

const require = createRequire(import.meta.url)
const GRAMMAR = dirname(require.resolve('libpg-query'))
const CATALOGS = join(import.meta.dirname, '../../compiler/system/data')

/** Workers compile no WebAssembly of their own: the module is imported, and only instantiated. */
const grammar: Plugin = {
  name: 'grammar',
  setup(bundler) {
    bundler.onResolve({ filter: /^libpg-query$/ }, () => ({ path: join(GRAMMAR, 'index.js') }))
    bundler.onResolve({ filter: /\/libpg-query\.js$/ }, ({ importer }) =>
      importer.startsWith(GRAMMAR) ? { path: 'grammar', namespace: 'grammar' } : undefined,
    )
    bundler.onLoad({ filter: /.*/, namespace: 'grammar' }, () => ({
      resolveDir: GRAMMAR,
      contents: `
        import factory from '${join(GRAMMAR, 'libpg-query.js')}'
        import wasm from './libpg-query.wasm'
        const instantiateWasm = (imports, done) => {
          done(new WebAssembly.Instance(wasm, imports))
          return {}
        }
        export default () => factory({ instantiateWasm })`,
    }))
  },
}

/** The recorded rows of the system catalogs, which have no files to be read from. */
const catalogs: Plugin = {
  name: 'catalogs',
  setup(bundler) {
    bundler.onResolve({ filter: /^orez:catalogs$/ }, () => ({ path: 'catalogs', namespace: 'catalogs' }))
    bundler.onLoad({ filter: /.*/, namespace: 'catalogs' }, () => {
      const names = readdirSync(CATALOGS).filter((name) => name.endsWith('.json'))
      const entries = names.map((name, at) => `${JSON.stringify(name.replace('.json', ''))}: c${at}`)
      const imports = names.map((name, at) => `import c${at} from './${name}'`)
      return {
        resolveDir: CATALOGS,
        contents: `${imports.join('\n')}\nconst all = { ${entries.join(', ')} }\nexport const recorded = (name) => all[name]`,
      }
    })
  },
}

export interface WorkerBundle {
  readonly script: string
  /** What the script imports as `./libpg-query.wasm`. */
  readonly grammar: Uint8Array
}

/** @param entry path of the module with the Durable Object's class */
export const bundleWorker = async (entry: string): Promise<WorkerBundle> => {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    write: false,
    external: ['*.wasm', 'cloudflare:workers', 'node:*'],
    plugins: [grammar, catalogs, columnarData],
    // The grammar's loader looks for a browser or Node, and needs neither.
    define: {
      'globalThis.WorkerGlobalScope': 'undefined',
      'globalThis.window': 'undefined',
      'globalThis.process': 'undefined',
    },
  })
  return {
    script: outputFiles[0]?.text ?? '',
    grammar: new Uint8Array(readFileSync(join(GRAMMAR, 'libpg-query.wasm'))),
  }
}
