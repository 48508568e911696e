/** Names of columns and tables in expressions. After parse_relation.c and parse_expr.c's transformColumnRef. */
import type { ColumnRef } from '@pgsql/types'
import { PgError, unsupported } from '../../wire/protocol/error.ts'
import type { Catalog } from '../catalog/catalog.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { isRecordType } from '../catalog/record-type.ts'
import { SYSTEM_COLUMNS } from '../catalog/system-column.ts'
import type { Expr } from '../tree/expression.ts'
import type { RangeEntry } from '../tree/query.ts'
import { callFunction, findFunction } from './function.ts'
import { recordShape } from './record-shape.ts'
import { errorAt, type NamespaceItem, refuse, type Scope } from './scope.ts'
import { captureVariable, type FoundVariable } from './variable.ts'

const at = (expr: Expr, position: number | undefined): Expr =>
  expr.kind === 'column' || expr.kind === 'wholeRow' || expr.kind === 'coalesce' || expr.kind === 'relabel'
    ? { ...expr, position }
    : expr

const invalidReference = (scope: Scope, item: NamespaceItem, location: number | undefined): PgError =>
  errorAt(scope, location, '42P01', `invalid reference to FROM-clause entry for table "${item.name}"`, {
    detail: `There is an entry for table "${item.name}", but it cannot be referenced from this part of the query.`,
  })

/** A LATERAL item on the wrong side of an outer join. */
const wrongLateral = (scope: Scope, item: NamespaceItem, location: number | undefined): PgError =>
  errorAt(scope, location, '42P10', `invalid reference to FROM-clause entry for table "${item.name}"`, {
    detail: 'The combining JOIN type must be INNER or LEFT for a LATERAL reference.',
  })

/** A column by its bare name, innermost query first. @throws PgError 42702 when two tables have it */
const findColumn = (scope: Scope, name: string, location: number | undefined): Expr | undefined => {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    let found: Expr | undefined
    for (const item of level.items) {
      if (!item.columnsVisible) continue
      if (item.lateralOnly && level === scope && !scope.lateralActive) continue
      const matches = item.columns.filter((column) => column.name === name)
      if (matches.length === 0) continue
      if (item.lateralOnly && !item.lateralOk) throw wrongLateral(scope, item, location)
      if (found !== undefined || matches.length > 1)
        throw errorAt(scope, location, '42702', `column reference "${name}" is ambiguous`)
      found = matches[0]?.expr
    }
    if (found !== undefined) return found
  }
  return undefined
}

/** The FROM item of a name, innermost query first. */
export const findItem = (
  scope: Scope,
  schema: string | undefined,
  name: string,
  location: number | undefined,
): NamespaceItem | undefined => {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = level.items.filter(
      (item) =>
        item.nameVisible &&
        item.name === name &&
        (schema === undefined || item.schema === schema) &&
        !(item.lateralOnly && level === scope && !scope.lateralActive),
    )
    if (found.length > 1) throw errorAt(scope, location, '42P09', `table reference "${name}" is ambiguous`)
    const [item] = found
    if (item !== undefined) {
      if (!item.lateralOk && level === scope && scope.lateralActive) throw wrongLateral(scope, item, location)
      return item
    }
  }
  return undefined
}

export const wholeRow = (scope: Scope, item: NamespaceItem, location: number | undefined): Expr => {
  const { range, row } = item
  if (row !== undefined) return at(row, scope.statement.position(location))
  if (range === undefined) throw refuse(scope, 'a row that is not of one table, as one value', location)
  const [only] = range.columns
  if (range.source.kind === 'functions' && range.source.sequence !== undefined)
    throw new PgError('42809', `relation "${range.source.sequence.name}" does not have a composite type`)
  // A function that yields single values is referred to by its own name.
  if (
    range.source.kind === 'functions' &&
    range.columns.length === 1 &&
    only !== undefined &&
    range.source.functions.every((fn) => !fn.composite)
  )
    return at(item.columns[0]?.expr as Expr, scope.statement.position(location))
  const type = rowType(scope.statement.catalog, range) || OID.record
  return { kind: 'wholeRow', range, type, typmod: -1, position: scope.statement.position(location) }
}

/** The named type of a range's rows, or 0 (makeWholeRowVar). */
const rowType = (catalog: Catalog, { source }: RangeEntry): number => {
  switch (source.kind) {
    case 'table':
      return source.relation.rowType
    case 'row':
      return source.rowType ?? 0
    case 'subquery':
      return source.view?.rowType ?? 0
    case 'functions': {
      const [only, second] = source.functions
      const isOne = only !== undefined && second === undefined && !source.ordinality
      return isOne && catalog.fields(only.call.type) !== undefined ? only.call.type : 0
    }
    default:
      return 0
  }
}

export const undefinedTable = (scope: Scope, name: string, location: number | undefined): PgError => {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent)
    for (const item of level.items) {
      if (item.range?.source.kind === 'table' && item.range.source.relation.name === name && item.name !== name)
        return errorAt(scope, location, '42P01', `invalid reference to FROM-clause entry for table "${name}"`, {
          hint: `Perhaps you meant to reference the table alias "${item.name}".`,
        })
      if (item.name === name) return invalidReference(scope, item, location)
    }
  return errorAt(scope, location, '42P01', `missing FROM-clause entry for table "${name}"`)
}

/** A field of a composite value, or a function applied to it. @param position 1-based, of the whole */
export const selectField = (scope: Scope, arg: Expr, name: string, position: number | undefined): Expr => {
  const { catalog } = scope.statement
  // PL/pgSQL knows the fields of its records, a query does not
  const fields = arg.kind === 'param' && isRecordType(arg.type) ? undefined : recordShape(catalog, arg)
  const index = fields?.findIndex((field) => field.name === name) ?? -1
  const field = fields?.[index]
  const where = position === undefined ? {} : { position }
  const fail = (code: string, message: string): PgError => new PgError(code, message, where)
  if (arg.kind === 'column' && scope.statement.variables !== undefined && isRecordType(arg.type))
    throw unsupported('a field of a column that is the record of a variable', where)
  if (field !== undefined) {
    if (arg.kind === 'wholeRow') return columnOf(arg.range, index, position)
    return { kind: 'field', arg, index, type: field.type, typmod: field.typmod, position }
  }
  try {
    const found = findFunction(scope, [name], [arg.type], [], { variadic: false, location: undefined })
    if (found.kind === 'function' && found.fn.kind === 'f') return callFunction(scope, found.fn.oid, [arg], position)
  } catch (error) {
    if (!(error instanceof PgError && error.code === '42883')) throw error
  }
  if (arg.kind === 'wholeRow') throw fail('42703', `column ${arg.range.alias}.${name} does not exist`)
  if (arg.type === OID.record && (fields === undefined || (arg.kind === 'call' && arg.fn.names?.length === 0)))
    throw unsupported('a field of a record of no declared type', where)
  if (arg.type === OID.record || isRecordType(arg.type))
    throw fail('42703', `could not identify column "${name}" in record data type`)
  if (fields !== undefined)
    throw fail('42703', `column "${name}" not found in data type ${catalog.type(arg.type).name}`)
  throw fail(
    '42809',
    `column notation .${name} applied to type ${formatType(catalog, arg.type)}, which is not a composite type`,
  )
}

export const columnOf = (range: import('../tree/query.ts').RangeEntry, index: number, position?: number): Expr => {
  const { type = 0, typmod = -1 } = range.columns[index] ?? {}
  return { kind: 'column', range, index, type, typmod, position }
}

/** The parts of a column reference; a star is undefined. */
export const pathOf = ({ fields = [] }: ColumnRef): (string | undefined)[] =>
  fields.map((field) => ('String' in field ? (field.String.sval ?? '') : undefined))

/** @throws PgError 42703, 42P01, 42702 */
export const bindColumnRef = (scope: Scope, node: ColumnRef): Expr => {
  const { location } = node
  const position = scope.statement.position(location)
  const path = pathOf(node)
  if (path.at(-1) === undefined && path.length > 1) return starAsRow(scope, path.slice(0, -1) as string[], location)
  if (path.includes(undefined)) throw refuse(scope, 'a star here', location)
  const names = path as string[]
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const hooked = level.hook?.(names, position)
    if (hooked !== undefined) return hooked
  }
  return withVariables(scope, names, location, () => findReference(scope, names, location))
}

/** `t.*` where one value is wanted is the row of t. */
const starAsRow = (scope: Scope, names: readonly string[], location: number | undefined): Expr => {
  const item = findItem(scope, names.length > 1 ? names.at(-2) : undefined, names.at(-1) ?? '', location)
  if (item === undefined) throw refuse(scope, 'a star here', location)
  return wholeRow(scope, item, location)
}

export const ambiguousVariable = (scope: Scope, names: readonly string[], location: number | undefined): PgError =>
  errorAt(scope, location, '42702', `column reference "${names.join('.')}" is ambiguous`, {
    detail: 'It could refer to either a PL/pgSQL variable or a table column.',
  })

/** A variable of the routine around, where no column has the name. */
const withVariables = (
  scope: Scope,
  names: readonly string[],
  location: number | undefined,
  findIt: () => Expr,
): Expr => {
  const { variables } = scope.statement
  if (variables === undefined) return findIt()
  const captured = ({ variable, fields }: FoundVariable): Expr => {
    const position = scope.statement.position(location)
    const value = captureVariable(scope.statement, variable, position)
    return fields.reduce((arg, field) => selectField(scope, arg, field, position), value)
  }
  const first = variables.conflict === 'variable' ? variables.find(names) : undefined
  if (first !== undefined) return captured(first)
  let column: Expr | undefined
  let failure: unknown
  try {
    column = findIt()
  } catch (error) {
    if (!(error instanceof PgError && ['42703', '42P01', '42809'].includes(error.code))) throw error
    failure = error
  }
  if (column !== undefined && variables.conflict === 'column') return column
  const found = variables.find(names)
  if (column !== undefined) {
    if (found !== undefined) throw ambiguousVariable(scope, names, location)
    return column
  }
  if (found === undefined) throw failure
  return captured(found)
}

const findReference = (scope: Scope, names: readonly string[], location: number | undefined): Expr => {
  const position = scope.statement.position(location)
  const [first = '', second, third, fourth] = names
  if (scope.clause === 'default' && scope.items.length === 0)
    throw errorAt(scope, location, '0A000', 'cannot use column reference in DEFAULT expression')
  if (second === undefined) {
    const column = findColumn(scope, first, location)
    if (column !== undefined) return at(column, position)
    const item = findItem(scope, undefined, first, location)
    if (item !== undefined) return wholeRow(scope, item, location)
    if (first === 'tableoid') return tableoidAmong(scope, location)
    if (SYSTEM_COLUMNS.has(first)) throw refuse(scope, `the system column ${first}`, location)
    throw errorAt(scope, location, '42703', `column "${first}" does not exist`)
  }
  if (third === undefined) {
    const item = findItem(scope, undefined, first, location)
    if (item === undefined) {
      throw undefinedTable(scope, first, location)
    }
    return itemColumn(scope, item, second, location)
  }
  if (fourth !== undefined) {
    const written = names.join('.')
    if (names.length > 4)
      throw errorAt(scope, location, '42601', `improper qualified name (too many dotted names): ${written}`)
    if (first !== scope.statement.settings.database)
      throw errorAt(scope, location, '0A000', `cross-database references are not implemented: ${written}`)
    return findReference(scope, names.slice(1), location)
  }
  const item = findItem(scope, first, second, location)
  if (item === undefined) throw undefinedTable(scope, second, location)
  return itemColumn(scope, item, third, location)
}

const tableoidOf = (scope: Scope, range: RangeEntry, location: number | undefined): Expr => {
  if (range.source.kind !== 'table') throw refuse(scope, 'the system column tableoid', location)
  return { kind: 'tableoid', range, type: OID.oid, typmod: -1, position: scope.statement.position(location) }
}

/** `tableoid` by itself. @throws PgError 42703, 42702 */
const tableoidAmong = (scope: Scope, location: number | undefined): Expr => {
  for (let level: Scope | undefined = scope; level !== undefined; level = level.parent) {
    const found = level.items.flatMap(({ range }) =>
      range !== undefined && (range.source.kind === 'table' || range.source.kind === 'row') ? [range] : [],
    )
    if (found.some(({ source }) => source.kind === 'row')) throw refuse(scope, 'the system column tableoid', location)
    if (found.length > 1) throw errorAt(scope, location, '42702', 'column reference "tableoid" is ambiguous')
    const [range] = found
    if (range !== undefined) return tableoidOf(scope, range, location)
  }
  throw errorAt(scope, location, '42703', 'column "tableoid" does not exist')
}

const itemColumn = (scope: Scope, item: NamespaceItem, name: string, location: number | undefined): Expr => {
  const position = scope.statement.position(location)
  const matches = item.columns.filter((column) => column.name === name)
  if (matches.length > 1) throw errorAt(scope, location, '42702', `column reference "${name}" is ambiguous`)
  const [match] = matches
  if (match !== undefined) return at(match.expr, position)
  if (name === 'tableoid' && item.range?.source.kind === 'table') return tableoidOf(scope, item.range, location)
  const isRow = item.row !== undefined || item.range?.source.kind === 'table' || item.range?.source.kind === 'row'
  if (SYSTEM_COLUMNS.has(name) && isRow) throw refuse(scope, `the system column ${name}`, location)
  try {
    if (item.range !== undefined)
      return selectField(scope, wholeRow(scope, item, location), name, scope.statement.position(location))
  } catch (error) {
    if (!(error instanceof PgError && (error.code === '42703' || error.code === '42809'))) throw error
  }
  throw errorAt(scope, location, '42703', `column ${item.name}.${name} does not exist`)
}

/** Whether a bare name is a column of this query's own FROM. */
export const findBareColumn = (scope: Scope, name: string): boolean =>
  scope.items.some((item) => item.columnsVisible && item.columns.some((column) => column.name === name))
