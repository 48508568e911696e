#!/usr/bin/env node
/** Kills a server over SQLite again and again while clients work, and looks whether it has kept its word. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { campaign } from '../nemesis/campaign.ts'

const count = (text: string): number => {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number from 1 on')
  return number
}

const program = new Command('nemesis')
  .description('kill a server over SQLite at random while clients move money, and check that none is lost')
  .option('--seconds <n>', 'how long the clients work', count, 300)
  .option('--clients <n>', 'how many there are', count, 8)
  .option('--seed <n>', 'what decides when', count, 1)
  .action(async ({ seconds, clients, seed }: { seconds: number; clients: number; seed: number }) => {
    const data = await mkdtemp(join(tmpdir(), 'orez-nemesis-'))
    try {
      const result = await campaign({ data, seconds, clients, seed, log: console.log })
      console.log(`${result.transfers} transfers, ${result.kills} kills: nothing lost, nothing in part`)
    } finally {
      await rm(data, { recursive: true, force: true })
    }
  })

await program.parseAsync()
