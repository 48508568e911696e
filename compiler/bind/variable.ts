/**
 * Names that stand for variables of the routine around a statement: PL/pgSQL's variables and records, and the
 * arguments of functions in SQL. After plpgsql_post_column_ref in pl_comp.c and sql_fn_post_column_ref in functions.c.
 */
import type { Expr } from '../tree/expression.ts'
import type { Statement } from './scope.ts'

export interface Variable {
  readonly type: number
  readonly typmod: number
  /** What the routine knows it by, to give its value when the statement is executed. */
  readonly id: string
  /** What stands for it, where a function's body is put in the place of its call. */
  readonly expr?: Expr
}

/** What a name denotes: a variable, and the names behind it, which are fields of its value. */
export interface FoundVariable {
  readonly variable: Variable
  readonly fields: readonly string[]
}

/** Manual: "PL/pgSQL", "Variable Substitution". */
export type NameConflict = 'error' | 'column' | 'variable'

export interface Variables {
  /** @throws PgError 42703 for a field that a record does not have */
  find(path: readonly string[]): FoundVariable | undefined
  /** The argument `$n`. */
  argument(number: number): Variable | undefined
  /** What a name means that a column has as well. */
  readonly conflict: NameConflict
}

/** Makes a variable a parameter of the statement; the same one keeps its number. */
export const captureVariable = (statement: Statement, variable: Variable, position?: number): Expr => {
  if (variable.expr !== undefined) return variable.expr
  const { captured, parameters } = statement
  let at = captured.findIndex((known) => known?.id === variable.id)
  if (at < 0) {
    at = parameters.length
    parameters.push(variable.type)
    captured[at] = variable
  }
  return { kind: 'param', number: at + 1, type: variable.type, typmod: variable.typmod, position }
}
