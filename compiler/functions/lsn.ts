/** Functions of pg_lsn. Manual: "pg_lsn Type"; after pg_lsn.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { lsnBytes, lsnOf } from '../types/lsn.ts'
import { type Decimal, formatDecimal, toDecimal, toInteger } from '../types/numeric.ts'
import { bool, comparisons, type Scalar, type Scalars } from './implementation.ts'

const distance = (a: string, b: string): string => String(lsnBytes(a) - lsnBytes(b))

/** @throws PgError 0A000, 22003 */
const moved = (from: string, by: string, sign: bigint): string => {
  const bytes: Decimal = toDecimal(by)
  if (bytes.special === 'NaN')
    throw new PgError('0A000', `cannot ${sign > 0n ? 'add NaN to' : 'subtract NaN from'} pg_lsn`)
  if (bytes.special !== undefined) throw new PgError('0A000', 'cannot convert infinity to pg_lsn')
  return lsnOf(lsnBytes(from) + sign * BigInt(formatDecimal({ digits: whole(bytes), scale: 0 })))
}

const whole = (value: Decimal): bigint => {
  try {
    return toInteger(value, 'pg_lsn')
  } catch {
    throw new PgError('22003', 'pg_lsn out of range')
  }
}

const compared = (test: (order: number) => boolean): Scalar =>
  ((a: string, b: string) => bool(test(a < b ? -1 : a > b ? 1 : 0))) as Scalar

export const lsnFunctions: Scalars = {
  ...comparisons('pg_lsn_', compared),
  pg_lsn_cmp: (a: string, b: string) => (a < b ? -1n : a > b ? 1n : 0n),
  pg_lsn_larger: (a: string, b: string) => (a > b ? a : b),
  pg_lsn_smaller: (a: string, b: string) => (a < b ? a : b),
  pg_lsn_mi: distance,
  pg_wal_lsn_diff: distance,
  pg_lsn_pli: (a: string, by: string) => moved(a, by, 1n),
  'sql:5023': (by: string, a: string) => moved(a, by, 1n),
  pg_lsn_mii: (a: string, by: string) => moved(a, by, -1n),
}
