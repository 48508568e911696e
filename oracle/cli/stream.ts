#!/usr/bin/env node
/** Compares the streams of random changes, byte by byte, with those of PostgreSQL. */
import { Command, Option } from 'commander'
import { type Backend, PgServer } from '../../wire/server/server.ts'
import { NativePostgres } from '../native-postgres.ts'
import { type Counts, StreamCampaign, type StreamFinding } from '../stream/campaign.ts'
import { count } from './arguments.ts'

interface Flags {
  readonly backend: Backend
  readonly sequences: number
  readonly seed: number
  readonly binary: boolean
}

/** Sequences on one server: PGlite's one session keeps the plans of every function that it has ever called. */
const ROUND = 500

/** Runs sequences on a fresh server of orez. */
const round = async (
  native: string,
  { backend, sequences, seed, binary }: Flags,
): Promise<{ counts: Counts; finding: StreamFinding | undefined }> => {
  const server = await PgServer.start({ data: ':memory:', port: 0, backend })
  try {
    const campaign = await StreamCampaign.open(native, `postgres://postgres@127.0.0.1:${server.port}/postgres`, binary)
    const finding = await campaign.run(sequences, seed, console.error)
    await campaign.close()
    return { counts: campaign.counts, finding }
  } finally {
    await server.stop()
  }
}

const program = new Command('stream')
  .description('make random changes on PostgreSQL and on orez, and compare what subscribers are sent')
  .addOption(new Option('--backend <name>', 'of orez').choices(['pglite', 'sqlite']).default('sqlite'))
  .option('--sequences <n>', 'how many sequences of changes', count, 10_000)
  .option('--seed <n>', 'what they are made of', count, 1)
  .option('--binary', 'ask for values in binary format', false)
  .action(async (flags: Flags) => {
    const native = await NativePostgres.start()
    const total: Counts = { equal: 0, refused: 0, refusals: new Map() }
    try {
      for (let done = 0; done < flags.sequences; done += ROUND) {
        const sequences = Math.min(ROUND, flags.sequences - done)
        const { counts, finding } = await round(native.url(), { ...flags, sequences, seed: flags.seed + done })
        total.equal += counts.equal
        total.refused += counts.refused
        for (const [message, times] of counts.refusals)
          total.refusals.set(message, (total.refusals.get(message) ?? 0) + times)
        console.log(`${total.equal} of ${flags.sequences} sequences equal, ${total.refused} refused`)
        if (finding !== undefined) {
          console.log([...finding.sequence.setup, ...finding.sequence.changes].map((text) => `${text};`).join('\n'))
          console.log(finding.reason)
          process.exitCode = 1
          return
        }
      }
      for (const [message, times] of total.refusals) console.log(`${times} × ${message}`)
    } finally {
      await native.stop()
    }
  })

await program.parseAsync()
