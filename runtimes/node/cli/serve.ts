/**
 * `orez serve`: the Postgres server alone.
 */
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { type Backend, PgServer } from '../../../wire/server/server.ts'
import { createLog } from '../log.ts'
import { BACKENDS, LOG_LEVELS, type LogLevel, OptionError } from '../options.ts'
import { askedToStop } from '../signals.ts'
import { countArgument, portArgument } from './arguments.ts'

interface ServeFlags {
  readonly backend: Backend
  readonly data: string
  readonly port: number
  readonly host: string
  readonly user: string
  readonly password?: string
  readonly maxSlotLag?: number
  readonly logLevel: LogLevel
}

const serve = async (flags: ServeFlags): Promise<void> => {
  if (flags.backend === 'sqlite' && flags.user !== 'postgres')
    throw new OptionError('the sqlite backend has one role, postgres')
  const log = createLog(flags.logLevel)
  const stop = askedToStop()
  const server = await PgServer.start({
    data: flags.data === ':memory:' ? flags.data : resolve(flags.data),
    port: flags.port,
    host: flags.host,
    user: flags.user,
    backend: flags.backend,
    ...(flags.password === undefined ? {} : { password: flags.password }),
    ...(flags.maxSlotLag === undefined ? {} : { maxSlotLag: flags.maxSlotLag }),
    onWarning: (message) => log.warn(message),
    onCrash: (error) => log.error(`a database has failed and will be opened again: ${error.message}`),
  })
  console.log(`listening on ${flags.host}:${server.port}`)
  await stop
  await server.stop()
}

export const addServe = (program: Command): void => {
  program
    .command('serve')
    .description('run the Postgres server alone')
    .addOption(new Option('--backend <name>', 'what stores the data').choices(BACKENDS).default('pglite'))
    .option('--data <folder>', 'where databases are kept, or :memory:', '.orez')
    .option('--port <n>', 'port, 0 for any free one', portArgument(true), 5432)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--user <name>', 'role to log in as', 'postgres')
    .option('--password <secret>', 'ask clients for this password')
    .option('--max-slot-lag <changes>', 'invalidate replication slots that lag further behind', countArgument)
    .addOption(new Option('--log-level <level>', 'what to tell').choices(LOG_LEVELS).default('info'))
    .action(serve)
}
