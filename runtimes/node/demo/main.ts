/**
 * The demo: an atlas of 171,075 places that Zero keeps in sync between all who look at it.
 */
import { join } from 'node:path'
import { parseArgs, styleText } from 'node:util'
import type { Backend } from '../../../wire/server/server.ts'
import { loadConfigFile } from '../config-file.ts'
import { freePort } from '../ports.ts'
import { askedToStop } from '../signals.ts'
import { startOrez } from '../start.ts'
import { AppServer } from './app-server.ts'

const { values } = parseArgs({ options: { backend: { type: 'string', default: 'pglite' } } })
const stop = askedToStop()
const port = await freePort(Number(process.env.PORT ?? 3000))
const orez = await startOrez({
  ...(await loadConfigFile(process.cwd(), undefined)),
  backend: values.backend as Backend,
  migrations: join(import.meta.dirname, 'migrations'),
  seed: join(import.meta.dirname, 'seed.ts'),
  env: {
    ZERO_QUERY_URL: `http://127.0.0.1:${port}/api/query`,
    ZERO_MUTATE_URL: `http://127.0.0.1:${port}/api/mutate`,
  },
})
const app = await AppServer.start({ port, pgUrl: orez.pgUrl, zeroUrl: orez.zeroUrl })
console.log(`\n  ${styleText('bold', 'The atlas')}   ${styleText(['bold', 'cyan', 'underline'], app.url)}`)
console.log(`  Postgres    ${styleText('cyan', orez.pgUrl)}   ${styleText('dim', '(try: psql, and change a place)')}`)
console.log(`  zero-cache  ${styleText('cyan', orez.zeroUrl)}`)
console.log(styleText('dim', '\n  Ctrl-C ends it. The data stay in .orez; delete that folder to start anew.\n'))
await stop
await app.stop()
await orez.stop()
process.exit()
