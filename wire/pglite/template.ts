/**
 * A finished, empty data directory that new databases are copied from, so that only the first start
 * of a version on a machine pays for initdb.
 */
import { existsSync, constants } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { Backend } from './backend.ts'
import { bootstrap } from './bootstrap.ts'

const cacheFolder = (): string => join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'orez')

const pgliteVersion = async (): Promise<string> => {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest: unknown = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8'))
  return (manifest as { version: string }).version
}

/** What initdb calls the database of a new data directory. */
export const NEW_DATABASE = 'postgres'

let making: Promise<string> | undefined

const make = async (): Promise<string> => {
  const path = join(cacheFolder(), `pglite-${await pgliteVersion()}-${bootstrap.version}`)
  if (existsSync(path)) return path
  await mkdir(cacheFolder(), { recursive: true })
  const scratch = await mkdtemp(join(cacheFolder(), 'making-'))
  try {
    const backend = await Backend.open(
      { dataDir: scratch, database: NEW_DATABASE, fsync: false, initialise: true },
      {
        onOutput: () => undefined,
        onCall: () => Promise.resolve('{"value":null}'),
        onCrash: () => undefined,
      },
    )
    await backend.close()
    await rename(scratch, path)
  } catch (error) {
    await rm(scratch, { recursive: true, force: true })
    // another process may have finished the same template first
    if (!existsSync(path)) throw error
  }
  return path
}

/** Copies a data directory, sharing blocks where the file system can. */
export const copyDataDir = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, mode: constants.COPYFILE_FICLONE, errorOnExist: true, force: false })

/** Makes `dataDir` a fresh database directory; an interrupted attempt leaves nothing under that name. */
export const createDataDir = async (dataDir: string): Promise<void> => {
  making ??= make()
  const template = await making.catch((error: unknown) => {
    making = undefined
    throw error
  })
  const scratch = `${dataDir}.new`
  await mkdir(dirname(dataDir), { recursive: true })
  await rm(scratch, { recursive: true, force: true })
  await copyDataDir(template, scratch)
  await rename(scratch, dataDir)
}
