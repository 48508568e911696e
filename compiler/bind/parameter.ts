/** Parameters whose types a statement leaves open; after variable_coerce_param_hook and check_parameter_resolution_walker (parse_param.c). */
import { PgError } from '../../wire/protocol/error.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'
import type { Expr } from '../tree/expression.ts'
import type { Statement } from './scope.ts'

export type Parameter = Expr & { readonly kind: 'param' }

/** The type that a parameter has been found to have, or 0. */
const typeOf = ({ parameters }: Statement, { number }: Parameter): number => {
  const type = parameters[number - 1] ?? 0
  return type === OID.unknown ? 0 : type
}

const ambiguous = (message: string, { position }: Parameter, detail?: string): PgError =>
  new PgError('42P08', message, {
    ...(detail === undefined ? {} : { detail }),
    ...(position === undefined ? {} : { position }),
  })

/** A parameter has the first type that is wanted of it. @throws PgError 42P08 */
export const resolveParameter = (statement: Statement, parameter: Parameter, target: number): Expr => {
  const known = typeOf(statement, parameter)
  if (known === 0) statement.parameters[parameter.number - 1] = target
  else if (known !== target)
    throw ambiguous(
      `inconsistent types deduced for parameter $${parameter.number}`,
      parameter,
      `${formatType(statement.catalog, known)} versus ${formatType(statement.catalog, target)}`,
    )
  return { ...parameter, type: target, typmod: -1 }
}

/** What has been taken as any type cannot turn out to be one. @throws PgError 42P08 */
export const requireResolved = (statement: Statement): void => {
  for (const parameter of statement.openParameters)
    if (typeOf(statement, parameter) !== 0)
      throw ambiguous(`could not determine data type of parameter $${parameter.number}`, parameter)
}
