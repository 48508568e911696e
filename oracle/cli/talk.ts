#!/usr/bin/env node
/** Random conversations in the protocol's own messages, with PostgreSQL and with orez; what differs is made small. */
import { Command, Option } from 'commander'
import { type Backend, PgServer } from '../../wire/server/server.ts'
import { talk } from '../dialogue/campaign.ts'
import { NativePostgres } from '../native-postgres.ts'
import { count } from './arguments.ts'

interface Flags {
  readonly backend: Backend
  readonly conversations: number
  readonly seed: number
}

const program = new Command('talk')
  .description('send the same random messages to PostgreSQL and to orez, and compare the answers')
  .addOption(new Option('--backend <name>', 'of orez').choices(['pglite', 'sqlite']).default('sqlite'))
  .option('--conversations <n>', 'how many', count, 1000)
  .option('--seed <n>', 'what they are made of', count, 1)
  .action(async ({ backend, conversations, seed }: Flags) => {
    const native = await NativePostgres.start({ settings: ['fsync=off'] })
    const server = await PgServer.start({ data: ':memory:', port: 0, backend })
    try {
      const { conversations: held, finding } = await talk(native.port, server.port, conversations, seed)
      console.log(finding ?? `${held} conversations went the same way`)
      if (finding !== undefined) process.exitCode = 1
    } finally {
      await Promise.all([native.stop(), server.stop()])
    }
  })

await program.parseAsync()
process.exit()
