/**
 * orez's own version, from its package.json.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const read = (folder: string): string => {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      name: string
      version: string
    }
    if (name === 'orez') return version
  } catch {
    // not this folder
  }
  return read(dirname(folder))
}

export const version: string = read(import.meta.dirname)
