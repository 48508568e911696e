/**
 * Functions in SQL that are one expression: the expression takes the place of the call, as PostgreSQL's planner does it
 * (inline_function in clauses.c). No session is needed then to execute them.
 */
import type { SelectStmt } from '@pgsql/types'
import type { FunctionInfo } from '../catalog/entries.ts'
import { OID } from '../catalog/oid.ts'
import { currentRole } from '../catalog/role.ts'
import { bodyStatements, inputNames } from '../routine/sql-function.ts'
import type { Expr } from '../tree/expression.ts'
import { isVolatile, some } from '../tree/walk.ts'
import { coerceToTarget } from './coerce.ts'
import { bindExpression } from './expression.ts'
import { rootScope, type Scope } from './scope.ts'
import type { Variable } from './variable.ts'

/** Expressions that may be written more than once without being noticed. */
const isSimple = (expr: Expr): boolean => {
  switch (expr.kind) {
    case 'const':
    case 'column':
    case 'wholeRow':
    case 'param':
    case 'placeholder':
      return true
    case 'relabel':
    case 'ioCast':
    case 'field':
      return isSimple(expr.arg)
    default:
      return false
  }
}

/** The one expression that a body selects, from nowhere. */
const bodyExpression = (fn: FunctionInfo) => {
  const [statement, ...others] = bodyStatements(fn)
  if (statement === undefined || others.length > 0 || statement.parsed.tag !== 'SelectStmt') return undefined
  const { targetList = [], limitOption: _option, op: _op, ...rest } = statement.parsed.node as unknown as SelectStmt
  const clauses = Object.values(rest).filter((clause) => clause !== undefined && clause !== false)
  const [target, ...more] = targetList
  if (clauses.length > 0 || target === undefined || more.length > 0 || !('ResTarget' in target)) return undefined
  return target.ResTarget.val
}

/** Functions whose bodies are being bound: one that calls itself stays a call. */
const active = new Set<number>()

export const inlineFunction = (
  scope: Scope,
  fn: FunctionInfo,
  args: readonly Expr[],
  result: number,
  position: number | undefined,
): Expr | undefined => {
  const { statement } = scope
  const { catalog } = statement
  if (fn.body?.language !== 'sql' || fn.body.settings !== undefined || fn.set || fn.kind !== 'f') return undefined
  if (result === OID.void || result === OID.record || catalog.fields(result) !== undefined) return undefined
  if (!args.every(isSimple) || active.has(fn.oid) || fn.body.asOwner === true) return undefined
  const node = bodyExpression(fn)
  if (node === undefined) return undefined
  const names = inputNames(fn)
  const variables = args.map((expr, at): Variable => ({ type: expr.type, typmod: -1, id: `inline ${at}`, expr }))
  const inner = rootScope(
    {
      ...statement,
      position: () => undefined,
      checkAs: currentRole(statement.settings),
      isStored: fn.body.statements !== undefined || fn.body.tree !== undefined,
      variables: {
        conflict: 'column',
        argument: (number) => variables[number - 1],
        find: ([first = '', ...fields]) => {
          const variable = first === '' ? undefined : variables[names.indexOf(first)]
          if (variable !== undefined) return { variable, fields }
          const qualified = first === fn.name ? variables[names.indexOf(fields[0] ?? '')] : undefined
          return qualified && { variable: qualified, fields: fields.slice(1) }
        },
      },
    },
    { depth: scope.depth, clause: 'call' },
  )
  active.add(fn.oid)
  let bound: Expr
  try {
    bound = bindExpression(inner, node)
  } finally {
    active.delete(fn.oid)
  }
  // What would run again with every use of the result, or needs a query of its own, stays a call.
  if (some(bound, (it) => it.kind === 'aggregate' || it.kind === 'window' || isVolatile(it))) return undefined
  if (fn.volatility === 'i' && some(bound, (it) => it.kind === 'call' && it.fn.volatility !== 'i')) return undefined
  const value = coerceToTarget(statement, bound, result, -1, 'assignment')
  if (value === undefined) return undefined
  const nullable = fn.strict ? args.filter((arg) => arg.kind !== 'const' || arg.value === null) : []
  if (nullable.length === 0) return { ...value, position }
  const none: Expr = { kind: 'const', value: null, type: result, typmod: -1 }
  const tests = nullable.map((arg): Expr => ({ kind: 'isNull', arg, type: OID.bool, typmod: -1 }))
  const when: Expr = tests.length === 1 ? (tests[0] as Expr) : { kind: 'or', args: tests, type: OID.bool, typmod: -1 }
  return { kind: 'case', whens: [{ when, result: none }], otherwise: value, type: result, typmod: -1, position }
}
