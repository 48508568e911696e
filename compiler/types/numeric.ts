/**
 * numeric: exact decimal numbers, stored as the text that PostgreSQL prints, `1.50`, so that nothing of the display
 * scale is lost. Comparing, sorting and grouping go by `numericKey`. Manual: "Arbitrary Precision Numbers"; the
 * scales of results are those of numeric.c.
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'

/** `digits` × 10^-`scale`, or one of the three values that are no numbers. */
export interface Decimal {
  readonly special?: 'NaN' | 'Infinity' | '-Infinity'
  readonly digits: bigint
  readonly scale: number
}

export const NAN: Decimal = { special: 'NaN', digits: 0n, scale: 0 }
export const INFINITY: Decimal = { special: 'Infinity', digits: 0n, scale: 0 }
export const NEGATIVE_INFINITY: Decimal = { special: '-Infinity', digits: 0n, scale: 0 }

const SPECIALS: Readonly<Record<string, Decimal>> = {
  nan: NAN,
  infinity: INFINITY,
  inf: INFINITY,
  '+infinity': INFINITY,
  '+inf': INFINITY,
  '-infinity': NEGATIVE_INFINITY,
  '-inf': NEGATIVE_INFINITY,
}

const POWERS: bigint[] = []
export const power10 = (exponent: number): bigint => {
  POWERS[exponent] ??= 10n ** BigInt(exponent)
  return POWERS[exponent] as bigint
}

export const abs = (value: bigint): bigint => (value < 0n ? -value : value)

const MAX_WEIGHT = 131_072
const MAX_SCALE = 16_383

/** @throws PgError 22003 beyond what the type can hold */
export const bounded = (value: Decimal): Decimal => {
  if (value.special === undefined && String(abs(value.digits)).length - value.scale > MAX_WEIGHT)
    throw new PgError('22003', 'value overflows numeric format')
  return value
}

/** Digits behind the point, rounded half away from zero; more scale adds zeros. */
export const rescale = ({ digits, scale }: Decimal, to: number): Decimal => {
  if (to >= scale) return { digits: digits * power10(to - scale), scale: to }
  const unit = power10(scale - to)
  const half = unit / 2n
  const rounded = digits >= 0n ? (digits + half) / unit : -((-digits + half) / unit)
  return to >= 0 ? { digits: rounded, scale: to } : { digits: rounded * power10(-to), scale: 0 }
}

export const truncateScale = ({ digits, scale }: Decimal, to: number): Decimal => {
  if (to >= scale) return { digits: digits * power10(to - scale), scale: to }
  const cut = digits / power10(scale - to)
  return to >= 0 ? { digits: cut, scale: to } : { digits: cut * power10(-to), scale: 0 }
}

const NUMBER = /^([+-]?)(\d(?:_?\d)*)?(?:\.(\d(?:_?\d)*)?)?(?:[eE]([+-]?\d(?:_?\d)*))?$/

/** numeric_in. @throws PgError 22P02, 22003 */
export const parseDecimal = (text: string): Decimal => {
  const trimmed = text.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, '')
  const special = SPECIALS[trimmed.toLowerCase()]
  if (special !== undefined) return special
  const based = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)$/.exec(trimmed)
  if (based !== null) {
    const magnitude = BigInt((based[2] ?? '').replaceAll('_', ''))
    return { digits: based[1] === '-' ? -magnitude : magnitude, scale: 0 }
  }
  const match = NUMBER.exec(trimmed)
  const whole = (match?.[2] ?? '').replaceAll('_', '')
  const fraction = (match?.[3] ?? '').replaceAll('_', '')
  if (match === null || whole + fraction === '')
    throw new PgError('22P02', `invalid input syntax for type numeric: "${text}"`)
  const exponent = Number((match[4] ?? '0').replaceAll('_', ''))
  if (Math.abs(exponent) > 1_073_741_823) throw new PgError('22P02', `invalid input syntax for type numeric: "${text}"`)
  const digits = BigInt(whole + fraction)
  const scale = fraction.length - exponent
  if (digits !== 0n && String(digits).length - scale > MAX_WEIGHT)
    throw new PgError('22003', 'value overflows numeric format')
  const signed = match[1] === '-' ? -digits : digits
  if (scale < 0) return { digits: digits === 0n ? 0n : signed * power10(-scale), scale: 0 }
  return scale > MAX_SCALE ? rescale({ digits: signed, scale }, MAX_SCALE) : { digits: signed, scale }
}

export const formatDecimal = ({ special, digits, scale }: Decimal): string => {
  if (special !== undefined) return special
  if (scale === 0) return String(digits)
  const text = String(abs(digits)).padStart(scale + 1, '0')
  return `${digits < 0n ? '-' : ''}${text.slice(0, -scale)}.${text.slice(-scale)}`
}

/** A stored numeric; the text is canonical, so nothing needs checking. */
export const toDecimal = (value: Value): Decimal => {
  const text = String(value)
  const point = text.indexOf('.')
  if (point < 0) return SPECIALS[text.toLowerCase()] ?? { digits: BigInt(text), scale: 0 }
  return { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 }
}

/** Applies `numeric(precision, scale)`. @throws PgError 22003 "numeric field overflow" */
export const applyTypmod = (value: Decimal, typmod: number): Decimal => {
  if (typmod < 4) return value
  const precision = ((typmod - 4) >> 16) & 0xffff
  const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024
  if (value.special === 'NaN') return value
  const overflow = (): PgError =>
    new PgError('22003', 'numeric field overflow', {
      detail:
        value.special !== undefined
          ? `A field with precision ${precision}, scale ${scale} cannot hold an infinite value.`
          : `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${
              precision === scale ? '1' : `10^${precision - scale}`
            }.`,
    })
  if (value.special !== undefined) throw overflow()
  const rounded = rescale(value, scale)
  const weight = rounded.digits === 0n ? 0 : String(abs(rounded.digits)).length - rounded.scale
  if (rounded.digits !== 0n && weight > precision - scale) throw overflow()
  return rounded
}

const sameScale = (a: Decimal, b: Decimal): [bigint, bigint, number] => {
  const scale = Math.max(a.scale, b.scale)
  return [a.digits * power10(scale - a.scale), b.digits * power10(scale - b.scale), scale]
}

const RANK = { '-Infinity': 0, Infinity: 2, NaN: 3 } as const

export const compareDecimals = (a: Decimal, b: Decimal): number => {
  if (a.special !== undefined || b.special !== undefined) {
    const rank = ({ special }: Decimal): number => (special === undefined ? 1 : RANK[special])
    return Math.sign(rank(a) - rank(b))
  }
  const [left, right] = sameScale(a, b)
  return left < right ? -1 : left > right ? 1 : 0
}

/** What a sum, product or difference of values that are no numbers is. */
const asNumber = ({ special, digits }: Decimal): number =>
  special === undefined ? (digits > 0n ? 1 : digits < 0n ? -1 : 0) : Number(special)
const fromSpecial = (value: number): Decimal =>
  Number.isNaN(value) ? NAN : value > 0 ? INFINITY : value < 0 ? NEGATIVE_INFINITY : { digits: 0n, scale: 0 }
const isSpecial = (a: Decimal, b: Decimal): boolean => a.special !== undefined || b.special !== undefined

export const add = (a: Decimal, b: Decimal): Decimal => {
  if (isSpecial(a, b)) return fromSpecial(asNumber(a) + asNumber(b))
  const [left, right, scale] = sameScale(a, b)
  return bounded({ digits: left + right, scale })
}

export const negate = (a: Decimal): Decimal =>
  a.special !== undefined ? fromSpecial(-asNumber(a)) : { ...a, digits: -a.digits }

export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b))

export const multiply = (a: Decimal, b: Decimal): Decimal => {
  if (isSpecial(a, b)) return fromSpecial(asNumber(a) * asNumber(b))
  const product = { digits: a.digits * b.digits, scale: a.scale + b.scale }
  return bounded(product.scale > MAX_SCALE ? rescale(product, MAX_SCALE) : product)
}

/** Position of the first digit in groups of four, and that group: what numeric.c plans its scales with. */
export const leadingGroup = ({ digits, scale }: Decimal): { readonly weight: number; readonly group: number } => {
  if (digits === 0n) return { weight: 0, group: 0 }
  const text = String(abs(digits))
  const exponent = text.length - 1 - scale
  const weight = Math.floor(exponent / 4)
  return { weight, group: Number(text.slice(0, exponent - weight * 4 + 1).padEnd(exponent - weight * 4 + 1, '0')) }
}

const MIN_SIGNIFICANT = 16
export const boundScale = (scale: number, ...least: number[]): number => Math.min(Math.max(scale, ...least, 0), 1000)

/** Digits behind the point of a quotient: numeric.c's select_div_scale. */
export const divisionScale = (a: Decimal, b: Decimal): number => {
  const [left, right] = [leadingGroup(a), leadingGroup(b)]
  const weight = left.weight - right.weight - (left.group <= right.group ? 1 : 0)
  return boundScale(MIN_SIGNIFICANT - weight * 4, a.scale, b.scale)
}

/** Quotient of two bigints to `scale` digits, rounded half away from zero. */
export const divideAt = (a: Decimal, b: Decimal, scale: number): Decimal => {
  const shift = scale + 1 + b.scale - a.scale
  const numerator = shift >= 0 ? a.digits * power10(shift) : a.digits
  const denominator = shift >= 0 ? b.digits : b.digits * power10(-shift)
  return rescale({ digits: numerator / denominator, scale: scale + 1 }, scale)
}

const divisionByZero = (): PgError => new PgError('22012', 'division by zero')

export const divide = (a: Decimal, b: Decimal): Decimal => {
  if (isSpecial(a, b)) {
    if (a.special === 'NaN' || b.special === 'NaN') return NAN
    if (a.special === undefined) return { digits: 0n, scale: 0 }
    if (b.special !== undefined) return NAN
    if (b.digits === 0n) throw divisionByZero()
    return fromSpecial(asNumber(a) * asNumber(b))
  }
  if (b.digits === 0n) throw divisionByZero()
  return bounded(divideAt(a, b, divisionScale(a, b)))
}

/** Quotient without its fraction: div(). */
export const divideTruncated = (a: Decimal, b: Decimal): Decimal => {
  if (isSpecial(a, b)) return divide(a, b)
  if (b.digits === 0n) throw divisionByZero()
  const [left, right] = sameScale(a, b)
  return { digits: left / right, scale: 0 }
}

export const modulo = (a: Decimal, b: Decimal): Decimal => {
  if (isSpecial(a, b)) {
    if (a.special !== undefined) {
      if (b.special === undefined && b.digits === 0n && a.special !== 'NaN') throw divisionByZero()
      return NAN
    }
    return b.special === 'NaN' ? NAN : a
  }
  if (b.digits === 0n) throw divisionByZero()
  const [left, right, scale] = sameScale(a, b)
  return { digits: left % right, scale }
}

const integerRoot = (value: bigint): bigint => {
  if (value < 2n) return value
  let root = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const next = (root + value / root) >> 1n
    if (next >= root) return root
    root = next
  }
}

/** @param at digits behind the point; those that numeric.c chooses otherwise */
export const squareRoot = (a: Decimal, at?: number): Decimal => {
  if (a.special === 'NaN' || a.special === 'Infinity') return a
  if (a.special !== undefined || a.digits < 0n)
    throw new PgError('2201F', 'cannot take square root of a negative number')
  const scale = at ?? boundScale(MIN_SIGNIFICANT - (leadingGroup(a).weight * 2 + 1), a.scale)
  const shift = 2 * (scale + 1) - a.scale
  const scaled = shift >= 0 ? a.digits * power10(shift) : a.digits / power10(-shift)
  return rescale({ digits: integerRoot(scaled), scale: scale + 1 }, scale)
}

/** @param text of a float: numeric gets the digits that a float is printed with */
export const decimalOfInteger = (value: bigint): Decimal => ({ digits: value, scale: 0 })

/** Rounds half away from zero to an integer. @throws PgError 0A000 for NaN and infinities */
export const toInteger = (value: Decimal, type: string): bigint => {
  if (value.special === 'NaN') throw new PgError('0A000', `cannot convert NaN to ${type}`)
  if (value.special !== undefined) throw new PgError('0A000', `cannot convert infinity to ${type}`)
  return rescale(value, 0).digits
}

/** Text that sorts as the numbers do, whatever their scales. */
export const numericKey = (value: Value): string => {
  const { special, digits, scale } = toDecimal(value)
  if (special !== undefined) return special === 'NaN' ? '5' : special === 'Infinity' ? '4' : '0'
  if (digits === 0n) return '2'
  const text = String(abs(digits))
  const exponent = text.length - scale + 200_000
  const significant = text.replace(/0+$/, '')
  if (digits > 0n) return `3${String(exponent).padStart(6, '0')}${significant}`
  const complement = significant.replace(/\d/g, (digit) => String(9 - Number(digit)))
  return `1${String(999_999 - exponent).padStart(6, '0')}${complement}~`
}
