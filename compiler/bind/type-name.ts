/** Type names as they are written in SQL: `numeric(10,2)[]`, `"MySchema".mood`. After parse_type.c. */
import type { Node, TypeName } from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import type { TypeInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { schemasFor } from '../catalog/search-path.ts'
import { requireSchemaUsage } from './permission.ts'
import { findRelation } from './relation.ts'
import { errorAt, refuse, type Scope, type Statement } from './scope.ts'

/** The type of a possibly qualified name that the search path finds. */
export const typeNamed = (statement: Statement, path: readonly string[], at?: number): TypeInfo | undefined => {
  const { catalog, settings } = statement
  const name = path.at(-1) ?? ''
  requireSchemaUsage(statement, path.at(-2), at)
  for (const schema of schemasFor(path, settings.searchPath)) {
    const type = catalog.typeNamed(schema, name)
    if (type !== undefined) return type
  }
  return undefined
}

const integerOf = (scope: Scope, node: Node, location: number | undefined): number => {
  if ('A_Const' in node && node.A_Const.ival !== undefined) return node.A_Const.ival.ival ?? 0
  throw refuse(scope, 'this type modifier', location)
}

const parameterError = (message: string): PgError => new PgError('22023', message)

/** A type's modifiers as PostgreSQL packs them: the type's typmod-in function. */
const packModifiers = (scope: Scope, type: TypeInfo, nodes: readonly Node[], location: number | undefined): number => {
  const values = nodes.map((node) => integerOf(scope, node, location))
  const [first = 0, second] = values
  switch (type.oid) {
    case OID.varchar:
    case OID.bpchar: {
      const name = type.oid === OID.varchar ? 'varchar' : 'char'
      if (values.length !== 1) throw parameterError('invalid type modifier')
      if (first < 1) throw parameterError(`length for type ${name} must be at least 1`)
      if (first > 10_485_760) throw parameterError(`length for type ${name} cannot exceed 10485760`)
      return first + 4
    }
    case OID.bit:
    case OID.varbit: {
      const name = type.oid === OID.bit ? 'bit' : 'varbit'
      if (values.length !== 1) throw parameterError('invalid type modifier')
      if (first < 1) throw parameterError(`length for type ${name} must be at least 1`)
      return first
    }
    case OID.numeric: {
      if (values.length > 2) throw parameterError('invalid NUMERIC type modifier')
      if (first < 1 || first > 1000) throw parameterError(`NUMERIC precision ${first} must be between 1 and 1000`)
      const scale = second ?? 0
      if (scale < -1000 || scale > 1000) throw parameterError(`NUMERIC scale ${scale} must be between -1000 and 1000`)
      return ((first << 16) | (scale & 0x7ff)) + 4
    }
    case OID.timestamp:
    case OID.timestamptz:
    case OID.time:
    case OID.timetz: {
      const name = type.oid === OID.time || type.oid === OID.timetz ? 'TIME' : 'TIMESTAMP'
      if (values.length !== 1) throw parameterError('invalid type modifier')
      if (first < 0) throw parameterError(`${name}(${first}) precision must not be negative`)
      return Math.min(first, 6)
    }
    case OID.interval: {
      // The grammar gives the fields as a bit mask, and a precision behind it.
      const precision = second ?? 0xffff
      return (first << 16) | precision
    }
    default:
      throw new PgError('42601', `type modifier is not allowed for type "${type.name}"`)
  }
}

/** The error for a type that is named, and that is not there. @param path of its name @param isArray an array of it is meant */
export const missingType = (
  { catalog }: Pick<Statement, 'catalog'>,
  path: readonly string[],
  isArray = false,
): PgError => {
  const schema = path.at(-2)
  return schema !== undefined && !catalog.hasSchema(schema)
    ? new PgError('3F000', `schema "${schema}" does not exist`)
    : new PgError('42704', `type "${path.join('.')}${isArray ? '[]' : ''}" does not exist`)
}

export interface ResolvedType {
  readonly type: number
  readonly typmod: number
  readonly setof: boolean
}

/** @throws PgError 42704 for a type that does not exist */
export const resolveTypeName = (scope: Scope, node: TypeName): ResolvedType => {
  const { names = [], typmods = [], arrayBounds = [], location, setof = false, pct_type: percent, typemod = -1 } = node
  const path = names.map((part) => ('String' in part ? (part.String.sval ?? '') : ''))
  if (percent) return typeOf(scope, path, arrayBounds.length > 0, location)
  const found = typeNamed(scope.statement, path, location)
  if (found === undefined) {
    if (path.at(-2) === 'information_schema') throw refuse(scope, `the type ${path.join('.')}`, location)
    const { code, message } = missingType(scope.statement, path, arrayBounds.length > 0)
    throw errorAt(scope, location, code, message)
  }
  let typmod = typemod
  if (typmods.length > 0) {
    try {
      typmod = packModifiers(scope, found, typmods, location)
    } catch (error) {
      if (error instanceof PgError) throw errorAt(scope, location, error.code, error.message)
      throw error
    }
  }
  if (arrayBounds.length === 0) return { type: found.oid, typmod, setof }
  if (found.array === 0) throw errorAt(scope, location, '42704', `type "${path.join('.')}[]" does not exist`)
  return { type: found.array, typmod, setof }
}

/** `table.column%TYPE`, or the type of a variable. @throws PgError 42P01, 42703 */
const typeOf = (
  scope: Scope,
  path: readonly string[],
  asArray: boolean,
  location: number | undefined,
): ResolvedType => {
  const { statement } = scope
  const variable = statement.variables?.find(path)?.variable
  const found = variable ?? columnType(scope, path, location)
  if (asArray) throw refuse(scope, 'an array of %TYPE', location)
  if (variable === undefined && statement.variables === undefined)
    statement.notice(
      '00000',
      `type reference ${path.join('.')}%TYPE converted to ${formatType(statement.catalog, found.type)}`,
    )
  return { type: found.type, typmod: found.typmod, setof: false }
}

const columnType = (
  scope: Scope,
  path: readonly string[],
  location: number | undefined,
): { readonly type: number; readonly typmod: number } => {
  const name = path.at(-1) ?? ''
  const table = path.at(-2)
  if (table === undefined)
    throw errorAt(scope, location, '42601', `improper %TYPE reference (too few dotted names): ${name}`)
  const relation = findRelation(scope.statement, path.length > 2 ? path.at(-3) : undefined, table)
  if (relation === undefined)
    throw errorAt(scope, location, '42P01', `relation "${path.slice(0, -1).join('.')}" does not exist`)
  const column = relation.columns.find((each) => each.name === name)
  if (column === undefined)
    throw errorAt(scope, location, '42703', `column "${name}" of relation "${table}" does not exist`)
  return column
}
