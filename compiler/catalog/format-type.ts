/** Types as PostgreSQL writes them: `format_type` (manual, "System Catalog Information Functions"). */
import type { Catalog } from './catalog.ts'
import { OID } from './oid.ts'
import { isTypeVisible } from './search-path.ts'

/** The names of the SQL standard, which PostgreSQL prefers to its own. */
const STANDARD_NAMES: Readonly<Record<number, string>> = {
  [OID.bool]: 'boolean',
  [OID.int2]: 'smallint',
  [OID.int4]: 'integer',
  [OID.int8]: 'bigint',
  [OID.float4]: 'real',
  [OID.float8]: 'double precision',
  [OID.bpchar]: 'character',
  [OID.varchar]: 'character varying',
  [OID.varbit]: 'bit varying',
  [OID.char]: '"char"',
}

const INTERVAL_FIELDS: Readonly<Record<number, string>> = {
  4: ' year',
  2: ' month',
  8: ' day',
  1024: ' hour',
  2048: ' minute',
  4096: ' second',
  6: ' year to month',
  1032: ' day to hour',
  3080: ' day to minute',
  7176: ' day to second',
  3072: ' hour to minute',
  7168: ' hour to second',
  6144: ' minute to second',
  32767: '',
}

const quoted = (name: string): string => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** What a type's modifier looks like behind its name: `(10,2)`, or '' without one. */
export const formatTypmod = (type: number, typmod: number): string => {
  if (typmod < 0) return ''
  switch (type) {
    case OID.varchar:
    case OID.bpchar:
      return `(${typmod - 4})`
    case OID.bit:
    case OID.varbit:
      return `(${typmod})`
    case OID.numeric: {
      const precision = ((typmod - 4) >> 16) & 0xffff
      const scale = (((typmod - 4) & 0x7ff) ^ 1024) - 1024
      return `(${precision},${scale})`
    }
    case OID.interval: {
      const precision = typmod & 0xffff
      return `${INTERVAL_FIELDS[(typmod >> 16) & 0x7fff] ?? ''}${precision === 0xffff ? '' : `(${precision})`}`
    }
    default:
      return `(${typmod})`
  }
}

/** Without a length these are not the types of the standard's names. */
const WITHOUT_LENGTH: Readonly<Record<number, string>> = { [OID.bpchar]: 'bpchar', [OID.bit]: '"bit"' }

/**
 * The name of a type where its modifier is known, be it none (format_type_with_typemod).
 * @param searchPath schemas in which a type's name needs no qualification
 */
export const formatTypeGiven = (
  catalog: Catalog,
  oid: number,
  typmod: number,
  searchPath?: readonly string[],
): string => {
  const element = (catalog.findType(oid) && catalog.elementType(oid)) || oid
  const plain = typmod < 0 ? WITHOUT_LENGTH[element] : undefined
  if (plain === undefined) return formatType(catalog, oid, typmod, searchPath)
  return element === oid ? plain : `${plain}[]`
}

/** Types whose modifier stands in the middle of their name. */
const withTimeZone = (name: string, typmod: number, zone: string): string =>
  `${name}${typmod < 0 ? '' : `(${typmod})`} ${zone}`

/**
 * The name of a type in messages and of `format_type(oid, typmod)`.
 * @param searchPath schemas in which a type's name needs no qualification
 */
export const formatType = (
  catalog: Catalog,
  oid: number,
  typmod = -1,
  searchPath: readonly string[] = ['public'],
): string => {
  const type = catalog.findType(oid)
  if (type === undefined) return oid === 0 ? '-' : '???'
  const element = catalog.elementType(oid)
  if (element !== 0 && type.length === -1) return `${formatType(catalog, element, typmod, searchPath)}[]`
  switch (oid) {
    case OID.time:
      return withTimeZone('time', typmod, 'without time zone')
    case OID.timetz:
      return withTimeZone('time', typmod, 'with time zone')
    case OID.timestamp:
      return withTimeZone('timestamp', typmod, 'without time zone')
    case OID.timestamptz:
      return withTimeZone('timestamp', typmod, 'with time zone')
    case OID.bpchar:
      return typmod < 0 ? 'character' : `character${formatTypmod(oid, typmod)}`
    default: {
      const standard = STANDARD_NAMES[oid]
      if (standard !== undefined) return `${standard}${formatTypmod(oid, typmod)}`
      const visible = isTypeVisible(catalog, searchPath, type.schema, type.name)
      return `${visible ? '' : `${quoted(type.schema)}.`}${quoted(type.name)}${formatTypmod(oid, typmod)}`
    }
  }
}
