#!/usr/bin/env node
/** Writes what query builders and zero-cache really send to PostgreSQL as scripts of the corpus. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { loadGrammar } from '../../compiler/parse.ts'
import { captureDrizzle } from '../capture/drizzle.ts'
import { toScript } from '../capture/fixture.ts'
import { captureKnex } from '../capture/knex.ts'
import { captureKysely } from '../capture/kysely.ts'
import { Tap } from '../capture/tap.ts'
import { captureTypeorm } from '../capture/typeorm.ts'
import { CORPUS } from '../corpus.ts'
import { NativePostgres } from '../native-postgres.ts'
import { DATABASE, freshDatabase } from '../references.ts'

type Speak = (server: NativePostgres, tap: Tap) => Promise<void>

/** It uses the demo, whose types of Zero's schema hold for all of a compilation: it is not part of this one. */
const captureZeroCache: Speak = async (server, tap) => {
  const path = new URL('../capture/zero-cache.ts', import.meta.url).href
  const { captureZeroCache: speak } = (await import(path)) as { captureZeroCache: Speak }
  await speak(server, tap)
}

/** Who is listened to, by the npm package. */
const SPEAKERS: Readonly<Record<string, Speak>> = {
  'drizzle-orm': (_, tap) => captureDrizzle(tap.url(DATABASE)),
  kysely: (_, tap) => captureKysely(tap.url(DATABASE)),
  knex: (_, tap) => captureKnex(tap.url(DATABASE)),
  typeorm: (_, tap) => captureTypeorm(tap.url(DATABASE)),
  '@rocicorp/zero': captureZeroCache,
}

/** zero-cache has two databases of its own. */
const SUFFIXES: Readonly<Record<string, string>> = { zero_cvr: '-cvr', zero_change: '-change' }

const version = (name: string): string => {
  const path = join(CORPUS, '../node_modules', name, 'package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version
}

const { only } = new Command('capture')
  .description('Captures what query builders and zero-cache send to PostgreSQL, as scripts in corpus/captured')
  .addOption(new Option('--only <package>', 'just this one').choices(Object.keys(SPEAKERS)))
  .parse()
  .opts<{ only?: string }>()

await loadGrammar()
const server = await NativePostgres.start({ settings: ['fsync=off'] })
mkdirSync(join(CORPUS, 'captured'), { recursive: true })
for (const [name, speak] of Object.entries(SPEAKERS)) {
  if (only !== undefined && only !== name) continue
  await (await freshDatabase(server)).close()
  const tap = await Tap.open(server.port)
  await speak(server, tap)
  await tap.close()
  for (const [database, captured] of Map.groupBy(tap.captured, (each) => each.database)) {
    const script = toScript(`What ${name} ${version(name)} sends for the atlas, captured from the wire.`, captured)
    const file = `${name.replace('@rocicorp/zero', 'zero-cache').replace('-orm', '')}${SUFFIXES[database] ?? ''}.sql`
    writeFileSync(join(CORPUS, 'captured', file), script)
    console.log(`${file}: ${captured.length} statements`)
  }
}
await server.stop()
process.exit()
