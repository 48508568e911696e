/** Folders of data: what goes with its process, and what stays. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DataFolder, makeTemporaryFolder } from '../server/data-folder.ts'

/** The lock of a process that does not run any more. */
const DEAD = '2147483646 0'

test('what a killed process has left is removed, where it was to go with it, and nothing else', async () => {
  const [left, kept] = await Promise.all([mkdtemp(join(tmpdir(), 'orez-')), mkdtemp(join(tmpdir(), 'orez-data-'))])
  const lock = (await lockName()) ?? ''
  await Promise.all([left, kept].map((folder) => writeFile(join(folder, lock), DEAD)))
  await writeFile(join(left, 'temporary'), '')
  await mkdir(join(kept, 'sqlite'))
  const made = await makeTemporaryFolder()
  expect(await readdir(kept)).toContain('sqlite')
  await expect(readdir(left)).rejects.toMatchObject({ code: 'ENOENT' })
  await Promise.all([kept, made].map((folder) => rm(folder, { recursive: true, force: true })))
})

/** How the file is called that says who has a folder. */
const lockName = async (): Promise<string | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), 'orez-lock-'))
  const taken = await DataFolder.take(folder)
  const [name] = await readdir(folder)
  await taken.release()
  await rm(folder, { recursive: true, force: true })
  return name
}
