/** numeric. After numeric.c; manual, "Mathematical Functions and Operators". */
import { PgError } from '../../wire/protocol/error.ts'
import { INT2, INT4, INT8, type IntegerRange } from '../types/integer.ts'
import {
  abs,
  add,
  applyTypmod,
  bounded,
  compareDecimals,
  type Decimal,
  divide,
  divideTruncated,
  formatDecimal,
  modulo,
  multiply,
  negate,
  power10,
  rescale,
  squareRoot,
  subtract,
  toDecimal,
  toInteger,
  truncateScale,
} from '../types/numeric.ts'
import { decimalExp, decimalLn, decimalLog, decimalPower } from '../types/numeric-functions.ts'
import { bool, comparisons, type Scalar, type Scalars } from './implementation.ts'

const binary =
  (compute: (a: Decimal, b: Decimal) => Decimal): Scalar =>
  (a: string, b: string) =>
    formatDecimal(compute(toDecimal(a), toDecimal(b)))

const unary =
  (compute: (a: Decimal) => Decimal): Scalar =>
  (a: string) =>
    formatDecimal(compute(toDecimal(a)))

const compared =
  (test: (order: number) => boolean): Scalar =>
  (a: string, b: string) =>
    bool(test(compareDecimals(toDecimal(a), toDecimal(b))))

const toIntegerOf =
  (range: IntegerRange): Scalar =>
  (a: string) => {
    const value = toInteger(toDecimal(a), range.name)
    if (value < range.min || value > range.max) throw new PgError('22003', `${range.name} out of range`)
    return value
  }

const special =
  (compute: (a: Decimal) => Decimal) =>
  (a: Decimal): Decimal =>
    a.special === undefined ? compute(a) : a

const floor = special((a) => {
  const cut = truncateScale(a, 0)
  return a.digits < 0n && compareDecimals(cut, a) !== 0 ? { digits: cut.digits - 1n, scale: 0 } : cut
})
const ceiling = special((a) => {
  const cut = truncateScale(a, 0)
  return a.digits > 0n && compareDecimals(cut, a) !== 0 ? { digits: cut.digits + 1n, scale: 0 } : cut
})

const clampScale = (scale: bigint): number => Math.max(-2000, Math.min(2000, Number(scale)))

const trimScale = special((a) => {
  let { digits, scale } = a
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n
    scale--
  }
  return { digits, scale }
})

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [abs(a), abs(b)]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

const aligned = (a: Decimal, b: Decimal): [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale)
  return [rescale(a, scale).digits, rescale(b, scale).digits, scale]
}

const factorial: Scalar = (n: bigint) => {
  if (n < 0n) throw new PgError('22003', 'factorial of a negative number is undefined')
  if (n > 32_177n) throw new PgError('22003', 'value overflows numeric format')
  let product = 1n
  for (let factor = 2n; factor <= n; factor++) product *= factor
  return String(product)
}

const round = (a: string, scale: bigint): string => {
  const value = toDecimal(a)
  return value.special === undefined ? formatDecimal(rescale(value, clampScale(scale))) : a
}

const truncate = (a: string, scale: bigint): string => {
  const value = toDecimal(a)
  return value.special === undefined ? formatDecimal(truncateScale(value, clampScale(scale))) : a
}

export const numericFunctions: Scalars = {
  numeric_add: binary(add),
  numeric_sub: binary(subtract),
  numeric_mul: binary(multiply),
  numeric_div: binary(divide),
  numeric_div_trunc: binary(divideTruncated),
  numeric_mod: binary(modulo),
  numeric_uminus: unary(negate),
  numeric_uplus: (a: string) => a,
  numeric_abs: unary((a) => (a.special === '-Infinity' || a.digits < 0n ? negate(a) : a)),
  numeric_sign: unary((a) =>
    a.special === 'NaN'
      ? a
      : {
          digits:
            a.special === undefined
              ? a.digits > 0n
                ? 1n
                : a.digits < 0n
                  ? -1n
                  : 0n
              : a.special === 'Infinity'
                ? 1n
                : -1n,
          scale: 0,
        },
  ),
  ...comparisons('numeric_', compared),
  numeric_cmp: (a: string, b: string) => BigInt(compareDecimals(toDecimal(a), toDecimal(b))),
  numeric_larger: (a: string, b: string) => (compareDecimals(toDecimal(a), toDecimal(b)) > 0 ? a : b),
  numeric_smaller: (a: string, b: string) => (compareDecimals(toDecimal(a), toDecimal(b)) < 0 ? a : b),
  numeric_inc: unary((a) => add(a, { digits: 1n, scale: 0 })),
  numeric_sqrt: unary(squareRoot),
  numeric_floor: unary(floor),
  numeric_ceil: unary(ceiling),
  numeric_round: round,
  'sql:1708': (a: string) => round(a, 0n),
  numeric_trunc: truncate,
  'sql:1710': (a: string) => truncate(a, 0n),
  numeric: (a: string, typmod: bigint) => formatDecimal(applyTypmod(toDecimal(a), Number(typmod))),
  numeric_scale: (a: string) => {
    const { special: name, scale } = toDecimal(a)
    return name === undefined ? BigInt(scale) : null
  },
  numeric_min_scale: (a: string) => {
    const value = toDecimal(a)
    return value.special === undefined ? BigInt(trimScale(value).scale) : null
  },
  numeric_trim_scale: unary(trimScale),
  numeric_exp: unary(decimalExp),
  numeric_ln: unary(decimalLn),
  numeric_log: binary(decimalLog),
  'sql:1741': unary((a) => decimalLog({ digits: 10n, scale: 0 }, a)),
  'sql:1481': unary((a) => decimalLog({ digits: 10n, scale: 0 }, a)),
  numeric_power: binary(decimalPower),
  numeric_fac: factorial,
  numeric_gcd: binary((a, b) => {
    if (a.special !== undefined || b.special !== undefined) return toDecimal('NaN')
    const [x, y, scale] = aligned(a, b)
    return { digits: gcd(x, y), scale }
  }),
  numeric_lcm: binary((a, b) => {
    if (a.special !== undefined || b.special !== undefined) return toDecimal('NaN')
    const [x, y, scale] = aligned(a, b)
    return bounded({ digits: x === 0n || y === 0n ? 0n : abs((x / gcd(x, y)) * y), scale })
  }),
  int2_numeric: String,
  int4_numeric: String,
  int8_numeric: String,
  numeric_int2: toIntegerOf(INT2),
  numeric_int4: toIntegerOf(INT4),
  numeric_int8: toIntegerOf(INT8),
  width_bucket_numeric: (operand: string, low: string, high: string, count: bigint) => {
    const [x, a, b] = [toDecimal(operand), toDecimal(low), toDecimal(high)]
    if (count <= 0n) throw new PgError('2201G', 'count must be greater than zero')
    if ([x, a, b].some((it) => it.special === 'NaN'))
      throw new PgError('2201G', 'operand, lower bound, and upper bound cannot be NaN')
    if (a.special !== undefined || b.special !== undefined)
      throw new PgError('2201G', 'lower and upper bounds must be finite')
    const order = compareDecimals(a, b)
    if (order === 0) throw new PgError('2201G', 'lower bound cannot equal upper bound')
    const rising = order < 0
    if (rising ? compareDecimals(x, a) < 0 : compareDecimals(x, a) > 0) return 0n
    if (rising ? compareDecimals(x, b) >= 0 : compareDecimals(x, b) <= 0) return count + 1n
    const scale = Math.max(x.scale, a.scale, b.scale)
    const [xs, as, bs] = [x, a, b].map((it) => it.digits * power10(scale - it.scale)) as [bigint, bigint, bigint]
    return ((xs - as) * count) / (bs - as) + 1n
  },
}
