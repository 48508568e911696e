/** The arguments and the result of a function that is being made or named. After interpret_function_parameter_list. */
import type * as Ast from '@pgsql/types'
import { PgError } from '../../wire/protocol/error.ts'
import { coerceToTarget } from '../bind/coerce.ts'
import { bindExpression } from '../bind/expression.ts'
import { errorAt, refuse, rootScope, type Scope } from '../bind/scope.ts'
import { resolveTypeName } from '../bind/type-name.ts'
import { formatType } from '../catalog/format-type.ts'
import { OID } from '../catalog/oid.ts'

export interface Parameter {
  readonly name: string
  readonly type: number
  readonly mode: 'i' | 'o' | 'b' | 'v' | 't'
  readonly default: Ast.Node | undefined
}

const MODES: Readonly<Record<string, Parameter['mode']>> = {
  FUNC_PARAM_IN: 'i',
  FUNC_PARAM_DEFAULT: 'i',
  FUNC_PARAM_OUT: 'o',
  FUNC_PARAM_INOUT: 'b',
  FUNC_PARAM_VARIADIC: 'v',
  FUNC_PARAM_TABLE: 't',
}

const POLYMORPHIC: ReadonlySet<number> = new Set([
  OID.anyelement,
  OID.anyarray,
  OID.anynonarray,
  OID.anyenum,
  OID.anycompatible,
  OID.anycompatiblearray,
  OID.anycompatiblenonarray,
])

/** Pseudo-types that the arguments of functions in SQL and PL/pgSQL can have. */
const requireUsable = (scope: Scope, type: number, what: string, language: string): void => {
  const { catalog } = scope.statement
  if (catalog.type(type).kind !== 'p' || POLYMORPHIC.has(type)) return
  if (type === OID.record && language === 'plpgsql' && what === 'an argument') return
  if (type === OID.record && language === 'plpgsql') throw refuse(scope, `${what} of type record`)
  throw new PgError(
    '42P13',
    `${language === 'sql' ? 'SQL' : 'PL/pgSQL'} functions cannot ${what === 'an argument' ? 'have arguments of' : 'return'} type ${formatType(catalog, type)}`,
  )
}

/** @throws PgError 42P13 for modes, names or defaults that cannot be */
export const resolveParameters = (scope: Scope, nodes: readonly Ast.Node[], language: string): Parameter[] => {
  const { statement } = scope
  const parameters: Parameter[] = []
  for (const node of nodes) {
    if (!('FunctionParameter' in node)) throw refuse(scope, 'this argument')
    const { name = '', argType, mode = 'FUNC_PARAM_DEFAULT', defexpr } = node.FunctionParameter
    const known = MODES[mode]
    if (known === undefined) throw refuse(scope, mode)
    const { type, setof } = resolveTypeName(scope, argType as Ast.TypeName)
    if (setof) throw new PgError('42P13', 'functions cannot accept set arguments')
    requireUsable(scope, type, 'an argument', language)
    const isInput = known === 'i' || known === 'b' || known === 'v'
    if (isInput && parameters.some(({ mode: other }) => other === 'v'))
      throw new PgError('42P13', 'VARIADIC parameter must be the last input parameter')
    if (known === 'v' && statement.catalog.elementType(type) === 0 && type !== OID.anyarray)
      throw new PgError('42P13', 'VARIADIC parameter must be an array')
    const clashes = (other: Parameter): boolean =>
      other.name === name && !(other.mode === 'i' && known === 't' ? false : bothWays(other.mode, known))
    if (name !== '' && parameters.some(clashes))
      throw new PgError('42P13', `parameter name "${name}" used more than once`)
    if (defexpr !== undefined) {
      if (!isInput) throw new PgError('42P13', 'only input parameters can have default values')
      checkDefault(scope, defexpr, type)
    } else if (isInput && parameters.some((other) => other.default !== undefined))
      throw errorAt(
        scope,
        node.FunctionParameter.location,
        '42P13',
        'input parameters after one with a default value must also have defaults',
      )
    parameters.push({ name, type, mode: known, default: defexpr })
  }
  return parameters
}

/** A pure input and a pure output may have the same name. */
const bothWays = (a: Parameter['mode'], b: Parameter['mode']): boolean =>
  ((a === 'i' || a === 'v') && b === 'o') || (a === 'o' && (b === 'i' || b === 'v'))

const checkDefault = (scope: Scope, node: Ast.Node, type: number): void => {
  const own = rootScope(scope.statement, { clause: 'default' })
  const bound = bindExpression(own, node)
  if (POLYMORPHIC.has(type)) return
  if (coerceToTarget(scope.statement, bound, type, -1, 'assignment') === undefined)
    throw errorAt(
      scope,
      undefined,
      '42804',
      `argument of DEFAULT must be type ${formatType(scope.statement.catalog, type)}, not type ${formatType(scope.statement.catalog, bound.type)}`,
      bound.position === undefined ? {} : { position: bound.position },
    )
}

export interface ResultType {
  readonly type: number
  readonly set: boolean
}

/** The result that RETURNS and the output parameters say. @throws PgError 42P13 when they disagree */
export const resolveResult = (
  scope: Scope,
  returns: Ast.TypeName | undefined,
  parameters: readonly Parameter[],
  language: string,
  procedure: boolean,
): ResultType => {
  const { catalog } = scope.statement
  const outputs = parameters.filter(({ mode }) => mode === 'o' || mode === 'b' || mode === 't')
  const table = parameters.some(({ mode }) => mode === 't')
  const required =
    outputs.length === 0
      ? undefined
      : outputs.length === 1 && !procedure
        ? (outputs[0]?.type as number)
        : (OID.record as number)
  if (procedure) return { type: required ?? OID.void, set: false }
  if (returns === undefined) {
    if (required === undefined) throw new PgError('42P13', 'function result type must be specified')
    return { type: required, set: false }
  }
  const { type, setof } = resolveTypeName(scope, { ...returns, location: -1 })
  if (table) return { type: required as number, set: true }
  if (required !== undefined && required !== type)
    throw new PgError(
      '42P13',
      `function result type must be ${formatType(catalog, required)} because of OUT parameters`,
    )
  const { kind } = catalog.type(type)
  const special = [OID.record, OID.void, ...(language === 'plpgsql' ? [OID.trigger, EVENT_TRIGGER] : [])]
  if (kind === 'p' && !POLYMORPHIC.has(type) && !special.includes(type as never))
    requireUsable(scope, type, 'a result', language)
  if (POLYMORPHIC.has(type) && !parameters.some((each) => POLYMORPHIC.has(each.type)))
    throw new PgError('42P13', 'cannot determine result data type', {
      detail: `A result of type ${formatType(catalog, type)} requires at least one input of type anyelement, anyarray, anynonarray, anyenum, anyrange, or anymultirange.`,
    })
  return { type, set: setof }
}

export const EVENT_TRIGGER = 3838
