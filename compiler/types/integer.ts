/** int2, int4, int8 and oid: bigint, checked for their range. Manual: "Integer Types". */
import { PgError } from '../../wire/protocol/error.ts'

export interface IntegerRange {
  readonly name: string
  readonly min: bigint
  readonly max: bigint
}

export const INT2: IntegerRange = { name: 'smallint', min: -32_768n, max: 32_767n }
export const INT4: IntegerRange = { name: 'integer', min: -2_147_483_648n, max: 2_147_483_647n }
export const INT8: IntegerRange = { name: 'bigint', min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** @throws PgError 22003 when the result of a computation does not fit */
export const inRange = ({ name, min, max }: IntegerRange, value: bigint): bigint => {
  if (value < min || value > max) throw new PgError('22003', `${name} out of range`)
  return value
}

const DIGITS =
  /^[ \t\n\r\f\v]*([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|[0-9](?:_?[0-9])*)[ \t\n\r\f\v]*$/

/** A type's input function. @throws PgError 22P02, 22003 */
export const integerIn = ({ name, min, max }: IntegerRange, text: string): bigint => {
  const match = DIGITS.exec(text)
  if (match === null) throw new PgError('22P02', `invalid input syntax for type ${name}: "${text}"`)
  const magnitude = BigInt((match[2] ?? '').replaceAll('_', ''))
  const value = match[1] === '-' ? -magnitude : magnitude
  if (value < min || value > max) throw new PgError('22003', `value "${text}" is out of range for type ${name}`)
  return value
}

/** oid accepts what strtoul does: negative numbers wrap around. */
export const oidIn = (text: string): bigint => unsignedIn(text, 'oid')

/** uint32in_subr. @throws PgError 22P02, 22003 */
export const unsignedIn = (text: string, type: 'oid' | 'xid' | 'cid'): bigint => {
  const match = /^[ \t\n\r\f\v]*([+-]?\d+)[ \t\n\r\f\v]*$/.exec(text)
  if (match === null) throw new PgError('22P02', `invalid input syntax for type ${type}: "${text}"`)
  const value = BigInt(match[1] ?? '')
  if (value < -2_147_483_648n || value > 4_294_967_295n)
    throw new PgError('22003', `value "${text}" is out of range for type ${type}`)
  return BigInt.asUintN(32, value)
}
