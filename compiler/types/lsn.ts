/** pg_lsn: a place in the write-ahead log, stored as sixteen hexadecimal digits. Manual: "pg_lsn Type". */
import { PgError } from '../../wire/protocol/error.ts'

/** @throws PgError 22P02 */
export const lsnIn = (text: string): string => {
  const [, high, low] = /^([0-9a-f]{1,8})\/([0-9a-f]{1,8})$/i.exec(text) ?? []
  if (high === undefined || low === undefined)
    throw new PgError('22P02', `invalid input syntax for type pg_lsn: "${text}"`)
  return `${high.padStart(8, '0')}${low.padStart(8, '0')}`.toUpperCase()
}

const withoutZeros = (digits: string): string => digits.replace(/^0+(?=.)/, '')

export const lsnOut = (lsn: string): string => `${withoutZeros(lsn.slice(0, 8))}/${withoutZeros(lsn.slice(8))}`

/** @throws PgError 22003 */
export const lsnOf = (bytes: bigint): string => {
  if (bytes < 0n || bytes >= 1n << 64n) throw new PgError('22003', 'pg_lsn out of range')
  return bytes.toString(16).toUpperCase().padStart(16, '0')
}

/** Its distance from the beginning of the log, in bytes. */
export const lsnBytes = (lsn: string): bigint => BigInt(`0x${lsn}`)
