#!/usr/bin/env node
/** Compares the streams of random changes, byte by byte, with those of PostgreSQL. */
import { Command, Option } from 'commander'
import { type Backend, PgServer } from '../../wire/server/server.ts'
import { NativePostgres } from '../native-postgres.ts'
import { StreamCampaign } from '../stream/campaign.ts'
import { count } from './arguments.ts'

interface Flags {
  readonly backend: Backend
  readonly sequences: number
  readonly seed: number
  readonly binary: boolean
}

const program = new Command('stream')
  .description('make random changes on PostgreSQL and on orez, and compare what subscribers are sent')
  .addOption(new Option('--backend <name>', 'of orez').choices(['pglite', 'sqlite']).default('sqlite'))
  .option('--sequences <n>', 'how many sequences of changes', count, 10_000)
  .option('--seed <n>', 'what they are made of', count, 1)
  .option('--binary', 'ask for values in binary format', false)
  .action(async ({ backend, sequences, seed, binary }: Flags) => {
    const native = await NativePostgres.start()
    const server = await PgServer.start({ data: ':memory:', port: 0, backend })
    try {
      const orez = `postgres://postgres@127.0.0.1:${server.port}/postgres`
      const campaign = await StreamCampaign.open(native.url(), orez, binary)
      const finding = await campaign.run(sequences, seed, console.error)
      const { equal, refused } = campaign.counts
      console.log(`${equal} sequences equal, ${refused} refused`)
      if (finding !== undefined) {
        console.log([...finding.sequence.setup, ...finding.sequence.changes].map((text) => `${text};`).join('\n'))
        console.log(finding.reason)
        process.exitCode = 1
      }
      await campaign.close()
    } finally {
      await server.stop()
      await native.stop()
    }
  })

await program.parseAsync()
