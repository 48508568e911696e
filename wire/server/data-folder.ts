/**
 * A data folder belongs to one process at a time. The lock names its owner; one whose owner is gone is void.
 */
import { mkdir, open, readFile, rm } from 'node:fs/promises'
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

export class DataFolder {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /** Takes the folder, making it if need be. Throws when a living process has it. */
  static async take(folder: string): Promise<DataFolder> {
    await mkdir(folder, { recursive: true })
    const file = join(folder, 'orez.lock')
    for (;;) {
      try {
        const handle = await open(file, 'wx')
        await handle.writeFile(`${process.pid} ${await startTime(process.pid)}`)
        await handle.close()
        return new DataFolder(file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const [pid = '', started = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ')
      const owner = Number(pid)
      if (owner > 0 && isAlive(owner) && started === (await startTime(owner))) {
        throw new Error(`the data folder ${folder} is in use by process ${owner}`)
      }
      await rm(file, { force: true })
    }
  }

  release(): Promise<void> {
    return rm(this.#file, { force: true })
  }
}
