/** Binary strings. Manual: "Binary String Functions and Operators"; after bytea.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { compareBytes } from '../types/text.ts'
import { bool, comparisons, type Scalars } from './implementation.ts'
import { escapeLike, matchesLike } from './like.ts'

const outOfRange = (at: bigint, count: number): PgError =>
  new PgError('2202E', `index ${at} out of valid range, 0..${count - 1}`)

const byteAt = (bytes: Uint8Array, at: bigint): number => {
  if (at < 0n || at >= BigInt(bytes.length)) throw outOfRange(at, bytes.length)
  return bytes[Number(at)] ?? 0
}

/** The byte that a bit is in, and the bit's place there; the first one is the lowest. */
const bitAt = (bytes: Uint8Array, at: bigint): readonly [index: number, bit: number] => {
  if (at < 0n || at >= BigInt(bytes.length) * 8n) throw outOfRange(at, bytes.length * 8)
  return [Number(at / 8n), Number(at % 8n)]
}

const withByte = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
  const result = bytes.slice()
  result[at] = value
  return result
}

const trim = (bytes: Uint8Array, set: Uint8Array, left: boolean, right: boolean): Uint8Array => {
  let [from, to] = [0, bytes.length]
  while (left && from < to && set.includes(bytes[from] ?? 0)) from++
  while (right && from < to && set.includes(bytes[to - 1] ?? 0)) to--
  return bytes.slice(from, to)
}

const overlay = (bytes: Uint8Array, by: Uint8Array, start: bigint, length: bigint): Uint8Array => {
  if (start <= 0n) throw new PgError('22011', 'negative substring length not allowed')
  if (start + length > 2_147_483_647n) throw new PgError('22003', 'integer out of range')
  const rest = start - 1n + length
  return Uint8Array.from([...bytes.slice(0, Number(start - 1n)), ...by, ...bytes.slice(Number(rest < 0n ? 0n : rest))])
}

const position = (bytes: Uint8Array, sought: Uint8Array): bigint => {
  for (let at = 0; at + sought.length <= bytes.length; at++)
    if (sought.every((byte, each) => bytes[at + each] === byte)) return BigInt(at + 1)
  return 0n
}

/** A cyclic redundancy check by its polynomial, reversed. */
const crc =
  (polynomial: number) =>
  (bytes: Uint8Array): bigint => {
    let rest = 0xffff_ffff
    for (const byte of bytes) {
      rest ^= byte
      for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? polynomial : 0)
    }
    return BigInt(~rest >>> 0)
  }

/** Bytes as characters of the same numbers. */
const asText = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
const asBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

export const byteaFunctions: Scalars = {
  ...comparisons('bytea', (test) => (a: Uint8Array, b: Uint8Array) => bool(test(compareBytes(a, b)))),
  byteacmp: (a: Uint8Array, b: Uint8Array) => BigInt(Math.sign(compareBytes(a, b))),
  bytea_larger: (a: Uint8Array, b: Uint8Array) => (compareBytes(a, b) > 0 ? a : b),
  bytea_smaller: (a: Uint8Array, b: Uint8Array) => (compareBytes(a, b) < 0 ? a : b),
  bytealike: (a: Uint8Array, b: Uint8Array) => bool(matchesLike(asText(a), asText(b))),
  byteanlike: (a: Uint8Array, b: Uint8Array) => bool(!matchesLike(asText(a), asText(b))),
  like_escape_bytea: (a: Uint8Array, b: Uint8Array) => asBytes(escapeLike(asText(a), asText(b))),
  byteacat: (a: Uint8Array, b: Uint8Array) => Uint8Array.from([...a, ...b]),
  bytea_reverse: (bytes: Uint8Array) => bytes.slice().reverse(),
  byteaGetByte: (bytes: Uint8Array, at: bigint) => BigInt(byteAt(bytes, at)),
  byteaSetByte: (bytes: Uint8Array, at: bigint, value: bigint) => {
    byteAt(bytes, at)
    return withByte(bytes, Number(at), Number(value & 255n))
  },
  byteaGetBit: (bytes: Uint8Array, at: bigint) => {
    const [index, bit] = bitAt(bytes, at)
    return BigInt(((bytes[index] ?? 0) >> bit) & 1)
  },
  byteaSetBit: (bytes: Uint8Array, at: bigint, digit: bigint) => {
    const [index, bit] = bitAt(bytes, at)
    if (digit !== 0n && digit !== 1n) throw new PgError('22023', 'new bit must be 0 or 1')
    const byte = bytes[index] ?? 0
    return withByte(bytes, index, digit === 1n ? byte | (1 << bit) : byte & ~(1 << bit))
  },
  byteatrim: (bytes: Uint8Array, set: Uint8Array) => trim(bytes, set, true, true),
  bytealtrim: (bytes: Uint8Array, set: Uint8Array) => trim(bytes, set, true, false),
  byteartrim: (bytes: Uint8Array, set: Uint8Array) => trim(bytes, set, false, true),
  byteaoverlay: overlay,
  byteaoverlay_no_len: (bytes: Uint8Array, by: Uint8Array, start: bigint) =>
    overlay(bytes, by, start, BigInt(by.length)),
  byteapos: position,
  bytea_bit_count: (bytes: Uint8Array) =>
    BigInt(bytes.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)),
  crc32_bytea: crc(0xedb8_8320),
  crc32c_bytea: crc(0x82f6_3b78),
}
