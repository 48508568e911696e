/** format(). Manual: "String Functions and Operators", "format"; after text_format (varlena.c). */
import { PgError } from '../../wire/protocol/error.ts'
import { OID } from '../catalog/oid.ts'
import type { Value } from '../tree/value.ts'
import { codecOf } from '../types/codec.ts'
import { quoteIdentifier } from '../types/identifier.ts'
import { INT4, integerIn } from '../types/integer.ts'
import { quoteLiteral } from '../types/literal.ts'
import { characters } from '../types/text.ts'
import type { Call } from './implementation.ts'

const wrong = (message: string, hint?: string): PgError =>
  new PgError('22023', message, hint === undefined ? {} : { hint })

/** Which argument of all, from 1. @throws PgError 22023 */
const placeOf = (digits: string | undefined): number | undefined => {
  if (digits === undefined) return undefined
  if (Number(digits) === 0) throw wrong('format specifies argument 0, but arguments are numbered from 1')
  return Number(digits)
}

interface Specifier {
  readonly type: string
  readonly place: number | undefined
  readonly isLeft: boolean
  readonly width: number
  /** The width is an argument: which one, or the next. */
  readonly widthPlace: number | 'next' | undefined
  /** How much of the text it takes. */
  readonly size: number
}

/** What follows a percent sign (text_format_parse_format). @throws PgError 22023 */
const specifierAt = (source: string, at: number): Specifier => {
  const spec = /^%(?:(\d+)\$)?(-*)(?:\*(?:(\d+)(\$?))?|(\d+))?([\s\S]?)/u.exec(source.slice(at))
  const [whole = '', index, minus = '', widthIndex, dollar, width = '0', type = ''] = spec ?? []
  const star = /^%(?:\d+\$)?-*\*/.test(whole)
  const place = placeOf(index)
  if (widthIndex !== undefined && dollar === '' && type !== '')
    throw wrong('width argument position must be ended by "$"')
  const widthPlace = star ? (placeOf(widthIndex) ?? 'next') : undefined
  if (type === '') throw wrong('unterminated format() type specifier', 'For a single "%" use "%%".')
  if (!'sIL'.includes(type)) throw wrong(`unrecognized format() type specifier "${type}"`, 'For a single "%" use "%%".')
  return { type, place, isLeft: minus !== '', width: Number(width), widthPlace, size: whole.length }
}

const converted = (call: Call, type: string, value: Value, valueType: number): string => {
  if (value === null) {
    if (type === 'I') throw new PgError('22004', 'null values cannot be formatted as an SQL identifier')
    return type === 'L' ? 'NULL' : ''
  }
  const text = codecOf(call, valueType).output(value, call)
  return type === 'I' ? quoteIdentifier(text) : type === 'L' ? quoteLiteral(text) : text
}

/** @throws PgError 22003, 22004, 22023, 22P02 */
export const format = function (this: Call, pattern: Value, ...values: Value[]): Value {
  if (pattern === null) return null
  const source = String(pattern)
  let result = ''
  /** The argument that comes next, from 1. */
  let next = 1
  const argument = (place: number): { readonly value: Value; readonly type: number } => {
    if (place > values.length) throw wrong('too few arguments for format()')
    next = place + 1
    return { value: values[place - 1] ?? null, type: this.args[place] ?? OID.text }
  }
  const widthFrom = (place: number): number => {
    const { value, type } = argument(place)
    return value === null ? 0 : Number(integerIn(INT4, codecOf(this, type).output(value, this)))
  }
  for (let at = 0; at < source.length; at++) {
    if (source[at] !== '%') {
      result += source[at]
      continue
    }
    if (source[at + 1] === '%') {
      result += '%'
      at++
      continue
    }
    const { type, place, isLeft, width, widthPlace, size } = specifierAt(source, at)
    at += size - 1
    const length = widthPlace === undefined ? width : widthFrom(widthPlace === 'next' ? next : widthPlace)
    if (length <= Number(INT4.min)) throw new PgError('22003', 'number is out of range')
    const { value, type: valueType } = argument(place ?? next)
    const text = converted(this, type, value, valueType)
    const missing = ' '.repeat(Math.max(0, Math.abs(length) - characters(text)))
    result += isLeft || length < 0 ? text + missing : missing + text
  }
  return result
}
