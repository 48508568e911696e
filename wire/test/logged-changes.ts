/** How many entries the change log of a running server holds. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type postgres from 'postgres'
import type { PgServer } from '../server/server.ts'

export const loggedChanges = async (server: PgServer, sql: postgres.Sql): Promise<number> => {
  if (server.backend === 'sqlite') {
    const db = new DatabaseSync(join(server.folder, 'sqlite/postgres.db'), { readOnly: true })
    const row = db.prepare('SELECT count(*) AS n FROM "orez$log"').get()
    db.close()
    return Number(row?.n)
  }
  const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM pg_orez.change_log`
  return row?.n ?? -1
}
