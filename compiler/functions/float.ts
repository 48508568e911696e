/** float4 and float8. After float.c; manual, "Mathematical Functions and Operators". */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { compareFloats, fromNumber, toNumber } from '../types/float.ts'
import { INT2, INT4, INT8, type IntegerRange } from '../types/integer.ts'
import { formatDecimal, parseDecimal, toDecimal } from '../types/numeric.ts'
import { acos, asin, atan, atan2, cos, exp, ln, log10, positivePower, sin, tan } from '../types/transcendental.ts'
import { bool, type Scalar, type Scalars } from './implementation.ts'

const overflow = (): PgError => new PgError('22003', 'value out of range: overflow')
const underflow = (): PgError => new PgError('22003', 'value out of range: underflow')
const zero = (): PgError => new PgError('22012', 'division by zero')

type Binary = (a: number, b: number) => number

/** @param mayVanish whether zero is a fair result of operands that are not */
const checkedBinary =
  (compute: Binary, round: (value: number) => number, vanishes: (a: number, b: number) => boolean): Scalar =>
  (left: Value, right: Value) => {
    const [a, b] = [toNumber(left), toNumber(right)]
    const result = round(compute(a, b))
    if (Number.isFinite(a) && Number.isFinite(b)) {
      if (!Number.isFinite(result) && !Number.isNaN(result)) throw overflow()
      if (result === 0 && vanishes(a, b)) throw underflow()
    }
    return fromNumber(result)
  }

const divide: Binary = (a, b) => {
  if (b === 0 && !Number.isNaN(a)) throw zero()
  return a / b
}
const never = (): boolean => false
const bothNonZero = (a: number, b: number): boolean => a !== 0 && b !== 0
const leftNonZero = (a: number): boolean => a !== 0

const identity = (value: number): number => value

const arithmetic = (prefix: string, round: (value: number) => number): Scalars => ({
  [`${prefix}pl`]: checkedBinary((a, b) => a + b, round, never),
  [`${prefix}mi`]: checkedBinary((a, b) => a - b, round, never),
  [`${prefix}mul`]: checkedBinary((a, b) => a * b, round, bothNonZero),
  [`${prefix}div`]: checkedBinary(divide, round, leftNonZero),
})

const comparisons = (prefix: string): Scalars => ({
  [`${prefix}eq`]: (a: Value, b: Value) => bool(compareFloats(a, b) === 0),
  [`${prefix}ne`]: (a: Value, b: Value) => bool(compareFloats(a, b) !== 0),
  [`${prefix}lt`]: (a: Value, b: Value) => bool(compareFloats(a, b) < 0),
  [`${prefix}le`]: (a: Value, b: Value) => bool(compareFloats(a, b) <= 0),
  [`${prefix}gt`]: (a: Value, b: Value) => bool(compareFloats(a, b) > 0),
  [`${prefix}ge`]: (a: Value, b: Value) => bool(compareFloats(a, b) >= 0),
})

/** Rounds half to even, as C's rint does. */
export const roundEven = (value: number): number => {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 52) return value
  const floor = Math.floor(value)
  const rest = value - floor
  const result = rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 === 0 ? floor : floor + 1
  return result === 0 && (value < 0 || Object.is(value, -0)) ? -0 : result
}

const unary =
  (compute: (value: number) => number, check: 'none' | 'overflow' | 'both' = 'none'): Scalar =>
  (value: Value) => {
    const a = toNumber(value)
    const result = compute(a)
    if (check !== 'none' && Number.isFinite(a)) {
      if (!Number.isFinite(result) && !Number.isNaN(result)) throw overflow()
      if (check === 'both' && result === 0 && a !== 0) throw underflow()
    }
    return fromNumber(result)
  }

const toIntegerOf =
  ({ name, min, max }: IntegerRange): Scalar =>
  (value: Value) => {
    const rounded = roundEven(toNumber(value))
    if (!Number.isFinite(rounded) || rounded < Number(min) || rounded >= Number(max) + 1)
      throw new PgError('22003', `${name} out of range`)
    return BigInt(rounded)
  }

const domain = (): PgError => new PgError('22003', 'input is out of range')

/** Functions whose last digit depends on the C library: only without that digit are they the same. */
const approximate = (compute: (value: number) => number): Scalar =>
  function (value: Value) {
    if (this.settings.extraFloatDigits > 0) throw unsupported('this function with extra_float_digits above 0')
    return fromNumber(compute(toNumber(value)))
  }

/** Trigonometry: infinity has no sine. */
const finite =
  (compute: (value: number) => number): Scalar =>
  (value: Value) => {
    const a = toNumber(value)
    if (a === Number.POSITIVE_INFINITY || a === Number.NEGATIVE_INFINITY) throw domain()
    return fromNumber(compute(a))
  }

/** To numeric by the digits that 6 or 15 of them give, as float4_numeric and float8_numeric do. */
const toNumeric =
  (digits: number): Scalar =>
  (value: Value) => {
    const number = toNumber(value)
    if (!Number.isFinite(number)) return Number.isNaN(number) ? 'NaN' : number > 0 ? 'Infinity' : '-Infinity'
    if (number === 0) return '0'
    const text = number.toExponential(digits - 1)
    const [mantissa = '', exponent = '0'] = text.split('e')
    return formatDecimal(
      parseDecimal(`${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${exponent}`),
    )
  }

const logarithm =
  (compute: (value: number) => number): Scalar =>
  (value: Value) => {
    const a = toNumber(value)
    if (a === 0) throw new PgError('2201E', 'cannot take logarithm of zero')
    if (a < 0) throw new PgError('2201E', 'cannot take logarithm of a negative number')
    return fromNumber(compute(a))
  }

/** A negative base has an integer exponent. */
const powerOf = (a: number, b: number): number => {
  if (!Number.isFinite(a) || !Number.isFinite(b) || a === 0) return a ** b
  const size = positivePower(Math.abs(a), b)
  return a < 0 && Math.abs(b % 2) === 1 ? -size : size
}

const power: Scalar = (left: Value, right: Value) => {
  const [a, b] = [toNumber(left), toNumber(right)]
  if (Number.isNaN(a)) return b === 0 ? 1 : 'NaN'
  if (Number.isNaN(b)) return a === 1 ? 1 : 'NaN'
  if (a === 0 && b < 0) throw new PgError('2201F', 'zero raised to a negative power is undefined')
  if (a < 0 && Number.isFinite(b) && Math.floor(b) !== b)
    throw new PgError('2201F', 'a negative number raised to a non-integer power yields a complex result')
  if (Math.abs(a) === 1 && !Number.isFinite(b)) return 1
  const result = powerOf(a, b)
  if (Number.isFinite(a) && Number.isFinite(b)) {
    if (!Number.isFinite(result)) throw overflow()
    if (result === 0 && a !== 0) throw underflow()
  }
  return fromNumber(result)
}

const extrema = (prefix: string): Scalars => ({
  [`${prefix}larger`]: (a: Value, b: Value) => (compareFloats(a, b) > 0 ? a : b),
  [`${prefix}smaller`]: (a: Value, b: Value) => (compareFloats(a, b) < 0 ? a : b),
})

const fromDecimal =
  (round: (value: number) => number, type: string): Scalar =>
  (value: string) => {
    const result = round(Number(value))
    const decimal = toDecimal(value)
    if (decimal.special === undefined && decimal.digits !== 0n && (result === 0 || !Number.isFinite(result)))
      throw new PgError('22003', `"${value}" is out of range for type ${type}`)
    return fromNumber(result)
  }

export const floatFunctions: Scalars = {
  ...arithmetic('float8', identity),
  ...arithmetic('float4', Math.fround),
  ...arithmetic('float48', identity),
  ...arithmetic('float84', identity),
  ...Object.assign({}, ...['float8', 'float4', 'float48', 'float84'].map(comparisons)),
  ...extrema('float8'),
  ...extrema('float4'),
  float8um: unary((a) => -a),
  float4um: unary((a) => -a),
  float8up: (a: Value) => a,
  float4up: (a: Value) => a,
  float8abs: unary(Math.abs),
  float4abs: unary(Math.abs),
  btfloat8cmp: (a: Value, b: Value) => BigInt(compareFloats(a, b)),
  btfloat4cmp: (a: Value, b: Value) => BigInt(compareFloats(a, b)),
  ftod: (a: Value) => a,
  dtof: (value: Value) => {
    const a = toNumber(value)
    const result = Math.fround(a)
    if (Number.isFinite(a)) {
      if (!Number.isFinite(result)) throw overflow()
      if (result === 0 && a !== 0) throw underflow()
    }
    return fromNumber(result)
  },
  i2tod: Number,
  i4tod: Number,
  i8tod: Number,
  i2tof: (a: bigint) => Math.fround(Number(a)),
  i4tof: (a: bigint) => Math.fround(Number(a)),
  i8tof: (a: bigint) => Math.fround(Number(a)),
  dtoi2: toIntegerOf(INT2),
  dtoi4: toIntegerOf(INT4),
  dtoi8: toIntegerOf(INT8),
  ftoi2: toIntegerOf(INT2),
  ftoi4: toIntegerOf(INT4),
  ftoi8: toIntegerOf(INT8),
  float8_numeric: toNumeric(15),
  float4_numeric: toNumeric(6),
  numeric_float8: fromDecimal(identity, 'double precision'),
  numeric_float4: fromDecimal(Math.fround, 'real'),
  dround: unary(roundEven),
  dtrunc: unary(Math.trunc),
  dceil: unary(Math.ceil),
  dfloor: unary(Math.floor),
  dsign: unary((a) => (a > 0 ? 1 : a < 0 ? -1 : 0)),
  dsqrt: (value: Value) => {
    const a = toNumber(value)
    if (a < 0) throw new PgError('2201F', 'cannot take square root of a negative number')
    return fromNumber(Math.sqrt(a))
  },
  dpow: power,
  dexp: (value: Value) => {
    const a = toNumber(value)
    const result = exp(a)
    if (Number.isFinite(a)) {
      if (!Number.isFinite(result)) throw overflow()
      if (result === 0) throw underflow()
    }
    return fromNumber(result)
  },
  dlog1: logarithm(ln),
  dlog10: logarithm(log10),
  width_bucket_float8: (operand: Value, low: Value, high: Value, count: bigint) => {
    const [x, a, b] = [toNumber(operand), toNumber(low), toNumber(high)]
    if (count <= 0n) throw new PgError('2201G', 'count must be greater than zero')
    if (Number.isNaN(x) || Number.isNaN(a) || Number.isNaN(b))
      throw new PgError('2201G', 'operand, lower bound, and upper bound cannot be NaN')
    if (!Number.isFinite(a) || !Number.isFinite(b)) throw new PgError('2201G', 'lower and upper bounds must be finite')
    if (a === b) throw new PgError('2201G', 'lower bound cannot equal upper bound')
    if (Math.abs(a) > 1e300 || Math.abs(b) > 1e300) throw unsupported('width_bucket() of such bounds')
    const rising = a < b
    if (rising ? x < a : x > a) return 0n
    if (rising ? x >= b : x <= b) {
      if (count >= 2_147_483_647n) throw new PgError('22003', 'integer out of range')
      return count + 1n
    }
    let bucket = BigInt(Math.trunc(Number(count) * (rising ? (x - a) / (b - a) : (a - x) / (a - b))))
    if (bucket >= count) bucket = count - 1n
    return bucket + 1n
  },
  dpi: () => Math.PI,
  radians: unary((a) => a * (Math.PI / 180)),
  degrees: unary((a) => a / (Math.PI / 180), 'overflow'),
  dsin: finite(sin),
  dcos: finite(cos),
  dtan: finite(tan),
  dcot: finite((a) => 1 / tan(a)),
  datan: unary(atan),
  datan2: (a: Value, b: Value) => fromNumber(atan2(toNumber(a), toNumber(b))),
  dasin: (value: Value) => {
    const a = toNumber(value)
    if (a < -1 || a > 1) throw domain()
    return fromNumber(asin(a))
  },
  dsinh: approximate(Math.sinh),
  dcosh: approximate(Math.cosh),
  dtanh: approximate(Math.tanh),
  dasinh: approximate(Math.asinh),
  dacosh: approximate((a) => {
    if (a < 1) throw domain()
    return Math.acosh(a)
  }),
  datanh: approximate((a) => {
    if (a < -1 || a > 1) throw domain()
    return Math.atanh(a)
  }),
  dcbrt: approximate(Math.cbrt),
  dacos: (value: Value) => {
    const a = toNumber(value)
    if (a < -1 || a > 1) throw domain()
    return fromNumber(acos(a))
  },
}
