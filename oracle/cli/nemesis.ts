#!/usr/bin/env node
/** Kills servers, and those who follow them, again and again, and looks whether the servers have kept their word. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { Backend } from '../../wire/server/server.ts'
import { bankCampaign } from '../nemesis/bank-campaign.ts'
import { protocolCampaign } from '../nemesis/protocol-campaign.ts'
import { replicationCampaign } from '../nemesis/replication-campaign.ts'
import { OrezProcess } from '../orez-process.ts'
import { count } from './arguments.ts'

const withFolder = async (work: (data: string) => Promise<void>): Promise<void> => {
  const data = await mkdtemp(join(tmpdir(), 'orez-nemesis-'))
  try {
    await work(data)
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

interface BankFlags {
  readonly seconds: number
  readonly clients: number
  readonly seed: number
}

interface ReplicationFlags {
  readonly backend: Backend
  readonly seconds: number
  readonly writers: number
  readonly seed: number
}

interface ProtocolFlags {
  readonly backend: Backend
  readonly messages: number
  readonly seed: number
}

/** Megabytes: a server that forgets nothing would need more. */
const SMALL_HEAP = 256

const program = new Command('nemesis').description('kill servers at random, and check that nothing is lost')

program
  .command('bank', { isDefault: true })
  .description('clients of a server over SQLite move money, and none of it is lost')
  .option('--seconds <n>', 'how long the clients work', count, 300)
  .option('--clients <n>', 'how many there are', count, 8)
  .option('--seed <n>', 'what decides when', count, 1)
  .action(({ seconds, clients, seed }: BankFlags) =>
    withFolder(async (data) => {
      const result = await bankCampaign({ data, seconds, clients, seed, log: console.log })
      console.log(`${result.transfers} transfers, ${result.kills} kills: nothing lost, nothing in part`)
    }),
  )

program
  .command('replication')
  .description('a consumer and a zero-cache follow a server; all three are killed, and end up with the same rows')
  .addOption(new Option('--backend <name>', 'of the server').choices(['pglite', 'sqlite']).default('sqlite'))
  .option('--seconds <n>', 'how long the writers work', count, 600)
  .option('--writers <n>', 'how many there are', count, 4)
  .option('--seed <n>', 'what decides when', count, 1)
  .action(({ backend, seconds, writers, seed }: ReplicationFlags) =>
    withFolder(async (data) => {
      const { transactions, faults } = await replicationCampaign({
        backend,
        data,
        seconds,
        writers,
        seed,
        log: console.log,
      })
      console.log(`${transactions} transactions, ${JSON.stringify(faults)}: all have the same`)
    }),
  )

program
  .command('protocol')
  .description('hostile messages: the server goes on, a neighbour notices nothing, and nothing is left behind')
  .addOption(new Option('--backend <name>', 'of the server').choices(['pglite', 'sqlite']).default('sqlite'))
  .option('--messages <n>', 'how many', count, 100_000)
  .option('--seed <n>', 'what they are made of', count, 1)
  .action(async ({ backend, messages: asked, seed }: ProtocolFlags) => {
    const server = await OrezProcess.start({ backend, heap: SMALL_HEAP })
    try {
      const warm = await protocolCampaign({
        port: server.port,
        messages: Math.ceil(asked / 10),
        seed: seed + 1_000_000,
      })
      const before = server.memory
      const { messages, connections } = await protocolCampaign({
        port: server.port,
        messages: asked,
        seed,
        log: console.log,
      })
      const grown = Math.round(server.memory - before)
      console.log(
        `${warm.messages + messages} messages on ${warm.connections + connections} connections: nobody else noticed; ${grown} MB more than before`,
      )
    } finally {
      await server.stop()
    }
  })

await program.parseAsync()
process.exit()
