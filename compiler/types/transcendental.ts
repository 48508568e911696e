/**
 * Transcendental functions of doubles, rounded correctly: computed with far more digits than a double has, which is what
 * a good C library's results are as well. Numbers are integers over 2^BITS.
 */

const BITS = 256n
const ONE = 1n << BITS

const view = new DataView(new ArrayBuffer(8))

/** A finite double as mantissa * 2^exponent. */
const split = (value: number): { readonly mantissa: bigint; readonly exponent: number } => {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const field = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xf_ffff_ffff_ffffn
  const mantissa = field === 0 ? fraction : fraction | (1n << 52n)
  return { mantissa: bits >> 63n === 1n ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 }
}

const shift = (value: bigint, by: number): bigint => (by >= 0 ? value << BigInt(by) : value >> BigInt(-by))

const fixed = (value: number): bigint => {
  const { mantissa, exponent } = split(value)
  return shift(mantissa, exponent + Number(BITS))
}

const length = (value: bigint): number => value.toString(2).length

/** The double next to value * 2^-BITS * 2^scale, ties to even. */
const round = (value: bigint, scale = 0): number => {
  if (value === 0n) return 0
  const negative = value < 0n
  const size = negative ? -value : value
  const power = length(size) - Number(BITS) + scale
  // Denormal numbers have fewer digits.
  const digits = Math.min(53, power + 1074)
  if (digits < 0) return negative ? -0 : 0
  const cut = length(size) - digits
  let kept = cut > 0 ? size >> BigInt(cut) : size << BigInt(-cut)
  if (cut > 0) {
    const rest = size - (kept << BigInt(cut))
    const half = 1n << BigInt(cut - 1)
    if (rest > half || (rest === half && kept % 2n === 1n)) kept++
  }
  const exponent = cut - Number(BITS) + scale
  // In two steps, as 2^exponent alone may be no double.
  const middle = Math.trunc(exponent / 2)
  const result = Number(kept) * 2 ** middle * 2 ** (exponent - middle)
  return negative ? -result : result
}

const times = (a: bigint, b: bigint): bigint => (a * b) >> BITS
const over = (a: bigint, b: bigint): bigint => (a << BITS) / b

/** artanh(1/n), for logarithms of small numbers. */
const inverseArtanh = (n: bigint): bigint => {
  let term = ONE / n
  let sum = 0n
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += term / k
    term /= n * n
  }
  return sum
}

/** arctan(1/n), for pi. */
const inverseArctan = (n: bigint, one: bigint): bigint => {
  let term = one / n
  let sum = 0n
  for (let k = 1n; term !== 0n; k += 2n) {
    sum += k % 4n === 1n ? term / k : -(term / k)
    term /= n * n
  }
  return sum
}

const LN2 = 18n * inverseArtanh(26n) - 2n * inverseArtanh(4801n) + 8n * inverseArtanh(8749n)

/** pi over 2^bits (Machin). */
const piOver = (bits: bigint): bigint => {
  const one = 1n << (bits + 32n)
  return (16n * inverseArctan(5n, one) - 4n * inverseArctan(239n, one)) >> 32n
}

const PI = piOver(BITS)

const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b))

/** e^x as a fixed-point number and a power of two. */
const exponential = (x: bigint): { readonly value: bigint; readonly power: number } => {
  const power = floorDivide(x, LN2)
  const reduced = (x - power * LN2) >> 8n
  let term = ONE
  let sum = ONE
  for (let k = 1n; term !== 0n; k++) {
    term = times(term, reduced) / k
    sum += term
  }
  for (let at = 0; at < 8; at++) sum = times(sum, sum)
  return { value: sum, power: Number(power) }
}

/** The natural logarithm of a positive double. */
const logarithm = (value: number): bigint => {
  const { mantissa, exponent } = split(value)
  const size = length(mantissa)
  // m in [1, 2), moved near 1 for the series.
  let m = shift(mantissa, Number(BITS) - size + 1)
  let power = BigInt(exponent + size - 1)
  if (m > (ONE * 3n) / 2n) {
    m >>= 1n
    power++
  }
  const ratio = over(m - ONE, m + ONE)
  const square = times(ratio, ratio)
  let term = ratio
  let sum = 0n
  for (let k = 1n; term !== 0n && term !== -1n; k += 2n) {
    sum += term / k
    term = times(term, square)
  }
  return 2n * sum + power * LN2
}

export const exp = (x: number): number => {
  if (!Number.isFinite(x)) return Math.exp(x)
  if (x > 710) return Number.POSITIVE_INFINITY
  if (x < -746) return 0
  const { value, power } = exponential(fixed(x))
  return round(value, power)
}

export const ln = (x: number): number => (x > 0 && Number.isFinite(x) ? round(logarithm(x)) : Math.log(x))

/**
 * The one function of C libraries that is commonly not rounded correctly: they make it of the logarithm, as Sun's fdlibm
 * did (e_log10.c), and so is it here.
 */
export const log10 = (x: number): number => {
  if (!(x > 0) || !Number.isFinite(x)) return Math.log10(x)
  const { mantissa, exponent } = split(x)
  const power = exponent + length(mantissa) - 1
  const low = power < 0 ? 1 : 0
  const y = power + low
  const reduced = (Number(mantissa) / 2 ** (length(mantissa) - 1)) * (low === 1 ? 0.5 : 1)
  const z = y * 3.694239077158931e-13 + Math.LOG10E * ln(reduced)
  return z + y * 0.30102999566361177
}

/** x^y for a finite positive x and a finite y. */
export const positivePower = (x: number, y: number): number => {
  const { mantissa, exponent } = split(y)
  const product = shift(logarithm(x) * mantissa, exponent)
  const estimate = Number(product >> (BITS - 32n)) / 2 ** 32
  if (estimate > 710) return Number.POSITIVE_INFINITY
  if (estimate < -746) return 0
  const { value, power } = exponential(product)
  return round(value, power)
}

/** Numbers so small that sine, tangent and their inverses change none of their digits. */
const TINY = 2 ** -60

/** x = quarter * pi/2 + rest, with rest within pi/4 of zero. */
const reduce = (x: number): { readonly quarter: number; readonly rest: bigint } => {
  const { mantissa, exponent } = split(x)
  const extra = BigInt(Math.max(exponent + 64, 0))
  const bits = BITS + extra
  const half = (extra === 0n ? PI : piOver(bits)) >> 1n
  const scaled = shift(mantissa, exponent + Number(bits))
  const turns = floorDivide(scaled + half / 2n, half)
  return { quarter: Number(((turns % 4n) + 4n) % 4n), rest: (scaled - turns * half) >> extra }
}

const series = (x: bigint, first: bigint, from: bigint): bigint => {
  const square = times(x, x)
  let term = first
  let sum = first
  for (let k = from; term !== 0n && term !== -1n; k += 2n) {
    term = -times(term, square) / (k * (k + 1n))
    sum += term
  }
  return sum
}

const sineOf = (x: bigint): bigint => series(x, x, 2n)
const cosineOf = (x: bigint): bigint => series(x, ONE, 1n)

export const sin = (x: number): number => {
  if (Math.abs(x) < TINY) return x
  const { quarter, rest } = reduce(x)
  const value = quarter % 2 === 0 ? sineOf(rest) : cosineOf(rest)
  return round(quarter < 2 ? value : -value)
}

export const cos = (x: number): number => {
  const { quarter, rest } = reduce(x)
  const value = quarter % 2 === 0 ? cosineOf(rest) : sineOf(rest)
  return round(quarter === 1 || quarter === 2 ? -value : value)
}

export const tan = (x: number): number => {
  if (Math.abs(x) < TINY) return x
  const { quarter, rest } = reduce(x)
  return round(quarter % 2 === 0 ? over(sineOf(rest), cosineOf(rest)) : -over(cosineOf(rest), sineOf(rest)))
}

/** The arctangent of a fixed-point number: halved until the series is fast. */
const arctangent = (x: bigint): bigint => {
  if (x < 0n) return -arctangent(-x)
  if (x > ONE) return PI / 2n - arctangent(over(ONE, x))
  let [reduced, doublings] = [x, 0n]
  for (; reduced > ONE >> 5n; doublings++) reduced = over(reduced, ONE + squareRoot(ONE + times(reduced, reduced)))
  const square = times(reduced, reduced)
  let term = reduced
  let sum = 0n
  for (let k = 1n; term !== 0n && term !== -1n; k += 2n) {
    sum += term / k
    term = -times(term, square)
  }
  return sum << doublings
}

const squareRoot = (value: bigint): bigint => {
  if (value <= 0n) return 0n
  const target = value << BITS
  let root = 1n << BigInt(Math.ceil(length(target) / 2))
  for (;;) {
    const next = (root + target / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

export const atan = (x: number): number => {
  if (!Number.isFinite(x) || Math.abs(x) < TINY) return Math.atan(x)
  if (Math.abs(x) > 2 ** 100) return Math.sign(x) * round(PI / 2n)
  return round(arctangent(fixed(x)))
}

export const asin = (x: number): number => {
  if (!(Math.abs(x) <= 1) || Math.abs(x) < TINY) return Math.asin(x)
  const value = fixed(x)
  const rest = squareRoot(ONE - times(value, value))
  return rest === 0n ? Math.sign(x) * round(PI / 2n) : round(arctangent(over(value, rest)))
}

export const acos = (x: number): number => {
  if (!(Math.abs(x) <= 1)) return Math.acos(x)
  const value = fixed(x)
  const rest = squareRoot(ONE - times(value, value))
  if (rest === 0n) return x > 0 ? 0 : round(PI)
  return round(PI / 2n - arctangent(over(value, rest)))
}

/** The angle of a point, for finite coordinates that are not zero. */
export const atan2 = (y: number, x: number): number => {
  if (!Number.isFinite(x) || !Number.isFinite(y) || x === 0 || y === 0) return Math.atan2(y, x)
  const [a, b] = [split(Math.abs(y)), split(Math.abs(x))]
  const power = a.exponent + length(a.mantissa) - b.exponent - length(b.mantissa)
  if (power > 120 || power < -120) return Math.atan2(y, x)
  const ratio = shift((a.mantissa << (BITS + 64n)) / b.mantissa, a.exponent - b.exponent - 64)
  const angle = arctangent(ratio)
  const turned = x > 0 ? angle : PI - angle
  return round(y > 0 ? turned : -turned)
}
