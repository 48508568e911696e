/** Scripts that lie outside the project, run where they are. */
import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { LiveScript } from './judge-script.ts'

export interface ExternalScript extends LiveScript {
  readonly name: string
}

/** The folder that holds them: OREZ_CORPUS, or `shared` beside the project. */
export const externalFolder = (): string =>
  resolve(process.env.OREZ_CORPUS ?? join(import.meta.dirname, '../../shared'))

export const externalScripts = (): ExternalScript[] => {
  const folder = externalFolder()
  const regress = join(folder, 'corpus/pg-regress')
  const setup = join(regress, 'sql/test_setup.sql')
  const paths = globSync(['corpus/pg-regress/sql/*.sql', 'corpus/chinook/*.sql', 'zero-contract/*.sql'], {
    cwd: folder,
  }).sort()
  return paths.map((path) => {
    const isRegress = path.includes('pg-regress')
    return {
      name: path.replaceAll('\\', '/').replace(/^corpus\//, ''),
      path: join(folder, path),
      setup: isRegress && !path.endsWith('test_setup.sql') ? readFileSync(setup, 'utf8') : undefined,
      surroundings: isRegress ? { environment: { PG_ABS_SRCDIR: regress } } : {},
    }
  })
}
