/**
 * A finished, empty data directory that new databases are copied from, so that only the first start
 * of a version on a machine pays for initdb.
 */
import { constants, existsSync } from 'node:fs'
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
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

/** Databases that nobody can connect to, so that their files never change: template1 and template0. */
const FROZEN = ['base/1', 'base/4']

/** Shares a file between directories where the file system can, else copies it. */
const share = (from: string, to: string): Promise<void> => link(from, to).catch(() => copyFile(from, to))

/**
 * Copies a data directory: blocks are shared where the file system can, and files that never change are links.
 * A directory that is in use must not change meanwhile.
 */
export const copyDataDir = async (from: string, to: string): Promise<void> => {
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  await mkdir(to)
  const files: (readonly [copy: (source: string, target: string) => Promise<void>, source: string, target: string])[] =
    []
  for (const entry of entries) {
    const source = join(entry.parentPath, entry.name)
    const target = join(to, relative(from, source))
    if (entry.isDirectory()) await mkdir(target, { recursive: true })
    else {
      const folder = relative(from, entry.parentPath).split(sep).join('/')
      files.push([FROZEN.includes(folder) ? share : clone, source, target])
    }
  }
  await Promise.all(files.map(([copy, source, target]) => copy(source, target)))
}

const clone = (from: string, to: string): Promise<void> => copyFile(from, to, constants.COPYFILE_FICLONE)

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
