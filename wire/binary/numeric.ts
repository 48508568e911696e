/** numeric in binary format: groups of four decimal digits, after numeric_send and numeric_recv (numeric.c). */
import type { Value } from '../../compiler/tree/value.ts'
import { type Decimal, formatDecimal, toDecimal } from '../../compiler/types/numeric.ts'
import { PgError } from '../protocol/error.ts'
import type { BodyReader } from '../protocol/frame.ts'

const POSITIVE = 0x0000
const NEGATIVE = 0x4000
/** The scales that a stored numeric has room for (NUMERIC_DSCALE_MASK). */
const MAX_SCALE = 0x3fff
/** What stands in the place of the scale where PostgreSQL's header of infinite values has other bits. */
const INFINITE_SCALE = 0x20
const SPECIAL: Readonly<Record<string, number>> = { NaN: 0xc000, Infinity: 0xd000, '-Infinity': 0xf000 }

/** Groups of four decimal digits; the weight is that of the first one. */
export const sendNumeric = (value: Value): Buffer => {
  const { special, digits, scale } = toDecimal(value)
  if (special !== undefined) return words([0, 0, SPECIAL[special] ?? 0, special === 'NaN' ? 0 : INFINITE_SCALE], [])
  const text = String(digits < 0n ? -digits : digits).padStart(scale + 1, '0')
  const whole = text.slice(0, text.length - scale)
  const fraction = text.slice(text.length - scale)
  const padded = whole.padStart(Math.ceil(whole.length / 4) * 4, '0') + fraction.padEnd(Math.ceil(scale / 4) * 4, '0')
  const groups = (padded.match(/.{4}/g) ?? []).map(Number)
  let weight = Math.ceil(whole.length / 4) - 1
  while (groups[0] === 0) {
    groups.shift()
    weight--
  }
  while (groups.at(-1) === 0) groups.pop()
  if (groups.length === 0) weight = 0
  return words([groups.length, weight, digits < 0n ? NEGATIVE : POSITIVE, scale], groups)
}

const words = (header: readonly [number, number, number, number], groups: readonly number[]): Buffer => {
  const buffer = Buffer.alloc(8 + groups.length * 2)
  for (const [at, word] of [...header, ...groups].entries()) buffer.writeUInt16BE(word & 0xffff, at * 2)
  return buffer
}

const invalid = (what: string): PgError => new PgError('22P03', `invalid ${what} in external "numeric" value`)

/** @throws PgError 22P03, 08P01 */
export const receiveNumeric = (reader: BodyReader): string => {
  const [count, weight, sign, scale] = [reader.uint16(), reader.int16(), reader.uint16(), reader.uint16()]
  const special = Object.entries(SPECIAL).find(([, code]) => code === sign)?.[0] as Decimal['special']
  if (special === undefined && sign !== POSITIVE && sign !== NEGATIVE) throw invalid('sign')
  if (scale > MAX_SCALE) throw invalid('scale')
  let digits = 0n
  for (let at = 0; at < count; at++) {
    const group = reader.int16()
    if (group < 0 || group > 9999) throw invalid('digit')
    digits = digits * 10_000n + BigInt(group)
  }
  if (special !== undefined) return special
  // The last group stands for so many powers of ten; digits beyond the scale are cut off.
  const shift = (weight - count + 1) * 4 + scale
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  return formatDecimal({ digits: sign === NEGATIVE ? -value : value, scale })
}
