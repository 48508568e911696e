/** Loaded first in a process that is to run with a mutant: the file is changed as it is read. */
import { registerHooks } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MUTANTS } from './mutants.ts'

const mutant = MUTANTS[Number(process.env.OREZ_MUTANT)]
if (mutant === undefined) throw new Error('OREZ_MUTANT names no mutant')
const url = pathToFileURL(resolve(import.meta.dirname, '../..', mutant.file)).href

registerHooks({
  load(at, context, next) {
    const loaded = next(at, context)
    if (at !== url) return loaded
    const source = String(loaded.source)
    return { ...loaded, source: source.replace(mutant.from, () => mutant.to) }
  },
})
