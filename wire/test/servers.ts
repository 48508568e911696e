/**
 * The two servers that a test compares: native PostgreSQL, and orez.
 */
import postgres from 'postgres'
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

/** Makes a database of native PostgreSQL for a test of its own. */
export const createDatabase = async (port: number, name: string): Promise<void> => {
  const sql = postgres(url(port), { max: 1 })
  await sql.unsafe(`CREATE DATABASE ${name}`)
  await sql.end()
}

/** The SQLSTATE of an error, or that there is none. */
export const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'done'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
