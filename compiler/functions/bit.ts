/** Bit strings. Manual: "Bit String Functions and Operators"; after varbit.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { lengthMismatch, tooLong } from '../types/bit.ts'
import { compareText } from '../types/text.ts'
import { comparisons, type Scalar, type Scalars } from './implementation.ts'

const INT4_MAX = 2_147_483_647
const MAX_BITS = 2_147_483_640

/** A bit operator of two strings of one length. @throws PgError 22026 */
export const combineBits = (name: string, combine: (a: boolean, b: boolean) => boolean) => {
  return (left: string, right: string): string => {
    if (left.length !== right.length) throw new PgError('22026', `cannot ${name} bit strings of different sizes`)
    return Array.from(left, (digit, at) => (combine(digit === '1', right[at] === '1') ? '1' : '0')).join('')
  }
}

export const andBits = combineBits('AND', (a, b) => a && b)
export const orBits = combineBits('OR', (a, b) => a || b)
export const xorBits = combineBits('XOR', (a, b) => a !== b)

const compared =
  (test: (order: number) => boolean): Scalar =>
  (left: string, right: string) =>
    test(compareText(left, right)) ? 1n : 0n

const shift = (bits: string, by: number): string => {
  const distance = Math.min(Math.abs(by), bits.length)
  return by >= 0
    ? bits.slice(distance) + '0'.repeat(distance)
    : '0'.repeat(distance) + bits.slice(0, bits.length - distance)
}

const negativeLength = (): PgError => new PgError('22011', 'negative substring length not allowed')

/** @param length undefined for all that follows */
const part = (bits: string, start: number, length: number | undefined): string => {
  if (length !== undefined && length < 0) throw negativeLength()
  const end = length === undefined ? bits.length + 1 : Math.min(start + length, bits.length + 1)
  const from = Math.max(start, 1)
  return from > bits.length || end <= from ? '' : bits.slice(from - 1, end - 1)
}

const overlay = (bits: string, by: string, start: bigint, length: bigint): string => {
  if (start <= 0n) throw negativeLength()
  if (start + length > INT4_MAX) throw new PgError('22003', 'integer out of range')
  return part(bits, 1, Number(start) - 1) + by + part(bits, Number(start + length), undefined)
}

const indexOf = (bits: string, at: bigint): number => {
  if (at < 0n || at >= bits.length)
    throw new PgError('2202E', `bit index ${at} out of valid range (0..${bits.length - 1})`)
  return Number(at)
}

/** The lowest bits of a number, its sign repeated before them. */
const ofInteger = (value: bigint, typmod: bigint): string => {
  const length = typmod <= 0n ? 1 : Number(typmod)
  return BigInt.asUintN(length, value).toString(2).padStart(length, '0')
}

const toInteger = (bits: string, width: 32 | 64): bigint => {
  if (bits.length > width) throw new PgError('22003', width === 32 ? 'integer out of range' : 'bigint out of range')
  return BigInt.asIntN(width, BigInt(`0b0${bits}`))
}

export const bitFunctions: Scalars = {
  ...comparisons('bit', compared),
  bitcmp: (left: string, right: string) => BigInt(Math.sign(compareText(left, right))),
  bit_and: andBits,
  bit_or: orBits,
  bitxor: xorBits,
  bitnot: (bits: string) => bits.replace(/[01]/g, (digit) => (digit === '1' ? '0' : '1')),
  bitshiftleft: (bits: string, by: bigint) => shift(bits, Number(by)),
  bitshiftright: (bits: string, by: bigint) => shift(bits, -Number(by)),
  bitcat: (left: string, right: string) => {
    if (left.length + right.length > MAX_BITS)
      throw new PgError('54000', `bit string length exceeds the maximum allowed (${MAX_BITS})`)
    return left + right
  },
  bitsubstr: (bits: string, start: bigint, length: bigint) => part(bits, Number(start), Number(length)),
  bitsubstr_no_len: (bits: string, start: bigint) => part(bits, Number(start), undefined),
  bitoverlay: overlay,
  bitoverlay_no_len: (bits: string, by: string, start: bigint) => overlay(bits, by, start, BigInt(by.length)),
  bitlength: (bits: string) => BigInt(bits.length),
  // bit_length(), a function in SQL
  'sql:1812': (bits: string) => BigInt(bits.length),
  bitoctetlength: (bits: string) => BigInt(Math.ceil(bits.length / 8)),
  bit_bit_count: (bits: string) => BigInt(bits.replaceAll('0', '').length),
  bitposition: (bits: string, sought: string) =>
    bits === '' || sought.length > bits.length ? 0n : BigInt(bits.indexOf(sought) + 1),
  bitgetbit: (bits: string, at: bigint) => BigInt(bits[indexOf(bits, at)] ?? 0),
  bitsetbit: (bits: string, at: bigint, digit: bigint) => {
    const index = indexOf(bits, at)
    if (digit !== 0n && digit !== 1n) throw new PgError('22023', 'new bit must be 0 or 1')
    return bits.slice(0, index) + digit + bits.slice(index + 1)
  },
  /** The cast to a length: an explicit one cuts or fills with zeros. */
  bit: (bits: string, typmod: bigint, explicit: bigint) => {
    const length = Number(typmod)
    if (length <= 0 || length === bits.length) return bits
    if (explicit === 0n) throw lengthMismatch(bits.length, length)
    return bits.slice(0, length).padEnd(length, '0')
  },
  varbit: (bits: string, typmod: bigint, explicit: bigint) => {
    const length = Number(typmod)
    if (length <= 0 || length >= bits.length) return bits
    if (explicit === 0n) throw tooLong(length)
    return bits.slice(0, length)
  },
  bitfromint4: ofInteger,
  bitfromint8: ofInteger,
  bittoint4: (bits: string) => toInteger(bits, 32),
  bittoint8: (bits: string) => toInteger(bits, 64),
}
