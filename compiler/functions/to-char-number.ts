/** to_char() of numbers. Manual: "Data Type Formatting Functions"; after NUM_processor and its kin in formatting.c. */
import { PgError } from '../../wire/protocol/error.ts'
import type { Value } from '../tree/value.ts'
import { fromNumber, toNumber } from '../types/float.ts'
import { abs, type Decimal, formatDecimal, power10, rescale, toDecimal } from '../types/numeric.ts'
import { type FormatNode, ordinalEnding, parseNumberFormat } from './format-pattern.ts'
import type { Scalars } from './implementation.ts'

/** What a pattern says as a whole (NUMDesc). */
export interface NumberDescription {
  /** Digits before the point, behind it, and what V shifts by. */
  pre: number
  post: number
  multi: number
  sign: 'none' | 'before' | 'behind'
  preBeforeSign: number
  zeroStart: number
  zeroEnd: number
  readonly flags: Set<Flag>
}

type Flag =
  | 'zero'
  | 'blank'
  | 'fill'
  | 'decimal'
  | 'sign'
  | 'plus'
  | 'minus'
  | 'bracket'
  | 'roman'
  | 'multi'
  | 'exponent'

const syntax = (message: string): PgError => new PgError('42601', message)

/** NUMDesc_prepare. @throws PgError 42601 */
export const describeNumber = (nodes: readonly FormatNode[]): NumberDescription => {
  const flags = new Set<Flag>()
  const result: NumberDescription = {
    pre: 0,
    post: 0,
    multi: 0,
    sign: 'none',
    preBeforeSign: 0,
    zeroStart: 0,
    zeroEnd: 0,
    flags,
  }
  const forbid = (message: string, ...given: readonly Flag[]): void => {
    if (given.some((flag) => flags.has(flag))) throw syntax(message)
  }
  for (const node of nodes) {
    if (node.kind === 'text') continue
    const word = node.word.toUpperCase()
    if (word !== 'EEEE') forbid('"EEEE" must be the last pattern used', 'exponent')
    switch (word) {
      case '9':
        forbid('"9" must be ahead of "PR"', 'bracket')
        if (flags.has('multi')) result.multi++
        else if (flags.has('decimal')) result.post++
        else result.pre++
        break
      case '0':
        forbid('"0" must be ahead of "PR"', 'bracket')
        if (!flags.has('zero') && !flags.has('decimal')) {
          flags.add('zero')
          result.zeroStart = result.pre + 1
        }
        if (flags.has('decimal')) result.post++
        else result.pre++
        result.zeroEnd = result.pre + result.post
        break
      case 'B':
        if (result.pre === 0 && result.post === 0 && !flags.has('zero')) flags.add('blank')
        break
      case 'D':
      case '.':
        forbid('multiple decimal points', 'decimal')
        forbid('cannot use "V" and decimal point together', 'multi')
        flags.add('decimal')
        break
      case 'FM':
        flags.add('fill')
        break
      case 'S':
        forbid('cannot use "S" twice', 'sign')
        forbid('cannot use "S" and "PL"/"MI"/"SG"/"PR" together', 'plus', 'minus', 'bracket')
        if (!flags.has('decimal')) {
          result.sign = 'before'
          result.preBeforeSign = result.pre
        } else if (result.sign === 'none') result.sign = 'behind'
        flags.add('sign')
        break
      case 'MI':
        forbid('cannot use "S" and "MI" together', 'sign')
        flags.add('minus')
        break
      case 'PL':
        forbid('cannot use "S" and "PL" together', 'sign')
        flags.add('plus')
        break
      case 'SG':
        forbid('cannot use "S" and "SG" together', 'sign')
        flags.add('minus').add('plus')
        break
      case 'PR':
        forbid('cannot use "PR" and "S"/"PL"/"MI"/"SG" together', 'sign', 'plus', 'minus')
        flags.add('bracket')
        break
      case 'RN':
        forbid('cannot use "RN" twice', 'roman')
        flags.add('roman')
        break
      case 'V':
        forbid('cannot use "V" and decimal point together', 'decimal')
        flags.add('multi')
        break
      case 'EEEE':
        forbid('cannot use "EEEE" twice', 'exponent')
        forbid(
          '"EEEE" is incompatible with other formats',
          ...(['blank', 'fill', 'sign', 'bracket', 'minus', 'plus', 'roman', 'multi'] as const),
        )
        flags.add('exponent')
        break
      default:
    }
  }
  if (flags.has('roman') && [...flags].some((flag) => flag !== 'roman' && flag !== 'fill'))
    throw syntax('"RN" is incompatible with other formats')
  return result
}

const ROMAN = [
  [1000, 'M'],
  [900, 'CM'],
  [500, 'D'],
  [400, 'CD'],
  [100, 'C'],
  [90, 'XC'],
  [50, 'L'],
  [40, 'XL'],
  [10, 'X'],
  [9, 'IX'],
  [5, 'V'],
  [4, 'IV'],
  [1, 'I'],
] as const

const roman = (value: number): string => {
  if (!(value >= 1 && value <= 3999)) return '#'.repeat(15)
  let rest = value
  let text = ''
  for (const [worth, letters] of ROMAN) for (; rest >= worth; rest -= worth) text += letters
  return text
}

/** A number ready to be laid out: its digits, its sign, and the blanks before them. */
interface Prepared {
  readonly digits: string
  readonly sign: '+' | '-' | ''
  readonly blanks: number
}

/** What does not fit before the point shows as `#`. */
const placed = (digits: string, sign: '+' | '-', { pre, post }: NumberDescription): Prepared => {
  const point = digits.indexOf('.')
  const length = point < 0 ? digits.length : point
  if (length > pre) return { digits: `${'#'.repeat(pre)}.${'#'.repeat(post)}`, sign, blanks: 0 }
  return { digits, sign, blanks: pre - length }
}

/** The index of the last digit behind the point that is not zero, or of the point; undefined without a point. */
const lastRelevant = (digits: string): number | undefined => {
  const point = digits.indexOf('.')
  if (point < 0) return undefined
  let last = point
  for (let at = point + 1; at < digits.length; at++) if (digits[at] !== '0') last = at
  return last
}

/** NUM_processor and NUM_numpart_to_char. */
const layOut = (
  nodes: readonly FormatNode[],
  description: NumberDescription,
  { digits, sign, blanks }: Prepared,
): string => {
  const { flags, pre, post, zeroEnd, preBeforeSign } = description
  if (flags.has('exponent')) return digits
  const zeroStart = Math.max(description.zeroStart - 1, 0)
  const fill = flags.has('fill')
  let bracket = flags.has('bracket')
  let signPlace = description.sign
  let signWritten: boolean
  if (flags.has('plus') || flags.has('minus')) signWritten = !(flags.has('plus') && !flags.has('minus'))
  else {
    if (sign !== '-' && bracket && fill) bracket = false
    signWritten = sign === '+' && fill && !flags.has('sign')
    if (signPlace === 'before' && pre === preBeforeSign) signPlace = 'behind'
  }
  let count = post + pre - 1
  let relevant: number | undefined
  if (fill && flags.has('decimal')) {
    relevant = lastRelevant(digits)
    if (relevant !== undefined && zeroEnd > blanks)
      relevant = Math.max(relevant, Math.min(digits.length - 1, zeroEnd - blanks))
  }
  if (!signWritten && blanks === 0) count++
  let out = ''
  let inNumber = false
  let current = 0
  let at = 0
  const atPoint = (): boolean => relevant !== undefined && digits[relevant] === '.'
  /** `9.9` shows 0.1 as ` .1`. */
  const blankBeforePoint = (): boolean => !flags.has('zero') && at === 0 && digits[0] === '0' && post !== 0
  const part = (isZero: boolean): void => {
    inNumber = false
    const begins = current >= blanks || (flags.has('zero') && zeroStart === current)
    if (!signWritten && begins && (!blankBeforePoint() || atPoint())) {
      if (flags.has('sign')) {
        if (signPlace === 'before') {
          out += sign === '-' ? '-' : '+'
          signWritten = true
        }
      } else if (bracket) {
        out += sign === '+' ? ' ' : '<'
        signWritten = true
      } else if (sign === '+') {
        if (!fill) out += ' '
        signWritten = true
      } else if (sign === '-') {
        out += '-'
        signWritten = true
      }
    }
    if (current < blanks && (zeroStart > current || !flags.has('zero'))) {
      if (!fill) out += ' '
    } else if (flags.has('zero') && current < blanks && zeroStart <= current) {
      out += '0'
      inNumber = true
    } else {
      if (digits[at] === '.') {
        if (relevant === undefined || !atPoint() || fill) out += '.'
      } else if (relevant !== undefined && at > relevant && !isZero) {
        // Zeros that FM leaves out.
      } else if (blankBeforePoint()) {
        if (!fill) out += ' '
        else if (atPoint()) out += '0'
      } else {
        out += digits[at] ?? ''
        inNumber = true
      }
      if (at < digits.length) at++
    }
    let end = count + (blanks > 0 ? 1 : 0) + (flags.has('decimal') ? 1 : 0)
    if (relevant !== undefined && relevant === at) end = current
    if (current + 1 === end) {
      if (signWritten && bracket) out += sign === '+' ? ' ' : '>'
      else if (flags.has('sign') && signPlace === 'behind') out += sign === '-' ? '-' : '+'
    }
    current++
  }
  for (const node of nodes) {
    if (node.kind === 'text') {
      out += node.text
      continue
    }
    switch (node.word.toUpperCase()) {
      case '9':
      case '0':
      case '.':
      case 'D':
        if (!flags.has('roman')) part(node.word === '0')
        break
      case ',':
      case 'G':
        if (inNumber) out += ','
        else if (!fill) out += ' '
        break
      case 'L':
        out += ' '
        break
      case 'RN': {
        const text = node.word === 'rn' ? digits.toLowerCase() : digits
        out += fill ? text : text.padStart(15)
        break
      }
      case 'TH':
        if (!flags.has('roman') && digits[0] !== '#' && sign !== '-' && !flags.has('decimal'))
          out += ordinalEnding(digits, node.word === 'TH')
        break
      case 'MI':
        if (sign === '-') out += '-'
        else if (!fill) out += ' '
        break
      case 'PL':
        if (sign === '+') out += '+'
        else if (!fill) out += ' '
        break
      case 'SG':
        out += sign
        break
      default:
    }
  }
  return out
}

const signed = (text: string): { readonly digits: string; readonly sign: '+' | '-' } =>
  text.startsWith('-') ? { digits: text.slice(1), sign: '-' } : { digits: text, sign: '+' }

/** What EEEE shows of a value that has no digits. */
const noExponent = ({ pre, post }: NumberDescription): string =>
  ` ${'#'.repeat(pre)}.${'#'.repeat(Math.max(post + 4, 0))}`

/** numeric_out_sci: one digit before the point; what rounds up to ten stays so. */
const scientific = (value: Decimal, scale: number): string => {
  const { digits } = value
  const exponent = digits === 0n ? 0 : String(abs(digits)).length - 1 - value.scale
  const shifted: Decimal = { digits, scale: value.scale + exponent }
  const significand = rescale(
    shifted.scale < 0 ? { digits: digits * power10(-shifted.scale), scale: 0 } : shifted,
    scale,
  )
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  return `${formatDecimal(significand)}e${power}`
}

const withFormat = (pattern: string, prepare: (description: NumberDescription) => Prepared | string): string => {
  if (pattern === '') return ''
  const nodes = parseNumberFormat(pattern)
  const description = describeNumber(nodes)
  const prepared = prepare(description)
  if (typeof prepared !== 'string') return layOut(nodes, description, prepared)
  return layOut(nodes, description, { digits: prepared, sign: '', blanks: 0 })
}

const formatNumeric = (value: Decimal, pattern: string): string =>
  withFormat(pattern, (description) => {
    const { flags } = description
    if (flags.has('roman')) {
      const whole = value.special === undefined ? rescale(value, 0).digits : -1n
      return roman(whole >= 1n && whole <= 3999n ? Number(whole) : 0)
    }
    if (flags.has('exponent')) {
      if (value.special !== undefined) return noExponent(description)
      const text = scientific(value, description.post)
      return text.startsWith('-') ? text : ` ${text}`
    }
    let shifted = value
    if (flags.has('multi')) {
      if (value.special === undefined)
        shifted = { digits: value.digits * power10(description.multi), scale: value.scale }
      description.pre += description.multi
    }
    const text = formatDecimal(shifted.special === undefined ? rescale(shifted, description.post) : shifted)
    const { digits, sign } = signed(text)
    return placed(digits, sign, description)
  })

/** @param bits of the type; an int4 wraps around where V shifts it, an int8 must not */
const formatInteger = (value: bigint, pattern: string, bits: 32 | 64): string =>
  withFormat(pattern, (description) => {
    const { flags, post } = description
    if (flags.has('roman')) return roman(value >= 1n && value <= 3999n ? Number(value) : 0)
    if (flags.has('exponent')) {
      const text = scientific({ digits: value, scale: 0 }, post)
      return text.startsWith('-') ? text : ` ${text}`
    }
    let shifted = value
    if (flags.has('multi')) {
      shifted = BigInt.asIntN(bits, value * power10(description.multi))
      if (bits === 64 && shifted !== value * power10(description.multi))
        throw new PgError('22003', 'bigint out of range')
      description.pre += description.multi
    }
    const { digits, sign } = signed(String(shifted))
    return placed(post > 0 ? `${digits}.${'0'.repeat(post)}` : digits, sign, description)
  })

/** The exact digits of a double, rounded half to even as printf does. */
const fixed = (value: number, places: number): string => {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-Infinity' : 'Infinity'
  if (value === 0) return `${Object.is(value, -0) ? '-' : ''}${(0).toFixed(places)}`
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, Math.abs(value))
  const bits = view.getBigUint64(0)
  const exponent = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xf_ffff_ffff_ffffn
  const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n)
  const shift = Math.max(exponent, 1) - 1075
  // value = mantissa * 2^shift; scaled by 10^places and divided with the rest looked at.
  const top = mantissa * power10(places) * (shift > 0 ? 1n << BigInt(shift) : 1n)
  const bottom = shift < 0 ? 1n << BigInt(-shift) : 1n
  let whole = top / bottom
  const twice = (top % bottom) * 2n
  if (twice > bottom || (twice === bottom && whole % 2n === 1n)) whole++
  return `${value < 0 ? '-' : ''}${formatDecimal({ digits: whole, scale: places })}`
}

/** Digits that a float type surely has. */
const DIGITS = { float4: 6, float8: 15 } as const

const formatFloat = (given: Value, pattern: string, type: keyof typeof DIGITS): string =>
  withFormat(pattern, (description) => {
    const value = toNumber(given)
    const { flags } = description
    if (flags.has('roman')) {
      const rounded = Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value)
      return roman(rounded)
    }
    if (flags.has('exponent')) {
      if (!Number.isFinite(value)) return noExponent(description)
      const [significand = '', exponent = '+0'] = value.toExponential(Math.min(description.post, 100)).split('e')
      const power = `${exponent[0]}${exponent.slice(1).padStart(2, '0')}`
      return `${value < 0 || Object.is(value, -0) ? '' : ' '}${significand}e${power}`
    }
    let shifted = value
    if (flags.has('multi')) {
      shifted = value * 10 ** description.multi
      if (type === 'float4') shifted = Math.fround(shifted)
      description.pre += description.multi
    }
    const length = fixed(Math.abs(shifted), 0).length
    const most = DIGITS[type]
    if (length >= most) description.post = 0
    else if (length + description.post > most) description.post = most - length
    const { digits, sign } = signed(fixed(shifted, description.post))
    return placed(digits, sign, description)
  })

export const numberFormatting: Scalars = {
  int4_to_char: (value: bigint, pattern: string) => formatInteger(value, pattern, 32),
  int8_to_char: (value: bigint, pattern: string) => formatInteger(value, pattern, 64),
  numeric_to_char: (value: string, pattern: string) => formatNumeric(toDecimal(value), pattern),
  float4_to_char: (value: Value, pattern: string) =>
    formatFloat(fromNumber(Math.fround(toNumber(value))), pattern, 'float4'),
  float8_to_char: (value: Value, pattern: string) => formatFloat(value, pattern, 'float8'),
}
