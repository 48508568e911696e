/**
 * exp, ln, log and power of numeric. The scales of results are those that numeric.c plans; the digits are computed with
 * so many more that rounding to those scales gives its result.
 */
import { PgError } from '../../wire/protocol/error.ts'
import {
  abs,
  bounded,
  boundScale,
  type Decimal,
  divideAt,
  leadingGroup,
  multiply,
  power10,
  rescale,
} from './numeric.ts'

const MIN_SIGNIFICANT = 16
const GUARD = 25
/** As numeric.c has it, which is not quite Math.LOG10E. */
// biome-ignore lint/suspicious/noApproximativeNumericConstant: scales must come out the same
const LOG10_E = 0.434294481903252

/** A fixed-point number: `value` × 10^-`scale`. */
const fix = ({ digits, scale }: Decimal, to: number): bigint => rescale({ digits, scale }, to).digits

/** exp of a fixed-point number: halved until small, a Taylor series, squared back. */
const expFixed = (value: bigint, scale: number): bigint => {
  const one = power10(scale)
  let halvings = 0
  let x = value
  while (abs(x) > one / 1000n) {
    x /= 2n
    halvings++
  }
  const working = scale + halvings
  const unit = power10(working)
  x = (value * power10(halvings)) / 2n ** BigInt(halvings)
  let sum = unit
  let term = unit
  for (let n = 1n; term !== 0n; n++) {
    term = (term * x) / (unit * n)
    sum += term
  }
  for (let at = 0; at < halvings; at++) sum = (sum * sum) / unit
  return sum / power10(halvings)
}

const rootFixed = (value: bigint, scale: number): bigint => {
  const target = value * power10(scale)
  let root = 1n << BigInt((target.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + target / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** ln of a positive fixed-point number near 1: roots until close, then the series of atanh. */
const lnNear = (value: bigint, scale: number): bigint => {
  const unit = power10(scale)
  let roots = 0
  let x = value
  while (abs(x - unit) > unit / 100n) {
    x = rootFixed(x, scale)
    roots++
  }
  const ratio = ((x - unit) * unit) / (x + unit)
  const square = (ratio * ratio) / unit
  let sum = 0n
  let term = ratio
  for (let n = 1n; term !== 0n; n += 2n) {
    sum += term / n
    term = (term * square) / unit
  }
  return sum * 2n * 2n ** BigInt(roots)
}

/** ln of a positive decimal, to so many digits behind the point and some more. */
const lnFixed = (a: Decimal, scale: number): bigint => {
  const exponent = String(a.digits).length - 1 - a.scale
  const mantissa = fix({ digits: a.digits, scale: Math.max(0, a.scale + exponent) }, scale)
  const normal =
    a.scale + exponent < 0 ? fix({ digits: a.digits * power10(-(a.scale + exponent)), scale: 0 }, scale) : mantissa
  const near = lnNear(normal, scale)
  return exponent === 0 ? near : near + BigInt(exponent) * lnNear(10n * power10(scale), scale)
}

/** estimate_ln_dweight. */
const lnWeight = (a: Decimal): number => {
  if (a.digits <= 0n) return 0
  const tenths = fix({ digits: a.digits * 10n, scale: a.scale }, Math.max(a.scale, 1))
  const unit = power10(Math.max(a.scale, 1))
  if (tenths >= 9n * unit && tenths <= 11n * unit) {
    const difference: Decimal = { digits: a.digits - power10(a.scale), scale: a.scale }
    if (difference.digits === 0n) return 0
    const { weight, group } = leadingGroup(difference)
    return weight * 4 + Math.trunc(Math.log10(group))
  }
  const { weight } = leadingGroup(a)
  const text = String(a.digits)
  const exponent = text.length - 1 - a.scale
  const lead = exponent - weight * 4 + 1
  const taken = text.padEnd(lead + 4, '0').slice(0, lead + 4)
  const estimate = Math.log(Number(taken)) + (weight * 4 - 4) * Math.LN10
  return Math.trunc(Math.log10(Math.abs(estimate)))
}

const toNumber = ({ digits, scale }: Decimal): number => Number(`${digits}e${-scale}`)

const overflow = (): PgError => new PgError('22003', 'value overflows numeric format')

export const decimalExp = (a: Decimal): Decimal => {
  if (a.special !== undefined) return a.special === '-Infinity' ? { digits: 0n, scale: 0 } : a
  const weight = Math.max(-2000, Math.min(2000, toNumber(a) * LOG10_E))
  const scale = boundScale(MIN_SIGNIFICANT - Math.trunc(weight), a.scale)
  if (toNumber(a) >= 6000) throw overflow()
  if (toNumber(a) <= -6000) return { digits: 0n, scale }
  const working = scale + GUARD + Math.max(0, Math.ceil(Math.abs(weight)))
  return rescale({ digits: expFixed(fix(a, working), working), scale: working }, scale)
}

const checkLogarithm = (a: Decimal): void => {
  if (a.special === '-Infinity' || (a.special === undefined && a.digits < 0n))
    throw new PgError('2201E', 'cannot take logarithm of a negative number')
  if (a.special === undefined && a.digits === 0n) throw new PgError('2201E', 'cannot take logarithm of zero')
}

export const decimalLn = (a: Decimal): Decimal => {
  if (a.special === 'NaN') return a
  checkLogarithm(a)
  if (a.special !== undefined) return a
  const scale = boundScale(MIN_SIGNIFICANT - lnWeight(a), a.scale)
  const working = Math.max(scale, a.scale) + GUARD
  return rescale({ digits: lnFixed(a, working), scale: working }, scale)
}

export const decimalLog = (base: Decimal, a: Decimal): Decimal => {
  if (base.special === 'NaN' || a.special === 'NaN') return { special: 'NaN', digits: 0n, scale: 0 }
  checkLogarithm(base)
  checkLogarithm(a)
  if (base.special !== undefined)
    return a.special !== undefined ? { special: 'NaN', digits: 0n, scale: 0 } : { digits: 0n, scale: 0 }
  if (a.special !== undefined) return a
  const scale = boundScale(MIN_SIGNIFICANT - (lnWeight(a) - lnWeight(base)), base.scale, a.scale)
  const working = Math.max(scale, a.scale, base.scale) + GUARD * 2
  const [top, bottom] = [lnFixed(a, working), lnFixed(base, working)]
  if (bottom === 0n) throw new PgError('22012', 'division by zero')
  return divideAt({ digits: top, scale: working }, { digits: bottom, scale: working }, scale)
}

/** power_var_int. */
const integerPower = (base: Decimal, exponent: number, exponentScale: number): Decimal => {
  let weight = 0
  if (base.digits !== 0n) {
    const text = String(abs(base.digits))
    const leading = Number(`${text.slice(0, 17)}`)
    weight = exponent * (Math.log10(leading) + (text.length - Math.min(text.length, 17)) - base.scale)
  }
  if (weight > (131_071 + 1) * 4) throw overflow()
  if (weight + 1 < -1000) return { digits: 0n, scale: 1000 }
  const scale = boundScale(MIN_SIGNIFICANT - Math.trunc(weight), base.scale, exponentScale)
  if (exponent === 0) return { digits: power10(scale), scale }
  if (base.digits === 0n) {
    if (exponent < 0) throw new PgError('22012', 'division by zero')
    return { digits: 0n, scale }
  }
  const count = Math.abs(exponent)
  const significant = Math.ceil(Math.abs(weight)) + scale + GUARD * 2
  let [digits, digitScale] = [1n, 0]
  let [factor, factorScale] = [base.digits, base.scale]
  // Digits beyond what the result can show are cut on the way.
  const cut = (value: bigint, at: number): [bigint, number] => {
    const surplus = String(abs(value)).length - significant
    return surplus > 0 ? [value / power10(surplus), at - surplus] : [value, at]
  }
  for (let left = count; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) [digits, digitScale] = cut(digits * factor, digitScale + factorScale)
    if (left > 1) [factor, factorScale] = cut(factor * factor, factorScale * 2)
  }
  const power: Decimal =
    digitScale < 0 ? { digits: digits * power10(-digitScale), scale: 0 } : { digits, scale: digitScale }
  return exponent > 0 ? bounded(rescale(power, scale)) : divideAt({ digits: 1n, scale: 0 }, power, scale)
}

const signOf = ({ special, digits }: Decimal): number =>
  special === undefined ? Number(digits > 0n) - Number(digits < 0n) : special === 'Infinity' ? 1 : -1

/** A power with an infinite number in it, as POSIX has it. */
const infinitePower = (base: Decimal, exponent: Decimal): Decimal => {
  const [one, none]: [Decimal, Decimal] = [
    { digits: 1n, scale: 0 },
    { digits: 0n, scale: 0 },
  ]
  const infinity: Decimal = { special: 'Infinity', digits: 0n, scale: 0 }
  const [x, y] = [signOf(base), signOf(exponent)]
  const whole = exponent.special !== undefined || exponent.digits % power10(exponent.scale) === 0n
  if (x === 0 && y < 0) throw new PgError('2201F', 'zero raised to a negative power is undefined')
  if (x < 0 && !whole)
    throw new PgError('2201F', 'a negative number raised to a non-integer power yields a complex result')
  const isUnit = base.special === undefined && abs(base.digits) === power10(base.scale)
  if (isUnit && (x > 0 || exponent.special !== undefined)) return one
  if (y === 0) return one
  if (x === 0) return none
  if (exponent.special !== undefined) {
    const large = base.special !== undefined || abs(base.digits) > power10(base.scale)
    return large === y > 0 ? infinity : none
  }
  if (y < 0) return none
  const odd = (exponent.digits / power10(exponent.scale)) % 2n !== 0n
  return x < 0 && odd ? { special: '-Infinity', digits: 0n, scale: 0 } : infinity
}

export const decimalPower = (base: Decimal, exponent: Decimal): Decimal => {
  const one: Decimal = { digits: 1n, scale: 0 }
  const isOne = (a: Decimal): boolean => a.special === undefined && a.digits === power10(a.scale)
  if (base.special === 'NaN') return exponent.special === undefined && exponent.digits === 0n ? one : base
  if (exponent.special === 'NaN') return isOne(base) ? one : exponent
  if (base.special !== undefined || exponent.special !== undefined) return infinitePower(base, exponent)
  const negativeExponent = exponent.digits < 0n
  if (base.digits === 0n && negativeExponent) throw new PgError('2201F', 'zero raised to a negative power is undefined')
  const whole = rescale(exponent, 0)
  const isInteger = whole.digits * power10(exponent.scale) === exponent.digits
  if (isInteger && abs(whole.digits) <= 2_147_483_647n) return integerPower(base, Number(whole.digits), exponent.scale)
  if (base.digits === 0n) return { digits: 0n, scale: MIN_SIGNIFICANT }
  if (base.digits < 0n) {
    if (!isInteger)
      throw new PgError('2201F', 'a negative number raised to a non-integer power yields a complex result')
    throw new PgError('0A000', 'such a power of a negative number is not supported')
  }
  const working = Math.max(base.scale, exponent.scale) + 60
  const logarithm: Decimal = { digits: lnFixed(base, working), scale: working }
  const approximate = toNumber(rescale(logarithm, 30)) * toNumber(exponent)
  if (Math.abs(approximate) > 2000 * 3.01) {
    if (approximate > 0) throw overflow()
    return { digits: 0n, scale: 1000 }
  }
  const weight = approximate * LOG10_E
  const scale = boundScale(MIN_SIGNIFICANT - Math.trunc(weight), base.scale, exponent.scale)
  const precise = scale + GUARD * 2 + Math.ceil(Math.abs(weight))
  const product = multiply(rescale({ digits: lnFixed(base, precise), scale: precise }, precise), exponent)
  const at = precise
  return rescale({ digits: expFixed(fix(product, at), at), scale: at }, scale)
}
