/**
 * A data folder belongs to one process at a time. The lock names its owner; one whose owner is gone is void.
 */
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * When a process started, so that a reused pid is not taken for the old process. Empty where unknown, and for
 * one that is dead but for its parent not having asked how it ended.
 */
const startTime = async (pid: number): Promise<string> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' ? '' : (fields[19] ?? '')
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const LOCK = 'orez.lock'

/** Whether the process that a folder's lock names is alive; undefined without a lock. */
const ownerOf = async (folder: string): Promise<{ pid: number; isAlive: boolean } | undefined> => {
  const lock = await readFile(join(folder, LOCK), 'utf8').catch(() => undefined)
  if (lock === undefined) return undefined
  const [pid = '', started = ''] = lock.split(' ')
  const owner = Number(pid)
  return { pid: owner, isAlive: owner > 0 && isAlive(owner) && started === (await startTime(owner)) }
}

/** Where folders are made that are to last no longer than their process. */
const TEMPORARY = join(tmpdir(), 'orez-')
/** The file that says of a folder that it is such a one: nothing else is ever removed. */
const MARK = 'temporary'

/** Makes a folder for one process, and removes those that others have left behind when they were killed. */
export const makeTemporaryFolder = async (): Promise<string> => {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name)
    if (!folder.startsWith(TEMPORARY) || !(await readdir(folder).catch((): string[] => [])).includes(MARK)) continue
    if ((await ownerOf(folder))?.isAlive === false) await rm(folder, { recursive: true, force: true })
  }
  const folder = await mkdtemp(TEMPORARY)
  await writeFile(join(folder, MARK), '')
  return folder
}

export class DataFolder {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /** Takes the folder, making it if need be. Throws when a living process has it. */
  static async take(folder: string): Promise<DataFolder> {
    await mkdir(folder, { recursive: true })
    const file = join(folder, LOCK)
    for (;;) {
      try {
        const handle = await open(file, 'wx')
        await handle.writeFile(`${process.pid} ${await startTime(process.pid)}`)
        await handle.close()
        return new DataFolder(file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const owner = await ownerOf(folder)
      if (owner?.isAlive === true) throw new Error(`the data folder ${folder} is in use by process ${owner.pid}`)
      await rm(file, { force: true })
    }
  }

  release(): Promise<void> {
    return rm(this.#file, { force: true })
  }
}
