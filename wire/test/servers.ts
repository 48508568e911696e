/**
 * The two servers that a test compares: native PostgreSQL, and orez.
 */
import { inject } from 'vitest'
import { type Backend, PgServer } from '../server/server.ts'

export interface Servers {
  readonly native: number
  readonly orez: number
  readonly server: PgServer
}

/** A server of orez's own on an empty folder, next to the run's native PostgreSQL. */
export const startServers = async (backend: Backend = 'pglite'): Promise<Servers> => {
  const server = await PgServer.start({
    data: ':memory:',
    port: 0,
    backend,
    onCrash: (error) => {
      throw error
    },
  })
  return { native: inject('nativePort'), orez: server.port, server }
}

export const url = (port: number, database = 'postgres'): string => `postgres://postgres@127.0.0.1:${port}/${database}`
