/** Arithmetic and comparison of int2, int4, int8 and oid. After int.c and int8.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { INT2, INT4, INT8, type IntegerRange, inRange } from '../types/integer.ts'
import { bool, type Scalars } from './implementation.ts'

const zero = (): PgError => new PgError('22012', 'division by zero')

type Binary = (a: bigint, b: bigint) => bigint

const checked =
  (range: IntegerRange, compute: Binary): Binary =>
  (a, b) =>
    inRange(range, compute(a, b))

const divide: Binary = (a, b) => {
  if (b === 0n) throw zero()
  return a / b
}
const modulo: Binary = (a, b) => {
  if (b === 0n) throw zero()
  return a % b
}
const gcd: Binary = (a, b) => {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

/** The operations that exist for operands of one or of two widths. */
const arithmetic = (prefix: string, range: IntegerRange): Scalars => ({
  [`${prefix}pl`]: checked(range, (a, b) => a + b),
  [`${prefix}mi`]: checked(range, (a, b) => a - b),
  [`${prefix}mul`]: checked(range, (a, b) => a * b),
  [`${prefix}div`]: checked(range, divide),
})

const comparisons = (prefix: string): Scalars => ({
  [`${prefix}eq`]: (a: bigint, b: bigint) => bool(a === b),
  [`${prefix}ne`]: (a: bigint, b: bigint) => bool(a !== b),
  [`${prefix}lt`]: (a: bigint, b: bigint) => bool(a < b),
  [`${prefix}le`]: (a: bigint, b: bigint) => bool(a <= b),
  [`${prefix}gt`]: (a: bigint, b: bigint) => bool(a > b),
  [`${prefix}ge`]: (a: bigint, b: bigint) => bool(a >= b),
})

const compare: Binary = (a, b) => (a < b ? -1n : a > b ? 1n : 0n)

const single = (prefix: string, range: IntegerRange): Scalars => ({
  [`${prefix}um`]: (a: bigint) => inRange(range, -a),
  [`${prefix}up`]: (a: bigint) => a,
  [`${prefix}abs`]: (a: bigint) => inRange(range, a < 0n ? -a : a),
  [`${prefix}mod`]: modulo,
  [`${prefix}and`]: (a: bigint, b: bigint) => a & b,
  [`${prefix}or`]: (a: bigint, b: bigint) => a | b,
  [`${prefix}xor`]: (a: bigint, b: bigint) => a ^ b,
  [`${prefix}not`]: (a: bigint) => ~a,
  [`${prefix}larger`]: (a: bigint, b: bigint) => (a > b ? a : b),
  [`${prefix}smaller`]: (a: bigint, b: bigint) => (a < b ? a : b),
  [`bt${prefix}cmp`]: compare,
  [`${prefix}inc`]: (a: bigint) => inRange(range, a + 1n),
})

const bits = { int2: 16, int4: 32, int8: 64 } as const

const shifts = (prefix: keyof typeof bits): Scalars => {
  const width = bits[prefix]
  // PostgreSQL leaves shifts beyond the width to the machine, which takes the count modulo 32 or 64.
  const count = (by: bigint): bigint => BigInt.asUintN(64, by) & (prefix === 'int8' ? 63n : 31n)
  return {
    [`${prefix}shl`]: (a: bigint, by: bigint) => BigInt.asIntN(width, a << count(by)),
    [`${prefix}shr`]: (a: bigint, by: bigint) => a >> count(by),
  }
}

/** An integer's bytes in network order, and back (varlena.c, bytea_int2 and its kin). */
const bytes = (prefix: keyof typeof bits, { name }: IntegerRange): Scalars => {
  const width = bits[prefix] / 8
  return {
    [`${prefix}_bytea`]: (value: bigint) =>
      Uint8Array.from({ length: width }, (_, at) => Number((value >> BigInt((width - 1 - at) * 8)) & 0xffn)),
    [`bytea_${prefix}`]: (value: Uint8Array) => {
      if (value.length > width) throw new PgError('22003', `${name} out of range`)
      const whole = value.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
      return BigInt.asIntN(bits[prefix], whole)
    },
  }
}

const gcdOf =
  (range: IntegerRange): Binary =>
  (a, b) =>
    inRange(range, gcd(a, b))
const lcmOf =
  (range: IntegerRange): Binary =>
  (a, b) => {
    if (a === 0n || b === 0n) return 0n
    const product = (a / gcd(a, b)) * b
    return inRange(range, product < 0n ? -product : product)
  }

export const integerFunctions: Scalars = {
  ...arithmetic('int2', INT2),
  ...arithmetic('int4', INT4),
  ...arithmetic('int8', INT8),
  ...arithmetic('int24', INT4),
  ...arithmetic('int42', INT4),
  ...arithmetic('int28', INT8),
  ...arithmetic('int82', INT8),
  ...arithmetic('int48', INT8),
  ...arithmetic('int84', INT8),
  ...Object.assign(
    {},
    ...['int2', 'int4', 'int8', 'int24', 'int42', 'int28', 'int82', 'int48', 'int84', 'oid'].map(comparisons),
  ),
  ...single('int2', INT2),
  ...single('int4', INT4),
  ...single('int8', INT8),
  ...bytes('int2', INT2),
  ...bytes('int4', INT4),
  ...bytes('int8', INT8),
  ...shifts('int2'),
  ...shifts('int4'),
  ...shifts('int8'),
  int4gcd: gcdOf(INT4),
  int8gcd: gcdOf(INT8),
  int4lcm: lcmOf(INT4),
  int8lcm: lcmOf(INT8),
  i2toi4: (a: bigint) => a,
  int48: (a: bigint) => a,
  int28: (a: bigint) => a,
  i4toi2: (a: bigint) => inRange(INT2, a),
  int82: (a: bigint) => inRange(INT2, a),
  int84: (a: bigint) => inRange(INT4, a),
  i8tooid: (a: bigint) => {
    if (a < 0n || a > 4_294_967_295n) throw new PgError('22003', 'OID out of range')
    return a
  },
  oidtoi8: (a: bigint) => a,
  oidlarger: (a: bigint, b: bigint) => (a > b ? a : b),
  oidsmaller: (a: bigint, b: bigint) => (a < b ? a : b),
  booleq: (a: bigint, b: bigint) => bool(a === b),
  boolne: (a: bigint, b: bigint) => bool(a !== b),
  boollt: (a: bigint, b: bigint) => bool(a < b),
  boolle: (a: bigint, b: bigint) => bool(a <= b),
  boolgt: (a: bigint, b: bigint) => bool(a > b),
  boolge: (a: bigint, b: bigint) => bool(a >= b),
  booltext: (a: bigint) => (a === 1n ? 'true' : 'false'),
  bool_int4: (a: bigint) => a,
  int4_bool: (a: bigint) => bool(a !== 0n),
}
