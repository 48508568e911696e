/** numeric as PostgreSQL stores it: a header, then groups of four decimal digits. After make_result (numeric.c). */
import type { Stored } from '../../binary/binary.ts'
import { sendNumeric } from '../../binary/numeric.ts'

const NEGATIVE = 0x4000
/** Signs from here on are those of NaN and the infinities, which have neither digits nor scale. */
const SPECIAL = 0xc000
const SHORT = 0x8000
const SHORT_NEGATIVE = 0x2000
const SHORT_SCALE_MAX = 0x3f
const SHORT_SCALE_SHIFT = 7
const SHORT_WEIGHT = { min: -0x40, max: 0x3f, sign: 0x40, bits: 0x3f }

export const numericDatum = (value: Stored): Buffer => {
  const sent = sendNumeric(value)
  const [weight, sign, scale] = [sent.readInt16BE(2), sent.readUInt16BE(4), sent.readUInt16BE(6)]
  const groups = Buffer.from(sent.subarray(8)).swap16()
  if (sign >= SPECIAL) return word(sign)
  if (scale > SHORT_SCALE_MAX || weight < SHORT_WEIGHT.min || weight > SHORT_WEIGHT.max)
    return Buffer.concat([word(sign | scale), word(weight & 0xffff), groups])
  const signs = (sign === NEGATIVE ? SHORT_NEGATIVE : 0) | (weight < 0 ? SHORT_WEIGHT.sign : 0)
  return Buffer.concat([word(SHORT | signs | (scale << SHORT_SCALE_SHIFT) | (weight & SHORT_WEIGHT.bits)), groups])
}

const word = (value: number): Buffer => {
  const buffer = Buffer.alloc(2)
  buffer.writeUInt16LE(value)
  return buffer
}
