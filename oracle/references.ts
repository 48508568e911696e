/** The PostgreSQL that scripts are compared with: an empty database for each of them. */
import type { NativePostgres } from './native-postgres.ts'
import type { Engine } from './outcome.ts'
import { PGliteEngine } from './pglite-engine.ts'
import { PostgresEngine } from './postgres-engine.ts'

/** What the database of a script is called, wherever it runs: a script can ask for the name. */
export const DATABASE = 'corpus'

/** A new database for a script, in the place of the one before. */
export const freshDatabase = async (
  server: Pick<NativePostgres, 'port'>,
  database = DATABASE,
): Promise<PostgresEngine> => {
  const admin = await PostgresEngine.open(server.port, 'postgres')
  try {
    for (const sql of [
      `drop database if exists ${database} with (force)`,
      `create database ${database} template template0`,
    ]) {
      const { error } = await admin.execute(sql)
      if (error !== undefined) throw new Error(error.message)
    }
  } finally {
    await admin.close()
  }
  return PostgresEngine.open(server.port, database)
}

/** A new database on a server whose oids are then not those of another: what depends on them can be told. */
export const shiftedDatabase = async (
  server: Pick<NativePostgres, 'port'>,
  database = DATABASE,
): Promise<PostgresEngine> => {
  const engine = await freshDatabase(server, database)
  for (let count = 0; count < 5; count++) await engine.execute('create table shift_ (); drop table shift_')
  return engine
}

/**
 * How to come to an empty database of the PostgreSQL that is right, and of the one that follows what orez has not refused. Two
 * servers, as roles belong to a whole one.
 */
export interface References {
  readonly truth: () => Promise<Engine>
  readonly mirror: () => Promise<Engine>
}

export const nativeReferences = (
  truth: Pick<NativePostgres, 'port'>,
  mirror: Pick<NativePostgres, 'port'>,
): References => ({
  truth: () => freshDatabase(truth),
  mirror: () => shiftedDatabase(mirror),
})

export const PGLITE_REFERENCES: References = { truth: () => PGliteEngine.start(), mirror: () => PGliteEngine.start() }
