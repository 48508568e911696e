/**
 * `orez backup`: a copy of a data folder, while a server is using it.
 */
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { backUp } from '../../../wire/sqlite/backup.ts'

export const addBackup = (program: Command): void => {
  program
    .command('backup')
    .description('copy the databases of the sqlite backend, while a server is using them')
    .argument('<folder>', 'where to: a new folder, which `orez serve --data` takes')
    .option('--data <folder>', 'where databases are kept', '.orez')
    .action(async (folder: string, { data }: { readonly data: string }) => {
      for (const name of await backUp(resolve(data), resolve(folder))) console.log(name)
    })
}
