/** The databases of a server: `pg_database`. */
import { oidOf } from './numbering.ts'

/** Of the databases that initdb makes; those of the others follow from their names. */
const FIRST: Readonly<Record<string, bigint>> = { template1: 1n, template0: 4n, postgres: 5n }

export const databaseOid = (name: string): bigint => FIRST[name] ?? BigInt(oidOf('database', 0, name))
