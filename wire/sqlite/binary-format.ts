/**
 * Values in binary format, as a type's send and receive functions have them. Manual: "Formats and Format Codes"; after
 * int8send, numeric_send, array_send … of PostgreSQL's source.
 */
import { OID } from '../../compiler/catalog/oid.ts'
import type { Value } from '../../compiler/tree/value.ts'
import { storeArray } from '../../compiler/types/array.ts'
import { codecOf, loadElements } from '../../compiler/types/codec.ts'
import { loadTimeTz, storeTimeTz } from '../../compiler/types/datetime.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { fromNumber, toNumber } from '../../compiler/types/float.ts'
import { loadInterval, storeInterval } from '../../compiler/types/interval.ts'
import { type Decimal, formatDecimal, toDecimal } from '../../compiler/types/numeric.ts'
import { PgError, unsupported } from '../protocol/error.ts'

type Stored = Exclude<Value, null>

interface Binary {
  send(value: Stored): Buffer
  /** @throws RangeError where there are too few bytes */
  receive(bytes: Buffer): Stored
}

const sized = (size: number, write: (buffer: Buffer) => unknown): Buffer => {
  const buffer = Buffer.alloc(size)
  write(buffer)
  return buffer
}

const integers = (size: 2 | 4 | 8): Binary => ({
  send: (value) =>
    sized(size, (buffer) => {
      if (size === 8) buffer.writeBigInt64BE(value as bigint)
      else buffer.writeIntBE(Number(value), 0, size)
    }),
  receive: (bytes) => (size === 8 ? bytes.readBigInt64BE() : BigInt(bytes.readIntBE(0, size))),
})

const oids: Binary = {
  send: (value) => sized(4, (buffer) => buffer.writeUInt32BE(Number(value))),
  receive: (bytes) => BigInt(bytes.readUInt32BE()),
}

const texts: Binary = {
  send: (value) => Buffer.from(String(value)),
  receive: (bytes) => bytes.toString('utf8'),
}

const POSITIVE = 0x0000
const NEGATIVE = 0x4000
const SPECIAL: Readonly<Record<string, number>> = { NaN: 0xc000, Infinity: 0xd000, '-Infinity': 0xf000 }

/** Groups of four decimal digits; the weight is that of the first one. */
const sendNumeric = (value: Stored): Buffer => {
  const { special, digits, scale } = toDecimal(value)
  const words = (header: readonly [number, number, number, number], groups: readonly number[]): Buffer =>
    sized(8 + groups.length * 2, (buffer) => {
      for (const [at, word] of [...header, ...groups].entries()) buffer.writeUInt16BE(word & 0xffff, at * 2)
    })
  if (special !== undefined) return words([0, 0, SPECIAL[special] ?? 0, 0], [])
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

const receiveNumeric = (bytes: Buffer): Stored => {
  const [count, weight, sign, scale] = [
    bytes.readUInt16BE(0),
    bytes.readInt16BE(2),
    bytes.readUInt16BE(4),
    bytes.readUInt16BE(6),
  ]
  const special = Object.entries(SPECIAL).find(([, code]) => code === sign)?.[0] as Decimal['special']
  if (special !== undefined) return special
  if (sign !== POSITIVE && sign !== NEGATIVE) throw new PgError('22P03', 'invalid sign in external "numeric" value')
  let digits = 0n
  for (let at = 0; at < count; at++) {
    const group = bytes.readUInt16BE(8 + at * 2)
    if (group > 9999) throw new PgError('22P03', 'invalid digit in external "numeric" value')
    digits = digits * 10_000n + BigInt(group)
  }
  // The last group stands for so many powers of ten.
  const exponent = (weight - count + 1) * 4
  const shifted = exponent + scale
  const value = shifted >= 0 ? digits * 10n ** BigInt(shifted) : digits / 10n ** BigInt(-shifted)
  return formatDecimal({ digits: sign === NEGATIVE ? -value : value, scale })
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll('-', ''), 'hex')

const BINARY: Readonly<Record<number, Binary>> = {
  [OID.bool]: {
    send: (value) => Buffer.from([value === 1n ? 1 : 0]),
    receive: (bytes) => (bytes.readUInt8() === 0 ? 0n : 1n),
  },
  [OID.int2]: integers(2),
  [OID.int4]: integers(4),
  [OID.int8]: integers(8),
  [OID.oid]: oids,
  [OID.regclass]: oids,
  [OID.regtype]: oids,
  [OID.regproc]: oids,
  [OID.regprocedure]: oids,
  [OID.regnamespace]: oids,
  [OID.xid]: oids,
  [OID.float4]: {
    send: (value) => sized(4, (buffer) => buffer.writeFloatBE(toNumber(value))),
    receive: (bytes) => fromNumber(bytes.readFloatBE()),
  },
  [OID.float8]: {
    send: (value) => sized(8, (buffer) => buffer.writeDoubleBE(toNumber(value))),
    receive: (bytes) => fromNumber(bytes.readDoubleBE()),
  },
  [OID.numeric]: { send: sendNumeric, receive: receiveNumeric },
  [OID.text]: texts,
  [OID.varchar]: texts,
  [OID.bpchar]: texts,
  [OID.name]: texts,
  [OID.unknown]: texts,
  [OID.char]: texts,
  [OID.json]: texts,
  [OID.jsonb]: {
    send: (value) => Buffer.concat([Buffer.from([1]), Buffer.from(String(value))]),
    receive: (bytes) => {
      if (bytes.readUInt8() !== 1) throw new PgError('XX000', `unsupported jsonb version number ${bytes[0]}`)
      return bytes.subarray(1).toString('utf8')
    },
  },
  [OID.bytea]: { send: (value) => Buffer.from(value as Uint8Array), receive: (bytes) => Uint8Array.from(bytes) },
  [OID.uuid]: {
    send: (value) => hex(String(value)),
    receive: (bytes) => {
      if (bytes.length !== 16) throw new RangeError('a uuid has 16 bytes')
      return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
  },
  [OID.date]: integers(4),
  [OID.time]: integers(8),
  [OID.timestamp]: integers(8),
  [OID.timestamptz]: integers(8),
  [OID.timetz]: {
    send: (value) => {
      const { micros, zone } = loadTimeTz(value)
      return sized(12, (buffer) => buffer.writeInt32BE(-zone, buffer.writeBigInt64BE(micros)))
    },
    receive: (bytes) => storeTimeTz({ micros: bytes.readBigInt64BE(), zone: -bytes.readInt32BE(8) }),
  },
  [OID.interval]: {
    send: (value) => {
      const { months, days, micros } = loadInterval(value)
      return sized(16, (buffer) => {
        buffer.writeBigInt64BE(micros, 0)
        buffer.writeInt32BE(days, 8)
        buffer.writeInt32BE(months, 12)
      })
    },
    receive: (bytes) =>
      storeInterval({ micros: bytes.readBigInt64BE(), days: bytes.readInt32BE(8), months: bytes.readInt32BE(12) }),
  },
}

const sendArray = (env: Environment, type: number, element: number, value: Stored): Buffer => {
  const { dimensions, bounds, elements } = loadElements(env, type, value)
  const parts = elements.flatMap((each) => {
    if (each === null) return [sized(4, (buffer) => buffer.writeInt32BE(-1))]
    const bytes = send(env, element, each)
    return [sized(4, (buffer) => buffer.writeInt32BE(bytes.length)), bytes]
  })
  const header = sized(12 + dimensions.length * 8, (buffer) => {
    buffer.writeInt32BE(dimensions.length, 0)
    buffer.writeInt32BE(elements.includes(null) ? 1 : 0, 4)
    buffer.writeUInt32BE(element, 8)
    for (const [at, length] of dimensions.entries()) {
      buffer.writeInt32BE(length, 12 + at * 8)
      buffer.writeInt32BE(bounds[at] ?? 1, 16 + at * 8)
    }
  })
  return Buffer.concat([header, ...parts])
}

const receiveArray = (env: Environment, element: number, bytes: Buffer): Stored => {
  const count = bytes.readInt32BE(0)
  if (count < 0 || count > 6)
    throw new PgError('54000', `number of array dimensions (${count}) exceeds the maximum allowed (6)`)
  if (bytes.readUInt32BE(8) !== element)
    throw new PgError(
      '42804',
      `binary data has array element type ${bytes.readUInt32BE(8)} instead of expected ${element}`,
    )
  const places = Array.from({ length: count }, (_, at) => 12 + at * 8)
  const dimensions = places.map((at) => bytes.readInt32BE(at))
  const bounds = places.map((at) => bytes.readInt32BE(at + 4))
  let at = 12 + count * 8
  const total = count === 0 ? 0 : dimensions.reduce((product, length) => product * length, 1)
  if (total < 0 || total > bytes.length) throw new RangeError('too few elements')
  const elements = Array.from({ length: total }, (): Value => {
    const length = bytes.readInt32BE(at)
    at += 4
    if (length < 0) return null
    if (at + length > bytes.length) throw new RangeError('too few bytes')
    at += length
    return receive(env, element, bytes.subarray(at - length, at))
  })
  return storeArray(total === 0 ? { dimensions: [], bounds: [], elements: [] } : { dimensions, bounds, elements })
}

const binaryOf = (env: Environment, type: number): Binary => {
  const base = env.catalog.baseType(type)
  const known = BINARY[base]
  if (known !== undefined) return known
  const element = env.catalog.elementType(base)
  if (element !== 0)
    return {
      send: (value) => sendArray(env, base, element, value),
      receive: (bytes) => receiveArray(env, element, bytes),
    }
  if (env.catalog.type(base).kind === 'e') {
    const codec = codecOf(env, base)
    return {
      send: (value) => Buffer.from(codec.output(value, env)),
      receive: (bytes) => codec.input(bytes.toString('utf8'), -1, env) as Stored,
    }
  }
  throw unsupported(`the binary format of type ${env.catalog.type(base).name}`)
}

/** A stored value in binary format. @throws PgError 0A000 */
export const send = (env: Environment, type: number, value: Stored): Buffer => binaryOf(env, type).send(value)

/** A value from its binary format, checked as its text would be. @throws PgError 22P03, 08P01, 0A000 */
export const receive = (env: Environment, type: number, bytes: Buffer): Stored => {
  const { send: sent, receive: received } = binaryOf(env, type)
  try {
    const value = received(bytes)
    const base = env.catalog.baseType(type)
    // What is text inside is read as text is; of anything else the right number of bytes is all that there is to check.
    if (sent === texts.send || base === OID.jsonb) return codecOf(env, type).input(String(value), -1, env) as Stored
    if (env.catalog.elementType(base) === 0 && base !== OID.numeric && sent(value).length !== bytes.length)
      throw new PgError('22P03', 'incorrect binary data format')
    return value
  } catch (error) {
    if (error instanceof RangeError) throw new PgError('08P01', 'insufficient data left in message')
    throw error
  }
}
