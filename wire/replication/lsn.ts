/**
 * Log sequence numbers: positions in the change log. PostgreSQL manual, "pg_lsn Type".
 */
import { PgError } from '../protocol/error.ts'

export type Lsn = bigint

export const formatLsn = (lsn: Lsn): string =>
  `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`

/** Reads `X/Y` in hex. Throws 22P02 as pg_lsn_in does. */
export const parseLsn = (text: string): Lsn => {
  const match = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(text)
  if (match === null) throw new PgError('22P02', `invalid input syntax for type pg_lsn: "${text}"`)
  return (BigInt(`0x${match[1]}`) << 32n) | BigInt(`0x${match[2]}`)
}

/** A change's transaction commits this far after its last change; see 3-change-log.sql. */
export const COMMIT_OFFSET = 4n
/** The commit record ends here, seen from the last change. */
export const COMMIT_END_OFFSET = 8n
