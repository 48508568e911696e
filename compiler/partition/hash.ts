/**
 * The hash that PARTITION BY HASH goes by: Bob Jenkins's lookup3 with PostgreSQL's seed (hashfn.c, partbounds.c
 * compute_partition_hash_value).
 */
import { unsupported } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import type { Environment } from '../types/environment.ts'

const SEED = 0x7a5b22367996dcfdn
const MASK = 0xffff_ffffn

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

type State = [a: number, b: number, c: number]

const mix = ([a, b, c]: State): State => {
  let [x, y, z] = [a, b, c]
  x = (x - z) ^ rotate(z, 4)
  z = (z + y) | 0
  y = (y - x) ^ rotate(x, 6)
  x = (x + z) | 0
  z = (z - y) ^ rotate(y, 8)
  y = (y + x) | 0
  x = (x - z) ^ rotate(z, 16)
  z = (z + y) | 0
  y = (y - x) ^ rotate(x, 19)
  x = (x + z) | 0
  z = (z - y) ^ rotate(y, 4)
  y = (y + x) | 0
  return [x, y, z]
}

const final = ([a, b, c]: State): State => {
  let [x, y, z] = [a, b, c]
  z = ((z ^ y) - rotate(y, 14)) | 0
  x = ((x ^ z) - rotate(z, 11)) | 0
  y = ((y ^ x) - rotate(x, 25)) | 0
  z = ((z ^ y) - rotate(y, 16)) | 0
  x = ((x ^ z) - rotate(z, 4)) | 0
  y = ((y ^ x) - rotate(x, 14)) | 0
  z = ((z ^ y) - rotate(y, 24)) | 0
  return [x, y, z]
}

const start = (length: number, seed: bigint): State => {
  const value = (0x9e37_79b9 + length + 3_923_095) | 0
  if (seed === 0n) return [value, value, value]
  return mix([(value + Number(seed >> 32n)) | 0, (value + Number(seed & MASK)) | 0, value])
}

const joined = ([, b, c]: State): bigint => (BigInt(b >>> 0) << 32n) | BigInt(c >>> 0)

/** hash_uint32_extended. */
const hashUint32 = (value: number): bigint => {
  const [a, b, c] = start(4, SEED)
  return joined(final([(a + value) | 0, b, c]))
}

/** hash_bytes_extended. */
export const hashBytes = (bytes: Uint8Array, seed: bigint): bigint => {
  let [a, b, c] = start(bytes.length, seed)
  const word = (at: number): number =>
    (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24) | 0
  let at = 0
  for (; bytes.length - at >= 12; at += 12)
    [a, b, c] = mix([(a + word(at)) | 0, (b + word(at + 4)) | 0, (c + word(at + 8)) | 0])
  // The lowest byte of c is left to the length.
  const rest = (byte: number): number => bytes[at + byte] ?? 0
  a = (a + word(at)) | 0
  b = (b + word(at + 4)) | 0
  c = (c + ((rest(8) << 8) | (rest(9) << 16) | (rest(10) << 24))) | 0
  return joined(final([a, b, c]))
}

/** The extended hash of a value, as its type's default hash operator class has it. */
const hashValue = (env: Environment, type: number, value: Exclude<Value, null>): bigint => {
  const base = env.catalog.baseType(type)
  switch (base) {
    case OID.int2:
    case OID.int4:
    case OID.date:
      return hashUint32(Number(value))
    case OID.int8: {
      const low = Number(BigInt.asIntN(32, value as bigint))
      const high = Number(BigInt.asIntN(32, (value as bigint) >> 32n))
      return hashUint32(low ^ ((value as bigint) >= 0n ? high : ~high))
    }
    case OID.text:
    case OID.varchar:
      return hashBytes(new TextEncoder().encode(String(value)), SEED)
    default:
      throw unsupported(`hash partitions by ${formatType(env.catalog, type)}`)
  }
}

export const isHashable = (env: Pick<Environment, 'catalog'>, type: number): boolean =>
  ([OID.int2, OID.int4, OID.int8, OID.date, OID.text, OID.varchar] as number[]).includes(env.catalog.baseType(type))

/** hash_combine64 over the keys that are not NULL. */
export const hashOf = (env: Environment, types: readonly number[], key: readonly Value[]): bigint => {
  let hash = 0n
  for (const [at, value] of key.entries()) {
    if (value === null) continue
    const own = hashValue(env, types[at] ?? 0, value)
    hash = BigInt.asUintN(64, hash ^ (own + 0x49a0f4dd15e5a8e3n + (hash << 54n) + (hash >> 7n)))
  }
  return hash
}
