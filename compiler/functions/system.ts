/** System information and what else a session answers about itself. Manual: "System Information Functions". */
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { EnumLabel } from '../catalog/entries.ts'
import { formatType, formatTypeGiven } from '../catalog/format-type.ts'
import { rightsOn } from '../catalog/privilege.ts'
import { currentRole, isSuperuser, roleName } from '../catalog/role.ts'
import { requireCommitted } from '../catalog/uncommitted-enum.ts'
import type { Value } from '../tree/value.ts'
import { arrayOf, storeArray } from '../types/array.ts'
import { MICROS_PER_DAY } from '../types/calendar.ts'
import type { Sequences } from '../types/environment.ts'
import { inputError } from '../types/input-error.ts'
import { lsnOf } from '../types/lsn.ts'
import { formatDecimal, rescale, toDecimal } from '../types/numeric.ts'
import type { Call, Scalars } from './implementation.ts'

const uuid = (bytes: Uint8Array, version: number): string => {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const randomBytes = (): Uint8Array => crypto.getRandomValues(new Uint8Array(16))

/** Any integer of a range, as likely as another. @throws PgError 22023 */
const randomBetween = (low: bigint, high: bigint): bigint => {
  if (low > high) throw new PgError('22023', 'lower bound must be less than or equal to upper bound')
  const size = high - low + 1n
  const most = 2n ** 64n
  for (;;) {
    const [value = 0n] = crypto.getRandomValues(new BigUint64Array(1))
    if (value < most - (most % size)) return low + (value % size)
  }
}

/** 2000-01-01 in microseconds since 1970, and since the day that the clock of version 1 starts on. */
const UNIX_EPOCH = 10_957n * MICROS_PER_DAY
const GREGORIAN_EPOCH = 152_384n * MICROS_PER_DAY

const compare =
  (test: (order: number) => boolean) =>
  (a: string, b: string): bigint =>
    test(a < b ? -1 : a > b ? 1 : 0) ? 1n : 0n

const enumLabels = (call: Call, type: number): readonly EnumLabel[] =>
  (call.catalog.type(call.catalog.baseType(type)).labels ?? []).toSorted((a, b) => a.order - b.order)

/** What a function gives of labels that rows may have. @throws PgError 55P04 */
const usable = ({ catalog }: Call, type: number, labels: readonly EnumLabel[]): number[] =>
  labels.map((label) => {
    requireCommitted(catalog, catalog.baseType(type), label)
    return label.order
  })

/** The label at one end of an enum. @throws PgError 55000 */
const enumEnd = (call: Call, at: 0 | -1): number | undefined => {
  const end = enumLabels(call, call.result).at(at)
  if (end === undefined) throw new PgError('55000', `enum ${formatType(call.catalog, call.result)} contains no values`)
  return usable(call, call.result, [end])[0]
}

let lastMoment = 0n

/** Nanoseconds since 1970, at least 1/4096 of a millisecond more than the last time (get_real_time_ns_ascending). */
const nextMoment = (): bigint => {
  const now = BigInt(Math.floor((performance.timeOrigin + performance.now()) * 1000)) * 1000n
  lastMoment = now > lastMoment + 245n ? now : lastMoment + 245n
  return lastMoment
}

const sequences = (call: Call): Sequences => {
  if (call.sequences === undefined) throw unsupported('a sequence here')
  return call.sequences
}

/** @param rights one of them is enough @throws PgError 42501 */
const requireRight = ({ catalog, settings }: Call, sequence: bigint, rights: string): void => {
  const relation = catalog.contents.relations.get(Number(sequence))
  if (relation === undefined || rights === '') return
  if (rightsOn(catalog, currentRole(settings), relation, 's', rights) === '')
    throw new PgError('42501', `permission denied for sequence ${relation.name}`)
}

/** Sequences that a function may change. @throws PgError 25006, 42501 */
const changing = (call: Call, name: string, sequence: bigint, rights = ''): Sequences => {
  requireRight(call, sequence, rights)
  const isTemporary = call.catalog.contents.relations.get(Number(sequence))?.schema === 'pg_temp_0'
  if (call.settings.transaction.readOnly && !isTemporary)
    throw new PgError('25006', `cannot execute ${name}() in a read-only transaction`)
  return sequences(call)
}

export const systemFunctions: Scalars = {
  numeric_pg_lsn: (value: string) => {
    const decimal = toDecimal(value)
    if (decimal.special !== undefined)
      throw new PgError('0A000', `cannot convert ${decimal.special === 'NaN' ? 'NaN' : 'infinity'} to pg_lsn`)
    return lsnOf(BigInt(formatDecimal(rescale(decimal, 0))))
  },
  nextval_oid: function (this: Call, sequence: bigint) {
    return changing(this, 'nextval', sequence, 'wU').next(Number(sequence))
  },
  nextval_internal: function (this: Call, sequence: bigint) {
    return changing(this, 'nextval', sequence).next(Number(sequence))
  },
  currval_oid: function (this: Call, sequence: bigint) {
    requireRight(this, sequence, 'rU')
    return sequences(this).current(Number(sequence))
  },
  pg_sequence_last_value: function (this: Call, sequence: bigint) {
    const relation = this.catalog.contents.relations.get(Number(sequence))
    if (relation?.kind !== 'S') throw new PgError('42P01', `could not open relation with OID ${sequence}`)
    if (rightsOn(this.catalog, currentRole(this.settings), relation, 's', 'rU') === '') return null
    const { last, called } = sequences(this).row(Number(sequence))
    return called ? last : null
  },
  lastval: function (this: Call) {
    if (!isSuperuser(this.catalog, currentRole(this.settings)))
      throw unsupported('lastval() by a role that is no superuser')
    return sequences(this).last()
  },
  setval_oid: function (this: Call, sequence: bigint, value: bigint) {
    return changing(this, 'setval', sequence, 'w').set(Number(sequence), value, true)
  },
  setval3_oid: function (this: Call, sequence: bigint, value: bigint, called: bigint) {
    return changing(this, 'setval', sequence, 'w').set(Number(sequence), value, called === 1n)
  },
  current_query: function (this: Call) {
    if (this.query === undefined) throw unsupported('current_query() here')
    return this.query
  },
  pg_backend_pid: function (this: Call) {
    if (this.pid === undefined) throw unsupported('pg_backend_pid() here')
    return BigInt(this.pid)
  },
  pg_trigger_depth: function (this: Call) {
    // Where a statement is being compiled, nobody knows from how deep it will be called.
    if (this.routines === undefined) throw unsupported('pg_trigger_depth() here')
    return BigInt(this.routines.triggerDepth)
  },
  gen_random_uuid: () => uuid(randomBytes(), 4),
  uuidv7: () => {
    const bytes = randomBytes()
    const moment = nextMoment()
    let time = moment / 1_000_000n
    for (let at = 5; at >= 0; at--) {
      bytes[at] = Number(time & 255n)
      time >>= 8n
    }
    // What a millisecond has passed of, in 1/4096, makes values of one session ascend.
    const fraction = Number(((moment % 1_000_000n) * 4096n) / 1_000_000n)
    bytes[6] = fraction >> 8
    bytes[7] = fraction & 255
    return uuid(bytes, 7)
  },
  drandom: () => Math.random(),
  int4random: randomBetween,
  int8random: randomBetween,
  pg_num_nulls: (...values: Value[]) => BigInt(values.filter((value) => value === null).length),
  pg_num_nonnulls: (...values: Value[]) => BigInt(values.filter((value) => value !== null).length),
  uuid_extract_timestamp: (value: string) => {
    if (!/^.{14}[17].{4}[89ab]/.test(value)) return null
    const digits = value.replaceAll('-', '')
    if (digits[12] === '7') return BigInt(`0x${digits.slice(0, 12)}`) * 1000n - UNIX_EPOCH
    const ticks = BigInt(`0x${digits.slice(13, 16)}${digits.slice(8, 12)}${digits.slice(0, 8)}`)
    return ticks / 10n - GREGORIAN_EPOCH
  },
  uuid_eq: compare((order) => order === 0),
  uuid_ne: compare((order) => order !== 0),
  uuid_lt: compare((order) => order < 0),
  uuid_le: compare((order) => order <= 0),
  uuid_gt: compare((order) => order > 0),
  uuid_ge: compare((order) => order >= 0),
  uuid_extract_version: (value: string) =>
    /^.{19}[89ab]/.test(value) ? BigInt(Number.parseInt(value[14] ?? '0', 16)) : null,
  current_database: function (this: Call) {
    return this.settings.database
  },
  current_user: function (this: Call) {
    return roleName(this, currentRole(this.settings)) ?? null
  },
  session_user: function (this: Call) {
    return roleName(this, this.settings.sessionRole) ?? null
  },
  current_schema: function (this: Call) {
    return this.settings.searchPath.find((schema) => this.catalog.hasSchema(schema)) ?? null
  },
  current_schemas: function (this: Call, implicit: bigint) {
    const path = this.settings.searchPath.filter((schema) => this.catalog.hasSchema(schema))
    return storeArray(arrayOf(implicit === 1n && !path.includes('pg_catalog') ? ['pg_catalog', ...path] : path))
  },
  format_type: function (this: Call, oid: Value, typmod: Value) {
    if (oid === null) return null
    const { searchPath } = this.settings
    return typmod === null
      ? formatType(this.catalog, Number(oid), -1, searchPath)
      : formatTypeGiven(this.catalog, Number(oid), Number(typmod), searchPath)
  },
  pg_typeof: function (this: Call) {
    return BigInt(this.args[0] ?? 0)
  },
  enum_first: function (this: Call) {
    return enumEnd(this, 0) ?? null
  },
  enum_last: function (this: Call) {
    return enumEnd(this, -1) ?? null
  },
  enum_range_all: function (this: Call) {
    const [type = 0] = this.args
    return storeArray(arrayOf(usable(this, type, enumLabels(this, type))))
  },
  enum_range_bounds: function (this: Call, low: Value, high: Value) {
    const [type = 0] = this.args
    const labels = enumLabels(this, type).filter(
      ({ order }) => (low === null || order >= Number(low)) && (high === null || order <= Number(high)),
    )
    return storeArray(arrayOf(usable(this, type, labels)))
  },
  num_nulls: function (this: Call, ...values: Value[]) {
    return BigInt(values.filter((value) => value === null).length)
  },
  num_nonnulls: function (this: Call, ...values: Value[]) {
    return BigInt(values.filter((value) => value !== null).length)
  },
  pg_input_is_valid: function (this: Call, text: string, name: string) {
    return inputError(this, text, name) === undefined ? 1n : 0n
  },
}
