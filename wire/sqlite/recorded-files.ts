/** The recorded rows of the system catalogs, read from their files when they are first asked for. */
import { readFileSync } from 'node:fs'
import type { Recorded } from '../../compiler/system/rows.ts'

const DATA = new URL('../../compiler/system/data/', import.meta.url)

const files = new Map<string, ReturnType<Recorded>>()

export const recordedFiles: Recorded = (catalog) => {
  if (!files.has(catalog)) {
    let contents: ReturnType<Recorded>
    try {
      contents = JSON.parse(readFileSync(new URL(`${catalog}.json`, DATA), 'utf8'))
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOENT') throw error
    }
    files.set(catalog, contents)
  }
  return files.get(catalog)
}
