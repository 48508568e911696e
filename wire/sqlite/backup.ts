/** A copy of the databases of SQLite in a data folder, while a server is working with them or not. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { PgError } from '../protocol/error.ts'

/** Pages that are copied at a time: all, as a copy begins anew whenever the file has changed between two times. */
const PAGES = 2 ** 30
const DATABASE = /^(.*)\.db$/

/**
 * Copies every database of a data folder as it was at one moment: what has been acknowledged before is in it, and no
 * transaction is there in part. A server on the copy goes on with the replication slots that there were.
 * @param data the data folder
 * @param to an empty folder, or one that is to be made; it is a data folder afterwards
 * @returns the names of the databases
 * @throws PgError 58P01 where there is nothing to copy, 58P02 where the folder is not empty, XX001 for a damaged file
 */
export const backUp = async (data: string, to: string): Promise<string[]> => {
  const from = join(data, 'sqlite')
  const files = await readdir(from).catch((): string[] => [])
  const names = files.flatMap((file) => DATABASE.exec(file)?.[1] ?? [])
  if (names.length === 0)
    throw new PgError(
      '58P01',
      existsSync(join(data, 'databases'))
        ? `"${data}" has databases of PGlite, which are copied with their folder while no server is running`
        : `"${data}" has no databases`,
    )
  if ((await readdir(to).catch((): string[] => [])).length > 0)
    throw new PgError('58P02', `folder "${to}" exists and is not empty`)
  const target = join(to, 'sqlite')
  await mkdir(target, { recursive: true })
  for (const name of names) {
    // Slots that are older than their log send again what has been confirmed meanwhile; newer ones would leave out some.
    const slots = `${name}.slots.json`
    if (files.includes(slots)) await copyFile(join(from, slots), join(target, slots))
    await copyDatabase(join(from, `${name}.db`), join(target, `${name}.db`))
  }
  return names
}

const copyDatabase = async (from: string, to: string): Promise<void> => {
  const db = new DatabaseSync(from, { readOnly: true, timeout: 10_000 })
  try {
    await backup(db, to, { rate: PAGES })
  } catch (error) {
    throw new PgError('XX001', `could not copy "${from}": ${error instanceof Error ? error.message : String(error)}`)
  } finally {
    db.close()
  }
}
