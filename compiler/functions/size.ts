/** Sizes as people write them. Manual: "Database Object Size Functions"; after dbsize.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { INT8, inRange } from '../types/integer.ts'
import {
  abs,
  add,
  compareDecimals,
  type Decimal,
  decimalOfInteger,
  divideTruncated,
  formatDecimal,
  multiply,
  parseDecimal,
  toDecimal,
  toInteger,
} from '../types/numeric.ts'
import type { Scalars } from './implementation.ts'

interface Unit {
  readonly name: string
  /** A size below it is told in this unit. */
  readonly limit: bigint
  readonly isRounded: boolean
  readonly bits: bigint
}

const UNITS: readonly Unit[] = [
  { name: 'bytes', limit: 10_240n, isRounded: false, bits: 0n },
  ...['kB', 'MB', 'GB', 'TB', 'PB'].map((name, at) => ({
    name,
    limit: 20_479n,
    isRounded: true,
    bits: BigInt(at + 1) * 10n,
  })),
]

/** By how many bits a size goes on to the next unit: half of one is kept for rounding. */
const shift = (unit: Unit, next: Unit): bigint =>
  next.bits - unit.bits - (next.isRounded ? 1n : 0n) + (unit.isRounded ? 1n : 0n)

const prettyInteger = (size: bigint): string => {
  let rest = size
  for (const [at, unit] of UNITS.entries()) {
    const next = UNITS[at + 1]
    if (next === undefined || abs(rest) < unit.limit)
      return `${unit.isRounded ? (rest + (rest < 0n ? -1n : 1n)) / 2n : rest} ${unit.name}`
    rest /= 1n << shift(unit, next)
  }
  throw new Error('no unit')
}

const prettyNumeric = (value: string): string => {
  let rest = toDecimal(value)
  if (rest.special !== undefined) return `${formatDecimal(rest)} bytes`
  for (const [at, unit] of UNITS.entries()) {
    const next = UNITS[at + 1]
    const size: Decimal = { digits: abs(rest.digits), scale: rest.scale }
    if (next === undefined || compareDecimals(size, decimalOfInteger(unit.limit)) < 0) {
      const rounded = (): Decimal =>
        divideTruncated(add(rest, decimalOfInteger(rest.digits < 0n ? -1n : 1n)), decimalOfInteger(2n))
      return `${formatDecimal(unit.isRounded ? rounded() : rest)} ${unit.name}`
    }
    rest = divideTruncated(rest, decimalOfInteger(1n << shift(unit, next)))
  }
  throw new Error('no unit')
}

/** @throws PgError 22023, 22003 */
const sizeBytes = (text: string): bigint => {
  const [, number, unit = ''] = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(.*?)\s*$/is.exec(text) ?? []
  if (number === undefined) throw new PgError('22023', `invalid size: "${text}"`)
  const name = unit.toLowerCase() === 'b' ? 'bytes' : unit.toLowerCase()
  const found = unit === '' ? UNITS[0] : UNITS.find((each) => each.name.toLowerCase() === name)
  if (found === undefined)
    throw new PgError('22023', `invalid size: "${text}"`, {
      detail: `Invalid size unit: "${unit}".`,
      hint: 'Valid units are "bytes", "B", "kB", "MB", "GB", "TB", and "PB".',
    })
  return inRange(INT8, toInteger(multiply(parseDecimal(number), decimalOfInteger(1n << found.bits)), 'bigint'))
}

export const sizeFunctions: Scalars = {
  pg_size_pretty: prettyInteger,
  pg_size_pretty_numeric: prettyNumeric,
  pg_size_bytes: sizeBytes,
}
