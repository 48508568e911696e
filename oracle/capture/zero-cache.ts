/** What the installed zero-cache sends: it syncs the atlas, serves a client's queries, and follows changes. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Zero } from '@rocicorp/zero'
import getPort from 'get-port'
import postgres from 'postgres'
import { AppServer } from '../../runtimes/node/demo/app-server.ts'
import { mutators } from '../../runtimes/node/demo/mutators.ts'
import { queries } from '../../runtimes/node/demo/queries.ts'
import { schema } from '../../runtimes/node/demo/schema.ts'
import { createLog } from '../../runtimes/node/log.ts'
import { ZeroCache } from '../../runtimes/node/zero-cache.ts'
import type { NativePostgres } from '../native-postgres.ts'
import { DATABASE } from '../references.ts'
import type { Tap } from './tap.ts'

const MIGRATION = join(import.meta.dirname, '../../runtimes/node/demo/migrations/0001_atlas.sql')

/** A few rows: what is sent does not depend on how many there are. */
const ROWS = `
  insert into country values ('FR', 'France', 'French Republic', 'Europe', null, 'Paris', 'F', 551695, '{French}', 2);
  insert into region values ('FR.11', 'FR', 'Île-de-France');
  insert into place values (1, 'Paris', 'FR', 'FR.11', 48.85341, 2.3488, true), (2, 'Lyon', 'FR', null, 45.7, 4.8, false);
`

/** How long zero-cache is given to finish what a step has made it do, in milliseconds. */
const SETTLE = 3_000

/**
 * Runs it with all of its databases behind a tap.
 */
export const captureZeroCache = async (server: NativePostgres, tap: Tap): Promise<void> => {
  const direct = postgres(server.url(DATABASE), { max: 1, onnotice: () => undefined })
  await direct.unsafe(await readFile(MIGRATION, 'utf8'))
  await direct.unsafe(ROWS)
  for (const name of ['zero_cvr', 'zero_change']) await direct.unsafe(`create database ${name}`)
  const folder = await mkdtemp(join(tmpdir(), 'orez-capture-'))
  const [appPort, port, streamerPort] = [await getPort(), await getPort(), await getPort()]
  const zeroCache = new ZeroCache({
    port,
    changeStreamerPort: streamerPort,
    upstreamUrl: tap.url(DATABASE),
    cvrUrl: tap.url('zero_cvr'),
    changeUrl: tap.url('zero_change'),
    replicaFile: join(folder, 'replica.db'),
    env: {
      ZERO_QUERY_URL: `http://127.0.0.1:${appPort}/api/query`,
      ZERO_MUTATE_URL: `http://127.0.0.1:${appPort}/api/mutate`,
    },
    cwd: folder,
    log: createLog('warn'),
  })
  let app: AppServer | undefined
  try {
    await zeroCache.healthy
    app = await AppServer.start({ port: appPort, pgUrl: tap.url(DATABASE), zeroUrl: zeroCache.url })
    await speakAsClient(zeroCache.url)
    await direct`update place set name = 'Lutetia' where id = 1`
    await direct`alter table place add column visited boolean`
    await direct`delete from place where id = 2`
    await delay(SETTLE)
  } finally {
    await app?.stop()
    await zeroCache.stop()
    await direct.end()
    await rm(folder, { recursive: true, force: true })
  }
}

const speakAsClient = async (cacheURL: string): Promise<void> => {
  const zero = new Zero({ cacheURL, schema, mutators, kvStore: 'mem', logLevel: 'error' })
  try {
    await zero.run(queries.countries(), { type: 'complete' })
    const view = zero.materialize(queries.places({ country: 'FR' }))
    await zero.mutate(mutators.star.add({ placeId: 1, createdAt: 1_700_000_000_000 })).server
    await zero.mutate(mutators.note.add({ id: 'n1', placeId: 1, body: 'seen', createdAt: 1_700_000_000_000 })).server
    await zero.run(queries.place({ id: 1 }), { type: 'complete' })
    await zero.mutate(mutators.star.remove({ placeId: 1 })).server
    await delay(SETTLE)
    view.destroy()
  } finally {
    await zero.close()
  }
}
