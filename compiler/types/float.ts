/**
 * float4 and float8: JavaScript's number; NaN is the text 'NaN', because SQLite would make NULL of it.
 * Manual: "Floating-Point Types".
 */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'

/** The number that a stored float is. */
export const toNumber = (value: Value): number => (value === 'NaN' ? Number.NaN : Number(value))

/** A number as it is stored. */
export const fromNumber = (value: number): number | 'NaN' => (Number.isNaN(value) ? 'NaN' : value)

const SPELLINGS: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  infinity: Number.POSITIVE_INFINITY,
  '+infinity': Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-infinity': Number.NEGATIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
}

const parse = (text: string, type: string): { readonly value: number; readonly digits: boolean } => {
  const trimmed = text.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, '')
  const named = SPELLINGS[trimmed.toLowerCase()]
  if (named !== undefined) return { value: named, digits: false }
  if (/^[+-]?0x[0-9a-f]+$/i.test(trimmed)) {
    const negative = trimmed.startsWith('-')
    const magnitude = Number(trimmed.replace(/^[+-]/, ''))
    return { value: negative ? -magnitude : magnitude, digits: /[1-9a-f]/i.test(trimmed.slice(2)) }
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed))
    throw new PgError('22P02', `invalid input syntax for type ${type}: "${text}"`)
  return { value: Number(trimmed), digits: /[1-9]/.test(trimmed.split(/e/i)[0] ?? '') }
}

export const float8In = (text: string): Value => {
  const { value, digits } = parse(text, 'double precision')
  if (digits && (value === 0 || !Number.isFinite(value)))
    throw new PgError('22003', `"${text.trim()}" is out of range for type double precision`)
  return fromNumber(value)
}

export const float4In = (text: string): Value => {
  const { value, digits } = parse(text, 'real')
  const single = Math.fround(value)
  if (digits && (single === 0 || !Number.isFinite(single)))
    throw new PgError('22003', `"${text.trim()}" is out of range for type real`)
  return fromNumber(single)
}

/** Digits and decimal exponent as PostgreSQL lays them out: plain between 1e-4 and 10^`limit`. */
const layOut = (exponential: string, limit: number): string => {
  const [mantissa = '', power = '0'] = exponential.split('e')
  const exponent = Number(power)
  const negative = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '')
  if (exponent < -4 || exponent >= limit) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
    const sign = exponent < 0 ? '-' : '+'
    return `${negative}${digits[0]}${fraction}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  if (exponent < 0) return `${negative}0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const fraction = digits.slice(exponent + 1)
  return `${negative}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const special = (value: number): string | undefined => {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return 'Infinity'
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  return undefined
}

/** C's `%.*g`. */
const general = (value: number, precision: number): string => {
  const digits = value.toExponential(precision - 1)
  const exponent = Number(digits.split('e')[1])
  const strip = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  if (exponent < -4 || exponent >= precision) {
    const [mantissa = ''] = digits.split('e')
    const sign = exponent < 0 ? '-' : '+'
    return `${strip(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return strip(value.toFixed(Math.max(0, precision - 1 - exponent)))
}

/** Where decimals end that read as a number: half-way to the next double. Only large ones have that in 17 digits. */
const SMALLEST_SHORT_MIDPOINT = 2 ** 53

/** Whether a decimal of exponential form lies exactly between a large double and its neighbour. */
const isMidpoint = (text: string, value: number): boolean => {
  const magnitude = Math.abs(value)
  if (magnitude < SMALLEST_SHORT_MIDPOINT) return false
  const [mantissa = '', power = '0'] = text.replace('-', '').split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const scale = Number(power) - fraction.length
  if (scale < 0) return false
  const ulp = 2 ** (Math.floor(Math.log2(magnitude)) - 52)
  const decimal = BigInt(whole + fraction) * 10n ** BigInt(scale)
  const distance = decimal - BigInt(magnitude)
  // Below a power of two the next double is only half as far away.
  const gap = distance < 0n && Number.isInteger(Math.log2(magnitude)) ? ulp / 2 : ulp
  return (distance < 0n ? -distance : distance) * 2n === BigInt(gap)
}

/**
 * The shortest decimal that reads as the number, and as no other whichever way a tie is rounded: PostgreSQL's Ryu leaves
 * the ends of the interval out (common/d2s.c), JavaScript takes them.
 */
const shortest = (value: number): string => {
  const text = value.toExponential()
  if (!isMidpoint(text, value)) return text
  for (let digits = text.replace(/e.*|\D/g, '').length - 1; digits < 17; digits++) {
    const longer = value.toExponential(digits)
    if (Number(longer) === value && !isMidpoint(longer, value)) return longer
  }
  return text
}

/** @param extraDigits the setting extra_float_digits */
export const float8Out = (value: Value, extraDigits = 1): string => {
  const number = toNumber(value)
  const named = special(number)
  if (named !== undefined) return named
  if (extraDigits <= 0) return general(number, Math.max(1, 15 + extraDigits))
  return layOut(shortest(number), 15)
}

/** The singles on both sides of one that is above zero. */
const neighbours = (value: number): readonly [below: number, above: number] => {
  const single = new Float32Array([value])
  const bits = new Uint32Array(single.buffer)
  const at = bits[0] ?? 0
  const ofPattern = (pattern: number): number => {
    bits[0] = pattern
    return single[0] ?? 0
  }
  // Above the greatest single is what the next would be.
  return [ofPattern(at - 1), at >= 0x7f7fffff ? 2 ** 128 : ofPattern(at + 1)]
}

/** A number to so many digits behind the first; of two that are as near, the even one, where JavaScript takes the larger. */
const rounded = (value: number, digits: number): string => {
  const [exact = '', power] = value.toExponential(100).split('e')
  const whole = exact.replace('.', '')
  const last = Number(whole[digits])
  if (last % 2 === 1 || !/^50*$/.test(whole.slice(digits + 1))) return value.toExponential(digits)
  return `${exact.slice(0, digits === 0 ? 1 : digits + 2)}e${power}`
}

/** The shortest decimal within the interval of a single, its ends left out (common/f2s.c). */
const shortestSingle = (value: number): string => {
  const magnitude = Math.abs(value)
  const [below, above] = neighbours(magnitude)
  for (let digits = 0; digits < 9; digits++) {
    const text = rounded(magnitude, digits)
    const decimal = Number(text)
    if (decimal > (below + magnitude) / 2 && decimal < (magnitude + above) / 2)
      return `${value < 0 ? '-' : ''}${text.replace(/\.?0+e/, 'e')}`
  }
  return value.toExponential(8)
}

/** @param extraDigits the setting extra_float_digits */
export const float4Out = (value: Value, extraDigits = 1): string => {
  const number = toNumber(value)
  const named = special(number)
  if (named !== undefined) return named
  if (extraDigits <= 0) return general(number, Math.max(1, 6 + extraDigits))
  return layOut(shortestSingle(number), 6)
}

/** PostgreSQL's order: NaN equals itself and is above everything else. */
export const compareFloats = (left: Value, right: Value): number => {
  const [a, b] = [toNumber(left), toNumber(right)]
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  if (Number.isNaN(b)) return -1
  return a < b ? -1 : a > b ? 1 : 0
}
