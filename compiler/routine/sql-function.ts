/** Functions in SQL: their arguments as names, their statements, and what the last one must return. After functions.c. */
import { PgError } from '../../wire/protocol/error.ts'
import { canCoerce } from '../bind/coerce.ts'
import { isPolymorphic, resolvePolymorphic } from '../bind/polymorphic.ts'
import type { FoundVariable, Variable, Variables } from '../bind/variable.ts'
import type { Catalog } from '../catalog/catalog.ts'
import type { FunctionInfo } from '../catalog/entries.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import { type ParsedStatement, parse } from '../parse.ts'
import { mainPlan, type Plan } from '../plan.ts'
import type { OutputColumn } from '../tree/query.ts'
import { atomicStatements } from './atomic.ts'

/** The names of a function's input arguments, '' for one that has none. */
export const inputNames = ({ args, modes, names }: FunctionInfo): string[] => {
  const all = names ?? []
  const inputs = modes === null ? all : all.filter((_, at) => 'ibv'.includes(modes[at] ?? ''))
  return args.map((_, at) => inputs[at] ?? '')
}

/** The columns of a function's result that its output arguments or TABLE name. */
export const outputColumnsOf = ({ allArgs, modes, names }: FunctionInfo): OutputColumn[] =>
  (modes ?? []).flatMap((mode, at) =>
    'obt'.includes(mode) ? [{ name: names?.[at] || `column${at + 1}`, type: allArgs?.[at] ?? 0, typmod: -1 }] : [],
  )

/** The same, polymorphic types resolved by those of the arguments. */
export const resolvedOutputs = (catalog: Catalog, fn: FunctionInfo, types: readonly number[]): OutputColumn[] =>
  outputColumnsOf(fn).map((column) => ({
    ...column,
    type: isPolymorphic(column.type)
      ? (resolvePolymorphic(catalog, fn.args, types, column.type)?.result ?? column.type)
      : column.type,
  }))

/** @param types of the arguments, polymorphic ones resolved */
export const argumentVariables = (fn: FunctionInfo, types: readonly number[]): Variables => {
  const names = inputNames(fn)
  const variables = types.map((type, at): Variable => ({ type, typmod: -1, id: String(at) }))
  const named = (name: string): Variable | undefined => variables[names.indexOf(name)]
  return {
    conflict: 'column',
    argument: (number) => variables[number - 1],
    find: (path): FoundVariable | undefined => {
      const [first = '', second, ...rest] = path
      if (first === '') return undefined
      if (second !== undefined && first === fn.name) {
        const variable = named(second)
        if (variable !== undefined) return { variable, fields: rest }
      }
      const variable = named(first)
      return variable && { variable, fields: path.slice(1) }
    },
  }
}

export interface BodyStatement {
  readonly sql: string
  readonly parsed: ParsedStatement
}

/** The statements of a function's body. @throws PgError 42601 */
export const bodyStatements = ({ body }: FunctionInfo): BodyStatement[] => {
  if (body === undefined) return []
  const statements = body.statements ?? (body.tree && atomicStatements(body.tree() as never))
  if (statements !== undefined)
    return statements.map(({ tag, node }) => ({ sql: '', parsed: { tag, node, position: 1, isStored: true } }))
  return parse(body.text).map((parsed) => ({ sql: body.text, parsed }))
}

const columnsOf = (plan: Plan | undefined): readonly OutputColumn[] | undefined => {
  const main = plan && mainPlan(plan)
  return main?.kind === 'query' ? main.columns : main?.kind === 'write' ? main.returning : undefined
}

/** How the columns of the last statement make up the result. */
export type ResultShape =
  | { readonly kind: 'void' }
  /** One column, converted to the result's type. */
  | { readonly kind: 'scalar'; readonly from: number; readonly to: number }
  /** A column for each field of the result. */
  | { readonly kind: 'row'; readonly from: readonly OutputColumn[]; readonly to: readonly OutputColumn[] }
  /** One column that is the whole row. */
  | { readonly kind: 'composite'; readonly to: readonly OutputColumn[] }

/**
 * check_sql_fn_retval.
 * @param result the type of the result, resolved where it is polymorphic
 * @throws PgError 42P13 when the last statement does not return it
 */
export const resultShape = (
  catalog: Catalog,
  fn: FunctionInfo,
  types: readonly number[],
  result: number,
  last: Plan | undefined,
): ResultShape => {
  if (result === OID.void) return { kind: 'void' }
  const mismatch = (detail: string): PgError =>
    new PgError('42P13', `return type mismatch in function declared to return ${formatType(catalog, result)}`, {
      detail,
    })
  const columns = columnsOf(last)
  if (columns === undefined)
    throw mismatch("Function's final statement must be SELECT or INSERT/UPDATE/DELETE/MERGE RETURNING.")
  const outputs = resolvedOutputs(catalog, fn, types)
  const fields = result === OID.record ? (outputs.length > 0 ? outputs : undefined) : catalog.fields(result)
  const [only] = columns
  if (fields === undefined && result !== OID.record) {
    if (columns.length !== 1 || only === undefined) throw mismatch('Final statement must return exactly one column.')
    if (!canCoerce(catalog, only.type, result, 'assignment'))
      throw mismatch(`Actual return type is ${formatType(catalog, only.type)}.`)
    return { kind: 'scalar', from: only.type, to: result }
  }
  if (columns.length === 1 && only !== undefined && only.type === result && result !== OID.record)
    return { kind: 'composite', to: fields ?? [] }
  if (fields === undefined) return { kind: 'row', from: columns, to: columns }
  if (columns.length < fields.length) throw mismatch('Final statement returns too few columns.')
  if (columns.length > fields.length) throw mismatch('Final statement returns too many columns.')
  for (const [at, field] of fields.entries())
    if (!canCoerce(catalog, columns[at]?.type ?? 0, field.type, 'assignment'))
      throw mismatch(
        `Final statement returns ${formatType(catalog, columns[at]?.type ?? 0)} instead of ${formatType(catalog, field.type)} at column ${at + 1}.`,
      )
  return { kind: 'row', from: columns, to: fields }
}
