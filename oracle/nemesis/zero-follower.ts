/** An unmodified zero-cache as a follower: it can be killed, and its replica looked into. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from '@rocicorp/zero-sqlite3'
import getPort from 'get-port'
import { createLog } from '../../runtimes/node/log.ts'
import { ZeroCache } from '../../runtimes/node/zero-cache.ts'

/** So many of the last lines that it has logged are told when it goes wrong. */
const LAST_LINES = 40

export class ZeroFollower {
  readonly #zero: ZeroCache
  readonly #replica: string
  /** What it has logged of copying all tables: once is enough. */
  readonly syncs: string[]
  /** What it has logged lately. */
  readonly lines: string[]

  private constructor(zero: ZeroCache, replica: string, syncs: string[], lines: string[]) {
    this.#zero = zero
    this.#replica = replica
    this.syncs = syncs
    this.lines = lines
  }

  /** @param port of the databases that it is to use */
  static async start(port: number, folder: string): Promise<ZeroFollower> {
    await mkdir(folder, { recursive: true })
    const url = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`
    const replicaFile = join(folder, 'replica.db')
    const syncs: string[] = []
    const lines: string[] = []
    const zero = new ZeroCache({
      port: await getPort(),
      changeStreamerPort: await getPort(),
      upstreamUrl: url('postgres'),
      cvrUrl: url('zero_cvr'),
      changeUrl: url('zero_change'),
      replicaFile,
      env: {
        ZERO_NUM_SYNC_WORKERS: '1',
        ZERO_ENABLE_TELEMETRY: 'false',
        DO_NOT_TRACK: '1',
        ZERO_ADMIN_PASSWORD: 'nemesis',
      },
      cwd: process.cwd(),
      log: createLog('silent'),
      onLine: (line) => {
        lines.push(line)
        if (lines.length > LAST_LINES) lines.shift()
        if (/Creating initial sync|auto-?reset|resync/i.test(line)) syncs.push(line)
      },
    })
    await zero.healthy
    return new ZeroFollower(zero, replicaFile, syncs, lines)
  }

  /** Ends all of its processes at once; it is started again a little later. */
  kill(): void {
    const { pid } = this.#zero
    if (pid !== undefined)
      try {
        process.kill(-pid, 'SIGKILL')
      } catch {
        // it is between two lives
      }
  }

  /** Rows of its replica; undefined while it cannot be read. */
  rows(query: string): unknown[] | undefined {
    try {
      const db = new Database(this.#replica, { readonly: true })
      try {
        return db.prepare(query).all()
      } finally {
        db.close()
      }
    } catch {
      return undefined
    }
  }

  stop(): Promise<void> {
    return this.#zero.stop()
  }
}
