/** Assignment to a part of a column: `SET a[1] = …`, `SET c.f = …`, and the same in INSERT. After transformAssignmentIndirection. */
import type * as Ast from '@pgsql/types'
import type { ColumnInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import { bindJsonPath, bindSubscripts } from './array.ts'
import { coerceToTarget } from './coerce.ts'
import { errorAt, refuse, type Scope } from './scope.ts'

/** A part of a value, or all of it. */
interface Place {
  readonly base: Expr
  readonly type: number
  readonly typmod: number
  readonly path: readonly Ast.Node[]
}

export interface PartAssignment {
  readonly column: ColumnInfo
  /** The subscripts and fields behind the column's name. */
  readonly path: readonly Ast.Node[]
  readonly location: number | undefined
}

/**
 * The column with the part replaced.
 * @param base its value so far
 * @throws PgError 42804, 42703
 */
export const assignPart = (scope: Scope, { column, path, location }: PartAssignment, base: Expr, value: Expr): Expr => {
  const { catalog } = scope.statement
  const fail = (code: string, message: string): Error =>
    errorAt(scope, location, code, message, { hint: 'You will need to rewrite or cast the expression.' })

  const converted = (type: number, typmod: number, what: string): Expr => {
    const result = coerceToTarget(scope.statement, value, type, typmod, 'assignment')
    if (result === undefined)
      throw fail(
        '42804',
        `${what} ${formatType(catalog, type)} but expression is of type ${formatType(catalog, value.type)}`,
      )
    return result
  }

  const assign = ({ base: whole, type, typmod, path: rest }: Place): Expr => {
    if (catalog.type(type).domain !== undefined) throw refuse(scope, 'assignment to a part of a domain', location)
    const [first] = rest
    return first !== undefined && 'A_Indices' in first
      ? assignElements({ base: whole, type, typmod, path: rest })
      : assignField({ base: whole, type, typmod, path: rest })
  }

  const assignElements = ({ base: whole, type, typmod, path: rest }: Place): Expr => {
    const end = rest.findIndex((part) => !('A_Indices' in part))
    const subscripts = end < 0 ? rest : rest.slice(0, end)
    const beyond = end < 0 ? [] : rest.slice(end)
    const element = catalog.elementType(type)
    if (type === OID.jsonb) {
      const { path: steps, inArray } = bindJsonPath(scope, subscripts)
      const part: Expr = { kind: 'subscript', base: whole, slice: false, lower: [], upper: steps, type, typmod }
      const assigned =
        beyond.length > 0
          ? assign({ base: part, type, typmod, path: beyond })
          : converted(type, typmod, `subscripted assignment to "${column.name}" requires type`)
      return { ...part, assign: assigned, inArray }
    }
    if (element === 0) {
      if (catalog.type(type).subscript !== '-')
        throw refuse(scope, `assignment to a part of type ${formatType(catalog, type)}`, location)
      throw fail('42804', `cannot subscript type ${formatType(catalog, type)} because it does not support subscripting`)
    }
    const list = bindSubscripts(scope, subscripts)
    const [partType, partTypmod] = [list.slice ? type : element, typmod]
    const part: Expr = { kind: 'subscript', base: whole, ...list, type: partType, typmod }
    const assigned =
      beyond.length > 0
        ? assign({ base: part, type: partType, typmod: partTypmod, path: beyond })
        : converted(partType, partTypmod, `subscripted assignment to "${column.name}" requires type`)
    return { kind: 'subscript', base: whole, ...list, assign: assigned, type, typmod }
  }

  const assignField = ({ base: whole, type, path: [first, ...beyond] }: Place): Expr => {
    const name = first !== undefined && 'String' in first ? (first.String.sval ?? '') : ''
    if (first === undefined || !('String' in first)) throw refuse(scope, 'this part of a column', location)
    const fields = catalog.fields(type)
    if (fields === undefined)
      throw fail(
        '42804',
        `cannot assign to field "${name}" of column "${column.name}" because its type ${formatType(catalog, type)} is not a composite type`,
      )
    const index = fields.findIndex((field) => field.name === name)
    if (index < 0)
      throw fail(
        '42703',
        `cannot assign to field "${name}" of column "${column.name}" because there is no such column in data type ${formatType(catalog, type)}`,
      )
    const values = fields.map(
      (field, at): Expr => ({ kind: 'field', arg: whole, index: at, type: field.type, typmod: field.typmod }),
    )
    const { type: fieldType, typmod } = fields[index] as (typeof fields)[number]
    const assigned =
      beyond.length > 0
        ? assign({ base: values[index] as Expr, type: fieldType, typmod, path: beyond })
        : converted(fieldType, typmod, `subfield "${name}" is of type`)
    return {
      kind: 'row',
      fields: values.with(index, assigned),
      names: fields.map((field) => field.name),
      type,
      typmod: -1,
    }
  }

  return assign({ base, type: column.type, typmod: column.typmod, path })
}
