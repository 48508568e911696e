/**
 * Values in binary format, as a type's send and receive functions have them. Manual: "Formats and Format Codes"; after
 * int8send, date_recv, jsonb_recv … of PostgreSQL's source.
 */
import { OID } from '../../compiler/catalog/oid.ts'
import { domainValue } from '../../compiler/types/assign.ts'
import { MICROS_PER_DAY } from '../../compiler/types/calendar.ts'
import { codecOf } from '../../compiler/types/codec.ts'
import {
  checkDate,
  checkTimestamp,
  isFiniteDate,
  isFiniteTimestamp,
  loadTimeTz,
  storeTimeTz,
} from '../../compiler/types/datetime.ts'
import type { Environment } from '../../compiler/types/environment.ts'
import { fromNumber, toNumber } from '../../compiler/types/float.ts'
import { loadInterval, storeInterval } from '../../compiler/types/interval.ts'
import { rangeKindOf } from '../../compiler/types/range-codec.ts'
import { PgError, unsupported } from '../protocol/error.ts'
import { BodyReader } from '../protocol/frame.ts'
import { utf8 } from '../protocol/utf8.ts'
import { receiveArray, sendArray, typeLabel } from './array.ts'
import type { Binary, Stored } from './binary.ts'
import { BIT } from './bit.ts'
import { networkBinary } from './network.ts'
import { receiveNumeric, sendNumeric } from './numeric.ts'
import { multirangeBinary, rangeBinary } from './range.ts'
import { recordBinary } from './record.ts'

const sized = (size: number, write: (buffer: Buffer) => unknown): Buffer => {
  const buffer = Buffer.alloc(size)
  write(buffer)
  return buffer
}

const short = (check: (value: bigint) => bigint = (value) => value): Binary => ({
  send: (value) => sized(4, (buffer) => buffer.writeInt32BE(Number(value))),
  receive: (reader) => check(BigInt(reader.int32())),
})

const long = (check: (value: bigint) => bigint = (value) => value): Binary => ({
  send: (value) => sized(8, (buffer) => buffer.writeBigInt64BE(value as bigint)),
  receive: (reader) => check(reader.int64()),
})

const oids: Binary = {
  send: (value) => sized(4, (buffer) => buffer.writeUInt32BE(Number(value))),
  receive: (reader) => BigInt(reader.uint32()),
}

/** Types whose binary format is their text. */
const TEXTS: ReadonlySet<number> = new Set([OID.text, OID.varchar, OID.bpchar, OID.name, OID.unknown, OID.json])

/** The longest name, in bytes (NAMEDATALEN - 1). */
const NAME_LENGTH = 63

/** Of jsonb and jsonpath. */
const VERSION = 1

const date = (days: bigint): bigint => {
  if (isFiniteDate(days)) checkDate(Number(days))
  return days
}

const timestamp = (micros: bigint): bigint => (isFiniteTimestamp(micros) ? checkTimestamp(micros) : micros)

const timeOfDay = (micros: bigint): bigint => {
  if (micros < 0n || micros > MICROS_PER_DAY) throw new PgError('22008', 'time out of range')
  return micros
}

/** Seconds from UTC, exclusive. */
const ZONE_LIMIT = 16 * 3600

const zoneOffset = (seconds: number): number => {
  if (Math.abs(seconds) >= ZONE_LIMIT) throw new PgError('22009', 'time zone displacement out of range')
  return seconds
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll('-', ''), 'hex')

const BINARY: Readonly<Record<number, Binary>> = {
  [OID.bool]: {
    send: (value) => Buffer.from([value === 1n ? 1 : 0]),
    receive: (reader) => (reader.uint8() === 0 ? 0n : 1n),
  },
  [OID.int2]: {
    send: (value) => sized(2, (buffer) => buffer.writeInt16BE(Number(value))),
    receive: (reader) => BigInt(reader.int16()),
  },
  [OID.int4]: short(),
  [OID.int8]: long(),
  [OID.oid]: oids,
  [OID.regclass]: oids,
  [OID.regtype]: oids,
  [OID.regproc]: oids,
  [OID.regprocedure]: oids,
  [OID.regnamespace]: oids,
  [OID.xid]: oids,
  [OID.float4]: {
    send: (value) => sized(4, (buffer) => buffer.writeFloatBE(toNumber(value))),
    receive: (reader) => fromNumber(reader.bytes(4).readFloatBE()),
  },
  [OID.float8]: {
    send: (value) => sized(8, (buffer) => buffer.writeDoubleBE(toNumber(value))),
    receive: (reader) => fromNumber(reader.bytes(8).readDoubleBE()),
  },
  [OID.numeric]: { send: sendNumeric, receive: receiveNumeric },
  [OID.char]: {
    send: (value) => Buffer.from(String(value) || '\0', 'latin1'),
    receive: (reader) => {
      const code = reader.uint8()
      return code === 0 ? '' : String.fromCharCode(code)
    },
  },
  [OID.bytea]: {
    send: (value) => Buffer.from(value as Uint8Array),
    receive: (reader) => Uint8Array.from(reader.rest()),
  },
  [OID.uuid]: {
    send: (value) => hex(String(value)),
    receive: (reader) =>
      reader
        .bytes(16)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
  },
  [OID.bit]: BIT,
  [OID.varbit]: BIT,
  [OID.inet]: networkBinary('inet'),
  [OID.cidr]: networkBinary('cidr'),
  [OID.pg_lsn]: {
    send: (value) => Buffer.from(String(value), 'hex'),
    receive: (reader) => reader.bytes(8).toString('hex').toUpperCase(),
  },
  [OID.date]: short(date),
  [OID.time]: long(timeOfDay),
  [OID.timestamp]: long(timestamp),
  [OID.timestamptz]: long(timestamp),
  [OID.timetz]: {
    send: (value) => {
      const { micros, zone } = loadTimeTz(value)
      return sized(12, (buffer) => buffer.writeInt32BE(-zone, buffer.writeBigInt64BE(micros)))
    },
    receive: (reader) => storeTimeTz({ micros: timeOfDay(reader.int64()), zone: -zoneOffset(reader.int32()) }),
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
    receive: (reader) => storeInterval({ micros: reader.int64(), days: reader.int32(), months: reader.int32() }),
  },
}

/** What is text inside is read as text is. */
const asText = (env: Environment, type: number): Binary => {
  const codec = codecOf(env, type)
  return {
    send: (value) => Buffer.from(codec.output(value, env)),
    receive: (reader) => {
      const bytes = reader.rest()
      if (type === OID.name && bytes.length > NAME_LENGTH)
        throw new PgError('42622', 'identifier too long', {
          detail: `Identifier must be less than ${NAME_LENGTH + 1} characters.`,
        })
      return codec.input(utf8(bytes), -1, env) as Stored
    },
  }
}

const versioned = (env: Environment, type: number, name: string, separator = ''): Binary => {
  const { send, receive } = asText(env, type)
  return {
    send: (value) => Buffer.concat([Buffer.from([VERSION]), send(value)]),
    receive: (reader) => {
      const version = reader.bytes(1).readUInt8()
      if (version !== VERSION) throw new PgError('XX000', `unsupported ${name} version number${separator} ${version}`)
      return receive(reader)
    },
  }
}

/** Of a field, a bound or an element: a domain does not allow it in any format. */
const within = (env: Environment, type: number): Binary => ({
  send: binaryOf(env, type).send,
  receive: (reader) => receiveChecked(env, type, reader),
})

const rangeOf = (env: Environment, type: number): Binary => {
  const range = env.catalog.multirangeRange(type)
  const element = binaryOf(env, env.catalog.rangeSubtype(range || type))
  const kind = rangeKindOf(env, type)
  return range === 0 ? rangeBinary(kind, element) : multirangeBinary(kind, element)
}

const binaryOf = (env: Environment, type: number): Binary => {
  const base = env.catalog.baseType(type)
  const known = BINARY[base]
  if (known !== undefined) return known
  if (base === OID.jsonb) return versioned(env, base, 'jsonb')
  if (base === OID.jsonpath) return versioned(env, base, 'jsonpath', ':')
  const element = env.catalog.elementType(base)
  if (element !== 0) {
    const each = binaryOf(env, element)
    return {
      send: (value) => sendArray(env, base, element, value, each.send),
      receive: (reader) => receiveArray(env, element, reader, (own) => receiveChecked(env, element, own)),
    }
  }
  const { kind } = env.catalog.type(base)
  if (TEXTS.has(base) || kind === 'e') return asText(env, base)
  if (kind === 'r' || kind === 'm') return rangeOf(env, base)
  const fields = kind === 'c' ? env.catalog.fields(base) : undefined
  if (fields !== undefined)
    return recordBinary(
      fields.map(({ type }) => ({ type, binary: within(env, type) })),
      (oid) => typeLabel(env, oid),
    )
  throw unsupported(`the binary format of type ${env.catalog.type(base).name}`)
}

/** What a domain does not allow it does not allow in any format. */
const receiveChecked = (env: Environment, type: number, reader: BodyReader): Stored => {
  const value = binaryOf(env, type).receive(reader)
  return domainValue(env, value, type) as Stored
}

/** How the stored values of a type are sent in binary format, found out with the first one. @throws PgError 0A000 */
export const senderOf = (env: Environment, type: number): ((value: Stored) => Buffer) => {
  let found: Binary | undefined
  return (value) => {
    found ??= binaryOf(env, type)
    return found.send(value)
  }
}

/** A field of COPY from its binary format. @throws PgError 22P03 and what the type's receive function throws */
export const receiveField = (env: Environment, type: number, bytes: Buffer): Stored => {
  const reader = new BodyReader(bytes)
  const value = receiveChecked(env, type, reader)
  if (reader.remaining > 0) throw new PgError('22P03', 'incorrect binary data format')
  return value
}

/**
 * A parameter from its binary format, checked as its text would be.
 * @param number which one it is, for messages
 * @throws PgError 22P03, 08P01, 0A000 and what the type's receive function throws
 */
export const receive = (env: Environment, type: number, bytes: Buffer, number: number): Stored => {
  const reader = new BodyReader(bytes)
  const value = receiveChecked(env, type, reader)
  if (reader.remaining > 0) throw new PgError('22P03', `incorrect binary data format in bind parameter ${number}`)
  return value
}
