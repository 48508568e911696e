/**
 * `orez`: the whole stack, until it is told to stop.
 */
import { styleText } from 'node:util'
import { type Command, Option } from 'commander'
import { loadConfigFile } from '../config-file.ts'
import { BACKENDS, LOG_LEVELS, type OrezOptions } from '../options.ts'
import { askedToStop } from '../signals.ts'
import { startOrez } from '../start.ts'
import { countArgument, portArgument, variableArgument } from './arguments.ts'

const up = async ({ config, ...flags }: OrezOptions & { config?: string }): Promise<void> => {
  const startedAt = performance.now()
  const stop = askedToStop()
  const cwd = process.cwd()
  const file = await loadConfigFile(cwd, config)
  const options: OrezOptions = {
    ...file,
    // a folder from the file gives way to --ephemeral
    ...(flags.ephemeral === true ? { dataDir: undefined } : {}),
    ...flags,
    env: { ...file.env, ...flags.env },
  } as OrezOptions
  const starting = startOrez(options, cwd)
  const orez = await Promise.race([starting, stop])
  if (orez === undefined) {
    await starting.then(
      (late) => late.stop(),
      () => undefined,
    )
    return
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${styleText(['bold', 'green'], 'orez')} is ready after ${seconds} s`)
  console.log(`  Postgres    ${styleText('cyan', orez.pgUrl)}`)
  if (orez.zeroUrl !== '') console.log(`  zero-cache  ${styleText('cyan', orez.zeroUrl)}`)
  await stop
  await orez.stop()
}

export const addUp = (program: Command): void => {
  program
    .option('--pg-port <n>', 'port for Postgres, or the next free one (5432)', portArgument(false))
    .option('--zero-port <n>', 'port for zero-cache, or the next free one (4848)', portArgument(false))
    .option('--host <address>', 'address that Postgres listens on (127.0.0.1)')
    .addOption(new Option('--backend <name>', 'what stores the data (pglite)').choices(BACKENDS))
    .option('--data-dir <folder>', 'where everything is kept (.orez)')
    .option('--ephemeral', 'keep nothing')
    .option('--migrations <folder>', 'SQL files to apply in order, each once')
    .option('--seed <file>', 'SQL file or module to run once, on new data')
    .option('--user <name>', 'role to log in as (postgres)')
    .option('--password <secret>', 'ask clients for this password')
    .option('--max-slot-lag <changes>', 'invalidate replication slots that lag further behind', countArgument)
    .option('--no-zero-cache', 'run Postgres alone')
    .option('--on-db-ready <command>', 'run when Postgres is ready; must succeed')
    .option('--on-healthy <command>', 'run when all is healthy; ends with orez')
    .option('--env <NAME=VALUE>', 'set a variable for zero-cache (repeatable)', variableArgument)
    .option('--config <file>', 'configuration file (orez.config.ts)')
    .addOption(new Option('--log-level <level>', 'what to tell (info)').choices(LOG_LEVELS))
    .action((flags: Record<string, unknown>) => {
      // commander's default for --no-zero-cache must not override the configuration file
      const { zeroCache, ...rest } = flags
      return up({ ...rest, ...(zeroCache === false ? { zeroCache } : {}) })
    })
}
